import type {Checkpoints} from './checkpoints.ts';
import type {Check} from './checkup.ts';
import type {Configuration, SettingsDesk} from './configuration.ts';
import type {DashboardOptions, PictureOptions, Recordings} from './dashboard.ts';
import type {RadEvent, StoredEvent} from './events.ts';
import type {HookSettings} from './hooks.ts';
import type {AgentId, RunId} from './ids.ts';
import type {Imports} from './imports.ts';
import type {Logs} from './logs.ts';
import type {Notice} from './notice.ts';
import type {Allowance, Concurrency, FrozenPlan, Plan} from './plan.ts';
import type {Prices} from './prices.ts';
import type {
	Agent,
	AgentTotals,
	EngineInfo,
	GroupTotals,
	ModelTotals,
	Run,
	RunArtifact,
	Spans,
	SpanTotals,
	Step,
	ToolCall,
	UsageGrouping,
	UsageRecord,
	UsageTotals,
} from './records.ts';
import type {Requests} from './requests.ts';
import type {WorkflowProblem} from './workflow-problem.ts';

/** The workspace that a command works on. */
export type WorkspaceInfo = {
	/** Absolute path of the folder that holds `.radium/`. */
	readonly root: string;
	/** `git`: checkpoints live in the git directory; `folder`: no git here, they live in rad's state directory. */
	readonly kind: 'git' | 'folder';
	/** Absolute real path of the folder in which the command works: what relative paths are meant from. */
	readonly directory: string;
};

export type WorkflowSummary = {
	readonly name: string;
	readonly file: string;
	readonly description: string | null;
	readonly inputs: ReadonlyArray<{readonly name: string; readonly isRequired: boolean; readonly description: string | null}>;
	readonly problems: readonly WorkflowProblem[];
};

export type StartOptions = {
	readonly workflow: string;
	/** Texts as typed: `--input key=value`. */
	readonly inputs: Readonly<Record<string, string>>;
	/** Steps run without checkpoints: nothing of the run can be undone. */
	readonly withoutCheckpoints?: boolean;
	/** What the run may cost at most, in billionths of a dollar, besides what its workflow allows. */
	readonly maxCostNanoUsd?: number;
	/** It waits for other runs of the workspace to be over, whatever its workflow says. */
	readonly isPatient?: boolean;
	/** Not all of the workflow is run, but what an earlier run has done is built on. Inputs that are not given are those of that run. */
	readonly part?: PartOptions;
};

export type PartOptions = {
	/** A step that stands in no block. It is run, and unless `isOnly` all that comes after it. */
	readonly step: string;
	readonly isOnly: boolean;
	/** Id of the earlier run, or the beginning of one; without it the newest run of the workflow. */
	readonly of?: string;
};

/** What would be started. Templates that only the run can fill in are left in the texts of the plan. */
export type StartPreview = FrozenPlan & {
	/** What the conditions of the steps say, by the names of their places; null where only the run will tell. */
	readonly wishes: Readonly<Record<string, boolean | null>>;
	/** True where a restore was cut short: whatever opens the workspace finishes it first. */
	readonly finishesRestore: boolean;
	/** The runs that are before it, and what becomes of it or them; null where there are none. */
	readonly conflict: {readonly way: Concurrency['onConflict']; readonly runs: readonly Run[]} | null;
};

/** How this process looks after a run. */
export type RunAttendance = {
	/** Aborting asks every agent of the run to stop and resolves when all are gone. */
	readonly signal: AbortSignal;
	/** Hears every event of the run, in order, after it was committed. */
	readonly onEvent?: (event: StoredEvent) => void;
	readonly onNotice?: Notice;
};

export type RunOptions = StartOptions & RunAttendance;

