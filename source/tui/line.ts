import {sanitizeLine} from '../domain/sanitize.ts';
import {displayWidth, truncate} from '../views/width.ts';
import type {Style} from './theme.ts';

/** A piece of one row of the screen. */
export type Span = {readonly text: string; readonly style: Style};

/** One row of a pane or a dialog. */
export type Line = {readonly spans: readonly Span[]; readonly isSelected: boolean};

/** No terminal is wider; what follows is not even looked at, so a line of a megabyte costs no more than a long one. */
const LONGEST = 4096;

/**
 * Printable ASCII and Latin-1, and the borders, bars and symbols of the dashboard itself: one column each and nothing to sanitise.
 * Measuring any other text costs 50 times as much, and most rows hold nothing but these.
 */
const NARROW = /^[\x20-\x7e\xa1-\xac\xae-\xff\u2500-\u259f—‖…←↑→↓↺≥■○●◆◌▸▾✔✖❯⟳]*$/;

/** Columns that a clean text takes. */
export const widthOf = (text: string): number => (NARROW.test(text) ? text.length : displayWidth(text));

const MAY_BE_INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{M}]/u;
const graphemes = new Intl.Segmenter(undefined, {granularity: 'grapheme'});

/**
 * Makes text from outside safe to measure and to draw in one row: no control characters, line breaks and tabs as spaces. What is
 * invisible by itself (a zero-width space, a soft hyphen) is left out, because Ink gives it a cell.
 */
export const clean = (text: string): string => {
	if (text.length <= LONGEST && NARROW.test(text)) return text;
	const safe = sanitizeLine(text.slice(0, LONGEST).replaceAll('\t', '    '));
	if (!MAY_BE_INVISIBLE.test(safe)) return safe;
	return [...graphemes.segment(safe)].flatMap(({segment}) => (displayWidth(segment) === 0 ? [] : [segment])).join('');
};

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
	const spans = cut(
		source.spans.map(each => ({...each, text: clean(each.text)})),
		columns,
	);
	return {...source, spans: [...spans, span(' '.repeat(Math.max(0, columns - lineWidth(spans))))]};
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
		const width = widthOf(each.text);
		const isRest = spans.slice(index + 1).every(({text}) => text === '');
		if (width > free || (width === free && !isRest)) return [...kept, {...each, text: truncate(`${each.text}…`, free)}];
		kept.push(each);
		free -= width;
	}
	return kept;
};
