import type {AgentId, RunId} from '../domain/ids.ts';
import type {AgentFilter, UsageFilter} from '../domain/rad.ts';
import type {ProcessIdentity, Run, Step, UsageGrouping} from '../domain/records.ts';
import {SETTLEMENT_PREFIX} from '../domain/settlement.ts';
import {SESSION_AGENT} from './sqlite-adopt.ts';
import type {Connection} from './sqlite-open.ts';
import {
	type AgentRow,
	type AttemptRow,
	type EventRow,
	type GroupRow,
	MONEY_PART,
	type QueueRow,
	type RequestRow,
	type RunRow,
	type StepRow,
	type ToolCallRow,
	type TotalsRow,
	toAgent,
	toAttempt,
	toEvent,
	toGroupTotals,
	toModelTotals,
	toPendingSteps,
	toRequest,
	toRun,
	toStep,
	toStepTree,
	toToolCall,
	toTotals,
	toUsage,
	type UsageRow,
} from './sqlite-rows.ts';
import {ALL_RUNS, RUNS_BEFORE} from './sqlite-runs.ts';
import type {KnownSession, SessionAgent, Store} from './store-port.ts';

type Reads = Pick<
	Store,
	| 'listBefore'
	| 'listRuns'
	| 'getRun'
	| 'getPlanJson'
	| 'listSteps'
	| 'listAttempts'
	| 'listAgents'
	| 'listSessions'
	| 'listResponses'
	| 'findSession'
	| 'getAgent'
	| 'findStopWish'
	| 'listAgentIds'
	| 'listUsage'
	| 'listToolCalls'
	| 'sumUsage'
	| 'sumUsageByModel'
	| 'sumUsageByAgent'
	| 'sumUsageByGroup'
	| 'listRequests'
	| 'listAttendants'
	| 'listEvents'
	| 'latestSeq'
>;

// Live although its run was interrupted: nobody watches over it but its shim.
const AGENTS = `
	SELECT a.*, (a.status IN ('starting', 'running', 'waiting') AND r.status = 'interrupted') AS is_unattended
	FROM agents a JOIN runs r ON r.id = a.plan_id`;

/** Money is summed in two parts, which cannot overflow as the whole could: what engines claim has no limit that would be safe. */
const sumMoney = (amount: string, name: string): string =>
	`coalesce(sum(${amount} / ${MONEY_PART}), 0) AS ${name}_high, coalesce(sum(${amount} % ${MONEY_PART}), 0) AS ${name}_low`;

const SUMS = `
	count(*) AS records, coalesce(sum(message_id NOT LIKE '${SETTLEMENT_PREFIX}%'), 0) AS responses, coalesce(sum(cost_nano_usd IS NULL), 0) AS unpriced, coalesce(sum(cost_source = 'estimated'), 0) AS estimated,
	${sumMoney('cost_nano_usd', 'cost')}, ${sumMoney('cache_saved_nano_usd', 'saved')},
	coalesce(sum(input_tokens), 0) AS input_tokens, coalesce(sum(cache_read_tokens), 0) AS cache_read_tokens,
	coalesce(sum(cache_write_tokens), 0) AS cache_write_tokens, coalesce(sum(cache_write_1h_tokens), 0) AS cache_write_1h_tokens,
	coalesce(sum(output_tokens), 0) AS output_tokens, coalesce(sum(reasoning_tokens), 0) AS reasoning_tokens`;

/** What the groups of each kind are told apart by. */
const GROUP_KEYS: Readonly<Record<UsageGrouping, string>> = {
	day: "date(t.at / 1000, 'unixepoch', 'localtime')",
	model: 't.model',
	engine: 'a.engine',
	run: 'a.plan_id',
	agent: 'a.id',
};

const mapValues = <Key extends string, From, To>(record: Readonly<Record<Key, From>>, change: (value: From) => To): Record<Key, To> =>
	Object.fromEntries(Object.entries<From>(record).map(([key, value]) => [key, change(value)])) as Record<Key, To>;

