import {closeSync, existsSync, fsyncSync, mkdirSync, mkdtempSync, openSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {RadError} from '../domain/failures.ts';
import {quote} from '../domain/quote.ts';
import type {Connection} from './sqlite-open.ts';

/** Makes a check that a store that was just opened, its log and the index of that are still the files that they were: all three stay while it is open. */
export const createPlaceCheck = (file: string): (() => boolean) => {
	const opened = [file, `${file}-wal`, `${file}-shm`].map(name => ({name, identity: identify(name)})).filter(({identity}) => identity !== '');
	return () => opened.every(({name, identity}) => identify(name) === identity);
};

const identify = (name: string): string => {
	const stat = statSync(name, {throwIfNoEntry: false});
	return stat === undefined ? '' : `${stat.dev} ${stat.ino}`;
};

/**
 * Saves what a connection still sees of a store whose files have no name any more, for the owner alone.
 *
 * @returns the file, which is on the disk then; undefined where it could not be written.
 */
export const rescue = (connection: Connection, directory: string): string | undefined => {
	try {
		mkdirSync(directory, {recursive: true, mode: 0o700});
		const file = path.join(mkdtempSync(path.join(directory, 'store-')), 'monitoring.db');
		const handle = openSync(file, 'wx', 0o600);
		try {
			writeFileSync(handle, connection.serialize());
			fsyncSync(handle);
		} finally {
			closeSync(handle);
		}
		return file;
	} catch {
		// That the store is lost is what is to be told.
		return undefined;
	}
};

/** What to throw for a store that is lost; `rescued` is the file that holds what was in it. */
export const toLost = (file: string, rescued: string | undefined): RadError => {
	const message = `The store ${file}, or its log, was removed or replaced while rad used it; what comes now cannot be recorded.`;
	if (rescued === undefined) return new RadError('STORE_LOST', message, {details: {path: file}});
	return new RadError('STORE_LOST', `${message} What it held is saved: ${rescued}`, {
		details: {path: file, rescued},
		hint: `${makeRoom(file)}mv ${quote(rescued)} ${quote(file)}`,
	});
};

const makeRoom = (file: string): string => {
	if (existsSync(file)) return `end every rad here, then: mv ${quote(file)} ${quote(file)}.other; `;
	return existsSync(path.dirname(file)) ? 'end every rad here, then: ' : 'rad init, then: ';
};
