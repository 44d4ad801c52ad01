import {RadError} from '../domain/failures.ts';
import {findByPrefix} from '../domain/find-by-prefix.ts';
import type {AgentId, CheckpointId, RunId} from '../domain/ids.ts';
import type {Observed} from '../domain/progress.ts';
import type {
	Checkpoint,
	CheckpointKind,
	FileChange,
	PruneLimits,
	PruneResult,
	RestorePlan,
	RestoreResult,
	RestoreScope,
	ResumeResult,
	StoreSize,
	VerifyResult,
} from '../domain/records.ts';
import {type Captured, captureTree, createCapture} from './capture.ts';
import type {SavedCheckpoint} from './checkpoint-record.ts';
import type {CheckpointSettings} from './checkpoint-settings.ts';
import {isBelow, parseShownName, showName, toBytes} from './file-name.ts';
import {removeJournal} from './journal.ts';
import type {Place} from './place.ts';
import {findAuthors} from './provenance.ts';
import {pruneCheckpoints} from './prune.ts';
import {captureBefore, finishRestore, planStagedSet, restoreCheckpoint, undoRestore} from './restore.ts';
import {planRestore, type TreePlan} from './restore-plan.ts';
import {isSaved, saveCheckpoint} from './save.ts';
import {isWhole, type Scope, toScope} from './scope.ts';
import {findRecord, listIds, listRecords} from './store.ts';
import {measureStore} from './store-files.ts';
import {diffTrees, toFileChange} from './tree-diff.ts';
import type {TreeGit} from './tree-git.ts';
import {loadTreeState} from './tree-state.ts';
import {createTreeWork, type WorkOptions} from './tree-work.ts';
import {verifyCheckpoints} from './verify.ts';
import type {UserHead, Workbench} from './workbench.ts';

export type CreateOptions = {
	readonly kind: Exclude<CheckpointKind, 'safety'>;
	readonly label: string;
	readonly runId: RunId | null;
	readonly stepId: string | null;
	readonly agentId: AgentId | null;
	/**
	 * The only paths that may have changed since the last checkpoint of this process, as far as its caller knows: below the top of the
	 * work tree. On a large tree that was looked at a moment ago only they are looked at.
	 */
	readonly paths?: readonly string[];
	/** Aborting before the checkpoint exists leaves none. */
	readonly signal?: AbortSignal;
};

export type ServicePruneOptions = Observed & {
	/** Undefined for the usual retention. */
	readonly limits: PruneLimits | undefined;
	readonly activeRuns: ReadonlySet<RunId>;
	readonly isDryRun: boolean;
};

type DiffOptions = {readonly to?: CheckpointId; readonly path?: string};

/**
 * Pictures of one work tree. Whether agents still write is the caller's business.
 *
 * Every member that looks at the work tree waits up to 30 s for other rads (`CHECKPOINT_BUSY`) and first finishes a restore that was cut short.
 */
