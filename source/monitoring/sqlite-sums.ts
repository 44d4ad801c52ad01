import {SETTLEMENT_PREFIX} from '../domain/settlement.ts';
import {MONEY_PART, type TotalsRow} from './sqlite-rows.ts';

/** What each sum adds for one row of `telemetry`, which is called `row` in the statement. */
const ADDENDS: {readonly [Name in keyof TotalsRow]: (row: string) => string} = {
	records: () => '1',
	responses: row => `(${row}.message_id NOT LIKE '${SETTLEMENT_PREFIX}%')`,
	unpriced: row => `(${row}.cost_nano_usd IS NULL)`,
	estimated: row => `(${row}.cost_source = 'estimated')`,
	// Money is summed in two parts, which cannot overflow as the whole could: what engines claim has no limit that would be safe.
	cost_high: row => `coalesce(${row}.cost_nano_usd / ${MONEY_PART}, 0)`,
	cost_low: row => `coalesce(${row}.cost_nano_usd % ${MONEY_PART}, 0)`,
	saved_high: row => `coalesce(${row}.cache_saved_nano_usd / ${MONEY_PART}, 0)`,
	saved_low: row => `coalesce(${row}.cache_saved_nano_usd % ${MONEY_PART}, 0)`,
	input_tokens: row => `${row}.input_tokens`,
	cache_read_tokens: row => `${row}.cache_read_tokens`,
	cache_write_tokens: row => `${row}.cache_write_tokens`,
	cache_write_1h_tokens: row => `${row}.cache_write_1h_tokens`,
	output_tokens: row => `${row}.output_tokens`,
	reasoning_tokens: row => `${row}.reasoning_tokens`,
};

export const SUM_NAMES = Object.keys(ADDENDS) as ReadonlyArray<keyof TotalsRow>;

/** The sums over rows of `telemetry t`. */
export const SUMS = SUM_NAMES.map(name => `coalesce(sum(${ADDENDS[name]('t')}), 0) AS ${name}`).join(', ');

/** What changes in kept sums when the first row comes in place of the second, which is null where there was none. */
const toChanges = (now: string, before: string | null): string =>
	SUM_NAMES.map(name => {
		const taken = before === null ? '' : ` - ${ADDENDS[name](before)}`;
		// A sum without bounds would become a number that no column of whole ones takes, and the record itself would be lost.
		return `${name} = CAST(${name} + ${ADDENDS[name](now)}${taken} AS INTEGER)`;
	}).join(', ');

const LIVE = "('starting', 'running', 'waiting')";

/** The revision of a run after the newest one that it has had. */
const nextOf = (runId: string): string => `(SELECT coalesce(max(other.revision), 0) + 1 FROM agent_figures other WHERE other.run_id = ${runId})`;

const NEXT = nextOf('agent_figures.run_id');

/**
 * The schema of what the dashboard asks for all the time: the sums of each agent, and at which revision of its run the agent or its sums
 * changed last. Triggers keep both, in the transaction of whoever writes; agents and what they used are never removed.
 */
export const FIGURES_SCHEMA = `
	CREATE TABLE agent_figures (
		agent_id TEXT PRIMARY KEY REFERENCES agents (id), run_id TEXT NOT NULL, revision INTEGER NOT NULL,
		${SUM_NAMES.map(name => `${name} INTEGER NOT NULL DEFAULT 0`).join(', ')}
	) STRICT, WITHOUT ROWID;
	INSERT INTO agent_figures SELECT a.id, a.plan_id, 1, ${SUM_NAMES.map(name => `coalesce(s.${name}, 0)`).join(', ')}
		FROM agents a LEFT JOIN (SELECT t.agent_id, ${SUMS} FROM telemetry t WHERE t.kind = 'usage' GROUP BY t.agent_id) s ON s.agent_id = a.id;
	CREATE INDEX agent_figures_by_revision ON agent_figures (run_id, revision);
	CREATE TRIGGER agent_is_new AFTER INSERT ON agents BEGIN
		INSERT INTO agent_figures (agent_id, run_id, revision) VALUES (NEW.id, NEW.plan_id, ${nextOf('NEW.plan_id')});
	END;
	CREATE TRIGGER agent_has_changed AFTER UPDATE ON agents BEGIN
		UPDATE agent_figures SET revision = ${NEXT} WHERE agent_id = NEW.id;
	END;
	-- Whether somebody looks after the agents that are at work is told by the run.
	CREATE TRIGGER run_has_changed AFTER UPDATE OF status ON runs BEGIN
		UPDATE agent_figures SET revision = ${NEXT}
			WHERE run_id = NEW.id AND agent_id IN (SELECT id FROM agents WHERE plan_id = NEW.id AND status IN ${LIVE});
	END;
	CREATE TRIGGER usage_is_new AFTER INSERT ON telemetry WHEN NEW.kind = 'usage' BEGIN
		UPDATE agent_figures SET revision = ${NEXT}, ${toChanges('NEW', null)} WHERE agent_id = NEW.agent_id;
	END;
	CREATE TRIGGER usage_has_changed AFTER UPDATE ON telemetry WHEN NEW.kind = 'usage' BEGIN
		UPDATE agent_figures SET revision = ${NEXT}, ${toChanges('NEW', 'OLD')} WHERE agent_id = NEW.agent_id;
	END;
`;
