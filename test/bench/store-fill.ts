import {openConnection} from '../../source/monitoring/sqlite-open.ts';

/** What a workspace holds whose store is filled in one go; agents come in ten, in a tree ten wide, and have their usage in equal parts. */
export type Filling = {readonly agents: number; readonly usage: number};

const START = Date.UTC(2026, 8, 1);

const id = (kind: string, number: string): string => `'${kind}_' || printf('%010d', ${number})`;

/**
 * Adds one run with agents and their usage to a store, making it where it is not there; five million rows take a minute.
 *
 * The rows are those that rad writes, but not written by it: through the store each would be a transaction that waits for the disk.
 */
export const fillStore = (file: string, {agents, usage}: Filling, {create}: {readonly create: boolean}): void => {
	const connection = openConnection(file, {create});
	try {
		connection.pragma('synchronous = OFF');
		connection
			.transaction(() => {
				connection.exec(`
					INSERT INTO runs (id, workflow, status, started_at, ended_at, owner_pid, owner_start, owner_boot, plan_json)
						VALUES ('run_0000000001', 'crowd', 'completed', ${START}, ${START + 1}, 1, '1', 'boot', '{}');
					WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < ${agents})
					INSERT INTO agents (id, parent_id, plan_id, step_id, attempt, agent_type, name, engine, model, status, is_recording, started_at, ended_at, exit_code)
						SELECT ${id('agt', 'i')}, CASE WHEN i = 1 THEN NULL ELSE ${id('agt', '(i + 8) / 10')} END, 'run_0000000001', 'build', 1, 'agent',
							'agent ' || i, 'claude', 'claude-opus-5-5', 'completed', 0, ${START} + i * 1000, ${START} + i * 1000 + 900, 0 FROM numbers;
				`);
				connection.exec(`
					WITH RECURSIVE numbers (i) AS (SELECT 0 WHERE ${usage} > 0 UNION ALL SELECT i + 1 FROM numbers WHERE i + 1 < ${usage})
					INSERT INTO telemetry (agent_id, at, kind, message_id, provider, model, input_tokens, cache_read_tokens, output_tokens,
						cost_nano_usd, cost_source, cache_saved_nano_usd)
						SELECT ${id('agt', `1 + i * ${agents} / ${Math.max(1, usage)}`)}, ${START} + i, 'usage', 'msg_01' || printf('%020d', i), 'anthropic',
							'claude-opus-5-5', 12, 20000 + i % 1000, 400, 12000000, 'estimated', 76000000 FROM numbers;
				`);
			})
			.immediate();
		connection.pragma('wal_checkpoint(TRUNCATE)');
	} finally {
		connection.close();
	}
};
