import type {EngineCall} from '../../source/agents/engine.ts';
import type {Id, IdKind} from '../../source/domain/ids.ts';
import {type Budget, type Plan, type PlanBlock, type PlanGate, type PlanStep, RETRY_CAUSES} from '../../source/domain/plan.ts';
import type {
	Agent,
	AgentRequest,
	Checkpoint,
	LogLine,
	PlannedChange,
	RestorePlan,
	Run,
	Step,
	ToolCall,
	UsageRecord,
} from '../../source/domain/records.ts';
import type {AgentStatus} from '../../source/domain/status.ts';
import {NO_TOKENS, type Tokens} from '../../source/domain/tokens.ts';

/** The moment at which every record of a test was made unless it says otherwise: 14:00:00 UTC on 1 March 2026. */
export const T0 = Date.UTC(2026, 2, 1, 14, 0, 0);

/** A valid id that is easy to recognise: `anId('agt', 7)` is `agt_0000000007`. */
export const anId = <Kind extends IdKind>(kind: Kind, number = 1): Id<Kind> => `${kind}_${String(number).padStart(10, '0')}` as Id<Kind>;

export const aRun = (change: Partial<Run> = {}): Run => ({
	id: anId('run'),
	workflow: 'example',
	status: 'running',
	startedAt: T0,
	endedAt: null,
	error: null,
	owner: {pid: 4000, startTime: '100', bootId: 'boot'},
	...change,
});

export const aStep = (change: Partial<Step> = {}): Step => ({
	runId: anId('run'),
	stepId: 'build',
	parentId: null,
	position: 0,
	status: 'running',
	attempts: 1,
	startedAt: T0,
	endedAt: null,
	reason: null,
	question: null,
	decision: null,
	takenFrom: null,
	...change,
});

const OVER: readonly AgentStatus[] = ['completed', 'failed', 'cancelled', 'timed_out', 'lost'];

/** An agent that is over ended a minute after it began, unless the test says otherwise. */
export const anAgent = (change: Partial<Agent> = {}): Agent => {
	const status = change.status ?? 'running';
	const isOver = OVER.includes(status);
	return {
		id: anId('agt'),
		parentId: null,
		planId: anId('run'),
		stepId: 'build',
		attempt: 1,
		agentType: 'agent',
		name: 'build',
		engine: 'claude',
		model: 'claude-sonnet-4-5',
		status,
		isUnattended: false,
		isRecording: false,
		processId: 4001,
		processStart: '101',
		bootId: 'boot',
		startedAt: T0,
		endedAt: isOver ? T0 + 60_000 : null,
		exitCode: status === 'completed' ? 0 : null,
		error: null,
		logFile: `.radium/logs/${change.id ?? anId('agt')}.log`,
		checkpointId: null,
		permissions: (change.engine ?? 'claude') === 'claude' ? 'edit' : null,
		sessionId: null,
		engineVersion: null,
		failureCause: null,
		...change,
	};
};

export const anEngineCall = (change: Partial<EngineCall> = {}): EngineCall => ({
	prompt: 'Do it.',
	command: null,
	model: null,
	permissions: 'edit',
	answer: null,
	session: null,
	recording: null,
	speed: null,
	workspaceRoot: '/work',
	hookUrl: null,
	directory: '/attempt',
	environment: {},
	...change,
});

export const aCheckpoint = (change: Partial<Checkpoint> = {}): Checkpoint => ({
	id: anId('cp'),
	createdAt: T0,
	kind: 'step',
	label: 'before build',
	runId: anId('run'),
	stepId: 'build',
	agentId: null,
	head: 'a94a8fe5ccb19ba61c4c0873d391e987982fbbd3',
	branch: 'main',
	target: null,
	uncovered: [],
	stat: null,
	...change,
});

export const tokens = (change: Partial<Tokens> = {}): Tokens => ({...NO_TOKENS, ...change});

/** One response: 1,000 fresh tokens in, 200 out, one cent, reported by the engine. */
export const aUsageRecord = (change: Partial<UsageRecord> = {}): UsageRecord => ({
	agentId: anId('agt'),
	at: T0,
	provider: 'anthropic',
	model: 'claude-sonnet-4-5',
	messageId: 'msg_1',
	tokens: tokens({input: 1000, output: 200}),
	tier: null,
	costNanoUsd: 10_000_000,
	costSource: 'reported',
	cacheSavedNanoUsd: 0,
	...change,
});

