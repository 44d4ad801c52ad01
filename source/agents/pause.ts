import type {Clock} from '../domain/clock.ts';

const SHORTEST_MS = 2;
const PART = 10;

/**
 * Makes a pause between two looks at what may take a moment or an hour: a tenth of the time since it was made, up to the longest one. What
 * is over soon is seen soon, and waiting for long costs little. The pause in which `over` is aborted ends at once.
 */
export const createPause = (clock: Clock, longestMs: number, over?: AbortSignal): (() => Promise<void>) => {
	const start = clock.elapsed();
	return () => clock.sleep(Math.min(longestMs, Math.max(SHORTEST_MS, (clock.elapsed() - start) / PART)), over?.aborted === true ? undefined : over);
};
