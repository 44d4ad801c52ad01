import {mkdir, realpath} from 'node:fs/promises';
import type {Clock} from '../domain/clock.ts';
import {RadError} from '../domain/failures.ts';
import {findByPrefix} from '../domain/find-by-prefix.ts';
import type {AgentId, CheckpointId, Ids, RunId} from '../domain/ids.ts';
import type {Checkpoint, CheckpointKind, FileChange, RestorePlan, RestoreResult} from '../domain/records.ts';
import {captureTree} from './capture.ts';
import type {SavedCheckpoint} from './checkpoint-record.ts';
import {parseShownName, showName, toBytes} from './file-name.ts';
import {removeLeftovers} from './leftovers.ts';
import type {Place} from './place.ts';
import {abandonRestore, finishRestore, restoreCheckpoint, willRestoreIndex} from './restore.ts';
import {planRestore} from './restore-plan.ts';
import {saveCheckpoint} from './save.ts';
import type {WithLock} from './sqlite-lock.ts';
import {findRecord, listIds, listRecords} from './store.ts';
import {diffTrees, toFileChange} from './tree-diff.ts';
import type {TreeGit} from './tree-git.ts';
import {openWorkbench, type UserHead, type Workbench} from './workbench.ts';

type CreateOptions = {
	readonly kind: CheckpointKind;
	readonly label: string;
	readonly runId: RunId | null;
	readonly stepId: string | null;
	readonly agentId: AgentId | null;
	/** Aborting before the checkpoint exists leaves none. */
	readonly signal?: AbortSignal;
};

/**
 * Pictures of one work tree. Whether agents still write is the caller's business.
 *
 * Every member that looks at the work tree waits up to 30 s for other rads (`CHECKPOINT_BUSY`) and first finishes a restore that was cut short.
 */
export type CheckpointService = {
	/** @throws {RadError} `CHECKPOINT_FAILED`, `CHECKPOINT_DAMAGED`, `CHECKPOINT_BUSY`, `RESTORE_REFUSED` for `/` and the home directory. */
	readonly create: (options: CreateOptions) => Promise<Checkpoint>;
	/** Newest first. Those that cannot be read are left out here; `find` names them. */
	readonly list: () => Promise<readonly Checkpoint[]>;
	/** @throws {RadError} `ID_INVALID`, `ID_AMBIGUOUS`, `CHECKPOINT_UNKNOWN`, `CHECKPOINT_DAMAGED`. */
	readonly find: (prefix: string) => Promise<Checkpoint>;
	/** What changed from a checkpoint to another, or to the work tree now. */
	readonly diff: (from: CheckpointId, to?: CheckpointId) => Promise<readonly FileChange[]>;
	/** The same as unified diff text. `path` is one of `diff`'s paths. Not sanitised. */
	readonly diffText: (from: CheckpointId, options?: {readonly to?: CheckpointId; readonly path?: string}) => Promise<string>;
	readonly preview: (id: CheckpointId) => Promise<RestorePlan>;
	/**
	 * Takes a safety checkpoint, then makes the work tree equal to the checkpoint. Aborting counts until the first file is touched.
	 *
	 * @throws {RadError} `RESTORE_CONFLICT`, `INDEX_LOCKED`, `CHECKPOINT_DAMAGED`: nothing is changed then.
	 */
	readonly restore: (id: CheckpointId, options: {readonly signal: AbortSignal}) => Promise<RestoreResult>;
};

export type ServiceOptions = {
	readonly place: Place;
	readonly git: TreeGit;
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly withLock: WithLock;
};

