import {open, readFile, rename} from 'node:fs/promises';
import {join} from 'node:path';
import type {CheckpointId} from '../domain/ids.ts';
import type {Modes} from './checkpoint-record.ts';

/** What is remembered of a work tree between two checkpoints, so that nothing is read or computed twice. Losing it costs time only. */
export type TreeState = {
	/** Tree of the private index; null while the index is being changed. */
	readonly tree: string | null;
	/** Tree that the next checkpoint is compared with: of the last checkpoint, or the one that was restored since. */
	readonly previousTree: string | null;
	readonly userIndex: UserIndexState | null;
	/** Stamp of the files that tell what is ignored, outside the work tree. */
	readonly ignoreStamp: string;
	readonly modes: Modes;
	/** The newest checkpoint, which another one that would be the same can stand for; null after a restore. */
	readonly newest: CheckpointId | null;
};

/** The user's staged set. */
export type UserIndexState = {
	/** Changes whenever the file may have changed. */
	readonly stamp: string;
	/** Null while a merge is unfinished: then it is no tree. */
	readonly tree: string | null;
	/** A commit that keeps the tree's objects in our store; null as long as no checkpoint needed it. */
	readonly commit: string | null;
};

const FILE = 'state.json';

export const loadTreeState = async (treeDirectory: string): Promise<TreeState | undefined> => {
	try {
		return JSON.parse(await readFile(join(treeDirectory, FILE), 'utf8')) as TreeState;
	} catch {
		return undefined;
	}
};

export const saveTreeState = (treeDirectory: string, state: TreeState): Promise<void> =>
	replaceFile(join(treeDirectory, FILE), JSON.stringify(state));

/** Writes a file so that a reader, and a crash, sees the old or the new content, never a part. */
export const replaceFile = async (path: string, content: string | Buffer): Promise<void> => {
	const file = await open(`${path}.new`, 'w');
	try {
		await file.writeFile(content);
	} finally {
		await file.close();
	}
	await rename(`${path}.new`, path);
};
