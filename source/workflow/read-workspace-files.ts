import {isUtf8} from 'node:buffer';
import {closeSync, constants, fstatSync, openSync, readFileSync, realpathSync} from 'node:fs';
import path from 'node:path';
import {listNames} from '../agents/foreign-files.ts';
import {toWorkspacePath} from '../agents/workspace-path.ts';
import type {TextReading, WorkspaceFiles} from './format/workspace-files.ts';

// Each text is kept with every run, and sent to a model again and again.
const MAX_BYTES = 256 * 1024;

/**
 * The files below a folder. A link may lead to another place in it, never out of it. Each is read once, so that all who name it have the
 * same text: make one of these for each look at the folder.
 */
export const createWorkspaceFiles = (root: string): WorkspaceFiles => {
	const known = new Map<string, TextReading | null>();
	return {
		readText: file => {
			const reading = known.has(file) ? known.get(file) : readBelow(root, file);
			known.set(file, reading ?? null);
			return reading ?? null;
		},
		listNames: folder => listNames(path.join(root, folder)),
	};
};

const readBelow = (root: string, file: string): TextReading | null => {
	try {
		const base = realpathSync(root);
		const real = realpathSync(path.join(base, file));
		return toWorkspacePath(base, real) === undefined ? {problem: 'is a link that leads out of the workspace'} : readPlainFile(real);
	} catch (error) {
		if (!(error instanceof Error && 'code' in error)) throw error;
		return error.code === 'ENOENT' || error.code === 'ENOTDIR' ? null : {problem: `cannot be read (${error.code})`};
	}
};

const readPlainFile = (file: string): TextReading => {
	// NOFOLLOW: it may have become a link since. NONBLOCK: opening a pipe would wait for ever.
	const handle = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
	try {
		const stats = fstatSync(handle);
		if (!stats.isFile()) return {problem: 'is not a file'};
		const bytes = stats.size > MAX_BYTES ? undefined : readFileSync(handle);
		if (bytes === undefined || bytes.length > MAX_BYTES) return {problem: `is larger than ${MAX_BYTES / 1024} KiB`};
		if (!isUtf8(bytes) || bytes.includes(0)) return {problem: 'is not text in UTF-8'};
		return {text: bytes.toString('utf8').replace(/^\uFEFF/, '')};
	} finally {
		closeSync(handle);
	}
};
