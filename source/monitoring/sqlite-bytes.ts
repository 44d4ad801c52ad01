import {copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync} from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import {RadError} from '../domain/failures.ts';

/** Where the header tells how the file is written and read: 2 is with a log that is written ahead, which memory has none of, 1 is without. */
const WRITE_VERSION_AT = 18;

const BUSY_TIMEOUT_MS = 2000;

/**
 * Reads what a store and its log hold as one file that needs no log. No file beside the store is made or removed.
 *
 * @param temporaryDirectory Where a store that is written by others, on a disk that cannot be written, is copied to for a moment.
 * @throws what SQLite throws; `STORE_BUSY` where the store changes all the time.
 */
export const readBytes = (file: string, temporaryDirectory: string): Buffer => {
	const bytes = readStore(file, temporaryDirectory);
	bytes.fill(1, WRITE_VERSION_AT, WRITE_VERSION_AT + 2);
	return bytes;
};

/** A reader makes a log where there is none, and leaves it behind; but while there is none, nobody has the store open, and its bytes are all. */
const readStore = (file: string, temporaryDirectory: string): Buffer => {
	const hasLog = (): boolean => existsSync(`${file}-wal`);
	const bytes = hasLog() ? undefined : readFileSync(file);
	if (bytes !== undefined && !hasLog()) return bytes;
	try {
		return serialize(file);
	} catch (error) {
		if (!needsIndex(error)) throw error;
		return readElsewhere(file, temporaryDirectory);
	}
};

const serialize = (file: string): Buffer => {
	const connection = new Database(file, {readonly: true, timeout: BUSY_TIMEOUT_MS});
	try {
		// What is wrong with it is told only of a query: serializing says that there was no memory, whatever it was.
		connection.pragma('application_id');
		return connection.serialize();
	} finally {
		connection.close();
	}
};

/** A log is read by an index, which cannot be made, or be locked, on a disk that cannot be written. */
const needsIndex = (error: unknown): boolean =>
	error instanceof Error &&
	'code' in error &&
	typeof error.code === 'string' &&
	['SQLITE_CANTOPEN', 'SQLITE_READONLY', 'SQLITE_IOERR', 'SQLITE_FULL'].some(code => String(error.code).startsWith(code));

const TRIES = 5;

/** Reads a copy, in a folder for the owner alone, that was made while nobody wrote. */
const readElsewhere = (file: string, temporaryDirectory: string): Buffer => {
	const folder = mkdtempSync(path.join(temporaryDirectory, 'rad-store-'));
	try {
		const copy = path.join(folder, 'store.db');
		for (let tries = 0; tries < TRIES; tries += 1) {
			const before = stampOf(file);
			copyFileSync(file, copy);
			copyFileSync(`${file}-wal`, `${copy}-wal`);
			if (stampOf(file) === before) return serialize(copy);
		}
		throw new RadError('STORE_BUSY', `The store ${file} is busy: another rad is writing.`, {details: {path: file}});
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
};

const stampOf = (file: string): string =>
	[file, `${file}-wal`]
		.map(name => statSync(name, {bigint: true}))
		.map(({ino, size, mtimeNs}) => `${ino} ${size} ${mtimeNs}`)
		.join(' ');
