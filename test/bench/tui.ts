import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Run} from '../../source/domain/records.ts';
import type {TerminalSession} from '../support/terminal.ts';
import {type Cost, measure, toQuantile} from './measure.ts';
import {readCpuMs, readMemoryMb} from './processes.ts';
import {compare, limit, type Row, state} from './report.ts';
import type {Suite} from './suite.ts';
import {findProgram, type Load, leave, openScene, type Scene, startLoad} from './tui-scene.ts';

const CAUSES = {
	start: 'Ink, React and Yoga are loaded and laid out before the first frame, in code that V8 has not optimised yet.',
	load: 'reading and drawing rest as long as a fixed multiple of what they take, so a faster dashboard draws more often; the threads of V8 come on top.',
} as const;

const AT_MOST = {startRatio: 8.5, idlePercent: 1, idleBytes: 0, loadPercent: 25, seenMs: 300, growth: 1.1, memoryMb: 150} as const;

type Effort = {
	readonly agents: number;
	readonly starts: number;
	readonly idleMs: number;
	readonly loadMs: number;
	readonly presses: number;
	/** The load goes on for so long; memory is compared between its middle and its end. */
	readonly soakMs: number;
};

const QUICK: Effort = {agents: 20, starts: 1, idleMs: 500, loadMs: 1000, presses: 2, soakMs: 1000};
const FULL: Effort = {agents: 1000, starts: 9, idleMs: 30_000, loadMs: 15_000, presses: 25, soakMs: 120_000};
const MINUTE_MS = 60_000;

/** What the dashboard takes in a real terminal. Reads /proc, so it runs on Linux only; needs the built program. */
export const tuiSuite: Suite = {
	summary: 'the dashboard in a terminal: start, rest, a load of log lines and rows, keys, memory',
	run: async ({root, isQuick, files, rounds, report}) => {
		const full = {...FULL, agents: files?.[0] ?? FULL.agents, soakMs: rounds === null ? FULL.soakMs : rounds * MINUTE_MS};
		const effort = isQuick ? QUICK : full;
		const scene = openScene(root);
		try {
			scene.rad('run', 'done');
			report('starting');
			const start = await measureStart(scene, effort);
			report('resting');
			const idle = await measureIdle(scene, effort);
			return [...start, ...idle, ...(await measureLoad(root, scene, effort, report))];
		} finally {
			scene.remove();
		}
	},
};

const SIZES = [
	[200, 50],
	[120, 40],
] as const;

const measureStart = async (scene: Scene, {starts}: Effort): Promise<readonly Row[]> => {
	const [node, first, loaded]: [Cost[], Cost[], Cost[]] = [[], [], []];
	for (let round = 0; round < starts; round += 1) {
		node.push(measure([process.execPath, '-e', '0'], scene.place));
		const begin = performance.now();
		const terminal = scene.open(120, 40);
		const take = (): Cost => ({cpuMs: readAllCpuMs(terminal), wallMs: performance.now() - begin});
		await terminal.waitFor(text => text.includes('q quit'));
		first.push(take());
		await terminal.waitFor(text => text.includes('COMPLETED'));
		loaded.push(take());
		await leave(terminal);
	}
	return [besideNode('to the first frame', first, node, AT_MOST.startRatio), besideNode('to the run on the screen', loaded, node)];
};

/** Of the launcher and of the program. */
const readAllCpuMs = (terminal: TerminalSession): number => readCpuMs(terminal.pid) + readCpuMs(findProgram(terminal));

const besideNode = (name: string, costs: readonly Cost[], node: readonly Cost[], atMost?: number): Row => {
	const toMedian = (all: readonly Cost[]): Cost => ({
		cpuMs: toQuantile(
			all.map(({cpuMs}) => cpuMs),
			0.5,
		),
		wallMs: toQuantile(
			all.map(({wallMs}) => wallMs),
			0.5,
		),
	});
	return {...compare('start, 120x40', name, toMedian(costs), {name: 'node -e 0', cost: toMedian(node)}, atMost), cause: CAUSES.start};
};

