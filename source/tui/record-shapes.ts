import type {RunId} from '../domain/ids.ts';
import type {Decision, Question, Shown, UsageLimit} from '../domain/question.ts';
import type {WorkflowSummary} from '../domain/rad.ts';
import type {
	Agent,
	AgentRequest,
	AgentTotals,
	ChangeAuthor,
	Checkpoint,
	CostSource,
	FileChange,
	GroupTotals,
	LogKind,
	LogLine,
	ModelTotals,
	PlannedChange,
	ProcessIdentity,
	RequestSubject,
	RestorePlan,
	RestoreResult,
	Run,
	SpanTotals,
	Step,
	ToolCall,
	UsageTotals,
} from '../domain/records.ts';
import type {AgentStatus, FailureCause, RunStatus, StepStatus} from '../domain/status.ts';
import type {Tokens} from '../domain/tokens.ts';
import type {WorkflowProblem} from '../domain/workflow-problem.ts';
import {
	anything,
	bigCount,
	count,
	type Fields,
	flag,
	idOf,
	listOf,
	moment,
	object,
	oneBy,
	oneOf,
	orNull,
	recordOf,
	type Shape,
	text,
	whole,
} from './shape.ts';

export const runId: Shape<RunId> = idOf('run');
export const agentId = idOf('agt');
export const checkpointId = idOf('cp');
export const requestId = idOf('req');

const owner = object<ProcessIdentity>({pid: count, startTime: text, bootId: text});

const runStatus = oneOf<RunStatus>({
	queued: true,
	running: true,
	waiting: true,
	cancelling: true,
	completed: true,
	failed: true,
	cancelled: true,
	interrupted: true,
});

export const run = object<Run>({
	id: runId,
	workflow: text,
	status: runStatus,
	startedAt: moment,
	endedAt: orNull(moment),
	error: orNull(text),
	owner,
});

export const question = object<Question>({
	about: oneOf<Question['about']>({
		gate: true,
		'run-budget': true,
		'block-budget': true,
		'step-budget': true,
		conflict: true,
		'usage-limit': true,
	}),
	block: [text],
	limit: [object<UsageLimit>({engine: text, resetsAt: orNull(moment)})],
	message: text,
	show: listOf(oneOf<Shown>({diff: true, outputs: true, cost: true})),
	outputs: recordOf(recordOf(anything)),
	until: orNull(moment),
	onTimeout: oneOf<Question['onTimeout']>({reject: true, approve: true}),
});

export const step = object<Step>({
	runId,
	stepId: text,
	position: count,
	parentId: orNull(text),
	status: oneOf<StepStatus>({
		pending: true,
		running: true,
		waiting: true,
		completed: true,
		failed: true,
		cancelled: true,
		skipped: true,
	}),
	attempts: count,
	startedAt: orNull(moment),
	endedAt: orNull(moment),
	reason: orNull(text),
	question: orNull(question),
	decision: orNull(object<Decision>({isApproved: flag, by: text, comment: orNull(text)})),
	takenFrom: orNull(runId),
});

const agentStatus = oneOf<AgentStatus>({
	starting: true,
	running: true,
	waiting: true,
	completed: true,
	failed: true,
	cancelled: true,
	timed_out: true,
	lost: true,
});

const failureCause = oneOf<FailureCause>({
	rate_limit: true,
	authentication: true,
	context_length: true,
	permission_refused: true,
	network: true,
	crash: true,
});

export const agent = object<Agent>({
	id: agentId,
	parentId: orNull(agentId),
	planId: runId,
	stepId: text,
	attempt: count,
	agentType: oneOf<Agent['agentType']>({agent: true, shell: true, 'sub-agent': true}),
	name: text,
	engine: text,
	model: orNull(text),
	status: agentStatus,
	isUnattended: flag,
	isRecording: flag,
	processId: orNull(count),
	processStart: orNull(text),
	bootId: orNull(text),
	startedAt: moment,
	endedAt: orNull(moment),
	exitCode: orNull(whole),
	error: orNull(text),
	logFile: orNull(text),
	checkpointId: orNull(checkpointId),
	permissions: orNull(oneOf<NonNullable<Agent['permissions']>>({plan: true, edit: true, full: true})),
	sessionId: orNull(text),
	engineVersion: orNull(text),
	failureCause: orNull(failureCause),
});

