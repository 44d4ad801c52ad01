import fc from 'fast-check';
import {expect, test} from 'vitest';
import {encodeJson} from '../../../source/cli/encode-json.ts';

test('gives readers the value back and terminals nothing to act on', () => {
	fc.assert(
		fc.property(fc.jsonValue({stringUnit: 'grapheme'}), fc.string({unit: 'binary'}), (value, text) => {
			const json = encodeJson({value, text}, 0);

			expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify({value, text})));
			expect(json).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/);
		}),
	);
});

test('writes a bigint as a number while that is exact, else as digits', () => {
	expect(encodeJson({a: 9_007_199_254_740_991n, b: 9_007_199_254_740_993n}, 0)).toBe('{"a":9007199254740991,"b":"9007199254740993"}');
});

test('indents when asked', () => {
	expect(encodeJson({a: [1]}, 2)).toBe('{\n  "a": [\n    1\n  ]\n}');
});
