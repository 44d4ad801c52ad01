import type {AgentId, RunId} from '../domain/ids.ts';
import type {Connection} from './sqlite-open.ts';
import {createPreparation} from './sqlite-preparation.ts';
import {AGENT_COLUMNS, type AgentRow, type TotalsRow, toAgent, toTotals} from './sqlite-rows.ts';
import {SUM_NAMES} from './sqlite-sums.ts';
import type {AgentFigures, FiguresChange, Store} from './store-port.ts';

type SumsRow = TotalsRow & {agent_id: AgentId};

const NEWEST = 'SELECT max(revision) FROM agent_figures WHERE run_id = ?';
// From the few that changed to their agents, whatever SQLite guesses of the tables.
const AGENTS = `
	SELECT ${AGENT_COLUMNS} FROM agent_figures f CROSS JOIN agents a ON a.id = f.agent_id JOIN runs r ON r.id = a.plan_id
	WHERE f.run_id = ? AND f.revision > ? ORDER BY a.n`;
const SUMS = `SELECT agent_id, ${SUM_NAMES.join(', ')} FROM agent_figures WHERE run_id = ? AND revision > ? AND records > 0`;

/** Reads what triggers keep: see `FIGURES_SCHEMA`. */
export const createFiguresReads = (connection: Connection): Pick<Store, 'listFigures'> => {
	const prepare = createPreparation(connection);
	// Without a transaction another process could commit between the statements.
	const read = connection.transaction((runId: RunId, after: number): FiguresChange => {
		const revision = (prepare(NEWEST).pluck().get(runId) as number | null) ?? 0;
		const isWhole = after === 0 || revision < after;
		if (revision === after) return {revision, changed: [], isWhole: false};
		const from = isWhole ? 0 : after;
		const usage = new Map(
			(prepare(SUMS).safeIntegers().all(runId, from) as readonly SumsRow[]).map(row => [row.agent_id, {...toTotals(row), agentId: row.agent_id}]),
		);
		const changed = (prepare(AGENTS).all(runId, from) as readonly AgentRow[]).map((row): AgentFigures => {
			const agent = toAgent(row);
			return {agent, usage: usage.get(agent.id) ?? null};
		});
		return {revision, changed, isWhole};
	});
	return {listFigures: async (runId, after) => read.deferred(runId, after)};
};
