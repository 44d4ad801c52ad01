import type {RadEvent} from '../domain/events.ts';
import type {AgentId, RequestId, RunId} from '../domain/ids.ts';
import type {Agent, Checkpoint, UsageRecord} from '../domain/records.ts';
import {type AgentStatus, canMoveAgent, isAgentOver} from '../domain/status.ts';
import {createAdoptWrites} from './sqlite-adopt.ts';
import type {Connection, Transact} from './sqlite-open.ts';
import {type AttemptRow, type RequestRow, toAttempt, toRequest} from './sqlite-rows.ts';
import {createRunWrites, prepareRunWrites} from './sqlite-runs.ts';
import {createStepWrites, prepareStepWrites} from './sqlite-steps.ts';
import type {AgentEnding, AgentProgress, Store} from './store-port.ts';

type Writes = Pick<
	Store,
	| 'createRun'
	| 'queueRun'
	| 'dropQueued'
	| 'takeOverRun'
	| 'moveRun'
	| 'spendBudget'
	| 'startAttempt'
	| 'openStep'
	| 'noteRollBack'
	| 'noteMerge'
	| 'askStep'
	| 'decideStep'
	| 'wishStop'
	| 'noteProcess'
	| 'moveAgent'
	| 'recordProgress'
	| 'adoptRun'
	| 'adopt'
	| 'adoptSession'
	| 'adoptCall'
	| 'endAttempt'
	| 'endStep'
	| 'recordCheckpoint'
	| 'noteToolCheckpoint'
	| 'recordRestore'
	| 'openRequest'
	| 'spendToken'
	| 'decideRequest'
	| 'attend'
	| 'leave'
>;

const NOTHING_ENDED = {exitCode: null, error: null, failureCause: null} as const;

export const createWrites = (connection: Connection, transact: Transact): Writes => {
	const sql = prepareWrites(connection);
	const emit = (at: number, event: RadEvent): void => {
		sql.addEvent.run({at, runId: event.runId, type: event.type, body: JSON.stringify(event)});
	};
	const setAgent = (agentId: AgentId, status: AgentStatus, ending: Omit<AgentEnding, 'agentId' | 'status'>, at: number): void => {
		const row = sql.agent.get(agentId);
		if (row === undefined || !canMoveAgent(row.status, status)) return;
		sql.setAgent.run({
			id: agentId,
			status,
			endedAt: isAgentOver(status) ? at : null,
			exitCode: ending.exitCode,
			error: ending.error,
			failureCause: ending.failureCause,
		});
		emit(at, {type: 'agent.status-changed', runId: row.plan_id, agentId, status});
	};
	const addAgent = (agent: Agent, at: number): void => {
		if (sql.agent.get(agent.id) !== undefined) return;
		sql.addAgent.run({...agent, isRecording: Number(agent.isRecording)});
		emit(at, {type: 'agent.registered', runId: agent.planId, agentId: agent.id});
	};
	const endDescendants = (agentId: AgentId, status: AgentStatus, at: number): void => {
		for (const {id} of sql.liveChildren.all(agentId)) {
			endDescendants(id, status, at);
			setAgent(id, status, NOTHING_ENDED, at);
		}
	};
	return {
		...createRunWrites(sql, transact, emit),
		startAttempt: (attempt, agent) =>
			transact(() => {
				addAgent(agent, attempt.startedAt);
				const {fallback = 0, worktree, ...row} = attempt;
				sql.addAttempt.run(row);
				sql.startStep.run({runId: attempt.runId, stepId: attempt.stepId, attempt: attempt.attempt, at: attempt.startedAt});
				const started = {type: 'step.started', runId: attempt.runId, stepId: attempt.stepId, attempt: attempt.attempt} as const;
				emit(attempt.startedAt, {...started, ...(fallback === 0 ? {} : {fallback}), ...(worktree === undefined ? {} : {worktree})});
			}),
		...createStepWrites(sql, transact, emit),
		wishStop: (agentId, how) => transact(() => void sql.wishStop.run({agentId, how})),
		noteProcess: (agentId, process, at) =>
			transact(() => {
				sql.setProcess.run({id: agentId, ...process});
				setAgent(agentId, 'running', NOTHING_ENDED, at);
			}),
		moveAgent: (agentId, status, at) => transact(() => setAgent(agentId, status, NOTHING_ENDED, at)),
		recordProgress: (progress, at) =>
			transact(() => {
				for (const agent of progress.subAgents ?? []) addAgent(agent, at);
				writeTelemetry(progress, sql);
				for (const session of progress.sessions ?? []) sql.setSession.run(session);
				for (const end of progress.endedSubAgents ?? []) setAgent(end.agentId, end.status, {...NOTHING_ENDED, error: end.error}, at);
			}),
		...createAdoptWrites(connection, transact, {
			addAgent,
			writeTelemetry: progress => writeTelemetry(progress, sql),
			addCheckpoint: checkpoint => addCheckpoint(checkpoint, sql, emit),
		}),
		endAttempt: ({runId, stepId, attempt}, ending, outcome, at) =>
			transact(() => {
				if (sql.endAttempt.run({runId, stepId, attempt, at}).changes === 0) return;
				// A sub-agent cannot outlive the process it lived in; one that never said how it ended is lost unless all was well.
				endDescendants(ending.agentId, ending.status, at);
				setAgent(ending.agentId, ending.status, ending, at);
				for (const {id} of sql.pendingRequests.all(runId, ending.agentId)) {
					sql.denyRequest.run({id, at});
					emit(at, {type: 'request.decided', runId, requestId: id, isGranted: false});
				}
				emit(at, {type: 'step.attempt-ended', runId, stepId, attempt, outcome});
			}),
		...createCheckpointWrites(sql, transact, emit),
		...createRequestWrites(connection, transact, emit),
		attend: process => transact(() => void sql.attend.run(process)),
		leave: process => transact(() => void sql.leave.run(process)),
	};
};