export type Workflows = {
	/** All workflow files of the workspace, by name; files with mistakes are listed with their problems. */
	readonly list: () => Promise<readonly WorkflowSummary[]>;
	/** @throws {RadError} `WORKFLOW_UNKNOWN`. */
	readonly find: (name: string) => Promise<WorkflowSummary>;
	/** @throws {RadError} `WORKFLOW_UNKNOWN`; `WORKFLOW_INVALID` with every problem in `details.problems` as `file:line:col: message`. */
	readonly load: (name: string) => Promise<Plan>;
};

/** How runs are looked up. */
export type RunReads = {
	/** Newest first. */
	readonly list: () => Promise<readonly Run[]>;
	/** @throws {RadError} `RUN_UNKNOWN`, `ID_AMBIGUOUS`, `ID_INVALID`. */
	readonly find: (prefix: string) => Promise<Run>;
};

export type Runs = RunReads & {
	/**
	 * Runs a workflow in this process until it is over. Where another run is at work, it waits for it, ends it, is refused or is not made, as the
	 * workflow says; one that waits is `queued`, and `cancelled` when it is stopped before it began.
	 *
	 * @throws {RadError} `WORKFLOW_UNKNOWN`, `WORKFLOW_INVALID` (details: `problems`), `CONFIGURATION_UNUSABLE`, `ENGINE_MISSING`, `SECRET_MISSING`, `RUN_ACTIVE`, `RUN_SKIPPED`, `EXPRESSION_FAILED`; for a part also
	 * `STEP_UNKNOWN`, `STEP_NOT_DONE`, `RUN_UNKNOWN`, `RUN_OVER`: nothing was started then.
	 */
	readonly execute: (options: RunOptions) => Promise<Run>;
	/**
	 * Goes on with an interrupted run until it is over, as it was started: what ended is taken in, agents that are at work are looked after,
	 * lost ones are started again, and no finished step is repeated.
	 *
	 * @throws {RadError} `RUN_UNKNOWN`, `RUN_OVER`, `RUN_ACTIVE`, `ENGINE_MISSING`, `SECRET_MISSING`, `PATH_UNSAFE`: nothing is changed then.
	 */
	readonly resume: (runId: RunId, options: RunAttendance) => Promise<Run>;
	/** The same in a process of its own that outlives this one; resolves when that has taken the run over. Throws as `resume` does. */
	readonly resumeDetached: (runId: RunId) => Promise<Run>;
	/** Starts a workflow in a process of its own that outlives this one; resolves when the run exists, which may be queued. Throws as `execute` does. */
	readonly start: (options: StartOptions) => Promise<Run>;
	/** In the order of the workflow file; those of a block right after it. */
	readonly steps: (runId: RunId) => Promise<readonly Step[]>;
	/** What its workflow hands on, by name: JSON values, null for what cannot be told; none before the run is over. */
	readonly outputs: (run: Run) => Promise<Readonly<Record<string, unknown>>>;
	/** In the order in which their attempts began. */
	readonly artifacts: (runId: RunId) => Promise<readonly RunArtifact[]>;
	/** What the run may spend by now: what a person has allowed on top of its plan is in it. Nothing is limited in a run that rad did not start. */
	readonly allowance: (runId: RunId) => Promise<Allowance>;
	/** The branch that the work of its steps comes together in; null where there is none, or none any more. */
	readonly branch: (runId: RunId) => Promise<string | null>;
	/**
	 * Answers a step that waits for a person; the rad that drives the run then goes on with it. Without `stepId`, the only one that waits.
	 *
	 * @throws {RadError} `STEP_UNKNOWN`; `STEP_NOT_WAITING`, also when it was decided before.
	 */
	readonly decide: (
		runId: RunId,
		stepId: string | undefined,
		answer: {readonly isApproved: boolean; readonly comment: string | null},
	) => Promise<Step>;
	/**
	 * Asks a run to stop; resolves when none of its processes is left. `graceful` lets agents save their work first, `now` kills.
	 * Works too when the rad that drove the run is dead.
	 *
	 * @throws {RadError} `RUN_OVER`.
	 */
	readonly cancel: (runId: RunId, how: 'graceful' | 'now') => Promise<Run>;
	/**
	 * The same for one agent: its step ends as cancelled and is not tried again, and the run goes on by its rules.
	 *
	 * @throws {RadError} `AGENT_OVER`; `AGENT_NOT_OURS` for a sub-agent and for one that rad did not start.
	 */
	readonly cancelAgent: (agentId: AgentId, how: 'graceful' | 'now') => Promise<Agent>;
};

