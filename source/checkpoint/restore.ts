import type {Clock} from '../domain/clock.ts';
import {isFailure, RadError} from '../domain/failures.ts';
import type {CheckpointId, Ids} from '../domain/ids.ts';
import {type Applied, applyGoal} from './apply-restore.ts';
import {type Captured, captureTree} from './capture.ts';
import type {Modes, SavedCheckpoint} from './checkpoint-record.ts';
import {showName} from './file-name.ts';
import {stampOf} from './file-stamp.ts';
import {createIndexToken, type IndexToken, refuseLockedIndex, releaseIndexLock} from './index-lock.ts';
import {type Journal, readJournal, removeJournal, writeJournal} from './journal.ts';
import {updateModes} from './modes.ts';
import {addNames} from './private-index.ts';
import {findObstacles, planRestore, type TreePlan, verifyObjects} from './restore-plan.ts';
import {saveCheckpoint} from './save.ts';
import {findRecord} from './store.ts';
import {diffTrees, type TreeChange} from './tree-diff.ts';
import {saveTreeState} from './tree-state.ts';
import {userIndexPath} from './user-index.ts';
import {readHead, type UserHead, type Workbench} from './workbench.ts';

export type Restored = {readonly safety: SavedCheckpoint; readonly plan: TreePlan; readonly head: UserHead};

type Tools = {readonly clock: Clock; readonly ids: Ids};

// Somebody who writes all the time has to be stopped first; a single late write is taken in by the next attempt.
const ATTEMPTS = 3;

/**
 * Makes the work tree equal to a checkpoint, after taking a safety checkpoint. Must run under the lock.
 *
 * @throws {RadError} `CHECKPOINT_DAMAGED`, `RESTORE_CONFLICT`, `INDEX_LOCKED`: the work tree is as before; `CHECKPOINT_FAILED`: it may be half done, and the journal stays.
 */
export const restoreCheckpoint = async (bench: Workbench, target: SavedCheckpoint, tools: Tools): Promise<Restored> => {
	refuseLockedIndex(bench.place);
	for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
		const present = attempt === 1 ? bench : {...bench, head: await readHead(bench.place, bench.git)};
		const restored = await tryRestore(present, target, tools);
		if (restored !== undefined) return restored;
	}
	throw new RadError('RESTORE_CONFLICT', 'Something keeps writing to the files that are to be restored; they were left alone.');
};

const tryRestore = async (bench: Workbench, target: SavedCheckpoint, tools: Tools): Promise<Restored | undefined> => {
	const present = await captureTree(bench);
	const plan = await planRestore(bench, present.tree, target);
	await verifyObjects(bench, target, plan.changes);
	const covered = await saveObstacles(bench, present, plan.changes);
	const safety = await saveCheckpoint(bench, covered, toPurpose('before restoring', target.checkpoint.id), tools);
	const index = willRestoreIndex(bench.head, covered, target) ? target.index : null;
	const applied = await applyWithJournal(
		bench,
		{target, safety, tree: plan.tree, modes: toGoalModes(covered, plan, target), index, from: covered},
		tools.clock,
	).catch(error => withdraw(bench, error));
	if (applied.kind === 'refused') await removeJournal(bench.place.treeDirectory);
	if (applied.kind === 'half-done') throw await goBack(bench, safety, applied.reason);
	return applied.kind === 'applied' ? {safety, plan, head: bench.head} : undefined;
};

const toPurpose = (label: string, target: CheckpointId) =>
	({kind: 'safety', label: `${label} ${target}`, runId: null, stepId: null, agentId: null, target}) as const;

/** True when what was staged can be restored: HEAD is what it was, and no merge was unfinished then or is now. */
export const willRestoreIndex = (head: UserHead, present: Captured, {checkpoint, index}: SavedCheckpoint): boolean =>
	index !== null && present.state.userIndex?.tree != null && checkpoint.head === head.commit;

const saveObstacles = async (bench: Workbench, present: Captured, changes: readonly TreeChange[]): Promise<Captured> => {
	const obstacles = await findObstacles(bench, changes);
	if (obstacles.length === 0) return present;
	// The index holds files that are ignored from here on; an empty stamp has the next capture look at the rules again.
	const state = {...present.state, ignoreStamp: ''};
	await saveTreeState(bench.place.treeDirectory, {...state, tree: null});
	const unreadable = await addNames(bench, obstacles);
	if (unreadable.length > 0) throw new RadError('RESTORE_CONFLICT', 'A file that cannot be read is in the way; nothing was changed.');
	const modes = updateModes(present.state.modes, bench.place.top, obstacles, []);
	return {...present, tree: await bench.git.text(['write-tree', ...bench.missingOk]), state: {...state, modes}};
};

