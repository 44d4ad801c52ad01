import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {NO_TOKENS} from '../../../source/domain/tokens.ts';
import {apportion} from '../../../source/telemetry/apportion.ts';
import {cacheHitRate, sumUsage} from '../../../source/telemetry/totals.ts';

describe('apportion', () => {
	it.each([
		[100, [1, 1, 1], [34, 33, 33]],
		[10, [3, 1], [8, 2]],
		[5, [0, 0], [3, 2]],
		[7, [0, 5, 0], [0, 7, 0]],
		[0, [1, 2], [0, 0]],
		[9, [], []],
	])('spreads %i by %j', (total, weights, parts) => {
		expect(apportion(total, weights)).toEqual(parts);
	});

	it('gives whole parts whose sum is the amount, each less than one away from its share', () => {
		const weight = fc.oneof(fc.nat(1000), fc.maxSafeNat());
		fc.assert(
			fc.property(fc.maxSafeNat(), fc.array(weight, {minLength: 1, maxLength: 20}), (total, weights) => {
				const parts = apportion(total, weights);
				const whole = weights.reduce((sum, each) => sum + BigInt(each), 0n);
				expect(parts.reduce((sum, part) => sum + BigInt(part), 0n)).toBe(BigInt(total));
				for (const [index, part] of parts.entries()) {
					expect(Number.isSafeInteger(part) && part >= 0).toBe(true);
					const away = BigInt(part) * whole - BigInt(total) * BigInt(weights[index] ?? 0);
					if (whole > 0n) expect(away < whole && away > -whole).toBe(true);
				}
			}),
		);
	});
});

describe('sumUsage', () => {
	const record = {tokens: {...NO_TOKENS, input: 10, output: 1}, costNanoUsd: 5, costSource: 'reported', cacheSavedNanoUsd: 2} as const;
	const unpriced = {...record, costNanoUsd: null, costSource: 'unknown', cacheSavedNanoUsd: null} as const;

	it('is nothing of nothing', () => {
		expect(sumUsage([])).toEqual({tokens: NO_TOKENS, responses: 0, costNanoUsd: 0n, unpriced: 0, costSource: 'unknown', cacheSavedNanoUsd: 0n});
	});

	it('adds tokens, costs and savings, and counts responses without a price', () => {
		expect(sumUsage([record, record, unpriced])).toEqual({
			tokens: {...NO_TOKENS, input: 30, output: 3},
			responses: 3,
			costNanoUsd: 10n,
			unpriced: 1,
			costSource: 'reported',
			cacheSavedNanoUsd: 4n,
		});
	});

	it('is estimated as soon as one part is, and unknown when nothing has a price', () => {
		expect(sumUsage([record, {...record, costSource: 'estimated'}]).costSource).toBe('estimated');
		expect(sumUsage([unpriced]).costSource).toBe('unknown');
	});

	it('stays exact beyond what a number holds', () => {
		const huge = {...record, costNanoUsd: Number.MAX_SAFE_INTEGER};

		expect(sumUsage([huge, huge, huge]).costNanoUsd).toBe(27021597764222973n);
	});
});

describe('cacheHitRate', () => {
	it('is the part of the prompt that was read from a cache', () => {
		expect(cacheHitRate({...NO_TOKENS, input: 10, cacheRead: 60, cacheWrite: 30, output: 500})).toBe(0.6);
	});

	it('is not known without a prompt', () => {
		expect(cacheHitRate({...NO_TOKENS, output: 5})).toBeUndefined();
	});
});