export const aLogLine = (text: string, change: Partial<LogLine> = {}): LogLine => ({at: T0, kind: 'out', text, ...change});

export const aRequest = (change: Partial<AgentRequest> = {}): AgentRequest => ({
	id: anId('req'),
	runId: anId('run'),
	stepId: 'build',
	agentId: anId('agt'),
	createdAt: T0,
	decidedAt: null,
	status: 'pending',
	decidedBy: null,
	subject: {kind: 'restore', checkpointId: anId('cp')},
	...change,
});

/** A file that the step `build` has edited since. */
export const aPlannedChange = (change: Partial<PlannedChange> = {}): PlannedChange => ({
	path: 'src/limiter.ts',
	change: 'modified',
	additions: 0,
	deletions: 0,
	changedBy: [{kind: 'step', runId: anId('run'), stepId: 'build'}],
	...change,
});

/** Two files: one goes back, one was created since and would be deleted. */
export const aRestorePlan = (change: Partial<RestorePlan> = {}): RestorePlan => ({
	checkpoint: aCheckpoint(),
	changes: [aPlannedChange({deletions: 41}), aPlannedChange({path: 'test/limiter.test.ts', change: 'deleted', deletions: 60})],
	kept: [],
	stagedSet: 'same',
	hasHeadMoved: false,
	...change,
});

/** What a step or a run without limits may spend. */
export const NO_BUDGET: Budget = {costNanoUsd: null, tokens: null, turns: null, wallMs: null, onExceeded: 'stop'};

/** A shell step of a plan that needs nothing. */
export const aPlan = (change: Partial<Plan> = {}): Plan => ({
	name: 'test',
	description: null,
	inputs: [],
	schedule: [],
	budget: NO_BUDGET,
	maxParallel: 4,
	steps: [],
	onFailure: [],
	finally: [],
	outputs: {},
	...change,
});

export const aPlanGate = (change: Partial<PlanGate> = {}): PlanGate => ({
	kind: 'approve',
	id: 'gate',
	needs: [],
	when: null,
	continuesOnError: false,
	rollsBack: false,
	message: 'Go on?',
	show: [],
	timeoutMs: null,
	onTimeout: 'reject',
	onReject: 'fail',
	...change,
});

export const aPlanBlock = (change: Partial<PlanBlock> = {}): PlanBlock => ({
	kind: 'steps',
	id: 'block',
	needs: [],
	when: null,
	continuesOnError: false,
	rollsBack: false,
	repeat: {kind: 'once'},
	steps: [],
	isSingle: false,
	publish: {},
	budget: NO_BUDGET,
	child: null,
	...change,
});

export const aPlanStep = (change: Partial<PlanStep> = {}): PlanStep => ({
	id: 'a',
	needs: [],
	when: null,
	continuesOnError: false,
	rollsBack: false,
	kind: 'run',
	text: 'true',
	promptFile: null,
	agent: null,
	engine: 'shell',
	model: null,
	fallback: [],
	permissions: 'edit',
	session: null,
	recording: null,
	speed: null,
	env: {},
	outputs: null,
	timeoutMs: 1000,
	idleTimeoutMs: null,
	retry: {max: 0, on: RETRY_CAUSES, backoffMs: 0, factor: 2, maxBackoffMs: 0},
	onUsageLimit: 'ask',
	budget: NO_BUDGET,
	restorePolicy: 'ask',
	workspace: 'shared',
	worktree: null,
	takesCheckpoints: true,
	takesCheckpointAfter: false,
	tellsChanges: false,
	artifacts: [],
	secrets: [],
	...change,
});

export const aToolCall = (change: Partial<ToolCall> = {}): ToolCall => ({
	agentId: anId('agt'),
	at: T0,
	callId: 'c1',
	tool: 'Write',
	argumentsJson: '{}',
	writes: ['src/limiter.ts'],
	checkpointId: null,
	isError: null,
	...change,
});
