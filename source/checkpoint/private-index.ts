import {existsSync, type Stats} from 'node:fs';
import {lstat, rename, rm, writeFile} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {findConverted} from './converted-files.ts';
import {type FileName, isBelow, joinZero, toPath} from './file-name.ts';
import {stampOf} from './file-stamp.ts';
import {type GitOutput, KILLED} from './git-port.ts';
import type {Place} from './place.ts';
import {UNBORN} from './store.ts';
import type {TreeCall, TreeGit} from './tree-git.ts';
import {copyUserIndex, listSharedIndexes, removeSharedIndexes, userIndexPath} from './user-index.ts';
import type {Workbench} from './workbench.ts';

export const indexPath = ({treeDirectory}: Place): string => join(treeDirectory, 'index');

/** A private index that was made anew. */
export type Seeded = {
	/** Of everything in it. */
	readonly names: readonly FileName[];
	/** Stamp of the user's index whose tree it has; null when it has another. */
	readonly userStamp: string | null;
};

/**
 * Makes the private index from the user's, with what the user's git knows about each file, so that the first checkpoint reads only
 * the files that changed.
 */
export const seedIndex = async (bench: Workbench): Promise<Seeded> => {
	const {place, git, settings, head} = bench;
	const draft = join(place.treeDirectory, 'index.seed');
	await rm(indexPath(place), {force: true});
	// Before copying, so that a change during it is noticed.
	const stamp = place.repository === null ? null : await stampOf(userIndexPath(place.repository));
	const isCopied = place.repository !== null && (await copyUserIndex(place.repository, place.treeDirectory, draft));
	if (!isCopied) await git.bytes(['read-tree', '--empty'], {indexFile: draft, settings});
	const {names, assumed, absent, excluded, attributeFiles} = sortEntries(place, await git.bytes(['ls-files', '-v', '-z'], {indexFile: draft}));
	await update(git, draft, '--no-assume-unchanged', assumed);
	const returned = absent.filter(name => existsSync(toPath(place.top, name)));
	await update(git, draft, '--no-skip-worktree', returned);
	await update(git, draft, '--force-remove', excluded);
	const converted = await findConverted(bench, draft, attributeFiles);
	await rehash(bench, draft, converted);
	await makeWhole(bench, draft);
	await writeFile(join(place.treeDirectory, 'HEAD'), head.commit === null ? UNBORN : `${head.commit}\n`);
	await rename(draft, indexPath(place));
	return {names, userStamp: converted.length === 0 ? stamp : null};
};

// The base of a split index is not ours to keep.
const makeWhole = async ({place, git, settings}: Workbench, indexFile: string): Promise<void> => {
	if ((await listSharedIndexes(place.treeDirectory)).length === 0) return;
	await git.bytes(['update-index', '--no-split-index', '--force-write-index'], {indexFile, settings});
	await removeSharedIndexes(place.treeDirectory);
};

/** The entries of an index, and the few of them that are unlike the others. */
type Entries = {
	/** Of all that stay in it. */
	readonly names: readonly FileName[];
	/** Git looks away from them, since they are marked "assume unchanged"; a checkpoint must not. */
	readonly assumed: readonly FileName[];
	/** Marked "skip work tree", which is right only as long as there is no such file. */
	readonly absent: readonly FileName[];
	readonly excluded: readonly FileName[];
	readonly attributeFiles: readonly FileName[];
};

/** Reads `git ls-files -v -z`: a letter (H for usual entries, S for absent ones, small when the entry is assumed unchanged), a space, a name. */
const sortEntries = (place: Place, output: Buffer): Entries => {
	// The whole text is searched: looking at a hundred thousand names one by one would take longer than git took.
	const text = `\0${output.toString('latin1')}`;
	const unusual = [...text.matchAll(/\0([^H\0]) ([^\0]*)/g)].map(([, letter = '', name = '']) => ({letter, name: name as FileName}));
	const all = (unusual.length === 0 ? text.slice(0, -1).split('\0H ') : text.slice(0, -1).split(/\0[A-Za-z] /)).slice(1) as FileName[];
	const excluded = place.excluded.flatMap(folder => namesWith(text, ` ${folder}`).filter(name => isBelow(name, folder)));
	const isExcluded = new Set(excluded);
	return {
		names: excluded.length === 0 ? all : all.filter(name => !isExcluded.has(name)),
		assumed: unusual.filter(({letter}) => letter !== letter.toUpperCase()).map(({name}) => name),
		absent: unusual.filter(({letter}) => letter.toUpperCase() === 'S').map(({name}) => name),
		excluded,
		attributeFiles: namesWith(text, '.gitattributes\0').filter(name => basename(name) === '.gitattributes'),
	};
};

/** Names of the entries whose text holds another one. */
const namesWith = (text: string, part: string): FileName[] => {
	const names = new Set<FileName>();
	for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + 1)) {
		const start = text.lastIndexOf('\0', at) + '\0H '.length;
		names.add(text.slice(start, text.indexOf('\0', start)) as FileName);
	}
	return [...names];
};

const update = async (git: TreeGit, indexFile: string, option: string, names: readonly FileName[]): Promise<void> => {
	if (names.length > 0) await git.bytes(['update-index', option, '-z', '--stdin'], {indexFile, stdin: joinZero(names)});
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

/**
 * Runs git on the private index and the work tree; a failure is an answer. A file that somebody cuts short while git reads it ends git at once
 * (SIGBUS, since git maps it into memory), and leaves a lock of which rad's own tells that nobody needs it.
 */
export const attemptOnIndex = async ({git, place, settings}: Workbench, args: readonly string[], call: TreeCall = {}): Promise<GitOutput> => {
	const output = await git.attempt(args, {settings, ...call});
	if (output.exitCode === KILLED) await rm(`${indexPath(place)}.lock`, {force: true});
	return output;
};

/** What is on the disk under a name; undefined when nothing is. */
export const look = (place: Place, name: FileName): Promise<Stats | undefined> =>
	lstat(toPath(place.top, name)).catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ELOOP') return undefined;
		throw error;
	});
