import type {RunId} from './ids.ts';

export type DashboardOptions = {
	/** Select and follow this run at the start; without it the newest. */
	readonly runId?: RunId;
	/** Printed on the terminal after the dashboard was left. */
	readonly farewell?: string;
	/** Where what the dashboard hears is written down; without it nowhere. */
	readonly record?: RecordingSink;
};

/** A recording that is being written. */
export type RecordingSink = {
	/** Hands the text to the system before it returns, so that it outlives this process. @throws {RadError} `OUTPUT_FAILED`. */
	readonly append: (text: string) => void;
	readonly close: () => void;
};

/** A recording as it was read, by nobody judged yet; `file` is its name for messages. */
export type RecordingSource = {readonly file: string; readonly text: string};

/** No recording is larger, written or read: it is held in memory when it is shown. */
export const RECORDING_BYTES_MAX = 100_000_000;

export type PictureOptions = {
	/** In character cells; undefined: the terminal's, of which one row is left for the prompt, or 120 × 40. */
	readonly columns: number | undefined;
	readonly rows: number | undefined;
	/** `text` has no control sequence in it; `coloured` is for a terminal; `svg` is a document. */
	readonly format: 'text' | 'coloured' | 'svg';
	/** Aborting ends the waiting: what is known by then is drawn. */
	readonly signal: AbortSignal;
};

/** Dashboards as they were recorded. */
export type Recordings = {
	/**
	 * Shows a recorded dashboard until the user leaves it; returns the exit code. Nothing is done of what was done then.
	 *
	 * @throws {RadError} `TERMINAL_MISSING`, `RECORDING_UNUSABLE`, `RECORDING_NEWER`.
	 */
	readonly show: (source: RecordingSource, options: {/** How many times as fast. */ readonly speed: number}) => Promise<number>;
	/** Draws the last picture of a recording, as large as it was recorded unless a size is given. @throws {RadError} as `show`. */
	readonly draw: (source: RecordingSource, options: Omit<PictureOptions, 'signal'>) => Promise<string>;
	/**
	 * Makes a file that nobody but the user can read; a relative path is meant from the directory.
	 *
	 * @throws {RadError} `OUTPUT_EXISTS`, `OUTPUT_FAILED`.
	 */
	readonly create: (file: string, options: {readonly directory: string}) => RecordingSink;
	/** @throws {RadError} `PATH_MISSING`; `RECORDING_UNUSABLE` for what is too large, no file or cannot be read. */
	readonly read: (file: string, options: {readonly directory: string}) => Promise<RecordingSource>;
};
