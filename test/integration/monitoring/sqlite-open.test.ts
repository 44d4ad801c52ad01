import {execFileSync} from 'node:child_process';
import {linkSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import {describe, expect, it} from 'vitest';
import type {RadError} from '../../../source/domain/failures.ts';
import {openConnection} from '../../../source/monitoring/sqlite-open.ts';
import {openSqliteStore, openSqliteStoreAnyway} from '../../../source/monitoring/sqlite-store.ts';
import {judgeStore} from '../../../source/workflow/checkup.ts';
import {createScratch} from '../../support/scratch.ts';

const newFolder = createScratch();
const makeStore = (): string => {
	const file = path.join(newFolder(), 'monitoring.db');
	openSqliteStore(file, {create: true}).close();
	return file;
};
const opening = (file: string) => () => openSqliteStore(file, {create: false});

describe('opening a store', () => {
	it('is done by a SQLite that loses no committed row', () => {
		const version = openConnection(makeStore(), {create: false}).prepare('SELECT sqlite_version()').pluck().get() as string;

		expect(judgeStore({sqliteVersion: version, problems: []}, '').map(({state}) => state)).toEqual(['good']);
	});

	it('never makes one by the way', () => {
		const file = path.join(newFolder(), 'monitoring.db');

		expect(opening(file)).toThrow(expect.objectContaining({code: 'STORE_MISSING'}));
	});

	it.each([
		['text', (file: string) => writeFileSync(file, 'x'.repeat(5000))],
		['nothing at all', (file: string) => writeFileSync(file, '')],
		['a store that was cut', (file: string) => truncateSync(file, 6000)],
	])('names %s and leaves it as it is', (_, spoil) => {
		const file = makeStore();
		spoil(file);
		const before = readFileSync(file);

		expect(() => {
			const store = openSqliteStore(file, {create: false});
			store.close();
		}).toThrow(expect.objectContaining({code: 'STORE_DAMAGED'}));
		expect(readFileSync(file)).toEqual(before);
	});

	it('names the database of another program', () => {
		const file = path.join(newFolder(), 'monitoring.db');
		const other = new Database(file);
		other.exec('CREATE TABLE recipes (name TEXT)');
		other.close();

		expect(opening(file)).toThrow(expect.objectContaining({code: 'STORE_DAMAGED', message: expect.stringContaining('another program')}));
	});

	it('leaves a store of a newer rad alone', () => {
		const file = makeStore();
		const database = new Database(file);
		database.pragma('user_version = 99');
		database.close();

		expect(opening(file)).toThrow(expect.objectContaining({code: 'STORE_NEWER'}));
	});

	it('refuses a link and a second name of a file', () => {
		const file = makeStore();
		const [link, hard] = [path.join(newFolder(), 'link.db'), path.join(newFolder(), 'hard.db')];
		symlinkSync(file, link);
		expect(opening(link)).toThrow(expect.objectContaining({code: 'PATH_UNSAFE'}));
		linkSync(file, hard);

		expect(opening(hard)).toThrow(expect.objectContaining({code: 'PATH_UNSAFE'}));
	});

	it('refuses a pipe without waiting for who writes into it', () => {
		const file = path.join(newFolder(), 'monitoring.db');
		execFileSync('mkfifo', [file]);

		expect(opening(file)).toThrow(expect.objectContaining({code: 'PATH_UNSAFE'}));
	});

	it('says who is in the way when the store stays locked', async () => {
		const file = makeStore();
		const other = new Database(file);
		other.exec('BEGIN IMMEDIATE');
		const store = openSqliteStore(file, {create: false});

		await expect(store.attend({pid: 1, startTime: '1', bootId: 'b'})).rejects.toMatchObject({code: 'STORE_BUSY'});

		other.exec('ROLLBACK');
		other.close();
		await expect(store.attend({pid: 1, startTime: '1', bootId: 'b'})).resolves.toBeUndefined();
		store.close();
	});

	it.each([
		['removed', (file: string) => rmSync(file)],
		['replaced', (file: string) => renameSync(makeStore(), file)],
		['robbed of its log', (file: string) => rmSync(`${file}-wal`)],
		['robbed of the index of its log', (file: string) => rmSync(`${file}-shm`)],
		['removed with its folder', (file: string) => rmSync(path.dirname(file), {recursive: true})],
	])('acknowledges nothing more when the store was %s while it is open, and saves all that it acknowledged', async (_, disturb) => {
		const file = makeStore();
		const rescueDirectory = path.join(newFolder(), 'rescued');
		const store = openSqliteStoreAnyway(file, {temporaryDirectory: newFolder(), rescueDirectory});
		const attend = (pid: number) => store.attend({pid, startTime: '1', bootId: 'b'});
		await attend(1);
		disturb(file);

		const failure = await attend(2).catch((error: unknown) => error);

		expect(failure).toMatchObject({code: 'STORE_LOST', exitCode: 5, message: expect.stringContaining(file)});
		await expect(attend(3)).rejects.toBe(failure);
		store.close();
		const {rescued = ''} = (failure as RadError).details;
		expect(path.dirname(path.dirname(String(rescued)))).toBe(rescueDirectory);
		expect(statSync(String(rescued)).mode & 0o777).toBe(0o600);
		const saved = openSqliteStore(String(rescued), {create: false});
		expect((await saved.listAttendants()).map(({pid}) => pid)).toEqual([1]);
		saved.close();
	});

	it('tells that a store is lost also where nothing of it can be saved', async () => {
		const file = makeStore();
		const occupied = path.join(newFolder(), 'file');
		writeFileSync(occupied, '');
		const store = openSqliteStoreAnyway(file, {temporaryDirectory: newFolder(), rescueDirectory: occupied});
		rmSync(file);

		await expect(store.attend({pid: 1, startTime: '1', bootId: 'b'})).rejects.toMatchObject({code: 'STORE_LOST', hint: 'rad doctor'});
		store.close();
	});

	it('acknowledges nothing before it is on the disk', () => {
		const connection = openConnection(makeStore(), {create: false});

		expect(connection.pragma('journal_mode', {simple: true})).toBe('wal');
		// 2 is FULL. better-sqlite3 would reopen a WAL file with NORMAL.
		expect(connection.pragma('synchronous', {simple: true})).toBe(2);
		connection.close();
	});
});
