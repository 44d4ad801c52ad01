import {isDeepStrictEqual} from 'node:util';
import type {Clock} from '../domain/clock.ts';
import {isFailure, RadError} from '../domain/failures.ts';
import type {CheckpointId, Ids} from '../domain/ids.ts';
import type {RestorePlan} from '../domain/records.ts';
import {addNames} from './add-names.ts';
import {type Applied, applyGoal, type Goal} from './apply-restore.ts';
import {type Captured, captureTree} from './capture.ts';
import type {Modes, SavedCheckpoint} from './checkpoint-record.ts';
import {type FileName, parseShownName, showName} from './file-name.ts';
import {stampOf} from './file-stamp.ts';
import {canLockIndex, createIndexToken, type IndexToken, refuseLockedIndex} from './index-lock.ts';
import {readJournal, removeJournal, writeJournal} from './journal.ts';
import {updateModes} from './modes.ts';
import {findFiles, findObstacles, planIndex, planRestore, type TreePlan, verifyObjects} from './restore-plan.ts';
import {saveCheckpoint} from './save.ts';
import {isInScope, type Scope, WHOLE} from './scope.ts';
import {findRecord} from './store.ts';
import {isSubmodule, listChanges, type TreeChange} from './tree-diff.ts';
import {saveTreeState} from './tree-state.ts';
import {userIndexPath} from './user-index.ts';
import {readHead, type UserHead, type Workbench} from './workbench.ts';

/** A restore that had been cut short and was ended now, and what was saved before that. */
export type Resumed = {readonly target: CheckpointId; readonly safety: SavedCheckpoint | null};

export type Restored = {
	/** Null when all was as wanted already: then nothing was done, and there is nothing to undo. */
	readonly safety: SavedCheckpoint | null;
	readonly plan: TreePlan;
	readonly head: UserHead;
};

type Tools = {readonly clock: Clock; readonly ids: Ids};

// Somebody who writes all the time has to be stopped first; a single late write is taken in by the next attempt.
const ATTEMPTS = 3;

/**
 * Makes the work tree equal to a checkpoint, or that part of it which is in scope, after taking a safety checkpoint. Must run under the lock.
 *
 * @throws {RadError} `CHECKPOINT_DAMAGED`, `RESTORE_CONFLICT`, `INDEX_LOCKED`, `PATH_MISSING`: the work tree is as before; `CHECKPOINT_FAILED`: it may be half done, and the journal stays.
 */
export const restoreCheckpoint = async (bench: Workbench, target: SavedCheckpoint, scope: Scope, tools: Tools): Promise<Restored> => {
	refuseLockedIndex(bench.place);
	for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
		const present = attempt === 1 ? bench : {...bench, head: await readHead(bench.place, bench.git)};
		const restored = await tryRestore(present, target, scope, tools);
		if (restored !== undefined) return restored;
	}
	throw new RadError('RESTORE_CONFLICT', 'Something keeps writing to the files that are to be restored; they were left alone.');
};

const tryRestore = async (bench: Workbench, target: SavedCheckpoint, scope: Scope, tools: Tools): Promise<Restored | undefined> => {
	bench.onProgress?.({stage: 'look-at-files', done: 0, total: null});
	const present = await captureBefore(bench, target);
	const plan = await planRestore(bench, present.tree, target, scope);
	await verifyObjects(bench, target, plan.changes);
	const covered = await saveObstacles(bench, present, plan.changes);
	const index = await findIndexGoal(bench, covered, target, scope);
	const modes = toGoalModes(covered, plan, target, scope);
	if (isThere(covered, plan, index, modes)) {
		// One that was cut short just before its end had come so far.
		await removeJournal(bench.place);
		return {safety: null, plan, head: bench.head};
	}
	const safety = await saveCheckpoint(bench, covered, toPurpose('before restoring', target.checkpoint.id), tools, plan.tree);
	const task = {target: target.checkpoint.id, safety, tree: plan.tree, modes, index, from: covered};
	const applied = await applyWithJournal(bench, task, tools.clock).catch(error => withdraw(bench, error));
	if (applied.kind === 'refused') await removeJournal(bench.place);
	if (applied.kind === 'half-done') throw await goBack(bench, safety, applied.reason);
	return applied.kind === 'applied' ? {safety, plan, head: bench.head} : undefined;
};

const isThere = ({state}: Captured, {changes}: TreePlan, index: string | null, modes: Modes): boolean =>
	changes.length === 0 && (index === null || index === state.userIndex?.tree) && isDeepStrictEqual(modes.others, state.modes.others);

