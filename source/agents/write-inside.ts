import {
	closeSync,
	constants,
	fchmodSync,
	fstatSync,
	fsyncSync,
	lstatSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	readFileSync,
	realpathSync,
	renameSync,
	rmSync,
	type Stats,
	writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {RadError} from '../domain/failures.ts';
import {sanitizeLine} from '../domain/sanitize.ts';
import {toWorkspacePath} from './workspace-path.ts';

/** Nobody edits a larger file by text that was found in it. */
const MAX_TEXT_BYTES = 64 * 1024 * 1024;
/** Git's own data and ours: no agent's write is ever repeated in there. Compared without case, since some disks do. */
const PROTECTED: ReadonlySet<string> = new Set(['.git', '.radium']);

/**
 * Writes a file below a folder, making the folders in between. The file is replaced as a whole, or left as it was when anything fails;
 * its permissions stay.
 *
 * @throws {RadError} `PATH_UNSAFE` outside of the folder, through a symbolic link, onto anything but a file, in `.git` or `.radium`;
 * `WORKSPACE_UNUSABLE` when the disk refuses.
 */
export const writeInside = (root: string, file: string, content: string): void => {
	const {folder, target} = resolveInside(root, file, 'make');
	translateErrors(file, () => replaceFile(folder, target, content));
};

/**
 * Reads a text file below a folder; undefined when there is none.
 *
 * @throws {RadError} as `writeInside`; `PATH_UNSAFE` too for a file that is no UTF-8 text or larger than 64 MiB.
 */
export const readInside = (root: string, file: string): string | undefined => {
	const {target} = resolveInside(root, file, 'leave');
	if (statOf(target) === undefined) return undefined;
	return translateErrors(file, () => {
		// NONBLOCK: what became a pipe since it was looked at must not hold us up.
		const handle = openSync(target, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
		try {
			const {size} = fstatSync(handle);
			const bytes = size > MAX_TEXT_BYTES ? undefined : readFileSync(handle);
			const text = bytes?.toString('utf8');
			if (bytes === undefined || text === undefined || !Buffer.from(text).equals(bytes))
				throw unsafe(file, 'it is not a text file of reasonable size');
			return text;
		} finally {
			closeSync(handle);
		}
	});
};

type Place = {readonly folder: string; readonly target: string};

const resolveInside = (root: string, file: string, missing: 'make' | 'leave'): Place => {
	const relative = file.includes('\0') ? undefined : toWorkspacePath(root, file);
	if (relative === undefined) throw unsafe(file, 'it lies outside of the workspace');
	const parts = relative.split('/');
	if (parts.some(part => PROTECTED.has(part.toLowerCase()))) throw unsafe(file, 'it belongs to git or rad');
	return translateErrors(file, () => {
		const base = realpathSync(root);
		const folder = parts.slice(0, -1).reduce((above, part) => enterFolder(file, path.join(above, part), missing), base);
		const target = path.join(folder, parts.at(-1) ?? '');
		const stats = statOf(target);
		if (stats !== undefined && !stats.isFile()) throw unsafe(file, stats.isSymbolicLink() ? 'it is a symbolic link' : 'it is not a file');
		return {folder, target};
	});
};

const enterFolder = (file: string, folder: string, missing: 'make' | 'leave'): string => {
	const stats = statOf(folder);
	if (stats === undefined) {
		if (missing === 'make') mkdirSync(folder);
		return folder;
	}
	if (stats.isSymbolicLink()) throw unsafe(file, 'a folder above it is a symbolic link');
	if (!stats.isDirectory()) throw unsafe(file, 'what should be a folder above it is a file');
	return folder;
};

/** Writes beside the file, in a folder of its own so that no name can be taken, and renames: nobody ever sees half a file. */
const replaceFile = (folder: string, target: string, content: string): void => {
	const mode = statOf(target)?.mode;
	const workshop = mkdtempSync(path.join(folder, '.rad-write-'));
	try {
		const draft = path.join(workshop, 'draft');
		const handle = openSync(draft, 'wx');
		try {
			writeFileSync(handle, content);
			// Apart from the creation, because the umask would take bits away.
			if (mode !== undefined) fchmodSync(handle, mode & 0o777);
			fsyncSync(handle);
		} finally {
			closeSync(handle);
		}
		renameSync(draft, target);
	} finally {
		rmSync(workshop, {recursive: true, force: true});
	}
};

const statOf = (file: string): Stats | undefined => lstatSync(file, {throwIfNoEntry: false});

const unsafe = (file: string, reason: string): RadError => new RadError('PATH_UNSAFE', `${nameOf(file)} is not touched: ${reason}.`);

const nameOf = (file: string): string => sanitizeLine(file.slice(0, 200)) || 'a file without a name';

const translateErrors = <Result>(file: string, action: () => Result): Result => {
	try {
		return action();
	} catch (error) {
		if (error instanceof RadError || !(error instanceof Error) || !('code' in error)) throw error;
		throw new RadError('WORKSPACE_UNUSABLE', `${nameOf(file)} could not be read or written: ${sanitizeLine(error.message)}.`, {cause: error});
	}
};
