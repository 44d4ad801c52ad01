import type {CheckpointId, RunId} from './ids.ts';
import type {Observed} from './progress.ts';
import type {
	Checkpoint,
	FileChange,
	PruneLimits,
	PruneResult,
	RestorePlan,
	RestoreResult,
	RestoreScope,
	ResumeResult,
	StoreSize,
	VerifyResult,
} from './records.ts';

export type Checkpoints = {
	/** @throws {RadError} `CHECKPOINT_FAILED` with the reason: never a silent miss. */
	readonly create: (options: {readonly label: string}) => Promise<Checkpoint>;
	/** Newest first. */
	readonly list: (filter?: {readonly runId?: RunId}) => Promise<readonly Checkpoint[]>;
	/** @throws {RadError} `CHECKPOINT_UNKNOWN`, `ID_AMBIGUOUS`, `ID_INVALID`. */
	readonly find: (prefix: string) => Promise<Checkpoint>;
	/** What changed from a checkpoint to another, or to the work tree now; at or below one path, or everywhere. */
	readonly diff: (from: CheckpointId, options?: DiffOptions) => Promise<readonly FileChange[]>;
	/** The same as unified diff text. Not sanitised: it holds what the files hold. */
	readonly diffText: (from: CheckpointId, options?: DiffOptions) => Promise<string>;
	/** What `restore` would do; changes nothing but rad's own store. @throws {RadError} `PATH_MISSING` as `restore` does. */
	readonly preview: (id: CheckpointId, scope?: RestoreScope) => Promise<RestorePlan>;
	/**
	 * Takes a safety checkpoint, then makes the work tree equal to the checkpoint: brings back, rewrites, and deletes only what was
	 * created since. Ignored files stay.
	 *
	 * @throws {RadError} `RUN_ACTIVE` while an agent of this workspace runs, unless `stopRuns`, which cancels those runs first; `PATH_MISSING` for a path that is neither there nor in the checkpoint; `RESTORE_CONFLICT`, `INDEX_LOCKED`, `CHECKPOINT_DAMAGED`: nothing is changed then.
	 */
	readonly restore: (
		id: CheckpointId,
		options: RestoreScope & Observed & {readonly signal: AbortSignal; readonly stopRuns: boolean},
	) => Promise<RestoreResult>;
	/** The checkpoint whose restoring undoes the last restore; undefined when there was none. */
	readonly undoPoint: () => Promise<Checkpoint | undefined>;
	/**
	 * Ends a restore that was cut short: `finish` rolls it forward, `undo` brings back what was there before it. Undefined when none was.
	 * Impatient, it does not wait for another rad, which may be about that very restore.
	 *
	 * @throws {RadError} as `restore`, and `CHECKPOINT_BUSY`; the restore is as unfinished as before then.
	 */
	readonly resume: (how: 'finish' | 'undo', options: {readonly isPatient: boolean} & Observed) => Promise<ResumeResult | undefined>;
	/** True while a restore of this workspace is being applied or was cut short. Looks at one file only. */
	readonly isRestoreUnfinished: () => boolean;
	/**
	 * Removes checkpoints beyond the limits, or beyond the usual retention when none is given, and gives their disk space back. The newest
	 * safety checkpoint and those of active runs always stay.
	 */
	readonly prune: (limits: PruneLimits, options: Observed & {readonly isDryRun: boolean}) => Promise<PruneResult>;
	/** Reads and hashes everything that the checkpoints of this work tree hold. Changes nothing. */
	readonly verify: (options: Observed & {readonly signal: AbortSignal}) => Promise<VerifyResult>;
	readonly size: () => Promise<StoreSize>;
	/** Absolute path of the top folder of the work tree: what the paths of changes are below. */
	readonly top: () => Promise<string>;
};

export type DiffOptions = {readonly to?: CheckpointId /** As `FileChange.path` has it. */; readonly path?: string};
