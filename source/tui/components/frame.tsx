import {Box} from 'ink';
import type {ReactNode} from 'react';
import {displayWidth} from '../../views/width.ts';
import {innerSize, type Size} from '../layout.ts';
import {fitLine, type Line, line, lineWidth, type Span, span} from '../line.ts';
import type {Style} from '../theme.ts';
import {Lines} from './lines.tsx';

type Border = {readonly corners: readonly [string, string, string, string]; readonly across: string; readonly down: string};

const HEAVY: Border = {corners: ['┏', '┓', '┗', '┛'], across: '━', down: '┃'};
const LIGHT: Border = {corners: ['╭', '╮', '╰', '╯'], across: '─', down: '│'};

type Props = Size & {
	readonly title: readonly Span[];
	/** At the right end of the upper border. */
	readonly status: string;
	/** A heavy border, so that the focus is seen without colours too. */
	readonly isFocused: boolean;
	readonly tone: Style;
	readonly children: ReactNode;
};

/** A box of exactly `columns` × `rows` with its title in the border; the children get the inside, one column off the sides. */
export const Frame = ({columns, rows, title, status, isFocused, tone, children}: Props) => {
	const border = isFocused ? HEAVY : LIGHT;
	const style: Style = isFocused ? tone : 'dim';
	const inner = innerSize({columns, rows});
	const side = (text: string): readonly Line[] => Array.from({length: inner.rows}, () => line(span(text, style)));
	return (
		<Box width={columns} height={rows} flexDirection="column">
			<Lines lines={[drawTop(border, title, status, style, columns)]} columns={columns} rows={1} />
			<Box height={inner.rows}>
				<Box width={2} flexDirection="column">
					<Lines lines={side(`${border.down} `)} columns={2} rows={inner.rows} />
				</Box>
				<Box width={inner.columns} height={inner.rows} flexDirection="column">
					{children}
				</Box>
				<Box width={2} flexDirection="column">
					<Lines lines={side(` ${border.down}`)} columns={2} rows={inner.rows} />
				</Box>
			</Box>
			<Lines
				lines={[line(span(`${border.corners[2]}${border.across.repeat(Math.max(0, columns - 2))}${border.corners[3]}`, style))]}
				columns={columns}
				rows={1}
			/>
		</Box>
	);
};

/** `┏━ title ━━━━━━━ status ━┓`; the status gives way to the title, the title to the corners. */
const drawTop = (border: Border, title: readonly Span[], status: string, style: Style, columns: number): Line => {
	const room = Math.max(0, columns - 6);
	const hasStatus = status !== '' && lineWidth(title) + displayWidth(status) + 3 <= room;
	const right = hasStatus ? [span(' '), span(status, style === 'dim' ? 'plain' : style), span(' ')] : [];
	const shownTitle = lineWidth(title) <= room ? title : fitLine(line(...title), room).spans;
	const gap = Math.max(0, room - lineWidth(shownTitle) - lineWidth(right));
	return line(
		span(`${border.corners[0]}${border.across} `, style),
		...shownTitle,
		span(` ${border.across.repeat(gap)}`, style),
		...right,
		span(`${border.across}${border.corners[1]}`, style),
	);
};