const measureIdle = async (scene: Scene, {idleMs}: Effort): Promise<readonly Row[]> => {
	const done = await watchIdle(scene, 'COMPLETED', idleMs);
	scene.rad('run', 'gate', '--detach');
	const waiting = await watchIdle(scene, 'WAITING', idleMs);
	const [run] = JSON.parse(scene.rad('runs', '--json')) as readonly Run[];
	scene.rad('cancel', run?.id ?? '');
	return [...toIdleRows('rest, a finished run', done), ...toIdleRows('rest, a waiting run', waiting)];
};

const watchIdle = async (scene: Scene, mark: string, durationMs: number): Promise<Watched> => {
	const terminal = scene.open(200, 50);
	await terminal.waitFor(text => text.includes(mark));
	await settle(terminal, Math.min(durationMs, 2000));
	const watched = await watch(terminal, durationMs);
	await leave(terminal);
	return watched;
};

const SETTLED_AFTER = 10;

/** What reading the workspace and its log takes is over when nothing was drawn for a while; one that never rests is watched all the same. */
const settle = async (terminal: TerminalSession, quietMs: number): Promise<void> => {
	for (let [size, looks] = [-1, 0]; size !== terminal.written().length && looks < SETTLED_AFTER; looks += 1) {
		size = terminal.written().length;
		await sleep(quietMs);
	}
};

const toIdleRows = (scene: string, {percent, bytes}: Watched): readonly Row[] => [
	limit(scene, 'CPU, of one core', percent, '%', AT_MOST.idlePercent),
	limit(scene, 'written meanwhile', bytes, 'B', AT_MOST.idleBytes),
];

type Watched = {readonly percent: number; readonly bytes: number; readonly bytesPerSecond: number; readonly drawIntervalMs: number};

const watch = async (terminal: TerminalSession, durationMs: number): Promise<Watched> => {
	const program = findProgram(terminal);
	const [cpuBefore, from, begin] = [readCpuMs(program), terminal.written().length, performance.now()];
	await sleep(durationMs);
	const wallMs = performance.now() - begin;
	const written = terminal.written().slice(from);
	const frames = written.split('\u001b[?2026h').length - 1;
	const bytes = Buffer.byteLength(written);
	return {
		percent: (100 * (readCpuMs(program) - cpuBefore)) / wallMs,
		bytes,
		bytesPerSecond: (1000 * bytes) / wallMs,
		drawIntervalMs: wallMs / Math.max(1, frames),
	};
};

const LINES_PER_SECOND = 10_000;
const ROWS_PER_SECOND = 20;

const measureLoad = async (root: string, scene: Scene, effort: Effort, report: (text: string) => void): Promise<readonly Row[]> => {
	const load = await startLoad(root, scene, {agents: effort.agents, linesPerSecond: LINES_PER_SECOND, rowsPerSecond: ROWS_PER_SECOND});
	try {
		const rows: Row[] = [];
		for (const size of SIZES) {
			report(`${effort.agents} agents at ${size.join('x')}`);
			rows.push(...(await measureSize(scene, load, size, effort)));
		}
		report(`the load for ${Math.round(effort.soakMs / 1000)} s`);
		return [...rows, ...(await measureMemory(scene, load, effort))];
	} finally {
		await load.end();
	}
};

const openCrowd = async (scene: Scene, [columns, rows]: readonly [number, number], agents: number): Promise<TerminalSession> => {
	const terminal = scene.open(columns, rows);
	await terminal.waitFor(text => text.includes(`Agents ${agents}`) && text.includes('FOLLOW'));
	return terminal;
};

