import {closeSync, fchmodSync, fstatSync, fsync, ftruncateSync, lstatSync, openSync, writeSync} from 'node:fs';
import path from 'node:path';
import {promisify} from 'node:util';
import type {Clock} from '../domain/clock.ts';
import {RadError} from '../domain/failures.ts';
import {formatLogLine} from './log-line.ts';
import {isCode, openRegularFile} from './regular-file.ts';

/** The file behind a log, which others may remove and whose disk may be full. */
export type AppendFile = {
	/** Writes whole entries, each with its line break, in one go; what cannot be written is counted and told later. Never throws. */
	readonly append: (entries: readonly string[]) => void;
	readonly size: () => number;
	/** Resolves when what was written would survive a power cut, as far as the disk tells. */
	readonly close: () => Promise<void>;
};

const LOOK_EVERY_MS = 1000;
const PRIVATE_MODE = 0o600;

/** @throws {RadError} `PATH_UNSAFE`; `WORKSPACE_UNUSABLE` when the system refuses. */
export const openLogFile = ({file, fresh, clock}: {readonly file: string; readonly fresh: boolean; readonly clock: Clock}): AppendFile => {
	let handle = openPrivate(file);
	if (fresh) ftruncateSync(handle);
	let size = fstatSync(handle).size;
	let lookedAt = clock.elapsed();
	let lostEntries = 0;
	let isTorn = false;

	const tell = (text: string): string => `${formatLogLine({at: clock.now(), kind: 'rad', text})}\n`;
	/** Notices what others did to the file; returns what is to be told of it. */
	const look = (): string => {
		if (clock.elapsed() - lookedAt < LOOK_EVERY_MS) return '';
		lookedAt = clock.elapsed();
		if (isSameFile(file, handle)) {
			const knownSize = size;
			size = fstatSync(handle).size;
			return size < knownSize ? tell('the log was cut short by another program') : '';
		}
		const next = openPrivate(file);
		closeSync(handle);
		handle = next;
		size = fstatSync(handle).size;
		return tell('the log was removed or replaced; it goes on in a new file');
	};
	const writeAll = (bytes: Buffer): void => {
		for (let done = 0; done < bytes.length; ) {
			const written = writeSync(handle, bytes, done);
			done += written;
			size += written;
			isTorn = done < bytes.length;
		}
	};
	const append = (entries: readonly string[]): void => {
		try {
			const notes = (isTorn ? '\n' : '') + look() + (lostEntries === 0 ? '' : tell(`up to ${lostEntries} lines could not be written and are lost`));
			writeAll(Buffer.from(notes + entries.join('')));
			lostEntries = 0;
		} catch (error) {
			if (!isCode(error) && !(error instanceof RadError)) throw error;
			lostEntries += entries.length;
		}
	};
	return {
		append,
		size: () => size,
		close: async () => {
			if (lostEntries > 0) append([]);
			await syncAndClose(handle);
			// A new file has a name after a power cut only when its folder was written, too.
			await syncFolder(path.dirname(file));
		},
	};
};

const openPrivate = (file: string): number => {
	try {
		const handle = openRegularFile(file, 'append');
		fchmodSync(handle, PRIVATE_MODE);
		return handle;
	} catch (error) {
		if (!isCode(error)) throw error;
		throw new RadError('WORKSPACE_UNUSABLE', `The log ${file} cannot be opened: ${error.message}.`, {details: {path: file}, cause: error});
	}
};

const syncAndClose = async (handle: number): Promise<void> => {
	await promisify(fsync)(handle).catch(ignoreFailedDisk);
	closeSync(handle);
};

const syncFolder = async (folder: string): Promise<void> => {
	try {
		await syncAndClose(openSync(folder, 'r'));
	} catch (error) {
		// Somebody has removed it, and the log with it.
		ignoreFailedDisk(error);
	}
};

const isSameFile = (file: string, handle: number): boolean => {
	const own = fstatSync(handle);
	const named = lstatSync(file, {throwIfNoEntry: false});
	return named !== undefined && named.ino === own.ino && named.dev === own.dev;
};

// The lines are as safe as this disk makes them; a run must not fail for the end of a log.
const ignoreFailedDisk = (error: unknown): void => {
	if (!isCode(error)) throw error;
};
