import {describe, expect, test} from 'vitest';
import {layOut, roomOf, windowStart} from '../../../source/tui/layout.ts';

const at = (columns: number, rows: number, isZoomed = false) => layOut({size: {columns, rows}, focus: 'log', tab: 'totals', isZoomed});

const shown = (columns: number, rows: number, isZoomed = false) => {
	const layout = at(columns, rows, isZoomed);
	return layout.kind === 'panes' ? layout.bands.map(band => band.map(area => area.pane)) : layout.kind;
};

describe('the layout', () => {
	test.each([
		[59, 40, 'summary'],
		[120, 14, 'summary'],
		[60, 15, [['agents'], ['totals']]],
		[99, 30, [['agents'], ['totals']]],
		[
			100,
			30,
			[
				['agents', 'log'],
				['totals', 'checkpoints'],
			],
		],
		[
			200,
			50,
			[
				['agents', 'log'],
				['totals', 'checkpoints'],
			],
		],
	])('at %i x %i shows %j', (columns, rows, panes) => {
		expect(shown(columns, rows)).toEqual(panes);
	});

	test('gives a zoomed pane everything', () => {
		expect(shown(120, 40, true)).toEqual([['log']]);
		expect(roomOf(at(120, 40, true), 'log')).toEqual({columns: 116, rows: 36});
	});

	test('fills every screen exactly, but for the header and the footer', () => {
		for (let columns = 60; columns <= 250; columns += 1) {
			for (let rows = 15; rows <= 80; rows += 5) {
				const layout = at(columns, rows);
				if (layout.kind !== 'panes') throw new Error('too small');
				const heights = layout.bands.map(band => band[0]?.rows ?? 0);
				expect(heights.reduce((sum, height) => sum + height, 0)).toBe(rows - 2);
				for (const band of layout.bands) expect(band.reduce((sum, area) => sum + area.columns, 0)).toBe(columns);
			}
		}
	});
});

test.each([
	['the first of a long list', 0, 100, 10, 0],
	['in the middle', 50, 100, 10, 45],
	['the last', 99, 100, 10, 90],
	['a list that fits', 4, 5, 10, 0],
	['nothing selected', -1, 100, 10, 0],
])('the window of a list shows %s', (_, selected, count, height, start) => {
	expect(windowStart(selected, count, height)).toBe(start);
});
