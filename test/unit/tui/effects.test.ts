import {describe, expect, test} from 'vitest';
import type {Clock} from '../../../source/domain/clock.ts';
import {RadError} from '../../../source/domain/failures.ts';
import type {Rad} from '../../../source/domain/rad.ts';
import {createDraws} from '../../../source/tui/draws.ts';
import {startEffects} from '../../../source/tui/effects.ts';
import {createGather} from '../../../source/tui/gather.ts';
import {loadSnapshot} from '../../../source/tui/load.ts';
import {snapshotOf, wishOf} from '../../../source/tui/selectors.ts';
import type {Snapshot, State} from '../../../source/tui/state.ts';
import {createStore, type Store} from '../../../source/tui/store.ts';
import {aLogLine, anAgent, anId, aRun, aToolCall, T0} from '../../support/builders.ts';
import {createFakeRad} from '../../support/fake-rad.ts';
import {aState} from '../../support/frames.tsx';
import {sampleRun, sampleWorkflows} from '../../support/sample-run.ts';

/** A clock that stands still until a test lets everybody who sleeps wake up. */
const createHeldClock = (): Clock & {readonly wake: () => Promise<void>} => {
	const sleepers = new Set<() => void>();
	return {
		now: () => T0,
		elapsed: () => 0,
		sleep: (_, signal) =>
			new Promise(resolve => {
				const wake = (): void => {
					signal?.removeEventListener('abort', wake);
					resolve();
				};
				sleepers.add(wake);
				signal?.addEventListener('abort', wake);
			}),
		wake: async () => {
			for (const wake of [...sleepers]) wake();
			sleepers.clear();
			await new Promise(resolve => setImmediate(resolve));
		},
	};
};

/** A clock that stands still, with what was slept; whoever sleeps wakes up when a test says so, or with the signal. */
const createRecordedClock = () => {
	const {wake, ...held} = createHeldClock();
	const rests: number[] = [];
	const clock: Clock = {
		...held,
		sleep: (durationMs, signal) => {
			rests.push(durationMs);
			return signal?.aborted === true ? Promise.resolve() : held.sleep(durationMs, signal);
		},
	};
	return {clock, rests, wake};
};

const settle = () => new Promise(resolve => setImmediate(resolve));

const press = (store: Store, ...keys: readonly string[]): void => {
	for (const key of keys) store.dispatch({type: 'key-pressed', key});
};

const start = (rad: Rad) => {
	const clock = createHeldClock();
	const store = createStore(aState());
	const effects = startEffects({rad, store, clock, cpuMs: () => 0});
	return {clock, store, effects, state: (): State => store.getSnapshot()};
};

