import {describe, expect, test} from 'vitest';
import type {RadEvent} from '../../../source/domain/events.ts';
import type {Bell} from '../../../source/domain/settings.ts';
import type {RunStatus} from '../../../source/domain/status.ts';
import {startBell} from '../../../source/tui/bell.ts';
import {anId, aRequest, aRun} from '../../support/builders.ts';
import {createFakeRad} from '../../support/fake-rad.ts';

const [RUN, OTHER] = [anId('run', 1), anId('run', 2)];
const moved = (status: RunStatus, runId = RUN, reason: string | null = null): RadEvent => ({type: 'run.status-changed', runId, status, reason});

const start = (bell: Bell, environment: Readonly<Record<string, string>> = {}) => {
	const fake = createFakeRad({
		runs: [aRun({id: RUN, workflow: 'fix'}), aRun({id: OTHER, workflow: 'evil\u0007\u001b]0;title\u001b\\'})],
		events: [{seq: 1, at: 0, event: moved('failed')}],
	});
	const rung: string[] = [];
	const controller = new AbortController();
	startBell({
		rad: fake.rad,
		bell,
		environment,
		clock: {sleep: async () => undefined},
		signal: controller.signal,
		ring: sequence => void rung.push(sequence),
	});
	const happen = async (...events: readonly RadEvent[]): Promise<void> => {
		const seq = fake.data().events.length;
		fake.update({events: [...fake.data().events, ...events.map((event, index) => ({seq: seq + index + 1, at: 0, event}))]});
		await new Promise(resolve => setImmediate(resolve));
	};
	return {fake, rung, happen, close: () => controller.abort()};
};

describe('the bell of the dashboard', () => {
	test('rings once for each change that calls for a person, of any run, and not for what was before', async () => {
		const {rung, happen} = start('bell');
		await happen(moved('waiting'), moved('running'), {type: 'run.started', runId: OTHER});
		await happen(moved('completed'), moved('failed', OTHER));

		expect(rung).toEqual(['\u0007', '\u0007', '\u0007']);
	});

	test('says what happened by OSC 9, without a sequence of a hostile workflow', async () => {
		const {rung, happen} = start('osc9');

		await happen(moved('waiting', RUN, 'step "ok" needs your decision'));
		await happen(moved('failed', OTHER, '\u009cx\u0007'));

		expect(rung).toEqual([
			'\u001b]9;rad: fix waits for you: step "ok" needs your decision\u0007',
			expect.stringMatching(/^\u001b\]9;rad: evil[^\u0000-\u001f\u007f-\u009f]* failed: [^\u0000-\u001f\u007f-\u009f]*\u0007$/),
		]);
	});

	test.each([{TMUX: '/tmp/tmux-0/default,1,0'}, {STY: '1.pts-0.host'}])('is the plain bell where OSC 9 would not arrive: %j', async environment => {
		const {rung, happen} = start('osc9', environment);

		await happen(moved('completed'));

		expect(rung).toEqual(['\u0007']);
	});

	test('rings when an agent asks for permission', async () => {
		const {rung, happen, fake} = start('osc9');
		fake.update({requests: [aRequest({id: anId('req', 1), runId: RUN})]});

		await happen({type: 'request.opened', runId: RUN, requestId: anId('req', 1)});

		expect(rung).toEqual(['\u001b]9;rad: fix waits for you: an agent asks for your permission\u0007']);
	});

	test('is silent when it is off, when the user stops the run, and after the dashboard was left', async () => {
		const off = start('off');
		await off.happen(moved('failed'));
		const on = start('bell');
		await on.happen(moved('cancelling'), moved('cancelled'));
		on.close();
		await on.happen(moved('failed', OTHER));

		expect([...off.rung, ...on.rung]).toEqual([]);
	});
});
