import type {Clock} from '../domain/clock.ts';

// A tenth of the time: what is drawn and read many times a second must leave a slow machine, and the agents on it, the rest.
const REST_FACTOR = 9;
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
