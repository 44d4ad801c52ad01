import type {Allowance} from '../domain/plan.ts';
import type {Course} from '../views/pace.ts';
import type {OpenQuestion} from '../views/questions.ts';
import type {Size} from './layout.ts';
import {
	agent,
	agentId,
	agentTotals,
	checkpoint,
	checkpointId,
	fileChange,
	groupTotals,
	logLine,
	modelTotals,
	question,
	request,
	requestId,
	restorePlan,
	restoreResult,
	run,
	runId,
	spanTotals,
	step,
	toolCall,
	usageTotals,
	workflowSummary,
} from './record-shapes.ts';
import {count, countBetween, flag, listOf, mapOf, moment, object, oneBy, oneOf, orNull, recordOf, type Shape, text} from './shape.ts';
import type {AgentDetail, Job, JobOutcome, Loadable, Message, Notice, Problem, Snapshot} from './state.ts';

// What is drawn costs by the cell, and no terminal is larger.
const SIDE_MAX = 1000;
const side = countBetween(0, SIDE_MAX);
export const size = object<Size>({columns: side, rows: side});

const problem = object<Problem>({message: text, hint: orNull(text)});

const loadable = <Value>(value: Shape<Value>): Shape<Loadable<Value>> => {
	// The compiler cannot tell the variants of a type that it does not know yet.
	const shape = oneBy<Loadable<unknown>, 'face'>('face', {loading: {}, failed: {problem}, ready: {value}});
	return shape as Shape<Loadable<Value>>;
};

const course = object<Course>({
	spanMs: countBetween(1, Number.MAX_SAFE_INTEGER),
	spans: listOf(spanTotals),
	recent: orNull(groupTotals),
	recentFrom: moment,
});

const openQuestion = object<OpenQuestion>({
	step,
	question,
	changes: orNull(object<NonNullable<OpenQuestion['changes']>>({since: checkpointId, files: listOf(fileChange)})),
});

const snapshot = object<Snapshot>({
	runs: listOf(run),
	run: orNull(run),
	runSteps: listOf(step),
	runAgents: listOf(agent),
	runTotals: usageTotals,
	runAllowance: object<Allowance>({costNanoUsd: orNull(count), tokens: orNull(count), turns: orNull(count)}),
	runModels: orNull(listOf(groupTotals)),
	runCourse: orNull(course),
	runUsage: mapOf(agentId, agentTotals),
	days: orNull(listOf(groupTotals)),
	activeAgents: listOf(agent),
	checkpoints: listOf(checkpoint),
	requests: listOf(request),
	questions: listOf(openQuestion),
});

const detail = object<AgentDetail>({
	usage: usageTotals,
	models: listOf(modelTotals),
	toolCalls: listOf(toolCall),
	course: object<AgentDetail['course']>({spanMs: countBetween(1, Number.MAX_SAFE_INTEGER), spans: listOf(spanTotals)}),
});

const how = oneOf<'graceful' | 'now'>({graceful: true, now: true});

const job = oneBy<Job, 'kind'>('kind', {
	preview: {checkpointId},
	restore: {checkpointId, stopRuns: flag, paths: [listOf(text)]},
	diff: {checkpointId, path: text},
	'list-workflows': {},
	start: {workflow: text, inputs: recordOf(text)},
	stop: {runId, how},
	'stop-agent': {agentId},
	decide: {requestId, isGranted: flag, edited: orNull(text)},
	answer: {runId, stepId: text, isApproved: flag},
});

const outcome = oneBy<JobOutcome, 'kind'>('kind', {
	previewed: {plan: restorePlan},
	restored: {result: restoreResult},
	diffed: {text},
	'workflows-listed': {list: listOf(workflowSummary)},
	started: {run},
	stopped: {run},
	'agent-stopped': {agent},
	decided: {request},
	answered: {step},
	failed: {problem},
});

const notice = object<Notice>({
	tone: oneOf<Notice['tone']>({active: true, good: true, bad: true, attention: true, quiet: true}),
	text,
});

/** What a message must be before the dashboard takes it in, whoever wrote it. */
export const message = oneBy<Message, 'type'>('type', {
	'key-pressed': {key: text},
	pasted: {text},
	resized: {size},
	ticked: {now: moment},
	'data-loaded': {snapshot, now: moment},
	'data-failed': {problem},
	'log-received': {agentId, lines: listOf(logLine)},
	'log-reopened': {agentId, lines: listOf(logLine)},
	'log-failed': {agentId, problem},
	'detail-loaded': {agentId, detail: loadable(detail)},
	'job-ended': {job, outcome},
	'terminal-wish-granted': {now: moment},
	'call-edited': {requestId, text},
	'notice-raised': {notice},
});
