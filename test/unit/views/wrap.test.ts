import {expect, test} from 'vitest';
import {breakRows, wrap} from '../../../source/views/wrap.ts';

test.each([
	['', 10, ['']],
	['one two three', 80, ['one two three']],
	['one two three', 7, ['one two', 'three']],
	['a_very_long_word next', 5, ['a_very_long_word', 'next']],
	['你好 世界', 5, ['你好', '世界']],
])('breaks %j at %d columns', (text, columns, lines) => {
	expect(wrap(text, columns)).toEqual(lines);
});

test.each([
	['', 10, ['']],
	['fits', 4, ['fits']],
	['abcdefgh', 3, ['abc', 'def', 'gh']],
	['one two three', 8, ['one two', 'three']],
	['one two three', 7, ['one two', 'three']],
	['a bcdefghij', 8, ['a bcdefg', 'hij']],
	['你好世界', 5, ['你好', '世界']],
])('fills rows with %j at %d columns', (text, columns, rows) => {
	expect(breakRows(text, columns)).toEqual(rows);
});
