import {execFileSync} from 'node:child_process';
import {existsSync, linkSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import {describe, expect, it} from 'vitest';
import {openConnection} from '../../../source/monitoring/sqlite-open.ts';
import {openSqliteStore} from '../../../source/monitoring/sqlite-store.ts';
import {createScratch} from '../../support/scratch.ts';

const newFolder = createScratch();
const makeStore = (): string => {
	const file = path.join(newFolder(), 'monitoring.db');
	openSqliteStore(file, {create: true}).close();
	return file;
};
const opening = (file: string) => () => openSqliteStore(file, {create: false});

describe('opening a store', () => {
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
	])('acknowledges nothing more when the store was %s while it is open', async (word, disturb) => {
		const file = makeStore();
		const store = openSqliteStore(file, {create: false});
		const attend = () => store.attend({pid: 1, startTime: '1', bootId: 'b'});
		await attend();
		disturb(file);

		await expect(attend()).rejects.toMatchObject({code: 'STORE_LOST', exitCode: 5, message: expect.stringContaining(file)});
		store.close();
		expect(existsSync(file), word).toBe(word === 'replaced');
	});

	it('acknowledges nothing before it is on the disk', () => {
		const connection = openConnection(makeStore(), {create: false});

		expect(connection.pragma('journal_mode', {simple: true})).toBe('wal');
		// 2 is FULL. better-sqlite3 would reopen a WAL file with NORMAL.
		expect(connection.pragma('synchronous', {simple: true})).toBe(2);
		connection.close();
	});
});
