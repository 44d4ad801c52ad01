import type {Clock} from '../domain/clock.ts';

/** However long it takes, it is not put off longer than this: what stands still for seconds looks dead. */
const LONGEST_REST_MS = 1000;
/** So much rest may be owed: what changes only now and then is seen at once. */
const CREDIT_MS = 1500;
/** For something urgent it goes deeper into debt, which what is not urgent waits for afterwards. */
const URGENT_CREDIT_MS = 3000;
const MOST_OWED_MS = 3500;

/**
 * Turns many requests into few: runs `work` at once for the first, then at most once per interval while more are made, and less often
 * where it takes long and is wanted all the time. The last request is always followed by a run that began after it; two runs never overlap.
 * What is urgent cuts a long rest short, as long as that does not happen all the time.
 */
export const createGather = ({
	clock,
	cpuMs,
	intervalMs,
	restFactor,
	signal,
	work,
}: {
	readonly clock: Clock;
	/** How long this process has worked so far. On a machine that is busy with something else, the time of day would tell of that. */
	readonly cpuMs: () => number;
	readonly intervalMs: number;
	/** How much longer than its work it rests in the long run: 9 leaves a tenth of the time for the work. */
	readonly restFactor: number;
	readonly signal: AbortSignal;
	/** Must not reject. */
	readonly work: () => Promise<void> | void;
}): ((isUrgent?: boolean) => void) => {
	let isWanted = false;
	let isRunning = false;
	let owedMs = 0;
	let endedAt = 0;
	let haste = new AbortController();
	const rest = async (): Promise<void> => {
		const atLeastMs = Math.max(intervalMs, owedMs - URGENT_CREDIT_MS);
		await clock.sleep(Math.max(intervalMs, Math.min(LONGEST_REST_MS, owedMs - CREDIT_MS)), AbortSignal.any([signal, haste.signal]));
		const leftMs = atLeastMs - (clock.elapsed() - endedAt);
		if (haste.signal.aborted && leftMs > 0) await clock.sleep(leftMs, signal);
	};
	const drain = async (): Promise<void> => {
		while (isWanted && !signal.aborted) {
			isWanted = false;
			haste = new AbortController();
			const began = clock.elapsed();
			const owedBefore = Math.max(0, owedMs - (began - endedAt));
			const worked = cpuMs();
			await work();
			endedAt = clock.elapsed();
			owedMs = Math.min(MOST_OWED_MS, owedBefore + (cpuMs() - worked) * restFactor);
			await rest();
		}
		isRunning = false;
	};
	return (isUrgent = false) => {
		isWanted = true;
		if (isUrgent) haste.abort();
		if (isRunning) return;
		isRunning = true;
		void drain();
	};
};
