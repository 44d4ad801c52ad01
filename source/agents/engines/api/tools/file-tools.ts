import {readdirSync} from 'node:fs';
import {toText} from '../../../foreign.ts';
import {applyEdits} from '../../../replay.ts';
import {toWorkspacePath} from '../../../workspace-path.ts';
import {readInside, writeInside} from '../../../write-inside.ts';
import type {ToolResult} from '../agent-loop.ts';
import {capText} from './cap-text.ts';
import {HIDDEN, resolveInside} from './resolve-inside.ts';
import {fail, succeed, type Tool, type ToolContext} from './tool.ts';

const PATH = {type: 'string', description: 'The file, as a path below the workspace.'} as const;

export const readTool: Tool = {
	name: 'read',
	needs: 'plan',
	description: 'Reads a text file.',
	parameters: {
		path: PATH,
		offset: {type: 'integer', description: 'The first line to read, counted from 1.', optional: true},
		limit: {type: 'integer', description: 'How many lines to read; all when left out.', optional: true},
	},
	run: (input, {root}) => {
		const text = readInside(root, toText(input['path']));
		if (text === undefined) return missing(toText(input['path']));
		const {offset, limit} = input;
		const start = typeof offset === 'number' ? Math.max(1, offset) - 1 : 0;
		const end = typeof limit === 'number' ? start + Math.max(1, limit) : undefined;
		const part = start === 0 && end === undefined ? text : text.split('\n').slice(start, end).join('\n');
		return succeed(capText(part, '; read the rest by offset and limit'));
	},
};

const MAX_ENTRIES = 1000;

export const listTool: Tool = {
	name: 'list',
	needs: 'plan',
	description: 'Lists a folder: folders end with /, links with @.',
	parameters: {path: {type: 'string', description: 'The folder, as a path below the workspace; . for the workspace itself.'}},
	run: (input, {root}) => {
		const names = readdirSync(resolveInside(root, toText(input['path'])), {withFileTypes: true})
			.filter(({name}) => !HIDDEN.has(name))
			.map(entry => `${entry.name}${entry.isDirectory() ? '/' : entry.isSymbolicLink() ? '@' : ''}`)
			.sort();
		const more = names.length > MAX_ENTRIES ? [`[cut: ${MAX_ENTRIES} of ${names.length} are shown]`] : [];
		return succeed(capText([...names.slice(0, MAX_ENTRIES), ...more].join('\n') || 'The folder is empty.'));
	},
};

export const writeTool: Tool = {
	name: 'write',
	needs: 'edit',
	description: 'Writes a text file as a whole, and makes the folders above it.',
	parameters: {path: PATH, content: {type: 'string', description: 'All that the file will hold.'}},
	run: (input, context) => {
		const [file, content] = [toText(input['path']), toText(input['content'])];
		return change(file, context, () => ({kind: 'content', content}));
	},
};

export const editTool: Tool = {
	name: 'edit',
	needs: 'edit',
	description: 'Replaces a text in a file. It must be in there exactly once, so take enough lines around the change.',
	parameters: {
		path: PATH,
		old_text: {type: 'string', description: 'The text to be replaced, exactly as it is in the file.'},
		new_text: {type: 'string', description: 'What stands there afterwards.'},
	},
	run: (input, context) => {
		const [file, oldText, newText] = [toText(input['path']), toText(input['old_text']), toText(input['new_text'])];
		return change(file, context, () => {
			const text = readInside(context.root, file);
			if (text === undefined) return {kind: 'failure', result: missing(file)};
			const content = applyEdits(text, [{oldText, newText, isEverywhere: false}]);
			if (content !== undefined) return {kind: 'content', content};
			const places = oldText === '' ? 0 : text.split(oldText).length - 1;
			return {kind: 'failure', result: fail(`${file} was not edited: old_text is in it ${places} times, and must be exactly once.`)};
		});
	},
};

type Change = {readonly kind: 'content'; readonly content: string} | {readonly kind: 'failure'; readonly result: ToolResult};

/** Writes what a change makes of a file, when it fits and its checkpoint was made. */
const change = async (file: string, {root, askFirst, signal}: ToolContext, make: () => Change): Promise<ToolResult> => {
	if (toWorkspacePath(root, file) === undefined) return fail(`${file} was not written: it lies outside of the workspace.`);
	const before = make();
	if (before.kind === 'failure') return before.result;
	const refusal = await askFirst(file);
	if (refusal !== null || signal.aborted) return fail(`${file} was not written, ${refusal ?? 'since the work was stopped'}`);
	// Again, because the file may have changed while the checkpoint was made.
	const after = make();
	if (after.kind === 'failure') return after.result;
	writeInside(root, file, after.content);
	return succeed(`${file} was written.`);
};

const missing = (file: string): ToolResult => fail(`There is no file ${file}`);
