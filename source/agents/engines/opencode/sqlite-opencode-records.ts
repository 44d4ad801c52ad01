import {existsSync} from 'node:fs';
import path from 'node:path';
import Database, {type Database as Connection} from 'better-sqlite3';
import type {RecordLine, SessionRecords} from '../../engine.ts';

type Row = {readonly id: string; readonly source: string; readonly time_updated: number};
type Keyed = RecordLine & {readonly key: string};
type Rows = {readonly lines: readonly Keyed[]; readonly newest: number};

export const OPENCODE_DATABASE = 'opencode.db';
// A row may change twice within a millisecond, and two processes may write at once: the latest changes are read again, and told once.
const OVERLAP_MS = 5000;
const MAX_ROW_CHARACTERS = 16 * 1024 * 1024;

const TREE = `WITH RECURSIVE tree(id) AS (SELECT :sessionId UNION SELECT session.id FROM session JOIN tree ON session.parent_id = tree.id)`;

// Sessions first, then messages: a part is understood by what it belongs to.
const QUERIES: Readonly<Record<string, string>> = {
	session: `${TREE} SELECT id AS source, id, parent_id, title, agent, model, version, time_created, time_updated
		FROM session WHERE id IN (SELECT id FROM tree) ORDER BY time_created, id`,
	message: `${TREE} SELECT session_id AS source, id, session_id, time_created, time_updated, data
		FROM message WHERE session_id IN (SELECT id FROM tree) AND time_updated >= :after AND length(data) <= ${MAX_ROW_CHARACTERS}
		ORDER BY time_created, id`,
	part: `${TREE} SELECT session_id AS source, id, message_id, session_id, time_created, time_updated, data
		FROM part WHERE session_id IN (SELECT id FROM tree) AND time_updated >= :after AND length(data) <= ${MAX_ROW_CHARACTERS}
		ORDER BY time_created, id`,
};

/**
 * Follows opencode's database: a session and those of its sub-agents, with their messages and the parts of these. Each row that is new or
 * changed is one line, `{"table": …}` and the row's columns; the source is the session's id. Nothing is written; what is missing, busy or
 * of another shape gives no lines until it can be read.
 */
export const opencodeRecords: SessionRecords = {
	open: ({directory, sessionId, since}) => {
		const file = path.join(directory, OPENCODE_DATABASE);
		let connection: Connection | undefined;
		let newest = since;
		let told: ReadonlyMap<string, string> = new Map();
		const close = (): void => {
			connection?.close();
			connection = undefined;
		};
		const read = (): readonly RecordLine[] => {
			connection ??= new Database(file, {readonly: true, fileMustExist: true, timeout: 0});
			const rows = readRows(connection, sessionId, Math.max(since, newest - OVERLAP_MS));
			const fresh = rows.lines.filter(({key, text}) => told.get(key) !== text);
			told = new Map(rows.lines.map(({key, text}) => [key, text]));
			newest = Math.max(newest, rows.newest);
			return fresh.map(({source, text}) => ({source, text}));
		};
		const poll = (): readonly RecordLine[] => {
			try {
				return existsSync(file) ? read() : [];
			} catch (error) {
				if (!(error instanceof Database.SqliteError) && !(error instanceof TypeError)) throw error;
				close();
				return [];
			}
		};
		return {poll, finish: poll, close};
	},
};

const readRows = (connection: Connection, sessionId: string, after: number): Rows => {
	// In one transaction, so that no part is older than the message it belongs to.
	const rows = connection.transaction(() =>
		Object.entries(QUERIES).flatMap(([table, sql]) => (connection.prepare(sql).all({sessionId, after}) as readonly Row[]).map(row => ({table, row}))),
	)();
	return {
		lines: rows.map(({table, row: {source, ...row}}) => ({
			key: `${table} ${row.id}`,
			source: String(source),
			text: JSON.stringify({table, ...row}),
		})),
		newest: rows.reduce((latest, {row}) => (typeof row.time_updated === 'number' ? Math.max(latest, row.time_updated) : latest), 0),
	};
};
