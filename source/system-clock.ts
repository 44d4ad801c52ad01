import type {Clock} from './domain/clock.ts';

/** The clock of this machine. */
export const createSystemClock = (): Clock => ({
	now: () => Date.now(),
	elapsed: () => performance.now(),
	sleep: (durationMs, signal) =>
		new Promise(resolve => {
			if (signal?.aborted === true) return resolve();
			const finish = (): void => {
				clearTimeout(timer);
				signal?.removeEventListener('abort', finish);
				resolve();
			};
			const timer = setTimeout(finish, durationMs);
			signal?.addEventListener('abort', finish, {once: true});
		}),
});
