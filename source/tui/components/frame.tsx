import {Box} from 'ink';
import {type ReactNode, useContext} from 'react';
import {innerSize, type Size} from '../layout.ts';
import {blankAcross, EMPTY_LINE, fitLine, type Line, line, lineWidth, type Span, span, widthOf} from '../line.ts';
import type {Style} from '../theme.ts';
import {EdgesContext} from './edges-context.ts';
import {Painted, paintLine} from './lines.tsx';
import {ThemeContext} from './theme-context.ts';

type Border = {readonly corners: readonly [string, string, string, string]; readonly across: string; readonly down: string};

const HEAVY: Border = {corners: ['┏', '┓', '┗', '┛'], across: '━', down: '┃'};
const LIGHT: Border = {corners: ['╭', '╮', '╰', '╯'], across: '─', down: '│'};

/** What the two borders and the air beside them take of each row; a narrower frame is cut. */
const SIDES = 4;

type Props = Size & {
	readonly title: readonly Span[];
	/** At the right end of the upper border. */
	readonly status: string;
	/** A heavy border, so that the focus is seen without colours too. */
	readonly isFocused: boolean;
	readonly tone: Style;
	/** What stands inside, from the top. */
	readonly lines: readonly Line[];
	/** Drawn below the lines, inside of the border. */
	readonly children?: ReactNode;
};

/** A box of exactly `columns` × `rows` with its title in the border, and its content one column off the sides. */
export const Frame = ({columns, rows, title, status, isFocused, tone, lines, children}: Props) => {
	const theme = useContext(ThemeContext);
	const edges = useContext(EdgesContext);
	const border = isFocused ? HEAVY : LIGHT;
	const style: Style = isFocused ? tone : 'dim';
	const inner = innerSize({columns, rows});
	const framed = [
		drawTop(border, title, status, style, columns),
		...Array.from({length: inner.rows}, (_, index) => drawBetween(border, lines[index] ?? EMPTY_LINE, style, inner.columns)),
		line(span(`${border.corners[2]}${border.across.repeat(Math.max(0, columns - 2))}${border.corners[3]}`, style)),
	];
	return (
		<Box width={columns} height={rows}>
			<Painted lines={framed.map(each => paintLine(blankAcross(columns < SIDES ? fitLine(each, columns) : each, edges), theme))} columns={columns} />
			<Box position="absolute" marginLeft={2} marginTop={1 + lines.length}>
				{children}
			</Box>
		</Box>
	);
};

/** `┃ content ┃`; a selected row is marked between the borders only. */
const drawBetween = ({down}: Border, content: Line, style: Style, columns: number): Line => {
	const {spans, isSelected} = fitLine(content, columns);
	const shown = isSelected ? [span(spans.map(({text}) => text).join(''), 'selected')] : spans;
	return line(span(`${down} `, style), ...shown, span(` ${down}`, style));
};

/** `┏━ title ━━━━━━━ status ━┓`; the status gives way to the title, the title to the corners. */
const drawTop = (border: Border, title: readonly Span[], status: string, style: Style, columns: number): Line => {
	const room = Math.max(0, columns - 6);
	const hasStatus = status !== '' && lineWidth(title) + widthOf(status) + 3 <= room;
	const right = hasStatus ? [span(' '), span(status, style === 'dim' ? 'plain' : style), span(' ')] : [];
	const shownTitle = lineWidth(title) <= room ? title : fitLine(line(...title), room).spans;
	const gap = Math.max(0, room - lineWidth(shownTitle) - lineWidth(right));
	const top = line(
		span(`${border.corners[0]}${border.across} `, style),
		...shownTitle,
		span(` ${border.across.repeat(gap)}`, style),
		...right,
		span(`${border.across}${border.corners[1]}`, style),
	);
	return fitLine(top, columns);
};
