import {describe, expect, it} from 'vitest';
import {NO_TOKENS, type Tokens} from '../../../source/domain/tokens.ts';
import {createPricing} from '../../../source/telemetry/pricing.ts';

// Worked out by hand from the vendors' public list prices, in dollars per million tokens; nothing here is read from the table.
//   Anthropic  platform.claude.com/docs/en/about-claude/pricing
//   OpenAI     developers.openai.com/api/docs/pricing
//   Google     ai.google.dev/gemini-api/docs/pricing
//   xAI        docs.x.ai/developers/models
const pricing = createPricing();
const AT = Date.UTC(2026, 9, 1);

const cost = (provider: string, model: string, tokens: Partial<Tokens>): number | undefined =>
	pricing.price({provider, model, tokens: {...NO_TOKENS, ...tokens}, at: AT})?.costNanoUsd;

const nano = (usd: number): number => Math.round(usd * 1e9);

/** 10,000 fresh, 100,000 read from a cache, 15,000 written for 5 minutes and 5,000 for an hour, 2,000 out, most of them thought. */
const WITH_WRITES = {input: 10_000, cacheRead: 100_000, cacheWrite: 20_000, cacheWrite1h: 5_000, output: 2_000, reasoning: 1_500};
/** The same without cache writes, which these vendors do not charge for. */
const WITHOUT_WRITES = {input: 10_000, cacheRead: 100_000, output: 2_000, reasoning: 1_500};

describe('a response with a bit of everything costs by hand what it costs by the table', () => {
	it.each([
		// input, read, write 5 min, write 1 h, output: 5, 0.50, 6.25, 10, 25
		['claude-opus-5', 0.05 + 0.05 + 0.09375 + 0.05 + 0.05],
		// 15, 1.50, 18.75, 30, 75
		['claude-opus-4-1-20250805', 0.15 + 0.15 + 0.28125 + 0.15 + 0.15],
		// 3, 0.30, 3.75, 6, 15
		['claude-sonnet-4-5-20250929', 0.03 + 0.03 + 0.05625 + 0.03 + 0.03],
		// 2, 0.20, 2.50, 4, 10
		['claude-sonnet-5', 0.02 + 0.02 + 0.0375 + 0.02 + 0.02],
		// 1, 0.10, 1.25, 2, 5
		['claude-haiku-4-5-20251001', 0.01 + 0.01 + 0.01875 + 0.01 + 0.01],
		// 0.80, 0.08, 1, 1.60, 4
		['claude-3-5-haiku-20241022', 0.008 + 0.008 + 0.015 + 0.008 + 0.008],
		// 10, 1, 12.50, 20, 50
		['claude-fable-5', 0.1 + 0.1 + 0.1875 + 0.1 + 0.1],
	])('anthropic %s', (model, usd) => {
		expect(cost('anthropic', model, WITH_WRITES)).toBe(nano(usd));
	});

	it.each([
		// input, read, output: 1.25, 0.125, 10
		['openai', 'gpt-5', 0.0125 + 0.0125 + 0.02],
		// 0.25, 0.025, 2
		['openai', 'gpt-5-mini', 0.0025 + 0.0025 + 0.004],
		// 2, 0.50, 8
		['openai', 'gpt-4.1', 0.02 + 0.05 + 0.016],
		// 2.50, 1.25, 10
		['openai', 'gpt-4o', 0.025 + 0.125 + 0.02],
		// 2, 0.50, 8
		['openai', 'o3', 0.02 + 0.05 + 0.016],
		// 1.10, 0.275, 4.40
		['openai', 'o4-mini', 0.011 + 0.0275 + 0.0088],
		// 2.50, 0.25, 15
		['openai', 'gpt-5.4', 0.025 + 0.025 + 0.03],
		// 1.25, 0.125, 10
		['google', 'gemini-2.5-pro', 0.0125 + 0.0125 + 0.02],
		// 0.30, 0.03, 2.50
		['google', 'gemini-2.5-flash', 0.003 + 0.003 + 0.005],
		// 3, 0.75, 15
		['x-ai', 'grok-4', 0.03 + 0.075 + 0.03],
		// 0.20, 0.02, 1.50
		['x-ai', 'grok-code-fast-1', 0.002 + 0.002 + 0.003],
	])('%s %s', (provider, model, usd) => {
		expect(cost(provider, model, WITHOUT_WRITES)).toBe(nano(usd));
	});
});

describe('a long prompt', () => {
	it.each([
		// Above 200,000: 6 and 22.50 instead of 3 and 15.
		['anthropic', 'claude-sonnet-4-5', 199_999, 0.599997 + 0.015],
		['anthropic', 'claude-sonnet-4-5', 200_000, 0.6 + 0.015],
		['anthropic', 'claude-sonnet-4-5', 200_001, 1.200006 + 0.0225],
		// Above 200,000: 2.50 and 15 instead of 1.25 and 10.
		['google', 'gemini-2.5-pro', 199_999, 0.24999875 + 0.01],
		['google', 'gemini-2.5-pro', 200_000, 0.25 + 0.01],
		['google', 'gemini-2.5-pro', 200_001, 0.5000025 + 0.015],
		// From 272,000 on: 5 and 22.50 instead of 2.50 and 15. OpenAI calls less than that short; others read it as "more than".
		['openai', 'gpt-5.4', 271_999, 0.6799975 + 0.015],
		['openai', 'gpt-5.4', 272_000, 1.36 + 0.0225],
		['openai', 'gpt-5.4', 272_001, 1.360005 + 0.0225],
	])('makes all of a response dearer: %s %s with %d tokens and 1,000 out', (provider, model, input, usd) => {
		expect(cost(provider, model, {input, output: 1000})).toBe(nano(usd));
	});

	it('is long by what it reads from a cache, too', () => {
		// 150,000 fresh at 6 and 60,000 read at 0.60.
		expect(cost('anthropic', 'claude-sonnet-4-5', {input: 150_000, cacheRead: 60_000})).toBe(nano(0.9 + 0.036));
	});
});

describe('a cache write', () => {
	it.each([
		['for five minutes', {cacheWrite: 100_000}, 0.125],
		['for an hour', {cacheWrite: 100_000, cacheWrite1h: 100_000}, 0.2],
		['of both', {cacheWrite: 100_000, cacheWrite1h: 40_000}, 0.075 + 0.08],
	])('%s costs by how long it lasts', (_, tokens, usd) => {
		expect(cost('anthropic', 'claude-haiku-4-5', tokens)).toBe(nano(usd));
	});
});

it('what a reasoning model thinks is charged as output, and once', () => {
	const spoken = {input: 1000, output: 10_000};

	expect(cost('openai', 'o3', {...spoken, reasoning: 9000})).toBe(nano(0.002 + 0.08));
	expect(cost('openai', 'o3', {...spoken, reasoning: 0})).toBe(nano(0.002 + 0.08));
});
