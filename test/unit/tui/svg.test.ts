import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {readPainted} from '../../../source/tui/painted.ts';
import {drawSvg} from '../../../source/tui/svg.ts';
import {chooseTheme} from '../../../source/tui/theme.ts';

const drawRow = (row: string): string => drawSvg([readPainted(row)], {columns: 20, rows: 1}, {title: 'title', background: 'dark'});

/** Where each text begins, and how wide it is told to be. */
const placesOf = (svg: string): readonly string[] =>
	[...svg.matchAll(/<text (?:class="middle" )?x="([\d.]+)"[^>]*?(?:textLength="(\d+)")?>([^<]*)</g)].map(([, x, width, text]) =>
		[text, x, width ?? 'middle'].join(' '),
	);

describe('a row as SVG', () => {
	test('puts words on their cells and stretches them to their width', () => {
		expect(placesOf(drawRow('ab c   de'))).toEqual(['ab c 14 36', 'de 77 18']);
		expect(placesOf(drawRow('   ab  '))).toEqual(['ab 41 18']);
	});

	test('puts wide and foreign characters in the middle of their cells, so that what follows is aligned in every font', () => {
		expect(placesOf(drawRow('a你b'))).toEqual(['a 14 9', '你 32 middle', 'b 41 9']);
		expect(placesOf(drawRow('✔ ok'))).toEqual(['✔ 18.5 middle', 'ok 32 18']);
	});

	test('keeps a character together with the marks above it', () => {
		expect(placesOf(drawRow('e\u0301x'))).toEqual(['e\u0301 18.5 middle', 'x 23 9']);
	});

	test('draws borders as lines, from cell to cell', () => {
		const svg = drawRow('╭──');

		expect(placesOf(svg)).toEqual([]);
		expect(svg).toContain('<path d="M23 43.5Q18.5 43.5 18.5 53M23 43.5L32 43.5L41 43.5"/>');
		expect(drawRow('┃')).toContain('<path class="heavy" d="');
	});

	test('draws a bar as one field', () => {
		expect(drawRow('███░░').match(/<rect [^>]*opacity[^>]*>/g)).toEqual([
			'<rect x="14" y="37" width="27" height="13" opacity="1"/>',
			'<rect x="41" y="37" width="18" height="13" opacity="0.25"/>',
		]);
	});

	test('fills the cells of what is selected, blanks too', () => {
		expect(drawRow(chooseTheme({}).paint('ab  ', 'selected'))).toContain('<rect x="14" y="34" width="36" height="19"/></g><g class="inverse">');
	});
});

/** What is not well-formed as far as texts can make it so. */
const findFault = (svg: string): string | undefined =>
	/&(?!(?:amp|lt|gt|quot|#39);)|[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|<(?!\/?(?:svg|title|style|rect|circle|g|text|path)[ >])/.exec(
		svg,
	)?.[0];

test('no text gets out of its element, whatever is in it', () => {
	expect(drawRow('</text><script>&"\'')).toContain('>&lt;/text&gt;&lt;script&gt;&amp;&quot;&#39;<');
	fc.assert(
		fc.property(fc.array(fc.nat({max: 0x10ffff}), {maxLength: 60}), codes => {
			const text = String.fromCodePoint(...codes);

			expect(findFault(drawSvg([readPainted(text)], {columns: 80, rows: 1}, {title: text, background: 'dark'}))).toBeUndefined();
		}),
	);
});
