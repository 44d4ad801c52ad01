import type {AgentId, CheckpointId, RequestId, RunId} from '../domain/ids.ts';
import type {Allowance} from '../domain/plan.ts';
import type {WorkflowSummary} from '../domain/rad.ts';
import type {
	Agent,
	AgentRequest,
	AgentTotals,
	Checkpoint,
	GroupTotals,
	LogLine,
	ModelTotals,
	RestorePlan,
	RestoreResult,
	Run,
	Step,
	ToolCall,
	UsageTotals,
} from '../domain/records.ts';
import type {Course} from '../views/pace.ts';
import type {OpenQuestion} from '../views/questions.ts';
import type {Tone} from '../views/status-label.ts';
import type {CostGrouping} from './groupings.ts';
import type {PaneId, Size, TabId} from './layout.ts';
import type {LogLook} from './log-view.ts';
import type {OwnKeys} from './own-keys.ts';
import type {Prompt} from './prompt.ts';
import type {TreeLook} from './tree.ts';

/** What went wrong, for people. */
export type Problem = {readonly message: string; readonly hint: string | null};

export type Loadable<Value> =
	| {readonly face: 'loading'}
	| {readonly face: 'failed'; readonly problem: Problem}
	| {readonly face: 'ready'; readonly value: Value};

/** What the dashboard knows of the workspace, read at one moment. Everything but `run…` is of the whole workspace. */
export type Snapshot = {
	/** Newest first. */
	readonly runs: readonly Run[];
	/** The run that is shown; null in a workspace without runs. */
	readonly run: Run | null;
	readonly runSteps: readonly Step[];
	/** A parent comes before its children. */
	readonly runAgents: readonly Agent[];
	readonly runTotals: UsageTotals;
	readonly runAllowance: Allowance;
	/** Null while nobody looks at it, as all that may be null here. */
	readonly runModels: readonly GroupTotals[] | null;
	readonly runCourse: Course | null;
	/** Each agent's own figures. */
	readonly runUsage: ReadonlyMap<AgentId, AgentTotals>;
	/** What the last days cost, newest first. */
	readonly days: readonly GroupTotals[] | null;
	/** Agents of all runs that are not over: what a restore would have to stop. */
	readonly activeAgents: readonly Agent[];
	/** Newest first. */
	readonly checkpoints: readonly Checkpoint[];
	/** Waiting for a decision, oldest first. */
	readonly requests: readonly AgentRequest[];
	/** What steps of the shown run wait for a person to decide, in the order of the workflow. */
	readonly questions: readonly OpenQuestion[];
};

export type LogState = {
	readonly agentId: AgentId | null;
	readonly face: 'loading' | 'ready' | Problem;
	readonly lines: readonly LogLine[];
	/** How many lines were asked for when it was opened. */
	readonly backlog: number;
	/** How many older lines were let go; `dropped + index` is a line's number. */
	readonly dropped: number;
	/** Null while following. `end` is the number after the last line shown, `seen` how many lines there were when it paused. */
	readonly pause: {readonly end: number; readonly seen: number} | null;
	/** The number after the line that was found last; null while nothing is searched for. */
	readonly foundAt: number | null;
	/** True while older lines are read, since those that were read do not hold what is searched for. */
	readonly isSeeking: boolean;
};

/** What is read of one agent when its details are shown. */
export type AgentDetail = {
	readonly usage: UsageTotals;
	readonly models: readonly ModelTotals[];
	readonly toolCalls: readonly ToolCall[];
	/** What it used since it began. */
	readonly course: Pick<Course, 'spanMs' | 'spans'>;
};

/** What a restore would change; with `isAsking` the question whether to do it. */
export type RestoreDialog = {
	readonly kind: 'restore';
	readonly checkpointId: CheckpointId;
	readonly plan: Loadable<RestorePlan>;
	readonly isAsking: boolean;
	readonly isUndo: boolean;
	/** Index of the change at which the user is. */
	readonly cursor: number;
	/** Paths that are not to be restored. */
	readonly leftOut: ReadonlySet<string>;
};

