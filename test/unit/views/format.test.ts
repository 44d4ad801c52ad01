import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
	formatAgo,
	formatBytes,
	formatCost,
	formatCount,
	formatLocalTime,
	formatPlural,
	formatShare,
	formatShares,
} from '../../../source/views/format.ts';

describe('formatAgo', () => {
	test.each([
		[-60, 'just now'],
		[4, 'just now'],
		[5, '5s ago'],
		[60, '1m ago'],
		[3600, '1h ago'],
		[47 * 3600, '47h ago'],
		[48 * 3600, '2d ago'],
	])('%d seconds are %s', (seconds, text) => {
		expect(formatAgo(0, seconds * 1000)).toBe(text);
	});
});

describe('formatLocalTime', () => {
	test.each([0, Date.UTC(2026, 6, 1, 23, 59, 59), Date.UTC(2026, 0, 31, 0, 0, 1)])('tells the moment %d with its zone', at => {
		const text = formatLocalTime(at);

		expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/);
		expect(Date.parse(text)).toBe(at);
		expect(Number(text.slice(11, 13))).toBe(new Date(at).getHours());
	});
});

describe('formatCount', () => {
	test.each([
		[0, '0'],
		[999, '999'],
		[1000, '1.00k'],
		[9994, '9.99k'],
		[9995, '10.0k'],
		[12_340, '12.3k'],
		[99_949, '99.9k'],
		[99_950, '100k'],
		[999_499, '999k'],
		[999_500, '1.00M'],
		[1_840_000, '1.84M'],
		[999_500_000, '1.00G'],
	])('%d is %s', (count, text) => {
		expect(formatCount(count)).toBe(text);
	});

	test('never takes more than five characters', () => {
		fc.assert(fc.property(fc.nat(999_000_000_000), count => formatCount(count).length <= 5));
	});
});

describe('formatCost', () => {
	const cost = {costNanoUsd: 10_000_000n, unpriced: 0, costSource: 'reported', responses: 2} as const;
	test.each([
		['reported by the engine', cost, '$0.0100'],
		['estimated', {...cost, costSource: 'estimated'}, '~$0.0100'],
		['a lower bound', {...cost, unpriced: 1}, '≥$0.0100'],
		['unknown', {...cost, unpriced: 2, costSource: 'unknown'}, 'n/a'],
		['of nothing', {...cost, responses: 0}, '—'],
	] as const)('shows one that is %s', (_, value, text) => {
		expect(formatCost(value)).toBe(text);
	});
});

test('formats shares, sizes and counts of things', () => {
	expect([formatShare(0, 0), formatShare(849, 1000), formatShare(1, 1)]).toEqual(['—', '85%', '100%']);
	expect([formatShare(999, 1000), formatShare(1, 1000)]).toEqual(['99%', '0%']);
	expect([999, 1200, 12_400, 999_499, 999_500, 1_200_000, 2_000_000_000].map(formatBytes)).toEqual([
		'999 B',
		'1.2 kB',
		'12 kB',
		'999 kB',
		'1.0 MB',
		'1.2 MB',
		'2.0 GB',
	]);
	expect([formatPlural(0, 'file'), formatPlural(1, 'file'), formatPlural(1234, 'file')]).toEqual(['0 files', '1 file', '1,234 files']);
});

describe('the shares of parts that make a whole', () => {
	test.each([
		[
			[1, 1, 1],
			['34%', '33%', '33%'],
		],
		[
			[126, 824, 20, 25],
			['13%', '83%', '2%', '2%'],
		],
		[
			[0, 0],
			['—', '—'],
		],
		[
			[5, 0],
			['100%', '0%'],
		],
	])('of %j are %j', (parts, shares) => {
		expect(formatShares(parts)).toEqual(shares);
	});

	test('add up to 100', () => {
		fc.assert(
			fc.property(fc.array(fc.nat(2_000_000), {minLength: 1, maxLength: 6}), parts => {
				fc.pre(parts.some(part => part > 0));
				const shares = formatShares(parts).map(share => Number(share.replace('%', '')));

				expect(shares.reduce((sum, share) => sum + share, 0)).toBe(100);
			}),
		);
	});
});
