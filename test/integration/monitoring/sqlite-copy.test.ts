import {createHash} from 'node:crypto';
import {existsSync, readdirSync, readFileSync, truncateSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import {describe, expect, it} from 'vitest';
import {MIGRATIONS} from '../../../source/monitoring/sqlite-schema.ts';
import {openSqliteCopy, openSqliteStore} from '../../../source/monitoring/sqlite-store.ts';
import {anId} from '../../support/builders.ts';
import {createScratch} from '../../support/scratch.ts';

const newFolder = createScratch();
const newFile = (): string => path.join(newFolder(), 'monitoring.db');

const aNewRun = (number: number) => ({
	id: anId('run', number),
	workflow: 'wf',
	startedAt: 1000,
	owner: {pid: 42, startTime: '1', bootId: 'boot'},
	planJson: '{}',
	stepIds: ['a'],
});

/** Every file beside the store, with what it holds; but for the index of its log, in which readers take marks while others have the store open. */
const picture = (file: string): Record<string, string> =>
	Object.fromEntries(
		readdirSync(path.dirname(file)).map(name => [name, name.endsWith('-shm') ? '' : hash(readFileSync(path.join(path.dirname(file), name)))]),
	);

const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe('a copy of a store', () => {
	it('holds what the store holds, and keeps to itself what is done to it', async () => {
		const file = newFile();
		const store = openSqliteStore(file, {create: true});
		await store.createRun(aNewRun(1));
		await store.moveRun(anId('run', 1), 'completed', null, 2000);
		store.close();
		const before = picture(file);

		const copy = openSqliteCopy(file, newFolder());
		expect(await copy.listRuns()).toMatchObject([{id: anId('run', 1), status: 'completed'}]);
		await copy.createRun(aNewRun(2));
		copy.close();

		expect(picture(file)).toEqual(before);
		expect(Object.keys(before)).toEqual(['monitoring.db']);
	});

	it('holds what is in the log of another process only, which stays as it is', async () => {
		const file = newFile();
		const store = openSqliteStore(file, {create: true});
		await store.createRun(aNewRun(1));
		expect(existsSync(`${file}-wal`)).toBe(true);
		const before = picture(file);

		const copy = openSqliteCopy(file, newFolder());
		await expect(copy.createRun(aNewRun(2))).rejects.toMatchObject({code: 'RUN_ACTIVE', details: {run: anId('run', 1)}});
		await copy.moveRun(anId('run', 1), 'interrupted', null, 2000);
		copy.close();

		expect(picture(file)).toEqual(before);
		expect(await store.getRun(anId('run', 1))).toMatchObject({status: 'running'});
		store.close();
	});

	it('has the newest schema, also where the store has the first one', async () => {
		const file = newFile();
		openSqliteStore(file, {create: true}).close();
		const old = newFile();
		const connection = new Database(old);
		connection.pragma('journal_mode = WAL');
		connection.pragma(`application_id = ${new Database(file, {readonly: true}).pragma('application_id', {simple: true})}`);
		connection.exec(MIGRATIONS[0] ?? '');
		connection.pragma('user_version = 1');
		connection.close();
		const before = readFileSync(old);

		const copy = openSqliteCopy(old, newFolder());

		expect(await copy.listRuns()).toEqual([]);
		copy.close();
		expect(readFileSync(old)).toEqual(before);
	});

	it('is refused as the store would be', () => {
		const opening = (file: string) => () => openSqliteCopy(file, newFolder());
		const [missing, text, cut, newer] = [newFile(), newFile(), newFile(), newFile()];
		writeFileSync(text, 'x'.repeat(5000));
		for (const file of [cut, newer]) openSqliteStore(file, {create: true}).close();
		truncateSync(cut, 6000);
		const database = new Database(newer);
		database.pragma('user_version = 99');
		database.close();

		expect(opening(missing)).toThrow(expect.objectContaining({code: 'STORE_MISSING'}));
		expect(opening(text)).toThrow(expect.objectContaining({code: 'STORE_DAMAGED'}));
		expect(opening(cut)).toThrow(expect.objectContaining({code: 'STORE_DAMAGED'}));
		expect(opening(newer)).toThrow(expect.objectContaining({code: 'STORE_NEWER'}));
	});
});
