import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {RadEvent} from '../../../source/domain/events.ts';
import {createNotificationWatch, describeNotification, type Notification} from '../../../source/domain/notification.ts';
import type {RunStatus} from '../../../source/domain/status.ts';
import {anId} from '../../support/builders.ts';

const [RUN, OTHER] = [anId('run', 1), anId('run', 2)];
const moved = (status: RunStatus, reason: string | null = null, runId = RUN): RadEvent => ({type: 'run.status-changed', runId, status, reason});
const opened = (index: number): RadEvent => ({type: 'request.opened', runId: RUN, requestId: anId('req', index)});
const decided = (index: number): RadEvent => ({type: 'request.decided', runId: RUN, requestId: anId('req', index), isGranted: false});

/** A watch of which the time passes by `pass`; `pending` says whether a request is open then. */
const openWatch = () => {
	const told: Notification[] = [];
	const due: Array<() => void> = [];
	const controller = new AbortController();
	const world = {isPending: false};
	const watch = createNotificationWatch({
		clock: {sleep: () => new Promise(resolve => due.push(resolve))},
		signal: controller.signal,
		hasPendingRequest: async () => world.isPending,
		tell: notification => told.push(notification),
	});
	const pass = async (isPending: boolean): Promise<void> => {
		world.isPending = isPending;
		for (const wake of due.splice(0)) wake();
		await new Promise(resolve => setImmediate(resolve));
	};
	return {told, pass, stop: () => controller.abort(), hear: (...events: readonly RadEvent[]) => events.forEach(watch)};
};

describe('what a person is told of a run', () => {
	it('is that it waits, failed or completed, each time that it changes to that', () => {
		const {told, hear} = openWatch();

		hear(
			moved('running'),
			moved('waiting', 'step "a" needs your decision'),
			moved('running'),
			moved('waiting'),
			moved('running'),
			moved('completed'),
		);
		hear(moved('failed', 'step "b" failed', OTHER));

		expect(told).toEqual([
			{kind: 'waiting', runId: RUN, reason: 'step "a" needs your decision'},
			{kind: 'waiting', runId: RUN, reason: null},
			{kind: 'done', runId: RUN, reason: null},
			{kind: 'failed', runId: OTHER, reason: 'step "b" failed'},
		]);
	});

	it.each<RunStatus>(['cancelled', 'failed', 'completed'])('is nothing when it was stopped and ends as %s', status => {
		const {told, hear} = openWatch();

		hear(moved('cancelling'), moved(status));

		expect(told).toEqual([]);
	});

	it('is how it ended when it was gone on with after it was to be stopped', () => {
		const {told, hear} = openWatch();

		hear(moved('cancelling'), moved('interrupted'), moved('running'), moved('completed'));

		expect(told).toEqual([{kind: 'done', runId: RUN, reason: null}]);
	});

	it('is nothing of its steps, agents and checkpoints', () => {
		const {told, hear} = openWatch();

		hear(
			{type: 'run.started', runId: RUN},
			{type: 'step.started', runId: RUN, stepId: 'a', attempt: 1},
			{type: 'agent.status-changed', runId: RUN, agentId: anId('agt', 1), status: 'failed'},
			{type: 'step.ended', runId: RUN, stepId: 'a', status: 'failed', reason: 'x'},
		);

		expect(told).toEqual([]);
	});

	it('is once that agents ask for permission, until all of them were answered', async () => {
		const {told, hear, pass} = openWatch();

		hear(opened(1), opened(2));
		await pass(true);
		hear(decided(1), opened(3));
		await pass(true);
		expect(told).toEqual([{kind: 'waiting', runId: RUN, reason: 'an agent asks for your permission'}]);

		hear(decided(2), decided(3), opened(4));
		await pass(true);
		expect(told).toHaveLength(2);
	});

	it('is nothing of a request that was decided before anybody could be asked', async () => {
		const {told, hear, pass} = openWatch();

		hear(opened(1), decided(1));
		await pass(false);

		expect(told).toEqual([]);
	});

	it('is nothing after the end of the watch', async () => {
		const {told, hear, pass, stop} = openWatch();

		hear(opened(1));
		stop();
		await pass(true);
		hear(moved('failed'));

		expect(told).toEqual([]);
	});
});

describe('a notification in words', () => {
	it('says which workflow, what happened and why', () => {
		const tell = (kind: Notification['kind'], reason: string | null) => describeNotification({kind, runId: RUN, reason}, 'fix');

		expect(tell('waiting', 'step "a" needs your decision')).toBe('rad: fix waits for you: step "a" needs your decision');
		expect(tell('failed', 'step "a" failed')).toBe('rad: fix failed: step "a" failed');
		expect(tell('failed', null)).toBe('rad: fix failed');
		expect(tell('done', null)).toBe('rad: fix is done');
	});

	it('holds nothing but one line of harmless text, whatever the workflow and the reason are', () => {
		const hostile = fc.oneof(fc.string({unit: 'binary'}), fc.constantFrom('\u0007\u001b]9;x', '\u001b\\', '\u009c', '\n', '\u0000', '\ud800'));
		fc.assert(
			fc.property(hostile, hostile, (workflow, reason) => {
				const text = describeNotification({kind: 'failed', runId: RUN, reason}, workflow);

				expect(text).toMatch(/^rad: [^\u0000-\u001f\u007f-\u009f]*$/u);
				expect([...text].length).toBeLessThanOrEqual(200);
				expect(Buffer.from(text).toString()).toBe(text);
			}),
		);
	});

	it('is cut where it is long', () => {
		expect(describeNotification({kind: 'failed', runId: RUN, reason: '🐢'.repeat(300)}, 'fix')).toMatch(/^rad: fix failed: 🐢+…$/u);
	});
});
