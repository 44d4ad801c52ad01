import {statSync} from 'node:fs';
import {rm} from 'node:fs/promises';
import {basename} from 'node:path';
import type {Clock} from '../domain/clock.ts';
import {isFailure} from '../domain/failures.ts';
import {absorbObjects} from './absorb.ts';
import {addNames} from './add-names.ts';
import type {Modes} from './checkpoint-record.ts';
import {type FileName, joinZero, parseShownName, splitZero} from './file-name.ts';
import {stampOf} from './file-stamp.ts';
import {readModes, updateModes} from './modes.ts';
import {attemptOnIndex, indexPath, look, removeNames, type Seeded} from './private-index.ts';
import {type Scan, scanTree, type Uncovered, withReason} from './scan.ts';
import {loadTreeState, saveTreeState, type TreeState, type UserIndexState} from './tree-state.ts';
import {isExcluded, openUserIndex, userIndexPath} from './user-index.ts';
import type {Workbench} from './workbench.ts';

/** The work tree as it is now, saved as a tree in our store. */
export type Captured = {
	readonly tree: string;
	readonly uncovered: readonly Uncovered[];
	readonly state: TreeState;
};

/** Saves what the work tree holds. Must run under the lock; changes nothing but our store. */
export const captureTree = async (bench: Workbench): Promise<Captured> => {
	try {
		return await captureOnce(bench);
	} catch (error) {
		if (!isFailure(error, 'CHECKPOINT_DAMAGED')) throw error;
		// Content that the private index names may be gone while the file is still there: made anew, the index has it read again.
		await rm(indexPath(bench.place), {force: true});
		return await captureOnce(bench);
	}
};

const captureOnce = async (bench: Workbench): Promise<Captured> => {
	const {place, git, clock} = bench;
	const loaded = await loadTreeState(place.treeDirectory);
	const forget = async (): Promise<void> => {
		if (loaded !== undefined) await saveTreeState(place.treeDirectory, {...loaded, tree: null});
	};
	const scan = await scanTree(bench, forget);
	const known = scan.seeded === null ? loaded : undefined;
	const userIndex = await readUserIndex(bench, loaded?.userIndex ?? null);
	const {changed, gone} = await applyRules(bench, scan, known, userIndex);
	const isClean = changed.length === 0 && gone.length === 0;
	if (!isClean) await forget();
	await removeNames(bench, gone);
	const unreadable = await addNames(bench, changed);
	const same = isClean ? (known?.tree ?? (loaded === undefined ? stagedTree(scan, userIndex) : null)) : null;
	const tree = same ?? (await git.text(['write-tree', ...bench.missingOk]));
	absorbObjects(place, clock.now());
	// What cannot be read is not covered, and so its permissions are not either.
	const notCovered = new Set(unreadable);
	const modes = await nextModes(bench, known, scan.seeded, {changed: changed.filter(name => !notCovered.has(name)), gone, notCovered});
	const state: TreeState = {
		tree,
		previousTree: loaded?.previousTree ?? null,
		userIndex,
		ignoreStamp: bench.ignoreStamp,
		modes,
		newest: loaded?.newest ?? null,
	};
	if (JSON.stringify(state) !== JSON.stringify(loaded)) await saveTreeState(place.treeDirectory, state);
	return {tree, uncovered: [...scan.uncovered, ...withReason(unreadable, 'not readable')], state};
};

// Right after seeding, the private index has the tree that the user's has, unless that changed meanwhile.
const stagedTree = ({seeded}: Scan, userIndex: UserIndexState | null): string | null =>
	seeded !== null && seeded.userStamp === userIndex?.stamp ? userIndex.tree : null;

// A whole look at a tree of this size takes longer than an agent should wait before each file that it writes.
const LARGE_INDEX_BYTES = 2_000_000;
const FRESH_MS = 2000;

/**
 * Remembers the last look at the whole tree: on a large one, a look at the few paths that may have changed in the seconds since is enough.
 */
export const createCapture = (clock: Clock) => {
	let last: {readonly at: number; readonly uncovered: Captured['uncovered']} | undefined;
	return async (bench: Workbench, paths: readonly string[] | undefined): Promise<Captured> => {
		const at = clock.elapsed();
		if (paths !== undefined && last !== undefined && at - last.at < FRESH_MS && isLarge(bench)) {
			const captured = await capturePaths(bench, paths.map(parseShownName), last.uncovered);
			if (captured !== undefined) return captured;
		}
		const captured = await captureTree(bench);
		last = {at: clock.elapsed(), uncovered: captured.uncovered};
		return captured;
	};
};

const isLarge = ({place}: Workbench): boolean => (statSync(indexPath(place), {throwIfNoEntry: false})?.size ?? 0) > LARGE_INDEX_BYTES;

