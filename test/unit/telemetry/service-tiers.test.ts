import {describe, expect, it} from 'vitest';
import {NO_TOKENS, type Tokens} from '../../../source/domain/tokens.ts';
import {createPricing} from '../../../source/telemetry/pricing.ts';
import {nameAnthropicTier, toTier} from '../../../source/telemetry/service-tiers.ts';

const AT = Date.parse('2026-11-27');
const MILLION = 1_000_000;
const pricing = createPricing();

/** Dollars of a million tokens of one bucket; small prompts are a thousandth of that, so that no threshold is passed. */
const usd = (provider: string, model: string, tier: string | null, tokens: Partial<Tokens>, scale = 1): number | undefined => {
	const price = pricing.price({provider, model, tier, tokens: {...NO_TOKENS, ...tokens}, at: AT});
	return price === undefined ? undefined : (price.costNanoUsd * scale) / 1e9;
};

describe('the price of a response in a service tier', () => {
	// By hand, from the pages that source/telemetry/service-tiers.ts names.
	it.each([
		['anthropic', 'claude-opus-5', 'fast', {input: 1000}, 10],
		['anthropic', 'claude-opus-5', 'fast', {output: 1000}, 50],
		['anthropic', 'claude-opus-4-6', 'fast', {input: 1000}, 30],
		['anthropic', 'claude-opus-4-7', 'fast', {output: 1000}, 150],
		['anthropic', 'claude-opus-4-8', 'fast', {cacheRead: 1000}, 1],
		['anthropic', 'claude-opus-5-5', 'batch', {output: 1000}, 10],
		['anthropic', 'claude-sonnet-4-6', 'batch', {input: 1000}, 1.5],
		['openai', 'gpt-5.6-sol', 'fast', {input: 1000}, 8],
		['openai', 'gpt-5.6-sol', 'priority', {output: 1000}, 40],
		['openai', 'gpt-5.6-terra', 'fast', {output: 1000}, 24],
		['openai', 'gpt-5.5', 'priority', {cacheRead: 1000}, 1.25],
		['openai', 'gpt-5.5', 'flex', {input: 1000}, 2.5],
		['openai', 'gpt-5.4', 'priority', {output: 1000}, 30],
		['openai', 'gpt-5.4-mini', 'priority', {input: 1000}, 1.5],
		['openai', 'gpt-5.2', 'priority', {cacheRead: 1000}, 0.35],
		['openai', 'gpt-5-codex', 'priority', {input: 1000}, 2.5],
		['openai', 'gpt-5-mini', 'priority', {output: 1000}, 3.6],
		['openai', 'gpt-4.1', 'priority', {cacheRead: 1000}, 0.875],
		['google', 'gemini-2.5-pro', 'flex', {output: 1000}, 5],
	] as const)('is that of %s for %s in %s: %j', (provider, model, tier, tokens, dollars) => {
		expect(usd(provider, model, tier, tokens, MILLION / 1000)).toBeCloseTo(dollars, 9);
	});

	it('follows the threshold of long prompts where the tier is sold for them', () => {
		expect(usd('openai', 'gpt-5.6-sol', 'fast', {input: MILLION})).toBeCloseTo(16, 9);
		expect(usd('anthropic', 'claude-opus-4-6', 'batch', {input: MILLION})).toBeCloseTo(2.5, 9);
	});

	it.each([
		['openai', 'gpt-5.5', 'priority', {input: MILLION}],
		['openai', 'gpt-5.5-pro', 'priority', {input: 1}],
		['openai', 'gpt-5.5', 'scale', {input: 1}],
		['anthropic', 'claude-opus-5-5', 'fast', {input: 1}],
		['anthropic', 'claude-sonnet-4-6', 'priority', {input: 1}],
		['google', 'gemini-2.5-pro', 'priority', {input: 1}],
		['moonshotai', 'kimi-k2', 'batch', {input: 1}],
	] as const)('is not known, rather than wrong, for %s %s in %s', (provider, model, tier, tokens) => {
		expect(usd(provider, model, tier, tokens)).toBeUndefined();
	});

	it("is the user's own price, where there is one", () => {
		const rates = {input: 1_000_000, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0, output: 0};
		const own = createPricing([{provider: 'compatible', model: 'mine', rates}]);

		const usage = {provider: 'compatible', model: 'mine', tier: 'on_demand', tokens: {...NO_TOKENS, input: 1000}, at: AT};
		expect(own.price(usage)?.costNanoUsd).toBe(1_000_000);
	});

	it('is explained by the rates of the tier', () => {
		const explained = pricing.explain({
			provider: 'openai',
			model: 'gpt-5.5',
			tier: 'flex',
			tokens: {...NO_TOKENS, input: 1000, output: 10},
			at: AT,
		});

		expect(explained?.row).toMatchObject({model: 'gpt-5.5', tier: 'flex', rates: {input: 2_500_000, output: 15_000_000}});
		expect(explained?.costNanoUsd).toBe(2_650_000);
	});
});

describe('the name of a tier', () => {
	it.each([null, undefined, '', 'standard', 'default', 'auto', 'Standard', 7, {}, 'a\u001b[31m', 'x'.repeat(21), '__proto__'])(
		'%j is the standard one',
		name => {
			expect(toTier(name)).toBeNull();
		},
	);

	it('is kept as it is told, in small letters', () => {
		expect([toTier('Flex'), toTier('fast'), toTier('scale')]).toEqual(['flex', 'fast', 'scale']);
	});

	it('is a speed in the usage of the Messages API', () => {
		expect(nameAnthropicTier({service_tier: 'standard', speed: 'fast'})).toBe('fast');
		expect(nameAnthropicTier({service_tier: 'batch', speed: 'standard'})).toBe('batch');
		expect([nameAnthropicTier(null), nameAnthropicTier({})]).toEqual([undefined, undefined]);
	});
});
