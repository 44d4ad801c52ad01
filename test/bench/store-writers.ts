import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {join} from 'node:path';
import process from 'node:process';
import {createInterface} from 'node:readline';
import {setTimeout as sleep} from 'node:timers/promises';
import type {AgentId} from '../../source/domain/ids.ts';
import {totalTokens} from '../../source/domain/tokens.ts';
import {createEventFeed} from '../../source/monitoring/event-feed.ts';
import {openConnection} from '../../source/monitoring/sqlite-open.ts';
import {openSqliteStore} from '../../source/monitoring/sqlite-store.ts';
import {createSystemClock} from '../../source/system-clock.ts';
import {anAgent, anId} from '../support/builders.ts';
import {measureHere, toQuantile} from './measure.ts';
import {limit, type Row, relate, state} from './report.ts';
import {createRandom} from './source-text.ts';
import {fillStore} from './store-fill.ts';
import type {WriterAnswer, WriterTask} from './store-worker.ts';

export type WritersEffort = {readonly processes: readonly number[]; readonly events: number; readonly kills: number; readonly heardSeconds: number};

const AT_MOST = {paceP99Ms: 10, noticedMs: 5, cpuMsPerSecond: 10} as const;
/** That many writers must together write as much as one alone. */
const JUDGED_PROCESSES = 8;
const PACE_MS = 10;
const EVENTS_AT_A_PACE = 200;
/** Commits in a second: hardly any, as many as a few agents make, and as many as a crowd of them makes. */
const COMMIT_RATES = [1, 20, 200] as const;
const CALM_RATE = 20;

const DURABLE =
	`each event is a transaction that is on the disk before it counts, and the disk takes one at a time: writers wait for each other's, and SQLite's wait
for a lock sleeps in growing steps.`.replaceAll('\n', ' ');
const EACH_EVENT = 'each event is read from the store and parsed; hearing what the other process says of its commits is part of the figure.';
const POLLED = 'the feed asks the store for changes every 150 ms, which is often enough for an eye; the system’s own watcher would tell at once.';

const agentOf = (index: number): AgentId => anId('agt', 900_000 + index);

type Writer = {
	readonly pid: number;
	readonly begin: () => void;
	readonly lines: AsyncIterable<string>;
	readonly kill: () => void;
	readonly ended: Promise<unknown>;
};

const startWriter = async (program: string, task: WriterTask): Promise<Writer> => {
	const child = spawn(process.execPath, [program, JSON.stringify(task)], {stdio: ['pipe', 'pipe', 'inherit']});
	const ended = once(child, 'exit');
	child.stdin.on('error', () => undefined);
	const reader = createInterface({input: child.stdout});
	const lines = reader[Symbol.asyncIterator]();
	await lines.next();
	return {
		pid: child.pid ?? 0,
		begin: () => void child.stdin.write('go\n'),
		lines: {[Symbol.asyncIterator]: () => lines},
		kill: () => void child.kill('SIGKILL'),
		ended,
	};
};

const readAnswer = async ({lines, ended}: Writer): Promise<WriterAnswer> => {
	let last = '{"latencies":[]}';
	for await (const line of lines) last = line;
	await ended;
	return JSON.parse(last) as WriterAnswer;
};

/** A store with agents at work for the writers. */
const prepare = async (database: string, agents: number): Promise<void> => {
	fillStore(database, {agents: 1, usage: 0}, {create: true});
	const store = openSqliteStore(database, {create: false});
	const subAgents = Array.from({length: agents}, (_, index) =>
		anAgent({id: agentOf(index), planId: anId('run', 1), processId: null, processStart: null, bootId: null}),
	);
	await store.recordProgress({subAgents}, Date.now());
	store.close();
};

type Written = {readonly perSecond: number; readonly latencies: readonly number[]; readonly lost: number};

const write = async (program: string, database: string, processes: number, count: number, pauseMs: number): Promise<Written> => {
	await prepare(database, processes);
	const writers = await Promise.all(
		Array.from({length: processes}, (_, index) =>
			startWriter(program, {database, agentId: agentOf(index), name: `w${index}`, count, pauseMs, kind: 'usage', tells: false}),
		),
	);
	const start = performance.now();
	for (const writer of writers) writer.begin();
	const answers = await Promise.all(writers.map(readAnswer));
	const wallMs = performance.now() - start;
	const store = openSqliteStore(database, {create: false});
	const {length: stored} = await store.listUsage({});
	store.close();
	return {perSecond: (1000 * processes * count) / wallMs, latencies: answers.flatMap(({latencies}) => latencies), lost: processes * count - stored};
};