describe('gathering', () => {
	/** How long it rests after each of some runs that are wanted all the time. */
	const restsOf = async (tookMs: number, runs: number): Promise<readonly number[]> => {
		let elapsed = 0;
		const rests: number[] = [];
		const clock: Clock = {
			now: () => T0,
			elapsed: () => elapsed,
			sleep: async durationMs => {
				elapsed += durationMs;
				rests.push(durationMs);
			},
		};
		const work = (): void => {
			elapsed += tookMs;
			if (rests.length < runs - 1) gather();
		};
		const gather = createGather({clock, cpuMs: () => elapsed, intervalMs: 100, restFactor: 14, signal: new AbortController().signal, work});
		gather();
		await settle();
		return rests;
	};

	test.each([
		['not at all after work that is short', 5, [100, 100, 100, 100, 100, 100]],
		['after work that is long, once there was much of it', 50, [100, 100, 400, 700, 700, 700]],
		['after very long work, but not for ever', 5000, [1000, 1000, 1000, 1000, 1000, 1000]],
	])('rests longer than the interval %s', async (_, tookMs, rests) => {
		expect(await restsOf(tookMs, rests.length)).toEqual(rests);
	});

	test('runs at once, then once an interval, and always after the last request', async () => {
		const clock = createHeldClock();
		let runs = 0;
		const gather = createGather({
			clock,
			cpuMs: () => 0,
			intervalMs: 100,
			restFactor: 1,
			signal: new AbortController().signal,
			work: () => {
				runs += 1;
			},
		});

		for (let count = 0; count < 50; count += 1) gather();
		expect(runs).toBe(1);
		await settle();
		await clock.wake();
		expect(runs).toBe(2);
		await clock.wake();
		expect(runs).toBe(2);
		gather();
		expect(runs).toBe(3);
	});

	test('cuts a long rest short for what is urgent, and less so the more often that happens', async () => {
		const {clock, rests, wake} = createRecordedClock();
		let worked = 0;
		const work = (): void => {
			worked += 100;
		};
		const gather = createGather({clock, cpuMs: () => worked, intervalMs: 100, restFactor: 30, signal: new AbortController().signal, work});

		gather();
		await settle();
		gather();
		expect([worked, rests]).toEqual([100, [1000]]);
		gather(true);
		await settle();
		expect([worked, rests]).toEqual([100, [1000, 100]]);
		await wake();
		gather(true);
		await settle();

		expect([worked, rests]).toEqual([200, [1000, 100, 1000, 500]]);
	});

	test('ends with its signal', async () => {
		const clock = createHeldClock();
		const controller = new AbortController();
		let runs = 0;
		const gather = createGather({
			clock,
			cpuMs: () => 0,
			intervalMs: 100,
			restFactor: 1,
			signal: controller.signal,
			work: () => {
				runs += 1;
			},
		});

		gather();
		gather();
		controller.abort();
		await settle();

		expect(runs).toBe(1);
	});
});

test('a key is drawn at once, and what happens by itself is gathered', async () => {
	const clock = createHeldClock();
	const store = createStore(aState());
	let frames = 0;
	const draws = createDraws(store, {clock, cpuMs: () => 0, signal: new AbortController().signal});
	draws.subscribe(() => {
		frames += 1;
	});

	for (let now = 1; now <= 20; now += 1) store.dispatch({type: 'ticked', now});
	expect(frames).toBe(1);
	press(store, '2');
	expect(frames).toBe(2);
	expect(draws.getSnapshot()).toBe(store.getSnapshot());
	store.dispatch({type: 'ticked', now: 21});
	expect(draws.getSnapshot().now).toBe(20);
	await settle();
	await clock.wake();
	expect(draws.getSnapshot().now).toBe(21);
});

test('that an agent has changed is drawn before that figures have grown', async () => {
	const {clock, rests} = createRecordedClock();
	const {rad} = createFakeRad(sampleRun());
	const store = createStore(aState());
	let worked = 0;
	createDraws(store, {
		clock,
		cpuMs: () => {
			worked += 200;
			return worked;
		},
		signal: new AbortController().signal,
	});
	const snapshot = await loadSnapshot(rad, wishOf(aState()), {now: T0, last: undefined});
	const show = async (change: Partial<Snapshot>): Promise<readonly number[]> => {
		store.dispatch({type: 'data-loaded', snapshot: {...snapshot, ...change}, now: T0});
		await settle();
		return rests;
	};

	expect(await show({})).toEqual([700]);
	expect(await show({runUsage: new Map()})).toEqual([700]);
	expect(await show({runAgents: [...snapshot.runAgents]})).toEqual([700, 100]);
});

