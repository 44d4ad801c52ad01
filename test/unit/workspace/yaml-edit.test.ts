import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {parse} from 'yaml';
import {readYamlList, removeFromYaml, setInYaml} from '../../../source/workspace/yaml-edit.ts';

const COMMENTED = `# my settings

# how to ring
bell: off # quiet

# how it looks
theme: "dark"
# end
`;

describe('writing a value into YAML', () => {
	it.each([
		['an empty file', '', ['bell'], 'osc9', 'bell: osc9\n'],
		['a file of comments', '# mine\n', ['bell'], 'osc9', '# mine\n\nbell: osc9\n'],
		['a nested place that is not there', 'bell: off\n', ['checkpoints', 'keep'], 5, 'bell: off\ncheckpoints:\n  keep: 5\n'],
		['a place below nothing', 'checkpoints:\nbell: off\n', ['checkpoints', 'keep'], 5, 'checkpoints:\n  keep: 5\nbell: off\n'],
		['a mapping in braces', 'keys: {undo: [U], quit: [q]}\n', ['keys', 'undo'], ['ctrl+k'], 'keys: {undo: [ctrl+k], quit: [q]}\n'],
		['a mapping in braces with spaces', 'keys: { undo: [ U ] }\n', ['keys', 'undo'], ['V'], 'keys: { undo: [ V ] }\n'],
		['deep indentation', 'keys:\n    undo:\n        - U\n', ['keys', 'quit'], ['q'], 'keys:\n    undo:\n        - U\n    quit: [q]\n'],
		['a long line', `notify: ${'word '.repeat(40)}end\n`, ['bell'], 'off', `notify: ${'word '.repeat(40)}end\nbell: off\n`],
		['lines of Windows', 'bell: off # c\r\ntheme: dark\r\n', ['bell'], 'bell', 'bell: bell # c\r\ntheme: dark\r\n'],
		['text that looks like something else', '', ['notify'], 'true', 'notify: "true"\n'],
		['the same again, as it is written', "bell:   'off'\n", ['bell'], 'off', "bell:   'off'\n"],
	] as const)('takes %s', (_, text, path, value, expected) => {
		expect(setInYaml(text, path, value)).toBe(expected);
	});

	it('keeps comments, order, quotes and blank lines', () => {
		expect(setInYaml(COMMENTED, ['bell'], 'osc9')).toBe(COMMENTED.replace('bell: off', 'bell: osc9').replace('\n# end', '\n\n# end'));
	});

	it.each([['bell: "off\n'], ['- a\n'], ['checkpoints: 5\n'], ['a: &x {b: 1}\ncheckpoints: *x\n']])('finds no place in %j', text => {
		expect(setInYaml(text, ['checkpoints', 'keep'], 5)).toBeUndefined();
	});

	it('writes any text so that it is read again', () => {
		const text = fc.string({unit: 'grapheme', minLength: 1}).filter(each => !/[\0\r\u0085\u2028\u2029]/.test(each));
		fc.assert(
			fc.property(text, value => {
				expect(parse(setInYaml(COMMENTED, ['notify'], value) ?? '')).toEqual({bell: 'off', theme: 'dark', notify: value});
			}),
		);
	});
});

describe('taking a value out of YAML', () => {
	it.each([
		[
			'the first one, and leaves the comment at the top',
			COMMENTED,
			['bell'],
			'# my settings\n\n# how to ring\n\n# how it looks\ntheme: "dark"\n\n# end\n',
		],
		['the last one', 'bell: off\n# why\ntheme: dark\n', ['theme'], 'bell: off\n# why\n'],
		[
			'the last one of a mapping, with the mapping',
			'# a\ncheckpoints:\n  # b\n  keep: 5\nbell: off\n',
			['checkpoints', 'keep'],
			'# a\n# b\nbell: off\n',
		],
		['one of several in a mapping', 'checkpoints:\n  keep: 5\n  max_age: 7d\n', ['checkpoints', 'keep'], 'checkpoints:\n  max_age: 7d\n'],
		['the only one', 'bell: off\n', ['bell'], ''],
		['the only one below a comment', '# mine\nbell: off\n', ['bell'], '# mine\n'],
		['what is not there, and leaves every byte', 'bell:   off\n', ['theme'], 'bell:   off\n'],
		['what is below something else', 'checkpoints: 5\n', ['checkpoints', 'keep'], 'checkpoints: 5\n'],
	] as const)('takes %s', (_, text, path, expected) => {
		expect(removeFromYaml(text, path)).toBe(expected);
	});

	it('can be followed by writing it again', () => {
		expect(setInYaml(removeFromYaml('# h\nbell: off\n', ['bell']) ?? '', ['bell'], 'off')).toBe('# h\n\nbell: off\n');
	});

	it('gives up on what is no YAML', () => {
		expect(removeFromYaml('bell: "off\n', ['bell'])).toBeUndefined();
	});
});

describe('a list on a command line', () => {
	it.each([
		['U', ['U']],
		['[', ['[']],
		['ctrl+k', ['ctrl+k']],
		['[U, ctrl+k]', ['U', 'ctrl+k']],
		['["[", "]", "7", ","]', ['[', ']', '7', ',']],
		['[7, true]', ['7', 'true']],
		['[]', []],
		['', undefined],
		['[a', undefined],
		['[[a]]', undefined],
		['[{a: b}]', undefined],
		['[&x a, *x]', undefined],
	])('is read from %j', (text, expected) => {
		expect(readYamlList(text)).toEqual(expected);
	});
});
