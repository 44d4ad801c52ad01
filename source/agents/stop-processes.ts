import type {Clock} from '../domain/clock.ts';
import type {ProcessIdentity} from '../domain/records.ts';
import type {ProcessTable, Signal} from './process-table.ts';

/** Together well below the ten seconds after which nothing of a run may be left. */
export const GRACES = {
	/** Coding agents save their session on SIGINT. */
	interruptMs: 4000,
	terminateMs: 3000,
} as const;

const POLL_MS = 50;
const MAX_KILLS = 50;

/**
 * What to stop: everything that carries the mark, whatever group or session it moved to, and everything in the group or session of the leader,
 * whatever it did to its environment.
 */
export type StopTarget = {
	/** It lives, or has ended right before: see `ProcessTable.findMembers`. */
	readonly leader: ProcessIdentity | undefined;
	readonly mark: {readonly name: string; readonly value: string};
	/** Processes that carry the mark and are not the target: the shim itself. */
	readonly except: readonly number[];
};

export type StopPorts = {readonly processes: ProcessTable; readonly clock: Clock};

/**
 * Stops processes: asks, waits a grace, kills, and resolves when none is left. `now` asks nobody.
 *
 * @returns how many processes were there at first.
 */
export const stopProcesses = async (target: StopTarget, how: 'graceful' | 'terminate' | 'now', {processes, clock}: StopPorts): Promise<number> => {
	const find = (): readonly ProcessIdentity[] => {
		const marked = processes.findMarked(target.mark.name, target.mark.value).filter(({pid}) => !target.except.includes(pid));
		const known = new Set(marked.map(({pid}) => pid));
		const members = target.leader === undefined ? [] : processes.findMembers(target.leader);
		return [...marked, ...members.filter(({pid}) => !known.has(pid))];
	};
	const send = (signal: Signal): void => {
		// Looked for first: between the two kills a shim must not have the time to tell of an ending that was none.
		const all = find();
		if (target.leader !== undefined) processes.signalGroup(target.leader, signal);
		// Those of the group get a second, harmless one; those that left the group get their first.
		for (const identity of all) if (identity.pid !== target.leader?.pid) processes.signal(identity, signal);
	};
	const isLeaderGone = (): boolean => target.leader === undefined || !processes.isAlive(target.leader);
	const isGone = (): boolean => isLeaderGone() && find().length === 0;
	const waitUntil = async (holds: () => boolean, graceMs: number): Promise<boolean> => {
		const deadline = clock.elapsed() + graceMs;
		while (!holds()) {
			if (clock.elapsed() >= deadline) return false;
			await clock.sleep(POLL_MS);
		}
		return true;
	};
	const found = find().length;
	if (found === 0 && isLeaderGone()) return 0;
	if (how === 'graceful') {
		send('SIGINT');
		// The grace is for the agent: what it leaves behind has nothing to save, and background jobs of a shell ignore SIGINT.
		await waitUntil(isLeaderGone, GRACES.interruptMs);
		if (isGone()) return found;
	}
	if (how !== 'now') {
		send('SIGTERM');
		if (await waitUntil(isGone, GRACES.terminateMs)) return found;
	}
	// A process may fork between the look and the kill, so look again. One that became another user's cannot be killed at all.
	for (let tries = 0; tries < MAX_KILLS; tries += 1) {
		send('SIGKILL');
		if (await waitUntil(isGone, POLL_MS * 2)) break;
	}
	return found;
};
