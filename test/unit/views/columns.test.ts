import fc from 'fast-check';
import {expect, test} from 'vitest';
import {type Column, layOutColumns} from '../../../source/views/columns.ts';
import {toPlainText} from '../../../source/views/line.ts';
import {displayWidth} from '../../../source/views/width.ts';

const COLUMNS: readonly Column[] = [{title: 'Name', isFlexible: true}, {title: 'Size', align: 'right'}, {title: ''}];

const draw = (rows: ReadonlyArray<readonly string[]>, width = 80): readonly string[] => layOutColumns(COLUMNS, rows, width).map(toPlainText);

test('aligns columns by display width, and leaves no blanks at the end of a line', () => {
	expect(
		draw([
			['a', '1', 'x'],
			['你好', '200', ''],
		]),
	).toEqual(['Name  Size', 'a        1  x', '你好   200']);
});

test('takes what is too much from the flexible column first', () => {
	expect(draw([['a name that is rather long', '12345', 'end']], 30)).toEqual(['Name                 Size', 'a name that is ra…  12345  end']);
});

test('leaves out a column that is empty everywhere', () => {
	expect(draw([['a', '1', '']])).toEqual(['Name  Size', 'a        1']);
});

test('draws no titles where there are none', () => {
	expect(layOutColumns([{title: ''}, {title: ''}], [['a', 'b']], 80).map(toPlainText)).toEqual(['a  b']);
});

test('keeps the tone of a cell and makes the titles quiet', () => {
	expect(layOutColumns([{title: 'T'}], [[{text: 'x', tone: 'bad'}]], 80)).toEqual([[{text: 'T', tone: 'quiet'}], [{text: 'x', tone: 'bad'}]]);
});

test('never draws a line that is wider than it may be, whatever the cells', () => {
	const row = fc.array(fc.string({unit: 'grapheme', maxLength: 60}), {minLength: 3, maxLength: 3});

	fc.assert(
		fc.property(fc.array(row, {maxLength: 5}), fc.integer({min: 1, max: 100}), (rows, width) => {
			for (const line of draw(rows, width)) expect(displayWidth(line)).toBeLessThanOrEqual(width);
		}),
	);
});
