import type {Clock} from '../domain/clock.ts';
import type {RecordingSource} from '../domain/dashboard.ts';
import {EXIT, RadError} from '../domain/failures.ts';
import type {Draws} from './draws.ts';
import type {Size} from './layout.ts';
import {parseRecording, type Recording} from './recording.ts';
import {momentOf, nextMessage, openReplay, playUntil, type Replay, steer, toLastState, toShown} from './replay.ts';
import {checkTerminal, type RunDashboardOptions, showScreen} from './run-dashboard.tsx';
import {createScreen} from './screen.ts';
import type {Message, State} from './state.ts';
import {formatState, type TakePictureOptions} from './take-picture.ts';
import {chooseTheme} from './theme.ts';

// However fast it is played, no more pictures than these are drawn: each costs, and keys have to get through.
const STEP_MIN_MS = 50;
// Longer than any recording, and what a timer can still count.
const STEP_MAX_MS = 24 * 60 * 60 * 1000;

export type RunReplayOptions = Pick<RunDashboardOptions, 'input' | 'output' | 'environment' | 'clock' | 'signal'> & {
	readonly source: RecordingSource;
	/** How many times as fast as it was recorded. */
	readonly speed: number;
};

/**
 * Shows a recorded dashboard until the user leaves it.
 *
 * @returns the exit code.
 * @throws {RadError} `TERMINAL_MISSING`, `RECORDING_UNUSABLE`, `RECORDING_NEWER` before anything is drawn.
 */
export const runReplay = async (options: RunReplayOptions): Promise<number> => {
	checkTerminal(options);
	const recording = loadRecording(options.source);
	const theme = chooseTheme(options.environment);
	const screen = createScreen(options);
	const player = createPlayer(openReplay(recording, screen.size()), options);
	screen.enter();
	try {
		await showScreen(options, screen, {draws: player.draws, theme, dispatch: player.dispatch, follow: player.start});
		return EXIT.done;
	} finally {
		player.stop();
		screen.leave();
	}
};

export type DrawReplayOptions = Pick<TakePictureOptions, 'format' | 'environment'> & {
	readonly source: RecordingSource;
	/** Of the picture; undefined: as it was recorded. */
	readonly columns: number | undefined;
	readonly rows: number | undefined;
};

/** The last picture of a recording. @throws {RadError} `RECORDING_UNUSABLE`, `RECORDING_NEWER`. */
export const drawReplay = ({source, columns, rows, format, environment}: DrawReplayOptions): string => {
	const state = toLastState(loadRecording(source));
	const size: Size = {columns: columns ?? state.size.columns, rows: rows ?? state.size.rows};
	return formatState({...state, size}, format, chooseTheme(environment));
};

const loadRecording = ({file, text}: RecordingSource): Recording => {
	const parsed = parseRecording(text);
	if (!('reason' in parsed)) return parsed;
	const {line, reason, isNewer} = parsed;
	throw new RadError(isNewer ? 'RECORDING_NEWER' : 'RECORDING_UNUSABLE', `The recording cannot be shown: line ${line}: ${reason}: ${file}`);
};

type Player = {
	readonly draws: Draws;
	readonly dispatch: (message: Message) => void;
	readonly start: (leave: () => void) => void;
	readonly stop: () => void;
};

/** Plays the messages in their time, as long as the user lets it. */
const createPlayer = (opened: Replay, {clock, speed}: {readonly clock: Clock; readonly speed: number}): Player => {
	const listeners = new Set<() => void>();
	let replay = opened;
	let shown: State = toShown(opened);
	let leave = (): void => undefined;
	let timer = new AbortController();
	const show = (next: Replay): void => {
		if (next === replay) return;
		replay = next;
		shown = toShown(next);
		for (const listener of listeners) listener();
	};
	const play = (): void => {
		timer.abort();
		timer = new AbortController();
		if (!replay.isPaused && !replay.isLeaving) void wait(momentOf(replay), timer.signal);
	};
	const wait = async (from: number, signal: AbortSignal): Promise<void> => {
		const startedAt = clock.elapsed();
		for (let next = nextMessage(replay); next !== undefined; next = nextMessage(replay)) {
			const played = from + (clock.elapsed() - startedAt) * speed;
			await clock.sleep(Math.min(STEP_MAX_MS, Math.max(STEP_MIN_MS, (next.at - played) / speed)), signal);
			if (signal.aborted) return;
			show(playUntil(replay, from + (clock.elapsed() - startedAt) * speed));
		}
	};
	return {
		draws: {
			getSnapshot: () => shown,
			subscribe: listener => {
				listeners.add(listener);
				return () => void listeners.delete(listener);
			},
		},
		dispatch: message => {
			const before = replay;
			show(steer(replay, message));
			if (replay.isLeaving) leave();
			if (replay.isPaused !== before.isPaused) play();
		},
		start: end => {
			leave = end;
			play();
		},
		stop: () => timer.abort(),
	};
};
