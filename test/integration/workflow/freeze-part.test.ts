import {afterEach, describe, expect, it} from 'vitest';
import type {RunId} from '../../../source/domain/ids.ts';
import type {FrozenPlan, Plan, PlanStep} from '../../../source/domain/plan.ts';
import type {PartOptions} from '../../../source/domain/rad.ts';
import type {RunStatus} from '../../../source/domain/status.ts';
import {openSqliteStore} from '../../../source/monitoring/sqlite-store.ts';
import type {StepEnding, Store} from '../../../source/monitoring/store-port.ts';
import {freezeStart} from '../../../source/workflow/freeze-part.ts';
import {listTopNames} from '../../../source/workflow/run-state.ts';
import {anId, aPlan, aPlanStep} from '../../support/builders.ts';

const stores: Store[] = [];
afterEach(() => {
	for (const store of stores.splice(0)) store.close();
});
const openStore = (): Store => {
	const store = openSqliteStore(':memory:', {create: true});
	stores.push(store);
	return store;
};

const owner = {pid: 7, startTime: '9', bootId: 'boot'};
const step = (id: string, ...needs: readonly string[]) => aPlanStep({id, needs});
/** `left` and `right` come after `first` and before `last`; nothing needs `free`. */
const PLAN = aPlan({
	name: 'wf',
	steps: [step('first'), step('left', 'first'), step('right', 'first'), step('last', 'left', 'right'), step('free')],
	finally: [step('tidy')],
});
const DONE: StepEnding = {status: 'completed', reason: null};

/** Writes down a run in which the steps ended so; all others completed. */
const addRun = async (
	store: Store,
	{id, plan = PLAN, ...frozen}: {readonly id: RunId; readonly plan?: Plan} & Partial<FrozenPlan>,
	endings: Readonly<Record<string, StepEnding>> = {},
	status: RunStatus = 'failed',
): Promise<void> => {
	const planJson = JSON.stringify({plan, inputs: {}, maxCostNanoUsd: null, ...frozen});
	const names = listTopNames(plan);
	await store.createRun({id, workflow: plan.name, startedAt: 1, owner, planJson, stepIds: names});
	for (const name of names) await store.endStep(id, name, endings[name] ?? DONE, 2);
	await store.moveRun(id, status, null, 3);
};

const freeze = async (store: Store, part: PartOptions, plan: Plan = PLAN) => {
	const engines = {find: (name: string) => ({program: name === 'shell' ? null : {command: name, install: 'get it'}})};
	const programs = {engines: engines as never, findProgram: () => undefined, environment: {}};
	const frozen = await freezeStart({...programs, store}, {load: async () => plan}, {workflow: plan.name, inputs: {}, part});
	return frozen.part;
};
const from = (name: string, of?: string): PartOptions => ({step: name, isOnly: false, ...(of === undefined ? {} : {of})});
const only = (name: string): PartOptions => ({step: name, isOnly: true});
const [RUN, NEXT, OTHER] = [anId('run', 1), anId('run', 2), anId('run', 3)];

