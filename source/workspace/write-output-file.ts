import {randomBytes} from 'node:crypto';
import {chmodSync, realpathSync, renameSync, rmSync, type Stats, statSync, writeFileSync} from 'node:fs';
import {RadError} from '../domain/failures.ts';

/**
 * Writes a file that the user named: beside the old one, which it then replaces as a whole and whose permissions it keeps. A link stays
 * one. A device or a pipe cannot be replaced and is written to.
 *
 * @throws {RadError} `OUTPUT_FAILED`; the old file is as it was then.
 */
export const writeOutputFile = (file: string, text: string): void => {
	try {
		const old = statSync(file, {throwIfNoEntry: false});
		if (old === undefined) replaceFile(file, text);
		else if (old.isFile()) replaceFile(realpathSync(file), text, old);
		else writeFileSync(file, text);
	} catch (cause) {
		throw toOutputFailure(file, cause);
	}
};

/** Names what the system said when a file of the user's could not be written. */
export const toOutputFailure = (file: string, cause: unknown): RadError =>
	new RadError('OUTPUT_FAILED', `The file cannot be written, since ${describeCause(cause)}: ${file}`, {cause});

const replaceFile = (file: string, text: string, old?: Stats): void => {
	const draft = `${file}.rad-${randomBytes(4).toString('hex')}`;
	try {
		writeFileSync(draft, text, {flag: 'wx', flush: true});
		if (old !== undefined) chmodSync(draft, old.mode & 0o777);
		renameSync(draft, file);
	} catch (error) {
		rmSync(draft, {force: true});
		throw error;
	}
};

const REASONS: Readonly<Record<string, string>> = {
	ENOENT: 'its folder is not there',
	ENOTDIR: 'its folder is a file',
	EISDIR: 'it is a folder',
	EACCES: 'rad may not write there',
	EPERM: 'rad may not write there',
	EROFS: 'the disk can only be read',
	ENOSPC: 'no space is left there',
	ENAMETOOLONG: 'its name is too long',
};

const describeCause = (cause: unknown): string => {
	const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
	return REASONS[code] ?? (cause instanceof Error ? `of this: ${cause.message}` : String(cause));
};
