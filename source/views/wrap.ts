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
