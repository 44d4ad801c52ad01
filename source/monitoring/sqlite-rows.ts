import type {RadEvent, StoredEvent} from '../domain/events.ts';
import type {AgentId, CheckpointId, RequestId, RunId} from '../domain/ids.ts';
import type {Decision, Question} from '../domain/question.ts';
import type {
	Agent,
	AgentRequest,
	AgentType,
	CostSource,
	GroupTotals,
	ModelTotals,
	Permissions,
	RequestSubject,
	Run,
	Spans,
	SpanTotals,
	Step,
	ToolCall,
	UsageRecord,
	UsageTotals,
} from '../domain/records.ts';
import type {AgentStatus, FailureCause, RunStatus, StepStatus} from '../domain/status.ts';
import type {Tokens} from '../domain/tokens.ts';
import type {Attempt} from './store-port.ts';

// The shapes of the tables, guarded by their STRICT types and CHECKs; the casts of this file are the border.
export type RunRow = {
	id: string;
	workflow: string;
	status: string;
	started_at: number;
	ended_at: number | null;
	error: string | null;
	owner_pid: number;
	owner_start: string;
	owner_boot: string;
};

export type QueueRow = {
	id: string;
	workflow: string;
	queued_at: number;
	owner_pid: number;
	owner_start: string;
	owner_boot: string;
	plan_json: string;
	steps_json: string;
};

export const toRun = (row: RunRow): Run => ({
	id: row.id as RunId,
	workflow: row.workflow,
	status: row.status as RunStatus,
	startedAt: row.started_at,
	endedAt: row.ended_at,
	error: row.error,
	owner: {pid: row.owner_pid, startTime: row.owner_start, bootId: row.owner_boot},
});

export type StepRow = {
	run_id: string;
	step_id: string;
	parent_id: string | null;
	position: number;
	status: string;
	attempts: number;
	started_at: number | null;
	ended_at: number | null;
	reason: string | null;
	question_json: string | null;
	decision_json: string | null;
	taken_from: string | null;
};

export const toStep = (row: StepRow): Step => ({
	runId: row.run_id as RunId,
	stepId: row.step_id,
	parentId: row.parent_id,
	position: row.position,
	status: row.status as StepStatus,
	attempts: row.attempts,
	startedAt: row.started_at,
	endedAt: row.ended_at,
	reason: row.reason,
	question: row.question_json === null ? null : (JSON.parse(row.question_json) as Question),
	decision: row.decision_json === null ? null : (JSON.parse(row.decision_json) as Decision),
	takenFrom: row.taken_from as RunId | null,
});

/** Steps of a run that has not begun. */
export const toPendingSteps = ({id, steps_json}: Pick<QueueRow, 'id' | 'steps_json'>): readonly Step[] =>
	(JSON.parse(steps_json) as readonly string[]).map((stepId, position) => ({
		runId: id as RunId,
		stepId,
		parentId: null,
		position,
		status: 'pending',
		attempts: 0,
		startedAt: null,
		endedAt: null,
		reason: null,
		question: null,
		decision: null,
		takenFrom: null,
	}));

/** Those of a block right after it, in the order in which they became known. */
export const toStepTree = (steps: readonly Step[]): readonly Step[] => {
	const children = new Map<string | null, Step[]>();
	for (const step of steps) {
		const siblings = children.get(step.parentId);
		if (siblings === undefined) children.set(step.parentId, [step]);
		else siblings.push(step);
	}
	const listBelow = (parentId: string | null): readonly Step[] => (children.get(parentId) ?? []).flatMap(step => [step, ...listBelow(step.stepId)]);
	return listBelow(null);
};

/** Of `agents a` with its run `r`. Unattended: live although its run was interrupted, so nobody watches over it but its shim. */
export const AGENT_COLUMNS = "a.*, (a.status IN ('starting', 'running', 'waiting') AND r.status = 'interrupted') AS is_unattended";

export type AgentRow = {
	id: string;
	parent_id: string | null;
	plan_id: string;
	step_id: string;
	attempt: number;
	agent_type: string;
	name: string;
	engine: string;
	model: string | null;
	status: string;
	is_recording: number;
	is_unattended: number;
	process_id: number | null;
	process_start: string | null;
	boot_id: string | null;
	started_at: number;
	ended_at: number | null;
	exit_code: number | null;
	error: string | null;
	log_file: string | null;
	checkpoint_id: string | null;
	permissions: string | null;
	session_id: string | null;
	engine_version: string | null;
	failure_cause: string | null;
};

export const toAgent = (row: AgentRow): Agent => ({
	id: row.id as AgentId,
	parentId: row.parent_id as AgentId | null,
	planId: row.plan_id as RunId,
	stepId: row.step_id,
	attempt: row.attempt,
	agentType: row.agent_type as AgentType,
	name: row.name,
	engine: row.engine,
	model: row.model,
	status: row.status as AgentStatus,
	isUnattended: row.is_unattended === 1,
	isRecording: row.is_recording === 1,
	processId: row.process_id,
	processStart: row.process_start,
	bootId: row.boot_id,
	startedAt: row.started_at,
	endedAt: row.ended_at,
	exitCode: row.exit_code,
	error: row.error,
	logFile: row.log_file,
	checkpointId: row.checkpoint_id as CheckpointId | null,
	permissions: row.permissions as Permissions | null,
	sessionId: row.session_id,
	engineVersion: row.engine_version,
	failureCause: row.failure_cause as FailureCause | null,
});

export type AttemptRow = {
	run_id: string;
	step_id: string;
	attempt: number;
	agent_id: string;
	token_hash: string;
	started_at: number;
	ended_at: number | null;
};

