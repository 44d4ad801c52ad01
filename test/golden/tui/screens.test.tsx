import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {isAgentOver} from '../../../source/domain/status.ts';
import type {State} from '../../../source/tui/state.ts';
import {aCheckpoint, aLogLine, anAgent, anId, aRequest, aRestorePlan, aRun, aStep, aUsageRecord, T0} from '../../support/builders.ts';
import type {FakeData} from '../../support/fake-rad.ts';
import {aLoadedState, aState, drawPane, drawScreen, findMisfit, stateAfter} from '../../support/frames.tsx';
import {SAMPLE_NOW, sampleRun} from '../../support/sample-run.ts';

const SIZES = [
	{columns: 40, rows: 10},
	{columns: 60, rows: 20},
	{columns: 80, rows: 24},
	{columns: 120, rows: 40},
	{columns: 200, rows: 50},
] as const;

const nameOf = ({columns, rows}: State['size']): string => `${columns}x${rows}`;

// Pictures hold times of day.
const timeZone = process.env['TZ'];
beforeAll(() => {
	process.env['TZ'] = 'UTC';
});
afterAll(() => {
	if (timeZone === undefined) delete process.env['TZ'];
	else process.env['TZ'] = timeZone;
});

const failed = (state: State): State =>
	stateAfter(state, {type: 'data-failed', problem: {message: 'The database of this workspace is damaged: .radium/monitoring.db', hint: 'rad init'}});

const failedRun = (): Partial<FakeData> => ({
	runs: [aRun({workflow: 'add-rate-limiting', status: 'failed', endedAt: T0 + 760_000, error: 'Step tests failed after 3 attempts.'})],
	steps: (['completed', 'failed', 'failed', 'skipped'] as const).map((status, position) =>
		aStep({
			stepId: ['implement', 'tests', 'lint', 'deploy'][position] ?? '',
			position,
			status,
			reason: status === 'skipped' ? 'tests failed' : null,
		}),
	),
	agents: [
		anAgent({name: 'implement', stepId: 'implement', status: 'completed'}),
		anAgent({
			id: anId('agt', 2),
			name: 'tests',
			stepId: 'tests',
			engine: 'shell',
			status: 'failed',
			attempt: 3,
			exitCode: 1,
			error: 'The command ended with exit code 1.',
		}),
		anAgent({id: anId('agt', 3), name: 'audit', status: 'running', isUnattended: true}),
		anAgent({id: anId('agt', 4), name: 'lint', stepId: 'lint', status: 'timed_out', error: 'It took longer than 10 minutes.'}),
	],
	logs: {[anId('agt', 3)]: [aLogLine('still at it')]},
});

/** After a restore: its safety checkpoint is the newest one. */
const restoredRun = (): Partial<FakeData> => {
	const data = sampleRun();
	const safety = aCheckpoint({
		id: anId('cp', 5),
		kind: 'safety',
		label: 'before restoring cp_0000000003',
		runId: null,
		target: anId('cp', 3),
		createdAt: T0 + 700_000,
	});
	return {
		...data,
		runs: data.runs?.map(run => ({...run, status: 'cancelled', endedAt: T0 + 700_000})) ?? [],
		checkpoints: [...(data.checkpoints ?? []), safety],
	};
};

/** A recorded run whose agents ask before each write, after another run. */
const writingRun = (): Partial<FakeData> => {
	const at = (seconds: number, change: Parameters<typeof aCheckpoint>[0]) =>
		aCheckpoint({id: anId('cp', seconds), createdAt: T0 + seconds * 1000, stat: {files: 1, additions: seconds, deletions: 0}, ...change});
	const write = (seconds: number, file: string) =>
		at(seconds, {runId: anId('run', 2), kind: 'write', stepId: 'implement', label: `before Write ${file}`});
	return {
		runs: [
			aRun({workflow: 'nightly-audit', status: 'completed', startedAt: T0, endedAt: T0 + 9000}),
			aRun({id: anId('run', 2), workflow: 'add-rate-limiting', status: 'completed', startedAt: T0 + 20_000, endedAt: T0 + 90_000}),
		],
		agents: [anAgent({planId: anId('run', 2), name: 'implement', stepId: 'implement', status: 'completed', engine: 'recorded', isRecording: true})],
		usage: [aUsageRecord()],
		checkpoints: [
			at(1, {label: 'before audit', stat: null}),
			at(9, {kind: 'end', label: 'after nightly-audit'}),
			at(15, {kind: 'manual', label: 'before the big change', runId: null}),
			at(20, {runId: anId('run', 2), label: 'before plan'}),
			at(30, {runId: anId('run', 2), label: 'before implement'}),
			...['src/limiter.ts', 'src/index.ts', 'docs/how-to-limit-the-rate-of-requests.md', 'test/limiter.test.ts'].map((file, index) =>
				write(31 + index, file),
			),
			at(80, {runId: anId('run', 2), kind: 'end', label: 'after add-rate-limiting'}),
		],
	};
};

