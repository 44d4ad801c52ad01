import type {Clock} from '../domain/clock.ts';

// A fifteenth of the time for each kind of work: drawing, reading the store and the log, and the garbage of all that, are to take less
// than a quarter of one core together. The rest is for the agents.
const REST_FACTOR = 14;
/** However long it takes, it is not put off longer than this: what stands still for seconds looks dead. */
const LONGEST_REST_MS = 1000;

/**
 * Turns many requests into few: runs `work` at once for the first, then at most once per interval while more are made, and less often
 * where it takes long. The last request is always followed by a run that began after it; two runs never overlap.
 */
export const createGather = ({
	clock,
	intervalMs,
	signal,
	work,
}: {
	readonly clock: Clock;
	readonly intervalMs: number;
	readonly signal: AbortSignal;
	/** Must not reject. */
	readonly work: () => Promise<void> | void;
}): (() => void) => {
	let isWanted = false;
	let isRunning = false;
	const drain = async (): Promise<void> => {
		while (isWanted && !signal.aborted) {
			isWanted = false;
			const began = clock.elapsed();
			await work();
			const restMs = Math.min(LONGEST_REST_MS, (clock.elapsed() - began) * REST_FACTOR);
			await clock.sleep(Math.max(intervalMs, restMs), signal);
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