/** What stands in front of the panes. */
export type Dialog =
	| {readonly kind: 'agent'; readonly agentId: AgentId; readonly detail: Loadable<AgentDetail>; readonly top: number}
	| {readonly kind: 'workflows'; readonly list: Loadable<readonly WorkflowSummary[]>; readonly selected: number}
	/** Its inputs are asked for one after the other; when all have a value, whether to start it. */
	| {readonly kind: 'start'; readonly workflow: WorkflowSummary; readonly values: Readonly<Record<string, string>>}
	| {readonly kind: 'attention'; readonly selected: number}
	| {readonly kind: 'palette'; readonly selected: number}
	/** What has become of one file since the checkpoint; `back` is where it was asked from. */
	| {readonly kind: 'diff'; readonly path: string; readonly text: Loadable<string>; readonly top: number; readonly back: RestoreDialog}
	| RestoreDialog
	| {readonly kind: 'help'; readonly top: number}
	| {readonly kind: 'runs'; readonly selectedId: RunId | null}
	| {readonly kind: 'stop'; readonly runId: RunId; readonly how: 'graceful' | 'now'}
	| {readonly kind: 'stop-agent'; readonly agentId: AgentId}
	/** The wish of an agent; `plan` is loading for ever where nothing would be restored. `edited` are the arguments as the user changed them. */
	| {
			readonly kind: 'request';
			readonly request: AgentRequest;
			readonly plan: Loadable<RestorePlan>;
			readonly edited: string | null;
			readonly top: number;
	  }
	/** A step of the shown run that waits for a person. */
	| {readonly kind: 'gate'; readonly runId: RunId; readonly stepId: string; readonly top: number};

/** Work that goes on outside of the state; effects does it and tells how it ended. */
export type Job =
	| {readonly kind: 'preview'; readonly checkpointId: CheckpointId}
	/** Without `paths` everything. */
	| {readonly kind: 'restore'; readonly checkpointId: CheckpointId; readonly stopRuns: boolean; readonly paths?: readonly string[]}
	| {readonly kind: 'diff'; readonly checkpointId: CheckpointId; readonly path: string}
	| {readonly kind: 'list-workflows'}
	| {readonly kind: 'start'; readonly workflow: string; readonly inputs: Readonly<Record<string, string>>}
	| {readonly kind: 'stop'; readonly runId: RunId; readonly how: 'graceful' | 'now'}
	| {readonly kind: 'stop-agent'; readonly agentId: AgentId}
	/** `edited` are the arguments with which a call is to be made again; null for its own. */
	| {readonly kind: 'decide'; readonly requestId: RequestId; readonly isGranted: boolean; readonly edited: string | null}
	| {readonly kind: 'answer'; readonly runId: RunId; readonly stepId: string; readonly isApproved: boolean};

export type JobOutcome =
	| {readonly kind: 'previewed'; readonly plan: RestorePlan}
	| {readonly kind: 'restored'; readonly result: RestoreResult}
	| {readonly kind: 'diffed'; readonly text: string}
	| {readonly kind: 'workflows-listed'; readonly list: readonly WorkflowSummary[]}
	| {readonly kind: 'started'; readonly run: Run}
	| {readonly kind: 'stopped'; readonly run: Run}
	| {readonly kind: 'agent-stopped'; readonly agent: Agent}
	| {readonly kind: 'decided'; readonly request: AgentRequest}
	| {readonly kind: 'answered'; readonly step: Step}
	| {readonly kind: 'failed'; readonly problem: Problem};

/** Something to be done with the terminal, once. */
export type TerminalWish =
	| {readonly kind: 'redraw' | 'suspend'}
	| {readonly kind: 'copy'; readonly text: string}
	/** To give it to the user's editor with this text. */
	| {readonly kind: 'edit'; readonly requestId: RequestId; readonly text: string; readonly extension: string};

/** One sentence in the footer's place, until the next key. */
export type Notice = {readonly tone: Tone; readonly text: string};

