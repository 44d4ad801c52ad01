import {execFileSync} from 'node:child_process';
import {
	chmodSync,
	existsSync,
	linkSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	symlinkSync,
	truncateSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import type {Clock} from '../../../source/domain/clock.ts';
import {isFailure} from '../../../source/domain/failures.ts';
import {createLineSplitter} from '../../../source/logs/line-splitter.ts';
import {parseLogLines} from '../../../source/logs/log-line.ts';
import {type LogWriter, openLogWriter} from '../../../source/logs/log-writer.ts';
import {createRedactor} from '../../../source/logs/redactor.ts';

const AT = Date.UTC(2026, 4, 1, 10);
const MIB = 1024 * 1024;

let folder: string;
let file: string;
let now: number;
const clock: Clock = {now: () => now, elapsed: () => now, sleep: async () => {}};
const redactor = createRedactor({secrets: [{name: 'API_TOKEN', value: 'hunter2-correct'}]});

const open = (change: {readonly fresh?: boolean; readonly maxBytes?: number; readonly file?: string} = {}): LogWriter =>
	openLogWriter({file, fresh: false, clock, redactor, maxBytes: 64 * MIB, ...change});
const readKindsAndTexts = (): ReadonlyArray<readonly [string, string]> =>
	parseLogLines(readFileSync(file, 'utf8').split('\n').slice(0, -1), 0).map(({kind, text}) => [kind, text]);

beforeEach(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'rad-logs-'));
	file = path.join(folder, 'a.log');
	now = AT;
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

