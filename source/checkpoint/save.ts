import type {Clock} from '../domain/clock.ts';
import type {Ids} from '../domain/ids.ts';
import type {Checkpoint} from '../domain/records.ts';
import type {Captured} from './capture.ts';
import type {SavedCheckpoint} from './checkpoint-record.ts';
import {showName} from './file-name.ts';
import {packCommits} from './pack-commits.ts';
import {publishCommit, writeCommit} from './store.ts';
import {diffTrees} from './tree-diff.ts';
import {saveTreeState, type UserIndexState} from './tree-state.ts';
import type {Workbench} from './workbench.ts';

/** What the maker of a checkpoint tells about it. */
export type Purpose = Pick<Checkpoint, 'kind' | 'label' | 'runId' | 'stepId' | 'agentId' | 'target'>;

export type Maker = {readonly clock: Clock; readonly ids: Ids};

/**
 * Makes a checkpoint of what was captured. It exists when this resolves, and not before. `goal` is the tree that a restore is about to
 * make, for its safety checkpoint.
 */
export const saveCheckpoint = async (
	bench: Workbench,
	captured: Captured,
	purpose: Purpose,
	maker: Maker,
	goal: string | null = null,
): Promise<SavedCheckpoint> => {
	const {git, place, head} = bench;
	const {tree, state, uncovered} = captured;
	const userIndex = await keepIndex(bench, state.userIndex);
	const checkpoint: Checkpoint = {
		id: maker.ids.next('cp'),
		createdAt: maker.clock.now(),
		...purpose,
		head: head.commit,
		branch: head.branch,
		uncovered: uncovered.map(({name}) => showName(name)),
		stat: await countChanges(bench, state.previousTree, tree),
	};
	const record = {checkpoint, tree, index: userIndex?.tree ?? null, goal, modes: state.modes};
	const parents = [userIndex?.commit ?? null, goal === null ? null : await keepTree(bench, goal, 'goal')].filter(parent => parent !== null);
	const saved = await writeCommit(git, record, parents);
	await publishCommit(place, git, saved);
	await saveTreeState(place.treeDirectory, {...state, tree, previousTree: tree, userIndex, newest: checkpoint.id});
	await packCommits(bench);
	return saved;
};

// Staged content may be nowhere else: a commit keeps it from being collected.
const keepIndex = async (bench: Workbench, userIndex: UserIndexState | null): Promise<UserIndexState | null> => {
	if (userIndex === null || userIndex.tree === null || userIndex.commit !== null) return userIndex;
	return {...userIndex, commit: await keepTree(bench, userIndex.tree, 'staged')};
};

const keepTree = ({git}: Workbench, tree: string, message: string): Promise<string> => git.text(['commit-tree', tree, '-m', message]);

/** True when a checkpoint of this would be the same as the one before it in everything that a restore brings back. */
export const isSaved = ({head}: Workbench, {tree, state}: Captured, {checkpoint, tree: savedTree, index}: SavedCheckpoint): boolean =>
	tree === savedTree && (state.userIndex?.tree ?? null) === index && head.commit === checkpoint.head && head.branch === checkpoint.branch;

const countChanges = async ({git, settings}: Workbench, from: string | null, to: string): Promise<Checkpoint['stat']> => {
	if (from === null) return null;
	const changes = await diffTrees(git, from, to, settings);
	const sum = (count: 'additions' | 'deletions'): number => changes.reduce((total, change) => total + (change[count] ?? 0), 0);
	return {files: changes.length, additions: sum('additions'), deletions: sum('deletions')};
};
