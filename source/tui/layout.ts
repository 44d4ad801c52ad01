export type PaneId = 'agents' | 'log' | 'totals' | 'checkpoints';

/** The panes that share one place on a narrow screen. */
export type TabId = Exclude<PaneId, 'agents'>;

export const PANES = ['agents', 'log', 'totals', 'checkpoints'] as const satisfies readonly PaneId[];

/** In character cells. */
export type Size = {readonly columns: number; readonly rows: number};

/** Where a pane is drawn, its border included. */
export type Area = Size & {readonly pane: PaneId; readonly hasTabs: boolean};

/**
 * How the panes share the screen, between the header's and the footer's row. `summary`: the screen is too small for panes.
 * Bands stand above each other, areas beside each other; they fill the screen exactly.
 */
export type Layout = {readonly kind: 'summary'} | {readonly kind: 'panes'; readonly bands: ReadonlyArray<readonly Area[]>};

type Input = {readonly size: Size; readonly focus: PaneId; readonly tab: TabId; readonly isZoomed: boolean};

const SMALLEST: Size = {columns: 60, rows: 15};
const WIDE_FROM = 100;
/** From here on the header has room for more than where we are and what it took. */
export const HEADER_ROOMY_FROM = 140;
const BARS = 2;
/** The tree and the totals need no more than this, however wide the terminal is: the log and the labels gain by width. */
const LEFT_MAX = 92;
/** A little more than half: the figures of the agents take a fixed room, and their names need some too. */
const LEFT_SHARE = 0.53;

/** The rows and columns inside a border with one column of air on each side. */
export const innerSize = ({columns, rows}: Size): Size => ({columns: Math.max(0, columns - 4), rows: Math.max(0, rows - 2)});

export const layOut = ({size, focus, tab, isZoomed}: Input): Layout => {
	const {columns, rows} = size;
	if (columns < SMALLEST.columns || rows < SMALLEST.rows) return {kind: 'summary'};
	const body = rows - BARS;
	if (isZoomed) return {kind: 'panes', bands: [[{pane: focus, columns, rows: body, hasTabs: false}]]};
	return {kind: 'panes', bands: columns < WIDE_FROM ? stack(columns, body, tab) : grid(columns, body)};
};

/** The room that a pane has for its rows; undefined while it is not shown. */
export const roomOf = (layout: Layout, pane: PaneId): Size | undefined => {
	if (layout.kind === 'summary') return undefined;
	const area = layout.bands.flat().find(each => each.pane === pane);
	return area === undefined ? undefined : innerSize(area);
};

const stack = (columns: number, rows: number, tab: TabId): ReadonlyArray<readonly Area[]> => {
	const upper = Math.ceil(rows * 0.45);
	return [[{pane: 'agents', columns, rows: upper, hasTabs: false}], [{pane: tab, columns, rows: rows - upper, hasTabs: true}]];
};

const grid = (columns: number, rows: number): ReadonlyArray<readonly Area[]> => {
	const upper = Math.floor(rows * 0.6);
	const left = Math.min(LEFT_MAX, Math.floor(columns * LEFT_SHARE));
	const band = (height: number, ...panes: readonly [PaneId, PaneId]): readonly Area[] => [
		{pane: panes[0], columns: left, rows: height, hasTabs: false},
		{pane: panes[1], columns: columns - left, rows: height, hasTabs: false},
	];
	return [band(upper, 'agents', 'log'), band(rows - upper, 'totals', 'checkpoints')];
};

/** The first row to show, so that the selected one is in the middle where the list allows it. */
export const windowStart = (selected: number, count: number, height: number): number =>
	Math.max(0, Math.min(selected - Math.floor(height / 2), count - height));