const addCheckpoint = (checkpoint: Checkpoint, sql: Prepared, emit: (at: number, event: RadEvent) => void): void => {
	if (sql.addCheckpoint.run(checkpoint).changes > 0)
		emit(checkpoint.createdAt, {type: 'checkpoint.created', runId: checkpoint.runId, checkpointId: checkpoint.id});
};

const createCheckpointWrites = (
	sql: Prepared,
	transact: Transact,
	emit: (at: number, event: RadEvent) => void,
): Pick<Writes, 'recordCheckpoint' | 'noteToolCheckpoint' | 'recordRestore'> => ({
	recordCheckpoint: checkpoint => transact(() => addCheckpoint(checkpoint, sql, emit)),
	noteToolCheckpoint: (agentId, callId, checkpointId) => transact(() => void sql.setToolCheckpoint.run({agentId, callId, checkpointId})),
	recordRestore: (checkpointId, safety, runId, at) =>
		transact(() => {
			sql.addCheckpoint.run(safety);
			emit(at, {type: 'checkpoint.created', runId: safety.runId, checkpointId: safety.id});
			emit(at, {type: 'checkpoint.restored', runId, checkpointId, safetyId: safety.id});
		}),
});

const createRequestWrites = (
	connection: Connection,
	transact: Transact,
	emit: (at: number, event: RadEvent) => void,
): Pick<Writes, 'openRequest' | 'decideRequest' | 'spendToken'> => {
	const spend = connection.prepare('UPDATE attempts SET token_is_spent = 1 WHERE token_hash = ? AND token_is_spent = 0 AND ended_at IS NULL');
	const byToken = connection.prepare<[string], AttemptRow>('SELECT * FROM attempts WHERE token_hash = ?');
	const request = connection.prepare<[string], RequestRow>('SELECT * FROM requests WHERE id = ?');
	const add = connection.prepare(
		`INSERT INTO requests (id, run_id, step_id, agent_id, created_at, decided_at, status, decided_by, subject_json)
		VALUES (:id, :runId, :stepId, :agentId, :createdAt, :decidedAt, :status, :decidedBy, :subject)`,
	);
	const decide = connection.prepare(
		"UPDATE requests SET status = :status, decided_by = :decidedBy, decided_at = :at WHERE id = :id AND status = 'pending'",
	);
	const change = connection.prepare(
		`UPDATE requests SET subject_json = json_set(subject_json, '$.argumentsJson', :argumentsJson)
			WHERE id = :id AND subject_json ->> '$.kind' = 'replay'`,
	);
	return {
		openRequest: item =>
			transact(() => {
				add.run({...item, subject: JSON.stringify(item.subject)});
				emit(item.createdAt, {type: 'request.opened', runId: item.runId, requestId: item.id});
			}),
		spendToken: tokenHash =>
			transact(() => {
				if (spend.run(tokenHash).changes === 0) return undefined;
				const row = byToken.get(tokenHash);
				return row === undefined ? undefined : toAttempt(row);
			}),
		decideRequest: (id, isGranted, decidedBy, at, argumentsJson) =>
			transact(() => {
				if (decide.run({id, status: isGranted ? 'granted' : 'denied', decidedBy, at}).changes === 0) return undefined;
				if (argumentsJson !== undefined) change.run({id, argumentsJson});
				const row = request.get(id);
				if (row === undefined) return undefined;
				const decided = toRequest(row);
				emit(at, {type: 'request.decided', runId: decided.runId, requestId: id, isGranted});
				return decided;
			}),
	};
};

