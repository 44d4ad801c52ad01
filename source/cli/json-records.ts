import type {StoredEvent} from '../domain/events.ts';
import type {HookChange, HookInfo} from '../domain/hooks.ts';
import type {ImportResult} from '../domain/imports.ts';
import type {Budget, Part, Plan, PlanBlock, PlanNode, PlanStep} from '../domain/plan.ts';
import type {CostExplanation, CostPart, PriceRow, PriceTableSource} from '../domain/prices.ts';
import type {Question} from '../domain/question.ts';
import type {StartPreview} from '../domain/rad.ts';
import type {
	Agent,
	AgentRequest,
	AgentTotals,
	ChangeAuthor,
	Checkpoint,
	EngineInfo,
	FileChange,
	GroupTotals,
	LogLine,
	ModelTotals,
	PruneResult,
	RestorePlan,
	RestoreResult,
	ResumeResult,
	Run,
	Step,
	StoreSize,
	UsageTotals,
	VerifyResult,
} from '../domain/records.ts';
import {promptTokens, totalTokens} from '../domain/tokens.ts';
import type {WorkflowProblem} from '../domain/workflow-problem.ts';
import {formatSource, toUsdPerMillion} from '../views/prices.ts';
import {isAllRecorded, type Recorded} from '../views/recorded.ts';

// The shapes that `--json` prints. They are promised to users: a field may be added, none may be renamed or removed.

export const toRunJson = (run: Run) => ({
	id: run.id,
	workflow: run.workflow,
	status: run.status,
	startedAt: run.startedAt,
	endedAt: run.endedAt,
	error: run.error,
});

export const toProblemJson = ({file, line, column, message}: WorkflowProblem) => ({file, line, column, message});

export const toWorkflowJson = ({name, description, inputs, schedule, budget, concurrency, steps, onFailure, finally: last, outputs}: Plan) => ({
	name,
	description,
	schedule: schedule.map(({cron, timezone}) => ({cron, timezone})),
	budget: toBudgetJson(budget),
	concurrency: concurrency === undefined ? null : {group: concurrency.group, onConflict: concurrency.onConflict},
	inputs: inputs.map(({name, type, isRequired, defaultValue, choices, description}) => ({
		...{name, type, isRequired, defaultValue, choices, description},
	})),
	steps: steps.map(toPlanNodeJson),
	onFailure: onFailure.map(toPlanNodeJson),
	finally: last.map(toPlanNodeJson),
	outputs,
});

const toPlanNodeJson = (node: PlanNode): object => {
	const {id, kind, needs, when, continuesOnError, rollsBack} = node;
	return {id, kind, needs, when, continuesOnError, rollsBack, ...toOwnJson(node)};
};

const toOwnJson = (node: PlanNode): object => {
	switch (node.kind) {
		case 'steps':
			return {repeat: node.repeat, isSingle: node.isSingle, publish: node.publish, child: toChildJson(node), steps: node.steps.map(toPlanNodeJson)};
		case 'approve':
			return {message: node.message, show: node.show, timeoutMs: node.timeoutMs, onTimeout: node.onTimeout, onReject: node.onReject};
		case 'prompt':
		case 'run':
			return toPlanWorkJson(node);
	}
};

/** The workflow that a block is. */
const toChildJson = ({child}: PlanBlock) => (child === null ? null : {workflow: child.workflow, given: {...child.values, ...child.templates}});

/** The workflow as it would be started: the values of its inputs, and the texts of its steps as far as they are known. */
export const toStartPreviewJson = ({plan, inputs, maxCostNanoUsd, wishes, finishesRestore, part, group, conflict}: StartPreview) => {
	const workflow = toWorkflowJson(plan);
	return {
		...workflow,
		maxCostNanoUsd,
		finishesRestore,
		group: group ?? null,
		conflict: conflict === null ? null : {way: conflict.way, runs: conflict.runs.map(({id}) => id)},
		inputs: workflow.inputs.map(input => ({...input, value: inputs[input.name] ?? null})),
		wishes,
		part: part === undefined ? null : toPartJson(part),
	};
};

/** `steps` are those that are not run; `takenFrom` is null for one that is left out. */
const toPartJson = ({step, isOnly, runId, steps}: Part) => ({
	...{step, isOnly, runId},
	steps: Object.entries(steps).map(([stepId, {status, takenFrom}]) => ({stepId, status, takenFrom})),
});

const toPlanWorkJson = (step: PlanStep) => ({
	text: step.text,
	promptFile: step.promptFile,
	agent: step.agent,
	engine: step.engine,
	model: step.model,
	fallback: step.fallback.map(({engine, model}) => ({engine, model})),
	permissions: step.kind === 'prompt' ? step.permissions : null,
	session: step.session,
	recording: step.recording,
	speed: step.speed,
	env: step.env,
	secrets: step.secrets,
	outputs: step.outputs,
	artifacts: step.artifacts,
	timeoutMs: step.timeoutMs,
	idleTimeoutMs: step.idleTimeoutMs,
	retry: {
		max: step.retry.max,
		on: step.retry.on,
		backoffMs: step.retry.backoffMs,
		factor: step.retry.factor,
		maxBackoffMs: step.retry.maxBackoffMs,
	},
	budget: toBudgetJson(step.budget),
	restorePolicy: step.restorePolicy,
	takesCheckpoints: step.takesCheckpoints,
	takesCheckpointAfter: step.takesCheckpointAfter,
});

