import {existsSync} from 'node:fs';
import {readdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import type {Clock} from '../domain/clock.ts';
import {RadError} from '../domain/failures.ts';
import type {Place} from './place.ts';
import {indexPath} from './private-index.ts';
import {isHeldOpen} from './proc-open-files.ts';

const ORPHAN_MS = 60_000;
// Where nobody can tell whether git still runs: one that outlived its rad is done within this time, unless it moves very much.
const BLIND_MS = 5000;
const POLL_MS = 20;

/**
 * Removes the locks of processes that died while they worked on the store. Must run under rad's own lock, which tells that no rad works
 * there; a git that still finishes what a dead rad asked for is waited for.
 *
 * @throws {RadError} `CHECKPOINT_BUSY` when such a git does not end within a minute.
 */
export const removeLeftovers = async (place: Place, clock: Clock): Promise<void> => {
	const lock = `${indexPath(place)}.lock`;
	const start = clock.elapsed();
	while (existsSync(lock)) {
		const isHeld = await isHeldOpen(lock);
		const waitedMs = clock.elapsed() - start;
		if (isHeld === false || (isHeld === undefined && waitedMs >= BLIND_MS)) break;
		if (waitedMs >= ORPHAN_MS) throw new RadError('CHECKPOINT_BUSY', `A git command of an earlier rad is still at work: ${lock}`);
		await clock.sleep(POLL_MS);
	}
	for (const folder of [place.treeDirectory, join(place.store, 'refs/rad', place.treeId), place.store]) await removeLocks(folder);
};

const removeLocks = async (folder: string): Promise<void> => {
	const names = await readdir(folder).catch(() => []);
	for (const name of names) if (name.endsWith('.lock')) await rm(join(folder, name), {force: true});
};
