import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {drawPicture} from '../../../source/tui/picture.tsx';
import type {State} from '../../../source/tui/state.ts';
import {drawSvg} from '../../../source/tui/svg.ts';
import {chooseTheme} from '../../../source/tui/theme.ts';
import {anId} from '../../support/builders.ts';
import {createFakeRad} from '../../support/fake-rad.ts';
import {aLoadedState, stateAfter} from '../../support/frames.tsx';
import {sampleDetail, sampleRun} from '../../support/sample-run.ts';
import {failedRun} from '../../support/sample-states.ts';

// Pictures hold times of day.
const timeZone = process.env['TZ'];
beforeAll(() => {
	process.env['TZ'] = 'UTC';
});
afterAll(() => {
	if (timeZone === undefined) delete process.env['TZ'];
	else process.env['TZ'] = timeZone;
});

const SMALL = {columns: 80, rows: 24};

const asking = async (): Promise<State> => {
	const asked = stateAfter(await aLoadedState(sampleRun(), {columns: 100, rows: 30}), '4', 'j', 'r');
	const {job} = asked;
	if (job?.kind !== 'preview') throw new Error('the restore must be previewed');
	const plan = await createFakeRad(sampleRun()).rad.checkpoints.preview(job.checkpointId);
	return stateAfter(asked, {type: 'job-ended', job, outcome: {kind: 'previewed', plan}});
};

/** What the README and the documentation show, by the name of its file. */
const PICTURES: Readonly<Record<string, () => Promise<State>>> = {
	'busy-80x24': () => aLoadedState(sampleRun(), SMALL),
	'busy-120x40': () => aLoadedState(sampleRun(), {columns: 120, rows: 40}),
	'busy-200x50': () => aLoadedState(sampleRun(), {columns: 200, rows: 50}),
	empty: () => aLoadedState({}, SMALL),
	failed: () => aLoadedState(failedRun(), SMALL),
	'restore-preview': asking,
	agent: async () =>
		stateAfter(await aLoadedState(sampleRun(), {columns: 100, rows: 30}), 'k', 'k', 'i', {
			type: 'detail-loaded',
			agentId: anId('agt', 4),
			detail: sampleDetail,
		}),
	search: async () => stateAfter(await aLoadedState(sampleRun(), {columns: 100, rows: 30}), '2', 'z', '/', ...'refill', 'enter'),
};

describe('the pictures of the documentation', () => {
	test.each(Object.entries(PICTURES))('%s', async (name, make) => {
		const state = await make();

		const svg = drawSvg(drawPicture(state, chooseTheme({})), state.size, {title: 'rad top', background: 'dark'});

		await expect(svg).toMatchFileSnapshot(`../../../docs/pictures/${name}.svg`);
	});
});