const toBudgetJson = ({costNanoUsd, tokens, turns, wallMs, onExceeded}: Budget) => ({costNanoUsd, tokens, turns, wallMs, onExceeded});

export const toStepJson = ({stepId, parentId, status, attempts, startedAt, endedAt, reason, question, decision, takenFrom}: Step) => ({
	...{stepId, parentId, status, attempts, startedAt, endedAt, reason},
	question: question === null ? null : toQuestionJson(question),
	decision: decision === null ? null : {isApproved: decision.isApproved, by: decision.by, comment: decision.comment},
	takenFrom,
});

const toQuestionJson = ({about, message, show, outputs, until, onTimeout}: Question) => ({about, message, show, outputs, until, onTimeout});

/** What an agent asks for: `checkpointId` of a restore, `tool` of a call that it wants to repeat. */
export const toRequestJson = ({id, agentId, createdAt, subject}: AgentRequest) => ({
	id,
	agentId,
	createdAt,
	kind: subject.kind,
	checkpointId: subject.kind === 'restore' ? subject.checkpointId : null,
	tool: subject.kind === 'replay' ? subject.tool : null,
});

export const toAgentJson = (agent: Agent) => ({
	id: agent.id,
	parentId: agent.parentId,
	planId: agent.planId,
	agentType: agent.agentType,
	engine: agent.engine,
	model: agent.model,
	status: agent.status,
	processId: agent.processId,
	startedAt: agent.startedAt,
	endedAt: agent.endedAt,
	exitCode: agent.exitCode,
	error: agent.error,
	logFile: agent.logFile,
	checkpointId: agent.checkpointId,
	permissions: agent.permissions,
	sessionId: agent.sessionId,
	engineVersion: agent.engineVersion,
	failureCause: agent.failureCause,
	name: agent.name,
	stepId: agent.stepId,
	attempt: agent.attempt,
	isUnattended: agent.isUnattended,
	isRecording: agent.isRecording,
});

export const toEngineJson = (engine: EngineInfo) => ({
	name: engine.name,
	isInstalled: engine.isInstalled,
	path: engine.path,
	version: engine.version,
	needsLogin: engine.needsLogin,
	login: engine.login,
	supports: engine.supports,
	install: engine.install,
});

export const toHookJson = ({engine, state, file}: HookInfo) => ({engine, state, file});

export const toHookChangeJson = ({engine, change, file, notes}: HookChange) => ({engine, change, file, notes});

export const toCheckpointJson = (checkpoint: Checkpoint) => ({
	id: checkpoint.id,
	createdAt: checkpoint.createdAt,
	kind: checkpoint.kind,
	label: checkpoint.label,
	runId: checkpoint.runId,
	stepId: checkpoint.stepId,
	agentId: checkpoint.agentId,
	head: checkpoint.head,
	branch: checkpoint.branch,
	target: checkpoint.target,
	uncovered: checkpoint.uncovered,
	stat: checkpoint.stat,
});

export const toChangeJson = ({path, change, additions, deletions}: FileChange) => ({path, change, additions, deletions});

export const toPlanJson = ({checkpoint, changes, kept, stagedSet, hasHeadMoved}: RestorePlan) => ({
	checkpoint: toCheckpointJson(checkpoint),
	changes: changes.map(change => ({...toChangeJson(change), changedBy: change.changedBy.map(toAuthorJson)})),
	kept: kept.map(toKeptJson),
	stagedSet,
	hasHeadMoved,
});

export const toRestoreJson = ({restored, safety, changes, kept, hasHeadMoved}: RestoreResult, undo: string | null) => ({
	restored: toCheckpointJson(restored),
	safety: safety === null ? null : toCheckpointJson(safety),
	changes: changes.map(toChangeJson),
	kept: kept.map(toKeptJson),
	hasHeadMoved,
	undo,
});

export const toResumeJson = ({target, outcome, safety}: ResumeResult, undo: string | null) => ({
	target,
	outcome,
	safety: safety === null ? null : toCheckpointJson(safety),
	undo,
});

export const toPruneJson = ({removed, kept, before, after}: PruneResult) => ({
	removed: removed.map(toCheckpointJson),
	kept,
	before: toSizeJson(before),
	after: toSizeJson(after),
});

export const toVerifyJson = ({checkpoints, objects, damaged, size}: VerifyResult) => ({
	checkpoints,
	objects,
	damaged: damaged.map(({checkpointId, problems}) => ({checkpointId, problems})),
	size: toSizeJson(size),
});