/** Undefined where only a look at the whole tree can tell: a new file may be ignored, and a rule for ignoring changes what is. */
const capturePaths = async (bench: Workbench, names: readonly FileName[], uncovered: Captured['uncovered']): Promise<Captured | undefined> => {
	const {place, git, clock} = bench;
	const loaded = await loadTreeState(place.treeDirectory);
	if (loaded === undefined || loaded.tree === null || names.some(name => basename(name) === '.gitignore' || isExcluded(place, name)))
		return undefined;
	await saveTreeState(place.treeDirectory, {...loaded, tree: null});
	// Without --add: a file that is there and not in the index fails the call.
	const output = await attemptOnIndex(bench, ['update-index', '--remove', '-z', '--stdin'], {stdin: joinZero(names)});
	if (output.exitCode !== 0) return undefined;
	const tree = await git.text(['write-tree', ...bench.missingOk]);
	absorbObjects(place, clock.now());
	const userIndex = await readUserIndex(bench, loaded.userIndex);
	const state: TreeState = {...loaded, tree, userIndex, modes: updateModes(loaded.modes, place.top, names, [])};
	await saveTreeState(place.treeDirectory, state);
	return {tree, uncovered, state};
};

/** The staged set, read again only when the index file changed. Null without a repository. */
const readUserIndex = async (bench: Workbench, known: UserIndexState | null): Promise<UserIndexState | null> => {
	const {repository} = bench.place;
	if (repository === null) return null;
	// Before reading, so that a change during it is noticed the next time.
	const stamp = await stampOf(userIndexPath(repository));
	if (known?.stamp === stamp) return known;
	const tree = await withUserIndex(bench, index => index.writeTree(bench.missingOk));
	return {stamp, tree, commit: known !== null && known.tree === tree ? known.commit : null};
};

const withUserIndex = async <Result>(
	bench: Workbench,
	action: (index: Awaited<ReturnType<typeof openUserIndex>>) => Promise<Result>,
): Promise<Result> => {
	const index = await openUserIndex(bench);
	try {
		return await action(index);
	} finally {
		await index.close();
	}
};

type Names = {readonly changed: readonly FileName[]; readonly gone: readonly FileName[]};

/**
 * Follows rules for ignoring files that changed since the private index last heard of them: what is ignored now leaves it (a thousand
 * files of node_modules, saved before there was a rule), what the user tracks in spite of a rule enters it.
 */
const applyRules = async (
	bench: Workbench,
	{changed, gone, hasNewRules, seeded}: Scan,
	known: TreeState | undefined,
	userIndex: UserIndexState | null,
): Promise<Names> => {
	// A private index that was made a moment ago holds what the user tracks, and nothing else.
	if (seeded !== null) return {changed, gone};
	const isCurrent = known !== undefined && known.ignoreStamp === bench.ignoreStamp && (known.userIndex?.tree ?? null) === (userIndex?.tree ?? null);
	if (isCurrent && !hasNewRules && userIndex?.tree !== null) return {changed, gone};
	const listIgnored = ['ls-files', '-z', '-c', '-i', '--exclude-standard'];
	const ours = new Set(splitZero(await bench.git.bytes(listIgnored, {settings: bench.settings})) as FileName[]);
	const tracked = new Set(bench.place.repository === null ? [] : await withUserIndex(bench, index => index.listIgnored()));
	const leaving = [...ours].filter(name => !tracked.has(name));
	const candidates = [...tracked].filter(name => !ours.has(name) && !isExcluded(bench.place, name));
	const looked = await Promise.all(candidates.map(name => look(bench.place, name)));
	// One that became a folder holds other files, which are ignored themselves.
	const entering = candidates.filter((_, index) => looked[index] !== undefined && looked[index]?.isDirectory() === false);
	const isLeaving = new Set(leaving);
	return {changed: [...changed.filter(name => !isLeaving.has(name)), ...entering], gone: [...gone, ...leaving]};
};

type Look = Names & {readonly notCovered: ReadonlySet<FileName>};

/**
 * Git tells of content and of the executable bit only, so all files are looked at for the rest of their permissions. In a large tree that
 * takes too long: there it is done for those whose content changed.
 */
const nextModes = async (
	bench: Workbench,
	known: TreeState | undefined,
	seeded: Seeded | null,
	{changed, gone, notCovered}: Look,
): Promise<Modes> => {
	const {place, git} = bench;
	if (known !== undefined && isLarge(bench)) return updateModes(known.modes, place.top, changed, gone);
	const all = seeded === null ? (splitZero(await git.bytes(['ls-files', '-z'])) as FileName[]) : [...without(seeded.names, gone), ...changed];
	const names = notCovered.size === 0 ? all : all.filter(name => !notCovered.has(name));
	return known === undefined ? readModes(place.top, names) : updateModes(known.modes, place.top, names, gone);
};

const without = (names: readonly FileName[], gone: readonly FileName[]): readonly FileName[] => {
	const missing = new Set(gone);
	return gone.length === 0 ? names : names.filter(name => !missing.has(name));
};
