import {sanitizeLine} from '../domain/sanitize.ts';

export type Colour = 'red' | 'green' | 'yellow' | 'magenta' | 'cyan';

/** How a piece of a row looks; without a colour it has the one that text has by itself. */
export type Look = {readonly colour: Colour | null; readonly isBold: boolean; readonly isDim: boolean; readonly isInverse: boolean};

/** A piece of a row that was drawn. */
export type PaintedSpan = {readonly text: string; readonly look: Look};

const PLAIN: Look = {colour: null, isBold: false, isDim: false, isInverse: false};

/** What each attribute that the theme uses does to the look. */
const CHANGES: ReadonlyMap<number, Partial<Look>> = new Map<number, Partial<Look>>([
	[0, PLAIN],
	[1, {isBold: true}],
	[2, {isDim: true}],
	[7, {isInverse: true}],
	[22, {isBold: false, isDim: false}],
	[27, {isInverse: false}],
	[31, {colour: 'red'}],
	[32, {colour: 'green'}],
	[33, {colour: 'yellow'}],
	[35, {colour: 'magenta'}],
	[36, {colour: 'cyan'}],
	[39, {colour: null}],
]);

const ATTRIBUTES = /\u001b\[([\d;]*)m/g;

/** Reads a row that the theme painted. Attributes that it does not use change nothing; no other control sequence gets into a text. */
export const readPainted = (row: string): readonly PaintedSpan[] => {
	// An odd number of parts: text, attributes, text, attributes, …, text.
	const parts = row.split(ATTRIBUTES);
	const spans: PaintedSpan[] = [];
	let look = PLAIN;
	for (const [index, part] of parts.entries()) {
		if (index % 2 === 1) look = changeLook(look, part);
		else if (part !== '') spans.push({text: sanitizeLine(part), look});
	}
	return spans;
};

const changeLook = (look: Look, attributes: string): Look =>
	Object.assign({}, look, ...attributes.split(';').map(attribute => CHANGES.get(Number(attribute))));

/** The row as any pipe may get it: no control sequence, no trailing blanks. */
export const toPlainRow = (row: readonly PaintedSpan[]): string =>
	row
		.map(({text}) => text)
		.join('')
		.trimEnd();

/** The row for a terminal that shows colours. */
export const toColouredRow = (row: readonly PaintedSpan[]): string => row.map(toColoured).join('').trimEnd();

const CODES: Readonly<Record<Colour, number>> = {red: 31, green: 32, yellow: 33, magenta: 35, cyan: 36};

const toColoured = ({text, look}: PaintedSpan): string => {
	const codes = [
		...(look.isBold ? [1] : []),
		...(look.isDim ? [2] : []),
		...(look.isInverse ? [7] : []),
		...(look.colour === null ? [] : [CODES[look.colour]]),
	];
	return codes.length === 0 ? text : `\u001b[${codes.join(';')}m${text}\u001b[0m`;
};
