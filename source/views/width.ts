import stringWidth from 'string-width';
import {toGraphemes} from './graphemes.ts';
import {isNarrow} from './narrow.ts';

/** Columns that a text takes on a terminal. The text must be sanitised: a control character has no width. */
export const displayWidth = (text: string): number => (isNarrow(text) ? text.length : stringWidth(text));

/** Cuts a text to at most that many columns; `…` stands for what was cut. Looks no farther, however long the text is. */
export const truncate = (text: string, columns: number): string => {
	if (columns <= 0) return '';
	if (isNarrow(text)) return text.length <= columns ? text : `${text.slice(0, columns - 1)}…`;
	let kept = '';
	let width = 0;
	for (const {segment} of toGraphemes(text)) {
		width += displayWidth(segment);
		if (width > columns) return `${kept}…`;
		if (width < columns) kept += segment;
	}
	return text;
};

/** Cuts or fills a text to exactly that many columns. */
export const fit = (text: string, columns: number, align: 'left' | 'right' = 'left'): string => {
	const cut = truncate(text, columns);
	const gap = ' '.repeat(Math.max(0, columns - displayWidth(cut)));
	return align === 'left' ? cut + gap : gap + cut;
};