describe('the bridge to the workspace', () => {
	test('shows a run that another process starts', async () => {
		const fake = createFakeRad();
		const {clock, effects, state} = start(fake.rad);
		await settle();
		expect(snapshotOf(state())?.run).toBeNull();

		fake.update({runs: [aRun()], agents: [anAgent()]});
		await clock.wake();
		await settle();

		expect(snapshotOf(state())?.run?.id).toBe(anId('run'));
		await effects.close();
	});

	test('reads what the costs are told by as soon as it is asked for', async () => {
		const fake = createFakeRad(sampleRun());
		const {clock, store, effects, state} = start(fake.rad);
		await settle();
		expect(snapshotOf(state())?.runModels).toBeNull();

		press(store, '3');
		await clock.wake();
		await settle();
		expect(snapshotOf(state())?.runModels).toHaveLength(3);
		press(store, 'left');
		await clock.wake();
		await settle();

		expect(snapshotOf(state())).toMatchObject({runModels: null, days: [{key: '2026-03-01'}]});
		await effects.close();
	});

	test('stays with the run that the user chose when a newer one starts', async () => {
		const fake = createFakeRad(sampleRun());
		const {clock, store, effects, state} = start(fake.rad);
		await settle();

		press(store, 'H', 'j', 'enter');
		fake.update({runs: [...fake.data().runs, aRun({id: anId('run', 9)})]});
		await clock.wake();
		await settle();

		expect(snapshotOf(state())?.run?.id).toBe(anId('run', 1));
		expect(snapshotOf(state())?.runs[0]?.id).toBe(anId('run', 9));
		await effects.close();
	});

	test('follows the log of the selected agent, and of no other', async () => {
		const fake = createFakeRad(sampleRun());
		const {clock, store, effects, state} = start(fake.rad);
		await settle();

		press(store, 'k');
		fake.log(anId('agt', 6), aLogLine('of the agent that was left'));
		fake.log(anId('agt', 5), aLogLine('of the agent that was gone to'));
		await clock.wake();

		expect(state().log.lines.map(({text}) => text)).toEqual(['of the agent that was gone to']);
		await effects.close();
	});

	test('reads older lines of the log where they are asked for', async () => {
		const lines = Array.from({length: 1500}, (_, index) => aLogLine(`line ${index + 1}`));
		const fake = createFakeRad({runs: [aRun()], agents: [anAgent()], logs: {[anId('agt')]: lines}});
		const {clock, store, effects, state} = start(fake.rad);
		await settle();
		expect(state().log.lines).toHaveLength(1000);

		press(store, '2', 'g', 'g');
		await settle();
		await clock.wake();

		expect(state().log).toMatchObject({dropped: 0, backlog: 7000});
		expect(state().log.lines).toHaveLength(1500);
		fake.log(anId('agt'), aLogLine('one more'));
		await clock.wake();
		expect(state().log.lines.at(-1)?.text).toBe('one more');
		await effects.close();
	});

	test('reads the details of an agent, and again when the workspace has changed', async () => {
		const call = aToolCall({agentId: anId('agt', 6)});
		const fake = createFakeRad({...sampleRun(), toolCalls: [call]});
		const {clock, store, effects, state} = start(fake.rad);
		await settle();
		const toolCalls = () => {
			const {dialog} = state();
			return dialog?.kind === 'agent' && dialog.detail.face === 'ready' ? dialog.detail.value.toolCalls : undefined;
		};

		press(store, 'i');
		await settle();
		expect(toolCalls()).toEqual([call]);
		fake.update({toolCalls: [call, {...call, callId: 'c2'}]});
		await clock.wake();
		await settle();

		expect(toolCalls()).toHaveLength(2);
		await effects.close();
	});

	test('lists the workflows, and starts the one that was chosen with its inputs', async () => {
		const fake = createFakeRad({...sampleRun(), workflows: sampleWorkflows});
		const {store, effects, state} = start(fake.rad);
		await settle();

		press(store, 'W');
		await settle();
		press(store, 'j', 'enter', '2', 'enter', 'enter', 'y');
		await settle();

		expect(fake.calls).toContainEqual({action: 'start', workflow: 'release', inputs: {version: '2'}});
		expect(state().notice?.text).toBe('✔ release is running.');
		await effects.close();
	});

	test('restores the files that were chosen, and shows the changes of one', async () => {
		const fake = createFakeRad({...sampleRun(), diffText: '-old\n+new\n'});
		const {store, effects, state} = start(fake.rad);
		await settle();

		press(store, '4', 'j', 'r');
		await settle();
		press(store, 'd');
		await settle();
		expect(state().dialog).toMatchObject({kind: 'diff', text: {face: 'ready', value: '-old\n+new\n'}});
		press(store, 'escape', 'A', 'space', 'y');
		await settle();

		expect(fake.calls).toContainEqual(expect.objectContaining({action: 'restore', checkpointId: anId('cp', 3), paths: ['src/limiter.ts']}));
		await effects.close();
	});

	test('says that an agent has printed nothing instead of loading for ever', async () => {
		const {clock, effects, state} = start(createFakeRad({runs: [aRun()], agents: [anAgent()]}).rad);
		await settle();
		expect(state().log.face).toBe('loading');

		await clock.wake();

		expect(state().log.face).toBe('ready');
		await effects.close();
	});

	test('tells why a log cannot be read', async () => {
		const {effects, state} = start(createFakeRad({runs: [aRun()], agents: [anAgent({logFile: null})]}).rad);
		await settle();

		expect(state().log.face).toMatchObject({message: 'agt_0000000001 has no log.', hint: 'rad monitor status agt_0000000001'});
		await effects.close();
	});

	test('tells why the workspace cannot be read, and reads it again at the next change', async () => {
		const fake = createFakeRad();
		let isBroken = true;
		const list = () => (isBroken ? Promise.reject(new RadError('STORE_BUSY', 'Another rad holds the store.')) : fake.rad.runs.list());
		const {clock, effects, state} = start({...fake.rad, runs: {...fake.rad.runs, list}});
		await settle();
		expect(state().data).toEqual({face: 'failed', problem: {message: 'Another rad holds the store.', hint: 'try again in a moment'}});

		isBroken = false;
		fake.update({});
		await clock.wake();
		await settle();

		expect(state().data.face).toBe('ready');
		await effects.close();
	});

	test('attends while it is open, and finishes a restore that was begun before it closes', async () => {
		const fake = createFakeRad(sampleRun());
		let finish = (): void => undefined;
		const restore: Rad['checkpoints']['restore'] = async (id, options) => {
			await new Promise<void>(resolve => {
				finish = resolve;
			});
			return fake.rad.checkpoints.restore(id, options);
		};
		const {store, effects, state} = start({...fake.rad, checkpoints: {...fake.rad.checkpoints, restore}});
		await settle();
		press(store, 'r');
		await settle();
		press(store, 'y', 'q');
		expect(state().job).toMatchObject({kind: 'restore'});

		const closed = effects.close();
		await settle();
		expect(fake.calls.map(({action}) => action)).toEqual(['attend']);
		finish();
		await closed;

		expect(fake.calls.map(({action}) => action)).toEqual(['attend', 'restore', 'leave']);
	});

	test.each([
		['each second while somebody works', 'running', 'running', [1000, 2000, 3000]],
		['once a minute while a run waits for a person', 'waiting', 'completed', [60_000]],
		['once a minute while an agent waits for a person', 'waiting', 'waiting', [60_000]],
	] as const)('moves the time %s', async (_, runStatus, agentStatus, moved) => {
		const held = createHeldClock();
		let now = 0;
		const store = createStore(aState(undefined, {now}));
		const {rad} = createFakeRad({runs: [aRun({status: runStatus})], agents: [anAgent({status: agentStatus})]});
		const effects = startEffects({rad, store, cpuMs: () => 0, clock: {...held, now: () => now}});
		await settle();
		await settle();
		const times: number[] = [];
		store.subscribe(message => {
			if (message.type === 'ticked') times.push(message.now);
		});

		for (let second = 0; second < 61 && times.length < moved.length; second += 1) {
			now += 1000;
			await held.wake();
		}

		expect(times).toEqual(moved);
		await effects.close();
	});

	test('has no clock while nothing runs', async () => {
		let sleeps = 0;
		const clock: Clock = {
			now: () => T0,
			elapsed: () => 0,
			sleep: async () => {
				sleeps += 1;
			},
		};
		const store = createStore(aState());
		const idle = createFakeRad({runs: [aRun({status: 'completed', endedAt: T0})], agents: [anAgent({status: 'completed'})]});
		const effects = startEffects({rad: idle.rad, store, clock, cpuMs: () => 0});

		await settle();
		await settle();
		const before = sleeps;
		await settle();
		await settle();

		expect(sleeps).toBe(before);
		await effects.close();
	});
});