describe('the part of a workflow that begins with a step', () => {
	it('takes all over that does not come after it, however that ended where nothing needs it', async () => {
		const store = openStore();
		await addRun(
			store,
			{id: RUN},
			{left: {...DONE, outputs: {n: 1}}, last: {status: 'skipped', reason: 'x'}, free: {status: 'failed', reason: 'exit 1'}},
		);

		const part = await freeze(store, from('right'));

		expect(part).toEqual({
			step: 'right',
			isOnly: false,
			runId: RUN,
			steps: {
				first: {...DONE, isUnwanted: false, outputs: {}, takenFrom: RUN},
				left: {...DONE, isUnwanted: false, outputs: {n: 1}, takenFrom: RUN},
				free: {status: 'failed', reason: 'exit 1', isUnwanted: false, outputs: {}, takenFrom: RUN},
			},
		});
	});

	it.each<[string, StepEnding, string]>([
		['failed', {status: 'failed', reason: 'exit 1'}, 'it is needed, and failed there'],
		['was skipped', {status: 'skipped', reason: 'x'}, 'it is needed, and was skipped there'],
		['was not reached', {status: 'cancelled', reason: 'x'}, 'it is needed, and was cancelled there'],
	])('needs what %s', async (_, ending, why) => {
		const store = openStore();
		await addRun(store, {id: RUN}, {left: ending});

		const message = `Step "left" cannot be taken over from run ${RUN}: ${why}.`;
		await expect(freeze(store, from('last'))).rejects.toMatchObject({code: 'STEP_NOT_DONE', message, hint: 'rad run wf --from left'});
		// It does not come before this step, but before what comes after.
		await expect(freeze(store, from('right'))).rejects.toMatchObject({code: 'STEP_NOT_DONE', message, hint: 'rad run wf --only left'});
	});

	it('can do without a step whose condition was false, and with one that may fail', async () => {
		const store = openStore();
		const plan = aPlan({name: 'wf', steps: [step('a'), aPlanStep({id: 'b', needs: ['a'], continuesOnError: true}), step('c', 'a', 'b')]});
		await addRun(store, {id: RUN, plan}, {a: {status: 'skipped', reason: 'no', isUnwanted: true}, b: {status: 'failed', reason: 'exit 1'}});

		expect(await freeze(store, from('c'), plan)).toMatchObject({steps: {a: {status: 'skipped', isUnwanted: true}, b: {status: 'failed'}}});
	});

	it('needs a step that the earlier run did not know', async () => {
		const store = openStore();
		await addRun(store, {id: RUN, plan: aPlan({name: 'wf', steps: [step('first')]})});

		await expect(freeze(store, from('last'))).rejects.toMatchObject({message: expect.stringContaining('did not have it, or left it out')});
	});

	it('builds on the newest run of the workflow unless another is named', async () => {
		const store = openStore();
		await addRun(store, {id: RUN});
		await addRun(store, {id: NEXT});
		await addRun(store, {id: OTHER, plan: {...PLAN, name: 'other'}});

		expect(await freeze(store, from('last'))).toMatchObject({runId: NEXT});
		expect(await freeze(store, from('last', RUN))).toMatchObject({runId: RUN});
		await expect(freeze(store, from('last', OTHER))).rejects.toMatchObject({code: 'USAGE', message: expect.stringContaining('is one of other')});
		await expect(freeze(store, from('last', 'run_zzzzzzzzzz'))).rejects.toMatchObject({code: 'RUN_UNKNOWN'});
		await expect(freeze(store, from('last'), {...PLAN, name: 'new'})).rejects.toMatchObject({code: 'RUN_UNKNOWN', hint: 'rad run new'});
	});

	it('does not build on a run that is queued, nor on one that never left the queue', async () => {
		const store = openStore();
		await addRun(store, {id: RUN});
		await store.queueRun({id: NEXT, workflow: 'wf', startedAt: 5, owner, planJson: '{}', stepIds: ['first']});

		expect(await freeze(store, from('last'))).toMatchObject({runId: RUN});
		await store.dropQueued(NEXT, 'why', 6);
		expect(await freeze(store, from('last'))).toMatchObject({runId: RUN});
	});

	it('is refused while the earlier run is not over, with the way out', async () => {
		const store = openStore();
		await addRun(store, {id: RUN}, {}, 'interrupted');

		await expect(freeze(store, from('last'))).rejects.toMatchObject({code: 'RUN_ACTIVE', hint: `rad resume ${RUN}`});
		await store.takeOverRun({id: RUN, owner, at: 4});
		await expect(freeze(store, from('last'))).rejects.toMatchObject({code: 'RUN_ACTIVE', hint: `rad cancel ${RUN}`});
	});

	it('is refused where another version of rad made the earlier run', async () => {
		const store = openStore();
		await store.createRun({id: RUN, workflow: 'wf', startedAt: 1, owner, planJson: '{}', stepIds: []});
		await store.moveRun(RUN, 'failed', null, 2);

		await expect(freeze(store, from('last'))).rejects.toMatchObject({code: 'RUN_OVER'});
	});
});

describe('just one step', () => {
	it('takes over what comes before it, and leaves out all else', async () => {
		const store = openStore();
		await addRun(store, {id: RUN}, {right: {status: 'failed', reason: 'x'}});

		const part = await freeze(store, only('left'));

		const leftOut = {status: 'skipped', reason: null, isUnwanted: true, outputs: {}, takenFrom: null};
		expect(part?.steps).toEqual({
			first: {...DONE, isUnwanted: false, outputs: {}, takenFrom: RUN},
			...{right: leftOut, last: leftOut, free: leftOut, 'finally.tidy': leftOut},
		});
	});

	it('needs no program that only what is left out or taken over would call', async () => {
		const store = openStore();
		const [first, ...others] = PLAN.steps;
		const plan = {...PLAN, steps: [{...first, engine: 'claude'} as PlanStep, ...others], finally: [aPlanStep({id: 'tidy', engine: 'claude'})]};
		await addRun(store, {id: RUN, plan});

		expect(await freeze(store, only('left'), plan)).toMatchObject({runId: RUN});
		await expect(freeze(store, only('first'), plan)).rejects.toMatchObject({code: 'ENGINE_MISSING'});
		await expect(freeze(store, from('left'), plan)).rejects.toMatchObject({code: 'ENGINE_MISSING', message: expect.stringContaining('"tidy"')});
	});

	it('can be built on: what was left out is as before, but for what comes after the step', async () => {
		const store = openStore();
		await addRun(store, {id: RUN});
		const part = await freeze(store, only('left'));
		const leftOut: StepEnding = {status: 'skipped', reason: null, isUnwanted: true};
		await addRun(
			store,
			{id: NEXT, ...(part === undefined ? {} : {part})},
			{...{right: leftOut, last: leftOut, free: leftOut}, first: {...DONE, takenFrom: RUN}},
			'completed',
		);

		expect((await freeze(store, from('last')))?.steps).toMatchObject({
			...{first: {takenFrom: RUN}, left: {takenFrom: NEXT}},
			...{right: {status: 'completed', takenFrom: RUN}, free: {status: 'completed', takenFrom: RUN}},
		});
		await expect(freeze(store, from('free'))).rejects.toMatchObject({message: expect.stringContaining('Step "last" cannot be taken over')});
	});
});
