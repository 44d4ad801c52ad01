import type {RunId} from '../domain/ids.ts';
import type {MergeMode} from '../domain/plan.ts';

/** One of a run's work trees: several steps work in it, one after the other. */
export type SlotKey = {readonly runId: RunId; readonly slot: number};

/** An attempt, and where it worked. */
export type SlotWork = SlotKey & {
	readonly stepId: string;
	readonly attempt: number;
	/** The commit that it began from. */
	readonly base: string;
};

/** What an attempt left, as a commit; `base` itself where it changed nothing. */
export type Captured = {
	readonly commit: string;
	readonly isChanged: boolean;
	/** Names of what is not in it: repositories of their own, and what cannot be read. */
	readonly uncovered: readonly string[];
};

/** What came of a merge: the run branch as it is afterwards, or what is in the way. */
export type Merged = {readonly kind: 'merged'; readonly head: string} | {readonly kind: 'conflict'; readonly files: readonly string[]};

/** Work trees of the user's repository that belong to runs, and the branches that their work comes together in. */
export type Worktrees = {
	/** @throws {RadError} `GIT_UNUSABLE`, `GIT_MISSING` where there can be none: no repository, no commit in it, a git that is too old. */
	readonly check: () => Promise<void>;
	/** The branch that HEAD is on; empty where it is on none, and without git. */
	readonly currentBranch: () => Promise<string>;
	/** Those of some files and folders, absolute, that the user's git keeps, or something in them; none without git. */
	readonly listTracked: (paths: readonly string[]) => Promise<readonly string[]>;
	/** Makes the run branch where HEAD is, unless it is there; tells where it is, and where it began. */
	readonly openBranch: (runId: RunId) => Promise<{readonly head: string; readonly start: string; readonly isNew: boolean}>;
	/** How many files differ from HEAD, or are new: none of them is in a work tree. */
	readonly countUncommitted: () => Promise<number>;
	/** The commit of the run branch; undefined where there is none. */
	readonly findHead: (runId: RunId) => Promise<string | undefined>;
	readonly isThere: (key: SlotKey) => Promise<boolean>;
	/** The folder in a work tree that stands for the workspace. */
	readonly locate: (key: SlotKey) => Promise<string>;
	/** Makes a work tree be what a commit is; files that are ignored stay. What was in it must have been captured. */
	readonly prepare: (key: SlotKey, base: string) => Promise<void>;
	/** Keeps all that an attempt left, under a name of its own. Changes nothing of the work tree. */
	readonly capture: (work: SlotWork) => Promise<Captured>;
	/** Brings what was captured into the run branch; doing it again changes nothing. */
	readonly merge: (work: Omit<SlotWork, 'slot'>, commit: string, mode: MergeMode) => Promise<Merged>;
	/** Makes what was captured of an attempt the commit that is checked out in its work tree, so that a person can merge there. */
	readonly settle: (work: SlotWork) => Promise<void>;
	/** Removes the work trees of a run, and its branch where nothing was merged. Returns the folders that hold what nobody has captured, and stay. */
	readonly remove: (runId: RunId) => Promise<readonly string[]>;
	/** Names of the folders of runs that have work trees here. */
	readonly list: () => Promise<readonly string[]>;
};

/** The branch that the work of a run comes together in. */
export const toRunBranch = (runId: RunId): string => `rad/${runId}`;

/** The name under which what an attempt left is kept. */
export const toWorkRef = ({runId, stepId, attempt}: Pick<SlotWork, 'runId' | 'stepId' | 'attempt'>): string =>
	`refs/rad/runs/${runId}/${stepId.replaceAll('.', '/')}/${attempt}`;
