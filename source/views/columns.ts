import {sanitizeLine} from '../domain/sanitize.ts';
import {type Line, type Span, toSpan} from './line.ts';
// Renamed since linters take a call of `fit` for a focused test.
import {displayWidth, fit as fitText, truncate} from './width.ts';

export type Column = {
	readonly title: string;
	readonly align?: 'left' | 'right';
	/** Gives way first when the table is too wide; the others keep their natural width as long as it fits. */
	readonly isFlexible?: boolean;
};

const GAP = '  ';
const FLEXIBLE_MINIMUM = 12;

/**
 * Lays rows out in aligned columns, a line of titles first, none wider than `width`. Cells are sanitised here, since a control
 * character has no width. A column without a title and without text in any row is left out.
 */
export const layOutColumns = (columns: readonly Column[], rows: ReadonlyArray<ReadonlyArray<string | Span>>, width: number): readonly Line[] => {
	const titles = columns.map(({title}): Span => ({text: title, tone: 'quiet'}));
	const cells = [...(titles.some(({text}) => text !== '') ? [titles] : []), ...rows.map(row => row.map(toCleanSpan))];
	const widths = shrink(
		columns,
		columns.map((_, index) => Math.max(0, ...cells.map(row => displayWidth(row[index]?.text ?? '')))),
		width,
	);
	return cells.map(row => joinCells(columns, row, widths, width));
};

const toCleanSpan = (cell: string | Span): Span => {
	const span = toSpan(cell);
	return {...span, text: sanitizeLine(span.text)};
};

/** Takes what is too much from the flexible columns, the first one first. */
const shrink = (columns: readonly Column[], natural: readonly number[], width: number): readonly number[] => {
	const used = natural.filter(each => each > 0);
	let excess = used.reduce((sum, each) => sum + each, 0) + GAP.length * Math.max(0, used.length - 1) - width;
	return natural.map((each, index) => {
		if (columns[index]?.isFlexible !== true || excess <= 0) return each;
		const taken = Math.min(excess, Math.max(0, each - FLEXIBLE_MINIMUM));
		excess -= taken;
		return each - taken;
	});
};

const joinCells = (columns: readonly Column[], row: readonly Span[], widths: readonly number[], width: number): Line => {
	const line: Span[] = [];
	let left = width;
	const add = (span: Span): void => {
		const text = truncate(span.text, left);
		if (text !== '') line.push({...span, text});
		left -= displayWidth(text);
	};
	const last = row.findLastIndex(({text}) => text !== '');
	for (const [index, span] of row.entries()) {
		const size = widths[index] ?? 0;
		if (index > last || size === 0) continue;
		if (line.length > 0) add({text: GAP});
		const align = columns[index]?.align ?? 'left';
		add({...span, text: index === last && align === 'left' ? truncate(span.text, size) : fitText(span.text, size, align)});
	}
	return line;
};
