import {readFile, writeFile} from 'node:fs/promises';
import Database from 'better-sqlite3';
import type {Clock} from '../domain/clock.ts';
import {RadError} from '../domain/failures.ts';
import type {ProcessIdentity} from '../domain/records.ts';

export type LockOptions = {
	/** The file that is locked; made when missing, always empty. */
	readonly path: string;
	/** Tells who holds the lock, for the message only. */
	readonly holderPath: string;
	/** What somebody else is at work on while it is taken, for the message. */
	readonly subject: string;
	readonly busy: 'CHECKPOINT_BUSY' | 'STORE_BUSY';
	readonly clock: Clock;
	readonly identify: () => ProcessIdentity;
};

/** Does something while nobody else does anything under the same lock, in this process or another. Impatient, it does not wait. */
export type WithLock = <Result>(action: () => Promise<Result>, isPatient?: boolean) => Promise<Result>;

const WAIT_MS = 30_000;
const POLL_MS = 20;

/**
 * A lock between processes that vanishes with its holder, however it dies: SQLite's exclusive lock on an empty database is a lock of the
 * operating system, so there is no stale lock to judge.
 *
 * Waiting ends after 30 s.
 * @throws {RadError} `busy`.
 */
export const createSqliteLock =
	(options: LockOptions): WithLock =>
	async (action, isPatient = true) => {
		const database = openDatabase(options.path);
		try {
			await take(database, options, isPatient ? WAIT_MS : 0);
			await writeFile(options.holderPath, JSON.stringify(options.identify()));
			return await action();
		} finally {
			database.close();
		}
	};

const openDatabase = (path: string): Database.Database => {
	try {
		return new Database(path, {timeout: 0});
	} catch (cause) {
		throw new RadError('CHECKPOINT_FAILED', `A lock cannot be opened: ${path}`, {cause});
	}
};

const take = async (database: Database.Database, {clock, holderPath, path, subject, busy}: LockOptions, waitMs: number): Promise<void> => {
	const end = clock.elapsed() + waitMs;
	while (!tryTake(database, path)) {
		if (clock.elapsed() >= end) throw new RadError(busy, `Another rad is working on ${subject}${await nameHolder(holderPath)}.`);
		await clock.sleep(POLL_MS);
	}
};

const tryTake = (database: Database.Database, path: string): boolean => {
	try {
		database.exec('BEGIN EXCLUSIVE');
		return true;
	} catch (cause) {
		if (cause instanceof Database.SqliteError && cause.code.startsWith('SQLITE_BUSY')) return false;
		throw new RadError('CHECKPOINT_FAILED', `A lock is damaged and can be removed: ${path}`, {cause});
	}
};

const nameHolder = async (holderPath: string): Promise<string> => {
	const text = await readFile(holderPath, 'utf8').catch(() => '');
	const pid = /"pid":(\d+)/.exec(text)?.[1];
	return pid === undefined ? '' : ` (process ${pid})`;
};
