import {Text} from 'ink';
import {useContext} from 'react';
import {fitLine, type Line} from '../line.ts';
import {ThemeContext} from './theme-context.ts';

/** Draws rows in exactly the given width and height; rows that do not fit are left out, missing ones are blank. */
export const Lines = ({lines, columns, rows}: {readonly lines: readonly Line[]; readonly columns: number; readonly rows: number}) => {
	const {looks, selected} = useContext(ThemeContext);
	// One Text a row is what Ink draws cheapest; a row has no identity but its place.
	return Array.from({length: Math.max(0, rows)}, (_, index) => {
		const {spans, isSelected} = fitLine(lines[index] ?? {spans: [], isSelected: false}, columns);
		return (
			// biome-ignore lint/suspicious/noArrayIndexKey: the place of a row is its identity
			<Text key={index} wrap="truncate" {...(isSelected ? selected : {})}>
				{spans.map((span, place) => (
					// biome-ignore lint/suspicious/noArrayIndexKey: so is that of a piece of it
					<Text key={place} {...(isSelected ? {} : looks[span.style])}>
						{span.text}
					</Text>
				))}
			</Text>
		);
	});
};
