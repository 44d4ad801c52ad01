import {chmod, rename, stat} from 'node:fs/promises';
import {join} from 'node:path';
import type {Captured} from './capture.ts';
import type {SavedCheckpoint} from './checkpoint-record.ts';
import {askForProgress, withoutProgress} from './git-progress.ts';
import {restoreModes} from './modes.ts';
import type {UserRepository} from './place.ts';
import {isSubmodule, listChanges} from './tree-diff.ts';
import {saveTreeState} from './tree-state.ts';
import {openUserIndex, userIndexPath} from './user-index.ts';
import type {Workbench} from './workbench.ts';

/** How an attempt to change the work tree ended. */
export type Applied =
	| {readonly kind: 'applied'}
	/** Something changed after it was captured; git noticed before it touched anything. */
	| {readonly kind: 'refused'; readonly reason: string}
	/** Some files could not be written or removed: the work tree is between two states. */
	| {readonly kind: 'half-done'; readonly reason: string};

export type Goal = {
	readonly tree: string;
	readonly modes: SavedCheckpoint['modes'];
	/** What is to be staged; null leaves the user's index alone. */
	readonly index: string | null;
	/** Tree of the newest checkpoint, which the next one is compared with. */
	readonly previousTree: string;
};

/** Makes the work tree, captured as `from`, equal to the goal; then, if wanted, what is staged. Doing it again does no harm. */
export const applyGoal = async (bench: Workbench, from: Captured, goal: Goal): Promise<Applied> => {
	const {place} = bench;
	const changes = await listChanges(bench.git, from.tree, goal.tree);
	await saveTreeState(place.treeDirectory, {...from.state, tree: null});
	const moved = await moveTree(bench, from.tree, goal.tree);
	if (moved.kind !== 'applied') return moved;
	const written = changes.filter(({status}) => status !== 'D').map(({name}) => name);
	await restoreModes(place.top, written, from.state.modes, goal.modes);
	const staged = from.state.userIndex?.tree ?? null;
	if (goal.index !== null && staged !== null && goal.index !== staged) await stage(bench, staged, goal.index);
	// The rules for ignoring files may be others now; an empty stamp has them read again.
	await saveTreeState(place.treeDirectory, {
		tree: goal.tree,
		previousTree: goal.previousTree,
		userIndex: null,
		ignoreStamp: '',
		modes: goal.modes,
		newest: null,
	});
	return {kind: 'applied'};
};

// How git says, on behalf of the whole command and before its first write, that files are not what the index says.
const REFUSED = /not uptodate|would be overwritten|would be removed|would lose untracked/;
// Git goes on after these and ends with success.
const LEFT_BEHIND = /^warning: unable to (?:unlink|rmdir|access)/m;

const moveTree = async ({git, settings, onProgress}: Workbench, from: string, to: string): Promise<Applied> => {
	const verbose = onProgress === undefined ? [] : ['-v'];
	const output = await git.attempt(['read-tree', '-m', '-u', ...verbose, from, to], {settings, ...askForProgress(onProgress)});
	const complaints = withoutProgress(output.stderr);
	const reason = complaints.trim().split('\n')[0] ?? '';
	if (output.exitCode === 0) return LEFT_BEHIND.test(complaints) ? {kind: 'half-done', reason} : {kind: 'applied'};
	return REFUSED.test(complaints) ? {kind: 'refused', reason} : {kind: 'half-done', reason};
};

// The caller holds git's lock of the index; the finished file takes the index's place in one step.
const stage = async (bench: Workbench, from: string, tree: string): Promise<void> => {
	const {repository} = bench.place;
	if (repository === null) return;
	const path = userIndexPath(repository);
	const mode = (await stat(path).catch(() => undefined))?.mode;
	await giveBack(bench, repository, from, tree);
	const index = await openUserIndex(bench);
	try {
		await index.readTree(tree);
		if (mode !== undefined) await chmod(index.file, mode & 0o777);
		await rename(index.file, path);
	} finally {
		await index.close();
	}
};

/**
 * Gives the user's repository the content of newly staged files that it has lost meanwhile: an index must not name what is not there.
 * This is the only time that an object is written there.
 */
const giveBack = async ({git}: Workbench, {commonDirectory}: UserRepository, from: string, to: string): Promise<void> => {
	const env = {GIT_OBJECT_DIRECTORY: join(commonDirectory, 'objects')};
	const wanted = (await listChanges(git, from, to)).filter(change => change.status !== 'D' && !isSubmodule(change)).map(({newObject}) => newObject);
	const toLines = (objects: readonly string[]): Buffer => Buffer.from(objects.map(object => `${object}\n`).join(''));
	const answers = (await git.bytes(['cat-file', '--batch-check', '--buffer'], {stdin: toLines(wanted), env})).toString('latin1').split('\n');
	const missing = answers.filter(line => line.endsWith(' missing')).map(line => line.split(' ')[0] ?? '');
	if (missing.length === 0) return;
	const pack = await git.bytes(['pack-objects', '--stdout', '-q'], {stdin: toLines(missing)});
	await git.bytes(['unpack-objects', '-q'], {stdin: pack, env});
};
