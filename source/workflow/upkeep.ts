import {isFailure} from '../domain/failures.ts';
import type {RunId} from '../domain/ids.ts';
import {isRunOver} from '../domain/status.ts';
import type {AttemptPorts} from './attempt-ports.ts';
import {reconcile} from './reconcile.ts';
import {tidyWorktrees} from './tidy-worktrees.ts';

const UPKEEP_EVERY_MS = 1000;

/** Reconciles at most once a second, however often somebody reads; who comes while it is done waits for it. */
export const createUpkeep = (ports: AttemptPorts, onError: (error: unknown) => void): (() => Promise<void>) => {
	let last = Number.NEGATIVE_INFINITY;
	let running: Promise<void> | undefined;
	const tried = new Set<string>();
	/** Once each: what cannot be removed now is for a person to look at. */
	const tidy = async (): Promise<void> => {
		for (const name of await ports.worktrees.list()) {
			const run = tried.has(name) ? undefined : await ports.store.getRun(name as RunId);
			if (run === undefined || !isRunOver(run.status)) continue;
			tried.add(name);
			await tidyWorktrees(ports, run);
		}
	};
	const mend = async (): Promise<void> => {
		try {
			await reconcile(ports);
			await tidy();
		} catch (error) {
			// A store that cannot be written can still be read.
			if (!isFailure(error, 'STORE_BUSY', 'STORE_FULL', 'STORE_FAILED', 'STORE_READ_ONLY')) throw error;
			onError(error);
		} finally {
			last = ports.clock.elapsed();
			running = undefined;
		}
	};
	return async () => {
		if (running === undefined && ports.clock.elapsed() - last < UPKEEP_EVERY_MS) return;
		running ??= mend();
		await running;
	};
};
