import type {Clock} from '../domain/clock.ts';

/**
 * Turns many requests into few: runs `work` at once for the first, then at most once per interval while more are made. The last
 * request is always followed by a run that began after it; two runs never overlap.
 */
export const createGather = (options: {
	readonly clock: Clock;
	readonly intervalMs: () => number;
	readonly signal: AbortSignal;
	/** Must not reject. */
	readonly work: () => Promise<void> | void;
}): (() => void) => {
	let isWanted = false;
	let isRunning = false;
	const drain = async (): Promise<void> => {
		while (isWanted && !options.signal.aborted) {
			isWanted = false;
			await options.work();
			await options.clock.sleep(options.intervalMs(), options.signal);
		}
		isRunning = false;
	};
	return () => {
		isWanted = true;
		if (isRunning) return;
		isRunning = true;
		void drain();
	};
};
