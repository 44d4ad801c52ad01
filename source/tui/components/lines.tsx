import {Text, Transform} from 'ink';
import {useContext} from 'react';
import {blankAcross, EMPTY_LINE, fitLine, type Line} from '../line.ts';
import type {Theme} from '../theme.ts';
import {EdgesContext} from './edges-context.ts';
import {ThemeContext} from './theme-context.ts';

type Props = {readonly lines: readonly Line[]; readonly columns: number; readonly rows: number};

/** Draws rows in exactly the given width and height; rows that do not fit are left out, missing ones are blank. */
export const Lines = ({lines, columns, rows}: Props) => {
	const theme = useContext(ThemeContext);
	const edges = useContext(EdgesContext);
	const painted = Array.from({length: Math.max(0, rows)}, (_, index) =>
		paintLine(blankAcross(fitLine(lines[index] ?? EMPTY_LINE, columns), edges), theme),
	);
	return <Painted lines={painted} columns={columns} />;
};

/**
 * Puts painted rows of the same width on the screen.
 *
 * Ink lays out blanks of the same size, and they are replaced when they are drawn. Ink 6.8 measures every new text and remembers it for
 * ever: with texts that never change a dashboard that is open all day does not grow, and nothing is laid out anew when a log line comes.
 */
export const Painted = ({lines, columns}: {readonly lines: readonly string[]; readonly columns: number}) => (
	<Transform transform={(_, index) => lines[index] ?? ''}>
		<Text>
			{Array<string>(lines.length)
				.fill(' '.repeat(Math.max(0, columns)))
				.join('\n')}
		</Text>
	</Transform>
);

export const paintLine = ({spans}: Line, theme: Theme): string => spans.map(span => theme.paint(span.text, span.style)).join('');
