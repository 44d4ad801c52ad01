import stringWidth from 'string-width';

const ASCII = /^[\x20-\x7e]*$/;
const graphemes = new Intl.Segmenter(undefined, {granularity: 'grapheme'});

/** Columns that a text takes on a terminal. The text must be sanitised: a control character has no width. */
export const displayWidth = (text: string): number => (ASCII.test(text) ? text.length : stringWidth(text));

/** Cuts a text to at most that many columns; `…` stands for what was cut. */
export const truncate = (text: string, columns: number): string => {
	if (columns <= 0) return '';
	if (displayWidth(text) <= columns) return text;
	let kept = '';
	let width = 0;
	for (const {segment} of graphemes.segment(ASCII.test(text) ? text.slice(0, columns) : text)) {
		const next = width + displayWidth(segment);
		if (next > columns - 1) break;
		kept += segment;
		width = next;
	}
	return `${kept}…`;
};

/** Cuts or fills a text to exactly that many columns. */
export const fit = (text: string, columns: number, align: 'left' | 'right' = 'left'): string => {
	const cut = truncate(text, columns);
	const gap = ' '.repeat(Math.max(0, columns - displayWidth(cut)));
	return align === 'left' ? cut + gap : gap + cut;
};
