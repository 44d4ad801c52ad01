import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {PriceRow, Rates} from '../../../source/domain/prices.ts';
import {NO_TOKENS, type Tokens} from '../../../source/domain/tokens.ts';
import type {OwnPrice} from '../../../source/telemetry/price-index.ts';
import {createPricing} from '../../../source/telemetry/pricing.ts';

const AT = Date.UTC(2026, 9, 1);
const book = createPricing();

const rates = (usd: number): Rates => ({input: usd * 1e6, cacheRead: usd * 1e5, cacheWrite: usd * 2e6, cacheWrite1h: usd * 3e6, output: usd * 5e6});
const own = (model: string, usd = 7, provider = 'anthropic'): OwnPrice => ({provider, model, rates: rates(usd)});
const usage = (model: string, tokens: Partial<Tokens>, at = AT, provider = 'anthropic') => ({provider, model, tokens: {...NO_TOKENS, ...tokens}, at});
const toShort = ({provider, model, since, aboveTokens, rates: of}: PriceRow) => [
	provider,
	model,
	since,
	aboveTokens,
	of === null ? null : of.input / 1e6,
];

describe('the list of prices', () => {
	it('holds every model once, tiers below it', () => {
		const rows = book.list(AT);
		const keys = rows.map(({provider, model, since, aboveTokens}) => JSON.stringify([provider, model, since, aboveTokens]));

		expect(rows.length).toBeGreaterThan(250);
		expect(new Set(keys).size).toBe(keys.length);
	});

	it.each([
		['a part of a name', 'sonnet-4-5', ['anthropic claude-sonnet-4-5', 'google claude-sonnet-4-5']],
		['a part of provider/model', 'thropic/claude-sonnet-4-5', ['anthropic claude-sonnet-4-5']],
		['capital letters', 'ANTHROPIC/Claude-Sonnet-4-5', ['anthropic claude-sonnet-4-5']],
		['the name of a response', 'gpt-5-2025-08-07', ['openai gpt-5']],
		['a name with a date that is not listed', 'claude-opus-4-8-20260301', ['anthropic claude-opus-4-8', 'google claude-opus-4-8']],
		['nobody', 'no-such-model', []],
	])('can be filtered by %s', (_, filter, expected) => {
		expect([...new Set(book.list(AT, filter).map(({provider, model}) => `${provider} ${model}`))]).toEqual(expected);
	});

	it('shows the period of then and those to come, with their tiers', () => {
		expect(book.list(Date.UTC(2026, 2, 12), 'anthropic/claude-opus-4-6').map(toShort)).toEqual([
			['anthropic', 'claude-opus-4-6', null, null, 5],
			['anthropic', 'claude-opus-4-6', null, 200_000, 10],
			['anthropic', 'claude-opus-4-6', '2026-03-13', null, 5],
		]);
		expect(book.list(Date.UTC(2026, 2, 13), 'anthropic/claude-opus-4-6').map(toShort)).toEqual([
			['anthropic', 'claude-opus-4-6', '2026-03-13', null, 5],
		]);
	});

	it('shows a model whose price cannot be computed without one', () => {
		expect(book.list(AT, 'whisper-1').map(toShort)).toEqual([['openai', 'whisper-1', null, null, null]]);
	});

	it('shows own prices in the place of those they stand in for, and others first', () => {
		const rows = createPricing([own('claude-sonnet-4-5'), own('my-model'), own('x', 1, 'me')]).list(AT);

		expect(rows.filter(({model, provider}) => model === 'claude-sonnet-4-5' && provider === 'anthropic').map(toShort)).toEqual([
			['anthropic', 'claude-sonnet-4-5', null, null, 7],
		]);
		expect(rows.slice(0, 2).map(({model}) => model)).toEqual(['claude-sonnet-4-5', 'my-model']);
		expect(rows.at(-1)).toMatchObject({provider: 'me', model: 'x', isOwn: true});
	});
});