/** `model` is a part of the model's name, in capitals or not; `exceptRunId` leaves out a run; `limit` leaves only the newest so many. */
export type AgentFilter = Partial<Pick<Agent, 'status' | 'engine'> & Readonly<{model: string; runId: RunId; exceptRunId: RunId; limit: number}>>;

/** The agents of a run and what each of them has used, at one moment. */
export type RunFigures = {
	readonly runId: RunId;
	/** Grows with every change to the agents of the run, and to what they used. */
	readonly revision: number;
	/** A parent comes before its children. What has not changed since the reading before is the same object, also the whole list. */
	readonly agents: readonly Agent[];
	/** Each agent's own figures; only of those that used anything. The same object while nothing of it has changed. */
	readonly usage: ReadonlyMap<AgentId, AgentTotals>;
};

export type Monitor = {
	/** In order of registration: a parent comes before its children. */
	readonly list: (filter?: AgentFilter) => Promise<readonly Agent[]>;
	/** @throws {RadError} `AGENT_UNKNOWN`, `ID_AMBIGUOUS`, `ID_INVALID`. */
	readonly find: (prefix: string) => Promise<Agent>;
	/** Given what was read last, of this run or another, it reads only what has changed since then. */
	readonly figures: (runId: RunId, last?: RunFigures) => Promise<RunFigures>;
};

export type UsageFilter = {
	readonly agentId?: AgentId;
	readonly runId?: RunId;
	readonly stepId?: string;
	/** How the names of the steps begin. */
	readonly stepPrefix?: string;
	/** Epoch ms: only what was used then or later. */
	readonly since?: number;
};

/** Figures; an agent's own, without those of its children. */
export type Telemetry = {
	readonly totals: (filter?: UsageFilter) => Promise<UsageTotals>;
	readonly byModel: (filter?: UsageFilter) => Promise<readonly ModelTotals[]>;
	readonly byAgent: (filter?: UsageFilter) => Promise<readonly AgentTotals[]>;
	/** Days newest first, the others in the order in which they were first seen. */
	readonly by: (grouping: UsageGrouping, filter?: UsageFilter) => Promise<readonly GroupTotals[]>;
	/** Oldest first, without spans in which nothing was used. What was used before the first one is left out. */
	readonly overTime: (filter: UsageFilter, spans: Spans) => Promise<readonly SpanTotals[]>;
	/** In the order in which they were first seen. */
	readonly records: (filter?: UsageFilter) => Promise<readonly UsageRecord[]>;
	readonly toolCalls: (filter?: UsageFilter) => Promise<readonly ToolCall[]>;
};

export type EventFeed = {
	/** The first 1,000 events after `seq`, oldest first; of one run, or of all. A crash that nobody has told of yet is told first. */
	readonly since: (seq: number, filter?: {readonly runId?: RunId}) => Promise<readonly StoredEvent[]>;
	/** The newest `seq`; 0 in a new workspace. */
	readonly latest: () => Promise<number>;
	/**
	 * Calls back once for each burst of changes to the store, also those of other processes (usage and tool calls too), within 300 ms.
	 * A listener that throws does not stop the others. Returns what ends the subscription.
	 */
	readonly onChange: (listener: () => void) => () => void;
	/** Hears the lifecycle events of all processes, in order, from now on. */
	readonly subscribe: (listener: (event: RadEvent, seq: number) => void) => () => void;
};