const toPurpose = (label: string, target: CheckpointId) =>
	({kind: 'safety', label: `${label} ${target}`, runId: null, stepId: null, agentId: null, target}) as const;

// Wanted, no merge was unfinished then or is now, and HEAD is what it was unless that does not matter.
const willRestoreIndex = (head: UserHead, present: Captured, {checkpoint, index}: SavedCheckpoint, wish: Scope['index']): boolean =>
	wish !== 'never' && index !== null && present.state.userIndex?.tree != null && (wish === 'always' || checkpoint.head === head.commit);

/** The tree that is to be staged, or null to leave the staged set alone. */
const findIndexGoal = async (bench: Workbench, present: Captured, target: SavedCheckpoint, scope: Scope): Promise<string | null> => {
	const {repository} = bench.place;
	const now = present.state.userIndex?.tree;
	if (repository === null) return null;
	const canLock = await canLockIndex(repository);
	if (canLock && now != null && target.index !== null && willRestoreIndex(bench.head, present, target, scope.index))
		return await planIndex(bench, now, target.index, scope);
	if (scope.index !== 'always') return null;
	const reason = canLock ? 'a merge is unfinished or was then' : 'its folder cannot be written';
	throw new RadError('RESTORE_CONFLICT', `The staged set cannot be restored, since ${reason}; nothing was changed.`, {
		hint: 'mend that, or restore without --index',
	});
};

/** Tells what a restore will do to the staged set. */
export const planStagedSet = async (
	bench: Workbench,
	present: Captured,
	target: SavedCheckpoint,
	scope: Scope,
): Promise<RestorePlan['stagedSet']> => {
	const goal = await findIndexGoal(bench, present, target, scope);
	if (goal !== null) return goal === present.state.userIndex?.tree ? 'same' : 'restored';
	// Without a repository nothing is ever staged.
	return bench.place.repository === null ? 'same' : 'left';
};

const saveObstacles = async (bench: Workbench, present: Captured, changes: readonly TreeChange[]): Promise<Captured> => {
	const {covered, unreadable} = await coverToo(bench, present, await findObstacles(bench, changes));
	if (unreadable.length > 0) throw new RadError('RESTORE_CONFLICT', 'A file that cannot be read is in the way; nothing was changed.');
	return covered;
};

type Covered = {readonly covered: Captured; readonly unreadable: readonly FileName[]};

/** Takes files into what was captured that a look at the work tree leaves out, since they are ignored. */
const coverToo = async (bench: Workbench, present: Captured, names: readonly FileName[]): Promise<Covered> => {
	if (names.length === 0) return {covered: present, unreadable: []};
	// The index holds files that are ignored from here on; an empty stamp has the next capture look at the rules again.
	const state = {...present.state, ignoreStamp: ''};
	await saveTreeState(bench.place.treeDirectory, {...state, tree: null});
	const unreadable = await addNames(bench, names);
	const modes = updateModes(present.state.modes, bench.place.top, names, []);
	return {covered: {...present, tree: await bench.git.text(['write-tree', ...bench.missingOk]), state: {...state, modes}}, unreadable};
};

/**
 * Captures the work tree for going back to a checkpoint. Before an earlier restore, this is with the files which that restore brought,
 * though they may be ignored now: undoing it takes them away again.
 */
export const captureBefore = async (bench: Workbench, {tree, goal}: SavedCheckpoint): Promise<Captured> => {
	const present = await captureTree(bench);
	if (goal === null) return present;
	const brought = (await listChanges(bench.git, tree, goal)).filter(change => change.status === 'A' && !isSubmodule(change));
	const hidden = await findFiles(
		bench,
		brought.map(({name}) => name),
	);
	return (await coverToo(bench, present, hidden)).covered;
};

// The lock of the index is taken before the first file is touched, so there is nothing to finish without it.
const withdraw = async (bench: Workbench, error: unknown): Promise<never> => {
	if (isFailure(error, 'INDEX_LOCKED')) await removeJournal(bench.place);
	throw error;
};

type Task = {
	readonly target: CheckpointId;
	readonly safety: SavedCheckpoint;
	readonly tree: string;
	readonly modes: Modes;
	readonly index: string | null;
	readonly from: Captured;
};

// What stays keeps its permissions too; the checkpoint knows nothing of them.
const toGoalModes = ({state}: Captured, {kept}: TreePlan, {modes}: SavedCheckpoint, scope: Scope): Modes => {
	const keptNames = new Set(kept.map(({name}) => showName(name)));
	const isStaying = (shown: string): boolean => keptNames.has(shown) || !isInScope(scope, parseShownName(shown));
	const then = Object.entries(modes.others).filter(([name]) => !isStaying(name));
	const now = Object.entries(state.modes.others).filter(([name]) => isStaying(name));
	return {...(scope.paths === null ? modes : state.modes), others: Object.fromEntries([...then, ...now])};
};

