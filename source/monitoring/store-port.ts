import type {AttemptOutcome, RadEvent, SlotPlace, StoredEvent} from '../domain/events.ts';
import type {AgentId, CheckpointId, RequestId, RunId} from '../domain/ids.ts';
import type {Decision, Question} from '../domain/question.ts';
import type {AgentFilter, UsageFilter} from '../domain/rad.ts';
import type {
	Agent,
	AgentRequest,
	AgentTotals,
	Artifact,
	Checkpoint,
	GroupTotals,
	ModelTotals,
	ProcessIdentity,
	Run,
	Spans,
	SpanTotals,
	Step,
	ToolCall,
	UsageGrouping,
	UsageRecord,
	UsageTotals,
} from '../domain/records.ts';
import type {AgentEnd, FailureCause, RunStatus, StepStatus} from '../domain/status.ts';

/** A run as it is written first: its frozen plan and its steps come with it. */
export type NewRun = {
	readonly id: RunId;
	readonly workflow: string;
	readonly startedAt: number;
	readonly owner: ProcessIdentity;
	/** The frozen definition and the inputs; JSON that only the workflow room reads. */
	readonly planJson: string;
	readonly stepIds: readonly string[];
};

/** One try of one step. */
export type Attempt = {
	readonly runId: RunId;
	readonly stepId: string;
	readonly attempt: number;
	readonly agentId: AgentId;
	/** SHA-256 in hex of the token with which the agent may open one request. */
	readonly tokenHash: string;
	readonly startedAt: number;
	readonly endedAt: number | null;
};

/** An artifact with the attempt that left it. */
export type KeptArtifact = Artifact & Pick<Attempt, 'runId' | 'stepId' | 'attempt'>;

/** What was read from an engine's output since the last call; written in one transaction. */
export type AgentProgress = {
	readonly subAgents?: readonly Agent[];
	readonly endedSubAgents?: ReadonlyArray<{readonly agentId: AgentId; readonly status: AgentEnd; readonly error: string | null}>;
	/** What an engine told of its session; what it left out stays as it was. */
	readonly sessions?: ReadonlyArray<Pick<Agent, 'sessionId' | 'engineVersion' | 'model'> & {readonly agentId: AgentId}>;
	readonly usage?: readonly UsageRecord[];
	readonly toolCalls?: readonly ToolCall[];
	readonly toolResults?: ReadonlyArray<{readonly agentId: AgentId; readonly callId: string; readonly isError: boolean}>;
};

/** A whole session that rad did not run. Agents that are there already get the later end, rows are replaced as `recordProgress` does. */
export type AdoptedSession = {
	readonly engine: string;
	readonly sessionId: string;
	readonly stamp: string;
	/** The agent of the session first, then its sub-agents. */
	readonly agents: readonly [Agent, ...Agent[]];
	readonly usage: readonly UsageRecord[];
	readonly toolCalls: readonly ToolCall[];
};

/** A session of an engine that the store knows; the stamp is null when rad ran it. */
export type KnownSession = {readonly sessionId: string; readonly agentId: AgentId; readonly stamp: string | null};

/** The agent that has a session of an engine, and where its rows belong. */
export type SessionAgent = Pick<Agent, 'id' | 'planId' | 'stepId'>;

/** An agent with its own figures; null when it has used nothing. */
export type AgentFigures = {readonly agent: Agent; readonly usage: AgentTotals | null};

/** What changed after some revision of a run. */
export type FiguresChange = {
	readonly revision: number;
	/** In order of registration. */
	readonly changed: readonly AgentFigures[];
	/** True when all of them are in it: the store has never had the revision that was asked from. */
	readonly isWhole: boolean;
};

/** A tool call that an agent is about to make, with the checkpoint that holds what it may overwrite. */
export type AdoptedCall = {
	/** The sub-agent that makes it, unless it is the agent of the session. */
	readonly subAgent: Agent | null;
	readonly call: Omit<ToolCall, 'checkpointId'>;
	readonly checkpoint: Checkpoint;
};

export type AgentEnding = {
	readonly agentId: AgentId;
	readonly status: AgentEnd;
	readonly exitCode: number | null;
	readonly error: string | null;
	readonly failureCause: FailureCause | null;
};

/** How a step ended; what may be left out is as in `RadEvent`. */
export type StepEnding = {
	readonly status: StepStatus;
	readonly reason: string | null;
	readonly isUnwanted?: boolean;
	readonly isCutShort?: boolean;
	readonly outputs?: Readonly<Record<string, unknown>>;
	readonly takenFrom?: RunId;
};

/** A round of a block that begins, with the names of the steps that come with it. */
export type OpenedStep = Pick<RadEvent & {type: 'step.opened'}, 'runId' | 'stepId' | 'round' | 'items' | 'inputs'> & {
	readonly children: readonly string[];
};