/** A run that waits for the one that is at work. */
const queuedRun = (): Partial<FakeData> => ({
	runs: [
		...(sampleRun().runs ?? []),
		aRun({id: anId('run', 3), workflow: 'release', status: 'queued', error: `waits for run ${anId('run', 2)}`, startedAt: SAMPLE_NOW - 90_000}),
	],
});

const STATES: Readonly<Record<string, (size: State['size']) => State | Promise<State>>> = {
	loading: size => aState(size),
	empty: size => aLoadedState({}, size),
	failed: size => failed(aState(size)),
	running: size => aLoadedState(sampleRun(), size),
	queued: size => aLoadedState({runs: queuedRun().runs?.slice(-1) ?? []}, size),
	'failed-run': size => aLoadedState(failedRun(), size),
	restored: async size =>
		stateAfter(await aLoadedState(restoredRun(), size), '4', {
			type: 'notice-raised',
			notice: {tone: 'good', text: '✔ Restored cp_0000000003 (5 files changed). Press u to undo.'},
		}),
	writes: async size => stateAfter(await aLoadedState(writingRun(), size), '4', 'j', 'j'),
	stale: async size => failed(await aLoadedState(sampleRun(), size)),
};

describe('the whole screen', () => {
	for (const [name, make] of Object.entries(STATES)) {
		test.each(SIZES)(`${name} at $columns x $rows`, async size => {
			const frame = drawScreen(await make(size));

			expect(findMisfit(frame, size)).toBeUndefined();
			await expect(`${frame}\n`).toMatchFileSnapshot(`screens/${name}-${nameOf(size)}.txt`);
		});
	}

	test.each(['1', '2', '3', '4'])('shows pane %s over the whole screen when it is zoomed', async pane => {
		const size = {columns: 80, rows: 24};

		const frame = drawScreen(stateAfter(await aLoadedState(sampleRun(), size), pane, 'z'));

		expect(findMisfit(frame, size)).toBeUndefined();
		await expect(`${frame}\n`).toMatchFileSnapshot(`screens/zoomed-${pane}-${nameOf(size)}.txt`);
	});

	test('fits screens of every shape, above all around the sizes at which the layout changes', async () => {
		const state = await aLoadedState(sampleRun());
		const span = (from: number, to: number, step = 1): readonly number[] =>
			Array.from({length: Math.floor((to - from) / step) + 1}, (_, index) => from + index * step);

		const sizes = [
			...[...span(20, 200, 9), ...span(57, 62), ...span(97, 102)].map(columns => ({columns, rows: 24})),
			...[...span(1, 20), 60].map(rows => ({columns: 100, rows})),
		];

		for (const size of sizes) expect(findMisfit(drawScreen({...state, size}), size)).toBeUndefined();
	});
});

describe('each pane in each of its faces', () => {
	const faces: Readonly<Record<string, (size: State['size']) => State | Promise<State>>> = {
		loading: size => aState(size),
		empty: size => aLoadedState({}, size),
		failed: size => failed(aState(size)),
		ready: size => aLoadedState(sampleRun(), size),
	};
	for (const pane of ['agents', 'log', 'totals', 'checkpoints'] as const) {
		test.each(Object.entries(faces))(`${pane}: %s`, async (face, make) => {
			const frames = [];
			for (const columns of [40, 60, 80, 120, 200]) {
				const size = {columns, rows: 13};
				const frame = drawPane(await make(size), pane);
				expect(findMisfit(frame, size)).toBeUndefined();
				frames.push(frame);
			}

			await expect(`${frames.join('\n\n')}\n`).toMatchFileSnapshot(`panes/${pane}-${face}.txt`);
		});
	}
});

