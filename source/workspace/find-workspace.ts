import {lstatSync, realpathSync, type Stats} from 'node:fs';
import path from 'node:path';
import {isFailure, RadError} from '../domain/failures.ts';
import {RADIUM, WORKTREES} from '../domain/radium.ts';
import {type Layout, toLayout} from './layout.ts';

/**
 * Finds the workspace that a folder belongs to: the nearest folder, upwards, that holds `.radium/`.
 *
 * @throws {RadError} `PATH_MISSING`, `WORKSPACE_MISSING`, `PATH_UNSAFE`; `WORKSPACE_UNUSABLE` where its path is too long.
 */
export const findWorkspace = (directory: string, userId: number | undefined): Layout => {
	const start = leaveWorktree(toRealDirectory(directory));
	for (let folder = start; ; folder = path.dirname(folder)) {
		const stat = lstatSync(path.join(folder, RADIUM), {throwIfNoEntry: false});
		if (stat !== undefined) {
			checkFolder(path.join(folder, RADIUM), stat, userId);
			const layout = toLayout(folder);
			checkLength(folder);
			for (const inner of [layout.logs, layout.runs]) {
				const found = lstatSync(inner, {throwIfNoEntry: false});
				if (found !== undefined) checkFolder(inner, found, userId);
			}
			return layout;
		}
		if (folder === path.dirname(folder)) break;
	}
	throw new RadError('WORKSPACE_MISSING', `There is no rad workspace (no ${RADIUM} folder) here or above: ${start}`);
};

/**
 * The `.radium/` that a folder belongs to, or undefined and why there is none: a person has settings outside of workspaces, too.
 *
 * @throws {RadError} `PATH_MISSING`, `PATH_UNSAFE`, `WORKSPACE_UNUSABLE`.
 */
export const findRadium = (
	directory: string,
	userId: number | undefined,
): {readonly radium: string | undefined; readonly missing: RadError | undefined} => {
	try {
		return {radium: findWorkspace(directory, userId).radium, missing: undefined};
	} catch (error) {
		if (!isFailure(error, 'WORKSPACE_MISSING')) throw error;
		return {radium: undefined, missing: error};
	}
};

const IN_WORKTREE = new RegExp(`^(.*)${path.sep}${RADIUM}${path.sep}${WORKTREES}${path.sep}run_[^${path.sep}]+${path.sep}\\d+(?:${path.sep}|$)`);

/** The work tree of a step belongs to the workspace that it is in, whatever it has of a workspace itself. */
const leaveWorktree = (directory: string): string => IN_WORKTREE.exec(directory)?.[1] ?? directory;

/** The folder's real path. @throws {RadError} `PATH_MISSING`. */
export const toRealDirectory = (directory: string): string => {
	try {
		const real = realpathSync(directory);
		if (lstatSync(real).isDirectory()) return real;
	} catch (error) {
		if (!(error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ELOOP'))) throw error;
	}
	// What Node puts in place of bytes that are no UTF-8: it can name no file below such a folder.
	if (directory.includes('\ufffd'))
		throw new RadError('WORKSPACE_UNUSABLE', `The path of this folder is no UTF-8: ${directory}`, {hint: 'give the folder another name'});
	throw new RadError('PATH_MISSING', `There is no folder ${directory}`);
};

/** A path of a store may have 512 bytes, as SQLite wants it; so much is left for the names of rad's files. */
const LONGEST = 440;

const checkLength = (folder: string): void => {
	const size = Buffer.byteLength(folder);
	if (size <= LONGEST) return;
	throw new RadError('WORKSPACE_UNUSABLE', `The path of the workspace is too long: ${size} bytes, and at most ${LONGEST} can be used: ${folder}`);
};

// What others can write or replace would let them choose which files rad writes and which programs its workflows start.
const checkFolder = (folder: string, stat: Stats, userId: number | undefined): void => {
	const refuse = (why: string, hint: string): never => {
		throw new RadError('PATH_UNSAFE', `Refusing to use ${folder}: ${why}.`, {hint});
	};
	if (stat.isSymbolicLink()) refuse('it is a symbolic link', `replace it by a real folder: ${folder}`);
	if (!stat.isDirectory()) refuse('it is no folder', `move it away: ${folder}`);
	if (userId !== undefined && stat.uid !== userId) refuse('it belongs to another user', `chown -R ${userId} ${folder}`);
	if ((stat.mode & 0o022) !== 0) refuse('others may write into it', `chmod go-w ${folder}`);
};