export type CheckpointService = {
	/**
	 * For a `write`, the newest checkpoint stands for a new one that would be the same.
	 *
	 * @throws {RadError} `CHECKPOINT_FAILED`, `CHECKPOINT_DAMAGED`, `CHECKPOINT_BUSY`, `RESTORE_REFUSED` for `/` and the home directory.
	 */
	readonly create: (options: CreateOptions) => Promise<Checkpoint>;
	/** Newest first. Those that cannot be read are left out here; `find` names them. */
	readonly list: () => Promise<readonly Checkpoint[]>;
	/** @throws {RadError} `ID_INVALID`, `ID_AMBIGUOUS`, `CHECKPOINT_UNKNOWN`, `CHECKPOINT_DAMAGED`. */
	readonly find: (prefix: string) => Promise<Checkpoint>;
	/** Whether a file is another one than in a checkpoint, null without one; and HEAD's commit, null where there is none. */
	readonly compare: (from: CheckpointId | null) => Promise<{readonly isChanged: boolean | null; readonly head: string | null}>;
	/** What changed from a checkpoint to another, or to the work tree now. */
	readonly diff: (from: CheckpointId, options?: DiffOptions) => Promise<readonly FileChange[]>;
	/** The same as unified diff text. `path` is one of `diff`'s paths, or a folder. Not sanitised. */
	readonly diffText: (from: CheckpointId, options?: DiffOptions) => Promise<string>;
	/** @throws {RadError} `PATH_MISSING`. */
	readonly preview: (id: CheckpointId, scope?: RestoreScope) => Promise<RestorePlan>;
	/**
	 * Takes a safety checkpoint, then makes the work tree equal to the checkpoint. Aborting counts until the first file is touched.
	 *
	 * @throws {RadError} `RESTORE_CONFLICT`, `INDEX_LOCKED`, `CHECKPOINT_DAMAGED`, `PATH_MISSING`: nothing is changed then.
	 */
	readonly restore: (id: CheckpointId, options: RestoreScope & Observed & {readonly signal: AbortSignal}) => Promise<RestoreResult>;
	/** See `Checkpoints.resume`. Impatient, it fails with `CHECKPOINT_BUSY` at once while another rad is at work: perhaps on that restore. */
	readonly resume: (how: 'finish' | 'undo', options: {readonly isPatient: boolean} & Observed) => Promise<ResumeResult | undefined>;
	readonly prune: (options: ServicePruneOptions) => Promise<PruneResult>;
	readonly verify: (options: Observed & {readonly signal: AbortSignal}) => Promise<VerifyResult>;
	readonly size: () => Promise<StoreSize>;
	/** Absolute path of the top folder of the work tree. */
	readonly top: () => Promise<string>;
};

export type ServiceOptions = WorkOptions & Pick<CheckpointSettings, 'retention'>;

