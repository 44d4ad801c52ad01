import {waitForUpdate} from '@pydantic/genai-prices';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {NO_TOKENS, type Tokens} from '../../../source/domain/tokens.ts';
import {PRICE_TABLE} from '../../../source/telemetry/price-table.ts';
import {createPricing} from '../../../source/telemetry/pricing.ts';
import {askPackage} from '../../support/price-of-package.ts';

const pricing = createPricing();
const AT = Date.UTC(2026, 9, 1);
const DAYS = [
	Date.UTC(2020, 0, 1),
	Date.UTC(2026, 2, 13) - 1,
	Date.UTC(2026, 2, 13),
	Date.UTC(2026, 7, 20),
	Date.UTC(2026, 7, 21),
	AT,
	Date.UTC(2027, 0, 1),
];
const TABLE: Readonly<Record<string, {models: ReadonlyArray<readonly [name: string, match: unknown, periods: readonly unknown[]]>}>> =
	JSON.parse(PRICE_TABLE);

const price = (model: string, tokens: Partial<Tokens>, at = AT, provider = 'anthropic') =>
	pricing.price({provider, model, tokens: {...NO_TOKENS, ...tokens}, at});

describe('the price of a response', () => {
	it.each([
		['fresh input and output', 'claude-opus-5-5', {input: 1000, output: 100}, 6_000_000],
		['cache reads, and writes of both lifetimes', 'claude-opus-5-5', {cacheRead: 1000, cacheWrite: 300, cacheWrite1h: 100, output: 0}, 2_000_000],
		['nothing', 'claude-opus-5-5', {}, 0],
		['the size of its window in the name', 'claude-opus-4-8[1m]', {input: 1000}, 5_000_000],
		['a date in the name', 'claude-opus-5-5-20260920', {input: 1000}, 4_000_000],
		['a date in the name that the table does not list', 'claude-opus-5-5-2026-09-20', {input: 1000}, 4_000_000],
		['capital letters', 'Claude-Opus-5-5', {input: 1000}, 4_000_000],
	] as const)('counts %s', (_, model, tokens, cost) => {
		expect(price(model, tokens)?.costNanoUsd).toBe(cost);
	});

	it.each([
		['exactly the threshold', {input: 200_000}, 0.6],
		['one token more', {input: 200_001}, 1.200006],
		['a cached prompt above the threshold', {input: 60_000, cacheRead: 180_000, output: 1000}, 0.4905],
		['a prompt above the threshold by what it writes', {input: 1, cacheWrite: 200_000}, 1.500006],
		['output alone, however much', {output: 300_000}, 4.5],
	] as const)('charges the whole response by its prompt: %s', (_, tokens, usd) => {
		expect(price('claude-sonnet-4-5', tokens)?.costNanoUsd).toBe(Math.round(usd * 1e9));
	});

	it('is the one of its day', () => {
		const tokens = {input: 250_000};

		expect(price('claude-opus-4-6', tokens, Date.UTC(2026, 2, 13) - 1)?.costNanoUsd).toBe(2_500_000_000);
		expect(price('claude-opus-4-6', tokens, Date.UTC(2026, 2, 13))?.costNanoUsd).toBe(1_250_000_000);
	});

	it('tells what the cache saved at the same rates', () => {
		expect(price('claude-opus-5-5', {cacheRead: 1000})?.cacheSavedNanoUsd).toBe(3_800_000);
		expect(price('claude-opus-5-5', {input: 1000})?.cacheSavedNanoUsd).toBe(0);
	});

	it('is rounded once, to the billionth', () => {
		// 18.75 nano-dollars for a token that was read from the cache, 75 for a fresh one.
		expect(price('gemini-1.5-flash', {cacheRead: 1}, AT, 'google')?.costNanoUsd).toBe(19);
		expect(price('gemini-1.5-flash', {cacheRead: 3}, AT, 'google')?.costNanoUsd).toBe(56);
		expect(price('gemini-1.5-flash', {cacheRead: 3, input: 1}, AT, 'google')?.costNanoUsd).toBe(131);
	});

	it('is exact for counts that no binary fraction holds', () => {
		expect(price('claude-opus-5-5', {input: 2_000_000_000_001})?.costNanoUsd).toBe(8_000_000_000_004_000);
		expect(price('claude-opus-5-5', {input: Number.MAX_SAFE_INTEGER})).toBeUndefined();
	});

	it.each([
		['anthropic', 'claude-unheard-of'],
		['anthropic', ''],
		['nobody', 'claude-opus-5-5'],
		['__proto__', 'claude-opus-5-5'],
		['constructor', 'name'],
		['anthropic', `claude-opus-4-8${'x'.repeat(1e6)}`],
		['openai', 'whisper-1'],
	])('is unknown for %s %s', (provider, model) => {
		expect(price(model, {input: 5}, AT, provider)).toBeUndefined();
	});

	it('stays known while a flood of other names is asked for', () => {
		const fresh = createPricing();
		for (let index = 0; index < 2000; index += 1) fresh.price({provider: 'anthropic', model: `m${index}`, tokens: NO_TOKENS, at: AT});

		expect(fresh.price({provider: 'anthropic', model: 'claude-opus-5-5', tokens: {...NO_TOKENS, input: 1}, at: AT})?.costNanoUsd).toBe(4000);
	});
});

