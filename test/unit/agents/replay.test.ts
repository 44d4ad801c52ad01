import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {applyEdits, toReplay} from '../../../source/agents/replay.ts';

const call = (tool: string, input: unknown) => ({tool, argumentsJson: JSON.stringify(input)});
const edit = (oldText: string, newText: string, isEverywhere = false) => ({oldText, newText, isEverywhere});

describe('toReplay', () => {
	it('repeats a write', () => {
		expect(toReplay(call('Write', {file_path: '/w/a', content: 'x'}))).toEqual({kind: 'write', path: '/w/a', content: 'x'});
	});

	it('repeats one edit and several', () => {
		const one = {old_string: 'a', new_string: 'b', replace_all: true};

		expect(toReplay(call('Edit', {file_path: '/w/a', ...one}))).toEqual({kind: 'edit', path: '/w/a', edits: [edit('a', 'b', true)]});
		expect(toReplay(call('MultiEdit', {file_path: '/w/a', edits: [one, {old_string: 'c', new_string: ''}]}))).toEqual({
			kind: 'edit',
			path: '/w/a',
			edits: [edit('a', 'b', true), edit('c', '')],
		});
	});

	it.each([
		['Gemini CLI', call('write_file', {file_path: 'a', content: 'x'}), call('replace', {file_path: 'a', old_string: 'x', new_string: 'y'})],
		['opencode', call('write', {filePath: 'a', content: 'x'}), call('edit', {filePath: 'a', oldString: 'x', newString: 'y'})],
		['rad’s own agent', call('write', {path: 'a', content: 'x'}), call('edit', {path: 'a', old_text: 'x', new_text: 'y'})],
	])('understands the tools of %s', (_, write, change) => {
		expect(toReplay(write)).toEqual({kind: 'write', path: 'a', content: 'x'});
		expect(toReplay(change)).toEqual({kind: 'edit', path: 'a', edits: [edit('x', 'y')]});
	});

	it.each([
		['a shell command', call('Bash', {command: 'rm -rf /'}), 'never run again'],
		['a shell command of another engine', call('run_shell_command', {command: 'rm -rf /'}), 'never run again'],
		['a patch', call('apply_patch', {changes: []}), 'Patches'],
		['a sub-agent', call('Agent', {prompt: 'x'}), 'not started again'],
		['a notebook', call('NotebookEdit', {notebook_path: 'x'}), 'notebooks'],
		['a tool that nobody knows', call('constructor', {file_path: '/w/a', content: 'x'}), 'changes no file'],
		['arguments that were cut', call('Write', {file_path: '/w/a', content: 'x…', rad_shortened: 900_000}), 'too long'],
		['arguments that are no JSON', {tool: 'Write', argumentsJson: '{"file_path":'}, 'too long'],
		['a write without content', call('Write', {file_path: '/w/a'}), 'no content'],
		['a write without a file', call('Write', {content: 'x'}), 'no file'],
		['an edit without its new text', call('Edit', {file_path: '/w/a', old_string: 'x'}), 'incomplete'],
		['edits that are none', call('MultiEdit', {file_path: '/w/a', edits: [null]}), 'incomplete'],
		['no edits at all', call('MultiEdit', {file_path: '/w/a', edits: []}), 'incomplete'],
	])('says why it does not repeat %s', (_, of, reason) => {
		expect(toReplay(of)).toEqual({kind: 'none', reason: expect.stringContaining(reason)});
	});

	it('never throws', () => {
		fc.assert(
			fc.property(fc.constantFrom('Write', 'Edit', 'MultiEdit', '__proto__', 'x'), fc.oneof(fc.json(), fc.string()), (tool, argumentsJson) => {
				toReplay({tool, argumentsJson});
			}),
		);
	});
});

describe('applyEdits', () => {
	it.each([
		['the only occurrence', 'one two', [edit('two', '2')], 'one 2'],
		['all occurrences', 'a b a', [edit('a', 'c', true)], 'c b c'],
		['a text that an edit before it made', 'a', [edit('a', 'b'), edit('b', 'c')], 'c'],
		['signs that a pattern would understand', 'x', [edit('x', '$& $1')], '$& $1'],
		['nothing in an empty file', '', [edit('', 'new')], 'new'],
	])('replaces %s', (_, text, edits, expected) => {
		expect(applyEdits(text, edits)).toBe(expected);
	});

	it.each([
		['a text that is not there', 'one', [edit('two', '2')]],
		['a text that is there twice', 'aa', [edit('a', 'b')]],
		['a text that overlaps itself', 'aaa', [edit('aa', 'b')]],
		['nothing in a file that holds something', 'one', [edit('', 'new')]],
		['one of several that does not fit', 'a', [edit('a', 'b'), edit('x', 'y')]],
	])('does not replace %s', (_, text, edits) => {
		expect(applyEdits(text, edits)).toBeUndefined();
	});
});
