import {constants, createWriteStream} from 'node:fs';
import {type FileHandle, mkdir, mkdtemp, open, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {RadError} from '../domain/failures.ts';
import {type FileName, joinZero, parentsOf, showName, toPath} from './file-name.ts';
import {type GitOutput, KILLED} from './git-port.ts';
import type {Place} from './place.ts';
import {attemptOnIndex, look, removeNames} from './private-index.ts';
import type {Workbench} from './workbench.ts';

const ADD = ['update-index', '--add', '--remove', '--replace', '-z', '--stdin'] as const;

/** Takes over what is on the disk into the private index; returns the files that could not be read. */
export const addNames = async (bench: Workbench, names: readonly FileName[]): Promise<FileName[]> => {
	if (names.length === 0) return [];
	const output = await attemptOnIndex(bench, ADD, {stdin: joinZero(names)});
	if (output.exitCode === 0) return [];
	const [only] = names;
	if (only !== undefined && names.length === 1) return await addRefused(bench, only, output);
	// One bad file fails the whole call, and the message is not made to be parsed: halving finds it in a few calls.
	const middle = names.length >> 1;
	return [...(await addNames(bench, names.slice(0, middle))), ...(await addNames(bench, names.slice(middle)))];
};

// Git's first line tells which call on which side failed; only a file that cannot be opened is left out of a checkpoint.
const UNREADABLE = /^error: (?:open|readlink)\("/;
const MOVED_MEANWHILE =
	/^(?:error|fatal): (?:short read|read error) while indexing|confused by unstable object source data|^error: open\(.*No such file/m;

/** Does with a file that git refused by itself what can be done. */
const addRefused = async (bench: Workbench, name: FileName, {exitCode, stderr}: GitOutput): Promise<FileName[]> => {
	const isMoving = exitCode === KILLED || MOVED_MEANWHILE.test(stderr);
	if (!isMoving && UNREADABLE.test(stderr)) return [name];
	if (!isMoving) throw toRefusal(bench, name, stderr);
	const file = await openRegular(bench.place, name);
	if (file === undefined) {
		// By now it is gone, or something else that git can be asked about.
		if ((await look(bench.place, name)) !== undefined) throw toRefusal(bench, name, stderr);
		await removeNames(bench, [name]);
		return [];
	}
	try {
		await addCopy(bench, name, file);
	} finally {
		await file.close();
	}
	return [];
};

/** What stands there may be another thing from one moment to the next: a link is not followed, and a pipe not waited for. */
const openRegular = async ({top}: Place, name: FileName): Promise<FileHandle | undefined> => {
	const file = await open(toPath(top, name), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => undefined);
	if (file === undefined || (await file.stat()).isFile()) return file;
	await file.close();
	return undefined;
};

/**
 * Saves a copy of a file that is written all the time: making one ends nobody, whatever happens to the file. The index then knows the times of the
 * copy, so that the next checkpoint reads the file again.
 */
const addCopy = async (bench: Workbench, name: FileName, file: FileHandle): Promise<void> => {
	const workTree = await mkdtemp(join(bench.place.treeDirectory, 'copy-'));
	try {
		const parent = parentsOf(name).at(-1);
		if (parent !== undefined) await mkdir(toPath(workTree, parent), {recursive: true});
		const {mode, size} = await file.stat();
		// As long as it is now: one that grows faster than it is read has no end.
		await pipeline(
			file.createReadStream({autoClose: false, start: 0, end: Math.max(0, size - 1)}),
			createWriteStream(toPath(workTree, name), {mode: mode & 0o777}),
		);
		const {exitCode, stderr} = await attemptOnIndex(bench, ADD, {stdin: joinZero([name]), workTree});
		if (exitCode !== 0) throw toRefusal(bench, name, stderr);
	} finally {
		await rm(workTree, {recursive: true, force: true});
	}
};

const toRefusal = ({place}: Workbench, name: FileName, stderr: string): RadError =>
	new RadError('CHECKPOINT_FAILED', `A file could not be saved (${stderr.trim().split('\n')[0] || 'git was ended by a signal'}): ${showName(name)}`, {
		details: {path: place.store},
	});
