import {randomBytes} from 'node:crypto';
import {
	closeSync,
	fchmodSync,
	fsyncSync,
	mkdirSync,
	openSync,
	readFileSync,
	readlinkSync,
	realpathSync,
	renameSync,
	rmSync,
	statSync,
	writeSync,
} from 'node:fs';
import path from 'node:path';

const OWNERS_ALONE = 0o600;

/** The bytes of a file; null when there is none. */
export const readBytes = (file: string): Buffer | null => {
	try {
		return readFileSync(file);
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
		throw error;
	}
};

/** Where a file really is: people keep their settings in a repository and link to them. The file need not exist. */
export const followLinks = (file: string): string => {
	try {
		return realpathSync(file);
	} catch (error) {
		if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
	}
	try {
		// A link to what is not there yet.
		return path.resolve(path.dirname(file), readlinkSync(file));
	} catch {
		return file;
	}
};

/** Writes a whole file beside the old one and puts it in its place, with the same permissions, or those of `mode` where there is none. Its folder is made. */
export const replaceBytes = (file: string, bytes: Uint8Array, mode = OWNERS_ALONE): void => {
	mkdirSync(path.dirname(file), {recursive: true, mode: 0o700});
	const draft = `${file}.rad-${randomBytes(4).toString('hex')}`;
	const handle = openSync(draft, 'wx', OWNERS_ALONE);
	try {
		try {
			fchmodSync(handle, (statSync(file, {throwIfNoEntry: false})?.mode ?? mode) & 0o777);
			for (let written = 0; written < bytes.length; ) written += writeSync(handle, bytes, written);
			fsyncSync(handle);
		} finally {
			closeSync(handle);
		}
		renameSync(draft, file);
	} catch (error) {
		rmSync(draft, {force: true});
		throw error;
	}
};
