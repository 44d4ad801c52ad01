import {existsSync} from 'node:fs';
import {link, rm, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Clock} from '../domain/clock.ts';
import {RadError} from '../domain/failures.ts';
import type {Place, UserRepository} from './place.ts';

const WAIT_MS = 2000;
const POLL_MS = 50;

const lockPath = ({gitDirectory}: UserRepository): string => join(gitDirectory, 'index.lock');
const tokenPath = ({treeDirectory}: Place): string => join(treeDirectory, 'index-token');

/**
 * Git's own lock of the user's index.
 *
 * It is a second name of a file of ours, so that after a crash we can tell our lock from anybody else's.
 */
export type IndexToken = {
	/** Device and inode of our file. */
	readonly identity: string;
	/** @throws {RadError} `INDEX_LOCKED` when another git holds the lock for longer than 2 s. */
	readonly lock: () => Promise<void>;
	readonly unlock: () => Promise<void>;
};

export const createIndexToken = async (place: Place, repository: UserRepository, clock: Clock): Promise<IndexToken> => {
	const token = tokenPath(place);
	await rm(token, {force: true});
	await writeFile(token, '');
	const identity = await identityOf(token);
	return {
		identity,
		lock: async () => {
			const end = clock.elapsed() + WAIT_MS;
			while (!(await tryLink(token, lockPath(repository)))) {
				if (clock.elapsed() >= end) throw toLockedFailure(repository);
				await clock.sleep(POLL_MS);
			}
		},
		unlock: () => releaseIndexLock(place, repository, identity),
	};
};

const tryLink = async (token: string, lock: string): Promise<boolean> => {
	try {
		await link(token, lock);
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
		throw error;
	}
};

const identityOf = async (path: string): Promise<string> => {
	const found = await stat(path, {bigint: true}).catch(() => undefined);
	return found === undefined ? 'none' : `${found.dev}:${found.ino}`;
};

/** Takes the lock away when it is the one with this identity; anybody else's stays. */
export const releaseIndexLock = async (place: Place, repository: UserRepository, identity: string): Promise<void> => {
	if ((await identityOf(lockPath(repository))) === identity) await rm(lockPath(repository), {force: true});
	await rm(tokenPath(place), {force: true});
};

/** @throws {RadError} `INDEX_LOCKED` when a git command is at work in the user's repository. */
export const refuseLockedIndex = ({repository}: Place): void => {
	if (repository !== null && existsSync(lockPath(repository))) throw toLockedFailure(repository);
};

const toLockedFailure = (repository: UserRepository): RadError =>
	new RadError('INDEX_LOCKED', `Another git command is at work in this repository; nothing was changed: ${lockPath(repository)}`, {
		details: {path: lockPath(repository)},
	});
