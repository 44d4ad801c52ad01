import type {Pager} from '../domain/pager.ts';
import {displayWidth} from '../views/width.ts';
import {createOutput, type Output} from './output.ts';

type Paging = {readonly out: Output; readonly pager: Pager | undefined; readonly signal: AbortSignal};

/** Prints by the user's pager what is longer than the screen; at once what is not, what no terminal shows, and everything where there is no pager. */
export const printPaged = async (print: (out: Output) => Promise<void>, {out, pager, signal}: Paging): Promise<void> => {
	if (pager === undefined || !out.isTerminal) return print(out);
	const text = await draft(print, out);
	if (!isLonger(text, {rows: pager.rows(), columns: out.columns}) || !(await pager.show(text, signal))) await out.raw(text);
};

/** What would be printed: made safe for a terminal, and coloured where the output is. */
const draft = async (print: (out: Output) => Promise<void>, {columns, hasColor}: Output): Promise<string> => {
	const pieces: string[] = [];
	const stream = {
		write: (data: string | Uint8Array, done: () => void) => {
			pieces.push(String(data));
			done();
		},
		on: () => undefined,
	};
	await print(createOutput({stream, isTerminal: true, columns, color: hasColor, onError: 'fail'}));
	return pieces.join('');
};

/** What rad itself has coloured a text with. */
const COLOUR = /\u001B\[\d+m/g;

/** True when the text and the prompt after it do not fit on the screen. Looks no farther than that. */
const isLonger = (text: string, {rows, columns}: {readonly rows: number; readonly columns: number}): boolean => {
	let used = 0;
	for (let start = 0; start < text.length && used < rows; ) {
		const end = text.indexOf('\n', start);
		const next = end === -1 ? text.length : end + 1;
		const width = displayWidth(text.slice(start, next).trimEnd().replaceAll(COLOUR, ''));
		used += Math.max(1, Math.ceil(width / columns));
		start = next;
	}
	return used >= rows;
};
