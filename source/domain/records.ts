import type {AgentId, CheckpointId, RequestId, RunId} from './ids.ts';
import type {Decision, Question} from './question.ts';
import type {AgentStatus, FailureCause, RunStatus, StepStatus} from './status.ts';
import type {Tokens} from './tokens.ts';

/** Identity of a process that outlives its number: pids are reused, a start time within one boot is not. */
export type ProcessIdentity = {
	readonly pid: number;
	/** Start time as the system tells it (Linux: clock ticks since boot, field 22 of `/proc/<pid>/stat`); compared, never computed with. */
	readonly startTime: string;
	/** Changes with each boot; a process of another boot is gone. */
	readonly bootId: string;
};

/** One execution of a workflow. Times are epoch milliseconds, UTC. */
export type Run = {
	readonly id: RunId;
	readonly workflow: string;
	readonly status: RunStatus;
	readonly startedAt: number;
	readonly endedAt: number | null;
	/** Why it failed, was interrupted or waits; one sentence. */
	readonly error: string | null;
	/** The rad process that drives it. */
	readonly owner: ProcessIdentity;
};

/** One node of a run. */
export type Step = {
	readonly runId: RunId;
	readonly stepId: string;
	/** Counts the steps of the run as they become known: in the order of the file, those of a block when its round begins. */
	readonly position: number;
	/** The block that it is in; null where it is in none. */
	readonly parentId: string | null;
	readonly status: StepStatus;
	/** Of a block its rounds. */
	readonly attempts: number;
	readonly startedAt: number | null;
	readonly endedAt: number | null;
	/** Why it was skipped or failed, or what was decided; one sentence. */
	readonly reason: string | null;
	/** What a person is, or was, asked; null where nobody is. */
	readonly question: Question | null;
	readonly decision: Decision | null;
	/** The earlier run that did it in place of this run; null where none did. */
	readonly takenFrom: RunId | null;
};

/** A file that an attempt of a step left to be kept; `path` is below the attempt's folder of artifacts, with `/`, sanitised. */
export type Artifact = {readonly path: string; readonly sizeBytes: number};

/** The same with the step that left it; `file` is its path below the workspace. */
export type RunArtifact = Artifact & {readonly stepId: string; readonly attempt: number; readonly file: string};

/** What an agent is: the process of a step that speaks to a model, a command of the shell, or an agent that an agent started. */
export type AgentType = 'agent' | 'shell' | 'sub-agent';

/** One engine process, or a sub-agent inside one. */
export type Agent = {
	readonly id: AgentId;
	readonly parentId: AgentId | null;
	/** The run's id: the frozen plan that this agent works for. */
	readonly planId: RunId;
	readonly stepId: string;
	/** Which try of the step, counted from 1. */
	readonly attempt: number;
	readonly agentType: AgentType;
	/** For people: the step's id, or what the parent called the sub-agent. Sanitised. */
	readonly name: string;
	readonly engine: string;
	readonly model: string | null;
	readonly status: AgentStatus;
	/** True while it works on although the rad that started it is gone. */
	readonly isUnattended: boolean;
	/** True where the engine plays back a recording instead of calling a model. */
	readonly isRecording: boolean;
	readonly processId: number | null;
	readonly processStart: string | null;
	readonly bootId: string | null;
	readonly startedAt: number;
	readonly endedAt: number | null;
	/** Exit code of the process; null for a sub-agent, after a signal, and while it runs. */
	readonly exitCode: number | null;
	readonly error: string | null;
	/** Path of the clean log below the workspace, with `/`. */
	readonly logFile: string | null;
	/** The checkpoint taken before its step. */
	readonly checkpointId: CheckpointId | null;
	/** What its engine was told that it may do; null where an engine has no such choice. */
	readonly permissions: Permissions | null;
	/** The engine's own id of the conversation, which it can continue; null while it told none. Foreign text, sanitised. */
	readonly sessionId: string | null;
	/** As the engine tells it; null while it told none. */
	readonly engineVersion: string | null;
	/** Why it failed, as far as its engine's own words tell. */
	readonly failureCause: FailureCause | null;
};

/** What an agent may do without being asked: look only; write files in the workspace; anything. Each engine maps it to flags of its own. */
export type Permissions = 'plan' | 'edit' | 'full';
export const PERMISSIONS = ['plan', 'edit', 'full'] as const satisfies readonly Permissions[];

/** What rad gets from an engine: tokens, its own cost, its sub-agents, a word before it writes, continuing a session. */
export type EngineFeature = 'usage' | 'cost' | 'sub-agents' | 'hooks' | 'resume';

/** An engine as it is on this machine. */
export type EngineInfo = {
	readonly name: string;
	/** Absolute path of its program; null when it is not installed, and for engines that are part of rad. */
	readonly path: string | null;
	/** Its own words, one line, sanitised; null when it told none. */
	readonly version: string | null;
	readonly isInstalled: boolean;
	/** What shows, without asking anybody, that it can log in (`ANTHROPIC_API_KEY`, `~/.codex/auth.json`); null where nothing was seen. */
	readonly login: string | null;
	readonly needsLogin: boolean;
	readonly supports: readonly EngineFeature[];
	/** The command that installs it; null for engines that are part of rad. */
	readonly install: string | null;
};

