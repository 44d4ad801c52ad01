import {afterEach, describe, expect, it} from 'vitest';
import type {RunId} from '../../../source/domain/ids.ts';
import type {Concurrency, FrozenPlan} from '../../../source/domain/plan.ts';
import type {Run} from '../../../source/domain/records.ts';
import {openSqliteStore} from '../../../source/monitoring/sqlite-store.ts';
import type {Store} from '../../../source/monitoring/store-port.ts';
import {createSystemClock} from '../../../source/system-clock.ts';
import {type Turn, takeTurn} from '../../../source/workflow/take-turn.ts';
import {anId, aPlan} from '../../support/builders.ts';
import {createScratch, until} from '../../support/scratch.ts';

const newFolder = createScratch();
const clock = createSystemClock();
const self = {pid: 1, startTime: '1', bootId: 'boot'};

const toFrozen = (name: string, group?: string, onConflict: Concurrency['onConflict'] = 'queue'): FrozenPlan => ({
	plan: {...aPlan(), name, ...(group === undefined ? {} : {concurrency: {group, onConflict}})},
	inputs: {},
	maxCostNanoUsd: null,
	...(group === undefined ? {} : {group}),
});

const opened: Store[] = [];
afterEach(() => {
	for (const store of opened.splice(0)) store.close();
});

/** A workspace's store as several processes have it open; each run that is started goes through a connection of its own. */
const openWorkspace = () => {
	const file = `${newFolder()}/monitoring.db`;
	const connect = (): Store => {
		const store = openSqliteStore(file, {create: true});
		opened.push(store);
		return store;
	};
	const store = connect();
	const end = (runId: RunId): Promise<Run> => store.moveRun(runId, 'completed', null, 9);
	const cancel = async (runId: RunId): Promise<Run> => {
		await store.dropQueued(runId, 'by the newer one', 9);
		return store.moveRun(runId, 'cancelled', null, 9);
	};
	const start = (n: number, frozen: FrozenPlan, change: Partial<Turn> = {}) => {
		const runId = anId('run', n);
		const notices: string[] = [];
		const controller = new AbortController();
		const turn = {
			runId,
			frozen,
			self,
			parents: [],
			isPatient: false,
			signal: controller.signal,
			onNotice: (text: string) => void notices.push(text),
			...change,
		};
		const begun = takeTurn({store: connect(), clock, upkeep: async () => {}, cancel}, turn);
		return {runId, begun, notices, abort: () => controller.abort()};
	};
	const waitUntilQueued = (runId: RunId) => until(async () => (await store.getRun(runId))?.status === 'queued');
	return {store, start, end, waitUntilQueued};
};

describe('takeTurn', () => {
	it('does not wait for a run that it is a part of', async () => {
		const {start} = openWorkspace();
		const first = start(1, toFrozen('a'));
		await first.begun;

		const second = start(2, toFrozen('b'), {isPatient: true, parents: [anId('run', 7), first.runId]});

		await expect(second.begun).rejects.toMatchObject({code: 'RUN_ACTIVE', details: {run: first.runId}});
	});

	it('refuses a run whose workflow says nothing while another is at work', async () => {
		const {start} = openWorkspace();
		const first = start(1, toFrozen('a'));
		await first.begun;

		await expect(start(2, toFrozen('b')).begun).rejects.toMatchObject({code: 'RUN_ACTIVE', details: {run: first.runId}});
	});

	it('has runs wait in the order in which they came, and tells for which', async () => {
		const {store, start, end, waitUntilQueued} = openWorkspace();
		const first = start(1, toFrozen('a'));
		await first.begun;
		const second = start(2, toFrozen('b', 'g'));
		await waitUntilQueued(second.runId);
		const third = start(3, toFrozen('c'), {isPatient: true});
		await waitUntilQueued(third.runId);

		const [atThird, atSecond] = await store.listRuns();
		expect([atThird?.error, atSecond?.error]).toEqual([`waits for run ${second.runId}`, `waits for run ${first.runId}`]);
		await expect(start(4, toFrozen('d')).begun).rejects.toMatchObject({code: 'RUN_ACTIVE'});

		await end(first.runId);
		expect(await second.begun).toMatchObject({status: 'running'});
		expect(await store.getRun(third.runId)).toMatchObject({status: 'queued'});
		expect(second.notices).toEqual([`waits for run ${first.runId} ("a") to be over`]);
		await end(second.runId);
		expect(await third.begun).toMatchObject({id: third.runId, status: 'running'});
	});

	it('cancels what is of the same group, queued or at work, and begins', async () => {
		const {store, start, waitUntilQueued} = openWorkspace();
		const first = start(1, toFrozen('a', 'g'));
		await first.begun;
		const second = start(2, toFrozen('a', 'g'));
		await waitUntilQueued(second.runId);

		const third = start(3, toFrozen('a', 'g', 'cancel'));

		expect(await third.begun).toMatchObject({status: 'running'});
		expect(await second.begun).toMatchObject({status: 'cancelled', error: 'by the newer one'});
		expect(await store.getRun(first.runId)).toMatchObject({status: 'cancelled'});
	});

	it.each(['cancel', 'skip'] as const)('refuses a run that would %s where the one at work is of another group', async onConflict => {
		const {store, start} = openWorkspace();
		const first = start(1, toFrozen('a', 'other'));
		await first.begun;

		await expect(start(2, toFrozen('b', 'g', onConflict)).begun).rejects.toMatchObject({code: 'RUN_ACTIVE'});
		expect(await store.listRuns()).toMatchObject([{id: first.runId, status: 'running'}]);
	});

	it('makes no run where one of the same group is at work and that is to be skipped', async () => {
		const {store, start} = openWorkspace();
		const first = start(1, toFrozen('a', 'g'));
		await first.begun;

		await expect(start(2, toFrozen('b', 'g', 'skip')).begun).rejects.toMatchObject({code: 'RUN_SKIPPED', exitCode: 0, details: {run: first.runId}});
		expect(await store.listRuns()).toHaveLength(1);
	});

	it('waits whatever the workflow says where that is wanted', async () => {
		const {start, end, waitUntilQueued} = openWorkspace();
		const first = start(1, toFrozen('a', 'g'));
		await first.begun;

		const second = start(2, toFrozen('a', 'g', 'cancel'), {isPatient: true});
		await waitUntilQueued(second.runId);
		await end(first.runId);

		expect(await second.begun).toMatchObject({status: 'running'});
	});

	it('gives the turn up when it is cancelled, and leaves a record of it', async () => {
		const {store, start, waitUntilQueued} = openWorkspace();
		const first = start(1, toFrozen('a'));
		await first.begun;
		const second = start(2, toFrozen('b', 'g'));
		await waitUntilQueued(second.runId);

		second.abort();

		expect(await second.begun).toMatchObject({status: 'cancelled'});
		expect((await store.listSteps(second.runId)).every(({status}) => status === 'cancelled')).toBe(true);
		expect(await store.listBefore(anId('run', 3))).toMatchObject([{id: first.runId}]);
	});
});