export const measureWriters = async (base: string, program: string, {processes, events}: WritersEffort): Promise<readonly Row[]> => {
	const alone = await write(program, join(base, 'writers-alone.db'), 1, events, 0);
	const rows: Row[] = [state('db/writers, 1 process', 'events', alone.perSecond, '/s')];
	for (const count of processes) {
		const together = await write(program, join(base, `writers-${count}.db`), count, events, 0);
		const scene = `db/writers, ${count} processes`;
		const bound = count === JUDGED_PROCESSES ? {atLeast: 1} : undefined;
		rows.push(
			{...relate(scene, 'events', {value: together.perSecond, unit: '/s'}, {name: '1 process', value: alone.perSecond}, bound), cause: DURABLE},
			state(scene, 'a commit, p99', toQuantile(together.latencies, 0.99), 'ms'),
			limit(scene, `lost, of ${(count * events).toLocaleString('en-US')}`, together.lost, '', 0),
		);
	}
	const most = Math.min(JUDGED_PROCESSES, processes.at(-1) ?? 1);
	const paced = await write(program, join(base, 'writers-paced.db'), most, Math.min(events, EVENTS_AT_A_PACE), PACE_MS);
	const scene = `db/writers, ${most} processes, ${1000 / PACE_MS} events/s each`;
	return [
		...rows,
		{...limit(scene, 'a commit, p99', toQuantile(paced.latencies, 0.99), 'ms', AT_MOST.paceP99Ms), cause: DURABLE},
		limit(scene, 'lost', paced.lost, '', 0),
	];
};

/** Kills a writer at random moments and asks each time whether all that it told of is there, and whether every way to sum it up agrees. */
export const checkKills = async (base: string, program: string, {kills}: WritersEffort): Promise<Row> => {
	const random = createRandom(3);
	const database = join(base, 'killed.db');
	await prepare(database, 1);
	let told = 0;
	let differences = 0;
	for (let round = 0; round < kills; round += 1) {
		const task: WriterTask = {database, agentId: agentOf(0), name: `k${round}`, count: 1_000_000, pauseMs: 0, kind: 'usage', tells: true};
		const writer = await startWriter(program, task);
		writer.begin();
		setTimeout(writer.kill, 20 + random() * 200);
		for await (const _ of writer.lines) told += 1;
		await writer.ended;
		// One that was committed may not have been told of yet.
		differences += await countDifferences(database, {atLeast: told, atMost: told + round + 1});
	}
	return limit('db/rollup-check', `differences after ${kills} times kill -9`, differences, '', 0);
};

const countDifferences = async (database: string, stored: {readonly atLeast: number; readonly atMost: number}): Promise<number> => {
	const connection = openConnection(database, {create: false});
	const isSound = connection.pragma('integrity_check', {simple: true}) === 'ok';
	connection.close();
	const store = openSqliteStore(database, {create: false});
	const [records, sum, byAgent, byModel] = [
		await store.listUsage({}),
		await store.sumUsage({}),
		await store.sumUsageByAgent({}),
		await store.sumUsageByModel({}),
	];
	store.close();
	const tokens = records.reduce((total, record) => total + totalTokens(record.tokens), 0);
	const sums = [[sum], byAgent, byModel].map(parts => parts.reduce((total, part) => total + totalTokens(part.tokens), 0));
	const isAll = records.length >= stored.atLeast && records.length <= stored.atMost;
	return [isSound, isAll, ...sums.map(each => each === tokens)].filter(isRight => !isRight).length;
};

const fail = (error: unknown): void => {
	throw error;
};

/** From a commit of another process until its event is in hand: where something happens now and then, and where it does all the time. */
export const measureNotify = async (base: string, program: string, {heardSeconds}: WritersEffort): Promise<readonly Row[]> => {
	const rows: Row[] = [];
	for (const rate of COMMIT_RATES) rows.push(...(await measureRate(join(base, `notify-${rate}.db`), program, rate, Math.ceil(rate * heardSeconds))));
	return rows;
};

const measureRate = async (database: string, program: string, rate: number, commits: number): Promise<readonly Row[]> => {
	await prepare(database, 1);
	const store = openSqliteStore(database, {create: false});
	const heard: number[] = [];
	const feed = createEventFeed({store, clock: createSystemClock(), upkeep: async () => undefined, onError: fail});
	const stop = feed.subscribe(() => void heard.push(performance.timeOrigin + performance.now()));
	const committed: number[] = [];
	const writer = await startWriter(program, {
		database,
		agentId: agentOf(0),
		name: 'n',
		count: commits,
		pauseMs: 1000 / rate,
		kind: 'status',
		tells: true,
	});
	const {cpuMs, wallMs} = await measureHere(async () => {
		writer.begin();
		for await (const line of writer.lines) if (!line.startsWith('{')) committed.push(Number(line));
		await sleep(500);
	});
	stop();
	await feed.close();
	store.close();
	const latencies = heard.slice(0, committed.length).map((at, index) => at - (committed[index] ?? 0));
	const scene = `top/notify, ${rate} commits/s`;
	return [
		{...limit(scene, 'commit to event, p95', toQuantile(latencies, 0.95), 'ms', AT_MOST.noticedMs), cause: POLLED},
		limit(scene, `missed, of ${commits}`, commits - heard.length, '', 0),
		// What it may take is said of a workspace where something happens now and then.
		rate > CALM_RATE
			? state(scene, 'in a second', (1000 * cpuMs) / wallMs, 'ms CPU')
			: {...limit(scene, 'in a second', (1000 * cpuMs) / wallMs, 'ms CPU', AT_MOST.cpuMsPerSecond), cause: EACH_EVENT},
	];
};