export const toAttempt = (row: AttemptRow): Attempt => ({
	runId: row.run_id as RunId,
	stepId: row.step_id,
	attempt: row.attempt,
	agentId: row.agent_id as AgentId,
	tokenHash: row.token_hash,
	startedAt: row.started_at,
	endedAt: row.ended_at,
});

type TokenColumns = {
	input_tokens: number;
	cache_read_tokens: number;
	cache_write_tokens: number;
	cache_write_1h_tokens: number;
	output_tokens: number;
	reasoning_tokens: number;
};

const toTokens = (row: TokenColumns): Tokens => ({
	input: row.input_tokens,
	cacheRead: row.cache_read_tokens,
	cacheWrite: row.cache_write_tokens,
	cacheWrite1h: row.cache_write_1h_tokens,
	output: row.output_tokens,
	reasoning: row.reasoning_tokens,
});

export type UsageRow = TokenColumns & {
	agent_id: string;
	at: number;
	message_id: string;
	provider: string;
	model: string;
	service_tier: string | null;
	cost_nano_usd: number | null;
	cost_source: string;
	cache_saved_nano_usd: number | null;
};

export const toUsage = (row: UsageRow): UsageRecord => ({
	agentId: row.agent_id as AgentId,
	at: row.at,
	provider: row.provider,
	model: row.model,
	messageId: row.message_id,
	tokens: toTokens(row),
	tier: row.service_tier,
	costNanoUsd: row.cost_nano_usd,
	costSource: row.cost_source as CostSource,
	cacheSavedNanoUsd: row.cache_saved_nano_usd,
});

export type ToolCallRow = {
	agent_id: string;
	at: number;
	message_id: string;
	tool: string;
	arguments_json: string;
	writes_json: string;
	checkpoint_id: string | null;
	is_error: number | null;
};

export const toToolCall = (row: ToolCallRow): ToolCall => ({
	agentId: row.agent_id as AgentId,
	at: row.at,
	callId: row.message_id,
	tool: row.tool,
	argumentsJson: row.arguments_json,
	writes: JSON.parse(row.writes_json) as readonly string[],
	checkpointId: row.checkpoint_id as CheckpointId | null,
	isError: row.is_error === null ? null : row.is_error === 1,
});

/** Sums are read as BigInt: money of a long-lived workspace may pass 2^53. */
export type TotalsRow = {[Column in keyof TokenColumns]: bigint} & {
	records: bigint;
	responses: bigint;
	unpriced: bigint;
	estimated: bigint;
	cost_high: bigint;
	cost_low: bigint;
	saved_high: bigint;
	saved_low: bigint;
};

/** By which sums of money are parted into a high and a low sum. */
export const MONEY_PART = 1_000_000_000;

const toMoney = (high: bigint, low: bigint): bigint => high * BigInt(MONEY_PART) + low;

export const toTotals = (row: TotalsRow): UsageTotals => ({
	tokens: toTokens({
		input_tokens: Number(row.input_tokens),
		cache_read_tokens: Number(row.cache_read_tokens),
		cache_write_tokens: Number(row.cache_write_tokens),
		cache_write_1h_tokens: Number(row.cache_write_1h_tokens),
		output_tokens: Number(row.output_tokens),
		reasoning_tokens: Number(row.reasoning_tokens),
	}),
	responses: Number(row.responses),
	costNanoUsd: toMoney(row.cost_high, row.cost_low),
	unpriced: Number(row.unpriced),
	costSource: row.unpriced === row.records ? 'unknown' : row.estimated > 0n ? 'estimated' : 'reported',
	cacheSavedNanoUsd: toMoney(row.saved_high, row.saved_low),
});

export const toModelTotals = (row: TotalsRow & {provider: string; model: string}): ModelTotals => ({
	...toTotals(row),
	provider: row.provider,
	model: row.model,
});

type RecordedRow = {recorded_responses: bigint; recorded_cost_high: bigint; recorded_cost_low: bigint};

export type GroupRow = TotalsRow & RecordedRow & {key: string};

export const toGroupTotals = (row: GroupRow): GroupTotals => ({
	...toTotals(row),
	key: row.key,
	recorded: toRecorded(row),
});

const toRecorded = (row: RecordedRow): GroupTotals['recorded'] => ({
	responses: Number(row.recorded_responses),
	costNanoUsd: toMoney(row.recorded_cost_high, row.recorded_cost_low),
});

export type SpanRow = TotalsRow & RecordedRow & {span: bigint};

export const toSpanTotals = (row: SpanRow, {from, spanMs}: Spans): SpanTotals => ({
	...toTotals(row),
	startsAt: from + Number(row.span) * spanMs,
	recorded: toRecorded(row),
});

export type RequestRow = {
	id: string;
	run_id: string;
	step_id: string;
	agent_id: string;
	created_at: number;
	decided_at: number | null;
	status: string;
	decided_by: string | null;
	subject_json: string;
};

export const toRequest = (row: RequestRow): AgentRequest => ({
	id: row.id as RequestId,
	runId: row.run_id as RunId,
	stepId: row.step_id,
	agentId: row.agent_id as AgentId,
	createdAt: row.created_at,
	decidedAt: row.decided_at,
	status: row.status as AgentRequest['status'],
	decidedBy: row.decided_by,
	subject: JSON.parse(row.subject_json) as RequestSubject,
});

export type EventRow = {seq: number; at: number; body_json: string};

export const toEvent = (row: EventRow): StoredEvent => ({seq: row.seq, at: row.at, event: JSON.parse(row.body_json) as RadEvent});