/** Where a cost comes from: the engine's own figure, our price table, or nowhere. */
export type CostSource = 'reported' | 'estimated' | 'unknown';

/** Usage of one model response, counted once: the last record with the same agent and message id holds. */
export type UsageRecord = {
	readonly agentId: AgentId;
	readonly at: number;
	readonly provider: string;
	readonly model: string;
	readonly messageId: string;
	readonly tokens: Tokens;
	/** The provider's service tier, such as `batch` or `fast`; null for the standard one, and where nobody told. */
	readonly tier: string | null;
	/** Whole billionths of a US dollar; null exactly when `costSource` is `unknown`. */
	readonly costNanoUsd: number | null;
	readonly costSource: CostSource;
	/** What the cache reads of this response saved against fresh input, at the prices of its time; null when they are unknown. */
	readonly cacheSavedNanoUsd: number | null;
};

/** One call of a tool by an agent. */
export type ToolCall = {
	readonly agentId: AgentId;
	readonly at: number;
	/** The engine's id of the call; unique within an agent. */
	readonly callId: string;
	readonly tool: string;
	/** The arguments as JSON text, shortened when huge; data of the agent, never to be trusted. */
	readonly argumentsJson: string;
	/** Files that the call writes, below the workspace, with `/`; empty when it writes none or nobody can know. */
	readonly writes: readonly string[];
	/** The checkpoint that holds what the call was about to overwrite; null where the engine did not ask before it wrote. */
	readonly checkpointId: CheckpointId | null;
	/** Null until a result was seen. */
	readonly isError: boolean | null;
};

/** Totals of some usage records; computed, never stored. */
export type UsageTotals = {
	readonly tokens: Tokens;
	readonly responses: number;
	/** Sum of the known costs. */
	readonly costNanoUsd: bigint;
	/** Responses whose cost nobody knows; when > 0 the sum is a lower bound, shown as `≥`. */
	readonly unpriced: number;
	/** `reported` when every priced record was; `unknown` when none has a price. */
	readonly costSource: CostSource;
	/** What cache reads saved against fresh input at the same prices; a lower bound when a price is unknown. */
	readonly cacheSavedNanoUsd: bigint;
};

export type ModelTotals = UsageTotals & {readonly provider: string; readonly model: string};
export type AgentTotals = UsageTotals & {readonly agentId: AgentId};

/** By what usage can be summed. A day is one of this machine's time zone. */
export type UsageGrouping = 'day' | 'model' | 'engine' | 'run' | 'agent';
export const USAGE_GROUPINGS = ['day', 'model', 'engine', 'run', 'agent'] as const satisfies readonly UsageGrouping[];

/** Equal spans of time, one after the other. */
export type Spans = {readonly from: number; readonly spanMs: number};

/** What was used in one span. `recorded` is the part of it that was played back. */
export type SpanTotals = UsageTotals & {readonly startsAt: number; readonly recorded: Pick<UsageTotals, 'responses' | 'costNanoUsd'>};

/** One group: `key` is a date (`2026-03-01`), a model, an engine or an id. `recorded` is the part of it that was played back. */
export type GroupTotals = UsageTotals & {readonly key: string; readonly recorded: Pick<UsageTotals, 'responses' | 'costNanoUsd'>};

/** What a checkpoint was taken for: before a step, before a file write of an agent, after a run or a step, by hand, before a restore. */
export type CheckpointKind = 'step' | 'write' | 'end' | 'manual' | 'safety';

/** A restorable picture of the work tree. */
export type Checkpoint = {
	readonly id: CheckpointId;
	readonly createdAt: number;
	readonly kind: CheckpointKind;
	readonly label: string;
	readonly runId: RunId | null;
	readonly stepId: string | null;
	readonly agentId: AgentId | null;
	/** HEAD at that time; null in a repository without commits and in a plain folder. */
	readonly head: string | null;
	readonly branch: string | null;
	/** For a safety checkpoint: which checkpoint was restored after it. */
	readonly target: CheckpointId | null;
	/** What it does not cover: nested repositories, files too large, unreadable files. */
	readonly uncovered: readonly string[];
	/** Changed against the checkpoint before it in the same work tree; null for the first. */
	readonly stat: {readonly files: number; readonly additions: number; readonly deletions: number} | null;
};

/** One path in a difference, seen from → to. Lines are null for binary files. */
export type FileChange = {
	readonly path: string;
	readonly change: 'added' | 'modified' | 'deleted';
	readonly additions: number | null;
	readonly deletions: number | null;
};

