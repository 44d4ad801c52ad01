import path from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {AgentId} from '../../../source/domain/ids.ts';
import type {RunFigures} from '../../../source/domain/rad.ts';
import {createMonitor} from '../../../source/monitoring/monitor-service.ts';
import {MIGRATIONS} from '../../../source/monitoring/sqlite-schema.ts';
import {openSqliteStore} from '../../../source/monitoring/sqlite-store.ts';
import type {Store} from '../../../source/monitoring/store-port.ts';
import {anAgent, anId, aUsageRecord} from '../../support/builders.ts';
import {createScratch} from '../../support/scratch.ts';

const newFolder = createScratch();
const RUNS = [anId('run', 1), anId('run', 2)] as const;
const AGENTS_A_RUN = 5;
const owner = {pid: 42, startTime: '1', bootId: 'boot'};
const idOf = (run: number, index: number): AgentId => anId('agt', run * 100 + index);

/** One thing that a rad writes; what is not allowed at the moment changes nothing. */
type Write = (store: Store, at: number) => Promise<unknown>;

const aRunIndex = fc.constantFrom(0, 1);
const anAgentOf = fc.record({run: aRunIndex, index: fc.nat(AGENTS_A_RUN - 1)});

const someWrite: fc.Arbitrary<Write> = fc.oneof(
	anAgentOf.map(
		({run, index}): Write =>
			(store, at) =>
				store.recordProgress(
					{
						subAgents: [
							anAgent({
								id: idOf(run, index + 1),
								parentId: idOf(run, 0),
								planId: RUNS[run] ?? RUNS[0],
								agentType: 'sub-agent',
								status: 'running',
								endedAt: null,
								exitCode: null,
							}),
						],
					},
					at,
				),
	),
	fc
		.record({
			agent: anAgentOf,
			message: fc.nat(4),
			amount: fc.nat(1000),
			isSettlement: fc.boolean(),
			source: fc.constantFrom('reported', 'estimated', 'unknown'),
		})
		.map(
			({agent: {run, index}, message, amount, isSettlement, source}): Write =>
				async (store, at) => {
					const agentId = idOf(run, index);
					if ((await store.getAgent(agentId)) === undefined) return;
					const costNanoUsd = source === 'unknown' ? null : amount * 1_000_000_007;
					const record = aUsageRecord({agentId, messageId: `${isSettlement ? 'result:' : 'msg_'}${message}`, costNanoUsd, costSource: source});
					await store.recordProgress(
						{usage: [{...record, at, tokens: {...record.tokens, input: amount}, cacheSavedNanoUsd: costNanoUsd === null ? null : -amount}]},
						at,
					);
				},
		),
	fc.record({agent: anAgentOf, status: fc.constantFrom('running', 'waiting')}).map(
		({agent: {run, index}, status}): Write =>
			(store, at) =>
				store.moveAgent(idOf(run, index), status, at),
	),
	anAgentOf.map(
		({run, index}): Write =>
			(store, at) =>
				store.recordProgress({endedSubAgents: [{agentId: idOf(run, index), status: 'failed', error: 'it broke'}]}, at),
	),
	anAgentOf.map(
		({run, index}): Write =>
			(store, at) =>
				store.recordProgress({sessions: [{agentId: idOf(run, index), sessionId: `s${at}`, engineVersion: null, model: 'opus'}]}, at),
	),
	fc.record({run: aRunIndex, status: fc.constantFrom('interrupted', 'cancelling', 'waiting')}).map(
		({run, status}): Write =>
			(store, at) =>
				store.moveRun(RUNS[run] ?? RUNS[0], status, null, at),
	),
	anAgentOf.map(
		({run, index}): Write =>
			store =>
				store.wishStop(idOf(run, index), 'graceful'),
	),
);

/** Two runs that have begun; the first is interrupted, for there is never more than one at work. */
const fill = async (store: Store): Promise<void> => {
	for (const [run, id] of RUNS.entries()) {
		await store.createRun({id, workflow: 'w', startedAt: 1, owner, planJson: '{}', stepIds: ['a']});
		const agent = anAgent({id: idOf(run, 0), planId: id, parentId: null, stepId: 'a', status: 'starting', endedAt: null, exitCode: null});
		await store.startAttempt({runId: id, stepId: 'a', attempt: 1, agentId: agent.id, tokenHash: `hash ${run}`, startedAt: 1, endedAt: null}, agent);
		if (run === 0) {
			await store.endAttempt(
				{runId: id, stepId: 'a', attempt: 1},
				{agentId: agent.id, status: 'completed', exitCode: 0, error: null, failureCause: null},
				{status: 'completed', exitCode: 0, reason: null, outputs: {}},
				2,
			);
			await store.moveRun(id, 'completed', null, 2);
		}
	}
};