const tokens = object<Tokens>({input: count, cacheRead: count, cacheWrite: count, cacheWrite1h: count, output: count, reasoning: count});

const USAGE: Fields<UsageTotals> = {
	tokens,
	responses: count,
	costNanoUsd: bigCount,
	unpriced: count,
	costSource: oneOf<CostSource>({reported: true, estimated: true, unknown: true}),
	cacheSavedNanoUsd: bigCount,
};

const recorded = object<GroupTotals['recorded']>({responses: count, costNanoUsd: bigCount});

export const usageTotals = object<UsageTotals>(USAGE);
export const agentTotals = object<AgentTotals>({...USAGE, agentId});
export const modelTotals = object<ModelTotals>({...USAGE, provider: text, model: text});
export const groupTotals = object<GroupTotals>({...USAGE, key: text, recorded});
export const spanTotals = object<SpanTotals>({...USAGE, startsAt: moment, recorded});

export const checkpoint = object<Checkpoint>({
	id: checkpointId,
	createdAt: moment,
	kind: oneOf<Checkpoint['kind']>({step: true, write: true, end: true, manual: true, safety: true}),
	label: text,
	runId: orNull(runId),
	stepId: orNull(text),
	agentId: orNull(agentId),
	head: orNull(text),
	branch: orNull(text),
	target: orNull(checkpointId),
	uncovered: listOf(text),
	stat: orNull(object<NonNullable<Checkpoint['stat']>>({files: count, additions: count, deletions: count})),
});

const CHANGE: Fields<FileChange> = {
	path: text,
	change: oneOf<FileChange['change']>({added: true, modified: true, deleted: true}),
	additions: orNull(count),
	deletions: orNull(count),
};

export const fileChange = object<FileChange>(CHANGE);

const changeAuthor = oneBy<ChangeAuthor, 'kind'>('kind', {step: {runId, stepId: text}, restore: {checkpointId}, user: {}});

const kept = listOf(object<RestorePlan['kept'][number]>({path: text, reason: text}));

export const restorePlan = object<RestorePlan>({
	checkpoint,
	changes: listOf(object<PlannedChange>({...CHANGE, changedBy: listOf(changeAuthor)})),
	kept,
	stagedSet: oneOf<RestorePlan['stagedSet']>({restored: true, same: true, left: true}),
	hasHeadMoved: flag,
});

export const restoreResult = object<RestoreResult>({
	restored: checkpoint,
	safety: orNull(checkpoint),
	changes: listOf(fileChange),
	kept,
	hasHeadMoved: flag,
});

export const request = object<AgentRequest>({
	id: requestId,
	runId,
	stepId: text,
	agentId,
	createdAt: moment,
	decidedAt: orNull(moment),
	status: oneOf<AgentRequest['status']>({pending: true, granted: true, denied: true}),
	decidedBy: orNull(text),
	subject: oneBy<RequestSubject, 'kind'>('kind', {
		restore: {checkpointId},
		replay: {callId: text, tool: text, argumentsJson: text, writes: listOf(text)},
	}),
});

export const toolCall = object<ToolCall>({
	agentId,
	at: moment,
	callId: text,
	tool: text,
	argumentsJson: text,
	writes: listOf(text),
	checkpointId: orNull(checkpointId),
	isError: orNull(flag),
});

export const logLine = object<LogLine>({
	at: moment,
	kind: oneOf<LogKind>({out: true, err: true, text: true, think: true, tool: true, result: true, rad: true}),
	text,
});

export const workflowSummary = object<WorkflowSummary>({
	name: text,
	file: text,
	description: orNull(text),
	inputs: listOf(object<WorkflowSummary['inputs'][number]>({name: text, isRequired: flag, description: orNull(text)})),
	problems: listOf(object<WorkflowProblem>({file: text, line: count, column: count, message: text})),
});
