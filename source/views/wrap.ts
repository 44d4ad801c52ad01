import {toGraphemes} from './graphemes.ts';
import {displayWidth} from './width.ts';

/** Breaks a text at spaces into lines of at most that many columns; a longer word stands alone and is not cut. */
export const wrap = (text: string, columns: number): readonly string[] => {
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(' ')) {
		const longer = line === '' ? word : `${line} ${word}`;
		if (displayWidth(longer) <= columns || line === '') {
			line = longer;
			continue;
		}
		lines.push(line);
		line = word;
	}
	return [...lines, line];
};

/** Below this share of a line, breaking at a space would waste too much of it. */
const BREAKS_FROM = 0.6;

/**
 * Breaks a text into lines of at most that many columns: at a space where one is near the end of the line, else wherever it is full. At least
 * one line; a space at which it was broken is left out.
 */
export const breakRows = (text: string, columns: number): readonly string[] => {
	if (displayWidth(text) <= columns) return [text];
	const lines: string[] = [];
	let line = '';
	let width = 0;
	for (const {segment} of toGraphemes(text)) {
		const next = displayWidth(segment);
		if (width + next > columns && line !== '') {
			const [kept, rest] = segment === ' ' ? [line, ''] : breakAtSpace(line, columns);
			lines.push(kept);
			line = segment === ' ' ? '' : rest + segment;
			width = displayWidth(line);
			continue;
		}
		line += segment;
		width += next;
	}
	return line === '' ? lines : [...lines, line];
};

const breakAtSpace = (line: string, columns: number): readonly [kept: string, rest: string] => {
	const space = line.lastIndexOf(' ');
	return space < columns * BREAKS_FROM ? [line, ''] : [line.slice(0, space), line.slice(space + 1)];
};
