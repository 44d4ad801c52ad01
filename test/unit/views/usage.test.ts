import {describe, expect, test} from 'vitest';
import {explainRecorded, formatMarkedCost, measureRecorded} from '../../../source/views/recorded.ts';
import {sumSubtrees} from '../../../source/views/usage.ts';
import {anAgent, anId, aUsageRecord} from '../../support/builders.ts';
import {sumUsage} from '../../support/fake-rad.ts';

test("an agent's figures include those of everything below it", () => {
	const agents = [anAgent(), anAgent({id: anId('agt', 2), parentId: anId('agt', 1)}), anAgent({id: anId('agt', 3), parentId: anId('agt', 2)})];
	const own = new Map([
		[anId('agt', 2), sumUsage([aUsageRecord()])],
		[anId('agt', 3), sumUsage([aUsageRecord({costNanoUsd: 5_000_000, costSource: 'estimated'})])],
	]);

	const sums = sumSubtrees(agents, own);

	expect(sums.get(anId('agt', 1))).toMatchObject({responses: 2, costNanoUsd: 15_000_000n, costSource: 'estimated'});
	expect(sums.get(anId('agt', 3))).toMatchObject({responses: 1});
});

describe('the money of recordings', () => {
	const real = {...sumUsage([aUsageRecord()]), agentId: anId('agt', 1)};
	const played = {...sumUsage([aUsageRecord({messageId: 'm2', costNanoUsd: 79_000_000})]), agentId: anId('agt', 2)};
	const agents = [anAgent(), anAgent({id: anId('agt', 2), isRecording: true})];
	const all = sumUsage([aUsageRecord(), aUsageRecord({messageId: 'm2', costNanoUsd: 79_000_000})]);

	test.each([
		['none', real, [real], '$0.0100', undefined],
		['all', played, [played], '$0.0790*', 'recorded: nothing was spent now'],
		['a part', all, [real, played], '$0.0890*', '$0.0790 of it is recorded and was not spent now'],
	])('is marked and told in words: %s', (_, totals, byAgent, cost, words) => {
		const recorded = measureRecorded(agents, byAgent);

		expect(formatMarkedCost(totals, recorded)).toBe(cost);
		expect(explainRecorded(totals, recorded)).toBe(words);
	});

	test('is nothing to mark where nothing was used', () => {
		const recorded = measureRecorded(agents, []);

		expect(formatMarkedCost(sumUsage([]), recorded)).toBe('—');
		expect(explainRecorded(sumUsage([]), recorded)).toBeUndefined();
	});

	test('is marked too where nobody knows how much it was', () => {
		const unknown = {...sumUsage([aUsageRecord({costNanoUsd: null, costSource: 'unknown'})]), agentId: anId('agt', 2)};

		expect(explainRecorded(all, measureRecorded(agents, [unknown]))).toBe('a part of it is recorded and was not spent now');
	});
});