/**
 * What is remembered of runs and agents. Each member is one whole transaction, committed and on disk when its promise resolves; the
 * events that tell of it are written with it. Times are epoch milliseconds.
 *
 * Every member may fail with `STORE_BUSY`, `STORE_FULL`, `STORE_READ_ONLY`, `STORE_LOST` or `STORE_DAMAGED`; nothing is changed then.
 */
export type Store = {
	/**
	 * Takes a queued run out of the queue. One that was taken out and ended by somebody else meanwhile is returned as it is.
	 *
	 * @throws {RadError} `RUN_ACTIVE` when another run of this workspace is at work, or came into the queue before it.
	 */
	readonly createRun: (run: NewRun) => Promise<Run>;
	/** Has a run wait for its turn. */
	readonly queueRun: (run: NewRun) => Promise<Run>;
	/** Cancels a queued run before it begins, and remembers it as such; does nothing to one that is not queued. Returns the run as it is afterwards. */
	readonly dropQueued: (runId: RunId, reason: string, at: number) => Promise<Run>;
	/** Gives an interrupted run to another rad, which goes on with it. @throws {RadError} `RUN_UNKNOWN`, `RUN_OVER`; `RUN_ACTIVE` when this or another run of the workspace is at work. */
	readonly takeOverRun: (run: {readonly id: RunId; readonly owner: ProcessIdentity; readonly at: number}) => Promise<Run>;
	/** Does nothing when the move is not allowed: the first ending holds. Returns the run as it is afterwards. */
	readonly moveRun: (runId: RunId, status: RunStatus, reason: string | null, at: number) => Promise<Run>;
	/** Notes that a limit of a run is reached, which was raised that often; the first one holds. */
	readonly spendBudget: (
		runId: RunId,
		spent: {readonly reason: string; readonly isFinal: boolean; readonly raises: number},
		at: number,
	) => Promise<void>;
	/** `fallback` and `worktree` as in `RadEvent`. */
	readonly startAttempt: (attempt: Attempt & {readonly fallback?: number; readonly worktree?: SlotPlace}, agent: Agent) => Promise<void>;
	readonly openStep: (opened: OpenedStep, at: number) => Promise<void>;
	readonly noteRollBack: (rolledBack: Omit<RadEvent & {type: 'step.rolled-back'}, 'type'>, at: number) => Promise<void>;
	/** A step that waited for a person who was to make its work fit does not wait any more. */
	readonly noteMerge: (merged: Omit<RadEvent & {type: 'step.merged'}, 'type'>, at: number) => Promise<void>;
	/** Has a step wait for a person. */
	readonly askStep: (runId: RunId, stepId: string, question: Question, at: number) => Promise<void>;
	/** False when it does not wait, or was decided before: the first decision holds. */
	readonly decideStep: (runId: RunId, stepId: string, decision: Decision, at: number) => Promise<boolean>;
	/** Asks whoever looks after an agent to stop it; `now` is not taken back by `graceful`. */
	readonly wishStop: (agentId: AgentId, how: 'graceful' | 'now') => Promise<void>;
	/** `starting` becomes `running`. */
	readonly noteProcess: (agentId: AgentId, process: ProcessIdentity, at: number) => Promise<void>;
	readonly moveAgent: (agentId: AgentId, status: 'running' | 'waiting', at: number) => Promise<void>;
	/**
	 * A usage record or tool call that is there already is replaced. The cost of a record stays what it was as long as nothing else of it
	 * changes, unless it was unknown or the engine itself reports one now: prices of today do not change what was paid.
	 */
	readonly recordProgress: (progress: AgentProgress, at: number) => Promise<void>;
	/** The run that holds what an engine did without rad; made when there is none yet. It is over and has no steps. */
	readonly adoptRun: (run: {readonly id: RunId; readonly engine: string; readonly at: number; readonly owner: ProcessIdentity}) => Promise<RunId>;
	/** Calls that `adoptCall` wrote keep what it wrote, and get their result. */
	readonly adopt: (sessions: readonly AdoptedSession[], at: number) => Promise<void>;
	/** Adds the agent of a session unless the session has one, which is returned then. The stamp is that of a session that an import has yet to read. */
	readonly adoptSession: (agent: Agent & {readonly sessionId: string}, stamp: string, at: number) => Promise<SessionAgent>;
	/** A call that is there already is replaced. The agent was seen at this time. */
	readonly adoptCall: (call: AdoptedCall, at: number) => Promise<void>;
	/** Ends the agent and every sub-agent of it that is not over; a second ending of the same attempt changes nothing. */
	readonly endAttempt: (
		attempt: Pick<Attempt, 'runId' | 'stepId' | 'attempt'>,
		ending: AgentEnding,
		outcome: AttemptOutcome,
		at: number,
	) => Promise<void>;
	/** Replaces what was recorded of this attempt. */
	readonly recordArtifacts: (attempt: Pick<Attempt, 'runId' | 'stepId' | 'attempt'>, artifacts: readonly Artifact[]) => Promise<void>;
	readonly endStep: (runId: RunId, stepId: string, ending: StepEnding, at: number) => Promise<void>;
	readonly recordCheckpoint: (checkpoint: Checkpoint) => Promise<void>;
	/** For a call of this agent's process, by whichever of its sub-agents it was made. Nothing happens while the call is not recorded. */
	readonly noteToolCheckpoint: (agentId: AgentId, callId: string, checkpointId: CheckpointId) => Promise<void>;
	readonly recordRestore: (restored: CheckpointId, safety: Checkpoint, runId: RunId | null, at: number) => Promise<void>;
	readonly openRequest: (request: AgentRequest) => Promise<void>;
	/** Finds the attempt that owns a token and spends the token; undefined for an unknown or spent one. */
	readonly spendToken: (tokenHash: string) => Promise<Attempt | undefined>;
	/**
	 * Undefined when it was decided before: the first decision holds. `argumentsJson` takes the place of the arguments of a tool call that is to
	 * be made again; what the call had stays with the call.
	 */
	readonly decideRequest: (
		id: RequestId,
		isGranted: boolean,
		decidedBy: string,
		at: number,
		argumentsJson?: string,
	) => Promise<AgentRequest | undefined>;
	readonly attend: (process: ProcessIdentity) => Promise<void>;
	readonly leave: (process: ProcessIdentity) => Promise<void>;

	/** What a run has to wait for before it can begin, queued or not: the one that is at work, then those that are queued before it. */
	readonly listBefore: (runId: RunId) => Promise<readonly Run[]>;
	/** Newest first; those that hold what was adopted come last. */
	readonly listRuns: () => Promise<readonly Run[]>;
	readonly getRun: (runId: RunId) => Promise<Run | undefined>;
	readonly getPlanJson: (runId: RunId) => Promise<string | undefined>;
	/** In the order of the file; those of a block right after it, round by round. */
	readonly listSteps: (runId: RunId) => Promise<readonly Step[]>;
	readonly listAttempts: (runId: RunId) => Promise<readonly Attempt[]>;
	/** In the order in which their attempts began. */
	readonly listArtifacts: (runId: RunId) => Promise<readonly KeptArtifact[]>;
	/** In order of registration. */
	readonly listAgents: (filter: AgentFilter) => Promise<readonly Agent[]>;
	/** Reads only what changed after a revision that was read before; 0 is before everything. */
	readonly listFigures: (runId: RunId, after: number) => Promise<FiguresChange>;
	readonly listSessions: (engine: string) => Promise<readonly KnownSession[]>;
	/** Whose each recorded response of an engine is, of all or of those named, but for sums that are no response. */
	readonly listResponses: (
		engine: string,
		messageIds: readonly string[] | null,
	) => Promise<ReadonlyArray<{readonly messageId: string; readonly agentId: AgentId}>>;
	readonly findSession: (session: {readonly engine: string; readonly sessionId: string}) => Promise<SessionAgent | undefined>;
	readonly getAgent: (agentId: AgentId) => Promise<Agent | undefined>;
	/** How the agent is to be stopped; undefined while nobody has asked for that. */
	readonly findStopWish: (agentId: AgentId) => Promise<'graceful' | 'now' | undefined>;
	readonly listAgentIds: () => Promise<readonly AgentId[]>;
	readonly listUsage: (filter: UsageFilter) => Promise<readonly UsageRecord[]>;
	readonly listToolCalls: (filter: UsageFilter) => Promise<readonly ToolCall[]>;
	readonly sumUsage: (filter: UsageFilter) => Promise<UsageTotals>;
	readonly sumUsageByModel: (filter: UsageFilter) => Promise<readonly ModelTotals[]>;
	readonly sumUsageByAgent: (filter: UsageFilter) => Promise<readonly AgentTotals[]>;
	/** Days newest first, the others in the order in which they were first seen. */
	readonly sumUsageByGroup: (grouping: UsageGrouping, filter: UsageFilter) => Promise<readonly GroupTotals[]>;
	/** Oldest first, without spans in which nothing was used. What was used before the first one is left out. */
	readonly sumUsageOverTime: (filter: UsageFilter, spans: Spans) => Promise<readonly SpanTotals[]>;
	readonly listRequests: (filter: {readonly runId?: RunId; readonly status?: AgentRequest['status']}) => Promise<readonly AgentRequest[]>;
	readonly listAttendants: () => Promise<readonly ProcessIdentity[]>;
	readonly listEvents: (afterSeq: number, limit: number, runId?: RunId) => Promise<readonly StoredEvent[]>;
	readonly latestSeq: () => Promise<number>;
	/** Changes whenever anybody, this process included, has committed. */
	readonly version: () => number;
	readonly close: () => void;
};

export type StoredEventListener = (event: RadEvent, seq: number) => void;
