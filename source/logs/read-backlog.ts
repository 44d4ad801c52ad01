import type {Clock} from '../domain/clock.ts';
import type {LineTest, LogTail} from '../domain/logs.ts';
import type {LogLine} from '../domain/records.ts';
import type {LogCursor} from './log-cursor.ts';

export type BacklogOptions = {
	/** How many of the last lines. */
	readonly count: number;
	/** The lines that count; all when it is not given. */
	readonly isWanted?: LineTest | undefined;
	/** Gives up when it is aborted, with what was found by then. */
	readonly signal?: AbortSignal | undefined;
};

// A tenth of a second of reading: Ctrl-C is heard between two pieces.
const PIECE_BYTES = 4 * 1024 * 1024;

/** Where a cursor must begin, so that the backlog can be read with it. */
export const toStart = ({count, isWanted}: BacklogOptions): number => (count > 0 && isWanted !== undefined ? Number.POSITIVE_INFINITY : count);

/**
 * Reads a log to its end, with a cursor that began at `toStart`, and keeps the last lines that are wanted. The cursor then stands behind them.
 *
 * Where only some lines are wanted, the file is read from its first byte: the time grows with it, the memory does not.
 */
export const readBacklog = async (cursor: LogCursor, {count, isWanted, signal}: BacklogOptions, clock: Clock): Promise<LogTail> => {
	if (isWanted === undefined || count === 0) return {lines: cursor.read(), hasMore: cursor.hasMore()};
	let lines: LogLine[] = [];
	let hasMore = false;
	do {
		for (const line of cursor.read(PIECE_BYTES)) lines.push(line);
		hasMore ||= lines.length > count;
		lines = lines.slice(Math.max(0, lines.length - count));
		await clock.sleep(0, signal);
	} while (cursor.isBehind() && signal?.aborted !== true);
	return {lines, hasMore};
};
