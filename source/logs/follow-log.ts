import type {Clock} from '../domain/clock.ts';
import type {LineTest} from '../domain/logs.ts';
import type {LogLine} from '../domain/records.ts';
import {openLogCursor} from './log-cursor.ts';
import {readBacklog, toStart} from './read-backlog.ts';

/** Tells that a file changed, appeared or went; may tell too often and may miss the last change of a burst. */
export type WatchFile = (
	file: string,
	listeners: {
		readonly onChange: () => void;
		/** The system watches no more (its limit is reached, for example): nothing will be told from now on. */
		readonly onTrouble: () => void;
	},
) => {readonly close: () => Promise<void>};

export type FollowLogOptions = {
	readonly file: string;
	/** How many lines to begin with. */
	readonly count: number;
	/** Which lines are handed over; all when it is not given. What happened to the file is always told. */
	readonly isWanted?: LineTest | undefined;
	readonly signal: AbortSignal;
	/** Asked from time to time whether more can come; null: follow until the signal is aborted. */
	readonly isOver: (() => Promise<boolean>) | null;
	readonly clock: Clock;
	readonly watch: WatchFile;
	readonly onLines: (lines: readonly LogLine[]) => void;
	/** Called once, after the lines to begin with. */
	readonly onCaughtUp?: () => void;
};

// The watcher misses ends of bursts: after each change the file is read again until nothing new was there twice.
const SETTLE_MS = 60;
const SETTLED_READS = 2;
// Without a word from the watcher the file is looked at this often all the same: some file systems tell nothing.
const IDLE_MS = 1000;
const POLL_MS = 250;

/** Hands over the last lines of a log, then what comes, until the signal is aborted or nothing more can come. Watches this one file only. */
export const followLog = async (options: FollowLogOptions): Promise<void> => {
	const {clock, signal, isOver, onLines} = options;
	const cursor = openLogCursor({...options, count: toStart(options)});
	const bell = createBell(clock);
	signal.addEventListener('abort', bell.ring);
	let idleMs = isOver === null ? IDLE_MS : POLL_MS;
	const hand = (lines: readonly LogLine[]): boolean => {
		if (lines.length > 0) onLines(lines);
		return lines.length > 0;
	};
	const watcher = options.watch(options.file, {
		onChange: bell.ring,
		onTrouble: () => {
			idleMs = POLL_MS;
			hand([{at: clock.now(), kind: 'rad', text: 'live updates by polling: this system watches no more files'}]);
		},
	});
	try {
		const backlog = await readBacklog(cursor, options, clock);
		if (signal.aborted) return;
		hand(backlog.lines);
		options.onCaughtUp?.();
		let quietReads = 0;
		while (!signal.aborted) {
			// Asked before the read: what was written before the end is read after it.
			const isLast = quietReads >= SETTLED_READS && isOver !== null && (await isOver());
			quietReads = hand(cursor.read()) ? 0 : quietReads + 1;
			if (isLast && quietReads > 0) return void hand(cursor.rest());
			if (await bell.wait(quietReads < SETTLED_READS ? SETTLE_MS : idleMs)) quietReads = 0;
		}
	} finally {
		signal.removeEventListener('abort', bell.ring);
		cursor.close();
		await watcher.close();
	}
};

/** Waits for a time that anybody may cut short. */
const createBell = (clock: Clock) => {
	let isRung = false;
	let waiting: AbortController | undefined;
	return {
		ring: (): void => {
			isRung = true;
			waiting?.abort();
		},
		/** True when it was rung since the last wait. */
		wait: async (durationMs: number): Promise<boolean> => {
			waiting = new AbortController();
			if (!isRung) await clock.sleep(durationMs, waiting.signal);
			const wasRung = isRung;
			isRung = false;
			return wasRung;
		},
	};
};
