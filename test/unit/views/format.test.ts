import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
	formatAgo,
	formatBytes,
	formatCost,
	formatCount,
	formatDuration,
	formatInteger,
	formatNanoUsd,
	formatPlural,
	formatShare,
	formatShares,
} from '../../../source/views/format.ts';

describe('formatDuration', () => {
	test.each([
		[-1, 'clock changed'],
		[0, '0ms'],
		[45, '45ms'],
		[999.9, '999ms'],
		[1000, '1.0s'],
		[3299, '3.2s'],
		[9999, '9.9s'],
		[10_000, '10s'],
		[59_999, '59s'],
		[60_000, '1m00s'],
		[724_000, '12m04s'],
		[3_599_999, '59m59s'],
		[3_720_000, '1h02m'],
		[47 * 3_600_000, '47h00m'],
		[49 * 3_600_000, '2d01h'],
	])('%d ms is %s', (durationMs, text) => {
		expect(formatDuration(durationMs)).toBe(text);
	});
});

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

describe('formatNanoUsd', () => {
	test.each([
		[0n, '$0.0000'],
		[1n, '<$0.0001'],
		[49_999n, '<$0.0001'],
		[50_000n, '$0.0001'],
		[123_456_789n, '$0.1235'],
		[999_949_999n, '$0.9999'],
		[999_950_000n, '$1.00'],
		[1_005_000_000n, '$1.01'],
		[1_234_567_891_000_000n, '$1,234,567.89'],
		[-123_400_000n, '-$0.1234'],
	])('%d is %s', (nanoUsd, text) => {
		expect(formatNanoUsd(nanoUsd)).toBe(text);
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
	expect([formatInteger(999), formatInteger(1_234_567), formatInteger(-1000n)]).toEqual(['999', '1,234,567', '-1,000']);
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
