/** In pixels. */
export type Cells = {readonly left: number; readonly top: number; readonly width: number; readonly height: number};

/** Outlines to stroke, by the weight of the stroke. */
export type Strokes = {readonly light: string; readonly heavy: string};

type Side = 'up' | 'right' | 'down' | 'left';
type Arms = {readonly sides: readonly Side[]; readonly weight: keyof Strokes; readonly isRound?: true};

/** Borders and guides: what leads from the middle of the cell to its sides. The first two sides are joined without a gap. */
const BOXES: Readonly<Record<string, Arms>> = {
	'─': {sides: ['left', 'right'], weight: 'light'},
	'│': {sides: ['up', 'down'], weight: 'light'},
	'╭': {sides: ['right', 'down'], weight: 'light', isRound: true},
	'╮': {sides: ['left', 'down'], weight: 'light', isRound: true},
	'╰': {sides: ['up', 'right'], weight: 'light', isRound: true},
	'╯': {sides: ['up', 'left'], weight: 'light', isRound: true},
	'├': {sides: ['up', 'down', 'right'], weight: 'light'},
	'└': {sides: ['up', 'right'], weight: 'light'},
	'━': {sides: ['left', 'right'], weight: 'heavy'},
	'┃': {sides: ['up', 'down'], weight: 'heavy'},
	'┏': {sides: ['right', 'down'], weight: 'heavy'},
	'┓': {sides: ['left', 'down'], weight: 'heavy'},
	'┗': {sides: ['up', 'right'], weight: 'heavy'},
	'┛': {sides: ['up', 'left'], weight: 'heavy'},
};

/** How opaque a cell is that is filled; parts of a bar. */
const FILLS: Readonly<Record<string, number>> = {'█': 1, '░': 0.25};

/**
 * Draws what joins cells, so that it does so in every font: the outlines of a border, or the filled cells of a bar. `cells` are all
 * that the character is repeated in. Undefined for any other character.
 */
export const drawGlyph = (character: string, cells: Cells): {readonly strokes: Strokes; readonly fill: string} | undefined => {
	const arms = BOXES[character];
	if (arms !== undefined) return {strokes: {light: '', heavy: '', [arms.weight]: drawArms(arms, cells)}, fill: ''};
	const opacity = FILLS[character];
	return opacity === undefined ? undefined : {strokes: {light: '', heavy: ''}, fill: drawFill(cells, opacity)};
};

/** True for a character that may be drawn once over several cells. */
export const isRepeatable = (character: string): boolean => character === '─' || character === '━' || character in FILLS;

const drawArms = ({sides, isRound}: Arms, cells: Cells): string => {
	const {left, top, width, height} = cells;
	const middle = `${left + width / 2} ${top + height / 2}`;
	const ends: Readonly<Record<Side, string>> = {
		up: `${left + width / 2} ${top}`,
		right: `${left + width} ${top + height / 2}`,
		down: `${left + width / 2} ${top + height}`,
		left: `${left} ${top + height / 2}`,
	};
	const [first = 'up', second = 'up', ...others] = sides;
	const joined = isRound ? `M${ends[first]}Q${middle} ${ends[second]}` : `M${ends[first]}L${middle}L${ends[second]}`;
	return [joined, ...others.map(side => `M${middle}L${ends[side]}`)].join('');
};

// Lower than the cell, so that the bars of two rows do not grow together.
const BAR_MARGIN = 3;

const drawFill = ({left, top, width, height}: Cells, opacity: number): string =>
	`<rect x="${left}" y="${top + BAR_MARGIN}" width="${width}" height="${height - 2 * BAR_MARGIN}" opacity="${opacity}"/>`;