const toSizeJson = ({ownBytes, sharedBytes}: StoreSize) => ({ownBytes, sharedBytes});

const toKeptJson = ({path, reason}: RestorePlan['kept'][number]) => ({path, reason});

const toAuthorJson = (author: ChangeAuthor) => {
	switch (author.kind) {
		case 'step':
			return {kind: author.kind, runId: author.runId, stepId: author.stepId};
		case 'restore':
			return {kind: author.kind, checkpointId: author.checkpointId};
		case 'user':
			return {kind: author.kind};
	}
};

export const toLogLineJson = ({at, kind, text}: LogLine) => ({at, kind, text});

export const toEventJson = ({seq, at, event}: StoredEvent) => ({...event, seq, at});

/** Costs are null when no response has a price; with some prices missing they are a lower bound, told by `unpriced`. What was recorded was not spent. */
export const toTotalsJson = (totals: UsageTotals, recorded: Recorded) => {
	const isPriced = totals.responses === 0 || totals.costSource !== 'unknown';
	const prompt = promptTokens(totals.tokens);
	return {
		inputTokens: totals.tokens.input,
		cacheReadTokens: totals.tokens.cacheRead,
		cacheWriteTokens: totals.tokens.cacheWrite,
		outputTokens: totals.tokens.output,
		reasoningTokens: totals.tokens.reasoning,
		totalTokens: totalTokens(totals.tokens),
		costNanoUsd: isPriced ? totals.costNanoUsd : null,
		costUsd: isPriced ? Number(totals.costNanoUsd) / 1e9 : null,
		costSource: totals.costSource,
		unpriced: totals.unpriced,
		responses: totals.responses,
		cacheHitRate: prompt === 0 ? null : totals.tokens.cacheRead / prompt,
		cacheSavedNanoUsd: totals.cacheSavedNanoUsd,
		isRecording: isAllRecorded(totals, recorded),
		recordedCostNanoUsd: recorded.costNanoUsd,
	};
};

export const toModelTotalsJson = (model: ModelTotals, recorded: Recorded) => ({
	provider: model.provider,
	model: model.model,
	...toTotalsJson(model, recorded),
});

export const toAgentTotalsJson = (totals: AgentTotals, name: string | null, recorded: Recorded) => ({
	agentId: totals.agentId,
	name,
	...toTotalsJson(totals, recorded),
});

export const toImportJson = (result: ImportResult) => ({
	engine: result.engine,
	directory: result.directory,
	found: result.found,
	imported: result.imported,
	unchanged: result.unchanged,
	own: result.own,
	elsewhere: result.elsewhere,
	older: result.older,
	unreadable: result.unreadable,
	empty: result.empty,
	responses: result.responses,
	oddRows: result.oddRows,
});

export const toGroupTotalsJson = (group: GroupTotals) => ({key: group.key, ...toTotalsJson(group, group.recorded)});

export const toPriceRowJson = (row: PriceRow, table: PriceTableSource) => ({
	provider: row.provider,
	model: row.model,
	isOwn: row.isOwn,
	source: formatSource(row, table),
	since: row.since,
	aboveTokens: row.aboveTokens,
	usdPerMillionTokens: row.rates === null ? null : toRatesJson(row.rates),
});

const toRatesJson = ({input, cacheRead, cacheWrite, cacheWrite1h, output}: NonNullable<PriceRow['rates']>) => ({
	input: toUsdPerMillion(input),
	cacheRead: toUsdPerMillion(cacheRead),
	cacheWrite: toUsdPerMillion(cacheWrite),
	cacheWrite1h: toUsdPerMillion(cacheWrite1h),
	output: toUsdPerMillion(output),
});

export const toCostExplanationJson = ({table, parts}: CostExplanation) => ({
	table: {name: table.name, version: table.version, date: table.date},
	parts: parts.map(part => toCostPartJson(part, table)),
});

/** What is recorded is `cost…`, what the prices of now make it is `estimate…`; null is not known. */
const toCostPartJson = (part: CostPart, table: PriceTableSource) => ({
	provider: part.provider,
	model: part.model,
	tier: part.tier,
	responses: part.responses,
	price: part.price === null ? null : toPriceRowJson(part.price, table),
	buckets: part.lines.map(({bucket, tokens, costNanoUsd}) => ({
		bucket,
		tokens,
		usdPerMillionTokens: part.price === null ? null : toUsdPerMillion(part.price.rates[bucket]),
		costNanoUsd,
	})),
	reasoningTokens: part.tokens.reasoning,
	estimateNanoUsd: part.estimateNanoUsd,
	estimateUsd: toUsd(part.estimateNanoUsd),
	costNanoUsd: part.costNanoUsd,
	costUsd: toUsd(part.costNanoUsd),
	costSource: part.costSource,
});

const toUsd = (nanoUsd: bigint | null): number | null => (nanoUsd === null ? null : Number(nanoUsd) / 1e9);
