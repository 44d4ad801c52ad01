import {renderToString} from 'ink';
import {ThemeContext} from './components/theme-context.ts';
import {type PaintedSpan, readPainted} from './painted.ts';
import {Overview} from './screens/overview.tsx';
import type {State} from './state.ts';
import type {Theme} from './theme.ts';

/** The rows of a screen from the top, as many as it has. */
export type Picture = ReadonlyArray<readonly PaintedSpan[]>;

/** The screen that the dashboard shows in a state. */
export const drawPicture = (state: State, theme: Theme): Picture => {
	const {columns, rows} = state.size;
	const screen = (
		<ThemeContext value={theme}>
			<Overview state={state} />
		</ThemeContext>
	);
	const frame = renderToString(screen, {columns}).split('\n');
	return Array.from({length: rows}, (_, index) => readPainted(frame[index] ?? ''));
};
