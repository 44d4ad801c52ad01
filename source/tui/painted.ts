import {sanitizeLine} from '../domain/sanitize.ts';

/** By the attribute that each has. */
const COLOURS = {
	31: 'red',
	32: 'green',
	33: 'yellow',
	34: 'blue',
	35: 'magenta',
	36: 'cyan',
	91: 'bright-red',
	92: 'bright-green',
	93: 'bright-yellow',
	94: 'bright-blue',
	95: 'bright-magenta',
	96: 'bright-cyan',
} as const;

export type Colour = (typeof COLOURS)[keyof typeof COLOURS];

const CODES = Object.entries(COLOURS).map(([code, colour]) => ({code: Number(code), colour}));

/** How a piece of a row looks; without a colour it has the one that text has by itself. */
export type Look = {readonly colour: Colour | null; readonly isBold: boolean; readonly isDim: boolean; readonly isInverse: boolean};

/** A piece of a row that was drawn. */
export type PaintedSpan = {readonly text: string; readonly look: Look};

const PLAIN: Look = {colour: null, isBold: false, isDim: false, isInverse: false};

/** What each attribute that a theme uses does to the look. */
const CHANGES: ReadonlyMap<number, Partial<Look>> = new Map<number, Partial<Look>>([
	[0, PLAIN],
	[1, {isBold: true}],
	[2, {isDim: true}],
	[7, {isInverse: true}],
	[22, {isBold: false, isDim: false}],
	[27, {isInverse: false}],
	[39, {colour: null}],
	...CODES.map(({code, colour}) => [code, {colour}] as const),
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

const toColoured = ({text, look}: PaintedSpan): string => {
	const codes = [
		...(look.isBold ? [1] : []),
		...(look.isDim ? [2] : []),
		...(look.isInverse ? [7] : []),
		...CODES.filter(({colour}) => colour === look.colour).map(({code}) => code),
	];
	return codes.length === 0 ? text : `\u001b[${codes.join(';')}m${text}\u001b[0m`;
};