// Both filters are optional; SQLite sees constants, so an absent one costs nothing.
const USAGE_FILTER = `
	(:agentId IS NULL OR t.agent_id = :agentId)
	AND (:runId IS NULL OR t.agent_id IN (SELECT id FROM agents WHERE plan_id = :runId))
	AND (:stepId IS NULL OR t.agent_id IN (SELECT id FROM agents WHERE step_id = :stepId))
	AND (:stepPrefix IS NULL OR t.agent_id IN (SELECT id FROM agents WHERE substr(step_id, 1, length(:stepPrefix)) = :stepPrefix))`;

const toParameters = ({agentId, runId, stepId, stepPrefix}: UsageFilter) => ({
	agentId: agentId ?? null,
	runId: runId ?? null,
	stepId: stepId ?? null,
	stepPrefix: stepPrefix ?? null,
});

export const createReads = (connection: Connection): Reads => {
	const all = <Row, Value>(sql: string, toValue: (row: Row) => Value) => {
		const statement = connection.prepare<unknown[], Row>(sql);
		return async (...parameters: unknown[]): Promise<readonly Value[]> => statement.all(...parameters).map(toValue);
	};
	const one = <Row, Value>(sql: string, toValue: (row: Row) => Value) => {
		const statement = connection.prepare<unknown[], Row>(sql);
		return async (...parameters: unknown[]): Promise<Value | undefined> => {
			const row = statement.get(...parameters);
			return row === undefined ? undefined : toValue(row);
		};
	};
	const agents = all<AgentRow, ReturnType<typeof toAgent>>(
		`${AGENTS} WHERE (:status IS NULL OR a.status = :status) AND (:runId IS NULL OR a.plan_id = :runId) ORDER BY a.n`,
		toAgent,
	);
	const requests = all<RequestRow, ReturnType<typeof toRequest>>(
		'SELECT * FROM requests WHERE (:runId IS NULL OR run_id = :runId) AND (:status IS NULL OR status = :status) ORDER BY id DESC',
		toRequest,
	);
	const events = all<EventRow, ReturnType<typeof toEvent>>(
		'SELECT seq, at, body_json FROM events WHERE seq > :afterSeq AND (:runId IS NULL OR run_id = :runId) ORDER BY seq LIMIT :limit',
		toEvent,
	);
	const steps = all<StepRow, Step>('SELECT * FROM steps WHERE run_id = ? ORDER BY position', toStep);
	const queued = connection.prepare<[RunId], Pick<QueueRow, 'id' | 'steps_json'>>('SELECT id, steps_json FROM queue WHERE id = ?');
	const planJson = one<{plan_json: string}, string>(
		'SELECT plan_json FROM runs WHERE id = :runId UNION ALL SELECT plan_json FROM queue WHERE id = :runId',
		row => row.plan_json,
	);
	const usage = createUsageReads(connection);
	return {
		...usage,
		listBefore: all<RunRow, Run>(RUNS_BEFORE, toRun),
		listRuns: all<RunRow, Run>(`SELECT * FROM (${ALL_RUNS}) ORDER BY adopted_engine IS NOT NULL, is_queued DESC, n DESC`, toRun),
		getRun: one<RunRow, Run>(`SELECT * FROM (${ALL_RUNS}) WHERE id = ?`, toRun),
		getPlanJson: runId => planJson({runId}),
		listSteps: async runId => {
			const waiting = queued.get(runId);
			return waiting === undefined ? toStepTree(await steps(runId)) : toPendingSteps(waiting);
		},
		listAttempts: all<AttemptRow, ReturnType<typeof toAttempt>>('SELECT * FROM attempts WHERE run_id = ? ORDER BY started_at, attempt', toAttempt),
		listAgents: ({status, runId}: AgentFilter) => agents({status: status ?? null, runId: runId ?? null}),
		listResponses: all<{message_id: string; agent_id: AgentId}, {messageId: string; agentId: AgentId}>(
			`SELECT t.message_id, t.agent_id FROM telemetry t JOIN agents a ON a.id = t.agent_id
			WHERE a.engine = ? AND t.kind = 'usage' AND t.message_id NOT LIKE '${SETTLEMENT_PREFIX}%'`,
			row => ({messageId: row.message_id, agentId: row.agent_id}),
		),
		listSessions: all<{session_id: string; id: AgentId; stamp: string | null}, KnownSession>(
			`SELECT a.session_id, a.id, s.stamp FROM agents a LEFT JOIN adopted_sessions s ON s.engine = a.engine AND s.session_id = a.session_id
			WHERE a.engine = ? AND a.session_id IS NOT NULL AND a.parent_id IS NULL`,
			row => ({sessionId: row.session_id, agentId: row.id, stamp: row.stamp}),
		),
		findSession: async session => connection.prepare<[typeof session], SessionAgent>(SESSION_AGENT).get(session),
		getAgent: one<AgentRow, ReturnType<typeof toAgent>>(`${AGENTS} WHERE a.id = ?`, toAgent),
		findStopWish: one<{stop_wish: 'graceful' | 'now'}, 'graceful' | 'now'>(
			'SELECT stop_wish FROM agents WHERE id = ? AND stop_wish IS NOT NULL',
			row => row.stop_wish,
		),
		listAgentIds: all<{id: AgentId}, AgentId>('SELECT id FROM agents ORDER BY n', row => row.id),
		listRequests: ({runId, status}) => requests({runId: runId ?? null, status: status ?? null}),
		listAttendants: all<{pid: number; start_time: string; boot_id: string}, ProcessIdentity>('SELECT * FROM attendants', row => ({
			pid: row.pid,
			startTime: row.start_time,
			bootId: row.boot_id,
		})),
		listEvents: (afterSeq: number, limit: number, runId?: RunId) => events({afterSeq, limit, runId: runId ?? null}),
		latestSeq: async () => (await one<{seq: number | null}, number>('SELECT max(seq) AS seq FROM events', row => row.seq ?? 0)()) ?? 0,
	};
};