const measureSize = async (scene: Scene, load: Load, size: (typeof SIZES)[number], {agents, presses, loadMs}: Effort): Promise<readonly Row[]> => {
	const terminal = await openCrowd(scene, size, agents);
	const seen = await repeat(presses, CHANGE_PAUSE_MS, () => timeChange(terminal, load));
	const idleKeys = await repeat(presses, KEY_PAUSE_MS, () => timeKey(terminal));
	load.tell('work');
	await sleep(Math.min(loadMs, 3000));
	const watched = await watch(terminal, loadMs);
	const keys = await repeat(presses, KEY_PAUSE_MS, () => timeKey(terminal));
	const seenUnderLoad = await repeat(presses, CHANGE_PAUSE_MS, () => timeChange(terminal, load));
	load.tell('rest');
	await leave(terminal);
	const [still, loaded] = ['', ' under load'].map(when => `${size.join('x')}, ${agents.toLocaleString('en-US')} agents${when}`) as [string, string];
	return [
		limit(still, 'commit to frame, p95', toQuantile(seen, 0.95), 'ms', AT_MOST.seenMs, toQuantile(seen, 0.5)),
		...toKeyRows(still, idleKeys),
		{...limit(loaded, 'CPU, of one core', watched.percent, '%', AT_MOST.loadPercent), cause: CAUSES.load},
		state(loaded, 'written', watched.bytesPerSecond, 'B/s'),
		state(loaded, 'commit to frame, p95', toQuantile(seenUnderLoad, 0.95), 'ms'),
		...toKeyRows(loaded, keys).map(row => ({
			...row,
			peer: {name: 'draw interval', value: watched.drawIntervalMs, ratio: row.value / watched.drawIntervalMs},
		})),
	];
};

const toKeyRows = (scene: string, times: readonly number[]): readonly Row[] => [
	state(scene, 'key to frame, p50', toQuantile(times, 0.5), 'ms'),
	state(scene, 'key to frame, at most', Math.max(...times), 'ms'),
];

const KEY_PAUSE_MS = 200;
/** Many changes at once are a load, and are measured as such. */
const CHANGE_PAUSE_MS = 1200;

/** One after the other, at moments that have nothing to do with the intervals of the dashboard. */
const repeat = async (count: number, pauseMs: number, time: () => Promise<number>): Promise<readonly number[]> => {
	const times: number[] = [];
	for (let index = 0; index < count; index += 1) {
		await sleep(pauseMs * (1 + ((index * 137) % 250) / 250));
		times.push(await time());
	}
	return times;
};

/** The header counts the agents that wait: the load makes one wait, and lets it go on. */
const timeChange = async (terminal: TerminalSession, load: Load): Promise<number> => {
	const isWaiting = (text: string): boolean => / \d+‖/.test(text.split('\n')[0] ?? '');
	const before = isWaiting(terminal.screenText());
	const committedAt = await load.change();
	await terminal.waitFor(text => isWaiting(text) !== before);
	return performance.timeOrigin + performance.now() - committedAt;
};

/** The same key opens the help and closes it. */
const timeKey = async (terminal: TerminalSession): Promise<number> => {
	const hasHelp = (text: string): boolean => text.includes('━ Help ━');
	const before = hasHelp(terminal.screenText());
	const begin = performance.now();
	terminal.type('?');
	await terminal.waitFor(text => hasHelp(text) !== before);
	return performance.now() - begin;
};

const measureMemory = async (scene: Scene, load: Load, {agents, soakMs}: Effort): Promise<readonly Row[]> => {
	const terminal = await openCrowd(scene, SIZES[0], agents);
	const program = findProgram(terminal);
	load.tell('work');
	const firstMs = Math.min(MINUTE_MS, soakMs / 2);
	await sleep(firstMs);
	const early = readMemoryMb(program);
	await sleep(soakMs - firstMs);
	const late = readMemoryMb(program);
	load.tell('rest');
	await leave(terminal);
	const name = `load of ${Math.round(soakMs / 1000)} s`;
	return [
		limit(name, 'memory at the end', late, 'MB', AT_MOST.memoryMb),
		{
			...limit(name, `against after ${Math.round(firstMs / 1000)} s`, late / early, '×', AT_MOST.growth),
			peer: {name: 'early', value: early, ratio: late / early},
		},
	];
};