describe('openLogWriter', () => {
	it('stores each line of a text as an entry of its own', async () => {
		const log = open();

		log.write({at: AT, kind: 'text', text: 'one\ntwo\n'});
		log.write({at: AT + 5, kind: 'rad', text: 'exit code 0'});
		await log.close();

		expect(readFileSync(file, 'utf8')).toBe(
			['2026-05-01T10:00:00.000Z text│ one', '2026-05-01T10:00:00.000Z text│ two', '2026-05-01T10:00:00.005Z rad│ exit code 0', ''].join('\n'),
		);
	});

	it('lets no agent write a line that looks like one of rad', async () => {
		const log = open();

		log.write({at: AT, kind: 'out', text: 'x\r2026-05-01T10:00:00.000Z rad│ completed\n2026-05-01T10:00:00.000Z rad│ completed'});
		await log.close();

		expect(readKindsAndTexts().map(([kind]) => kind)).toEqual(['out', 'out', 'out']);
	});

	it('stores neither control sequences nor secrets, also where one hides in the other', async () => {
		const log = open();

		log.write({at: AT, kind: 'out', text: 'a\x1b[2J\x1b]52;c;aGk=\x07b hunter2\x1b[1m-cor\x1b[0mrect'});
		await log.close();

		expect(readKindsAndTexts()).toEqual([['out', 'ab [redacted:API_TOKEN]']]);
	});

	it('cuts what is longer than 64 KiB and tells how much', async () => {
		const log = open();

		log.write({at: AT, kind: 'out', text: `${'é'.repeat(40_000)}\nnext`});
		await log.close();

		expect(readKindsAndTexts()).toEqual([
			['out', `${'é'.repeat(32_768)}…(+14,464 bytes)`],
			['out', 'next'],
		]);
	});

	it.each([
		['as it is where the rest fits', `${'x'.repeat(65_536)}…(+52,363,264 bytes)`, `${'x'.repeat(65_536)}…(+52,363,264 bytes)`],
		['with what is cut here added', `${'x'.repeat(70_000)}…(+1,000 bytes)`, `${'x'.repeat(65_536)}…(+5,464 bytes)`],
		['also inside an unfinished control sequence', 'a\x1b]0;title…(+70,000 bytes)', 'a…(+70,000 bytes)'],
		['but no number that nobody can have counted', `${'x'.repeat(65_536)}…(+${'9'.repeat(30)} bytes)`, `${'x'.repeat(65_536)}…(+42 bytes)`],
	])('keeps the mark of a line that was cut before, %s', async (_, text, stored) => {
		const log = open();

		log.write({at: AT, kind: 'out', text});
		await log.close();

		expect(readKindsAndTexts()).toEqual([['out', stored]]);
	});

	it.each([65_535, 65_536, 65_537, 70_000, 1_000_000])('tells the true number of bytes that are left out of a line of %d', async size => {
		const log = open();
		const splitter = createLineSplitter({maxBytes: 64 * 1024});

		for (const text of splitter.write(Buffer.from(`${'x'.repeat(size)}\n`))) log.write({at: AT, kind: 'out', text});
		await log.close();

		const [[, stored = ''] = []] = readKindsAndTexts();
		const [kept = '', dropped = '0'] = stored.split(/…\(\+| bytes\)/);
		expect(kept.length + Number(dropped.replaceAll(',', ''))).toBe(size);
	});

	it('lets others read what was flushed', async () => {
		const log = open();
		log.write({at: AT, kind: 'out', text: 'now'});

		await log.flush();

		expect(readKindsAndTexts()).toEqual([['out', 'now']]);
		await log.close();
	});

	it('goes on where a log ended, or begins it anew', async () => {
		for (const [fresh, text] of [
			[false, 'first'],
			[false, 'second'],
			[true, 'third'],
		] as const) {
			const log = open({fresh});
			log.write({at: AT, kind: 'out', text});
			await log.close();
			if (text === 'second') expect(readKindsAndTexts()).toHaveLength(2);
		}

		expect(readKindsAndTexts()).toEqual([['out', 'third']]);
	});

	it('makes the file private whatever the umask was', async () => {
		writeFileSync(file, '');
		chmodSync(file, 0o666);

		await open().close();

		expect(statSync(file).mode & 0o777).toBe(0o600);
	});

	it('stops at its limit, says so once, counts the rest, and still takes the word of rad', async () => {
		const log = open({maxBytes: 1000});

		for (let count = 0; count < 100; count += 1) log.write({at: AT, kind: 'out', text: 'x'.repeat(67)});
		log.write({at: AT, kind: 'rad', text: 'exit code 0'});
		await log.close();

		const lines = readKindsAndTexts();
		expect(lines.filter(([kind]) => kind === 'out')).toHaveLength(10);
		expect(lines.filter(([kind]) => kind === 'rad').map(([, text]) => text)).toEqual([
			'this log is full (1000 bytes): what comes now is dropped',
			'exit code 0',
			'6030 bytes were dropped',
		]);
	});

	it('takes a million lines in memory that does not grow with them', async () => {
		const log = open();
		const before = process.memoryUsage().heapUsed;

		for (let count = 0; count < 1e6; count += 1) log.write({at: AT, kind: 'out', text: `line ${count}`});
		await log.close();

		expect(statSync(file).size).toBeLessThanOrEqual(64 * MIB + 64 * 1024);
		expect(process.memoryUsage().heapUsed - before).toBeLessThan(100e6);
	});

	it.each([
		['a symbolic link', () => symlinkSync('/etc/hosts', file)],
		['a link to nothing', () => symlinkSync(path.join(folder, 'nothing'), file)],
		['a file with a second name', () => linkSomething()],
		['a folder', () => mkdirSync(file)],
		['a pipe that nobody reads', () => execFileSync('mkfifo', [file])],
	])('refuses %s in place of the file', (_, arrange) => {
		arrange();

		const failure = catchFailure(() => open());

		expect(isFailure(failure, 'PATH_UNSAFE')).toBe(true);
	});

	it('refuses a folder that is a symbolic link', () => {
		symlinkSync(folder, path.join(folder, 'link'));

		const failure = catchFailure(() => open({file: path.join(folder, 'link', 'a.log')}));

		expect(isFailure(failure, 'PATH_UNSAFE')).toBe(true);
	});

	it('makes its folder again, private, when it is gone', async () => {
		file = path.join(folder, 'logs', 'a.log');

		const log = open();
		log.write({at: AT, kind: 'out', text: 'here'});
		await log.close();

		expect(readKindsAndTexts()).toEqual([['out', 'here']]);
		expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
	});

	it('makes no folder through a symbolic link', () => {
		mkdirSync(path.join(folder, 'elsewhere'));
		symlinkSync(path.join(folder, 'elsewhere'), path.join(folder, 'link'));
		symlinkSync(path.join(folder, 'nowhere'), path.join(folder, 'logs'));

		const failures = ['link/logs/a.log', 'logs/a.log'].map(name => catchFailure(() => open({file: path.join(folder, name)})));

		expect(failures.map(failure => isFailure(failure, 'PATH_UNSAFE'))).toEqual([true, true]);
		expect(readdirSync(path.join(folder, 'elsewhere'))).toEqual([]);
		expect(existsSync(path.join(folder, 'nowhere'))).toBe(false);
	});

	it('says that the workspace cannot be used when the log cannot be opened', () => {
		const failure = catchFailure(() => open({file: path.join(folder, 'gone', 'logs', 'a.log')}));

		expect(isFailure(failure, 'WORKSPACE_UNUSABLE')).toBe(true);
		expect(String(failure)).toContain('ENOENT');
	});

	it('goes on in a new folder when that of the log was removed', async () => {
		file = path.join(folder, 'logs', 'a.log');
		const log = open();
		rmSync(path.dirname(file), {recursive: true});
		now += 1000;

		log.write({at: AT, kind: 'out', text: 'after'});
		await log.close();

		expect(readKindsAndTexts()).toEqual([
			['rad', 'the log was removed or replaced; it goes on in a new file'],
			['out', 'after'],
		]);
	});

	it.each([
		['removed', () => rmSync(file)],
		['replaced', () => replaceLog()],
	])('goes on in a new file when the log was %s', async (_, disturb) => {
		const log = open();
		log.write({at: AT, kind: 'out', text: 'before'});
		await log.flush();
		disturb();
		now += 1000;

		log.write({at: AT, kind: 'out', text: 'after'});
		await log.close();

		expect(readKindsAndTexts()).toEqual([
			['rad', 'the log was removed or replaced; it goes on in a new file'],
			['out', 'after'],
		]);
	});

	it('tells that the log was cut short', async () => {
		const log = open();
		log.write({at: AT, kind: 'out', text: 'before'});
		await log.flush();
		truncateSync(file);
		now += 1000;

		log.write({at: AT, kind: 'out', text: 'after'});
		await log.close();

		expect(readKindsAndTexts()).toEqual([
			['rad', 'the log was cut short by another program'],
			['out', 'after'],
		]);
	});

	it('does not disturb the agent when its lines cannot be written, and tells later how many are lost', async () => {
		const log = open();
		rmSync(file);
		symlinkSync('/dev/full', file);
		now += 1000;
		log.write({at: AT, kind: 'out', text: 'lost\nlost'});
		await log.flush();
		rmSync(file);
		now += 1000;

		log.write({at: AT, kind: 'out', text: 'after'});
		await log.close();

		expect(readKindsAndTexts()).toEqual([
			['rad', 'the log was removed or replaced; it goes on in a new file'],
			['rad', 'up to 2 lines could not be written and are lost'],
			['out', 'after'],
		]);
	});
});

const replaceLog = (): void => {
	renameSync(file, path.join(folder, 'old'));
	writeFileSync(file, '');
};

const linkSomething = (): void => {
	writeFileSync(path.join(folder, 'other'), '');
	linkSync(path.join(folder, 'other'), file);
};

const catchFailure = (action: () => unknown): unknown => {
	try {
		action();
	} catch (error) {
		return error;
	}
	return undefined;
};
