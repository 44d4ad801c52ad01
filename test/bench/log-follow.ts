import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {
	appendFileSync,
	closeSync,
	copyFileSync,
	mkdirSync,
	openSync,
	readSync,
	renameSync,
	rmSync,
	truncateSync,
	watch as watchFolder,
	writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import {watch as watchWithChokidar} from 'chokidar';
import {watchFile} from '../../source/logs/chokidar-watcher.ts';
import {followLog} from '../../source/logs/follow-log.ts';
import {createSystemClock} from '../../source/system-clock.ts';
import {measureHere, toQuantile} from './measure.ts';
import {limit, type Row, relate, state} from './report.ts';

export type FollowEffort = {readonly lines: number; readonly files: readonly number[]; readonly rotations: number};

const AT_MOST_MS = 5;
const AT_MOST_OF_CHOKIDAR = 0.1;
const PAUSE_MS = 5;
const SETTLE_MS = 300;

const THROTTLED =
	`chokidar, the watcher of the design, tells at most one change in 50 ms; the reads that rad adds come 60 ms apart, so that they find the ends of bursts
and not the middle sooner. A line is on the screen a frame later than with the system's own watcher.`.replaceAll('\n', ' ');

type Follower = {readonly close: () => Promise<void>};
/** Follows files and hands over text as it comes; calls `onReady` when nothing can be missed any more. */
type Follow = (files: readonly string[], onText: (text: string) => void) => Promise<Follower>;

const clock = createSystemClock();

/** The dashboard and `rad logs -f` follow the one log that is looked at. */
const followWithRad = async (
	[file = '']: readonly string[],
	onText: (text: string) => void,
	onNote: () => void = () => undefined,
): Promise<Follower> => {
	const stop = new AbortController();
	const done = followLog({
		file,
		count: 0,
		signal: stop.signal,
		isOver: null,
		clock,
		watch: watchFile,
		onLines: lines => {
			onText(lines.flatMap(({kind, text}) => (kind === 'rad' ? [] : [`${text}\n`])).join(''));
			if (lines.some(({kind}) => kind === 'rad')) onNote();
		},
	});
	await sleep(SETTLE_MS);
	return {
		close: async () => {
			stop.abort();
			await done;
		},
	};
};

const createReader = (file: string, onText: (text: string) => void) => {
	const block = Buffer.alloc(64 * 1024);
	let position = 0;
	return (): void => {
		const handle = openSync(file, 'r');
		const length = readSync(handle, block, 0, block.length, position);
		closeSync(handle);
		position += length;
		if (length > 0) onText(block.toString('utf8', 0, length));
	};
};

const followWithChokidar: Follow = async (files, onText) => {
	const readers = new Map(files.map(file => [file, createReader(file, onText)]));
	const watcher = watchWithChokidar([...files], {ignoreInitial: true});
	watcher.on('all', (_, file) => readers.get(file)?.());
	await once(watcher, 'ready');
	return watcher;
};

const followWithSystem: Follow = async (files, onText) => {
	const readers = new Map(files.map(file => [file, createReader(file, onText)]));
	const watcher = watchFolder(join(files[0] ?? '', '..'), (_, name) => readers.get(join(files[0] ?? '', '..', name ?? ''))?.());
	return {close: async () => watcher.close()};
};

const FOLLOWERS = {rad: followWithRad, chokidar: followWithChokidar, 'fs.watch': followWithSystem} as const;

/** Another process that writes lines, each with the time at which it does. */
const APPENDER = `const {appendFileSync} = require('node:fs');
const [count, pauseMs, ...files] = process.argv.slice(1);
let done = 0;
const timer = setInterval(() => {
	appendFileSync(files[done % files.length], (performance.timeOrigin + performance.now()) + '\\n');
	if ((done += 1) >= Number(count)) clearInterval(timer);
}, Number(pauseMs));`;

type Followed = {readonly latencies: readonly number[]; readonly cpuMsPerSecond: number};

const measureFollower = async (base: string, follow: Follow, count: number, lines: number): Promise<Followed> => {
	const folder = join(base, 'followed');
	mkdirSync(folder);
	const files = Array.from({length: count}, (_, index) => join(folder, `${index}.log`));
	for (const file of files) writeFileSync(file, '');
	const latencies: number[] = [];
	const onText = (text: string): void => {
		const now = performance.timeOrigin + performance.now();
		for (const line of text.split('\n')) if (line !== '') latencies.push(now - Number(line));
	};
	const follower = await follow(files, onText);
	const {cpuMs, wallMs} = await measureHere(async () => {
		await once(spawn(process.execPath, ['-e', APPENDER, String(lines), String(PAUSE_MS), ...files]), 'exit');
		await sleep(SETTLE_MS);
	});
	await follower.close();
	rmSync(folder, {recursive: true});
	return {latencies, cpuMsPerSecond: (1000 * cpuMs) / wallMs};
};

export const measureFollow = async (base: string, {lines, files, rotations}: FollowEffort): Promise<readonly Row[]> => {
	const rows: Row[] = [];
	for (const count of files) {
		const [rad, chokidar, system] = [
			await measureFollower(base, FOLLOWERS.rad, count, lines),
			await measureFollower(base, FOLLOWERS.chokidar, count, lines),
			await measureFollower(base, FOLLOWERS['fs.watch'], count, lines),
		];
		rows.push(...toRows(count, lines, {rad, chokidar, system}));
	}
	return [...rows, limit('log/follow', `lines lost, ${rotations} rotations`, await countLost(base, rotations), '', 0)];
};

const toRows = (files: number, lines: number, {rad, chokidar, system}: Readonly<Record<'rad' | 'chokidar' | 'system', Followed>>): readonly Row[] => {
	const scene = `log/follow, 1 of ${files} files, ${1000 / PAUSE_MS} lines/s`;
	const p95 = ({latencies}: Followed): number => toQuantile(latencies, 0.95);
	const latency = {...limit(scene, 'line in hand, p95', p95(rad), 'ms', AT_MOST_MS), cause: THROTTLED};
	const beside = (name: string, followed: Followed): Row =>
		relate(scene, 'line in hand, p95', {value: p95(rad), unit: 'ms'}, {name, value: p95(followed)});
	const cpu = {value: rad.cpuMsPerSecond, unit: 'ms CPU'} as const;
	const bound = files >= 100 ? {atMost: AT_MOST_OF_CHOKIDAR} : undefined;
	const own = Math.ceil(lines / files);
	return [
		latency,
		beside('chokidar alone', chokidar),
		beside('fs.watch alone', system),
		relate(scene, 'in a second', cpu, {name: 'chokidar alone', value: chokidar.cpuMsPerSecond}, bound),
		relate(scene, 'in a second', cpu, {name: 'fs.watch alone', value: system.cpuMsPerSecond}),
		limit(scene, `lines lost, of ${own.toLocaleString('en-US')}`, own - rad.latencies.length, '', 0),
		state(scene, `lines lost by chokidar alone, of ${lines.toLocaleString('en-US')}`, lines - chokidar.latencies.length, ''),
	];
};

const LINES_OF_A_ROTATION = 13;
const MOST_PATIENCE_MS = 5000;

/** What people and programs do to logs: copy and truncate, rename, remove. */
const ROTATE: ReadonlyArray<(file: string) => void> = [
	file => {
		copyFileSync(file, `${file}.old`);
		truncateSync(file);
	},
	file => renameSync(file, `${file}.old`),
	file => rmSync(file),
];

const waitUntil = async (isDone: () => boolean): Promise<void> => {
	for (const end = performance.now() + MOST_PATIENCE_MS; !isDone() && performance.now() < end; ) await sleep(PAUSE_MS);
};

const countLost = async (base: string, rotations: number): Promise<number> => {
	const file = join(base, 'rotated.log');
	writeFileSync(file, '');
	const seen = new Set<string>();
	let notes = 0;
	const add = (text: string): void => {
		for (const line of text.split('\n')) if (line !== '') seen.add(line);
	};
	const follower = await followWithRad([file], add, () => {
		notes += 1;
	});
	for (let round = 0; round < rotations; round += 1) {
		for (let line = 0; line < LINES_OF_A_ROTATION; line += 1) appendFileSync(file, `${round}/${line}\n`);
		// Nobody can read what was truncated before it was looked at.
		await waitUntil(() => seen.size >= (round + 1) * LINES_OF_A_ROTATION);
		const notesBefore = notes;
		ROTATE[round % ROTATE.length]?.(file);
		// Nobody can tell a file that grew again to its old size from one that was never cut.
		if (round % ROTATE.length === 0) await waitUntil(() => notes > notesBefore);
		else await sleep(PAUSE_MS);
	}
	await follower.close();
	return rotations * LINES_OF_A_ROTATION - seen.size;
};