/** Which part of a checkpoint a restore brings back; without any of these, all of it. */
export type RestoreScope = {
	/** Only what is at or below these paths, which are below the top of the work tree, with `/`, as `FileChange.path` has them. */
	readonly paths?: readonly string[];
	/** Leave files alone that were created since. */
	readonly keepNew?: boolean;
	/** The staged set: `auto` (the default) restores it while HEAD is what it was, `always` also on another commit, `never` leaves it. */
	readonly index?: 'auto' | 'always' | 'never';
};

/** Who changed a file, as far as checkpoints tell: whatever differs between two of them was changed by whoever worked between them. */
export type ChangeAuthor =
	| {readonly kind: 'step'; readonly runId: RunId; readonly stepId: string}
	/** A restore of this checkpoint. */
	| {readonly kind: 'restore'; readonly checkpointId: CheckpointId}
	/** No step was at work: the user, or a program of the user's. */
	| {readonly kind: 'user'};

/** One path that a restore would change. */
export type PlannedChange = FileChange & {
	/** Who changed it since the checkpoint, the first one first, each once. */
	readonly changedBy: readonly ChangeAuthor[];
};

/** What a restore would do; the same value feeds the preview of the command line and of the dashboard. */
export type RestorePlan = {
	readonly checkpoint: Checkpoint;
	/** From the work tree now to the checkpoint: `deleted` paths were created since, `added` ones come back. */
	readonly changes: readonly PlannedChange[];
	/** Paths that differ or may differ and are left alone, with the reason. */
	readonly kept: ReadonlyArray<{readonly path: string; readonly reason: string}>;
	/** What becomes of the staged set: it is `restored`, it is the `same` now, or it is `left` as it is although it may differ. */
	readonly stagedSet: 'restored' | 'same' | 'left';
	/** True when commits were made or the branch was switched since: they stay. */
	readonly hasHeadMoved: boolean;
};

export type RestoreResult = {
	readonly restored: Checkpoint;
	/** Taken before anything was touched; restoring it undoes this restore. Null when nothing differed, so that nothing was done. */
	readonly safety: Checkpoint | null;
	readonly changes: readonly FileChange[];
	/** As in the plan. */
	readonly kept: RestorePlan['kept'];
	readonly hasHeadMoved: boolean;
};

/** A restore that was cut short, and what was made of it. */
export type ResumeResult = {
	/** The checkpoint that was being restored. */
	readonly target: CheckpointId;
	/** `finished`: the work tree is what the restore was to make it; `undone`: what it was before. */
	readonly outcome: 'finished' | 'undone';
	/** Taken before anything was touched now; restoring it brings back the half-done state. Null when nothing had to be done. */
	readonly safety: Checkpoint | null;
};

/** Which checkpoints may go. A checkpoint goes when it is beyond any of the limits. */
export type PruneLimits = {
	/** How many of the newest stay. */
	readonly keep?: number;
	readonly olderThanMs?: number;
	/** The oldest go until the store's own bytes are below this. */
	readonly maxSizeBytes?: number;
};

/** What the store of the checkpoints takes on the disk. */
export type StoreSize = {
	/** Bytes that are only the checkpoints'. */
	readonly ownBytes: number;
	/** Bytes of files that the user's repository has too, so that they cost nothing as long as it has them. */
	readonly sharedBytes: number;
};

export type PruneResult = {
	/** Oldest first. */
	readonly removed: readonly Checkpoint[];
	readonly kept: number;
	readonly before: StoreSize;
	/** As `before` when nothing was to be done, or only to be told. */
	readonly after: StoreSize;
};

/** What was found wrong in the store: which checkpoints cannot be restored whole, and why. */
export type VerifyResult = {
	readonly checkpoints: number;
	/** How many objects were read and hashed. */
	readonly objects: number;
	readonly damaged: ReadonlyArray<{readonly checkpointId: CheckpointId; readonly problems: readonly string[]}>;
	readonly size: StoreSize;
};

/** A wish of an agent that only a person, or a policy that the workflow's author wrote, can grant. */
export type AgentRequest = {
	readonly id: RequestId;
	readonly runId: RunId;
	readonly stepId: string;
	readonly agentId: AgentId;
	readonly createdAt: number;
	readonly decidedAt: number | null;
	readonly status: 'pending' | 'granted' | 'denied';
	/** Who or what decided: `user`, `policy`, `no terminal`, `timeout`, `limit`. */
	readonly decidedBy: string | null;
	readonly subject: RequestSubject;
};

export type RequestSubject =
	| {readonly kind: 'restore'; readonly checkpointId: CheckpointId}
	| {readonly kind: 'replay'; readonly callId: string; readonly tool: string; readonly argumentsJson: string; readonly writes: readonly string[]};

/** What a line of an agent's log is. */
export type LogKind = 'out' | 'err' | 'text' | 'think' | 'tool' | 'result' | 'rad';

/** One line of a clean log: no control characters but tab. */
export type LogLine = {readonly at: number; readonly kind: LogKind; readonly text: string};
