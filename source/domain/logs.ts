import type {Agent, LogLine} from './records.ts';

export type LogTail = {
	readonly lines: readonly LogLine[];
	/** True when the log holds more before the first of these lines, of those that are wanted. */
	readonly hasMore: boolean;
};

/** Tells which lines of a log are wanted. */
export type LineTest = (line: LogLine) => boolean;

export type Logs = {
	/**
	 * The last lines of an agent's log, or the last of those that are wanted; an agent that has printed nothing has an empty one. When the signal
	 * is aborted, what was found by then.
	 *
	 * @throws {RadError} `LOG_MISSING`.
	 */
	readonly tail: (agent: Agent, count: number, choice?: {readonly isWanted: LineTest | undefined; readonly signal: AbortSignal}) => Promise<LogTail>;
	/**
	 * Hands over the last `count` lines that are wanted (an infinite count: all), tells that these were all, then hands over new ones as they come, in batches. Survives truncation, replacement and removal, each told as
	 * a line of kind `rad`. Resolves when the signal is aborted, or, with `untilEnd`, when the agent is over and all was read.
	 */
	readonly follow: (
		agent: Agent,
		options: {
			readonly count: number;
			readonly isWanted?: LineTest | undefined;
			readonly signal: AbortSignal;
			readonly untilEnd: boolean;
			readonly onLines: (lines: readonly LogLine[]) => void;
			readonly onCaughtUp?: () => void;
		},
	) => Promise<void>;
	/** The bytes that the agent wrote to its standard output. @throws {RadError} `LOG_MISSING`. */
	readonly raw: (agent: Agent) => Promise<NodeJS.ReadableStream>;
};
