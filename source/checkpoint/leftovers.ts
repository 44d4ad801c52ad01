import {existsSync} from 'node:fs';
import {readdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import type {Clock} from '../domain/clock.ts';
import type {Place} from './place.ts';
import {indexPath} from './private-index.ts';

// A git that outlives the rad that started it ends on its own within this time, unless it was killed too.
const ORPHAN_MS = 5000;
const POLL_MS = 20;

/**
 * Removes the locks of processes that died while they worked on the store. Must run under rad's own lock, which tells that no rad works
 * there; a git that still finishes what a dead rad asked for is waited for.
 */
export const removeLeftovers = async (place: Place, clock: Clock): Promise<void> => {
	const lock = `${indexPath(place)}.lock`;
	const end = clock.now() + ORPHAN_MS;
	while (existsSync(lock) && clock.now() < end) await clock.sleep(POLL_MS);
	for (const folder of [place.treeDirectory, join(place.store, 'refs/rad', place.treeId), place.store]) await removeLocks(folder);
};

const removeLocks = async (folder: string): Promise<void> => {
	const names = await readdir(folder).catch(() => []);
	for (const name of names) if (name.endsWith('.lock')) await rm(join(folder, name), {force: true});
};
