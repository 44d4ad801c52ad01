import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, describe, expect, it} from 'vitest';
import type {AttemptOutcome} from '../../source/domain/events.ts';
import type {AgentId, CheckpointId, RequestId, RunId} from '../../source/domain/ids.ts';
import type {UsageFilter} from '../../source/domain/rad.ts';
import {type Agent, type AgentRequest, USAGE_GROUPINGS, type UsageRecord} from '../../source/domain/records.ts';
import {openSqliteStore} from '../../source/monitoring/sqlite-store.ts';
import type {Attempt, NewRun, Store} from '../../source/monitoring/store-port.ts';
import {anAgent} from '../support/builders.ts';

const owner = {pid: 42, startTime: '1', bootId: 'boot'};
const runId = 'run_0000000001' as RunId;
const agentId = 'agt_0000000001' as AgentId;

const aNewRun = (change: Partial<NewRun> = {}): NewRun => ({
	id: runId,
	workflow: 'wf',
	startedAt: 1000,
	owner,
	planJson: '{}',
	stepIds: ['a', 'b'],
	...change,
});
const anAttempt = (change: Partial<Attempt> = {}): Attempt => ({
	runId,
	stepId: 'a',
	attempt: 1,
	agentId,
	tokenHash: 'hash',
	startedAt: 1001,
	endedAt: null,
	...change,
});
const aStarting = (change: Partial<Agent> = {}): Agent =>
	anAgent({
		id: agentId,
		planId: runId,
		parentId: null,
		stepId: 'a',
		status: 'starting',
		exitCode: null,
		error: null,
		endedAt: null,
		processId: null,
		...change,
	});
const done: AttemptOutcome = {status: 'completed', exitCode: 0, reason: null, outputs: {}};
const usage = (change: Partial<UsageRecord> = {}): UsageRecord => ({
	agentId,
	at: 1,
	provider: 'anthropic',
	model: 'm',
	messageId: 'msg_1',
	tokens: {input: 1, cacheRead: 2, cacheWrite: 3, cacheWrite1h: 1, output: 4, reasoning: 1},
	tier: null,
	costNanoUsd: 10,
	costSource: 'estimated',
	cacheSavedNanoUsd: 5,
	...change,
});

const directories: string[] = [];
const stores: Store[] = [];
const open = (file: string): Store => {
	const store = openSqliteStore(file, {create: true});
	stores.push(store);
	return store;
};
const newFile = (): string => {
	const directory = mkdtempSync(path.join(tmpdir(), 'rad-store-'));
	directories.push(directory);
	return path.join(directory, 'monitoring.db');
};
afterEach(() => {
	for (const store of stores.splice(0)) store.close();
	for (const directory of directories.splice(0)) rmSync(directory, {recursive: true});
});

const ADAPTERS: ReadonlyArray<readonly [string, () => Store]> = [
	['sqlite in memory', () => open(':memory:')],
	['sqlite in a file', () => open(newFile())],
];

