import {appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {isFailure} from '../../../source/domain/failures.ts';
import type {LogLine} from '../../../source/domain/records.ts';
import {watchFile} from '../../../source/logs/chokidar-watcher.ts';
import {followLog, type WatchFile} from '../../../source/logs/follow-log.ts';
import {formatLogLine} from '../../../source/logs/log-line.ts';
import {createSystemClock} from '../../../source/system-clock.ts';

const AT = Date.UTC(2026, 4, 1, 10);
const clock = createSystemClock();

let folder: string;
let file: string;
let running: Array<() => Promise<void>>;

const entry = (text: string): string => `${formatLogLine({at: AT, kind: 'out', text})}\n`;
const append = (...texts: readonly string[]): void => appendFileSync(file, texts.map(entry).join(''));

type Change = {
	readonly count?: number;
	readonly isWanted?: (line: LogLine) => boolean;
	readonly isOver?: () => Promise<boolean>;
	readonly watch?: WatchFile;
};

/** Follows the log until the test ends; `until` resolves when the lines so far are as wanted. */
const follow = ({count = 10, isWanted, isOver, watch = watchFile}: Change = {}) => {
	const lines: LogLine[] = [];
	const waiting = new Set<() => void>();
	const stop = new AbortController();
	const done = followLog({
		file,
		count,
		isWanted,
		signal: stop.signal,
		isOver: isOver ?? null,
		clock,
		watch,
		onLines: batch => {
			lines.push(...batch);
			for (const check of waiting) check();
		},
	});
	running.push(async () => {
		stop.abort();
		await done.catch(() => {});
	});
	const texts = (): readonly string[] => lines.map(({kind, text}) => (kind === 'rad' ? `rad: ${text}` : text));
	const until = (isWanted: (texts: readonly string[]) => boolean): Promise<readonly string[]> =>
		new Promise(resolve => {
			const check = (): void => {
				if (isWanted(texts())) resolve(texts());
			};
			waiting.add(check);
			check();
		});
	return {texts, done, stop: () => stop.abort(), until, untilLast: (last: string) => until(all => all.at(-1) === last)};
};

beforeEach(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'rad-follow-'));
	file = path.join(folder, 'a.log');
	running = [];
});
afterEach(async () => {
	for (const end of running) await end();
	rmSync(folder, {recursive: true, force: true});
});

