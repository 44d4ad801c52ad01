import {describe, expect, test} from 'vitest';
import {drawShares} from '../../../source/cli/share-chart.ts';
import {anAgent, anId, aUsageRecord, T0, tokens} from '../../support/builders.ts';
import {aWorkspace, PLAN} from './example-workspace.ts';
import {runWords} from './run-words.ts';

const SHELL = anId('agt', 7);
const usage = (costNanoUsd: number | null) => [
	aUsageRecord({agentId: PLAN, messageId: 'a', at: T0, costNanoUsd: 30_000_000, tokens: tokens({input: 100})}),
	aUsageRecord({
		agentId: SHELL,
		messageId: 'b',
		at: T0,
		model: 'other',
		costNanoUsd,
		costSource: costNanoUsd === null ? 'unknown' : 'estimated',
		tokens: tokens({input: 300}),
	}),
];
const byModel = async (costNanoUsd: number | null, columns: number, isTerminal = true) => {
	const fake = aWorkspace({agents: [anAgent({id: PLAN}), anAgent({id: SHELL})], usage: usage(costNanoUsd)});
	return (await runWords(['monitor', 'telemetry', '--by', 'model'], {fake, isTerminal, columns})).out.split('\n');
};

describe('the chart of rad monitor telemetry --by', () => {
	test('has the longest bar for the largest part, and its share of the whole', async () => {
		const lines = await byModel(10_000_000, 120);

		expect(lines[0]).toMatch(/ {2}Share of cost$/);
		expect(lines[2]).toMatch(/^claude-sonnet-4-5 .* {3}75% █{24}$/);
		expect(lines[3]).toMatch(/^other .* {3}25% █{8}$/);
		expect(lines[5]).toMatch(/^Total [^█%]*$/);
	});

	test('is of tokens where a price is missing', async () => {
		const lines = await byModel(null, 120);

		expect(lines[0]).toMatch(/ {2}Share of tokens$/);
		expect(lines[3]).toMatch(/^other .* {3}75% █{24}$/);
	});

	test('takes the room that is there, and none where there is too little', async () => {
		const [wide, narrow] = [await byModel(10_000_000, 100), await byModel(10_000_000, 80)];

		expect(wide.map(line => line.length).reduce((most, length) => Math.max(most, length))).toBeLessThanOrEqual(100);
		expect(wide.join('\n')).toContain('█');
		expect(narrow.join('\n')).not.toMatch(/█|Share/);
		expect((await byModel(10_000_000, 120, false)).join('\n')).not.toContain('█');
	});

	test('needs two parts and something in them', () => {
		expect(drawShares([], 40)).toBeUndefined();
		expect(drawShares([{...ZERO, tokens: tokens({input: 5})}], 40)).toBeUndefined();
		expect(drawShares([ZERO, ZERO], 40)).toBeUndefined();
		expect(drawShares([ZERO, {...ZERO, tokens: tokens({input: 5})}], 40)?.bars).toEqual(['  0% ', ` 100% ${'█'.repeat(24)}`.slice(1)]);
	});
});

const ZERO = {tokens: tokens({}), responses: 1, costNanoUsd: 0n, unpriced: 0, costSource: 'reported', cacheSavedNanoUsd: 0n} as const;
