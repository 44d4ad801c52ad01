import {AGENT_STATUSES, FAILURE_CAUSES, RUN_STATUSES, STEP_STATUSES} from '../domain/status.ts';
import {FIGURES_SCHEMA} from './sqlite-sums.ts';

/** "RAD1" in ASCII: tells a store of ours from any other SQLite file. */
export const APPLICATION_ID = 0x52414431;

const oneOf = (column: string, values: readonly string[]): string => `CHECK (${column} IN (${values.map(value => `'${value}'`).join(', ')}))`;
/** What a row of a run can be: one that is queued has none yet. */
const STORED_RUN_STATUSES = RUN_STATUSES.filter(status => status !== 'queued');
const whole = (column: string): string => `${column} INTEGER NOT NULL CHECK (${column} BETWEEN 0 AND 9007199254740991)`;

/** Numbered from 1 by their place; only ever appended. `user_version` tells how many of them a store has seen. */
export const MIGRATIONS: readonly string[] = [
	`
	CREATE TABLE runs (
		n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, workflow TEXT NOT NULL, status TEXT NOT NULL ${oneOf('status', STORED_RUN_STATUSES)},
		started_at INTEGER NOT NULL, ended_at INTEGER, error TEXT,
		owner_pid INTEGER NOT NULL, owner_start TEXT NOT NULL, owner_boot TEXT NOT NULL, plan_json TEXT NOT NULL
	) STRICT;
	CREATE TABLE steps (
		run_id TEXT NOT NULL REFERENCES runs (id), step_id TEXT NOT NULL, position INTEGER NOT NULL,
		status TEXT NOT NULL ${oneOf('status', STEP_STATUSES)}, attempts INTEGER NOT NULL, started_at INTEGER, ended_at INTEGER, reason TEXT,
		PRIMARY KEY (run_id, step_id)
	) STRICT, WITHOUT ROWID;
	CREATE TABLE agents (
		n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, parent_id TEXT REFERENCES agents (id), plan_id TEXT NOT NULL REFERENCES runs (id),
		step_id TEXT NOT NULL, attempt INTEGER NOT NULL, agent_type TEXT NOT NULL, name TEXT NOT NULL, engine TEXT NOT NULL, model TEXT,
		status TEXT NOT NULL ${oneOf('status', AGENT_STATUSES)}, is_recording INTEGER NOT NULL,
		process_id INTEGER, process_start TEXT, boot_id TEXT, started_at INTEGER NOT NULL, ended_at INTEGER, exit_code INTEGER, error TEXT,
		log_file TEXT, checkpoint_id TEXT,
		CHECK (status <> 'completed' OR exit_code IS NULL OR exit_code = 0)
	) STRICT;
	CREATE INDEX agents_by_plan ON agents (plan_id);
	CREATE INDEX agents_by_parent ON agents (parent_id) WHERE parent_id IS NOT NULL;
	CREATE INDEX agents_by_status ON agents (status);
	CREATE TABLE attempts (
		run_id TEXT NOT NULL, step_id TEXT NOT NULL, attempt INTEGER NOT NULL, agent_id TEXT NOT NULL REFERENCES agents (id),
		token_hash TEXT NOT NULL UNIQUE, token_is_spent INTEGER NOT NULL DEFAULT 0, started_at INTEGER NOT NULL, ended_at INTEGER,
		PRIMARY KEY (run_id, step_id, attempt)
	) STRICT, WITHOUT ROWID;
	CREATE TABLE telemetry (
		n INTEGER PRIMARY KEY, agent_id TEXT NOT NULL REFERENCES agents (id), at INTEGER NOT NULL,
		kind TEXT NOT NULL CHECK (kind IN ('usage', 'tool_call')), message_id TEXT NOT NULL,
		provider TEXT, model TEXT,
		${whole('input_tokens')} DEFAULT 0, ${whole('cache_read_tokens')} DEFAULT 0, ${whole('cache_write_tokens')} DEFAULT 0,
		${whole('cache_write_1h_tokens')} DEFAULT 0, ${whole('output_tokens')} DEFAULT 0, ${whole('reasoning_tokens')} DEFAULT 0,
		total_tokens INTEGER NOT NULL GENERATED ALWAYS AS (input_tokens + cache_read_tokens + cache_write_tokens + output_tokens) VIRTUAL,
		cost_nano_usd INTEGER CHECK (cost_nano_usd BETWEEN 0 AND 9007199254740991),
		cost_source TEXT NOT NULL DEFAULT 'unknown' CHECK (cost_source IN ('reported', 'estimated', 'unknown')),
		cache_saved_nano_usd INTEGER,
		tool TEXT, arguments_json TEXT, writes_json TEXT, is_error INTEGER,
		CHECK ((cost_nano_usd IS NULL) = (cost_source = 'unknown')),
		CHECK (cache_write_1h_tokens <= cache_write_tokens AND reasoning_tokens <= output_tokens),
		UNIQUE (agent_id, kind, message_id)
	) STRICT;
	CREATE TABLE checkpoints (
		id TEXT PRIMARY KEY, created_at INTEGER NOT NULL, kind TEXT NOT NULL, label TEXT NOT NULL, run_id TEXT, step_id TEXT, agent_id TEXT
	) STRICT, WITHOUT ROWID;
	CREATE TABLE requests (
		id TEXT PRIMARY KEY, run_id TEXT NOT NULL REFERENCES runs (id), step_id TEXT NOT NULL, agent_id TEXT NOT NULL REFERENCES agents (id),
		created_at INTEGER NOT NULL, decided_at INTEGER, status TEXT NOT NULL CHECK (status IN ('pending', 'granted', 'denied')),
		decided_by TEXT, subject_json TEXT NOT NULL
	) STRICT, WITHOUT ROWID;
	CREATE TABLE attendants (pid INTEGER NOT NULL, start_time TEXT NOT NULL, boot_id TEXT NOT NULL, PRIMARY KEY (pid, start_time, boot_id)) STRICT, WITHOUT ROWID;
	CREATE TABLE events (
		seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, run_id TEXT, type TEXT NOT NULL, body_json TEXT NOT NULL
	) STRICT;
	CREATE INDEX events_by_run ON events (run_id, seq) WHERE run_id IS NOT NULL;
	`,
	'ALTER TABLE telemetry ADD COLUMN checkpoint_id TEXT;',
	`
	ALTER TABLE agents ADD COLUMN permissions TEXT CHECK (permissions IN ('plan', 'edit', 'full'));
	ALTER TABLE agents ADD COLUMN session_id TEXT;
	ALTER TABLE agents ADD COLUMN engine_version TEXT;
	ALTER TABLE agents ADD COLUMN failure_cause TEXT ${oneOf('failure_cause', FAILURE_CAUSES)};
	ALTER TABLE runs ADD COLUMN adopted_engine TEXT;
	CREATE UNIQUE INDEX adopted_runs ON runs (adopted_engine) WHERE adopted_engine IS NOT NULL;
	CREATE TABLE adopted_sessions (
		engine TEXT NOT NULL, session_id TEXT NOT NULL, stamp TEXT NOT NULL, agent_id TEXT NOT NULL REFERENCES agents (id),
		PRIMARY KEY (engine, session_id)
	) STRICT, WITHOUT ROWID;
	CREATE INDEX agents_by_session ON agents (engine, session_id) WHERE session_id IS NOT NULL;
	`,
	'ALTER TABLE telemetry ADD COLUMN service_tier TEXT;',
	// Made anew, since SQLite cannot change which values a column may have.
	`
	ALTER TABLE steps RENAME TO old_steps;
	CREATE TABLE steps (
		run_id TEXT NOT NULL REFERENCES runs (id), step_id TEXT NOT NULL, parent_id TEXT, position INTEGER NOT NULL,
		status TEXT NOT NULL ${oneOf('status', STEP_STATUSES)}, attempts INTEGER NOT NULL, started_at INTEGER, ended_at INTEGER, reason TEXT,
		question_json TEXT, decision_json TEXT,
		PRIMARY KEY (run_id, step_id)
	) STRICT, WITHOUT ROWID;
	INSERT INTO steps (run_id, step_id, position, status, attempts, started_at, ended_at, reason)
		SELECT run_id, step_id, position, status, attempts, started_at, ended_at, reason FROM old_steps;
	DROP TABLE old_steps;
	`,
	'ALTER TABLE steps ADD COLUMN taken_from TEXT REFERENCES runs (id);',
	`
	CREATE TABLE artifacts (
		run_id TEXT NOT NULL, step_id TEXT NOT NULL, attempt INTEGER NOT NULL, path TEXT NOT NULL, ${whole('size_bytes')},
		PRIMARY KEY (run_id, step_id, attempt, path), FOREIGN KEY (run_id, step_id, attempt) REFERENCES attempts (run_id, step_id, attempt)
	) STRICT, WITHOUT ROWID;
	`,
	`
	CREATE TABLE queue (
		n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, workflow TEXT NOT NULL, queued_at INTEGER NOT NULL,
		owner_pid INTEGER NOT NULL, owner_start TEXT NOT NULL, owner_boot TEXT NOT NULL, plan_json TEXT NOT NULL, steps_json TEXT NOT NULL
	) STRICT;
	`,
	"ALTER TABLE agents ADD COLUMN stop_wish TEXT CHECK (stop_wish IN ('graceful', 'now'));",
	// What was used of late is asked for again and again.
	"CREATE INDEX telemetry_by_time ON telemetry (at) WHERE kind = 'usage';",
	FIGURES_SCHEMA,
];
