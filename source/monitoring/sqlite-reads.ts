import type {AgentId, RunId} from '../domain/ids.ts';
import type {AgentFilter} from '../domain/rad.ts';
import type {Agent, ProcessIdentity, Run, Step} from '../domain/records.ts';
import {SETTLEMENT_PREFIX} from '../domain/settlement.ts';
import {SESSION_AGENT} from './sqlite-adopt.ts';
import type {Connection} from './sqlite-open.ts';
import {createPreparation, type Preparation} from './sqlite-preparation.ts';
import {
	AGENT_COLUMNS,
	type AgentRow,
	type AttemptRow,
	type EventRow,
	type QueueRow,
	type RequestRow,
	type RunRow,
	type StepRow,
	toAgent,
	toAttempt,
	toEvent,
	toPendingSteps,
	toRequest,
	toRun,
	toStep,
	toStepTree,
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
	| 'listRequests'
	| 'listAttendants'
	| 'listEvents'
	| 'latestSeq'
>;

const AGENTS = `SELECT ${AGENT_COLUMNS} FROM agents a JOIN runs r ON r.id = a.plan_id`;

const CONDITIONS = [
	['status', 'a.status = :status'],
	['engine', 'a.engine = :engine'],
	['model', 'instr(lower(a.model), lower(:model)) > 0'],
	['runId', 'a.plan_id = :runId'],
	['exceptRunId', 'a.plan_id <> :exceptRunId'],
] as const satisfies ReadonlyArray<readonly [keyof AgentFilter, string]>;

/** Each kind of filter has a statement of its own: SQLite takes no index for the sake of a condition that may be absent. */
const createAgentReads =
	(prepare: Preparation): ((filter: AgentFilter) => readonly Agent[]) =>
	filter => {
		const conditions = CONDITIONS.filter(([name]) => filter[name] !== undefined).map(([, condition]) => condition);
		const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
		const read = (end: string): readonly Agent[] => (prepare(`${AGENTS} ${where} ${end}`).all(filter) as readonly AgentRow[]).map(toAgent);
		return filter.limit === undefined ? read('ORDER BY a.n') : read('ORDER BY a.n DESC LIMIT :limit').toReversed();
	};

type ResponseRow = {readonly message_id: string; readonly agent_id: AgentId};

const RESPONSES = `SELECT t.message_id, t.agent_id FROM telemetry t JOIN agents a ON a.id = t.agent_id
	WHERE a.engine = ? AND t.message_id NOT LIKE '${SETTLEMENT_PREFIX}%'`;
const toResponse = ({message_id, agent_id}: ResponseRow) => ({messageId: message_id, agentId: agent_id});

export const createReads = (connection: Connection): Reads => {
	const prepare = createPreparation(connection);
	const all =
		<Row, Value>(sql: string, toValue: (row: Row) => Value) =>
		async (...parameters: unknown[]): Promise<readonly Value[]> =>
			(prepare(sql).all(...parameters) as readonly Row[]).map(toValue);
	const one =
		<Row, Value>(sql: string, toValue: (row: Row) => Value) =>
		async (...parameters: unknown[]): Promise<Value | undefined> => {
			const row = prepare(sql).get(...parameters) as Row | undefined;
			return row === undefined ? undefined : toValue(row);
		};
	const agents = createAgentReads(prepare);
	const responses = all<ResponseRow, ReturnType<typeof toResponse>>(`${RESPONSES} AND t.kind = 'usage'`, toResponse);
	// With the sign, the index by time is left aside: the one by agent and message holds all that is asked for.
	const namedResponses = all<ResponseRow, ReturnType<typeof toResponse>>(
		`${RESPONSES} AND +t.kind = 'usage' AND t.message_id IN (SELECT value FROM json_each(?))`,
		toResponse,
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
	const queued = one<Pick<QueueRow, 'id' | 'steps_json'>, readonly Step[]>('SELECT id, steps_json FROM queue WHERE id = ?', toPendingSteps);
	const planJson = one<{plan_json: string}, string>(
		'SELECT plan_json FROM runs WHERE id = :runId UNION ALL SELECT plan_json FROM queue WHERE id = :runId',
		row => row.plan_json,
	);
	return {
		listBefore: all<RunRow, Run>(RUNS_BEFORE, toRun),
		listRuns: all<RunRow, Run>(`SELECT * FROM (${ALL_RUNS}) ORDER BY adopted_engine IS NOT NULL, is_queued DESC, n DESC`, toRun),
		getRun: one<RunRow, Run>(`SELECT * FROM (${ALL_RUNS}) WHERE id = ?`, toRun),
		getPlanJson: runId => planJson({runId}),
		listSteps: async runId => {
			const waiting = await queued(runId);
			return waiting ?? toStepTree(await steps(runId));
		},
		listAttempts: all<AttemptRow, ReturnType<typeof toAttempt>>('SELECT * FROM attempts WHERE run_id = ? ORDER BY started_at, attempt', toAttempt),
		listAgents: async filter => agents(filter),
		listResponses: async (engine, messageIds) =>
			messageIds === null ? await responses(engine) : await namedResponses(engine, JSON.stringify(messageIds)),
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