const applyWithJournal = async (bench: Workbench, task: Task, clock: Clock): Promise<Applied> => {
	const {place} = bench;
	const {target, safety, tree, modes, index, from} = task;
	const token = index === null || place.repository === null ? undefined : await createIndexToken(place, place.repository, clock);
	await writeJournal(place, {
		target,
		safety: safety.checkpoint.id,
		tree,
		modes,
		index,
		head: bench.head.commit,
	});
	const applied = await applyLocked(bench, from, token, {tree, modes, index, previousTree: safety.tree});
	// Only without the lock: who finds no journal looks for no lock either.
	if (applied.kind === 'applied') await removeJournal(place);
	return applied;
};

const applyLocked = async (bench: Workbench, from: Captured, token: IndexToken | undefined, goal: Goal): Promise<Applied> => {
	try {
		await token?.lock();
		return (await hasUserMoved(bench, from, token)) ?? (await applyGoal(bench, from, goal));
	} finally {
		await token?.unlock();
	}
};

// Between looking at the repository and locking it a commit may have been made.
const hasUserMoved = async ({place, git, head}: Workbench, from: Captured, token: IndexToken | undefined): Promise<Applied | undefined> => {
	if (token === undefined || place.repository === null) return undefined;
	const now = await readHead(place, git);
	const isSame = now.commit === head.commit && (await stampOf(userIndexPath(place.repository))) === from.state.userIndex?.stamp;
	return isSame ? undefined : {kind: 'refused', reason: 'The repository changed.'};
};

/** Returns the failure to throw after having tried to bring back what was there before. */
const goBack = async (bench: Workbench, safety: SavedCheckpoint, reason: string): Promise<RadError> => {
	const applied = await applyGoal(bench, await captureTree(bench), {tree: safety.tree, modes: safety.modes, index: null, previousTree: safety.tree});
	if (applied.kind === 'applied') {
		await removeJournal(bench.place);
		return new RadError('RESTORE_CONFLICT', `The checkpoint could not be restored (${reason}); everything is as it was before.`);
	}
	return new RadError('CHECKPOINT_FAILED', `The restore is half done (${reason}); the work of before is in ${safety.checkpoint.id}`, {
		hint: `make the files writable, then: rad checkpoint restore ${safety.checkpoint.id}`,
	});
};

/**
 * Finishes a restore that was cut short, whatever was changed since: that is saved in one more safety checkpoint first. Undefined when
 * there is none.
 *
 * @throws {RadError} `RESTORE_CONFLICT`, `CHECKPOINT_FAILED`: the journal stays then.
 */
export const finishRestore = async (bench: Workbench, tools: Tools): Promise<Resumed | undefined> => {
	const journal = await readJournal(bench.place.treeDirectory);
	if (journal === undefined) return undefined;
	const present = await captureTree(bench);
	const covered = await saveObstacles(bench, present, await listChanges(bench.git, present.tree, journal.tree));
	const safety = await saveCheckpoint(bench, covered, toPurpose('before finishing the restore of', journal.target), tools, journal.tree);
	const index = covered.state.userIndex?.tree != null && journal.head === bench.head.commit ? journal.index : null;
	const task = {target: journal.target, safety, tree: journal.tree, modes: journal.modes, index, from: covered};
	const applied = await applyWithJournal(bench, task, tools.clock);
	if (applied.kind !== 'applied')
		throw new RadError('RESTORE_CONFLICT', `An interrupted restore of ${journal.target} could not be finished (${applied.reason}).`);
	return {target: journal.target, safety};
};

/** Brings back what was there before a restore that was cut short. Undefined when there is none. @throws {RadError} as `restoreCheckpoint`. */
export const undoRestore = async (bench: Workbench, tools: Tools): Promise<Resumed | undefined> => {
	const journal = await readJournal(bench.place.treeDirectory);
	if (journal === undefined) return undefined;
	const before = await findRecord(bench.place, bench.git, journal.safety);
	if (before === undefined)
		throw new RadError(
			'CHECKPOINT_DAMAGED',
			`An interrupted restore cannot be undone, since its safety checkpoint cannot be read: ${journal.safety}`,
		);
	const {safety} = await restoreCheckpoint(bench, before, WHOLE, tools);
	return {target: journal.target, safety};
};
