import {accessSync, closeSync, constants, type Dirent, fstatSync, openSync, readdirSync, readSync, type Stats, statSync} from 'node:fs';
import path from 'node:path';

// The files that engines keep of their sessions belong to others: they come and go, and what cannot be read now may be readable at the
// next look. Nothing here throws for what it finds or misses.

// The engine names its session: only what looks like an id may become part of a path.
const SESSION_ID = /^[0-9a-f-]{8,64}$/i;

/** True for an id that may become part of a path. */
export const isSessionId = (text: string): boolean => SESSION_ID.test(text);

/** Opens a plain file, never through a link, for as long as `read` takes; `missing` where there is none, or none that may be read. */
export const withForeignFile = <Value>(file: string, missing: Value, read: (handle: number) => Value): Value => {
	let handle: number | undefined;
	try {
		// Without O_NONBLOCK, opening a named pipe that somebody put there would wait for ever.
		handle = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
		return fstatSync(handle).isFile() ? read(handle) : missing;
	} catch (error) {
		return orThrow(error, missing);
	} finally {
		if (handle !== undefined) closeSync(handle);
	}
};

/** The first bytes of a file, at most so many; undefined where it cannot be read. */
export const readStart = (file: string, maxBytes: number): Buffer | undefined =>
	withForeignFile<Buffer | undefined>(file, undefined, handle => {
		const buffer = Buffer.allocUnsafe(maxBytes);
		return buffer.subarray(0, readSync(handle, buffer, 0, buffer.length, 0));
	});

/** What is in a folder, by name; nothing where there is no folder, or none that may be read. */
export const listFolder = (folder: string): readonly Dirent[] => {
	try {
		return readdirSync(folder, {withFileTypes: true}).sort((a, b) => (a.name < b.name ? -1 : 1));
	} catch (error) {
		return orThrow(error, []);
	}
};

/** The names in a folder, as `listFolder`. */
export const listNames = (folder: string): readonly string[] => listFolder(folder).map(({name}) => name);

/** The files at any depth below a folder, as paths below it with `/`. Links are not followed. */
export const listFilesBelow = (folder: string): readonly string[] =>
	listFolder(folder).flatMap(entry =>
		entry.isDirectory() ? listFilesBelow(path.join(folder, entry.name)).map(below => `${entry.name}/${below}`) : [entry.name],
	);

/** `stamp` changes whenever one of the files does, `changedAt` is when the last of them did, epoch ms; 0 when none is there. */
export const toStamp = (files: readonly string[]): {readonly stamp: string; readonly changedAt: number} => {
	const stats = files.map(lookAt);
	return {
		stamp: stats.map(each => `${each?.size ?? 0}:${Math.floor(each?.mtimeMs ?? 0)}`).join(' '),
		changedAt: Math.max(0, ...stats.map(each => each?.mtimeMs ?? 0)),
	};
};

const lookAt = (file: string): Stats | undefined => {
	try {
		return statSync(file);
	} catch (error) {
		return orThrow(error, undefined);
	}
};

/** False where one of the files is there and may not be read now. */
export const canReadAll = (files: readonly string[]): boolean =>
	files.every(file => {
		try {
			accessSync(file, constants.R_OK);
			return true;
		} catch (error) {
			return error instanceof Error && 'code' in error && error.code === 'ENOENT';
		}
	});

const orThrow = <Value>(error: unknown, missing: Value): Value => {
	if (error instanceof Error && 'code' in error) return missing;
	throw error;
};
