import {sanitizeLine} from '../domain/sanitize.ts';
import {toGraphemes} from '../views/graphemes.ts';
import {isNarrow} from '../views/narrow.ts';
import {displayWidth, truncate} from '../views/width.ts';
import type {Style} from './theme.ts';

/** A piece of one row of the screen. */
export type Span = {readonly text: string; readonly style: Style};

/** One row of a pane or a dialog. */
export type Line = {readonly spans: readonly Span[]; readonly isSelected: boolean};

/** No terminal is wider; what follows is not even looked at, so a line of a megabyte costs no more than a long one. */
const LONGEST = 4096;

/** A family of four in one picture has eleven in two columns, and a letter keeps at most eight marks. */
const UNITS_PER_COLUMN = 10;

/** Columns that a clean text takes. */
export const widthOf = displayWidth;

const MAY_BE_INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{M}]/u;
/**
 * Makes text from outside safe to measure and to draw in one row: no control characters, line breaks and tabs as spaces. What is
 * invisible by itself (a zero-width space, a soft hyphen) is left out, because Ink gives it a cell.
 */
export const clean = (text: string): string => {
	// Such a text has nothing to sanitise either.
	if (text.length <= LONGEST && isNarrow(text)) return text;
	const safe = sanitizeLine(text.slice(0, LONGEST).replaceAll('\t', '    '));
	if (!MAY_BE_INVISIBLE.test(safe)) return safe;
	return Array.from(toGraphemes(safe), ({segment}) => (isInvisible(segment) ? '' : segment)).join('');
};

/** Most characters cannot be, and measuring one of them costs more than all the rest. */
const isInvisible = (segment: string): boolean => MAY_BE_INVISIBLE.test(segment) && displayWidth(segment) === 0;

/** The same for a text of which no more than so many columns are seen. */
export const cleanTo = (text: string, columns: number): string => clean(text.slice(0, columns * UNITS_PER_COLUMN));

export const span = (text: string, style: Style = 'plain'): Span => ({text, style});

export const line = (...parts: ReadonlyArray<Span | string>): Line => ({
	spans: parts.map(part => (typeof part === 'string' ? span(part) : part)),
	isSelected: false,
});

/** A row of a list: the selected one is marked by a character, never by its look alone. */
export const row = (isSelected: boolean, ...parts: ReadonlyArray<Span | string>): Line => ({
	...line(isSelected ? span('❯ ', 'accent') : '  ', ...parts),
	isSelected,
});

export const EMPTY_LINE = line('');

export const lineWidth = (spans: readonly Span[]): number => spans.reduce((sum, {text}) => sum + widthOf(text), 0);

/**
 * Cuts or fills a row to exactly that many columns. Everything that is drawn comes through here, so it sanitises once more: a row
 * that was built without `clean` may be misaligned, but cannot reach the terminal with a control character.
 */
export const fitLine = (source: Line, columns: number): Line => {
	const cleaned = source.spans.map(each => ({...each, text: cleanTo(each.text, columns + 1)}));
	const spans = cut(cleaned, columns).map(isolate);
	return {...source, spans: [...spans, span(' '.repeat(Math.max(0, columns - lineWidth(spans))))]};
};

/**
 * A text that begins with a mark, or a tone of skin, would join what stands before it: both together are less wide than each by itself,
 * and Ink takes such a mark for a part of the style before it. Some letters join what follows. Such a text loses that character.
 */
const isolate = (each: Span): Span => {
	if (isNarrow(each.text)) return each;
	const between = toGraphemes(`m${each.text} `);
	const isJoined = (place: number): boolean => (between.containing(place)?.segment.length ?? 1) > 1;
	const [isJoiningBefore, isJoiningAfter] = [isJoined(0), isJoined(each.text.length + 1)];
	if (!isJoiningBefore && !isJoiningAfter) return each;
	const segments = Array.from(toGraphemes(each.text), ({segment}) => segment);
	const isReplaced = (index: number): boolean => (index === 0 && isJoiningBefore) || (index === segments.length - 1 && isJoiningAfter);
	return {...each, text: segments.map((segment, index) => (isReplaced(index) ? '\ufffd'.padEnd(displayWidth(segment)) : segment)).join('')};
};

/** Puts one part at the left and one at the right end; the left one gives way. */
export const spread = (left: readonly Span[], right: readonly Span[], columns: number): Line => {
	const room = Math.max(0, columns - lineWidth(right));
	return line(...fitLine(line(...left), room).spans, ...right);
};

const cut = (spans: readonly Span[], columns: number): readonly Span[] => {
	const kept: Span[] = [];
	let free = columns;
	for (const [index, each] of spans.entries()) {
		if (!fits(each.text, free)) return [...kept, {...each, text: truncate(each.text, free)}];
		const width = widthOf(each.text);
		const isRest = spans.slice(index + 1).every(({text}) => text === '');
		if (width === free && !isRest) return [...kept, {...each, text: truncate(`${each.text}…`, free)}];
		kept.push(each);
		free -= width;
	}
	return kept;
};

/** Looks no farther than the columns reach, however long the text is. */
const fits = (text: string, columns: number): boolean => (isNarrow(text) ? text.length <= columns : truncate(text, columns) === text);

/** Blanks each character of two columns that one of these columns would halve, if something else were drawn from there on. */
export const blankAcross = (source: Line, columns: readonly number[]): Line => {
	let at = 0;
	const toShown = (segment: string): string => {
		const from = at;
		at += displayWidth(segment);
		return columns.some(column => from < column && column < at) ? ' '.repeat(at - from) : segment;
	};
	const blank = (text: string): string => {
		if (!isNarrow(text)) return Array.from(toGraphemes(text), ({segment}) => toShown(segment)).join('');
		at += text.length;
		return text;
	};
	return {...source, spans: source.spans.map(each => ({...each, text: blank(each.text)}))};
};