export type State = {
	readonly size: Size;
	/** Epoch milliseconds; moves with ticks and fresh data, never by itself. */
	readonly now: number;
	readonly workspaceName: string;
	/** Which run to show. */
	readonly choice: RunId | 'newest';
	readonly data: Loadable<Snapshot>;
	/** Why the figures are old; null while they are fresh. */
	readonly staleness: Problem | null;
	readonly focus: PaneId;
	/** The pane below the tree on a narrow screen. */
	readonly tab: TabId;
	readonly isZoomed: boolean;
	readonly selectedAgentId: AgentId | null;
	/** True until the user moves in the tree: the selection goes along to the agent that works. */
	readonly isFollowingAgents: boolean;
	readonly tree: TreeLook;
	/** Which checkpoints are listed; as typed, see `toFilter`. */
	readonly checkpointFilter: string;
	/** Null while the newest is selected, whichever that is. */
	readonly selectedCheckpointId: CheckpointId | null;
	readonly log: LogState;
	readonly logLook: LogLook;
	/** The line of text that the user is typing. */
	readonly prompt: Prompt | null;
	/** What the costs are told by. */
	readonly grouping: CostGrouping;
	readonly dialog: Dialog | null;
	/** The steps that wait for a person and were told to go on waiting: they are not shown again by themselves. */
	readonly putOff: ReadonlySet<string>;
	/** At most one at a time. */
	readonly job: Job | null;
	readonly terminalWish: TerminalWish | null;
	readonly notice: Notice | null;
	readonly canSuspend: boolean;
	readonly ownKeys: OwnKeys;
	readonly isLeaving: boolean;
};

/** Everything that can happen to the dashboard. */
export type Message =
	| {readonly type: 'key-pressed'; readonly key: string}
	/** From outside: as it came, and cut. */
	| {readonly type: 'pasted'; readonly text: string}
	| {readonly type: 'resized'; readonly size: Size}
	| {readonly type: 'ticked'; readonly now: number}
	| {readonly type: 'data-loaded'; readonly snapshot: Snapshot; readonly now: number}
	| {readonly type: 'data-failed'; readonly problem: Problem}
	| {readonly type: 'log-received'; readonly agentId: AgentId; readonly lines: readonly LogLine[]}
	/** The same log once more, with more of what is before. */
	| {readonly type: 'log-reopened'; readonly agentId: AgentId; readonly lines: readonly LogLine[]}
	| {readonly type: 'log-failed'; readonly agentId: AgentId; readonly problem: Problem}
	| {readonly type: 'detail-loaded'; readonly agentId: AgentId; readonly detail: Loadable<AgentDetail>}
	| {readonly type: 'job-ended'; readonly job: Job; readonly outcome: JobOutcome}
	| {readonly type: 'terminal-wish-granted'; readonly now: number}
	/** What the user's editor left of the call that is offered again. */
	| {readonly type: 'call-edited'; readonly requestId: RequestId; readonly text: string}
	| {readonly type: 'notice-raised'; readonly notice: Notice};

type Start = Pick<State, 'size' | 'now' | 'workspaceName' | 'choice' | 'canSuspend'> & Partial<Pick<State, 'ownKeys'>>;

export const createState = (start: Start): State => ({
	ownKeys: new Map(),
	...start,
	data: {face: 'loading'},
	staleness: null,
	focus: 'agents',
	tab: 'log',
	isZoomed: false,
	selectedAgentId: null,
	isFollowingAgents: true,
	tree: {order: 'start', isReversed: false, filter: '', folded: new Set()},
	checkpointFilter: '',
	selectedCheckpointId: null,
	log: openLog(null),
	logLook: {level: 'all', isWrapped: false, hasTimes: true, isFolded: true, matching: '', search: ''},
	prompt: null,
	grouping: 'model',
	dialog: null,
	putOff: new Set(),
	job: null,
	terminalWish: null,
	notice: null,
	isLeaving: false,
});

const BACKLOG = 1000;

/** The log of another agent, before anything of it was read. */
export const openLog = (agentId: AgentId | null): LogState => ({
	agentId,
	face: 'loading',
	backlog: BACKLOG,
	lines: [],
	dropped: 0,
	pause: null,
	foundAt: null,
	isSeeking: false,
});
