import type {RunId} from '../domain/ids.ts';
import type {Agent} from '../domain/records.ts';
import type {Connection, Transact} from './sqlite-open.ts';
import type {AgentProgress, Store} from './store-port.ts';

/** What ran without rad has no plan that could be read. */
const NO_PLAN = {plan: {name: 'adopted', description: null, inputs: [], steps: []}, inputs: {}};

type Parts = {
	readonly addAgent: (agent: Agent, at: number) => void;
	readonly writeTelemetry: (progress: AgentProgress) => void;
};

/** Writes what agents did without rad. */
export const createAdoptWrites = (
	connection: Connection,
	transact: Transact,
	{addAgent, writeTelemetry}: Parts,
): Pick<Store, 'adoptRun' | 'adopt'> => {
	const addRun = connection.prepare(
		`INSERT OR IGNORE INTO runs (id, workflow, status, started_at, ended_at, owner_pid, owner_start, owner_boot, plan_json, adopted_engine)
		VALUES (:id, :engine || ' sessions', 'completed', :at, :at, :pid, :startTime, :bootId, :planJson, :engine)`,
	);
	const run = connection.prepare<[string], {id: RunId}>('SELECT id FROM runs WHERE adopted_engine = ?');
	const addSession = connection.prepare(
		`INSERT INTO adopted_sessions (engine, session_id, stamp, agent_id) VALUES (:engine, :sessionId, :stamp, :agentId)
		ON CONFLICT (engine, session_id) DO UPDATE SET stamp = excluded.stamp`,
	);
	const prolong = connection.prepare('UPDATE agents SET ended_at = max(ended_at, :endedAt) WHERE id = :id AND ended_at IS NOT NULL');
	return {
		adoptRun: ({owner, ...options}) =>
			transact(() => {
				addRun.run({...options, ...owner, planJson: JSON.stringify(NO_PLAN)});
				const row = run.get(options.engine);
				if (row === undefined) throw new Error('a run that was inserted cannot be missing');
				return row.id;
			}),
		adopt: ({agents, usage, toolCalls, sessions}, at) =>
			transact(() => {
				for (const agent of agents) {
					addAgent(agent, at);
					prolong.run({id: agent.id, endedAt: agent.endedAt});
				}
				writeTelemetry({usage, toolCalls});
				for (const session of sessions) addSession.run(session);
			}),
	};
};
