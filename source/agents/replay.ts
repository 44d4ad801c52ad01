import {NEW_TEXT_ARGUMENTS, PATH_ARGUMENTS} from '../domain/call-arguments.ts';
import {RadError} from '../domain/failures.ts';
import {sanitizeLine} from '../domain/sanitize.ts';
import {isForeign, parseObject, toForeign, toList} from './foreign.ts';
import {readInside, writeInside} from './write-inside.ts';

/** Replaces a text in a file: its only occurrence, or all of them. */
export type TextEdit = {readonly oldText: string; readonly newText: string; readonly isEverywhere: boolean};

/** How a recorded tool call could be done again without its agent, or one sentence why it cannot. */
export type Replay =
	| {readonly kind: 'write'; readonly path: string; readonly content: string}
	| {readonly kind: 'edit'; readonly path: string; readonly edits: readonly TextEdit[]}
	| {readonly kind: 'none'; readonly reason: string};

/** Tells how a tool call of a coding agent could be done again. Only whole writes and edits of text can; nothing is looked at on disk. */
export const toReplay = (call: {readonly tool: string; readonly argumentsJson: string}): Replay => {
	const reason = NOT_REPLAYED[call.tool];
	if (!REPLAYED.has(call.tool))
		return none(
			Object.hasOwn(NOT_REPLAYED, call.tool) && reason !== undefined ? reason : `${sanitizeLine(call.tool)} changes no file that rad knows of.`,
		);
	const input = parseObject(call.argumentsJson);
	if (input === undefined || 'rad_shortened' in input) return none('Its arguments were too long to be kept.');
	const path = PATH_ARGUMENTS.map(key => input[key]).find(value => typeof value === 'string' && value !== '');
	if (typeof path !== 'string') return none('It names no file.');
	if (WHOLE.has(call.tool)) {
		const content = input['content'];
		return typeof content === 'string' ? {kind: 'write', path, content} : none('It has no content.');
	}
	const edits = (call.tool === 'MultiEdit' ? toList(input['edits']) : [input]).map(toEdit);
	return edits.length > 0 && edits.every(edit => edit !== undefined) ? {kind: 'edit', path, edits} : none('Its edits are incomplete.');
};

/**
 * Does a write or an edit again, all of it or nothing.
 *
 * @throws {RadError} `PATH_UNSAFE` outside of the workspace, through a symbolic link, in `.git` or `.radium`; `RESTORE_CONFLICT` when the
 * text to be replaced is not there, or not only once; `RESTORE_REFUSED` for a call that cannot be replayed; `WORKSPACE_UNUSABLE`.
 */
export const applyReplay = (workspaceRoot: string, replay: Replay): void => {
	switch (replay.kind) {
		case 'none':
			throw new RadError('RESTORE_REFUSED', replay.reason);
		case 'write':
			writeInside(workspaceRoot, replay.path, replay.content);
			return;
		case 'edit':
			writeInside(workspaceRoot, replay.path, editFile(workspaceRoot, replay.path, replay.edits));
	}
};

/** The text after all edits, each made in what the one before left; undefined when one does not fit. */
export const applyEdits = (text: string, edits: readonly TextEdit[]): string | undefined =>
	edits.reduce<string | undefined>((before, edit) => (before === undefined ? undefined : applyEdit(before, edit)), text);

/** As the engines call them: Claude Code, Gemini CLI, opencode and rad's own agent. */
const WHOLE: ReadonlySet<string> = new Set(['Write', 'write_file', 'write']);
const REPLAYED: ReadonlySet<string> = new Set([...WHOLE, 'Edit', 'MultiEdit', 'replace', 'edit']);

const NOT_REPLAYED: Readonly<Record<string, string>> = {
	...Object.fromEntries(
		['Bash', 'bash', 'shell', 'run_shell_command'].map(tool => [
			tool,
			'A shell command is never run again by rad: what it does depends on the moment.',
		]),
	),
	apply_patch: 'Patches cannot be done again by rad.',
	NotebookEdit: 'Edits of notebooks cannot be done again by rad.',
	Agent: 'A sub-agent is not started again; its own writes are proposed one by one.',
	Task: 'A sub-agent is not started again; its own writes are proposed one by one.',
};

const none = (reason: string): Replay => ({kind: 'none', reason});

const toEdit = (value: unknown): TextEdit | undefined => {
	const edit = toForeign(value);
	const oldText = edit['old_string'] ?? edit['oldString'] ?? edit['old_text'];
	const newText = NEW_TEXT_ARGUMENTS.map(key => edit[key]).find(value => value !== undefined && value !== null);
	const isEverywhere = edit['replace_all'] ?? edit['replaceAll'];
	return isForeign(value) && typeof oldText === 'string' && typeof newText === 'string'
		? {oldText, newText, isEverywhere: isEverywhere === true}
		: undefined;
};

const editFile = (root: string, file: string, edits: readonly TextEdit[]): string => {
	const text = readInside(root, file);
	// An edit of nothing into something is how a file is created.
	const edited = text === undefined && edits[0]?.oldText !== '' ? undefined : applyEdits(text ?? '', edits);
	if (edited !== undefined) return edited;
	const reason = text === undefined ? 'it is not there' : 'it does not hold the text to be replaced exactly once';
	throw new RadError('RESTORE_CONFLICT', `${sanitizeLine(file)} was not edited: ${reason}.`, {
		hint: 'make the edit by hand, or let the step run again',
	});
};

const applyEdit = (text: string, {oldText, newText, isEverywhere}: TextEdit): string | undefined => {
	if (oldText === '') return text === '' ? newText : undefined;
	const first = text.indexOf(oldText);
	if (first === -1) return undefined;
	if (isEverywhere) return text.split(oldText).join(newText);
	const isOnly = text.indexOf(oldText, first + 1) === -1;
	return isOnly ? text.slice(0, first) + newText + text.slice(first + oldText.length) : undefined;
};
