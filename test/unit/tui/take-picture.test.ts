import {describe, expect, test} from 'vitest';
import type {Clock} from '../../../source/domain/clock.ts';
import {RadError} from '../../../source/domain/failures.ts';
import type {Rad} from '../../../source/domain/rad.ts';
import {type TakePictureOptions, takePicture} from '../../../source/tui/take-picture.ts';
import {aLogLine, anAgent, anId, aRequest, aRun, T0} from '../../support/builders.ts';
import {createFakeRad} from '../../support/fake-rad.ts';
import {findMisfit} from '../../support/frames.tsx';
import {SAMPLE_NOW, sampleRun} from '../../support/sample-run.ts';

/** A clock on which no time passes, so that no limit is ever reached. */
const clock: Clock = {
	now: () => SAMPLE_NOW,
	elapsed: () => 0,
	sleep: (_, signal) =>
		new Promise(resolve => {
			signal?.addEventListener('abort', () => resolve(), {once: true});
			if (signal?.aborted) resolve();
		}),
};
const SIZE = {columns: 120, rows: 40};
const LOADING = /Reading the workspace|Opening the log/;

const take = (rad: Rad, change: Partial<TakePictureOptions> = {}): Promise<string> =>
	takePicture({rad, clock, size: SIZE, environment: {}, format: 'text', signal: new AbortController().signal, ...change});

describe('a picture of the dashboard', () => {
	test('shows the run and the log of the agent that is at work', async () => {
		const {rad, calls} = createFakeRad(sampleRun());

		const picture = await take(rad);

		expect(picture.split('\n')).toHaveLength(SIZE.rows);
		expect(picture).toContain('add-rate-limiting');
		expect(picture).toContain('npm warn deprecated');
		expect(picture).not.toMatch(LOADING);
		expect(findMisfit(picture, SIZE)).toBeUndefined();
		// Nobody sits there who could answer an agent.
		expect(calls).toEqual([]);
	});

	test('has no loading faces in a workspace where nothing has run', async () => {
		const picture = await take(createFakeRad().rad);

		expect(picture).toContain('No run');
		expect(picture).not.toMatch(LOADING);
	});

	test('is the same in colours, and as SVG with the name of the workspace', async () => {
		const {rad} = createFakeRad(sampleRun());
		const [text, coloured, svg] = [await take(rad), await take(rad, {format: 'coloured'}), await take(rad, {format: 'svg'})];

		expect(coloured).toContain('\u001b[1;36m');
		expect(coloured.replaceAll(/\u001b\[[\d;]*m/g, '').replaceAll(/ +$/gm, '')).toBe(text);
		expect(svg).toContain('<title>rad top: payments-api</title>');
	});

	test('has the theme and the keys of the configuration', async () => {
		const place = {file: 'c', line: 1, column: 1};
		const wish = (action: string) => ({action, place, keys: [{name: 'ctrl+e', place}], isOwn: true, file: '/c'});
		const {rad, data} = createFakeRad(sampleRun());
		const configured: Rad = {...rad, configuration: {load: async () => ({...data().settings, theme: 'light', keys: [wish('help')]})}};

		expect(await take(configured, {format: 'coloured'})).toMatch(/\u001b\[1;34mCtrl\+E/);
		expect(await take(configured, {format: 'svg'})).toContain('fill:#fbfbfd');
		expect(await take(configured, {format: 'svg', environment: {NO_COLOR: '1'}})).toContain('fill:#15181e');
		await expect(take({...rad, configuration: {load: async () => ({...data().settings, keys: [wish('halp')]})}})).rejects.toMatchObject({
			code: 'CONFIGURATION_UNUSABLE',
		});
	});

	test('shows what an agent wants restored with what that would change', async () => {
		const request = aRequest({runId: anId('run', 2), agentId: anId('agt', 4), subject: {kind: 'restore', checkpointId: anId('cp', 3)}});

		const picture = await take(createFakeRad({...sampleRun(), requests: [request]}).rad);

		expect(picture).toContain('test/limiter.test.ts');
	});

	test('says why a log cannot be read', async () => {
		const agent = anAgent({status: 'running', logFile: null});

		const picture = await take(createFakeRad({runs: [aRun()], agents: [agent]}).rad);

		expect(picture).toContain('has no log');
	});

	test('is drawn with what is known when the rest takes too long', async () => {
		const {rad} = createFakeRad(sampleRun());
		const slow: Rad = {...rad, logs: {...rad.logs, tail: () => new Promise(() => undefined)}};
		const later: Clock = {...clock, sleep: async () => void (await rad.runs.list())};
		const stop = new AbortController();

		const atTheLimit = await take(slow, {clock: later});
		const pending = take(slow, {signal: stop.signal});
		stop.abort();

		expect(atTheLimit).toMatch(LOADING);
		expect(await pending).toMatch(LOADING);
	});

	test('is not drawn where the workspace cannot be read', async () => {
		const {rad} = createFakeRad();
		const broken: Rad = {...rad, runs: {...rad.runs, list: () => Promise.reject(new RadError('STORE_DAMAGED', 'It is damaged.'))}};

		await expect(take(broken)).rejects.toMatchObject({code: 'STORE_DAMAGED'});
	});

	test.each(['text', 'coloured', 'svg'] as const)('has no control sequence of an agent in it, as %s', async format => {
		const evil = '\u001b[2J\u001b]0;x\u0007evil\u009b31m\r\n';
		const agent = anAgent({name: evil, engine: evil, model: evil, error: evil, status: 'failed', exitCode: null, endedAt: T0});
		const {rad} = createFakeRad({
			runs: [aRun({workflow: evil, error: evil})],
			agents: [agent],
			logs: {[agent.id]: [aLogLine(evil)]},
		});

		const picture = await take({...rad, workspace: {...rad.workspace, root: `/work/${evil}`}}, {format});

		expect(picture).toContain('evil');
		expect(picture.replaceAll(/\u001b\[[\d;]*m/g, '')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
	});
});