describe('against the package that the prices come from', () => {
	const SIZES = [0, 1, 199_999, 200_000, 200_001, 271_999, 272_000, 1_000_000];
	const tokensOf = (size: number): readonly Tokens[] => [
		{...NO_TOKENS, input: size, output: 777},
		{...NO_TOKENS, input: 3, cacheRead: size, output: 1},
		{input: 1, cacheRead: 7, cacheWrite: size, cacheWrite1h: Math.floor(size / 3), output: 123_456, reasoning: 100},
	];

	it.each(Object.keys(TABLE))('every model of %s costs the same, at every tier and day', async provider => {
		const models = TABLE[provider]?.models ?? [];
		const known = (await waitForUpdate())?.find(({id}) => id === provider)?.models.map(({id}) => id) ?? [];
		expect(models.map(([name]) => name)).toEqual(known);
		let compared = 0;
		for (const name of models.filter(([, , periods]) => periods.length > 0).map(([model]) => model)) {
			for (const at of DAYS) {
				for (const tokens of SIZES.flatMap(tokensOf)) {
					const ours = pricing.price({provider, model: name, tokens, at})?.costNanoUsd;
					const theirs = askPackage({provider, model: name, tokens, at});
					// An id need not be a name that the model answers to; then it is unknown to both.
					if (theirs === undefined) continue;
					compared += 1;
					if (ours === undefined || Math.abs(ours - theirs) > 0.5 + theirs * 1e-12)
						expect.fail(`${name}: ${ours} against ${theirs} for ${JSON.stringify({tokens, at})}`);
				}
			}
		}
		expect(compared).toBeGreaterThan(models.length * 50);
	});

	it('any count costs the same', () => {
		const count = fc.nat(2_000_000);
		fc.assert(
			fc.property(count, count, count, count, fc.constantFrom(...DAYS), (input, cacheRead, cacheWrite, output, at) => {
				const tokens = {...NO_TOKENS, input, cacheRead, cacheWrite, output};
				for (const [provider, model] of [
					['anthropic', 'claude-sonnet-4-6'],
					['openai', 'gpt-5.4'],
					['google', 'gemini-3.6-flash'],
				] as const) {
					const theirs = askPackage({provider, model, tokens, at}) ?? Number.NaN;
					expect(Math.abs((price(model, tokens, at, provider)?.costNanoUsd ?? Number.NaN) - theirs)).toBeLessThanOrEqual(0.5 + theirs * 1e-12);
				}
			}),
		);
	});
});