const writeTelemetry = ({usage, toolCalls, toolResults}: AgentProgress, sql: Prepared): void => {
	for (const record of usage ?? []) sql.addUsage.run(toUsageValues(record));
	for (const call of toolCalls ?? []) {
		sql.addToolCall.run({...call, writes: JSON.stringify(call.writes), isError: call.isError === null ? null : Number(call.isError)});
	}
	for (const {agentId, callId, isError} of toolResults ?? []) sql.setToolResult.run({agentId, callId, isError: Number(isError)});
};

// In the order of the statement: binding by name would cost as much as the insert, and it is done for each of a hundred thousand imported responses.
const toUsageValues = (record: UsageRecord) => [
	record.agentId,
	record.at,
	record.messageId,
	record.provider,
	record.model,
	record.tokens.input,
	record.tokens.cacheRead,
	record.tokens.cacheWrite,
	record.tokens.cacheWrite1h,
	record.tokens.output,
	record.tokens.reasoning,
	record.tier,
	record.costNanoUsd,
	record.costSource,
	record.cacheSavedNanoUsd,
];

const PRICED_COLUMNS = [
	'provider',
	'model',
	'input_tokens',
	'cache_read_tokens',
	'cache_write_tokens',
	'cache_write_1h_tokens',
	'output_tokens',
	'reasoning_tokens',
	'service_tier',
] as const;
const COST_COLUMNS = ['cost_nano_usd', 'cost_source', 'cache_saved_nano_usd'] as const;

// An attempt that is read again after a crash must not be priced by the prices of today; only the engine's own word is better than the first.
const IS_PRICED_ALREADY = `(telemetry.cost_source <> 'unknown' AND excluded.cost_source <> 'reported'
	AND ${PRICED_COLUMNS.map(column => `telemetry.${column} IS excluded.${column}`).join(' AND ')})`;

type Prepared = ReturnType<typeof prepareWrites>;