describe('followLog', () => {
	it('hands over the last lines, then new ones', async () => {
		append('one', 'two', 'three');
		const log = follow({count: 2});
		await log.untilLast('three');

		append('four');

		expect(await log.untilLast('four')).toEqual(['two', 'three', 'four']);
	});

	it('hands over the last lines that are wanted, then new ones, each once though the log grows while it is looked through', async () => {
		append('hit early', ...Array.from({length: 30_000}, (_, index) => (index % 10_000 === 0 ? `hit ${index}` : 'x'.repeat(400))));
		let grown = 0;
		const log = follow({
			count: 3,
			isWanted: ({text}) => {
				// More than the reader of a log that grows may fall behind.
				if (grown < 20) append(...Array.from({length: 1000}, () => 'y'.repeat(400)), `hit new ${grown++}`);
				return text.startsWith('hit');
			},
		});

		append('half hit');
		await log.until(texts => texts.includes('hit new 19'));
		append('hit last', 'miss', 'hit end');

		const texts = await log.untilLast('hit end');
		expect(texts.slice(-2)).toEqual(['hit last', 'hit end']);
		expect(texts.slice(0, -2)).toEqual(['hit new 17', 'hit new 18', 'hit new 19']);
	});

	it('hands over all of a log for an infinite count, and tells once when the lines to begin with were handed over', async () => {
		append(...Array.from({length: 50_000}, (_, index) => `${index} ${'x'.repeat(400)}`));
		const seen: string[] = [];

		await followLog({
			file,
			count: Number.POSITIVE_INFINITY,
			signal: new AbortController().signal,
			isOver: async () => true,
			clock,
			watch: watchFile,
			onLines: lines => seen.push(`${lines.length} from ${lines[0]?.text.split(' ')[0]}`),
			onCaughtUp: () => {
				seen.push('caught up');
				append('more');
			},
		});

		expect(seen).toEqual(['50000 from 0', 'caught up', '1 from more']);
	});

	it('tells what happened to the log also to whoever wants only some lines', async () => {
		append('a rather long hit');
		const log = follow({isWanted: ({text}) => text.endsWith('hit')});
		await log.untilLast('a rather long hit');

		truncateSync(file);
		append('miss');
		await log.untilLast('rad: the log was cut short by another program');
		append('hit');

		expect(await log.untilLast('hit')).toEqual(['a rather long hit', 'rad: the log was cut short by another program', 'hit']);
	});

	it('waits for a log that is not there yet', async () => {
		const log = follow();

		append('first');

		expect(await log.untilLast('first')).toEqual(['first']);
	});

	it('loses no end of a burst', async () => {
		append('start');
		const log = follow();
		await log.untilLast('start');

		for (let burst = 0; burst < 10; burst += 1) {
			for (let line = 0; line < 20; line += 1) {
				append(`${burst}.${line}`);
				await new Promise(setImmediate);
			}
			await log.untilLast(`${burst}.19`);
		}

		expect(log.texts()).toHaveLength(201);
	});

	it('waits for the end of a half line, also in the middle of a character', async () => {
		append('start');
		const log = follow();
		await log.untilLast('start');
		const bytes = Buffer.from(entry('日本'));
		const half = bytes.indexOf(Buffer.from('本')) + 1;

		appendFileSync(file, bytes.subarray(0, half));
		appendFileSync(file, bytes.subarray(half));

		expect(await log.untilLast('日本')).toEqual(['start', '日本']);
	});

	it('goes on after the log was cut short', async () => {
		append('a rather long line');
		const log = follow();
		await log.untilLast('a rather long line');

		truncateSync(file);
		await log.until(all => all.length === 2);
		append('after');

		expect(await log.untilLast('after')).toEqual(['a rather long line', 'rad: the log was cut short by another program', 'after']);
	});

	it('goes on after the log was replaced, reading the old file to its end', async () => {
		append('before');
		const log = follow();
		await log.untilLast('before');

		append('last of the old');
		renameSync(file, path.join(folder, 'old'));
		append('after');

		const texts = await log.untilLast('after');
		expect(texts.filter(text => !text.startsWith('rad: '))).toEqual(['before', 'last of the old', 'after']);
		expect(texts.filter(text => text.startsWith('rad: '))).toHaveLength(1);
	});

	it('goes on after its whole folder was replaced', async () => {
		append('before');
		const log = follow();
		await log.untilLast('before');

		append('last of the old');
		renameSync(folder, `${folder}.old`);
		mkdirSync(folder);
		append('after');

		const texts = await log.untilLast('after');
		expect(texts.filter(text => !text.startsWith('rad: '))).toEqual(['before', 'last of the old', 'after']);
		append('and on');
		await log.untilLast('and on');
		rmSync(`${folder}.old`, {recursive: true});
	});

	it('tells once that the log was removed, and finds it again', async () => {
		append('before');
		const log = follow();
		await log.untilLast('before');

		rmSync(file);
		await log.untilLast('rad: the log was removed');
		append('after');

		expect(await log.untilLast('after')).toEqual(['before', 'rad: the log was removed', 'after']);
	});

	it('skips what it cannot keep up with, and says how much', async () => {
		append('start');
		const log = follow();
		await log.untilLast('start');

		appendFileSync(file, entry('x'.repeat(60)).repeat(50_000) + entry('end'));

		const texts = await log.untilLast('end');
		expect(texts.length).toBeLessThan(2000);
		expect(texts[1]).toMatch(/^rad: skipped \d+ bytes of the log to keep up$/);
		expect(texts.slice(2, -1).every(text => text === 'x'.repeat(60))).toBe(true);
	});

	it('ends when the agent is over and all was read, the last half line too', async () => {
		append('one');
		let isOver = false;
		const log = follow({isOver: async () => isOver});
		await log.untilLast('one');

		append('two');
		appendFileSync(file, entry('torn').trimEnd());
		isOver = true;
		await log.done;

		expect(log.texts()).toEqual(['one', 'two', 'torn…[incomplete]']);
	});

	it('ends when the signal is aborted', async () => {
		append('one');
		const log = follow();
		await log.untilLast('one');

		log.stop();

		await expect(log.done).resolves.toBeUndefined();
	});

	it('polls when the system watches no more files, and says so', async () => {
		append('one');
		const watch: WatchFile = (_, {onTrouble}) => {
			onTrouble();
			return {close: async () => {}};
		};
		const log = follow({watch});
		await log.untilLast('one');

		append('two');

		expect(await log.untilLast('two')).toEqual(['rad: live updates by polling: this system watches no more files', 'one', 'two']);
	});

	it('refuses a log that is a symbolic link', async () => {
		writeFileSync(path.join(folder, 'secret'), 'secret\n');
		symlinkSync(path.join(folder, 'secret'), file);

		const failure = await follow().done.catch((error: unknown) => error);

		expect(isFailure(failure, 'PATH_UNSAFE')).toBe(true);
	});
});
