import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {readPainted, toColouredRow, toPlainRow} from '../../../source/tui/painted.ts';
import {chooseTheme, type Style} from '../../../source/tui/theme.ts';

const theme = chooseTheme({});
const ESC = '\u001b';
const PLAIN = {colour: null, isBold: false, isDim: false, isInverse: false};

describe('a painted row', () => {
	test.each<readonly [Style, object]>([
		['dim', {isDim: true}],
		['strong', {isBold: true}],
		['heading', {isBold: true}],
		['found', {isInverse: true, colour: 'yellow'}],
		['accent', {isBold: true, colour: 'cyan'}],
		['recording', {colour: 'magenta'}],
		['active', {colour: 'cyan'}],
		['good', {colour: 'green'}],
		['bad', {colour: 'red'}],
		['attention', {isBold: true, colour: 'yellow'}],
		['quiet', {isDim: true}],
		['selected', {isInverse: true}],
	])('is read as it was painted: %s', (style, look) => {
		const spans = readPainted(`a${theme.paint('b', style)}c`);

		expect(spans).toEqual([
			{text: 'a', look: PLAIN},
			{text: 'b', look: {...PLAIN, ...look}},
			{text: 'c', look: PLAIN},
		]);
	});

	test('may set several attributes at once, and end all of them', () => {
		const spans = readPainted(`${ESC}[1;31ma${ESC}[mb`);

		expect(spans).toEqual([
			{text: 'a', look: {...PLAIN, isBold: true, colour: 'red'}},
			{text: 'b', look: PLAIN},
		]);
	});

	test('is the same after it was written for a terminal and read again', () => {
		const row = readPainted(`${theme.paint('a', 'accent')} ${theme.paint('b', 'selected')}`);

		expect(readPainted(toColouredRow(row))).toEqual(row);
	});

	test('loses its trailing blanks', () => {
		const row = readPainted('a   ');

		expect([toPlainRow(row), toColouredRow(row)]).toEqual(['a', 'a']);
	});

	test('never lets a control sequence of another kind through, whatever is in it', () => {
		fc.assert(
			fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom(`${ESC}]0;x\u0007`, `${ESC}[2J`, '\u009b', `${ESC}[31m`, ESC))), parts => {
				const row = readPainted(parts.join(''));

				expect(toPlainRow(row)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
				expect(toColouredRow(row).replaceAll(/\u001b\[[\d;]*m/g, '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
			}),
		);
	});
});