const prepareWrites = (connection: Connection) => ({
	...prepareStepWrites(connection),
	...prepareRunWrites(connection),
	pendingRequests: connection.prepare<[string, string], {id: RequestId}>(
		"SELECT id FROM requests WHERE run_id = ? AND agent_id = ? AND status = 'pending'",
	),
	denyRequest: connection.prepare("UPDATE requests SET status = 'denied', decided_by = 'the agent ended', decided_at = :at WHERE id = :id"),
	agent: connection.prepare<[string], {status: AgentStatus; plan_id: RunId}>('SELECT status, plan_id FROM agents WHERE id = ?'),
	liveChildren: connection.prepare<[string], {id: AgentId}>(
		"SELECT id FROM agents WHERE parent_id = ? AND status IN ('starting', 'running', 'waiting')",
	),
	addAgent: connection.prepare(
		`INSERT INTO agents (id, parent_id, plan_id, step_id, attempt, agent_type, name, engine, model, status, is_recording, process_id,
			process_start, boot_id, started_at, ended_at, exit_code, error, log_file, checkpoint_id, permissions, session_id, engine_version, failure_cause)
		VALUES (:id, :parentId, :planId, :stepId, :attempt, :agentType, :name, :engine, :model, :status, :isRecording, :processId,
			:processStart, :bootId, :startedAt, :endedAt, :exitCode, :error, :logFile, :checkpointId, :permissions, :sessionId, :engineVersion,
			:failureCause)`,
	),
	setAgent: connection.prepare(
		`UPDATE agents SET status = :status, ended_at = :endedAt, exit_code = coalesce(:exitCode, exit_code), error = coalesce(:error, error),
			failure_cause = coalesce(:failureCause, failure_cause)
		WHERE id = :id`,
	),
	wishStop: connection.prepare("UPDATE agents SET stop_wish = :how WHERE id = :agentId AND stop_wish IS NOT 'now'"),
	setProcess: connection.prepare('UPDATE agents SET process_id = :pid, process_start = :startTime, boot_id = :bootId WHERE id = :id'),
	setSession: connection.prepare(
		`UPDATE agents SET model = coalesce(:model, model), session_id = coalesce(:sessionId, session_id),
			engine_version = coalesce(:engineVersion, engine_version) WHERE id = :agentId`,
	),
	addAttempt: connection.prepare(
		`INSERT INTO attempts (run_id, step_id, attempt, agent_id, token_hash, started_at)
		VALUES (:runId, :stepId, :attempt, :agentId, :tokenHash, :startedAt)`,
	),
	endAttempt: connection.prepare(
		'UPDATE attempts SET ended_at = :at WHERE run_id = :runId AND step_id = :stepId AND attempt = :attempt AND ended_at IS NULL',
	),
	addUsage: connection.prepare(
		`INSERT INTO telemetry (agent_id, at, kind, message_id, provider, model, input_tokens, cache_read_tokens, cache_write_tokens,
			cache_write_1h_tokens, output_tokens, reasoning_tokens, service_tier, cost_nano_usd, cost_source, cache_saved_nano_usd)
		VALUES (?, ?, 'usage', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (agent_id, kind, message_id) DO UPDATE SET
			${PRICED_COLUMNS.map(column => `${column} = excluded.${column}`).join(', ')},
			${COST_COLUMNS.map(column => `${column} = iif(${IS_PRICED_ALREADY}, telemetry.${column}, excluded.${column})`).join(', ')}`,
	),
	addToolCall: connection.prepare(
		`INSERT INTO telemetry (agent_id, at, kind, message_id, tool, arguments_json, writes_json, checkpoint_id, is_error)
		VALUES (:agentId, :at, 'tool_call', :callId, :tool, :argumentsJson, :writes, :checkpointId, :isError)
		ON CONFLICT (agent_id, kind, message_id) DO UPDATE SET
			tool = excluded.tool, arguments_json = excluded.arguments_json, writes_json = excluded.writes_json,
			checkpoint_id = coalesce(excluded.checkpoint_id, checkpoint_id), is_error = coalesce(excluded.is_error, is_error)`,
	),
	setToolResult: connection.prepare(
		"UPDATE telemetry SET is_error = :isError WHERE agent_id = :agentId AND kind = 'tool_call' AND message_id = :callId",
	),
	// The process knows its own calls and those of its sub-agents by one id each; which agent made one it does not say when it asks.
	setToolCheckpoint: connection.prepare(
		`UPDATE telemetry SET checkpoint_id = :checkpointId WHERE kind = 'tool_call' AND message_id = :callId AND agent_id IN (
			SELECT other.id FROM agents one JOIN agents other
				ON other.plan_id = one.plan_id AND other.step_id = one.step_id AND other.attempt = one.attempt
			WHERE one.id = :agentId)`,
	),
	addCheckpoint: connection.prepare(
		`INSERT OR IGNORE INTO checkpoints (id, created_at, kind, label, run_id, step_id, agent_id)
		VALUES (:id, :createdAt, :kind, :label, :runId, :stepId, :agentId)`,
	),
	addEvent: connection.prepare('INSERT INTO events (at, run_id, type, body_json) VALUES (:at, :runId, :type, :body)'),
	attend: connection.prepare('INSERT OR IGNORE INTO attendants (pid, start_time, boot_id) VALUES (:pid, :startTime, :bootId)'),
	leave: connection.prepare('DELETE FROM attendants WHERE pid = :pid AND start_time = :startTime AND boot_id = :bootId'),
});
