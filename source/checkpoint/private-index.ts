import {existsSync, type Stats} from 'node:fs';
import {lstat, rename, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {RadError} from '../domain/failures.ts';
import {findConverted} from './converted-files.ts';
import {type FileName, joinZero, showName, splitZero, toPath} from './file-name.ts';
import type {Place} from './place.ts';
import {UNBORN} from './store.ts';
import type {TreeGit} from './tree-git.ts';
import {copyUserIndex, isExcluded, listSharedIndexes, removeSharedIndexes} from './user-index.ts';
import type {Workbench} from './workbench.ts';

export const indexPath = ({treeDirectory}: Place): string => join(treeDirectory, 'index');

/**
 * Makes the private index from the user's, with what the user's git knows about each file, so that the first checkpoint reads only
 * the files that changed.
 */
export const seedIndex = async (bench: Workbench): Promise<void> => {
	const {place, git, settings, head} = bench;
	const draft = join(place.treeDirectory, 'index.seed');
	await rm(indexPath(place), {force: true});
	const isCopied = place.repository !== null && (await copyUserIndex(place.repository, place.treeDirectory, draft));
	if (!isCopied) await git.bytes(['read-tree', '--empty'], {indexFile: draft, settings});
	const entries = splitZero(await git.bytes(['ls-files', '-v', '-z'], {indexFile: draft})).map(line => ({
		tag: line[0] ?? '',
		name: line.slice(2) as FileName,
	}));
	await clearFlags(place, git, draft, entries);
	await update(
		git,
		draft,
		'--force-remove',
		entries.filter(({name}) => isExcluded(place, name)),
	);
	const names = entries.map(({name}) => name);
	await rehash(bench, draft, await findConverted(bench, draft, names));
	await makeWhole(bench, draft);
	await writeFile(join(place.treeDirectory, 'HEAD'), head.commit === null ? UNBORN : `${head.commit}\n`);
	await rename(draft, indexPath(place));
};

// The base of a split index is not ours to keep.
const makeWhole = async ({place, git, settings}: Workbench, indexFile: string): Promise<void> => {
	if ((await listSharedIndexes(place.treeDirectory)).length === 0) return;
	await git.bytes(['update-index', '--no-split-index', '--force-write-index'], {indexFile, settings});
	await removeSharedIndexes(place.treeDirectory);
};

type Entry = {readonly tag: string; readonly name: FileName};

// Git looks away from files that are marked "assume unchanged" (small letter) or "skip work tree" (S); a checkpoint must not.
const clearFlags = async ({top}: Place, git: TreeGit, indexFile: string, entries: readonly Entry[]): Promise<void> => {
	await update(
		git,
		indexFile,
		'--no-assume-unchanged',
		entries.filter(({tag}) => tag !== tag.toUpperCase()),
	);
	await update(
		git,
		indexFile,
		'--no-skip-worktree',
		entries.filter(({tag, name}) => tag.toUpperCase() === 'S' && existsSync(toPath(top, name))),
	);
};

const update = async (git: TreeGit, indexFile: string, option: string, entries: readonly Entry[]): Promise<void> => {
	if (entries.length > 0) await git.bytes(['update-index', option, '-z', '--stdin'], {indexFile, stdin: joinZero(entries.map(({name}) => name))});
};

const rehash = async ({git, settings}: Workbench, indexFile: string, names: readonly FileName[]): Promise<void> => {
	if (names.length === 0) return;
	const call = {indexFile, settings, stdin: joinZero(names)};
	// An entry that looks unchanged would not be read again, so it goes first.
	await git.bytes(['update-index', '--force-remove', '-z', '--stdin'], call);
	await git.bytes(['update-index', '--add', '--remove', '--replace', '-z', '--stdin'], call);
};

export const removeNames = async ({git, settings}: Workbench, names: readonly FileName[]): Promise<void> => {
	if (names.length > 0) await git.bytes(['update-index', '--force-remove', '-z', '--stdin'], {settings, stdin: joinZero(names)});
};

/** Takes over what is on the disk; returns the files that could not be read. */
export const addNames = async (bench: Workbench, names: readonly FileName[]): Promise<FileName[]> => {
	if (names.length === 0) return [];
	const args = ['update-index', '--add', '--remove', '--replace', '-z', '--stdin'];
	const output = await bench.git.attempt(args, {settings: bench.settings, stdin: joinZero(names)});
	if (output.exitCode === 0) return [];
	const [only] = names;
	if (only !== undefined && names.length === 1) return [judgeUnreadable(bench.place, only, output.stderr)];
	// One bad file fails the whole call, and the message is not made to be parsed: halving finds it in a few calls.
	const middle = names.length >> 1;
	return [...(await addNames(bench, names.slice(0, middle))), ...(await addNames(bench, names.slice(middle)))];
};

// Git's first line tells which call on which side failed; only a file that cannot be opened is left out of a checkpoint.
const judgeUnreadable = (place: Place, name: FileName, stderr: string): FileName => {
	if (/^error: (?:open|readlink)\("/.test(stderr)) return name;
	throw new RadError('CHECKPOINT_FAILED', `A file could not be saved (${stderr.trim().split('\n')[0] ?? ''}): ${showName(name)}`, {
		details: {path: place.store},
	});
};

/** What is on the disk under a name; undefined when nothing is. */
export const look = (place: Place, name: FileName): Promise<Stats | undefined> =>
	lstat(toPath(place.top, name)).catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
		throw error;
	});
