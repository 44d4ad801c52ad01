import {describe, expect, it} from 'vitest';
import type {AgentFact} from '../../../source/agents/engine.ts';
import {createFactRecorder} from '../../../source/agents/fact-recorder.ts';
import type {UsageRecord} from '../../../source/domain/records.ts';
import {NO_TOKENS} from '../../../source/domain/tokens.ts';
import {createPricing} from '../../../source/telemetry/pricing.ts';
import {anAgent} from '../../support/builders.ts';

const usage = (messageId: string, model: string, change: Partial<Extract<AgentFact, {type: 'usage'}>> = {}): AgentFact => ({
	type: 'usage',
	agent: null,
	messageId,
	provider: 'anthropic',
	model,
	tokens: {...NO_TOKENS, input: 100, output: 100},
	...change,
});

const record = async (facts: readonly AgentFact[]): Promise<readonly UsageRecord[]> => {
	const written = new Map<string, UsageRecord>();
	const recorder = createFactRecorder({
		store: {
			recordProgress: async progress => {
				for (const each of progress.usage ?? []) written.set(each.messageId, each);
			},
		},
		clock: {now: () => 5, elapsed: () => 0, sleep: async () => {}},
		pricing: createPricing(),
		root: anAgent(),
		workspaceRoot: '/w',
		redact: text => text,
		checkpointOf: () => undefined,
		openLog: () => ({writer: {write: () => {}, flush: async () => {}, close: async () => {}}, file: null}),
	});
	for (const fact of facts) recorder.add(fact);
	await recorder.flush();
	return [...written.values()];
};

const costs = (records: readonly UsageRecord[]) => records.map(({costNanoUsd, costSource}) => [costNanoUsd, costSource]);
const sum = (records: readonly UsageRecord[]): number => records.reduce((total, {costNanoUsd}) => total + (costNanoUsd ?? 0), 0);

describe('the cost of responses', () => {
	it('is the engine’s own of each model, spread over its responses', async () => {
		const found = await record([
			usage('a', 'm1'),
			usage('b', 'm1'),
			usage('result:m2', 'm2'),
			{type: 'reported-cost', model: 'm1', costNanoUsd: 101},
			{type: 'reported-cost', model: 'm2', costNanoUsd: 7},
		]);

		expect(sum(found)).toBe(108);
		expect(costs(found).at(-1)).toEqual([7, 'reported']);
	});

	it('is the engine’s sum, once, where a gateway calls the model otherwise', async () => {
		const found = await record([
			usage('a', 'claude-opus-4-5'),
			usage('result:anthropic/claude-opus-4.5', 'anthropic/claude-opus-4.5'),
			{type: 'reported-cost', model: 'anthropic/claude-opus-4.5', costNanoUsd: 750_000_000},
		]);

		expect(sum(found)).toBe(750_000_000);
		expect(found.every(({costSource}) => costSource === 'reported')).toBe(true);
	});

	it('is that of each response where the engine tells it, at the time of the response', async () => {
		expect(await record([usage('a', 'x', {costNanoUsd: 3, at: 77}), usage('b', 'x')])).toMatchObject([
			{costNanoUsd: 3, costSource: 'reported', at: 77},
			{costNanoUsd: null, costSource: 'unknown', at: 5},
		]);
	});
});
