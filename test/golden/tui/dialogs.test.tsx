import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {isAgentOver} from '../../../source/domain/status.ts';
import type {JobOutcome, State} from '../../../source/tui/state.ts';
import {aCheckpoint, anId, aRequest, aRestorePlan, aStep, T0} from '../../support/builders.ts';
import {aLoadedState, drawScreen, findMisfit, stateAfter} from '../../support/frames.tsx';
import {SAMPLE_DIFF, sampleDetail, sampleRun, sampleWorkflows} from '../../support/sample-run.ts';
import {failedRun, queuedRun, restoredRun} from '../../support/sample-states.ts';

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

describe('each dialog', () => {
	const end = (state: State, outcome: JobOutcome): State =>
		state.job === null ? state : stateAfter(state, {type: 'job-ended', job: state.job, outcome});
	const plan = (state: State): State => {
		const checkpoint = sampleRun().checkpoints?.[2] ?? aCheckpoint();
		const changes = sampleRun().plans?.[anId('cp', 3)]?.changes ?? [];
		const kept = [{path: 'vendor/lib', reason: 'a repository of its own'}];
		return end(state, {kind: 'previewed', plan: aRestorePlan({checkpoint, changes, kept, hasHeadMoved: true})});
	};
	const workflows = async (size: State['size'], list = sampleWorkflows): Promise<State> =>
		end(stateAfter(await aLoadedState(sampleRun(), size), 'W'), {kind: 'workflows-listed', list});
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
	const BROKEN: JobOutcome = {
		kind: 'failed',
		problem: {message: 'The checkpoint cannot be read: an object is missing.', hint: 'rad checkpoint verify'},
	};
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
		workflows: async size => stateAfter(await workflows(size), 'j'),
		'workflows-loading': async size => stateAfter(await aLoadedState(sampleRun(), size), 'W'),
		'workflows-none': async size => workflows(size, []),
		'start-asking': async size => stateAfter(await workflows(size), 'j', 'enter', ...'1.4.0', 'enter', ...'eu'),
		start: async size => stateAfter(await workflows(size), 'j', 'enter', ...'1.4.0', 'enter', 'enter'),
		attention: async size => stateAfter(await aLoadedState(sampleRun(), size), '!', 'j'),
		palette: async size => stateAfter(await aLoadedState(sampleRun(), size), ':', ...'log', 'down'),
		'palette-nothing': async size => stateAfter(await aLoadedState(sampleRun(), size), ':', ...'xyzzy'),
		agent: async size =>
			stateAfter(await aLoadedState(sampleRun(), size), 'k', 'k', 'i', {type: 'detail-loaded', agentId: anId('agt', 4), detail: sampleDetail}),
		'agent-loading': async size => stateAfter(await aLoadedState(failedRun(), size), 'g', 'j', 'i'),
		'preview-chosen': async size => stateAfter(plan(stateAfter(await aLoadedState(sampleRun(), size), '4', 'j', 'enter')), 'space', 'j', 'space'),
		diff: async size =>
			end(stateAfter(plan(stateAfter(await aLoadedState(sampleRun(), size), '4', 'j', 'enter')), 'd'), {kind: 'diffed', text: SAMPLE_DIFF}),
		'diff-loading': async size => stateAfter(plan(stateAfter(await aLoadedState(sampleRun(), size), '4', 'j', 'enter')), 'd'),
		'diff-failed': async size => end(stateAfter(plan(stateAfter(await aLoadedState(sampleRun(), size), '4', 'j', 'enter')), 'd'), BROKEN),
		'preview-failed': async size => end(stateAfter(await aLoadedState(sampleRun(), size), '4', 'j', 'enter'), BROKEN),
		'preview-empty': async size =>
			end(stateAfter(await aLoadedState(sampleRun(), size), '4', 'j', 'enter'), {kind: 'previewed', plan: aRestorePlan({changes: []})}),
		'restore-working': async size => stateAfter(plan(stateAfter(await aLoadedState(sampleRun(), size), '4', 'j', 'r')), 'y'),
		'restore-failed': async size => end(stateAfter(plan(stateAfter(await aLoadedState(sampleRun(), size), '4', 'j', 'r')), 'y'), BROKEN),
		'workflows-failed': async size => end(stateAfter(await aLoadedState(sampleRun(), size), 'W'), BROKEN),
		'start-failed': async size => end(stateAfter(await workflows(size), 'j', 'enter', ...'1.4.0', 'enter', 'enter', 'y'), BROKEN),
		'attention-none': async size => stateAfter(await aLoadedState({...sampleRun(), agents: [], steps: [], requests: []}, size), '!'),
		'runs-none': async size => stateAfter(await aLoadedState({}, size), 'H'),
		'request-restore-loading': async size => aLoadedState(asking(restore), size),
		'request-restore-failed': async size => end(await aLoadedState(asking(restore), size), BROKEN),
		'stop-agent': async size => stateAfter(await aLoadedState(sampleRun(), size), '1', 'g', 'j', 'x'),
		kill: async size => stateAfter(await aLoadedState(sampleRun(), size), 'X'),
		'request-restore': async size => plan(await aLoadedState(asking(restore), size)),
		'request-replay': async size => aLoadedState(asking(replay, replay), size),
		'request-replay-edited': async size =>
			stateAfter(await aLoadedState(asking(replay), size), {type: 'call-edited', requestId: anId('req'), text: 'export const limit = 20;\n'}),
		'request-replay-broken-arguments': async size =>
			aLoadedState(asking({subject: {...replay.subject, argumentsJson: '{"content":"cut off', writes: []}}), size),
		gate: async size => aLoadedState(question('Keep this after 2 rounds?'), size),
		'gate-long': async size => aLoadedState(question(Array.from({length: 50}, (_, index) => `line ${index} of an agent`).join('\n')), size),
	};
	for (const [name, make] of Object.entries(DIALOGS)) {
		test.each(SIZES)(`${name} at $columns x $rows`, async size => {
			const frame = drawScreen(await make(size));

			expect(findMisfit(frame, size)).toBeUndefined();
			await expect(`${frame}\n`).toMatchFileSnapshot(`dialogs/${name}-${nameOf(size)}.txt`);
		});
	}
});
