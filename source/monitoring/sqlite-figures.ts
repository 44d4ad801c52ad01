import type {AgentId, RunId} from '../domain/ids.ts';
import type {Connection} from './sqlite-open.ts';
import {AGENT_COLUMNS, type AgentRow, type TotalsRow, toAgent, toTotals} from './sqlite-rows.ts';
import {SUM_NAMES} from './sqlite-sums.ts';
import type {AgentFigures, FiguresChange, Store} from './store-port.ts';

type SumsRow = TotalsRow & {agent_id: AgentId};

/** Reads what triggers keep: see `FIGURES_SCHEMA`. */
export const createFiguresReads = (connection: Connection): Pick<Store, 'listFigures'> => {
	const newest = connection.prepare<[RunId], number | null>('SELECT max(revision) FROM agent_figures WHERE run_id = ?').pluck();
	// From the few that changed to their agents, whatever SQLite guesses of the tables.
	const agents = connection.prepare<[RunId, number], AgentRow>(
		`SELECT ${AGENT_COLUMNS} FROM agent_figures f CROSS JOIN agents a ON a.id = f.agent_id JOIN runs r ON r.id = a.plan_id
		WHERE f.run_id = ? AND f.revision > ? ORDER BY a.n`,
	);
	const sums = connection
		.prepare<[RunId, number], SumsRow>(
			`SELECT agent_id, ${SUM_NAMES.join(', ')} FROM agent_figures WHERE run_id = ? AND revision > ? AND records > 0`,
		)
		.safeIntegers();
	// Without a transaction another process could commit between the statements.
	const read = connection.transaction((runId: RunId, after: number): FiguresChange => {
		const revision = newest.get(runId) ?? 0;
		const isWhole = after === 0 || revision < after;
		if (revision === after) return {revision, changed: [], isWhole: false};
		const from = isWhole ? 0 : after;
		const usage = new Map(sums.all(runId, from).map(row => [row.agent_id, {...toTotals(row), agentId: row.agent_id}]));
		const changed = agents.all(runId, from).map((row): AgentFigures => {
			const agent = toAgent(row);
			return {agent, usage: usage.get(agent.id) ?? null};
		});
		return {revision, changed, isWhole};
	});
	return {listFigures: async (runId, after) => read.deferred(runId, after)};
};
