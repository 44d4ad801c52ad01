import {EventEmitter} from 'node:events';
import {render} from 'ink';
import type {ReactElement} from 'react';
import stringWidth from 'string-width';
import {Pane} from '../../source/tui/components/pane.tsx';
import {ThemeContext} from '../../source/tui/components/theme-context.ts';
import type {PaneId} from '../../source/tui/layout.ts';
import {loadSnapshot} from '../../source/tui/load.ts';
import {reduce} from '../../source/tui/reduce.ts';
import {Overview} from '../../source/tui/screens/overview.tsx';
import {createState, type Message, type State} from '../../source/tui/state.ts';
import {chooseTheme} from '../../source/tui/theme.ts';
import {createFakeRad, type FakeData} from './fake-rad.ts';
import {SAMPLE_NOW} from './sample-run.ts';

type Size = State['size'];

/** A state of the dashboard before anything was read. */
export const aState = (size: Size = {columns: 80, rows: 24}, change: Partial<State> = {}): State => ({
	...createState({size, now: SAMPLE_NOW, workspaceName: 'payments-api', choice: 'newest', canSuspend: true}),
	...change,
});

/** The state after a workspace was read and the selected agent's log with it. */
export const aLoadedState = async (data: Partial<FakeData>, size?: Size): Promise<State> => {
	const {rad} = createFakeRad(data);
	const all = {choice: 'newest', hasCourse: true, hasModels: true, hasDays: true} as const;
	const snapshot = await loadSnapshot(rad, all, {now: SAMPLE_NOW, last: undefined});
	const loaded = reduce(aState(size), {type: 'data-loaded', snapshot, now: SAMPLE_NOW});
	const {agentId} = loaded.log;
	return agentId === null ? loaded : reduce(loaded, {type: 'log-received', agentId, lines: data.logs?.[agentId] ?? []});
};

/** The state after some messages or key presses, one after the other. */
export const stateAfter = (state: State, ...messages: ReadonlyArray<Message | string>): State =>
	messages.reduce<State>((last, message) => reduce(last, typeof message === 'string' ? {type: 'key-pressed', key: message} : message), state);

/** The picture of the whole screen in a state: one text of lines, without trailing spaces and styles. */
export const drawScreen = (state: State): string => draw(<Overview state={state} />, state.size);

/** The picture of one pane alone, as large as the state's screen. */
export const drawPane = (state: State, pane: PaneId): string => draw(<Pane state={state} area={{...state.size, pane, hasTabs: false}} />, state.size);

/** The same with everything that Ink hands over to be written to the terminal, in colours or without. */
export const drawFrame = (state: State, environment: Readonly<Record<string, string>>): string =>
	renderFrame(<Overview state={state} />, state.size, environment);

// What the theme adds has no width; a sequence of another kind stays and is found.
const draw = (element: ReactElement, size: Size): string =>
	renderFrame(element, size, {NO_COLOR: '1'})
		.replaceAll(/\u001b\[[\d;]*m/g, '')
		.replaceAll(/ +$/gm, '');

const renderFrame = (element: ReactElement, {columns, rows}: Size, environment: Readonly<Record<string, string>>): string => {
	const frames: string[] = [];
	const stdout = Object.assign(new EventEmitter(), {columns, rows, write: (frame: string) => frames.push(frame) > 0});
	const app = render(<ThemeContext value={chooseTheme(environment)}>{element}</ThemeContext>, {
		stdout: stdout as unknown as NodeJS.WriteStream,
		debug: true,
		exitOnCtrlC: false,
		patchConsole: false,
	});
	app.unmount();
	app.cleanup();
	return frames[0] ?? '';
};

/** C0 but the line break, C1, half a character, other ends of lines, and what turns the direction of text. */
const STEERING = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

const BORDERS = /^[┏┃┗╭│╰]/;

/**
 * What is wrong with a picture without styles: a row that is wider than the screen, one with a border that is not exactly as wide (Ink
 * leaves out the spaces at the end of others), more rows than it has, or a character that could steer a terminal.
 */
export const findMisfit = (frame: string, {columns, rows}: Size): string | undefined => {
	const lines = frame.split('\n');
	if (lines.length > rows) return `${lines.length} rows on a screen of ${rows}`;
	const misfit = lines.find(line => (BORDERS.test(line) ? stringWidth(line) !== columns : stringWidth(line) > columns));
	if (misfit !== undefined) return `${stringWidth(misfit)} columns on a screen of ${columns}: ${misfit}`;
	return STEERING.test(frame) ? `a control character: ${JSON.stringify(frame)}` : undefined;
};