/** Everything that a front end can do with a workspace. The command line, the dashboard and the tests drive the same value. */
export type Rad = {
	readonly workspace: WorkspaceInfo;
	readonly workflows: Workflows;
	readonly runs: Runs;
	readonly monitor: Monitor;
	readonly telemetry: Telemetry;
	readonly imports: Imports;
	readonly prices: Prices;
	readonly checkpoints: Checkpoints;
	readonly requests: Requests;
	readonly logs: Logs;
	readonly events: EventFeed;
	readonly configuration: Pick<Configuration, 'load'>;
	/**
	 * Sends a text by the user's command for notifications, and waits for its end.
	 *
	 * @throws {RadError} `CONFIGURATION_UNUSABLE`, `NOTIFY_MISSING`, `NOTIFY_FAILED`.
	 */
	readonly notify: (text: string, options: {readonly signal: AbortSignal}) => Promise<void>;
	/** Closes files and watchers. Runs that were started on their own go on. */
	readonly close: () => Promise<void>;
};

/** What commands need that only look. */
export type RadReads = Pick<Rad, 'workspace' | 'monitor' | 'telemetry' | 'close'> & {readonly runs: RunReads};

export type InitResult = {
	readonly workspace: WorkspaceInfo;
	/** Paths below the workspace that were made now; empty when everything was there. */
	readonly created: readonly string[];
	/** What checkpoints will do here, one sentence. */
	readonly checkpointNote: string;
};

/** What the program can do before a workspace is known. Made by `compose`, used by the command line. */
export type Host = {
	/**
	 * Finds the workspace at or above a folder and opens it.
	 *
	 * @throws {RadError} `WORKSPACE_MISSING`, `PATH_MISSING`, and the `STORE_…` failures.
	 */
	readonly open: (directory: string) => Promise<Rad>;
	/** The workflow files of the workspace at or above a folder: all that a fresh clone has of it. @throws {RadError} `WORKSPACE_MISSING`, `PATH_MISSING`. */
	readonly openWorkflows: (directory: string) => Workflows;
	/**
	 * Tells what `Runs.execute` and `Runs.start` would start in the workspace at or above a folder. Nothing at all is changed, not even what
	 * opening a workspace tidies up.
	 *
	 * @throws {RadError} as `open` and `Runs.execute`.
	 */
	readonly previewStart: (directory: string, options: StartOptions) => Promise<StartPreview>;
	/** Makes `.radium/` in the folder, or above it in the top folder of its git work tree; leaves alone what is there. */
	readonly init: (directory: string) => Promise<InitResult>;
	/** Makes a scratch git repository with a workspace and the example workflow; returns where it is and the workflow's name. */
	readonly createDemo: () => Promise<{readonly root: string; readonly workflow: string}>;
	/** The engines that steps can name, and what of them is on this machine. Asks each installed program for its version, and nobody else. */
	readonly listEngines: (options: {readonly signal: AbortSignal}) => Promise<readonly EngineInfo[]>;
	/** What `rad doctor` looks at, in this order. */
	readonly checks: (directory: string) => readonly Check[];
	/** The settings as they are in a folder. @throws {RadError} `PATH_MISSING`, `PATH_UNSAFE`. */
	readonly settings: (directory: string) => SettingsDesk;
	/** The JSON Schema of workflow files. */
	readonly workflowSchema: () => Promise<unknown>;
	/** In the user's own settings of the coding agents. */
	readonly hooks: HookSettings;
	/** Shows the dashboard until the user leaves it; returns the exit code. @throws {RadError} `TERMINAL_MISSING`. */
	readonly showDashboard: (rad: Rad, options: DashboardOptions) => Promise<number>;
	/** Draws what the dashboard would show now, once all of it was read. What stands in it was made safe for a terminal. */
	readonly drawDashboard: (rad: Rad, options: PictureOptions) => Promise<string>;
	readonly recordings: Recordings;
	/**
	 * Writes a file of the user's as a whole, or leaves what was there as it was; a relative path is meant from the directory.
	 *
	 * @throws {RadError} `OUTPUT_FAILED`.
	 */
	readonly writeFile: (file: string, options: {readonly directory: string; readonly text: string}) => Promise<void>;
};
