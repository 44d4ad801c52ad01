import type {LineTest} from '../domain/logs.ts';
import type {LogKind} from '../domain/records.ts';

/** Which lines of a log are shown: all; what was said, without thoughts and results; what was done; what went wrong. */
export const LOG_LEVELS = ['all', 'said', 'done', 'problems'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The kinds of lines that each level shows. */
export const SHOWN_KINDS: Readonly<Record<LogLevel, readonly LogKind[]>> = {
	all: ['out', 'err', 'text', 'think', 'tool', 'result', 'rad'],
	said: ['out', 'err', 'text', 'rad'],
	done: ['tool', 'err', 'rad'],
	problems: ['err', 'rad'],
};

/** The text as a pattern that finds it anywhere in a line, whatever its case; undefined for nothing. */
export const toPattern = (search: string): RegExp | undefined =>
	search === '' ? undefined : new RegExp(search.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'giu');

/** What lines are asked for: of a level, with a text in them, from a time on (epoch ms). Undefined asks for nothing. */
export type LogFilter = {readonly level: LogLevel | undefined; readonly text: string | undefined; readonly since: number | undefined};

/** The filter as a test of lines; undefined where it lets every line through. */
export const toLineTest = ({level = 'all', text = '', since}: LogFilter): LineTest | undefined => {
	const kinds = new Set(SHOWN_KINDS[level]);
	const pattern = toPattern(text);
	if (level === 'all' && pattern === undefined && since === undefined) return undefined;
	return line => kinds.has(line.kind) && (since === undefined || line.at >= since) && (pattern === undefined || line.text.search(pattern) !== -1);
};
