import {describe, expect, it} from 'vitest';
import {toCallSubject, toCallText, withCallText} from '../../../source/views/call-text.ts';

describe('what a person edits of a tool call', () => {
	it.each([
		['the content of a write', {file_path: 'src/a.ts', content: 'one\ntwo\n'}, {text: 'one\ntwo\n', extension: '.ts'}],
		['the new text of an edit', {filePath: 'a.md', oldString: 'x', newString: 'y'}, {text: 'y', extension: '.md'}],
		['an empty text', {path: 'Makefile', content: ''}, {text: '', extension: '.txt'}],
		['arguments without one text, as JSON', {edits: [{a: 1}]}, {text: '{\n  "edits": [\n    {\n      "a": 1\n    }\n  ]\n}\n', extension: '.json'}],
	])('is %s', (_, call, expected) => {
		expect(toCallText(JSON.stringify(call))).toEqual(expected);
	});

	it.each(['../../.bashrc', 'a.$(touch x)', 'a.ts; rm x', 'a./b', `a.${'x'.repeat(50)}`])('takes no name but an extension from %j', file_path => {
		expect(toCallText(JSON.stringify({file_path, content: ''})).extension).toMatch(/^\.[A-Za-z0-9]{1,10}$/);
	});

	it('is put back in its place, and nothing else changes', () => {
		const call = {file_path: 'a.ts', old_string: 'a', new_string: 'b', replace_all: true};

		expect(JSON.parse(withCallText(JSON.stringify(call), 'c "quoted"\n') ?? '')).toEqual({...call, new_string: 'c "quoted"\n'});
	});

	it('must stay a JSON object where it is one', () => {
		const call = '{"edits":[]}';

		expect(withCallText(call, '{\n "edits": [1]\n}\n')).toBe('{"edits":[1]}');
		for (const text of ['', '{', '[]', 'null', '"x"']) expect(withCallText(call, text)).toBeUndefined();
	});

	it('is the whole of arguments that were cut off', () => {
		expect(toCallText('{"content":"cut')).toEqual({text: '{"content":"cut', extension: '.json'});
	});
});

describe('what a tool call is about', () => {
	it.each([
		['its command', {command: 'npm test', description: 'Runs the tests'}, 'npm test'],
		['what it looks for, before where', {path: 'src', pattern: 'TODO'}, 'TODO'],
		['its file', {file_path: 'src/a.ts', limit: 10}, 'src/a.ts'],
		['all of it, where nothing is as known', {command: ['ls', '-l'], query: ''}, '{"command":["ls","-l"],"query":""}'],
	])('is %s', (_, call, expected) => {
		expect(toCallSubject(JSON.stringify(call))).toBe(expected);
	});

	it('is what there is of arguments that were cut off', () => {
		expect(toCallSubject('{"command":"npm')).toBe('{"command":"npm');
	});
});
