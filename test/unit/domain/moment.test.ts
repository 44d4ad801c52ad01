import {describe, expect, it} from 'vitest';
import {parseMoment, toEpoch} from '../../../source/domain/moment.ts';

const NOW = Date.UTC(2026, 2, 1, 14);

const read = (text: string): number | undefined => {
	const moment = parseMoment(text);
	return moment === undefined ? undefined : toEpoch(moment, NOW);
};

describe('parseMoment', () => {
	it.each([
		['10m', NOW - 600_000],
		['1h30m', NOW - 5_400_000],
		['30d', NOW - 30 * 86_400_000],
		['2026-03-01T13:59:58.250Z', NOW - 1750],
		['2026-03-01T14:00+02:00', NOW - 7_200_000],
		['2026-03-01 14:00Z', NOW],
		['2026-02-28', new Date(2026, 1, 28).getTime()],
		['2026-02-28T07:05', new Date(2026, 1, 28, 7, 5).getTime()],
		['2024-02-29T00:00Z', Date.UTC(2024, 1, 29)],
	])('reads %s', (text, at) => {
		expect(read(text)).toBe(at);
	});

	it.each(['', 'now', '10', '10 m', '-10m', '2026', '2026-02-29', '2026-13-01', '2026-00-01', '2026-03-00', '2026-03-01T25:00', '2026-3-1', '14:00'])(
		'takes %s for no moment',
		text => {
			expect(read(text)).toBeUndefined();
		},
	);
});