describe('each dialog', () => {
	const plan = (state: State): State => {
		const checkpoint = sampleRun().checkpoints?.[2] ?? aCheckpoint();
		const changes = sampleRun().plans?.[anId('cp', 3)]?.changes ?? [];
		const kept = [{path: 'vendor/lib', reason: 'a repository of its own'}];
		return state.job === null
			? state
			: stateAfter(state, {
					type: 'job-ended',
					job: state.job,
					outcome: {kind: 'previewed', plan: aRestorePlan({checkpoint, changes, kept, hasHeadMoved: true})},
				});
	};
	const asking = (...subjects: ReadonlyArray<Parameters<typeof aRequest>[0]>) => ({
		...sampleRun(),
		requests: subjects.map((subject, index) =>
			aRequest({id: anId('req', index + 1), runId: anId('run', 2), agentId: anId('agt', 4), createdAt: T0 + 720_000, ...subject}),
		),
	});
	const restore = {subject: {kind: 'restore', checkpointId: anId('cp', 3)}} as const;
	const replay = {
		subject: {
			kind: 'replay',
			callId: 'c1',
			tool: 'Write',
			writes: ['src/limiter.ts'],
			argumentsJson: JSON.stringify({file_path: 'src/limiter.ts', content: 'export const limit = 10;\nexport const window = 1000;\n'}),
		},
	} as const;
	const question = (message: string) => ({
		...sampleRun(),
		agents: (sampleRun().agents ?? []).map(agent => (isAgentOver(agent.status) ? agent : {...agent, status: 'completed' as const, endedAt: T0})),
		steps: [
			aStep({
				runId: anId('run', 2),
				stepId: 'accept',
				status: 'waiting',
				question: {
					about: 'gate',
					message,
					show: ['diff', 'outputs', 'cost'],
					outputs: {review: {verdict: 'approve', findings: ['a name is odd']}},
					until: T0 + 3_600_000,
					onTimeout: 'reject',
				},
			}),
		],
	});
	const DIALOGS: Readonly<Record<string, (size: State['size']) => Promise<State>>> = {
		help: async size => stateAfter(await aLoadedState(sampleRun(), size), '?'),
		'help-end': async size => stateAfter(await aLoadedState(sampleRun(), size), '?', 'G'),
		runs: async size => stateAfter(await aLoadedState(sampleRun(), size), 'H', 'j'),
		'preview-loading': async size => stateAfter(await aLoadedState(sampleRun(), size), '4', 'j', 'enter'),
		preview: async size => plan(stateAfter(await aLoadedState(sampleRun(), size), '4', 'j', 'enter')),
		restore: async size => plan(stateAfter(await aLoadedState(sampleRun(), size), '4', 'j', 'r')),
		undo: async size => plan(stateAfter(await aLoadedState(restoredRun(), size), 'u')),
		stop: async size => stateAfter(await aLoadedState(sampleRun(), size), 'S'),
		'runs-queued': async size => stateAfter(await aLoadedState({...sampleRun(), ...queuedRun()}, size), 'H'),
		'stop-agent': async size => stateAfter(await aLoadedState(sampleRun(), size), '1', 'g', 'j', 'x'),
		kill: async size => stateAfter(await aLoadedState(sampleRun(), size), 'X'),
		'request-restore': async size => plan(await aLoadedState(asking(restore), size)),
		'request-replay': async size => aLoadedState(asking(replay, replay), size),
		'request-replay-broken-arguments': async size =>
			aLoadedState(asking({subject: {...replay.subject, argumentsJson: '{"content":"cut off', writes: []}}), size),
		gate: async size => aLoadedState(question('Keep this after 2 rounds?'), size),
		'gate-long': async size => aLoadedState(question(Array.from({length: 50}, (_, index) => `line ${index} of an agent`).join('\n')), size),
	};
	for (const [name, make] of Object.entries(DIALOGS)) {
		test.each(SIZES.filter(({columns}) => columns !== 200))(`${name} at $columns x $rows`, async size => {
			const frame = drawScreen(await make(size));

			expect(findMisfit(frame, size)).toBeUndefined();
			await expect(`${frame}\n`).toMatchFileSnapshot(`dialogs/${name}-${nameOf(size)}.txt`);
		});
	}
});
