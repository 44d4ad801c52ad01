import stringWidth from 'string-width';

const ASCII = /^[\x20-\x7e]*$/;
const graphemes = new Intl.Segmenter(undefined, {granularity: 'grapheme'});

/** Columns that a text takes on a terminal. The text must be sanitised: a control character has no width. */
export const displayWidth = (text: string): number => (ASCII.test(text) ? text.length : stringWidth(text));

/** Cuts a text to at most that many columns; `…` stands for what was cut. Looks no farther, however long the text is. */
export const truncate = (text: string, columns: number): string => {
	if (columns <= 0) return '';
	if (ASCII.test(text)) return text.length <= columns ? text : `${text.slice(0, columns - 1)}…`;
	let kept = '';
	let width = 0;
	for (const {segment} of graphemes.segment(text)) {
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
