import {toGraphemes} from '../views/graphemes.ts';
import type {Size} from './layout.ts';
import {widthOf} from './line.ts';
import type {Colour, Look, PaintedSpan} from './painted.ts';
import type {Picture} from './picture.tsx';
import {drawGlyph, isRepeatable} from './svg-glyphs.ts';
import type {Theme} from './theme.ts';

/** Pixels of a cell: monospace fonts are 0.6 of their size wide. */
const CELL = {width: 9, height: 19} as const;
const FONT_SIZE = 15;
/** From the top of a cell. */
const BASELINE = 14;
const MARGIN = 14;
const BAR_HEIGHT = 34;

type Palette = {readonly background: string; readonly foreground: string; readonly frame: string; readonly colours: Readonly<Record<Colour, string>>};

const DARK: Palette = {
	background: '#15181e',
	foreground: '#d7dce5',
	frame: '#3a404c',
	colours: {
		red: '#f27878',
		green: '#86d38b',
		yellow: '#f2cd6a',
		blue: '#7aa5f5',
		magenta: '#d49bf2',
		cyan: '#62cfe0',
		'bright-red': '#ff9090',
		'bright-green': '#a5f0a9',
		'bright-yellow': '#ffe58a',
		'bright-blue': '#8db8ff',
		'bright-magenta': '#e9b8ff',
		'bright-cyan': '#8aeaf7',
	},
};

const LIGHT: Palette = {
	background: '#fbfbfd',
	foreground: '#23272f',
	frame: '#c3c8d2',
	colours: {
		red: '#b3232b',
		green: '#1a7030',
		yellow: '#7d5a00',
		blue: '#1f4fb8',
		magenta: '#8a2aa8',
		cyan: '#0b6b7a',
		'bright-red': '#b3232b',
		'bright-green': '#1a7030',
		'bright-yellow': '#7d5a00',
		'bright-blue': '#1f4fb8',
		'bright-magenta': '#8a2aa8',
		'bright-cyan': '#0b6b7a',
	},
};

const PALETTES: Readonly<Record<Theme['background'], Palette>> = {dark: DARK, light: LIGHT};

const BUTTONS = ['#e0625c', '#e3b341', '#5bb462'] as const;

const FONTS = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace";

const drawStyle = ({background, foreground, colours}: Palette): string => `text{font-family:${FONTS};font-size:${FONT_SIZE}px;font-variant-emoji:text}
text,rect{fill:currentColor}
path{fill:none;stroke:currentColor;stroke-width:1.2}
.heavy{stroke-width:2.4}
.middle{text-anchor:middle}
.plain{color:${foreground}}
${Object.entries(colours)
	.map(([name, value]) => `.${name}{color:${value}}`)
	.join('\n')}
.bold text{font-weight:bold}
.dim{opacity:.62}
.inverse{color:${background}}`;

export type SvgOptions = {readonly title: string; readonly background: Theme['background']};

/** Draws a picture as an SVG document that needs nothing else: a window with each character in its cell, whatever font is there. */
export const drawSvg = (picture: Picture, {columns, rows}: Size, {title, background}: SvgOptions): string => {
	const palette = PALETTES[background];
	const width = columns * CELL.width + 2 * MARGIN;
	const height = rows * CELL.height + BAR_HEIGHT + MARGIN;
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
		`<title>${escapeXml(title)}</title>`,
		`<style>${drawStyle(palette)}</style>`,
		`<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="9" style="fill:${palette.background};stroke:${palette.frame}"/>`,
		...BUTTONS.map((colour, index) => `<circle cx="${MARGIN + 8 + index * 20}" cy="${BAR_HEIGHT / 2}" r="6" fill="${colour}"/>`),
		...picture.map((row, index) => drawRow(row, BAR_HEIGHT + index * CELL.height)).filter(drawn => drawn !== ''),
		'</svg>',
		'',
	].join('\n');
};

const drawRow = (row: readonly PaintedSpan[], top: number): string => {
	let left = MARGIN;
	return row
		.map(({text, look}) => {
			const width = widthOf(text) * CELL.width;
			const drawn = drawSpan(text, look, {left, top, width});
			left += width;
			return drawn;
		})
		.join('');
};

type Place = {readonly left: number; readonly top: number; readonly width: number};

const drawSpan = (text: string, look: Look, place: Place): string => {
	const content = drawPieces(toPieces(text), place);
	const behind = look.isInverse ? drawBehind(look, place) : '';
	return content === '' ? behind : `${behind}<g class="${toClasses(look)}">${content}</g>`;
};

/** The cells of an inverse text, in the colour that the text would have. */
const drawBehind = ({colour}: Look, {left, top, width}: Place): string =>
	`<g class="${colour ?? 'plain'}"><rect x="${left}" y="${top}" width="${width}" height="${CELL.height}"/></g>`;

const toClasses = ({colour, isBold, isDim, isInverse}: Look): string =>
	[isInverse ? 'inverse' : (colour ?? 'plain'), ...(isBold ? ['bold'] : []), ...(isDim ? ['dim'] : [])].join(' ');

/** What is drawn at once: words, one other character, or one that is repeated. */
type Piece = {readonly text: string; readonly columns: number; readonly isWords: boolean};

const ASCII = /^[\x20-\x7e]$/;
const toPieces = (text: string): readonly Piece[] => {
	const pieces: Piece[] = [];
	for (const {segment} of toGraphemes(text)) {
		const last = pieces.at(-1);
		const isWords = ASCII.test(segment);
		const joins = last !== undefined && (isWords ? last.isWords : isRepeatable(segment) && last.text.startsWith(segment));
		if (joins) pieces.pop();
		const before = joins ? last : {text: '', columns: 0};
		pieces.push({text: before.text + segment, columns: before.columns + widthOf(segment), isWords});
	}
	return pieces;
};

const drawPieces = (pieces: readonly Piece[], {left, top}: Place): string => {
	const strokes = {light: '', heavy: ''};
	let drawn = '';
	let x = left;
	for (const piece of pieces) {
		const width = piece.columns * CELL.width;
		const glyph = drawGlyph([...piece.text][0] ?? '', {left: x, top, width, height: CELL.height});
		drawn += glyph?.fill ?? drawText(piece, x, top);
		strokes.light += glyph?.strokes.light ?? '';
		strokes.heavy += glyph?.strokes.heavy ?? '';
		x += width;
	}
	return `${drawn}${toPath(strokes.light, '')}${toPath(strokes.heavy, ' class="heavy"')}`;
};

const toPath = (outline: string, attribute: string): string => (outline === '' ? '' : `<path${attribute} d="${outline}"/>`);

const WORDS = /\S+(?: \S+)*/g;

/** Words are stretched to their cells, in case that the font is not as wide as usual. Any other character may come from another font. */
const drawText = ({text, columns, isWords}: Piece, left: number, top: number): string => {
	const y = top + BASELINE;
	if (!isWords) return `<text class="middle" x="${left + (columns * CELL.width) / 2}" y="${y}">${escapeXml(text)}</text>`;
	return [...text.matchAll(WORDS)]
		.map(({0: words, index}) => {
			const x = left + index * CELL.width;
			return `<text x="${x}" y="${y}" textLength="${words.length * CELL.width}">${escapeXml(words)}</text>`;
		})
		.join('');
};

const ENTITIES: Readonly<Record<string, string>> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;'};

/** Makes text stand in XML as itself; what no XML document may hold becomes U+FFFD. */
const escapeXml = (text: string): string =>
	text.replaceAll(/[&<>"']/g, character => ENTITIES[character] ?? '').replaceAll(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
