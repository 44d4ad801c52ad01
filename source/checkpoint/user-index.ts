import {copyFile, readdir, rm, stat, utimes} from 'node:fs/promises';
import {join} from 'node:path';
import {type FileName, isBelow, joinZero, splitZero, toBytes} from './file-name.ts';
import type {Setting} from './git-environment.ts';
import type {Place, UserRepository} from './place.ts';
import {toFailure} from './tree-git.ts';
import type {Workbench} from './workbench.ts';

export const userIndexPath = ({gitDirectory}: UserRepository): string => join(gitDirectory, 'index');

/**
 * Copies the user's index to `target`; false when there is none.
 *
 * The copy keeps the old time, rounded down: with a newer one git would take a file that was changed right after `git add` for unchanged.
 */
export const copyUserIndex = async (repository: UserRepository, treeDirectory: string, target: string): Promise<boolean> => {
	const source = userIndexPath(repository);
	const times = await stat(source).catch(() => undefined);
	if (times === undefined) return false;
	await copyFile(source, target);
	await utimes(target, times.atime, Math.floor(times.mtimeMs / 1000));
	await copySharedIndexes(repository, treeDirectory);
	return true;
};

/** Base files of split indexes in a git directory. */
export const listSharedIndexes = async (directory: string): Promise<string[]> =>
	(await readdir(directory)).filter(name => name.startsWith('sharedindex.'));

// A split index names a base file that git looks for beside the HEAD of the git directory in use: ours.
const copySharedIndexes = async ({gitDirectory}: UserRepository, treeDirectory: string): Promise<void> => {
	for (const name of await listSharedIndexes(gitDirectory)) await copyFile(join(gitDirectory, name), join(treeDirectory, name));
};

export const removeSharedIndexes = async (treeDirectory: string): Promise<void> => {
	for (const name of await listSharedIndexes(treeDirectory)) await rm(join(treeDirectory, name), {force: true});
};

// What git would add to an index by our own settings stays out of the user's.
const AS_IT_IS: readonly Setting[] = [['core.untrackedCache', 'keep']];

/** A copy of the user's index to work on, and the files of it that are never ours to touch. */
export const openUserIndex = async ({place, git, settings}: Pick<Workbench, 'place' | 'git' | 'settings'>) => {
	const file = join(place.treeDirectory, 'user-index');
	const call = {indexFile: file, settings: [...settings, ...AS_IT_IS]};
	await rm(file, {force: true});
	if (place.repository !== null) await copyUserIndex(place.repository, place.treeDirectory, file);
	const listBelow = (names: readonly FileName[]): Promise<Buffer> => git.bytes(['ls-files', '-s', '-z', '--', ...toArguments(names)], call);
	// Fails while a merge is unfinished, which is no reason to look for that each time.
	const write = async (missingOk: readonly string[]): Promise<string | null> => {
		const args = ['write-tree', ...missingOk];
		const output = await git.attempt(args, {indexFile: file});
		if (output.exitCode === 0) return output.stdout.toString('utf8').trim();
		if ((await git.bytes(['ls-files', '-u', '-z'], call)).length > 0) return null;
		throw toFailure(args, output, place);
	};
	return {
		file,
		/** The staged set as a tree in our store, without what is never part of a checkpoint; null while a merge is unfinished. */
		writeTree: async (missingOk: readonly string[]): Promise<string | null> => {
			const tree = await write(missingOk);
			// Asking the tree is much cheaper than reading the whole index again.
			if (tree === null) return null;
			if ((await git.bytes(['ls-tree', '-z', tree, '--', ...toArguments(place.excluded)])).length === 0) return tree;
			const excluded = splitZero(await listBelow(place.excluded)).map(line => line.slice(line.indexOf('\t') + 1));
			await git.bytes(['update-index', '--force-remove', '-z', '--stdin'], {...call, stdin: joinZero(excluded)});
			return await write(missingOk);
		},
		/** Files that the user tracks although a rule ignores them. */
		listIgnored: async (): Promise<FileName[]> =>
			splitZero(await git.bytes(['ls-files', '-z', '-c', '-i', '--exclude-standard'], call)) as FileName[],
		/** Puts a tree in place of what is staged; entries of excluded files stay, and those of people's files for rad, as the files do. */
		readTree: async (tree: string): Promise<void> => {
			const staying = await listBelow([...place.excluded, place.radium]);
			await git.bytes(['read-tree', '--reset', tree], call);
			if (staying.length > 0) await git.bytes(['update-index', '--replace', '-z', '--index-info'], {...call, stdin: staying});
			// Exit code 1 says that files differ from what is staged, which is no failure.
			await git.attempt(['update-index', '-q', '--refresh'], call);
		},
		close: async (): Promise<void> => {
			await rm(file, {force: true});
			await removeSharedIndexes(place.treeDirectory);
		},
	};
};

const toArguments = (names: readonly FileName[]): string[] => names.map(name => toBytes(name).toString('utf8'));

export const isExcluded = ({excluded}: Pick<Place, 'excluded'>, name: string): boolean => excluded.some(folder => isBelow(name, folder));
