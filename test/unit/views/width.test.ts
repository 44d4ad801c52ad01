import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {sanitizeLine} from '../../../source/domain/sanitize.ts';
import {displayWidth, fit as fitText, truncate} from '../../../source/views/width.ts';

describe('truncate', () => {
	test.each([
		['short', 10, 'short'],
		['exactly', 7, 'exactly'],
		['too long', 5, 'too …'],
		['你好世界', 8, '你好世界'],
		['你好世界', 7, '你好世…'],
		['你好世界', 6, '你好…'],
		['👩‍👩‍👧‍👧 family', 4, '👩‍👩‍👧‍👧 …'],
		['anything', 1, '…'],
		['anything', 0, ''],
		['anything', -1, ''],
	])('cuts %j to %d columns', (text, columns, cut) => {
		expect(truncate(text, columns)).toBe(cut);
	});
});

test('fit gives exactly the width that was asked for, whatever the text', () => {
	fc.assert(
		fc.property(fc.string({unit: 'grapheme'}), fc.nat(40), fc.constantFrom('left' as const, 'right' as const), (text, columns, align) => {
			expect(displayWidth(fitText(sanitizeLine(text), columns, align))).toBe(columns);
		}),
	);
});

test('fit puts the gap on the other side', () => {
	expect([fitText('ab', 4), fitText('ab', 4, 'right')]).toEqual(['ab  ', '  ab']);
});
