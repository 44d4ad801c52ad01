import {readdir} from 'node:fs/promises';
import {isFailure} from '../domain/failures.ts';
import type {Worktrees} from './worktrees-port.ts';

/** The same, opened when first used: most commands need no work trees, and no git. A failed opening is tried again. */
export const createLazyWorktrees = (folder: string, open: () => Promise<Omit<Worktrees, 'list'>>): Worktrees => {
	let opened: Promise<Omit<Worktrees, 'list'>> | undefined;
	const get = (): Promise<Omit<Worktrees, 'list'>> => {
		opened ??= open().catch(error => {
			opened = undefined;
			throw error;
		});
		return opened;
	};
	return {
		check: async () => (await get()).check(),
		// Where git cannot be used nothing is on a branch, and nothing is kept.
		currentBranch: async () => (await get().catch(toNone))?.currentBranch() ?? '',
		listTracked: async paths => (await get().catch(toNone))?.listTracked(paths) ?? [],
		openBranch: async runId => (await get()).openBranch(runId),
		countUncommitted: async () => (await get()).countUncommitted(),
		findHead: async runId => (await get()).findHead(runId),
		isThere: async key => (await get()).isThere(key),
		locate: async key => (await get()).locate(key),
		prepare: async (key, base) => (await get()).prepare(key, base),
		capture: async work => (await get()).capture(work),
		merge: async (work, commit, mode) => (await get()).merge(work, commit, mode),
		settle: async work => (await get()).settle(work),
		remove: async runId => (await get()).remove(runId),
		list: async () => (await readdir(folder).catch(() => [])).filter(name => !name.startsWith('.')).sort(),
	};
};

const toNone = (error: unknown): undefined => {
	if (!isFailure(error, 'GIT_MISSING', 'GIT_UNUSABLE')) throw error;
};
