import type {RunId} from '../domain/ids.ts';
import type {Agent, Checkpoint, ToolCall} from '../domain/records.ts';
import type {Connection, Transact} from './sqlite-open.ts';
import type {AdoptedSession, AgentProgress, SessionAgent, Store} from './store-port.ts';

/** The newest agent that had a session; several did when a run went on with it. */
export const SESSION_AGENT = `SELECT id, plan_id AS planId, step_id AS stepId FROM agents
	WHERE engine = :engine AND session_id = :sessionId AND parent_id IS NULL ORDER BY n DESC LIMIT 1`;

/** What ran without rad has no plan that could be read. */
const NO_PLAN = {plan: {name: 'adopted', description: null, inputs: [], steps: []}, inputs: {}};

type Parts = {
	readonly addAgent: (agent: Agent, at: number) => void;
	readonly writeTelemetry: (progress: AgentProgress) => void;
	/** Does nothing when it is there. */
	readonly addCheckpoint: (checkpoint: Checkpoint) => void;
};

/** Writes what agents did without rad. */
export const createAdoptWrites = (
	connection: Connection,
	transact: Transact,
	{addAgent, writeTelemetry, addCheckpoint}: Parts,
): Pick<Store, 'adoptRun' | 'adopt' | 'adoptSession' | 'adoptCall'> => {
	const sql = prepareAdoptWrites(connection);
	return {
		adoptRun: ({owner, ...options}) =>
			transact(() => {
				sql.addRun.run({...options, ...owner, planJson: JSON.stringify(NO_PLAN)});
				const row = sql.run.get(options.engine);
				if (row === undefined) throw new Error('a run that was inserted cannot be missing');
				return row.id;
			}),
		adopt: (sessions, at) =>
			transact(() => {
				for (const {engine, sessionId, stamp, agents, usage, toolCalls} of sessions) {
					const agentId = agents[0].id;
					// A hook has told of it since it was read: it has an agent already, and the next import finds it by that.
					if ((sql.adopted.get({engine, sessionId})?.agentId ?? agentId) !== agentId) continue;
					for (const agent of agents) {
						addAgent(agent, at);
						sql.complete.run({id: agent.id, parentId: agent.parentId, name: agent.name, model: agent.model, ...toTimes(agent)});
					}
					writeTelemetry({usage, toolCalls: toolCalls.filter(call => !keepsCall(sql, call))});
					sql.addSession.run({engine, sessionId, stamp, agentId});
				}
			}),
		adoptSession: (agent, stamp, at) =>
			transact(() => {
				const known = sql.session.get(agent);
				if (known !== undefined) return known;
				addAgent(agent, at);
				sql.addSession.run({engine: agent.engine, sessionId: agent.sessionId, stamp, agentId: agent.id});
				return {id: agent.id, planId: agent.planId, stepId: agent.stepId};
			}),
		adoptCall: ({subAgent, call, checkpoint}, at) =>
			transact(() => {
				if (subAgent !== null) addAgent(subAgent, at);
				addCheckpoint(checkpoint);
				writeTelemetry({toolCalls: [{...call, checkpointId: checkpoint.id}]});
				sql.prolong.run({id: call.agentId, at});
			}),
	};
};

const toTimes = ({startedAt, endedAt}: Agent) => ({startedAt, endedAt});

type Prepared = ReturnType<typeof prepareAdoptWrites>;

/** Tells of a call that was found in a session whether a hook has told of it before: what the hook stored is kept, with its checkpoint. */
const keepsCall = ({setResult}: Pick<Prepared, 'setResult'>, {agentId, callId, isError}: ToolCall): boolean =>
	setResult.run({agentId, callId, isError: isError === null ? null : Number(isError)}).changes > 0;

const prepareAdoptWrites = (connection: Connection) => ({
	addRun: connection.prepare(
		`INSERT OR IGNORE INTO runs (id, workflow, status, started_at, ended_at, owner_pid, owner_start, owner_boot, plan_json, adopted_engine)
		VALUES (:id, :engine || ' sessions', 'completed', :at, :at, :pid, :startTime, :bootId, :planJson, :engine)`,
	),
	run: connection.prepare<[string], {id: RunId}>('SELECT id FROM runs WHERE adopted_engine = ?'),
	addSession: connection.prepare(
		`INSERT INTO adopted_sessions (engine, session_id, stamp, agent_id) VALUES (:engine, :sessionId, :stamp, :agentId)
		ON CONFLICT (engine, session_id) DO UPDATE SET stamp = excluded.stamp`,
	),
	adopted: connection.prepare<[Pick<AdoptedSession, 'engine' | 'sessionId'>], {agentId: Agent['id']}>(
		'SELECT agent_id AS agentId FROM adopted_sessions WHERE engine = :engine AND session_id = :sessionId',
	),
	// What a hook could not know.
	complete: connection.prepare(
		`UPDATE agents SET parent_id = :parentId, name = :name, model = coalesce(model, :model),
			started_at = min(started_at, :startedAt), ended_at = max(ended_at, :endedAt)
		WHERE id = :id AND ended_at IS NOT NULL`,
	),
	session: connection.prepare<[Pick<Agent, 'engine' | 'sessionId'>], SessionAgent>(SESSION_AGENT),
	// An agent of a run of rad ended when it ended, whoever went on with its session.
	prolong: connection.prepare(
		`UPDATE agents SET ended_at = max(ended_at, :at)
		WHERE id = :id AND ended_at IS NOT NULL AND plan_id IN (SELECT id FROM runs WHERE adopted_engine IS NOT NULL)`,
	),
	setResult: connection.prepare(
		`UPDATE telemetry SET is_error = coalesce(:isError, is_error)
		WHERE agent_id = :agentId AND kind = 'tool_call' AND message_id = :callId AND checkpoint_id IS NOT NULL`,
	),
});