export const createCheckpointService = (options: ServiceOptions): CheckpointService => {
	const {place, git, clock} = options;
	const work = createTreeWork(options);
	const capture = createCapture(clock);
	const treeOf = async (id: CheckpointId | undefined): Promise<string> =>
		id === undefined ? await work.finished(undefined, async bench => (await captureTree(bench)).tree) : (await mustFind(place, git, id)).tree;
	return {
		create: async ({signal, paths, ...purpose}) =>
			await work.finished(signal, async bench => {
				// While git looks at the files: what it is asked for here changes only under the lock.
				const newest = purpose.kind === 'write' ? findNewest(bench) : undefined;
				// Heard of below, unless looking at the files fails first.
				newest?.catch(() => undefined);
				const captured = await capture(bench, paths);
				const same = await newest;
				if (same !== undefined && isSame(bench, captured, same)) return same.checkpoint;
				return (await saveCheckpoint(bench, captured, {...purpose, target: null}, options)).checkpoint;
			}),
		list: async () => (await listRecords(place, git)).map(({checkpoint}) => checkpoint).reverse(),
		find: async prefix => (await mustFind(place, git, findByPrefix('cp', prefix, await listIds(place, git)))).checkpoint,
		compare: async from =>
			await work.finished(undefined, async bench => ({
				isChanged: from === null ? null : await isChangedSince(bench, from),
				head: bench.head.commit,
			})),
		diff: async (from, {to, path} = {}) => {
			const before = await treeOf(from);
			const changes = await diffTrees(git, before, await treeOf(to));
			const wanted = path === undefined ? undefined : parseShownName(path);
			return changes.filter(({name}) => wanted === undefined || isBelow(name, wanted)).map(toFileChange);
		},
		diffText: async (from, {to, path} = {}) => {
			const before = await treeOf(from);
			const args = ['diff-tree', '-r', '-p', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-color', before, await treeOf(to)];
			return (await git.bytes([...args, ...toPathArguments(path)], {env: path === undefined ? {} : {GIT_LITERAL_PATHSPECS: '0'}})).toString('utf8');
		},
		preview: async (id, scope = {}) => {
			const target = await mustFind(place, git, id);
			return await work.finished(undefined, bench => preview(bench, target, toScope(scope)));
		},
		restore: async (id, {signal, onProgress, ...wish}) => {
			const target = await mustFind(place, git, id);
			const scope = toScope(wish);
			return await work.restoring(signal, isWhole(scope), bench => restore({...bench, onProgress}, target, scope, options));
		},
		resume: async (how, {isPatient, onProgress}) =>
			await work.raw(async plain => {
				const bench = {...plain, onProgress};
				const resumed = how === 'finish' ? await finishRestore(bench, options) : await undoRestore(bench, options);
				const outcome = how === 'finish' ? 'finished' : 'undone';
				if (resumed !== undefined) return {target: resumed.target, outcome, safety: resumed.safety?.checkpoint ?? null};
				// A crash between the journal and its marker leaves the marker.
				await removeJournal(place);
				return undefined;
			}, isPatient),
		prune: async ({limits, onProgress, ...choice}) =>
			await work.raw(
				bench => pruneCheckpoints({...bench, onProgress}, {...choice, limits: limits ?? options.retention(), isUsual: limits === undefined}),
				true,
			),
		verify: async ({signal, onProgress}) => await work.raw(bench => verifyCheckpoints({...bench, onProgress}, signal), true),
		size: async () => measureStore(place),
		top: async () => place.top,
	};
};

const isChangedSince = async (bench: Workbench, from: CheckpointId): Promise<boolean> => {
	const {tree, state} = await captureTree(bench);
	// Reading a checkpoint takes git twice; the newest one is remembered.
	const before = state.newest === from ? state.previousTree : (await mustFind(bench.place, bench.git, from)).tree;
	return tree !== before;
};

/** The newest checkpoint, as far as that is remembered and it can be read. */
const findNewest = async ({place, git}: Workbench): Promise<SavedCheckpoint | undefined> => {
	const newest = (await loadTreeState(place.treeDirectory))?.newest ?? null;
	return newest === null ? undefined : await findRecord(place, git, newest);
};

/** True when a checkpoint of what was captured would be the same as the newest one. */
const isSame = (bench: Workbench, captured: Captured, newest: SavedCheckpoint): boolean =>
	captured.state.newest === newest.checkpoint.id && captured.state.previousTree === captured.tree && isSaved(bench, captured, newest);

const preview = async (bench: Workbench, target: SavedCheckpoint, scope: Scope): Promise<RestorePlan> => {
	const present = await captureBefore(bench, target);
	const plan = await planRestore(bench, present.tree, target, scope);
	const authorsOf = await findAuthors(bench.git, await listRecords(bench.place, bench.git), target, present.tree);
	return {
		checkpoint: target.checkpoint,
		changes: plan.changes.map(change => ({...toFileChange(change), changedBy: authorsOf(change.name)})),
		kept: [...showKept(plan), ...present.uncovered.map(({name, reason}) => ({path: showName(name), reason}))],
		stagedSet: await planStagedSet(bench, present, target, scope),
		hasHeadMoved: hasMoved(bench.head, target.checkpoint),
	};
};

const restore = async (bench: Workbench, target: SavedCheckpoint, scope: Scope, options: ServiceOptions): Promise<RestoreResult> => {
	const {safety, plan, head} = await restoreCheckpoint(bench, target, scope, options);
	return {
		restored: target.checkpoint,
		safety: safety?.checkpoint ?? null,
		changes: plan.changes.map(toFileChange),
		kept: showKept(plan),
		hasHeadMoved: hasMoved(head, target.checkpoint),
	};
};

const showKept = ({kept}: TreePlan): RestorePlan['kept'] => kept.map(({name, reason}) => ({path: showName(name), reason}));

const hasMoved = (now: UserHead, then: Checkpoint): boolean => now.commit !== then.head || now.branch !== then.branch;

// An odd name cannot be an argument of a process, which is text; each byte that is none stands for any one byte then.
const toPathArguments = (path: string | undefined): string[] => {
	if (path === undefined) return [];
	const text = toBytes(parseShownName(path)).toString('utf8');
	if (!text.includes('\ufffd')) return ['--', `:(literal)${text}`];
	return ['--', `:(glob)${text.replaceAll(/[*?[\\]/g, '\\$&').replaceAll(/\ufffd+/g, '*')}`];
};

const mustFind = async (place: Place, git: TreeGit, id: CheckpointId): Promise<SavedCheckpoint> => {
	const record = (await listIds(place, git)).includes(id) ? await findRecord(place, git, id) : null;
	if (record === null) throw new RadError('CHECKPOINT_UNKNOWN', `There is no checkpoint ${id}`);
	if (record === undefined)
		throw new RadError('CHECKPOINT_DAMAGED', `Checkpoint ${id} cannot be read from its store: ${place.store}`, {details: {path: place.store}});
	return record;
};
