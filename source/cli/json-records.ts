import type {StoredEvent} from '../domain/events.ts';
import type {HookChange, HookInfo} from '../domain/hooks.ts';
import type {ImportResult} from '../domain/imports.ts';
import type {CostExplanation, CostPart, PriceRow, PriceTableSource} from '../domain/prices.ts';
import type {Question} from '../domain/question.ts';
import type {
	Agent,
	AgentRequest,
	AgentTotals,
	ChangeAuthor,
	Checkpoint,
	EngineInfo,
	FileChange,
	GroupTotals,
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
import type {AgentLine} from './interleave.ts';
import type {OutputOf} from './schemas/zod-outputs.ts';
import type * as shapes from './schemas/zod-records.ts';
import type {Json} from './schemas/zod-records.ts';

// What `--json` prints of records. The shapes are promised to users: a field may be added, none may be renamed or removed.

export const toRunJson = (run: Run): Json<typeof shapes.run> => ({
	id: run.id,
	workflow: run.workflow,
	status: run.status,
	startedAt: run.startedAt,
	endedAt: run.endedAt,
	error: run.error,
});

export const toProblemJson = ({file, line, column, message}: WorkflowProblem): Json<typeof shapes.problem> => ({file, line, column, message});

export const toStepJson = ({
	stepId,
	parentId,
	status,
	attempts,
	startedAt,
	endedAt,
	reason,
	question,
	decision,
	takenFrom,
}: Step): Json<typeof shapes.step> => ({
	...{stepId, parentId, status, attempts, startedAt, endedAt, reason},
	question: question === null ? null : toQuestionJson(question),
	decision: decision === null ? null : {isApproved: decision.isApproved, by: decision.by, comment: decision.comment},
	takenFrom,
});

const toQuestionJson = ({about, message, show, outputs, until, onTimeout}: Question): Json<typeof shapes.question> => ({
	about,
	message,
	show,
	outputs,
	until,
	onTimeout,
});

/** What an agent asks for: `checkpointId` of a restore, `tool` of a call that it wants to repeat. */
export const toRequestJson = ({id, agentId, createdAt, subject}: AgentRequest): Json<typeof shapes.request> => ({
	id,
	agentId,
	createdAt,
	kind: subject.kind,
	checkpointId: subject.kind === 'restore' ? subject.checkpointId : null,
	tool: subject.kind === 'replay' ? subject.tool : null,
});

export const toAgentJson = (agent: Agent): Json<typeof shapes.agent> => ({
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

export const toEngineJson = (engine: EngineInfo): Json<typeof shapes.engine> => ({
	name: engine.name,
	isInstalled: engine.isInstalled,
	path: engine.path,
	version: engine.version,
	needsLogin: engine.needsLogin,
	login: engine.login,
	supports: engine.supports,
	install: engine.install,
});

export const toHookJson = ({engine, state, file}: HookInfo): Json<typeof shapes.hook> => ({engine, state, file});

export const toHookChangeJson = ({engine, change, file, notes}: HookChange): OutputOf<'hook-change'> => ({engine, change, file, notes});

export const toCheckpointJson = (checkpoint: Checkpoint): Json<typeof shapes.checkpoint> => ({
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

export const toChangeJson = ({path, change, additions, deletions}: FileChange): Json<typeof shapes.change> => ({path, change, additions, deletions});

export const toPlanJson = ({checkpoint, changes, kept, stagedSet, hasHeadMoved}: RestorePlan): OutputOf<'restore-plan'> => ({
	checkpoint: toCheckpointJson(checkpoint),
	changes: changes.map(change => ({...toChangeJson(change), changedBy: change.changedBy.map(toAuthorJson)})),
	kept: kept.map(toKeptJson),
	stagedSet,
	hasHeadMoved,
});

export const toRestoreJson = ({restored, safety, changes, kept, hasHeadMoved}: RestoreResult, undo: string | null): OutputOf<'restore-result'> => ({
	restored: toCheckpointJson(restored),
	safety: safety === null ? null : toCheckpointJson(safety),
	changes: changes.map(toChangeJson),
	kept: kept.map(toKeptJson),
	hasHeadMoved,
	undo,
});

export const toResumeJson = ({target, outcome, safety}: ResumeResult, undo: string | null): OutputOf<'resume-result'> => ({
	target,
	outcome,
	safety: safety === null ? null : toCheckpointJson(safety),
	undo,
});

export const toPruneJson = ({removed, kept, before, after}: PruneResult): OutputOf<'prune-result'> => ({
	removed: removed.map(toCheckpointJson),
	kept,
	before: toSizeJson(before),
	after: toSizeJson(after),
});

export const toVerifyJson = ({checkpoints, objects, damaged, size}: VerifyResult): OutputOf<'verify-result'> => ({
	checkpoints,
	objects,
	damaged: damaged.map(({checkpointId, problems}) => ({checkpointId, problems})),
	size: toSizeJson(size),
});

const toSizeJson = ({ownBytes, sharedBytes}: StoreSize): Json<typeof shapes.storeSize> => ({ownBytes, sharedBytes});

const toKeptJson = ({path, reason}: RestorePlan['kept'][number]): Json<typeof shapes.kept> => ({path, reason});

const toAuthorJson = (author: ChangeAuthor): Json<typeof shapes.author> => {
	switch (author.kind) {
		case 'step':
			return {kind: author.kind, runId: author.runId, stepId: author.stepId};
		case 'restore':
			return {kind: author.kind, checkpointId: author.checkpointId};
		case 'user':
			return {kind: author.kind};
	}
};

export const toLogLineJson = ({agent, line: {at, kind, text}}: AgentLine): Json<typeof shapes.logLine> => ({
	agentId: agent.id,
	agentName: agent.name,
	at,
	kind,
	text,
});

export const toEventJson = ({seq, at, event}: StoredEvent): OutputOf<'event'> => ({...event, seq, at});

/** Costs are null when no response has a price; with some prices missing they are a lower bound, told by `unpriced`. What was recorded was not spent. */
export const toTotalsJson = (totals: UsageTotals, recorded: Recorded): Json<typeof shapes.totals> => {
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

export const toModelTotalsJson = (model: ModelTotals, recorded: Recorded): Json<typeof shapes.modelTotals> => ({
	provider: model.provider,
	model: model.model,
	...toTotalsJson(model, recorded),
});

export const toAgentTotalsJson = (totals: AgentTotals, name: string | null, recorded: Recorded): Json<typeof shapes.agentTotals> => ({
	agentId: totals.agentId,
	name,
	...toTotalsJson(totals, recorded),
});

export const toImportJson = (result: ImportResult): Json<typeof shapes.imported> => ({
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

export const toGroupTotalsJson = (group: GroupTotals): Json<typeof shapes.groupTotals> => ({key: group.key, ...toTotalsJson(group, group.recorded)});

export const toPriceRowJson = (row: PriceRow, table: PriceTableSource): Json<typeof shapes.priceRow> => ({
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

export const toCostExplanationJson = ({table, parts}: CostExplanation): Pick<OutputOf<'cost-explanation'>, 'table' | 'parts'> => ({
	table: {name: table.name, version: table.version, date: table.date},
	parts: parts.map(part => toCostPartJson(part, table)),
});

/** What is recorded is `cost…`, what the prices of now make it is `estimate…`; null is not known. */
const toCostPartJson = (part: CostPart, table: PriceTableSource): Json<typeof shapes.costPart> => ({
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
