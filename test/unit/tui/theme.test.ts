import {describe, expect, test} from 'vitest';
import {THEMES} from '../../../source/domain/settings.ts';
import {readPainted, toColouredRow} from '../../../source/tui/painted.ts';
import {chooseTheme, type Style} from '../../../source/tui/theme.ts';

const STYLES: Readonly<Record<Style, null>> = {
	plain: null,
	dim: null,
	strong: null,
	heading: null,
	accent: null,
	recording: null,
	active: null,
	good: null,
	bad: null,
	attention: null,
	quiet: null,
	selected: null,
	found: null,
};
const ALL = Object.keys(STYLES) as readonly Style[];

/** The attributes that a theme begins a text with. */
const attributesOf = (painted: string): readonly number[] => [...painted.matchAll(/\u001b\[(\d+)m(?=.*x)/g)].map(([, code]) => Number(code));

describe.each(THEMES)('the theme %s', name => {
	const {paint} = chooseTheme({}, name);
	const look = (style: Style) => attributesOf(paint('x', style));

	test('tells what matters from plain text', () => {
		for (const style of ['bad', 'attention', 'selected', 'found', 'strong', 'accent'] as const)
			expect(paint('x', style)).not.toBe(paint('x', 'plain'));
		expect(paint('x', 'bad')).not.toBe(paint('x', 'good'));
		expect(paint('x', 'plain')).toBe('x');
	});

	test('inverts what is selected and found, which is seen without colours', () => {
		expect(look('selected')).toContain(7);
		expect(look('found')).toContain(7);
	});

	test('never joins bold and dim, which end together', () => {
		for (const style of ALL) expect(look(style)).not.toEqual(expect.arrayContaining([1, 2]));
	});

	test('ends all that it begins, and has no background', () => {
		for (const style of ALL) {
			expect(readPainted(`${paint('x', style)}y`).at(-1)?.look).toEqual({colour: null, isBold: false, isDim: false, isInverse: false});
			expect(look(style).filter(code => code >= 40 && code < 50)).toEqual([]);
		}
	});

	test('uses nothing that pictures do not know', () => {
		for (const style of ALL) {
			const row = readPainted(paint('x', style));

			expect(attributesOf(toColouredRow(row).replaceAll(/;(?=[\d;]*m)/g, 'm\u001b['))).toEqual(expect.arrayContaining([...look(style)]));
		}
	});
});

describe('the themes', () => {
	const codes = (name: (typeof THEMES)[number]) => ALL.flatMap(style => attributesOf(chooseTheme({}, name).paint('x', style)));

	test('for light terminals have no yellow, no cyan, nothing bright and nothing dim', () => {
		for (const code of codes('light')) expect([33, 36, 2]).not.toContain(code);
		expect(Math.max(...codes('light'))).toBeLessThan(90);
		expect(chooseTheme({}, 'light').background).toBe('light');
	});

	test('of high contrast have nothing dim', () => {
		expect(codes('high-contrast')).not.toContain(2);
	});

	test('for the colour-blind have neither red nor green', () => {
		for (const code of codes('colour-blind')) expect([31, 32, 91, 92]).not.toContain(code);
	});

	test('without colours have none, and NO_COLOR always has the last word', () => {
		expect(codes('mono').filter(code => code >= 30)).toEqual([]);
		for (const name of THEMES) {
			for (const style of ALL) expect(chooseTheme({NO_COLOR: '1'}, name).paint('x', style)).toBe(chooseTheme({}, 'mono').paint('x', style));
		}
	});
});