describe.each(ADAPTERS)('a store (%s)', (_, openStore) => {
	const withAgent = async (agent: Partial<Agent> = {}): Promise<Store> => {
		const store = openStore();
		await store.createRun(aNewRun());
		await store.startAttempt(anAttempt(), aStarting(agent));
		await store.noteProcess(agentId, {pid: 7, startTime: '9', bootId: 'boot'}, 1002);
		return store;
	};
	const end = (store: Store, status: 'completed' | 'failed' | 'lost' = 'completed') =>
		store.endAttempt(anAttempt(), {agentId, status, exitCode: status === 'completed' ? 0 : 3, error: null, failureCause: null}, done, 1010);

	it('remembers a run with its steps', async () => {
		const store = openStore();

		const run = await store.createRun(aNewRun());

		expect(run).toMatchObject({id: runId, workflow: 'wf', status: 'running', startedAt: 1000, endedAt: null, owner});
		expect((await store.listSteps(runId)).map(({stepId, status, attempts}) => [stepId, status, attempts])).toEqual([
			['a', 'pending', 0],
			['b', 'pending', 0],
		]);
		expect(await store.getPlanJson(runId)).toBe('{}');
	});

	it('shows a queued run with its steps and what it waits for, and takes it out of the queue when it begins', async () => {
		const store = openStore();
		const second = aNewRun({id: 'run_0000000002' as RunId, startedAt: 1001});
		await store.createRun(aNewRun());

		const queued = await store.queueRun(second);

		expect(queued).toMatchObject({id: second.id, status: 'queued', startedAt: 1001, endedAt: null, owner, error: `waits for run ${runId}`});
		expect((await store.listRuns()).map(({id}) => id)).toEqual([second.id, runId]);
		expect((await store.listSteps(second.id)).map(({stepId, status}) => [stepId, status])).toEqual([
			['a', 'pending'],
			['b', 'pending'],
		]);
		expect(await store.getPlanJson(second.id)).toBe('{}');
		await expect(store.createRun(second)).rejects.toMatchObject({code: 'RUN_ACTIVE', details: {run: runId}});
		await store.moveRun(runId, 'completed', null, 1002);
		expect(await store.createRun({...second, startedAt: 1003})).toMatchObject({status: 'running', startedAt: 1003, error: null});
		expect(await store.listBefore('run_0000000003' as RunId)).toMatchObject([{id: second.id, status: 'running'}]);
	});

	it('does not begin a run before one that was queued earlier, but goes on with an interrupted one', async () => {
		const store = openStore();
		const [second, third] = ['run_0000000002' as RunId, 'run_0000000003' as RunId];
		await store.createRun(aNewRun());
		await store.queueRun(aNewRun({id: second}));
		await store.queueRun(aNewRun({id: third}));
		await store.moveRun(runId, 'interrupted', null, 1002);

		await expect(store.createRun(aNewRun({id: third}))).rejects.toMatchObject({code: 'RUN_ACTIVE', details: {run: second}});
		await expect(store.takeOverRun({id: second, owner, at: 1003})).rejects.toMatchObject({code: 'RUN_ACTIVE', details: {run: second}});
		expect(await store.takeOverRun({id: runId, owner, at: 1004})).toMatchObject({status: 'running'});
	});

	it('remembers a queued run that was dropped as cancelled, and does not begin it any more', async () => {
		const store = openStore();
		const second = aNewRun({id: 'run_0000000002' as RunId});
		await store.createRun(aNewRun());
		await store.queueRun(second);

		const dropped = await store.dropQueued(second.id, 'why', 1005);

		expect(dropped).toMatchObject({status: 'cancelled', error: 'why', endedAt: 1005});
		expect((await store.listSteps(second.id)).map(({status}) => status)).toEqual(['cancelled', 'cancelled']);
		await store.moveRun(runId, 'completed', null, 1006);
		expect(await store.createRun(second)).toEqual(dropped);
		expect((await store.listEvents(0, 100, second.id)).map(({event}) => event.type)).toEqual([
			'run.started',
			'step.ended',
			'step.ended',
			'run.status-changed',
		]);
	});

	it('remembers that an agent is to be stopped, and how at worst', async () => {
		const store = await withAgent();
		expect(await store.findStopWish(agentId)).toBeUndefined();

		await store.wishStop(agentId, 'graceful');
		expect(await store.findStopWish(agentId)).toBe('graceful');
		await store.wishStop(agentId, 'now');
		await store.wishStop(agentId, 'graceful');

		expect(await store.findStopWish(agentId)).toBe('now');
		expect(await store.getAgent(agentId)).toMatchObject({status: 'running'});
	});

	it('remembers which run did a step that was taken over', async () => {
		const store = openStore();
		const earlier = 'run_0000000002' as RunId;
		await store.createRun(aNewRun({id: earlier}));
		await store.moveRun(earlier, 'failed', null, 1);
		await store.createRun(aNewRun());

		await store.endStep(runId, 'a', {status: 'completed', reason: null, outputs: {n: 1}, takenFrom: earlier}, 1005);

		expect(await store.listSteps(runId)).toMatchObject([
			{stepId: 'a', status: 'completed', attempts: 0, startedAt: null, takenFrom: earlier},
			{stepId: 'b', takenFrom: null},
		]);
		const events = await store.listEvents(0, 100, runId);
		expect(events.at(-1)?.event).toEqual({
			...{type: 'step.ended', runId, stepId: 'a', status: 'completed', reason: null},
			...{outputs: {n: 1}, takenFrom: earlier},
		});
	});

	it('refuses a second active run and names the first', async () => {
		const store = openStore();
		await store.createRun(aNewRun());

		await expect(store.createRun(aNewRun({id: 'run_0000000002' as RunId}))).rejects.toMatchObject({code: 'RUN_ACTIVE', details: {run: runId}});

		await store.moveRun(runId, 'interrupted', 'gone', 1);
		await expect(store.createRun(aNewRun({id: 'run_0000000002' as RunId}))).resolves.toMatchObject({status: 'running'});
	});

	it('lets a run never leave its ending', async () => {
		const store = openStore();
		await store.createRun(aNewRun());
		await store.moveRun(runId, 'completed', null, 1005);

		const run = await store.moveRun(runId, 'failed', 'too late', 1006);

		expect(run).toMatchObject({status: 'completed', endedAt: 1005, error: null});
	});

	it('notes once that the budget of a run is spent, and once more for each time that it was raised', async () => {
		const store = openStore();
		await store.createRun(aNewRun());

		await store.spendBudget(runId, {reason: '$2 of $1', isFinal: false, raises: 0}, 1005);
		await store.spendBudget(runId, {reason: '$3 of $1', isFinal: false, raises: 0}, 1006);
		await store.spendBudget(runId, {reason: '$4 of $2', isFinal: true, raises: 1}, 1007);

		const events = (await store.listEvents(0, 100)).map(({event}) => event);
		expect(events).toEqual([
			{type: 'run.started', runId},
			{type: 'run.budget-spent', runId, reason: '$2 of $1'},
			{type: 'run.budget-spent', runId, reason: '$4 of $2', isFinal: true},
		]);
	});

	it('lists only the newest agents where it is asked to, in the order in which they came', async () => {
		const store = await withAgent();
		const all = await store.listAgents({});

		expect(await store.listAgents({limit: 1})).toEqual(all.slice(-1));
		expect(await store.listAgents({limit: 100})).toEqual(all);
		expect(await store.listAgents({limit: 0})).toEqual([]);
		expect(await store.listAgents({status: 'lost', limit: 1})).toEqual([]);
	});

	it('lists the agents of an engine, and of models that have some text in their names', async () => {
		const store = await withAgent({engine: 'claude', model: 'Sonnet_5'});
		const all = await store.listAgents({});

		expect(all).toHaveLength(1);
		expect(await store.listAgents({engine: 'claude'})).toEqual(all);
		expect(await store.listAgents({engine: 'clau'})).toEqual([]);
		expect(await store.listAgents({model: 'sonNET'})).toEqual(all);
		expect(await store.listAgents({model: '%'})).toEqual([]);
		expect(await store.listAgents({engine: 'claude', model: '5', status: 'running', limit: 1})).toEqual(all);
	});

	it('follows an agent from its start to its end', async () => {
		const store = await withAgent();
		expect(await store.getAgent(agentId)).toMatchObject({status: 'running', processId: 7, processStart: '9', endedAt: null});

		await store.moveAgent(agentId, 'waiting', 1003);
		expect((await store.listAgents({status: 'waiting'})).map(({id}) => id)).toEqual([agentId]);

		await end(store, 'failed');
		expect(await store.getAgent(agentId)).toMatchObject({status: 'failed', exitCode: 3, endedAt: 1010});
	});

	it('keeps the first ending when two arrive', async () => {
		const store = await withAgent();
		await end(store, 'failed');

		await end(store, 'completed');

		expect(await store.getAgent(agentId)).toMatchObject({status: 'failed', exitCode: 3});
		expect((await store.listEvents(0, 100)).filter(({event}) => event.type === 'step.attempt-ended')).toHaveLength(1);
	});

	it('never calls a non-zero exit completed', async () => {
		const store = await withAgent();

		await expect(
			store.endAttempt(anAttempt(), {agentId, status: 'completed', exitCode: 1, error: null, failureCause: null}, done, 1),
		).rejects.toThrow();
		expect(await store.getAgent(agentId)).toMatchObject({status: 'running'});
	});

	it('ends sub-agents with the process they lived in', async () => {
		const store = await withAgent();
		const child = aStarting({id: 'agt_0000000002' as AgentId, parentId: agentId, status: 'running', agentType: 'sub-agent'});
		const grandchild = aStarting({id: 'agt_0000000003' as AgentId, parentId: child.id, status: 'running', agentType: 'sub-agent'});
		await store.recordProgress({subAgents: [child, grandchild]}, 1004);

		await end(store, 'lost');

		expect((await store.listAgents({})).map(({status}) => status)).toEqual(['lost', 'lost', 'lost']);
	});

	it('counts a usage record once, from its last value', async () => {
		const store = await withAgent();
		await store.recordProgress({usage: [usage(), usage({messageId: 'msg_2', costNanoUsd: null, costSource: 'unknown', cacheSavedNanoUsd: null})]}, 1);
		await store.recordProgress({usage: [usage({tokens: {...usage().tokens, output: 100}, costNanoUsd: 50})]}, 2);

		const totals = await store.sumUsage({agentId});

		expect(totals).toEqual({
			tokens: {input: 2, cacheRead: 4, cacheWrite: 6, cacheWrite1h: 2, output: 104, reasoning: 2},
			responses: 2,
			costNanoUsd: 50n,
			unpriced: 1,
			costSource: 'estimated',
			cacheSavedNanoUsd: 5n,
		});
		expect(await store.sumUsage({runId: 'run_0000000009' as RunId})).toMatchObject({responses: 0, costNanoUsd: 0n});
	});

	it('sums by model and by agent to the same total', async () => {
		const store = await withAgent();
		await store.recordProgress(
			{usage: [usage(), usage({messageId: 'b', model: 'n', costNanoUsd: 7}), usage({messageId: 'c', model: 'n', costNanoUsd: 8})]},
			1,
		);

		expect((await store.sumUsageByModel({})).map(({model, costNanoUsd}) => [model, costNanoUsd])).toEqual([
			['n', 15n],
			['m', 10n],
		]);
		expect((await store.sumUsageByAgent({})).map(totals => [totals.agentId, totals.costNanoUsd])).toEqual([[agentId, 25n]]);
	});

	it('sums by day, model, engine, run and agent, with what was recorded apart', async () => {
		const store = await withAgent();
		const next = usage().at + 36 * 3_600_000;
		await store.recordProgress({usage: [usage(), usage({messageId: 'b', model: 'n', at: next, costNanoUsd: 7})]}, 1);

		const groups = await Promise.all(USAGE_GROUPINGS.map(grouping => store.sumUsageByGroup(grouping, {})));

		const dayOf = (at: number): string => new Date(at).toLocaleDateString('sv-SE');
		expect(groups.map(each => each.map(({key, costNanoUsd}) => [key, costNanoUsd]))).toEqual([
			[
				[dayOf(next), 7n],
				[dayOf(usage().at), 10n],
			],
			[
				['m', 10n],
				['n', 7n],
			],
			[[(await store.getAgent(agentId))?.engine, 17n]],
			[[(await store.getAgent(agentId))?.planId, 17n]],
			[[agentId, 17n]],
		]);
		const isRecording = (await store.getAgent(agentId))?.isRecording === true;
		expect(groups[4]?.[0]?.recorded).toEqual(isRecording ? {responses: 2, costNanoUsd: 17n} : {responses: 0, costNanoUsd: 0n});
		expect(await store.sumUsageByGroup('day', {runId: 'run_0000000009' as RunId})).toEqual([]);
	});

	it('sums by spans of time, and leaves out those without usage and what came before them', async () => {
		const store = await withAgent({isRecording: true});
		const from = Date.UTC(2026, 2, 1, 14, 0, 0);
		const at = (seconds: number, costNanoUsd: number) => usage({messageId: `m${seconds}`, at: from + seconds * 1000, costNanoUsd});
		await store.recordProgress({usage: [at(-1, 1), at(0, 2), at(59, 3), at(125, 4)]}, 1);

		const spans = await store.sumUsageOverTime({runId}, {from, spanMs: 60_000});

		expect(spans.map(({startsAt, costNanoUsd, responses, recorded}) => [startsAt - from, costNanoUsd, responses, recorded])).toEqual([
			[0, 5n, 2, {responses: 2, costNanoUsd: 5n}],
			[120_000, 4n, 1, {responses: 1, costNanoUsd: 4n}],
		]);
		expect(await store.sumUsageOverTime({runId: 'run_0000000009' as RunId}, {from, spanMs: 60_000})).toEqual([]);
	});

	it('tells what was used by each part of a filter, and by all of them together', async () => {
		const store = await withAgent();
		const other = aStarting({id: 'agt_0000000002' as AgentId, stepId: 'b'});
		await store.startAttempt(anAttempt({stepId: 'b', agentId: other.id, tokenHash: 'other'}), other);
		await store.recordProgress({usage: [usage(), usage({messageId: 'b', at: 5}), usage({agentId: other.id, at: 9})]}, 1);

		const count = async (filter: UsageFilter): Promise<readonly number[]> => [
			(await store.listUsage(filter)).length,
			(await store.sumUsage(filter)).responses,
			(await store.sumUsageByGroup('run', filter))[0]?.responses ?? 0,
		];

		expect(await count({})).toEqual([3, 3, 3]);
		expect(await count({runId})).toEqual([3, 3, 3]);
		expect(await count({agentId})).toEqual([2, 2, 2]);
		expect(await count({since: 5})).toEqual([2, 2, 2]);
		expect(await count({stepId: 'b'})).toEqual([1, 1, 1]);
		expect(await count({stepPrefix: 'a'})).toEqual([2, 2, 2]);
		expect(await count({agentId, runId, stepId: 'a', stepPrefix: 'a', since: 2})).toEqual([1, 1, 1]);
		expect(await count({agentId, runId, stepId: 'b', stepPrefix: 'a', since: 2})).toEqual([0, 0, 0]);
	});

	it('keeps the cost that a record had, whatever the prices are when it is read again', async () => {
		const store = await withAgent();
		const again = async (change: Partial<UsageRecord>): Promise<readonly [number | null | undefined, string | undefined]> => {
			await store.recordProgress({usage: [usage(change)]}, 1);
			const [record] = await store.listUsage({});
			return [record?.costNanoUsd, record?.costSource];
		};

		expect(await again({})).toEqual([10, 'estimated']);
		expect(await again({costNanoUsd: 99})).toEqual([10, 'estimated']);
		expect(await again({costNanoUsd: null, costSource: 'unknown', cacheSavedNanoUsd: null})).toEqual([10, 'estimated']);
		expect(await again({costNanoUsd: 12, costSource: 'reported'})).toEqual([12, 'reported']);
		expect(await again({costNanoUsd: 99})).toEqual([12, 'reported']);
		expect(await again({tokens: {...usage().tokens, output: 100}, costNanoUsd: 50})).toEqual([50, 'estimated']);
	});

	it('sums money beyond what a double holds', async () => {
		const store = await withAgent();
		const huge = Number.MAX_SAFE_INTEGER;
		await store.recordProgress({usage: [1, 2, 3].map(n => usage({messageId: `m${n}`, costNanoUsd: huge}))}, 1);

		expect((await store.sumUsage({})).costNanoUsd).toBe(3n * BigInt(huge));
	});

	it.each([
		['negative tokens', {tokens: {...usage().tokens, input: -1}}],
		['a fraction of a token', {tokens: {...usage().tokens, input: 1.5}}],
		['NaN', {tokens: {...usage().tokens, output: Number.NaN}}],
		['more than a double holds', {tokens: {...usage().tokens, output: 2 ** 60}}],
		['a cost without a source', {costNanoUsd: 3, costSource: 'unknown' as const}],
	])('refuses %s, and all of the record with it', async (_, change) => {
		const store = await withAgent();

		await expect(store.recordProgress({usage: [usage({messageId: 'good'}), usage(change)]}, 1)).rejects.toThrow();
		expect(await store.listUsage({})).toEqual([]);
	});

	it('keeps tool calls with their results', async () => {
		const store = await withAgent();
		const call = {agentId, at: 5, callId: 'c1', tool: 'Write', argumentsJson: '{}', writes: ['a b.txt'], checkpointId: null, isError: null};
		await store.recordProgress({toolCalls: [call]}, 1);
		await store.recordProgress({toolResults: [{agentId, callId: 'c1', isError: false}]}, 2);
		await store.recordProgress({toolCalls: [call]}, 3);

		expect(await store.listToolCalls({})).toEqual([{...call, isError: false}]);
		expect(await store.listUsage({})).toEqual([]);
	});

	it('tells which checkpoint was taken before a call, whichever of the two is known first, also of a sub-agent’s call', async () => {
		const store = await withAgent();
		const call = {agentId, at: 5, callId: 'c1', tool: 'Write', argumentsJson: '{}', writes: ['a.txt'], checkpointId: null, isError: null};
		const [early, late] = ['cp_0000000001' as CheckpointId, 'cp_0000000002' as CheckpointId];
		const sub = {...(await store.getAgent(agentId)), id: 'agt_0000000009' as AgentId, parentId: agentId} as Agent;

		await store.recordProgress(
			{subAgents: [sub], toolCalls: [call, {...call, callId: 'c2', checkpointId: early}, {...call, agentId: sub.id, callId: 'c3'}]},
			1,
		);
		await store.noteToolCheckpoint(agentId, 'c1', late);
		await store.noteToolCheckpoint(agentId, 'c3', late);
		await store.noteToolCheckpoint(agentId, 'unknown', late);
		await store.recordProgress({toolCalls: [call]}, 3);

		expect((await store.listToolCalls({})).map(({callId, checkpointId}) => [callId, checkpointId])).toEqual([
			['c1', late],
			['c2', early],
			['c3', late],
		]);
	});

	it('marks live agents of an interrupted run as unattended', async () => {
		const store = await withAgent();

		await store.moveRun(runId, 'interrupted', 'gone', 1);

		expect(await store.getAgent(agentId)).toMatchObject({status: 'running', isUnattended: true});
		await end(store);
		expect(await store.getAgent(agentId)).toMatchObject({status: 'completed', isUnattended: false});
	});

	it('spends a token once, and only while the attempt lasts', async () => {
		const store = await withAgent();

		expect(await store.spendToken('other')).toBeUndefined();
		expect(await store.spendToken('hash')).toMatchObject({agentId, stepId: 'a'});
		expect(await store.spendToken('hash')).toBeUndefined();
	});

	it('holds the first decision on a request', async () => {
		const store = await withAgent();
		const subject = {kind: 'restore', checkpointId: 'cp_0000000001' as CheckpointId} as const;
		const id = 'req_0000000001' as RequestId;
		const request: AgentRequest = {id, runId, stepId: 'a', agentId, createdAt: 1, decidedAt: null, status: 'pending', decidedBy: null, subject};
		await store.openRequest(request);

		expect(await store.decideRequest(id, false, 'user', 9)).toEqual({...request, status: 'denied', decidedBy: 'user', decidedAt: 9});
		expect(await store.decideRequest(id, true, 'user', 10)).toBeUndefined();
		expect((await store.listRequests({status: 'denied'})).map(item => item.id)).toEqual([id]);
	});

	it('takes other arguments for a call that is made again, and for nothing else', async () => {
		const store = await withAgent();
		const open = async (number: number, subject: AgentRequest['subject']): Promise<AgentRequest> => {
			const id = `req_000000000${number}` as RequestId;
			const request: AgentRequest = {id, runId, stepId: 'a', agentId, createdAt: 1, decidedAt: null, status: 'pending', decidedBy: null, subject};
			await store.openRequest(request);
			return request;
		};
		const replay = {kind: 'replay', callId: 'c', tool: 'Write', argumentsJson: '{"content":"one"}', writes: ['a']} as const;
		const call = await open(1, replay);
		const restore = await open(2, {kind: 'restore', checkpointId: 'cp_0000000001' as CheckpointId});
		const edited = '{"content":"it\'s \\"two\\""}';

		expect(await store.decideRequest(call.id, true, 'user', 9, edited)).toMatchObject({
			status: 'granted',
			subject: {...replay, argumentsJson: edited},
		});
		expect(await store.decideRequest(restore.id, true, 'user', 9, edited)).toMatchObject({subject: restore.subject});
	});

	it('tells every change as an event with a growing number', async () => {
		const store = await withAgent();
		await end(store);
		await store.endStep(runId, 'a', {status: 'completed', reason: null}, 1011);
		await store.moveRun(runId, 'failed', 'why', 1012);

		const events = await store.listEvents(0, 100);

		expect(events.map(({event}) => event.type)).toEqual([
			'run.started',
			'agent.registered',
			'step.started',
			'agent.status-changed',
			'agent.status-changed',
			'step.attempt-ended',
			'step.ended',
			'run.status-changed',
		]);
		expect(events.map(({seq}) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
		expect(await store.listEvents(6, 1)).toEqual([events[6]]);
		expect(await store.latestSeq()).toBe(8);
	});

	it('has a new version after each change and only then', async () => {
		const store = openStore();
		const before = store.version();
		expect(store.version()).toBe(before);

		await store.createRun(aNewRun());

		expect(store.version()).not.toBe(before);
	});

	it('knows who attends', async () => {
		const store = openStore();
		await store.attend(owner);
		await store.attend(owner);
		expect(await store.listAttendants()).toEqual([owner]);

		await store.leave(owner);
		expect(await store.listAttendants()).toEqual([]);
	});
});

describe('two connections to one store', () => {
	it('see each other’s changes by the version', async () => {
		const file = newFile();
		const writer = open(file);
		const reader = open(file);
		const before = reader.version();

		await writer.createRun(aNewRun());

		expect(reader.version()).not.toBe(before);
		expect(await reader.getRun(runId)).toMatchObject({status: 'running'});
	});
});