const openTwo = (): {readonly file: string; readonly writer: Store; readonly reader: Store; readonly close: () => void} => {
	const file = path.join(newFolder(), 'monitoring.db');
	const writer = openSqliteStore(file, {create: true});
	const reader = openSqliteStore(file, {create: false});
	return {
		file,
		writer,
		reader,
		close: () => {
			writer.close();
			reader.close();
		},
	};
};

/** What the agents and the telemetry themselves say. */
const readAnew = async (store: Store, runId: RunFigures['runId']): Promise<Pick<RunFigures, 'agents' | 'usage'>> => ({
	agents: await store.listAgents({runId}),
	usage: new Map((await store.sumUsageByAgent({runId})).map(each => [each.agentId, each])),
});

const monitorOf = (store: Store) => createMonitor(store, async () => {});

describe('the figures of a run', () => {
	it('are what a reading of everything gives, whatever another connection writes and however seldom it is asked', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(fc.record({write: someWrite, run: fc.option(aRunIndex)}), {minLength: 1, maxLength: 30}), async steps => {
				const {writer, reader, close} = openTwo();
				const monitor = monitorOf(reader);
				await fill(writer);
				let last: RunFigures | undefined;
				for (const [index, {write, run}] of [...steps, ...RUNS.map((_, run) => ({write: async () => {}, run}))].entries()) {
					await write(writer, 1000 + index);
					if (run === null) continue;
					const runId = RUNS[run] ?? RUNS[0];
					last = await monitor.figures(runId, last);
					const {agents, usage} = last;
					expect({agents, usage}).toEqual(await readAnew(reader, runId));
				}
				close();
			}),
			{numRuns: 40},
		);
	});

	it('keep what has not changed as the same value', async () => {
		const {writer, reader, close} = openTwo();
		const monitor = monitorOf(reader);
		await fill(writer);
		const first = await monitor.figures(RUNS[1]);

		expect(await monitor.figures(RUNS[1], first)).toBe(first);
		await writer.recordProgress({usage: [aUsageRecord({agentId: idOf(1, 0)})]}, 3);
		const second = await monitor.figures(RUNS[1], first);

		expect(second.agents).toBe(first.agents);
		expect(second.usage.get(idOf(1, 0))?.responses).toBe(1);
		await writer.moveAgent(idOf(1, 0), 'running', 4);
		expect((await monitor.figures(RUNS[1], second)).agents[0]?.status).toBe('running');
		close();
	});

	it('are read whole when the store is an older one than before', async () => {
		const {writer, close} = openTwo();
		await fill(writer);
		const now = await monitorOf(writer).figures(RUNS[1]);

		expect(await monitorOf(writer).figures(RUNS[1], {...now, revision: now.revision + 10, agents: []})).toEqual(now);
		close();
	});

	it('of a run that has no agent are empty', async () => {
		const {writer, close} = openTwo();

		expect(await monitorOf(writer).figures(RUNS[0])).toEqual({runId: RUNS[0], revision: 0, agents: [], usage: new Map()});
		close();
	});

	it('are there for what was recorded before they were kept', async () => {
		const file = path.join(newFolder(), 'monitoring.db');
		const old = new Database(file);
		for (const migration of MIGRATIONS.slice(0, -1)) old.exec(migration);
		old.pragma(`user_version = ${MIGRATIONS.length - 1}`);
		old.pragma(`application_id = ${0x52414431}`);
		const {writer: full, file: other, close} = openTwo();
		await fill(full);
		await full.recordProgress(
			{
				usage: [
					aUsageRecord({agentId: idOf(1, 0)}),
					aUsageRecord({agentId: idOf(1, 0), messageId: 'msg_2', costNanoUsd: null, costSource: 'unknown'}),
				],
			},
			3,
		);
		const expected = await readAnew(full, RUNS[1]);
		close();
		old.exec(`ATTACH '${other}' AS other`);
		for (const table of ['runs', 'agents', 'telemetry']) {
			const columns = (old.pragma(`table_info(${table})`) as ReadonlyArray<{readonly name: string}>).map(({name}) => name).join(', ');
			old.exec(`INSERT INTO main.${table} (${columns}) SELECT ${columns} FROM other.${table}`);
		}
		old.close();

		const store = openSqliteStore(file, {create: false});
		const {agents, usage} = await monitorOf(store).figures(RUNS[1]);
		store.close();

		expect({agents, usage}).toEqual(expected);
		expect(usage.size).toBe(1);
	});
});