export const createCheckpointService = (options: ServiceOptions): CheckpointService => {
	const {place, git} = options;
	const work = createWork(options);
	const treeOf = async (id: CheckpointId | undefined): Promise<string> =>
		id === undefined ? await work.finished(undefined, async bench => (await captureTree(bench)).tree) : (await mustFind(place, git, id)).tree;
	return {
		create: async ({signal, ...purpose}) =>
			await work.finished(signal, async bench => {
				const saved = await saveCheckpoint(bench, await captureTree(bench), {...purpose, target: null}, options);
				return saved.checkpoint;
			}),
		list: async () => (await listRecords(place, git)).map(({checkpoint}) => checkpoint).reverse(),
		find: async prefix => (await mustFind(place, git, findByPrefix('cp', prefix, await listIds(place, git)))).checkpoint,
		diff: async (from, to) => {
			const before = await treeOf(from);
			return (await diffTrees(git, before, await treeOf(to))).map(toFileChange);
		},
		diffText: async (from, {to, path} = {}) => {
			const before = await treeOf(from);
			const args = ['diff-tree', '-r', '-p', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-color', before, await treeOf(to)];
			return (await git.bytes([...args, ...toPathArguments(path)], {env: path === undefined ? {} : {GIT_LITERAL_PATHSPECS: '0'}})).toString('utf8');
		},
		preview: async id => {
			const target = await mustFind(place, git, id);
			return await work.finished(undefined, bench => preview(bench, target));
		},
		restore: async (id, {signal}) => {
			const target = await mustFind(place, git, id);
			return await work.abandoned(signal, bench => restore({...bench, signal: undefined}, target, options));
		},
	};
};

const preview = async (bench: Workbench, target: SavedCheckpoint): Promise<RestorePlan> => {
	const present = await captureTree(bench);
	const plan = await planRestore(bench, present.tree, target);
	return {
		checkpoint: target.checkpoint,
		changes: plan.changes.map(toFileChange),
		kept: [...plan.kept, ...present.uncovered].map(({name, reason}) => ({path: showName(name), reason})),
		willRestoreIndex: willRestoreIndex(bench.head, present, target),
		hasHeadMoved: hasMoved(bench.head, target.checkpoint),
	};
};

const restore = async (bench: Workbench, target: SavedCheckpoint, options: ServiceOptions): Promise<RestoreResult> => {
	const {safety, plan, head} = await restoreCheckpoint(bench, target, options);
	return {
		restored: target.checkpoint,
		safety: safety.checkpoint,
		changes: plan.changes.map(toFileChange),
		hasHeadMoved: hasMoved(head, target.checkpoint),
	};
};

const hasMoved = (now: UserHead, then: Checkpoint): boolean => now.commit !== then.head || now.branch !== then.branch;

// An odd name cannot be an argument of a process, which is text; each byte that is none stands for any one byte then.
const toPathArguments = (path: string | undefined): string[] => {
	if (path === undefined) return [];
	const text = toBytes(parseShownName(path)).toString('utf8');
	if (!text.includes('\ufffd')) return ['--', `:(literal)${text}`];
	return ['--', `:(glob)${text.replaceAll(/[*?[\\]/g, '\\$&').replaceAll(/\ufffd+/g, '*')}`];
};

/** Ways of working on the tree under the lock, told apart by what becomes of a restore that was cut short. */
const createWork = ({place, git, environment, clock, ids, withLock}: ServiceOptions) => {
	type Action<Result> = (bench: Workbench) => Promise<Result>;
	const open = async <Result>(signal: AbortSignal | undefined, action: Action<Result>): Promise<Result> => {
		await refuseEverything(place, environment['HOME']);
		return await translate(async () => {
			await mkdir(place.home, {recursive: true, mode: 0o700});
			return await withLock(async () => {
				signal?.throwIfAborted();
				await removeLeftovers(place, clock);
				return await action(await openWorkbench({place, git, environment, signal}));
			});
		});
	};
	return {
		finished: <Result>(signal: AbortSignal | undefined, action: Action<Result>): Promise<Result> =>
			open(signal, async bench => {
				await finishRestore({...bench, signal: undefined}, {clock, ids});
				return await action(bench);
			}),
		abandoned: <Result>(signal: AbortSignal | undefined, action: Action<Result>): Promise<Result> =>
			open(signal, async bench => {
				await abandonRestore(bench);
				return await action(bench);
			}),
	};
};

/** A checkpoint of everything that a user or a machine has is never what was meant. */
const refuseEverything = async ({top}: Place, home: string | undefined): Promise<void> => {
	const realHome = home === undefined ? '' : await realpath(home).catch(() => home);
	const isAbove = `${realHome}/`.startsWith(`${top}/`);
	if (top === '/' || isAbove) throw new RadError('RESTORE_REFUSED', `A home directory or a whole disk is too much for checkpoints: ${top}`);
};

// What the operating system refuses (a full disk, a missing right) is named; everything else is a bug and passes.
const translate = async <Result>(action: () => Promise<Result>): Promise<Result> => {
	try {
		return await action();
	} catch (cause) {
		if (cause instanceof RadError || !isSystemError(cause)) throw cause;
		throw new RadError('CHECKPOINT_FAILED', `The checkpoint failed: ${cause.message}`, {cause});
	}
};

const isSystemError = (error: unknown): error is NodeJS.ErrnoException => error instanceof Error && 'syscall' in error;

const mustFind = async (place: Place, git: TreeGit, id: CheckpointId): Promise<SavedCheckpoint> => {
	const record = (await listIds(place, git)).includes(id) ? await findRecord(place, git, id) : null;
	if (record === null) throw new RadError('CHECKPOINT_UNKNOWN', `There is no checkpoint ${id}`);
	if (record === undefined)
		throw new RadError('CHECKPOINT_DAMAGED', `Checkpoint ${id} cannot be read from its store: ${place.store}`, {details: {path: place.store}});
	return record;
};
