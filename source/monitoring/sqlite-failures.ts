import {statfsSync} from 'node:fs';
import path from 'node:path';
import {RadError} from '../domain/failures.ts';

/** Runs something on a store and translates what SQLite or the system says into failures with a name. */
export const named = <Result>(file: string, run: () => Result): Result => {
	try {
		return run();
	} catch (error) {
		throw translate(error, file);
	}
};

/** What to throw for a file that is no store, or a spoilt one. */
export const damaged = (file: string, why: string, cause?: unknown): RadError =>
	new RadError('STORE_DAMAGED', `The store ${file} is not usable: ${why}.`, {details: {path: file}, cause});

/** SQLite says it of pages that were written over or cut off; of a disk that fails it says `SQLITE_IOERR` and what it was doing. */
const DAMAGES: readonly string[] = ['SQLITE_NOTADB', 'SQLITE_ERROR', 'SQLITE_IOERR_SHORT_READ', 'SQLITE_IOERR_DATA'];

const translate = (error: unknown, file: string): unknown => {
	if (error instanceof RadError || !(error instanceof Error)) return error;
	const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
	const fail = (name: 'STORE_BUSY' | 'STORE_FULL' | 'STORE_FAILED' | 'STORE_READ_ONLY', message: string) =>
		new RadError(name, message, {details: {path: file}, cause: error});
	const full = () => fail('STORE_FULL', `The disk of the store is full: ${file}`);
	if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
		return fail('STORE_BUSY', `The store ${file} is busy: another rad is writing.`);
	if (code === 'SQLITE_FULL' || code === 'ENOSPC') return full();
	if (code.startsWith('SQLITE_CORRUPT') || DAMAGES.includes(code)) return damaged(file, error.message, error);
	const isFailing = code.startsWith('SQLITE_IOERR') || code === 'EIO';
	// SQLite names a full disk only when it writes a page: making its log, or the index of that, fails in other ways.
	if ((isFailing || code === 'SQLITE_CANTOPEN') && isFull(file)) return full();
	if (isFailing) return fail('STORE_FAILED', `The disk of the store fails: ${file} (${error.message})`);
	if (code.startsWith('SQLITE_READONLY') || code === 'SQLITE_CANTOPEN' || code === 'EROFS' || code === 'EACCES' || code === 'EPERM')
		return fail('STORE_READ_ONLY', `The store cannot be written: ${file}`);
	if (code === 'ERR_DLOPEN_FAILED' || code === 'MODULE_NOT_FOUND' || error.message.includes('Could not locate the bindings file')) {
		return new RadError('NATIVE_MODULE', 'The native module better-sqlite3 cannot be loaded by this Node.', {cause: error});
	}
	return error;
};

/** The index of a log is made 32 KB at a time, and part of that may fit. */
const ROOM_BYTES = 64 * 1024;

const isFull = (file: string): boolean => {
	try {
		const {bavail, bsize} = statfsSync(path.dirname(file));
		return bavail * bsize < ROOM_BYTES;
	} catch {
		// The folder is gone, or its disk: that is another trouble.
		return false;
	}
};
