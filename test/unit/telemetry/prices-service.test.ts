import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {RadError} from '../../../source/domain/failures.ts';
import type {OwnPrice} from '../../../source/telemetry/price-index.ts';
import {createPrices, explainCosts} from '../../../source/telemetry/prices-service.ts';
import {createPricing} from '../../../source/telemetry/pricing.ts';
import {anId, aUsageRecord, T0, tokens} from '../../support/builders.ts';

const book = createPricing();
const own = (usd: number): OwnPrice => ({
	provider: 'anthropic',
	model: 'claude-sonnet-4-5',
	rates: {input: usd * 1e6, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0, output: 0},
});
const estimated = (id: string, count: number, change: Parameters<typeof aUsageRecord>[0] = {}) =>
	aUsageRecord({messageId: id, tokens: tokens({input: count}), costSource: 'estimated', costNanoUsd: count * 3000, ...change});

describe('the explanation of costs', () => {
	it('sums responses by model, tier and source of what is recorded', () => {
		const parts = explainCosts(book, [
			estimated('a', 1000),
			estimated('b', 2000),
			estimated('c', 200_001, {costNanoUsd: 1_200_006_000}),
			estimated('d', 500, {costSource: 'reported', costNanoUsd: 7}),
			estimated('e', 500, {model: 'claude-haiku-4-5', costNanoUsd: 500_000}),
		]);

		expect(
			parts.map(({model, responses, price, costSource, estimateNanoUsd, costNanoUsd}) => [
				model,
				responses,
				price?.aboveTokens,
				costSource,
				estimateNanoUsd,
				costNanoUsd,
			]),
		).toEqual([
			['claude-sonnet-4-5', 2, null, 'estimated', 9_000_000n, 9_000_000n],
			['claude-sonnet-4-5', 1, 200_000, 'estimated', 1_200_006_000n, 1_200_006_000n],
			['claude-sonnet-4-5', 1, null, 'reported', 1_500_000n, 7n],
			['claude-haiku-4-5', 1, null, 'estimated', 500_000n, 500_000n],
		]);
	});

	it('prices each response by the day on which it was made', () => {
		const of = (at: number) => estimated(String(at), 250_000, {model: 'claude-opus-4-6', at});

		expect(
			explainCosts(book, [of(Date.UTC(2026, 2, 12)), of(Date.UTC(2026, 2, 14))]).map(({price, estimateNanoUsd}) => [price?.since, estimateNanoUsd]),
		).toEqual([
			[null, 2_500_000_000n],
			['2026-03-13', 1_250_000_000n],
		]);
	});

	it('has tokens and no money for a model without a price, never 0', () => {
		const [part] = explainCosts(book, [aUsageRecord({model: 'no-such-model', costSource: 'unknown', costNanoUsd: null})]);

		expect(part).toMatchObject({price: null, estimateNanoUsd: null, costNanoUsd: null, costSource: 'unknown'});
		expect(part?.lines.map(({bucket, tokens: count, costNanoUsd}) => [bucket, count, costNanoUsd])).toEqual([
			['input', 1000, null],
			['cacheRead', 0, null],
			['cacheWrite', 0, null],
			['cacheWrite1h', 0, null],
			['output', 200, null],
		]);
	});

	it('tells what the prices of now make it, and leaves what is recorded', () => {
		const records = [estimated('a', 1_000_000, {costNanoUsd: 3_000_000_000})];
		const before = structuredClone(records);

		const [part] = explainCosts(createPricing([own(4)]), records);

		expect(part).toMatchObject({estimateNanoUsd: 4_000_000_000n, costNanoUsd: 3_000_000_000n, price: {isOwn: true}});
		expect(records).toEqual(before);
	});

	it('has lines that add up to the estimate, which is the sum of the prices', () => {
		const count = fc.nat(400_000);
		const usage = fc
			.record({input: count, cacheRead: count, cacheWrite: count, output: count})
			.map(part => tokens({...part, cacheWrite1h: part.cacheWrite >> 1}));
		fc.assert(
			fc.property(fc.array(usage, {maxLength: 8}), fc.constantFrom('claude-sonnet-4-5', 'gemini-1.5-flash'), (all, model) => {
				const provider = model.startsWith('gemini') ? 'google' : 'anthropic';
				const records = all.map((of, index) => aUsageRecord({messageId: String(index), tokens: of, provider, model}));
				const parts = explainCosts(book, records);
				for (const {lines, estimateNanoUsd} of parts) {
					expect(lines.reduce((total, {costNanoUsd}) => total + (costNanoUsd ?? 0n), 0n)).toBe(estimateNanoUsd);
					expect(lines.every(({costNanoUsd, tokens: of}) => of > 0 || costNanoUsd === 0n)).toBe(true);
				}
				const whole = parts.reduce((total, {estimateNanoUsd}) => total + (estimateNanoUsd ?? 0n), 0n);
				expect(whole).toBe(records.reduce((total, record) => total + BigInt(book.price(record)?.costNanoUsd ?? 0), 0n));
			}),
		);
	});
});

describe('the prices of a workspace', () => {
	it('name the table and its day', async () => {
		const prices = createPrices({load: createPricing, records: async () => [], now: () => T0});

		expect((await prices.list()).table).toEqual({name: '@pydantic/genai-prices', version: '0.1.8', date: '2026-09-23'});
		expect(await prices.explain(anId('agt'))).toMatchObject({table: {date: '2026-09-23'}, parts: []});
	});

	it('are not told while the file of own prices has mistakes', async () => {
		const load = () => {
			throw new RadError('WORKSPACE_UNUSABLE', 'no');
		};
		const prices = createPrices({load, records: async () => [], now: () => T0});

		await expect(prices.list()).rejects.toThrow('no');
		await expect(prices.explain(anId('agt'))).rejects.toThrow('no');
	});
});
