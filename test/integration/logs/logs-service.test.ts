import {closeSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync, writeSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {text} from 'node:stream/consumers';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {isFailure} from '../../../source/domain/failures.ts';
import type {Logs} from '../../../source/domain/logs.ts';
import type {LogLine} from '../../../source/domain/records.ts';
import {formatLogLine} from '../../../source/logs/log-line.ts';
import {createLogs} from '../../../source/logs/logs-service.ts';
import {createSystemClock} from '../../../source/system-clock.ts';
import {anAgent} from '../../support/builders.ts';

const AT = Date.UTC(2026, 4, 1, 10);
const agent = anAgent({status: 'completed', logFile: '.radium/logs/a.log'});

let root: string;
let file: string;
let logs: Logs;

const entry = (line: string): string => `${formatLogLine({at: AT, kind: 'out', text: line})}\n`;
const wanting = (start: string) => ({isWanted: ({text}: LogLine) => text.startsWith(start), signal: new AbortController().signal});
const textsOf = (lines: readonly LogLine[]): readonly string[] => lines.map(line => line.text);

beforeEach(() => {
	root = mkdtempSync(path.join(tmpdir(), 'rad-logs-'));
	mkdirSync(path.join(root, '.radium', 'logs'), {recursive: true});
	file = path.join(root, '.radium', 'logs', 'a.log');
	logs = createLogs({workspaceRoot: root, resolveRaw: () => path.join(root, 'stdout'), isOver: async () => true, clock: createSystemClock()});
});
afterEach(() => rmSync(root, {recursive: true, force: true}));

describe('tail', () => {
	it('gives the last lines and tells that there are more', async () => {
		writeFileSync(file, ['one', 'two', 'three'].map(entry).join(''));

		const some = await logs.tail(agent, 2);
		const all = await logs.tail(agent, 3);

		expect([textsOf(some.lines), some.hasMore]).toEqual([['two', 'three'], true]);
		expect([textsOf(all.lines), all.hasMore]).toEqual([['one', 'two', 'three'], false]);
	});

	it('gives a last line that has no end, marked as incomplete', async () => {
		writeFileSync(file, entry('one') + entry('two').trimEnd());

		const {lines} = await logs.tail(agent, 1);

		expect(textsOf(lines)).toEqual(['two…[incomplete]']);
	});

	it('gives no lines of an empty log, and none when none are wanted', async () => {
		writeFileSync(file, '');
		expect(await logs.tail(agent, 5)).toEqual({lines: [], hasMore: false});

		writeFileSync(file, entry('one'));
		expect(await logs.tail(agent, 0)).toEqual({lines: [], hasMore: true});
	});

	it.each([1, 2, 7, 999, 5000])('gives the same as reading all, for %i lines over many blocks', async count => {
		const texts = Array.from({length: 3000}, (_, index) => `${index} ${'é'.repeat(index % 190)}`);
		writeFileSync(file, texts.map(entry).join(''));

		const {lines, hasMore} = await logs.tail(agent, count);

		expect(textsOf(lines)).toEqual(texts.slice(-count));
		expect(hasMore).toBe(count < texts.length);
	});

	it('reads the end of a file of ten gigabytes at once', async () => {
		const handle = openSync(file, 'w');
		writeSync(handle, `\n${entry('one')}${entry('two')}`, 10e9);
		closeSync(handle);

		const begin = performance.now();
		const {lines} = await logs.tail(agent, 2);

		expect(textsOf(lines)).toEqual(['one', 'two']);
		expect(performance.now() - begin).toBeLessThan(200);
	});

	it('gives up the search for line breaks where there are none', async () => {
		const handle = openSync(file, 'w');
		writeSync(handle, 'end', 1e9);
		closeSync(handle);

		const {lines, hasMore} = await logs.tail(agent, 2);

		expect(lines).toHaveLength(1);
		expect(lines[0]?.text).toMatch(/bytes\)…\[incomplete\]$/);
		expect(hasMore).toBe(true);
	});

	it.each([
		[3, ['hit 20000', 'hit 30000', 'hit 40000'], true],
		[5, ['hit 0', 'hit 10000', 'hit 20000', 'hit 30000', 'hit 40000'], false],
		[6, ['hit 0', 'hit 10000', 'hit 20000', 'hit 30000', 'hit 40000'], false],
		[0, [], true],
	])('finds the last %i lines that are wanted, however far back', async (count, wanted, more) => {
		const texts = Array.from({length: 50_000}, (_, index) => (index % 10_000 === 0 ? `hit ${index}` : 'x'.repeat(400)));
		writeFileSync(file, texts.map(entry).join(''));

		const {lines, hasMore} = await logs.tail(agent, count, wanting('hit'));

		expect([textsOf(lines), hasMore]).toEqual([wanted, more]);
	});

	it('counts a last line without an end among those that are wanted', async () => {
		writeFileSync(file, `${entry('hit 1')}${entry('hit 2')}${entry('miss')}${entry('hit 3').trimEnd()}`);

		const {lines, hasMore} = await logs.tail(agent, 2, wanting('hit'));

		expect([textsOf(lines), hasMore]).toEqual([['hit 2', 'hit 3…[incomplete]'], true]);
	});

	it('gives up the search when it is told to', async () => {
		const handle = openSync(file, 'w');
		writeSync(handle, `\n${entry('hit')}`, 100e9);
		closeSync(handle);
		const stop = new AbortController();

		const searching = logs.tail(agent, 1, {isWanted: () => true, signal: stop.signal});
		setImmediate(() => stop.abort());

		expect(textsOf((await searching).lines)).not.toContain('hit');
	});

	it('says that a log is missing, but not while the agent may still print', async () => {
		const failure = await logs.tail(agent, 5).catch((error: unknown) => error);
		const early = await logs.tail({...agent, status: 'starting'}, 5);

		expect(isFailure(failure, 'LOG_MISSING')).toBe(true);
		expect(early).toEqual({lines: [], hasMore: false});
	});

	it('reads no file outside of the folder of logs, by path or by link', async () => {
		writeFileSync(path.join(root, 'secret.log'), 'secret');
		symlinkSync(path.join(root, 'secret.log'), file);

		const failures = await Promise.all(
			['../secret.log', '.radium/logs/../../secret.log', '/etc/hosts', '.radium/logs/a.log'].map(logFile =>
				logs.tail({...agent, logFile}, 5).catch((error: unknown) => error),
			),
		);

		expect(failures.every(failure => isFailure(failure, 'PATH_UNSAFE'))).toBe(true);
	});
});

describe('follow', () => {
	it('gives a finished log and ends', async () => {
		writeFileSync(file, entry('one') + entry('two'));
		const lines: LogLine[] = [];

		await logs.follow(agent, {count: 1, signal: new AbortController().signal, untilEnd: true, onLines: batch => lines.push(...batch)});

		expect(textsOf(lines)).toEqual(['two']);
	});
});

describe('raw', () => {
	it('gives the bytes as they were written', async () => {
		writeFileSync(path.join(root, 'stdout'), 'a\x1b[31mb\n');

		expect(await text(await logs.raw(agent))).toBe('a\x1b[31mb\n');
	});

	it('says that there are none', async () => {
		const failure = await logs.raw(agent).catch((error: unknown) => error);

		expect(isFailure(failure, 'LOG_MISSING')).toBe(true);
	});
});
