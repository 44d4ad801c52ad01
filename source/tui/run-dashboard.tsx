import {render} from 'ink';
import type {Clock} from '../domain/clock.ts';
import type {RecordingSink} from '../domain/dashboard.ts';
import {EXIT, RadError} from '../domain/failures.ts';
import type {RunId} from '../domain/ids.ts';
import type {Rad} from '../domain/rad.ts';
import {startBell} from './bell.ts';
import {Dashboard} from './dashboard.tsx';
import {createDraws, type Draws} from './draws.ts';
import {startEffects} from './effects.ts';
import {judgeKeys} from './judge-keys.ts';
import {nameWorkspace} from './load.ts';
import {startRecording} from './record.ts';
import {createScreen, type Screen} from './screen.ts';
import {createState, type Message} from './state.ts';
import {createStore, type Store} from './store.ts';
import {chooseTheme, type Theme} from './theme.ts';

export type RunDashboardOptions = {
	readonly rad: Rad;
	readonly input: NodeJS.ReadStream;
	readonly output: NodeJS.WriteStream;
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly clock: Clock;
	/** How long this process has worked so far. */
	readonly cpuMs: () => number;
	/** Aborting leaves the dashboard. */
	readonly signal?: AbortSignal;
	/** Show and stay with this run; without it the newest. */
	readonly runId?: RunId;
	/** Stops the process and its group as Ctrl+Z does; resolves when the user brought it back. Without it Ctrl+Z says that it cannot. */
	readonly suspend?: () => Promise<void>;
	/** Has the user edit a text while nothing is drawn; undefined where that failed. */
	readonly editText: (text: string, extension: string) => string | undefined;
	/** Where to write down what happens, and the version of this rad for it. */
	readonly record?: {readonly sink: Pick<RecordingSink, 'append'>; readonly version: string};
};

/**
 * Shows the dashboard until the user leaves it, and gives the terminal back however it ends. Runs are not touched by leaving.
 *
 * @returns the exit code.
 * @throws {RadError} `TERMINAL_MISSING`, `CONFIGURATION_UNUSABLE`, `OUTPUT_FAILED` before anything is drawn; whatever a component threw, after the terminal was given back.
 */
export const runDashboard = async (options: RunDashboardOptions): Promise<number> => {
	const {rad, input, output, environment, clock, cpuMs, runId} = options;
	checkTerminal(options);
	const {bell, keys, theme} = await rad.configuration.load();
	const ownKeys = judgeKeys(keys);
	const screen = createScreen({input, output});
	const store = createStore(
		createState({
			size: screen.size(),
			now: clock.now(),
			workspaceName: nameWorkspace(rad),
			choice: runId ?? 'newest',
			canSuspend: options.suspend !== undefined,
			ownKeys,
		}),
	);
	if (options.record !== undefined) startRecording({...options.record, store, clock});
	const closed = new AbortController();
	screen.enter();
	const effects = startEffects({rad, store, clock, cpuMs});
	startBell({rad, bell, environment, clock, signal: closed.signal, ring: screen.ring});
	try {
		await show(options, {screen, store, theme: chooseTheme(environment, theme)}, closed.signal);
		return EXIT.done;
	} finally {
		closed.abort();
		screen.leave();
		await effects.close();
	}
};

/** @throws {RadError} `TERMINAL_MISSING`. */
export const checkTerminal = ({input, output, environment}: Terminal): void => {
	if (!input.isTTY || !output.isTTY) throw new RadError('TERMINAL_MISSING', 'The dashboard needs a terminal.');
	if (environment['TERM'] === 'dumb') throw new RadError('TERMINAL_MISSING', 'The dashboard cannot draw on a terminal of type "dumb".');
};

type Live = {readonly screen: Screen; readonly store: Store; readonly theme: Theme};

/** Draws until the user leaves, the signal is aborted, or the terminal is gone. `closed` is aborted right after. */
const show = (options: RunDashboardOptions, {screen, store, theme}: Live, closed: AbortSignal): Promise<void> => {
	const draws = createDraws(store, {clock: options.clock, cpuMs: options.cpuMs, signal: closed});
	return showScreen(options, screen, {
		draws,
		theme,
		dispatch: store.dispatch,
		follow: leave =>
			store.subscribe(() => {
				if (store.getSnapshot().isLeaving) leave();
				else void grantWish(options, screen, store);
			}),
	});
};

type Terminal = Pick<RunDashboardOptions, 'input' | 'output' | 'environment' | 'signal'>;

type Shown = {
	readonly draws: Draws;
	readonly theme: Theme;
	/** Takes in keys and new sizes. */
	readonly dispatch: Store['dispatch'];
	/** Called once drawing has begun, with what ends it. */
	readonly follow: (leave: () => void) => void;
};

/** Draws on a screen that was entered until it is left, the signal is aborted, or the terminal is gone. */
export const showScreen = async ({input, output, signal}: Terminal, screen: Screen, {draws, theme, dispatch, follow}: Shown): Promise<void> => {
	const resize = (): void => dispatch({type: 'resized', size: screen.size()});
	// Before Ink listens: its own answer to a resize is to draw the old picture once more.
	screen.stdout.on('resize', resize);
	const ink = render(<Dashboard draws={draws} dispatch={dispatch} theme={theme} onGone={screen.leave} />, {
		stdout: screen.stdout,
		stdin: input,
		// Whole frames, which the screen turns into changes.
		debug: true,
		exitOnCtrlC: false,
		patchConsole: false,
	});
	const leave = (): void => ink.unmount();
	follow(leave);
	for (const event of ['end', 'error']) input.once(event, leave);
	output.once('error', leave);
	signal?.addEventListener('abort', leave, {once: true});
	if (signal?.aborted) leave();
	try {
		await ink.waitUntilExit();
	} finally {
		signal?.removeEventListener('abort', leave);
		for (const event of ['end', 'error']) input.off(event, leave);
		output.off('error', leave);
	}
};

/** Does what the user asked of the terminal: to draw it anew, or to give it back for a while. */
const grantWish = async ({suspend, editText, clock}: RunDashboardOptions, screen: Screen, store: Store): Promise<void> => {
	const wish = store.getSnapshot().terminalWish;
	if (wish === null) return;
	store.dispatch({type: 'terminal-wish-granted', now: clock.now()});
	if (wish.kind === 'copy') return void screen.ring(toClipboard(wish.text));
	if (wish.kind === 'suspend' && suspend !== undefined) {
		screen.leave();
		await suspend();
		screen.enter();
		store.dispatch({type: 'resized', size: screen.size()});
	}
	if (wish.kind === 'edit') {
		screen.leave();
		const text = editText(wish.text, wish.extension);
		screen.enter();
		store.dispatch({type: 'resized', size: screen.size()});
		store.dispatch(text === undefined ? EDITOR_FAILED : {type: 'call-edited', requestId: wish.requestId, text});
	}
	screen.redraw();
};

const EDITOR_FAILED: Message = {
	type: 'notice-raised',
	notice: {tone: 'bad', text: 'The editor failed: the call is as it was. Try: set VISUAL or EDITOR to your editor.'},
};

/** OSC 52: the terminal puts the text on the clipboard, also over SSH. Nothing of the text can end the sequence. */
const toClipboard = (text: string): string => `\u001b]52;c;${Buffer.from(text, 'utf8').toString('base64')}\u0007`;
