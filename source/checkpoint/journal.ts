import {existsSync} from 'node:fs';
import {open, readFile, rename, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {CheckpointId} from '../domain/ids.ts';
import type {Modes} from './checkpoint-record.ts';
import type {Place} from './place.ts';

/** A restore that is being applied. While the file exists, the work tree may be between two states. */
export type Journal = {
	readonly target: CheckpointId;
	/** Checkpoint of the work tree before the restore. */
	readonly safety: CheckpointId;
	/** Tree that the work tree is to become. */
	readonly tree: string;
	/** Permissions that its files are to get. */
	readonly modes: Modes;
	/** Tree that is to be staged; null when the staged set is left alone. */
	readonly index: string | null;
	/** HEAD when the restore began: on another commit the staged set is not restored any more. */
	readonly head: string | null;
};

type JournalPlace = Pick<Place, 'treeDirectory' | 'marker'>;

const toPath = (treeDirectory: string): string => join(treeDirectory, 'restore.json');

/** Resolves when the journal would survive a power cut. */
export const writeJournal = async ({treeDirectory, marker}: JournalPlace, journal: Journal): Promise<void> => {
	// Before the journal: a marker without one is no harm.
	if (existsSync(dirname(marker))) await writeDurably(marker, `${journal.target}\n`);
	const path = toPath(treeDirectory);
	await writeDurably(`${path}.new`, JSON.stringify(journal));
	await rename(`${path}.new`, path);
	const folder = await open(treeDirectory, 'r');
	try {
		await folder.sync();
	} finally {
		await folder.close();
	}
};

const writeDurably = async (path: string, text: string): Promise<void> => {
	const file = await open(path, 'w');
	try {
		await file.writeFile(text);
		await file.sync();
	} finally {
		await file.close();
	}
};

export const readJournal = async (treeDirectory: string): Promise<Journal | undefined> => {
	const text = await readFile(toPath(treeDirectory), 'utf8').catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT') return undefined;
		throw error;
	});
	return text === undefined ? undefined : (JSON.parse(text) as Journal);
};

export const removeJournal = async ({treeDirectory, marker}: JournalPlace): Promise<void> => {
	await rm(toPath(treeDirectory), {force: true});
	await rm(marker, {force: true});
};
