import type {AgentId, CheckpointId, RequestId, RunId} from './ids.ts';
import type {InputValues} from './plan.ts';
import type {Decision, Question, UsageLimit} from './question.ts';
import type {AgentStatus, FailureCause, RunStatus, StepStatus} from './status.ts';

/**
 * What happened, in the order of the decisions. Lifecycle events are rows: they are committed together with the change that they
 * tell of, before anybody acts on it, and reach every reader. `steps` of a run are folded from these alone.
 */
export type RadEvent =
	| {readonly type: 'run.started'; readonly runId: RunId}
	| {readonly type: 'run.status-changed'; readonly runId: RunId; readonly status: RunStatus; readonly reason: string | null}
	/** A limit of the run was reached: what is at work is stopped, and nothing is started any more. */
	| {
			readonly type: 'run.budget-spent';
			readonly runId: RunId;
			readonly reason: string;
			/** True where no person can allow more: whoever started the run has set this limit. */
			readonly isFinal?: boolean;
	  }
	| {
			readonly type: 'step.started';
			readonly runId: RunId;
			readonly stepId: string;
			readonly attempt: number;
			/** Which of the step's fallback engines makes it, from 1; none for its own. */
			readonly fallback?: number;
			/** Where it works, unless that is the workspace itself. */
			readonly worktree?: SlotPlace;
	  }
	/** A round of a block begins: the first one, the next of a loop, or that of the next item. `items` are those of the whole block; null where it has none. */
	| {
			readonly type: 'step.opened';
			readonly runId: RunId;
			readonly stepId: string;
			readonly round: number;
			readonly items: readonly unknown[] | null;
			/** Of a workflow in another one: what it was given. */
			readonly inputs?: InputValues;
	  }
	/** The files were brought back to what they were before the step, or before this round of it; `checkpointId` is null where they were not, for this reason. */
	| {
			readonly type: 'step.rolled-back';
			readonly runId: RunId;
			readonly stepId: string;
			readonly round: number;
			readonly checkpointId: CheckpointId | null;
			readonly reason: string | null;
	  }
	/** What an attempt left in its work tree is kept as a commit and, of one that completed, in the run's branch. */
	| {
			readonly type: 'step.merged';
			readonly runId: RunId;
			readonly stepId: string;
			readonly attempt: number;
			/** What it comes to in the branch, or else what it left. */
			readonly commit: string;
			readonly isChanged: boolean;
			/** The commit that the run's branch is at afterwards; null where nothing was to be merged, or could be. */
			readonly head: string | null;
			/** Absent where it fits what is in the branch. */
			readonly conflict?: MergeConflict;
	  }
	/** The run waits at this step for a person. */
	| {readonly type: 'step.asked'; readonly runId: RunId; readonly stepId: string; readonly question: Question}
	| {readonly type: 'step.decided'; readonly runId: RunId; readonly stepId: string; readonly decision: Decision}
	| {
			readonly type: 'step.attempt-ended';
			readonly runId: RunId;
			readonly stepId: string;
			readonly attempt: number;
			readonly outcome: AttemptOutcome;
	  }
	| {
			readonly type: 'step.ended';
			readonly runId: RunId;
			readonly stepId: string;
			readonly status: StepStatus;
			readonly reason: string | null;
			/** True of a step whose `when` was false: what needs it goes on. */
			readonly isUnwanted?: boolean;
			/** True of a step that had more to do when the run's budget was spent. */
			readonly isCutShort?: boolean;
			/** What later steps may read of one that no attempt told of: a block, a decision, or a step that was taken over. */
			readonly outputs?: Readonly<Record<string, unknown>>;
			/** The earlier run that did this step in place of this run. */
			readonly takenFrom?: RunId;
	  }
	| {readonly type: 'agent.registered'; readonly runId: RunId; readonly agentId: AgentId}
	| {readonly type: 'agent.status-changed'; readonly runId: RunId; readonly agentId: AgentId; readonly status: AgentStatus}
	| {readonly type: 'checkpoint.created'; readonly runId: RunId | null; readonly checkpointId: CheckpointId}
	| {readonly type: 'checkpoint.restored'; readonly runId: RunId | null; readonly checkpointId: CheckpointId; readonly safetyId: CheckpointId}
	| {readonly type: 'request.opened'; readonly runId: RunId; readonly requestId: RequestId}
	| {readonly type: 'request.decided'; readonly runId: RunId; readonly requestId: RequestId; readonly isGranted: boolean};

/** Work that does not fit what other steps have done: in which files, and the git ref that keeps it. */
export type MergeConflict = {readonly files: readonly string[]; readonly ref: string};

/** One of a run's work trees, and the commit that work in it began from; null where nothing of that is kept. */
export type SlotPlace = {readonly slot: number; readonly base: string | null};

/** How one attempt of a step ended. `outputs` are what later steps may read. */
export type AttemptOutcome = {
	readonly status: 'completed' | 'failed' | 'cancelled' | 'timed_out' | 'lost' | 'restored';
	readonly exitCode: number | null;
	readonly reason: string | null;
	/** As far as the engine's own words tell; `invalid_output` where it did not hand on what its step promises. */
	readonly cause?: FailureCause | 'invalid_output' | null;
	/** What was wrong with an agent's answer, for the prompt of its next attempt. */
	readonly complaint?: string;
	/** Whose budget rad stopped it for. */
	readonly spent?: 'run' | 'block' | 'step';
	/** Of one that failed since its provider, or its plan, allows no more for some time. */
	readonly limit?: UsageLimit;
	readonly outputs: Readonly<Record<string, unknown>>;
};

/** An event with its place in the workspace's history. `seq` grows with each event and is never used twice. */
export type StoredEvent = {readonly seq: number; readonly at: number; readonly event: RadEvent};
