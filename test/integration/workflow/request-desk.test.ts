import process from 'node:process';
import {describe, expect, it} from 'vitest';
import {createProcessTable} from '../../../source/agents/create-process-table.ts';
import type {Clock} from '../../../source/domain/clock.ts';
import {createIds} from '../../../source/domain/ids.ts';
import type {Agent, Checkpoint, ProcessIdentity} from '../../../source/domain/records.ts';
import {openSqliteStore} from '../../../source/monitoring/sqlite-store.ts';
import {createRequestDesk} from '../../../source/workflow/request-desk.ts';
import {aCheckpoint, anAgent, anId} from '../../support/builders.ts';

const processes = createProcessTable(process.platform);
const self = processes.identify(process.pid) as ProcessIdentity;
const runId = anId('run');

/** A clock whose time passes only by sleeping. */
const createSteppedClock = (onSleep: () => Promise<void> = async () => {}): Clock => {
	let now = Date.UTC(2026, 0, 1);
	return {
		now: () => now,
		elapsed: () => now,
		sleep: async durationMs => {
			now += durationMs;
			await onSleep();
		},
	};
};

const setUp = async ({onSleep, checkpoint = {}}: {onSleep?: (desk: Setup) => Promise<void>; checkpoint?: Partial<Checkpoint>} = {}) => {
	const store = openSqliteStore(':memory:', {create: true});
	const setup: {current?: Setup} = {};
	const clock = createSteppedClock(async () => {
		if (setup.current !== undefined) await onSleep?.(setup.current);
	});
	const own = aCheckpoint({id: anId('cp', 5), runId, stepId: 'ask', ...checkpoint});
	const desk = createRequestDesk({
		store,
		processes,
		clock,
		ids: createIds({now: clock.now, randomInt: () => 1}),
		findCheckpoint: async id => (id === own.id ? own : undefined),
	});
	const agent: Agent = anAgent({planId: runId, stepId: 'ask', status: 'starting', checkpointId: anId('cp', 5)});
	await store.createRun({id: runId, workflow: 'w', startedAt: 1, owner: self, planJson: '{}', stepIds: ['ask']});
	await store.startAttempt({runId, stepId: 'ask', attempt: 1, agentId: agent.id, tokenHash: 'x', startedAt: 1, endedAt: null}, agent);
	const ask = () => desk.open(agent, {kind: 'restore', checkpointId: own.id});
	setup.current = {store, desk, agent, ask, clock};
	return setup.current;
};
type Setup = {
	readonly store: ReturnType<typeof openSqliteStore>;
	readonly desk: ReturnType<typeof createRequestDesk>;
	readonly agent: Agent;
	readonly ask: () => ReturnType<ReturnType<typeof createRequestDesk>['open']>;
	readonly clock: Clock;
};

const decidedBy = async ({store}: Setup) => (await store.listRequests({}))[0]?.decidedBy;

describe('a request for a restore', () => {
	it('is denied where nobody sits at a dashboard', async () => {
		const setup = await setUp();

		expect(await setup.desk.settle(await setup.ask(), setup.agent, 'ask')).toBe(false);
		expect(await decidedBy(setup)).toBe('no terminal');
	});

	it('is not held open by a dashboard that was killed', async () => {
		const setup = await setUp();
		await setup.store.attend({...self, startTime: '1'});

		expect(await setup.desk.settle(await setup.ask(), setup.agent, 'ask')).toBe(false);
		expect(await decidedBy(setup)).toBe('no terminal');
	});

	it.each([true, false])('is what the person at the dashboard says: %s', async isGranted => {
		const setup = await setUp({
			onSleep: async ({store, clock}) => {
				const [pending] = await store.listRequests({status: 'pending'});
				if (pending !== undefined) await store.decideRequest(pending.id, isGranted, 'user', clock.now());
			},
		});
		await setup.store.attend(self);

		expect(await setup.desk.settle(await setup.ask(), setup.agent, 'ask')).toBe(isGranted);
		expect(await decidedBy(setup)).toBe('user');
	});

	it('is denied after a minute of silence', async () => {
		const setup = await setUp();
		await setup.store.attend(self);
		const before = setup.clock.now();

		expect(await setup.desk.settle(await setup.ask(), setup.agent, 'ask')).toBe(false);

		expect(await decidedBy(setup)).toBe('timeout');
		expect(setup.clock.now() - before).toBeGreaterThanOrEqual(60_000);
	});

	it('is denied when the run is cancelled meanwhile', async () => {
		const setup = await setUp({onSleep: async ({store}) => void (await store.moveRun(runId, 'cancelling', null, 2))});
		await setup.store.attend(self);

		expect(await setup.desk.settle(await setup.ask(), setup.agent, 'ask')).toBe(false);
		expect(await decidedBy(setup)).toBe('cancelled');
	});
});

describe('the policy own-step', () => {
	it('grants the checkpoint of the agent’s own step without a person, once', async () => {
		const setup = await setUp();

		expect(await setup.desk.settle(await setup.ask(), setup.agent, 'own-step')).toBe(true);
		expect(await setup.desk.settle(await setup.ask(), setup.agent, 'own-step')).toBe(false);
		expect(await decidedBy(setup)).toBe('limit');
	});

	it.each([
		['another run', {runId: anId('run', 9)}],
		['another step', {stepId: 'other'}],
		['no run at all', {runId: null}],
	])('denies a checkpoint of %s', async (_, checkpoint) => {
		const setup = await setUp({checkpoint});

		expect(await setup.desk.settle(await setup.ask(), setup.agent, 'own-step')).toBe(false);
	});

	it('denies what was taken before the agent’s own step, and what nobody knows', async () => {
		const setup = await setUp();
		const later = {...setup.agent, checkpointId: anId('cp', 6)};
		const unknown = await setup.desk.open(setup.agent, {kind: 'restore', checkpointId: anId('cp', 7)});

		expect(await setup.desk.settle(await setup.ask(), later, 'own-step')).toBe(false);
		expect(await setup.desk.settle(unknown, setup.agent, 'own-step')).toBe(false);
	});

	it('never grants a tool call: those are for a person', async () => {
		const setup = await setUp();
		const call = await setup.desk.open(setup.agent, {kind: 'replay', callId: 'c', tool: 'Write', argumentsJson: '{}', writes: []});

		expect(await setup.desk.settle(call, setup.agent, 'own-step')).toBe(false);
	});
});
