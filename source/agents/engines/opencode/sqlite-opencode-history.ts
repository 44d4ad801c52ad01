import {existsSync} from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import type {SavedSession, SessionHistory} from '../../engine.ts';
import {readAllRecords} from '../../read-records.ts';
import {openOpencodeReader} from './opencode-reader.ts';
import {OPENCODE_DATABASE, opencodeRecords} from './sqlite-opencode-records.ts';

type Row = {readonly id: string; readonly directory: unknown; readonly changed: unknown};

// A sub-agent goes on after the session that started it was last touched.
const SESSIONS = `SELECT root.id AS id, root.directory AS directory,
	max(root.time_updated, coalesce((SELECT max(time_updated) FROM session child WHERE child.parent_id = root.id), 0)) AS changed
	FROM session root WHERE root.parent_id IS NULL ORDER BY root.time_created`;

/** The sessions in opencode's database, each with those of its sub-agents. */
export const opencodeHistory: SessionHistory = {
	list: directory => {
		const file = path.join(directory, OPENCODE_DATABASE);
		return existsSync(file) ? readSessions(file).map(row => toSession(directory, row)) : [];
	},
};

/** None where the database is busy, or of another shape. */
const readSessions = (file: string): readonly Row[] => {
	try {
		const connection = new Database(file, {readonly: true, fileMustExist: true});
		try {
			return connection.prepare<[], Row>(SESSIONS).all();
		} finally {
			connection.close();
		}
	} catch (error) {
		if (error instanceof Database.SqliteError) return [];
		throw error;
	}
};

const toSession = (directory: string, {id, directory: folder, changed}: Row): SavedSession => ({
	sessionId: String(id),
	stamp: String(changed),
	changedAt: typeof changed === 'number' ? changed : 0,
	findFolder: () => (typeof folder === 'string' && folder !== '' ? folder : null),
	canRead: () => true,
	read: () => readAllRecords(opencodeRecords.open({directory, sessionId: String(id), since: 0}), openOpencodeReader({since: 0})),
});
