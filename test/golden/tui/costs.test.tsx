import {describe, expect, test} from 'vitest';
import {COST_GROUPINGS} from '../../../source/tui/groupings.ts';
import type {State} from '../../../source/tui/state.ts';
import {anId, aUsageRecord, T0} from '../../support/builders.ts';
import type {FakeData} from '../../support/fake-rad.ts';
import {aLoadedState, drawPane, drawScreen, findMisfit} from '../../support/frames.tsx';
import {SAMPLE_NOW, sampleRun, spendingRun} from '../../support/sample-run.ts';

const WIDTHS = [40, 60, 80, 120];

const drawCosts = async (data: Partial<FakeData>, {rows, grouping = 'model'}: {readonly rows: number; readonly grouping?: State['grouping']}) => {
	const frames = [];
	for (const columns of WIDTHS) {
		const size = {columns, rows};
		const frame = drawPane({...(await aLoadedState(data, size)), grouping}, 'totals');
		expect(findMisfit(frame, size)).toBeUndefined();
		frames.push(frame);
	}
	return `${frames.join('\n\n')}\n`;
};

const unpriced = (): Partial<FakeData> => {
	const data = spendingRun();
	return {
		...data,
		usage: (data.usage ?? []).map(record => ({...record, costNanoUsd: null, costSource: 'unknown' as const, cacheSavedNanoUsd: null})),
		allowance: {costNanoUsd: null, tokens: 4_000_000, turns: 30},
	};
};

const over = (): Partial<FakeData> => ({
	...spendingRun({allowance: {costNanoUsd: 12_000_000_000, tokens: 4_000_000, turns: null}}),
	runs: (sampleRun().runs ?? []).map(run => ({...run, status: 'failed' as const, endedAt: SAMPLE_NOW})),
});

/** One response a minute ago is no rate. */
const justBegun = (): Partial<FakeData> => ({
	...sampleRun(),
	usage: [aUsageRecord({agentId: anId('agt', 2), at: T0 + 660_000})],
	allowance: {costNanoUsd: 20_000_000_000, tokens: null, turns: null},
});

describe('the costs', () => {
	test.each(COST_GROUPINGS)('by %s', async grouping => {
		await expect(await drawCosts(spendingRun(), {rows: 17, grouping})).toMatchFileSnapshot(`panes/costs-by-${grouping}.txt`);
	});

	test.each([
		['in little room', spendingRun(), 12],
		['in hardly any room', spendingRun(), 7],
		['nearly spent', spendingRun({allowance: {costNanoUsd: 14_000_000_000, tokens: 8_000_000, turns: 400}}), 17],
		['without prices', unpriced(), 17],
		['of a run that spent its budget', over(), 17],
		['of a run that has just begun', justBegun(), 17],
	])('with a budget: %s', async (name, data, rows) => {
		await expect(await drawCosts(data, {rows})).toMatchFileSnapshot(`panes/costs-${name.replaceAll(' ', '-')}.txt`);
	});

	test('are told in the header where it is wide', async () => {
		const headers = [];
		for (const columns of [100, 139, 140, 160, 200]) {
			const frame = drawScreen(await aLoadedState(spendingRun(), {columns, rows: 40}));
			expect(findMisfit(frame, {columns, rows: 40})).toBeUndefined();
			headers.push(frame.split('\n')[0]);
		}

		await expect(`${headers.join('\n')}\n`).toMatchFileSnapshot('panes/costs-header.txt');
	});
});
