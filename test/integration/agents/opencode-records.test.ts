import {mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import Database, {type Database as Connection} from 'better-sqlite3';
import {afterEach, describe, expect, it} from 'vitest';
import type {AgentFact, RecordSource} from '../../../source/agents/engine.ts';
import {openOpencodeReader} from '../../../source/agents/engines/opencode/opencode-reader.ts';
import {opencodeRecords} from '../../../source/agents/engines/opencode/sqlite-opencode-records.ts';
import {createScratch} from '../../support/scratch.ts';

const scratch = createScratch();
const opened: Array<{readonly close: () => unknown}> = [];
afterEach(() => {
	for (const handle of opened.splice(0)) handle.close();
});

const RECORDING = new URL('../../fixtures/recordings/opencode/1.18.33/subagent/opencode-db.json', import.meta.url);
const ROOT = 'ses_dfa98a669ffe7JIAHG28LIYFRt';

// As opencode 1.18.33 makes them, without what nobody reads.
const SCHEMA = `
	CREATE TABLE session (id text PRIMARY KEY, project_id text NOT NULL, parent_id text, title text NOT NULL, version text NOT NULL,
		cost real DEFAULT 0 NOT NULL, agent text, model text, time_created integer NOT NULL, time_updated integer NOT NULL);
	CREATE TABLE message (id text PRIMARY KEY, session_id text NOT NULL, time_created integer NOT NULL, time_updated integer NOT NULL,
		data text NOT NULL);
	CREATE TABLE part (id text PRIMARY KEY, message_id text NOT NULL, session_id text NOT NULL, time_created integer NOT NULL,
		time_updated integer NOT NULL, data text NOT NULL);`;

type Row = Readonly<Record<string, unknown>>;

const makeDatabase = (): {readonly directory: string; readonly connection: Connection} => {
	const directory = scratch();
	const connection = new Database(path.join(directory, 'opencode.db'));
	opened.push(connection);
	connection.pragma('journal_mode = WAL');
	connection.exec(SCHEMA);
	return {directory, connection};
};
const put = (connection: Connection, table: string, row: Row): void => {
	const entries = Object.entries(row).map(([name, value]) => [name, typeof value === 'object' && value !== null ? JSON.stringify(value) : value]);
	const names = entries.map(([name]) => name);
	connection
		.prepare(`INSERT OR REPLACE INTO ${table} (${names.join(', ')}) VALUES (${names.map(name => `:${name}`).join(', ')})`)
		.run(Object.fromEntries(entries));
};
const putSession = (connection: Connection, id: string, parent_id: string | null): void =>
	put(connection, 'session', {id, parent_id, project_id: 'p', title: id, version: '1', time_created: 10, time_updated: 10});
const putPart = (connection: Connection, id: string, session_id: string, time_updated: number, data: Row = {}): void =>
	put(connection, 'part', {id, message_id: 'msg', session_id, time_created: 10, time_updated, data});

const open = (directory: string, sessionId: string, since = 0): RecordSource => {
	const source = opencodeRecords.open({directory, sessionId, since});
	opened.push(source);
	return source;
};
const ids = (source: RecordSource): readonly string[] =>
	source.poll().map(line => {
		const row = JSON.parse(line.text) as Row;
		return `${String(row['table'])} ${String(row['id'])} of ${line.source}`;
	});

describe('the database of opencode', () => {
	it('tells what a recorded run used, with its sub-agent', () => {
		const {directory, connection} = makeDatabase();
		const tables = JSON.parse(readFileSync(RECORDING, 'utf8')) as Readonly<Record<string, readonly Row[]>>;
		const kept = new Set(['id', 'project_id', 'parent_id', 'title', 'version', 'agent', 'model', 'time_created', 'time_updated']);
		for (const row of tables['session'] ?? []) put(connection, 'session', Object.fromEntries(Object.entries(row).filter(([name]) => kept.has(name))));
		for (const table of ['message', 'part']) for (const row of tables[table] ?? []) put(connection, table, row);
		const reader = openOpencodeReader({since: 0});

		const facts: readonly AgentFact[] = open(directory, ROOT)
			.poll()
			.flatMap(line => reader.readRecord?.(line) ?? []);

		expect(facts.filter(fact => fact.type === 'usage').map(({agent, tokens}) => [agent === null, tokens.input])).toEqual([
			[false, 3601],
			[false, 341],
			[true, 10601],
			[true, 903],
		]);
		expect(facts.filter(fact => fact.type === 'sub-agent-started').map(({name}) => name)).toEqual(['rad task']);
	});

	it('is read as it grows, each change once', () => {
		const {directory, connection} = makeDatabase();
		putSession(connection, 'root', null);
		const source = open(directory, 'root');
		expect(ids(source)).toEqual(['session root of root']);

		putPart(connection, 'one', 'root', 20, {type: 'text'});
		expect(ids(source)).toEqual(['part one of root']);
		expect(ids(source)).toEqual([]);
		putPart(connection, 'one', 'root', 20, {type: 'text', text: 'in the same millisecond'});
		putPart(connection, 'two', 'root', 19);

		expect(ids(source)).toEqual(['part one of root', 'part two of root']);
		expect(ids(source)).toEqual([]);
	});

	it('tells of this session and of those it started, at any depth', () => {
		const {directory, connection} = makeDatabase();
		for (const [id, parent] of [
			['root', null],
			['child', 'root'],
			['grandchild', 'child'],
			['other', null],
		] as const) {
			putSession(connection, id, parent);
			putPart(connection, `part of ${id}`, id, 20);
		}

		const told = ids(open(directory, 'root'));

		expect(told).toContain('part part of grandchild of grandchild');
		expect(told).toHaveLength(6);
		expect(told.join()).not.toContain('other');
	});

	it('ends where a session descends from itself', () => {
		const {directory, connection} = makeDatabase();
		putSession(connection, 'a', 'b');
		putSession(connection, 'b', 'a');

		expect(ids(open(directory, 'a'))).toHaveLength(2);
	});

	it('leaves out what did not change in this run', () => {
		const {directory, connection} = makeDatabase();
		putSession(connection, 'root', null);
		putPart(connection, 'old', 'root', 99);
		putPart(connection, 'new', 'root', 100);

		expect(ids(open(directory, 'root', 100))).toEqual(['session root of root', 'part new of root']);
	});

	it('is looked for again until it is there', () => {
		const directory = scratch();
		const source = open(directory, 'root');
		expect(ids(source)).toEqual([]);
		expect(ids(open(path.join(directory, 'missing'), 'root'))).toEqual([]);

		const connection = new Database(path.join(directory, 'opencode.db'));
		opened.push(connection);
		expect(ids(source)).toEqual([]);
		connection.exec(SCHEMA);
		putSession(connection, 'root', null);

		expect(ids(source)).toEqual(['session root of root']);
	});

	it('gives nothing while it is busy, and all of it afterwards', () => {
		const {directory, connection} = makeDatabase();
		connection.pragma('journal_mode = DELETE');
		putSession(connection, 'root', null);
		const source = open(directory, 'root');
		connection.exec('BEGIN EXCLUSIVE');

		expect(ids(source)).toEqual([]);
		connection.exec('COMMIT');

		expect(ids(source)).toEqual(['session root of root']);
	});

	it.each(['no database at all, but long enough to be taken for one'.repeat(100), ''])('gives nothing when it is something else', content => {
		const directory = scratch();
		writeFileSync(path.join(directory, 'opencode.db'), content);

		expect(ids(open(directory, 'root'))).toEqual([]);
	});

	it('gives nothing when it is a folder or a loop of links', () => {
		const [folder, loop] = [scratch(), scratch()];
		mkdirSync(path.join(folder, 'opencode.db'));
		symlinkSync('opencode.db', path.join(loop, 'opencode.db'));

		expect(ids(open(folder, 'root'))).toEqual([]);
		expect(ids(open(loop, 'root'))).toEqual([]);
	});

	it('is never written to', () => {
		const {directory, connection} = makeDatabase();
		putSession(connection, 'root', null);
		const before = connection.pragma('data_version', {simple: true});

		ids(open(directory, 'root'));

		expect(connection.pragma('data_version', {simple: true})).toBe(before);
	});
});