describe('own prices', () => {
	it.each([
		['as it is written', 'claude-sonnet-4-5'],
		['with a date', 'claude-sonnet-4-5-20250929'],
		['with a window size', 'claude-sonnet-4-5[1m]'],
		['in capital letters', 'Claude-Sonnet-4-5'],
	])('win over the table for a name %s, whatever the prompt', (_, name) => {
		const priced = createPricing([own('claude-sonnet-4-5')]).price(usage(name, {input: 300_000}));

		expect(priced?.costNanoUsd).toBe(2_100_000_000);
	});

	it('say nothing about other names, other providers and models of the same family', () => {
		const mine = createPricing([own('claude-sonnet-4-5')]);

		for (const [provider, name] of [
			['anthropic', 'claude-sonnet-4-5-thinking'],
			['google', 'claude-sonnet-4-5'],
			['anthropic', 'claude-sonnet-4-6'],
		] as const)
			expect(mine.price(usage(name, {input: 1000}, AT, provider))).toEqual(book.price(usage(name, {input: 1000}, AT, provider)));
	});

	it('make a model known that the table does not know', () => {
		expect(book.price(usage('my-model', {input: 1000}))).toBeUndefined();
		expect(createPricing([own('my-model')]).price(usage('my-model', {input: 1000}))?.costNanoUsd).toBe(7_000_000);
	});

	it('can say that a model costs nothing', () => {
		expect(createPricing([own('my-model', 0)]).price(usage('my-model', {input: 1000}))).toEqual({costNanoUsd: 0, cacheSavedNanoUsd: 0});
	});
});

describe('the explanation of a price', () => {
	it('names the row: model, tier, day and whose it is', () => {
		expect(book.explain(usage('claude-sonnet-4-5-20250929', {input: 200_001}))?.row).toMatchObject({
			provider: 'anthropic',
			model: 'claude-sonnet-4-5',
			isOwn: false,
			since: null,
			aboveTokens: 200_000,
		});
		expect(book.explain(usage('claude-opus-4-6', {}, Date.UTC(2026, 2, 13)))?.row).toMatchObject({since: '2026-03-13', aboveTokens: null});
		expect(createPricing([own('claude-opus-4-6')]).explain(usage('claude-opus-4-6', {}))?.row).toMatchObject({isOwn: true, rates: rates(7)});
	});

	it('multiplies each bucket by its price', () => {
		const tokens = {input: 10, cacheRead: 100, cacheWrite: 30, cacheWrite1h: 10, output: 5, reasoning: 4};

		expect(book.explain(usage('claude-haiku-4-5', tokens))?.lines).toEqual([
			{bucket: 'input', tokens: 10, costPicoUsd: 10_000_000n},
			{bucket: 'cacheRead', tokens: 100, costPicoUsd: 10_000_000n},
			{bucket: 'cacheWrite', tokens: 20, costPicoUsd: 25_000_000n},
			{bucket: 'cacheWrite1h', tokens: 10, costPicoUsd: 20_000_000n},
			{bucket: 'output', tokens: 5, costPicoUsd: 25_000_000n},
		]);
	});

	it('is missing exactly when the price is', () => {
		expect(book.explain(usage('no-such-model', {input: 1}))).toBeUndefined();
		expect(book.explain(usage('whisper-1', {input: 1}, AT, 'openai'))).toBeUndefined();
		expect(book.explain(usage('claude-opus-5', {input: Number.MAX_SAFE_INTEGER}))).toBeUndefined();
	});

	it('adds up to the price, for any count', () => {
		const count = fc.nat(1_000_000);
		fc.assert(
			fc.property(count, count, count, count, count, (input, cacheRead, cacheWrite, lasting, output) => {
				const tokens = {input, cacheRead, cacheWrite: cacheWrite + lasting, cacheWrite1h: lasting, output, reasoning: 0};
				for (const [provider, model] of [
					['anthropic', 'claude-sonnet-4-5'],
					['google', 'gemini-1.5-flash'],
					['openai', 'gpt-5.4'],
				] as const) {
					const explained = book.explain(usage(model, tokens, AT, provider));
					const pico = explained?.lines.reduce((total, {costPicoUsd}) => total + costPicoUsd, 0n) ?? -1n;
					expect(explained?.costNanoUsd).toBe(book.price(usage(model, tokens, AT, provider))?.costNanoUsd);
					expect(Number((pico + 500n) / 1000n)).toBe(explained?.costNanoUsd);
				}
			}),
		);
	});
});
