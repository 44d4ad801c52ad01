import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {
	type FileName,
	fromText,
	isBelow,
	joinZero,
	parentsOf,
	parseShownName,
	showName,
	splitZero,
	toBytes,
	toFileName,
} from '../../../source/checkpoint/file-name.ts';

describe('names of files', () => {
	it.each([
		['plain.txt', 'plain.txt'],
		['with space', 'with space'],
		['ünï ☃', 'ünï ☃'],
		['back\\slash', 'back\\slash'],
		['new\nline', '"new\\nline"'],
		['"quoted"', '"\\"quoted\\""'],
		['bell\x07 and \\', '"bell\\007 and \\\\"'],
	])('shows %j as %s', (text, shown) => {
		expect(showName(fromText(text))).toBe(shown);
	});

	it('shows bytes that are no UTF-8 the way git quotes them', () => {
		expect(showName(toFileName(Buffer.from([0x63, 0xe9, 0xff])))).toBe('"c\\351\\377"');
	});

	it('reads every shown name back to the same bytes, and two names never look the same', () => {
		const name = fc.uint8Array({minLength: 1, maxLength: 12}).map(toFileName);

		fc.assert(fc.property(name, one => parseShownName(showName(one)) === one));
		fc.assert(fc.property(fc.string({minLength: 1}).map(fromText), one => parseShownName(showName(one)) === one));
	});

	it('never shows a control character', () => {
		fc.assert(fc.property(fc.uint8Array().map(toFileName), name => !/[\x00-\x1f\x7f-\x9f]/.test(showName(name))));
	});

	it('keeps all bytes on the way to git and back', () => {
		const names = fc.array(fc.uint8Array({minLength: 1}).map(bytes => toFileName(bytes.map(byte => byte || 1))));

		fc.assert(fc.property(names, all => JSON.stringify(splitZero(joinZero(all))) === JSON.stringify(all)));
		expect(toBytes(toFileName(Buffer.from([0xff, 0x0a])))).toEqual(Buffer.from([0xff, 0x0a]));
	});

	it('knows the folders of a name', () => {
		expect(parentsOf('a/b/c' as FileName)).toEqual(['a', 'a/b']);
		expect(parentsOf('a' as FileName)).toEqual([]);
		expect([isBelow('a/b', 'a'), isBelow('a', 'a'), isBelow('ab', 'a')]).toEqual([true, true, false]);
	});
});
