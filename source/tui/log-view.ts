import type {LogLine} from '../domain/records.ts';
import {type LogLevel, SHOWN_KINDS, toPattern} from '../views/log-filter.ts';
import {breakRows} from '../views/wrap.ts';
import {isFilterOn, toFilter} from './filter.ts';
import {clean, cleanTo} from './line.ts';

/** How logs are shown, whichever agent's. */
export type LogLook = {
	readonly level: LogLevel;
	readonly isWrapped: boolean;
	readonly hasTimes: boolean;
	/** Long results of tools are shown in their first lines. */
	readonly isFolded: boolean;
	/** Only lines that it lets through are shown; as typed, see `toFilter`. */
	readonly matching: string;
	/** What is searched for; empty for nothing. */
	readonly search: string;
};

/** A line of the log that is shown, or what stands for lines that are folded. `end` is the number after the last line that it stands for. */
export type LogEntry =
	| {readonly kind: 'line'; readonly end: number; readonly line: LogLine}
	| {readonly kind: 'folded'; readonly end: number; readonly count: number};

/** A result with more lines than these is folded to the fewer. */
const FOLDS_FROM = 8;
const FOLDED_TO = 4;

/** What is shown of a log's lines, in their order. */
export const listEntries = ({lines, dropped}: {readonly lines: readonly LogLine[]; readonly dropped: number}, look: LogLook): readonly LogEntry[] => {
	const kinds = new Set(SHOWN_KINDS[look.level]);
	const isWanted = toFilter(look.matching);
	const entries: Shown[] = [];
	// Thousands of lines, for each picture.
	for (const [index, line] of lines.entries()) {
		if (kinds.has(line.kind) && isWanted(line.text)) entries.push({kind: 'line', end: dropped + index + 1, line});
	}
	// Whoever asks for lines wants to see them.
	return look.isFolded && !isFilterOn(look.matching) && look.search === '' ? foldResults(entries) : entries;
};

type Shown = Extract<LogEntry, {kind: 'line'}>;

const foldResults = (entries: readonly Shown[]): readonly LogEntry[] => {
	const folded: LogEntry[] = [];
	for (let start = 0; start < entries.length; ) {
		const length = lengthOfResult(entries, start);
		const shown = length < FOLDS_FROM ? length : FOLDED_TO;
		folded.push(...entries.slice(start, start + shown));
		const last = entries[start + length - 1];
		if (shown < length && last !== undefined) folded.push({kind: 'folded', end: last.end, count: length - shown});
		start += length;
	}
	return folded;
};

/** How many lines from there on are of one result; 1 for a line of another kind. */
const lengthOfResult = (entries: readonly Shown[], start: number): number => {
	let end = start;
	while (entries[end]?.line.kind === 'result') end += 1;
	return Math.max(1, end - start);
};

/** How many of the entries end at or before a line's number. */
export const countUntil = (entries: readonly LogEntry[], end: number): number => {
	const index = entries.findIndex(entry => entry.end > end);
	return index === -1 ? entries.length : index;
};

/** The numbers of the lines that hold what is searched for. */
export const listFound = (entries: readonly LogEntry[], search: string): readonly number[] => {
	const pattern = toPattern(search);
	if (pattern === undefined) return [];
	return entries.flatMap(entry => (entry.kind === 'line' && entry.line.text.search(pattern) !== -1 ? [entry.end] : []));
};

const WORD_WIDTH = 6;
const TIME_WIDTH = 9;
/** Below this width the time would take the room of the text. */
const TIME_FROM = 50;

/** The columns before the text of a line: its time, where there is one, and the word for its kind. */
export const marginOf = (columns: number, {hasTimes}: Pick<LogLook, 'hasTimes'>): {readonly time: number; readonly word: number} => ({
	time: hasTimes && columns >= TIME_FROM ? TIME_WIDTH : 0,
	word: WORD_WIDTH + 1,
});

/** The text of a line in the rows that it is shown in. */
export const toRows = (text: string, columns: number, look: LogLook): readonly string[] => {
	if (!look.isWrapped) return [cleanTo(text, columns)];
	const {time, word} = marginOf(columns, look);
	return breakRows(clean(text), Math.max(1, columns - time - word));
};

/** How many entries fill so many rows: the last ones before `end`, or with `first` the first ones of all. At least one. */
export const countFilling = (
	entries: readonly LogEntry[],
	{end, rows, columns, look}: {readonly end: number | 'first'; readonly rows: number; readonly columns: number; readonly look: LogLook},
): number => {
	let room = rows;
	let count = 0;
	for (; room > 0; count += 1) {
		const entry = end === 'first' ? entries[count] : entries[end - 1 - count];
		if (entry === undefined) break;
		room -= entry.kind === 'folded' ? 1 : toRows(entry.line.text, columns, look).length;
	}
	return Math.max(1, room < 0 ? count - 1 : count);
};
