import {EventEmitter} from 'node:events';
import {render} from 'ink';
import {ThemeContext} from '../../source/tui/components/theme-context.ts';
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
	const loaded = reduce(aState(size), {type: 'data-loaded', snapshot: await loadSnapshot(rad, 'newest'), now: SAMPLE_NOW});
	const {agentId} = loaded.log;
	return agentId === null ? loaded : reduce(loaded, {type: 'log-received', agentId, lines: data.logs?.[agentId] ?? []});
};

/** The state after some messages or key presses, one after the other. */
export const after = (state: State, ...messages: ReadonlyArray<Message | string>): State =>
	messages.reduce<State>((last, message) => reduce(last, typeof message === 'string' ? {type: 'key-pressed', key: message} : message), state);

/** The picture of a state: one text of lines without trailing spaces and, where Ink finds no colours, without styles. */
export const drawFrame = (state: State): string => {
	const {columns, rows} = state.size;
	const frames: string[] = [];
	const stdout = Object.assign(new EventEmitter(), {columns, rows, write: (frame: string) => frames.push(frame) > 0});
	const app = render(
		<ThemeContext value={chooseTheme({NO_COLOR: '1'})}>
			<Overview state={state} />
		</ThemeContext>,
		{stdout: stdout as unknown as NodeJS.WriteStream, debug: true, exitOnCtrlC: false, patchConsole: false},
	);
	app.unmount();
	app.cleanup();
	return frames[0] ?? '';
};