// The lock of the index is taken before the first file is touched, so there is nothing to finish without it.
const withdraw = async (bench: Workbench, error: unknown): Promise<never> => {
	if (isFailure(error, 'INDEX_LOCKED')) await removeJournal(bench.place.treeDirectory);
	throw error;
};

type Task = {
	readonly target: SavedCheckpoint;
	readonly safety: SavedCheckpoint;
	readonly tree: string;
	readonly modes: Modes;
	readonly index: string | null;
	readonly from: Captured;
};

// What is kept keeps its permissions too; the checkpoint knows nothing of it.
const toGoalModes = ({state}: Captured, {kept}: TreePlan, {modes}: SavedCheckpoint): Modes => {
	const own = kept
		.map(({name}) => showName(name))
		.flatMap(name => (state.modes.others[name] === undefined ? [] : [[name, state.modes.others[name]] as const]));
	return {...modes, others: {...modes.others, ...Object.fromEntries(own)}};
};

const applyWithJournal = async (bench: Workbench, task: Task, clock: Clock): Promise<Applied> => {
	const {place} = bench;
	const {target, safety, tree, modes, index, from} = task;
	const token = index === null || place.repository === null ? undefined : await createIndexToken(place, place.repository, clock);
	await writeJournal(place.treeDirectory, {
		target: target.checkpoint.id,
		safety: safety.checkpoint.id,
		tree,
		modes,
		indexToken: token?.identity ?? null,
	});
	try {
		await token?.lock();
		const applied = (await hasUserMoved(bench, from, token)) ?? (await applyGoal(bench, from, {tree, modes, index}));
		if (applied.kind === 'applied') await removeJournal(place.treeDirectory);
		return applied;
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
	const applied = await applyGoal(bench, await captureTree(bench), {tree: safety.tree, modes: safety.modes, index: null});
	if (applied.kind === 'applied') {
		await removeJournal(bench.place.treeDirectory);
		return new RadError('RESTORE_CONFLICT', `The checkpoint could not be restored (${reason}); everything is as it was before.`);
	}
	return new RadError('CHECKPOINT_FAILED', `The restore is half done (${reason}); the work of before is in ${safety.checkpoint.id}`, {
		hint: `make the files writable, then: rad checkpoint restore ${safety.checkpoint.id}`,
	});
};

/**
 * Finishes a restore that was cut short, whatever was changed since: that is saved in one more safety checkpoint first.
 *
 * @throws {RadError} `RESTORE_CONFLICT`, `CHECKPOINT_FAILED`: the journal stays then.
 */
export const finishRestore = async (bench: Workbench, tools: Tools): Promise<void> => {
	const journal = await readJournal(bench.place.treeDirectory);
	if (journal === undefined) return;
	await forgetIndexLock(bench, journal);
	const target = await findRecord(bench.place, bench.git, journal.target);
	if (target === undefined)
		throw new RadError('CHECKPOINT_DAMAGED', `An interrupted restore cannot be finished, since its checkpoint is gone: ${journal.target}`);
	const present = await captureTree(bench);
	const covered = await saveObstacles(bench, present, await diffTrees(bench.git, present.tree, journal.tree));
	const safety = await saveCheckpoint(bench, covered, toPurpose('before finishing the restore of', journal.target), tools);
	const index = journal.indexToken !== null && willRestoreIndex(bench.head, covered, target) ? target.index : null;
	const applied = await applyWithJournal(bench, {target, safety, tree: journal.tree, modes: journal.modes, index, from: covered}, tools.clock);
	if (applied.kind !== 'applied')
		throw new RadError('RESTORE_CONFLICT', `An interrupted restore of ${journal.target} could not be finished (${applied.reason}).`);
};

/** Ends an interrupted restore without finishing it: another restore is about to decide about every file. */
export const abandonRestore = async (bench: Workbench): Promise<void> => {
	const journal = await readJournal(bench.place.treeDirectory);
	if (journal !== undefined) await forgetIndexLock(bench, journal);
};

const forgetIndexLock = async ({place}: Workbench, {indexToken}: Journal): Promise<void> => {
	if (place.repository !== null && indexToken !== null) await releaseIndexLock(place, place.repository, indexToken);
};
