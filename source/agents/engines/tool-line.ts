import {TELLING_ARGUMENTS} from '../../domain/call-arguments.ts';
import {type Foreign, formatJson, toText} from '../foreign.ts';

const MAX_LINE = 200;
/** As much as anybody reads; the dashboard folds long ones. The raw output has all of it. */
const MAX_RESULT_LINES = 200;
const MAX_ARGUMENTS = 16 * 1024;
/** A write may be proposed again after a restore, so its content stays whole as long as anybody would approve it by reading. */
const MAX_WRITE_ARGUMENTS = 256 * 1024;
const MAX_SHORTENED_VALUE = 1024;

/** Under which key the tools of the engines name their file: Claude Code's, Gemini CLI's, opencode's and rad's own. */
const PATH_KEY: Readonly<Record<string, string>> = {
	Write: 'file_path',
	Edit: 'file_path',
	MultiEdit: 'file_path',
	NotebookEdit: 'notebook_path',
	Read: 'file_path',
	write_file: 'file_path',
	replace: 'file_path',
	read_file: 'file_path',
	write: 'filePath',
	edit: 'filePath',
	read: 'filePath',
};
const WRITERS: ReadonlySet<string> = new Set(['Write', 'Edit', 'MultiEdit', 'NotebookEdit', 'write_file', 'replace', 'write', 'edit', 'apply_patch']);

/** Files that a call writes, as the engine named them. What a shell writes, nobody knows. */
export const findWrites = (tool: string, input: Foreign): readonly string[] => {
	const path = WRITERS.has(tool) ? findPath(tool, input) : '';
	return path === '' ? [] : [path];
};

/** A tool call as one line for people: `Write src/slug.js`, `Bash npm test`. Paths below `root` lose it. */
export const formatToolLine = (tool: string, input: Foreign, root: string): string => {
	const path = findPath(tool, input);
	const about = path === '' ? (TELLING_ARGUMENTS.map(key => toText(input[key])).find(text => text !== '') ?? '') : toRelative(path, root);
	return shorten(`${tool} ${about}`);
};

/** The first lines of a tool's result, and how many were left out. */
export const formatResultLines = (text: string): readonly string[] => {
	const lines = text.trimEnd().split(/\r?\n/, MAX_RESULT_LINES + 1);
	if (lines.length <= MAX_RESULT_LINES) return lines.map(shortenEnd);
	const hidden = countLines(text.trimEnd()) - MAX_RESULT_LINES;
	return [...lines.slice(0, MAX_RESULT_LINES).map(shortenEnd), `… ${hidden} more ${hidden === 1 ? 'line' : 'lines'}`];
};

/** Folds white space and cuts to a line that can be read at a glance. */
export const shorten = (text: string): string =>
	shortenEnd(
		text
			.slice(0, MAX_LINE * 10)
			.replaceAll(/\s+/g, ' ')
			.trim(),
	);

/**
 * The arguments of a call as JSON. When they are huge, long values are cut and `rad_shortened` tells the real length in characters:
 * such a call can be shown, but not be done again.
 */
export const formatArguments = (tool: string, input: Foreign): string => {
	const json = formatJson(input);
	const limit = WRITERS.has(tool) ? MAX_WRITE_ARGUMENTS : MAX_ARGUMENTS;
	return json !== undefined && json.length <= limit ? json : formatShortened(input, json?.length ?? -1);
};

const formatShortened = (input: Foreign, length: number): string => {
	const cut = formatJson(input, (_, value) => (typeof value === 'string' ? cutAt(value, MAX_SHORTENED_VALUE) : value));
	const start = cut === undefined || cut.length > MAX_ARGUMENTS || cut === '{}' ? '{' : `${cut.slice(0, -1)},`;
	// Last, because of two equal keys the last one holds: the data cannot hide that it was cut.
	return `${start}"rad_shortened":${length}}`;
};

const findPath = (tool: string, input: Foreign): string => {
	const key = Object.hasOwn(PATH_KEY, tool) ? PATH_KEY[tool] : undefined;
	return key === undefined ? '' : toText(input[key]);
};

/** A path as it is shown: below `root` without that. */
export const toRelative = (path: string, root: string): string => (root !== '' && path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path);

const shortenEnd = (text: string): string => cutAt(text, MAX_LINE);

/** Never cuts a character outside of the basic plane in half. */
const cutAt = (text: string, length: number): string =>
	text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;

const countLines = (text: string): number => {
	let lines = 1;
	for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
	return lines;
};
