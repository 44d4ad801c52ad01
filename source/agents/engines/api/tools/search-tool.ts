import {lstatSync, readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import type {Clock} from '../../../../domain/clock.ts';
import {toText} from '../../../foreign.ts';
import {capText} from './cap-text.ts';
import {createLineMatcher, type LineMatcher} from './line-matcher.ts';
import {HIDDEN, resolveInside} from './resolve-inside.ts';
import {succeed, type Tool} from './tool.ts';

const MAX_FILE_BYTES = 1024 * 1024;
const MAX_MATCHES = 200;
const MAX_LINE = 300;
// Nothing else happens meanwhile, and whoever stops the agent waits a few seconds only.
const LIMIT_MS = 3000;

export const searchTool: Tool = {
	name: 'search',
	needs: 'plan',
	description: 'Finds lines in text files, as path:line:text. Leaves out .git, .radium, node_modules, links, binary and very large files.',
	parameters: {
		pattern: {type: 'string', description: 'A JavaScript regular expression; what is none is looked for as it stands.'},
		path: {type: 'string', description: 'A file or folder below the workspace; the whole workspace when left out.', optional: true},
	},
	run: (input, {root, clock}) => {
		const files = walk(resolveInside(root, toText(input['path']) || '.'));
		const {lines, isInTime} = findLines(files, {top: resolveInside(root, '.'), match: createLineMatcher(toText(input['pattern'])), clock});
		const more = isInTime
			? `[cut: the first ${MAX_MATCHES} lines are shown]`
			: '[cut: it took too long; search a smaller folder, or for something simpler]';
		const isCut = !isInTime || lines.length > MAX_MATCHES;
		return succeed(capText([...lines.slice(0, MAX_MATCHES), ...(isCut ? [more] : [])].join('\n') || 'Nothing was found.'));
	},
};

type Search = {readonly top: string; readonly match: LineMatcher; readonly clock: Pick<Clock, 'elapsed'>};

/** Stops when there are more than enough, or the time is over. */
const findLines = (files: Iterable<string>, {top, match, clock}: Search): {readonly lines: readonly string[]; readonly isInTime: boolean} => {
	const deadline = clock.elapsed() + LIMIT_MS;
	const found: string[] = [];
	for (const file of files) {
		const leftMs = deadline - clock.elapsed();
		const lines = readLines(file);
		const matches = leftMs > 0 ? match(lines, leftMs) : undefined;
		if (matches === undefined) return {lines: found, isInTime: false};
		found.push(...matches.map(line => `${path.relative(top, file)}:${line + 1}:${(lines[line] ?? '').slice(0, MAX_LINE)}`));
		if (found.length > MAX_MATCHES) break;
	}
	return {lines: found, isInTime: true};
};

/** The files at and below a path, in order of their names; links are not followed. */
function* walk(place: string): Generator<string> {
	const stats = lstatSync(place, {throwIfNoEntry: false});
	if (stats?.isFile() === true && stats.size <= MAX_FILE_BYTES) yield place;
	if (stats?.isDirectory() !== true) return;
	for (const name of skipUnreadable(() => readdirSync(place).sort()))
		if (!HIDDEN.has(name) && name !== 'node_modules') yield* walk(path.join(place, name));
}

/** None for a file that is not text. */
const readLines = (file: string): readonly string[] =>
	skipUnreadable(() => {
		const bytes = readFileSync(file);
		return bytes.includes(0) ? [] : bytes.toString('utf8').split(/\r?\n/);
	});

/** What may not be read, or is gone by now, holds nothing. */
const skipUnreadable = (read: () => readonly string[]): readonly string[] => {
	try {
		return read();
	} catch (error) {
		if (error instanceof Error && 'code' in error) return [];
		throw error;
	}
};
