import {join} from 'node:path';
import {createMonitor} from '../../source/monitoring/monitor-service.ts';
import {openConnection} from '../../source/monitoring/sqlite-open.ts';
import {openSqliteStore} from '../../source/monitoring/sqlite-store.ts';
import {anId, aUsageRecord} from '../support/builders.ts';
import {toQuantile} from './measure.ts';
import {limit, type Row, relate} from './report.ts';
import {fillStore} from './store-fill.ts';

export type RefreshEffort = {
	/** How many agents the stores have; each has fifty rows of telemetry. */
	readonly agents: readonly number[];
	readonly times: number;
};

const AT_MOST = {ms: 1, wholeMs: 5, growth: 3} as const;
const ROWS_OF_AGENT = 50;
const FLOOR_STATEMENTS = 5;

const CAUSE =
	'the usage of all agents is a map that is never changed: for each change it is copied, which takes a third of a microsecond for each agent.';

/** What the dashboard reads of the database when one agent of a run has used tokens: the run, its steps, what changed of its agents, what waits. */
export const measureRefresh = async (base: string, {agents, times}: RefreshEffort): Promise<readonly Row[]> => {
	const figures: Array<Awaited<ReturnType<typeof measureCount>> & {readonly agents: number}> = [];
	for (const count of agents) figures.push({agents: count, ...(await measureCount(join(base, `refresh-${count}.db`), count, times))});
	const [smallest, largest] = [figures[0], figures.at(-1)];
	if (smallest === undefined || largest === undefined) return [];
	return [
		...figures.flatMap(figure => {
			const scene = `top/refresh, ${toText(figure.agents)}`;
			return [
				limit(scene, 'database, p95', figure.p95, 'ms', AT_MOST.ms),
				relate(scene, 'database, p50', {value: figure.p50, unit: 'ms'}, {name: `${FLOOR_STATEMENTS} × SELECT 1`, value: figure.floor}),
				{...limit(scene, 'with what is made of it, p95', figure.wholeP95, 'ms', AT_MOST.wholeMs), cause: CAUSE},
			];
		}),
		relate(
			`top/refresh, ${toText(smallest.agents)} to ${toText(largest.agents)}`,
			'database, growth of p50',
			{value: largest.p50, unit: 'ms'},
			{name: toText(smallest.agents), value: smallest.p50},
			{atMost: AT_MOST.growth},
		),
	];
};

const toText = (agents: number): string => `${agents.toLocaleString('en-US')} agent${agents === 1 ? '' : 's'}`;

const measureCount = async (file: string, agents: number, times: number) => {
	fillStore(file, {agents, usage: agents * ROWS_OF_AGENT}, {create: true});
	const [store, connection] = [openSqliteStore(file, {create: false}), openConnection(file, {create: false})];
	const monitor = createMonitor(store, async () => {});
	const runId = anId('run', 1);
	const one = connection.prepare('SELECT 1');
	const [reads, wholes, floors]: [number[], number[], number[]] = [[], [], []];
	let known = await monitor.figures(runId);
	for (let time = 0; time < times; time += 1) {
		const agentId = anId('agt', 1 + ((time * 37) % agents));
		await store.recordProgress({usage: [aUsageRecord({agentId, messageId: `refresh ${time}`, at: time, costNanoUsd: 1_000_000})]}, time);
		const read = async (figures: () => Promise<unknown>): Promise<number> => {
			const begin = performance.now();
			await store.listRuns();
			await figures();
			await store.listSteps(runId);
			for (const status of ['starting', 'running', 'waiting'] as const) await store.listAgents({status, exceptRunId: runId});
			await store.listRequests({status: 'pending'});
			return performance.now() - begin;
		};
		reads.push(await read(() => store.listFigures(runId, known.revision)));
		wholes.push(
			await read(async () => {
				known = await monitor.figures(runId, known);
			}),
		);
		const floor = performance.now();
		for (let statement = 0; statement < FLOOR_STATEMENTS; statement += 1) one.get();
		floors.push(performance.now() - floor);
	}
	store.close();
	connection.close();
	return {p50: toQuantile(reads, 0.5), p95: toQuantile(reads, 0.95), wholeP95: toQuantile(wholes, 0.95), floor: toQuantile(floors, 0.5)};
};
