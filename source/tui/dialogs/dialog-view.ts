import type {Size} from '../layout.ts';
import {clean, type Line, line, type Span, span} from '../line.ts';
import type {Problem} from '../state.ts';
import type {Style} from '../theme.ts';

/** What stands in a dialog. `head` and `tail` are always seen; `body` scrolls between them. */
export type DialogView = {
	readonly title: readonly Span[];
	readonly status: string;
	readonly tone: Style;
	readonly head: readonly Line[];
	readonly body: readonly Line[];
	readonly tail: readonly Line[];
	/** The first row of the body to show; more than there is means the end. */
	readonly top: number;
};

/** How many rows of the body are seen at a time. */
export const bodyRoom = ({head, tail}: Pick<DialogView, 'head' | 'tail'>, rows: number): number => Math.max(0, rows - head.length - tail.length);

/** The rows of a dialog that has room for so many. On a very small screen the question is what stays. */
export const toDialogRows = ({head, body, tail, top}: DialogView, rows: number): readonly Line[] => {
	const room = bodyRoom({head, tail}, rows);
	const start = Math.max(0, Math.min(top, body.length - room));
	const all = [...head, ...body.slice(start, start + room), ...tail];
	return all.length <= rows ? all : all.slice(all.length - rows);
};

/** How much of the body is out of sight, for the dialog's border. */
export const describeRest = ({head, body, tail}: DialogView, rows: number): string => {
	const hidden = body.length - bodyRoom({head, tail}, rows);
	return hidden > 0 ? `${hidden} more, ↑↓` : '';
};

const WIDEST = 104;
/** From this width on a dialog leaves some of the panes in sight beside it. */
const FLOATS_FROM = 100;
const MARGIN = 6;
const HEADER_AND_FOOTER = 2;

/** The room between the header and the footer. */
export const bodySize = ({columns, rows}: Size): Size => ({columns, rows: Math.max(0, rows - HEADER_AND_FOOTER)});

/** The largest that a dialog may be in the given room. */
export const dialogArea = ({columns, rows}: Size): Size => ({
	columns: columns < FLOATS_FROM ? columns : Math.min(WIDEST, columns - 2 * MARGIN),
	rows,
});

const ROWS_ABOVE = 4;

/** The first row to show of a list, so that the selected one is in sight with a few above it. */
export const topFor = (selected: number): number => Math.max(0, selected - ROWS_ABOVE);

/** What went wrong, and what to do now. */
export const drawProblem = ({message, hint}: Problem): readonly Line[] => [
	line(span('✖ ', 'bad'), clean(message)),
	...(hint === null ? [] : [line('  try: ', span(clean(hint), 'accent'))]),
];
