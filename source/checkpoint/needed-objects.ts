import {existsSync} from 'node:fs';
import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {splitZero} from './file-name.ts';
import {readJournal} from './journal.ts';
import type {Place} from './place.ts';
import type {TreeGit} from './tree-git.ts';
import {loadTreeState} from './tree-state.ts';

const GITLINK = '160000';

/**
 * Names every object that the store must keep: what the checkpoints of all its work trees hold, and what the private indexes, the
 * remembered trees and unfinished restores name.
 */
export const listNeeded = async (place: Place, git: TreeGit, missingOk: boolean): Promise<readonly string[]> => {
	const roots: string[] = [];
	const indexed: string[] = [];
	for (const tree of await listTreeDirectories(place)) {
		const head = await readDetachedHead(tree);
		roots.push(...(await listRoots(tree)), ...head.map(commit => `${commit}^{tree}`));
		indexed.push(...(await listIndexed(git, join(tree, 'index'))), ...head);
	}
	const missing = missingOk ? ['--missing=allow-any'] : [];
	// Not --all: it would follow a HEAD that is a commit of the user's through the whole history.
	const args = ['rev-list', '--objects', '--no-object-names', '--glob=refs/rad', '--ignore-missing', ...missing, '--stdin'];
	const reachable = (await git.bytes(args, {stdin: toLines(roots)})).toString('latin1').split('\n').filter(Boolean);
	return [...new Set([...reachable, ...indexed])];
};

// The commit that git compares the private index with; nothing of it is restored, but git wants it to be there.
const readDetachedHead = async (treeDirectory: string): Promise<readonly string[]> => {
	const head = (await readFile(join(treeDirectory, 'HEAD'), 'utf8').catch(() => '')).trim();
	return /^[0-9a-f]{40,64}$/.test(head) ? [head] : [];
};

const toLines = (objects: readonly string[]): Buffer => Buffer.from(objects.map(object => `${object}\n`).join(''));

const listTreeDirectories = async ({store}: Place): Promise<readonly string[]> => {
	const trees = join(store, 'trees');
	return (await readdir(trees).catch(() => [])).map(name => join(trees, name));
};

const listRoots = async (treeDirectory: string): Promise<readonly string[]> => {
	const state = await loadTreeState(treeDirectory);
	const journal = await readJournal(treeDirectory);
	const all = [state?.tree, state?.previousTree, state?.userIndex?.tree, state?.userIndex?.commit, journal?.tree, journal?.index];
	return all.filter(object => typeof object === 'string');
};

const listIndexed = async (git: TreeGit, indexFile: string): Promise<readonly string[]> => {
	if (!existsSync(indexFile)) return [];
	return splitZero(await git.bytes(['ls-files', '-s', '-z'], {indexFile})).flatMap(line => {
		const [mode, object] = line.split(' ', 2);
		return mode === GITLINK || object === undefined ? [] : [object];
	});
};
