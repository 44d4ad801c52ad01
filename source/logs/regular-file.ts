import {closeSync, constants, fstatSync, lstatSync, mkdirSync, openSync} from 'node:fs';
import path from 'node:path';
import {RadError} from '../domain/failures.ts';

// Without O_NONBLOCK, opening a named pipe that somebody put there would wait for ever.
const SAFE_FLAGS = constants.O_NOFOLLOW | constants.O_NONBLOCK;
const FLAGS = {read: constants.O_RDONLY, append: constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT} as const;
const PRIVATE_MODE = 0o600;
const PRIVATE_FOLDER_MODE = 0o700;

/**
 * Opens a file inside the workspace that an agent might have replaced: never through a symbolic link, neither of the file nor of its
 * folder, and only a regular file; for writing, only one that has no other name. For writing, a missing folder is made again.
 *
 * @throws {RadError} `PATH_UNSAFE`. Errors of the file system, such as ENOENT, pass.
 */
export const openRegularFile = (file: string, how: 'read' | 'append'): number => {
	const folder = path.dirname(file);
	if (how === 'append' && lstatSync(folder, {throwIfNoEntry: false}) === undefined) makeFolder(folder);
	checkFolder(folder);
	const handle = openWithoutFollowing(file, FLAGS[how]);
	const stat = fstatSync(handle);
	const problem = !stat.isFile() ? 'it is not a regular file' : how === 'append' && stat.nlink !== 1 ? 'it is a hard link' : undefined;
	if (problem === undefined) return handle;
	closeSync(handle);
	throw toUnsafe(file, problem);
};

const checkFolder = (folder: string): void => {
	if (!lstatSync(folder).isDirectory()) throw toUnsafe(folder, 'it is not a folder');
};

const makeFolder = (folder: string): void => {
	checkFolder(path.dirname(folder));
	try {
		mkdirSync(folder, {mode: PRIVATE_FOLDER_MODE});
	} catch (error) {
		// Another rad was faster, or it is a link by now: its check comes next.
		if (!isCode(error, 'EEXIST')) throw error;
	}
};

const openWithoutFollowing = (file: string, flags: number): number => {
	try {
		return openSync(file, flags | SAFE_FLAGS, PRIVATE_MODE);
	} catch (error) {
		if (isCode(error, 'ELOOP', 'EMLINK')) throw toUnsafe(file, 'it is a symbolic link', error);
		if (isCode(error, 'ENXIO', 'EISDIR')) throw toUnsafe(file, 'it is not a regular file', error);
		throw error;
	}
};

/** True for an error of the operating system: any, or one with one of the codes. */
export const isCode = (error: unknown, ...codes: readonly string[]): error is Error =>
	error instanceof Error && 'syscall' in error && 'code' in error && (codes.length === 0 || codes.includes(String(error.code)));

const toUnsafe = (file: string, reason: string, cause?: unknown): RadError =>
	new RadError('PATH_UNSAFE', `${file} cannot be used for a log: ${reason}.`, {details: {path: file}, cause});
