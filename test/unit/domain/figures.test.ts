import {describe, expect, test} from 'vitest';
import {formatDay, formatDuration, formatInteger, formatMoment, formatNanoUsd, parseUsd} from '../../../source/domain/figures.ts';

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

test('groups digits', () => {
	expect([formatInteger(999), formatInteger(1_234_567), formatInteger(-1000n)]).toEqual(['999', '1,234,567', '-1,000']);
});

describe('parseUsd', () => {
	test.each([
		['2', 2_000_000_000],
		['2.50', 2_500_000_000],
		['$0.000000001', 1],
		['999999', 999_999_000_000_000],
	])('reads %s', (text, nanoUsd) => {
		expect(parseUsd(text)).toBe(nanoUsd);
	});

	test.each(['', '0', '0.00', '-1', '1e3', '1,000', '2 USD', '0.0000000001', '1000001', 'NaN'])('does not read %j', text => {
		expect(parseUsd(text)).toBeUndefined();
	});
});

describe('formatMoment', () => {
	const at = new Date(2026, 1, 8, 9, 5).getTime();

	test.each([
		['09:05', new Date(2026, 1, 8, 0, 0)],
		['8 Feb 09:05', new Date(2026, 1, 7, 23, 59)],
	])('says %s', (text, now) => {
		expect(formatMoment(at, now.getTime())).toBe(text);
		expect(formatDay(at)).toBe('8 Feb');
	});
});
