import {constants, existsSync} from 'node:fs';
import {access, link, rm, stat, writeFile} from 'node:fs/promises';
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
	/** @throws {RadError} `INDEX_LOCKED` when another git holds the lock for longer than 2 s, or the system does not give it. */
	readonly lock: () => Promise<void>;
	readonly unlock: () => Promise<void>;
};

export const createIndexToken = async (place: Place, repository: UserRepository, clock: Clock): Promise<IndexToken> => {
	const token = tokenPath(place);
	await rm(token, {force: true});
	await writeFile(token, '');
	return {
		lock: async () => {
			const end = clock.elapsed() + WAIT_MS;
			while (!(await tryLink(token, repository))) {
				if (clock.elapsed() >= end) throw toLockedFailure(repository);
				await clock.sleep(POLL_MS);
			}
		},
		unlock: () => releaseIndexLock(place),
	};
};

const tryLink = async (token: string, repository: UserRepository): Promise<boolean> => {
	const lock = lockPath(repository);
	try {
		await link(token, lock);
		return true;
	} catch (cause) {
		const {code, message} = cause as NodeJS.ErrnoException;
		if (code === 'EEXIST') return false;
		throw new RadError('INDEX_LOCKED', `The staged set cannot be locked; nothing was changed (${message}).`, {
			cause,
			details: {path: lock},
			hint: 'restore without the staged set: add --no-index',
		});
	}
};

/** Device and inode: two names of one file have the same. */
const identityOf = async (path: string): Promise<string> => {
	const found = await stat(path, {bigint: true}).catch(() => undefined);
	return found === undefined ? 'none' : `${found.dev}:${found.ino}`;
};

/** Takes the lock away when it is ours, of this process or of one that died; anybody else's stays. Must run under rad's own lock. */
export const releaseIndexLock = async (place: Place): Promise<void> => {
	if (place.repository === null || !existsSync(tokenPath(place))) return;
	const lock = lockPath(place.repository);
	if ((await identityOf(lock)) === (await identityOf(tokenPath(place)))) await rm(lock, {force: true});
	await rm(tokenPath(place), {force: true});
};

/** False where rad cannot take git's lock, so that the staged set has to be left alone. */
export const canLockIndex = ({gitDirectory}: UserRepository): Promise<boolean> =>
	access(gitDirectory, constants.W_OK).then(
		() => true,
		() => false,
	);

/** @throws {RadError} `INDEX_LOCKED` when a git command is at work in the user's repository. */
export const refuseLockedIndex = ({repository}: Place): void => {
	if (repository !== null && existsSync(lockPath(repository))) throw toLockedFailure(repository);
};

const toLockedFailure = (repository: UserRepository): RadError =>
	new RadError('INDEX_LOCKED', `Another git command is at work in this repository; nothing was changed: ${lockPath(repository)}`, {
		details: {path: lockPath(repository)},
	});
