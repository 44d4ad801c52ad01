import type {Clock} from '../domain/clock.ts';

/** However long it takes, it is not put off longer than this: what stands still for seconds looks dead. */
const LONGEST_REST_MS = 1000;
/** So much rest may be owed: what changes only now and then is seen at once. */
const CREDIT_MS = 1500;

/**
 * Turns many requests into few: runs `work` at once for the first, then at most once per interval while more are made, and less often
 * where it takes long and is wanted all the time. The last request is always followed by a run that began after it; two runs never overlap.
 */
export const createGather = ({
	clock,
	intervalMs,
	restFactor,
	signal,
	work,
}: {
	readonly clock: Clock;
	readonly intervalMs: number;
	/** How much longer than its work it rests in the long run: 9 leaves a tenth of the time for the work. */
	readonly restFactor: number;
	readonly signal: AbortSignal;
	/** Must not reject. */
	readonly work: () => Promise<void> | void;
}): (() => void) => {
	let isWanted = false;
	let isRunning = false;
	let owedMs = 0;
	let endedAt = 0;
	const drain = async (): Promise<void> => {
		while (isWanted && !signal.aborted) {
			isWanted = false;
			const began = clock.elapsed();
			const owedBefore = Math.max(0, owedMs - (began - endedAt));
			await work();
			endedAt = clock.elapsed();
			owedMs = Math.min(CREDIT_MS + LONGEST_REST_MS, owedBefore + (endedAt - began) * restFactor);
			await clock.sleep(Math.max(intervalMs, owedMs - CREDIT_MS), signal);
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