const createUsageReads = (
	connection: Connection,
): Pick<Reads, 'listUsage' | 'listToolCalls' | 'sumUsage' | 'sumUsageByModel' | 'sumUsageByAgent' | 'sumUsageByGroup'> => {
	const from = `FROM telemetry t WHERE t.kind = 'usage' AND ${USAGE_FILTER}`;
	const records = connection.prepare<unknown[], UsageRow>(`SELECT t.* ${from} ORDER BY t.n`);
	const calls = connection.prepare<unknown[], ToolCallRow>(`SELECT t.* FROM telemetry t WHERE t.kind = 'tool_call' AND ${USAGE_FILTER} ORDER BY t.n`);
	const total = connection.prepare<unknown[], TotalsRow>(`SELECT ${SUMS} ${from}`).safeIntegers();
	const byModel = connection
		.prepare<unknown[], TotalsRow & {provider: string; model: string}>(
			`SELECT t.provider, t.model, ${SUMS} ${from} GROUP BY t.provider, t.model ORDER BY total(cost_nano_usd) DESC, t.model`,
		)
		.safeIntegers();
	const byAgent = connection
		.prepare<unknown[], TotalsRow & {agent_id: AgentId}>(`SELECT t.agent_id, ${SUMS} ${from} GROUP BY t.agent_id ORDER BY min(t.n)`)
		.safeIntegers();
	const byGroup = mapValues(GROUP_KEYS, key =>
		connection
			.prepare<unknown[], GroupRow>(
				`SELECT ${key} AS key, ${SUMS},
					coalesce(sum(a.is_recording AND message_id NOT LIKE '${SETTLEMENT_PREFIX}%'), 0) AS recorded_responses,
					${sumMoney('iif(a.is_recording, cost_nano_usd, 0)', 'recorded_cost')}
				FROM telemetry t JOIN agents a ON a.id = t.agent_id WHERE t.kind = 'usage' AND ${USAGE_FILTER}
				GROUP BY key ORDER BY ${key === GROUP_KEYS.day ? 'key DESC' : 'min(t.n)'}`,
			)
			.safeIntegers(),
	);
	return {
		sumUsageByGroup: async (grouping, filter) => byGroup[grouping].all(toParameters(filter)).map(toGroupTotals),
		listUsage: async filter => records.all(toParameters(filter)).map(toUsage),
		listToolCalls: async filter => calls.all(toParameters(filter)).map(toToolCall),
		sumUsage: async filter => {
			const row = total.get(toParameters(filter));
			if (row === undefined) throw new Error('an aggregate without a row cannot be');
			return toTotals(row);
		},
		sumUsageByModel: async filter => byModel.all(toParameters(filter)).map(toModelTotals),
		sumUsageByAgent: async filter => byAgent.all(toParameters(filter)).map(row => ({...toTotals(row), agentId: row.agent_id})),
	};
};
