import process from 'node:process';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {KEYMAP} from '../../../source/tui/keymap.ts';
import type {JobOutcome, Message, State} from '../../../source/tui/state.ts';
import {aLogLine, anAgent, anId, aRequest, aRestorePlan, aRun, aStep, T0} from '../../support/builders.ts';
import type {FakeData} from '../../support/fake-rad.ts';
import {aLoadedState, aState, drawFrame, findMisfit, stateAfter} from '../../support/frames.tsx';
import {SAMPLE_DIFF, SAMPLE_NOW, sampleDetail, sampleRun, sampleWorkflows} from '../../support/sample-run.ts';
import {tellFigures} from '../tell-figures.ts';
import {aHostileText, countPlaced, poison} from './hostile-text.ts';

const FRAMES = Number(process.env['RAD_TEST_FRAMES'] ?? 1500);

const RUN = anId('run', 2);
const asked = {runId: RUN, agentId: anId('agt', 6)};

const restore = aRequest({...asked, subject: {kind: 'restore', checkpointId: anId('cp', 3)}});
const replays = ['{"file_path":"a.txt","content":"one\\ntwo","edits":[{"from":"x"}]}', 'cut off'].map((argumentsJson, index) =>
	aRequest({...asked, id: anId('req', 2 + index), subject: {kind: 'replay', callId: 'c1', tool: 'Write', argumentsJson, writes: ['a.txt', 'b.txt']}}),
);

const gate = aStep({
	runId: RUN,
	stepId: 'accept',
	status: 'waiting',
	position: 4,
	question: {
		about: 'gate',
		message: 'Keep this?',
		show: ['diff', 'outputs', 'cost'],
		outputs: {review: {verdict: 'approve', findings: ['a name is odd']}},
		until: T0 + 3_600_000,
		onTimeout: 'reject',
	},
});

/** Workspaces that together show every record of which a part is chosen by somebody else. */
const SCENES: Readonly<Record<string, Partial<FakeData>>> = {
	running: sampleRun(),
	'asks to restore': {...sampleRun(), requests: [restore]},
	'asks to replay': {...sampleRun(), requests: replays},
	'waits for a decision': {
		...sampleRun(),
		agents: (sampleRun().agents ?? []).map(agent => ({...agent, status: 'completed', endedAt: T0})),
		steps: [...(sampleRun().steps ?? []), gate],
	},
	failed: {
		runs: [aRun({status: 'failed', endedAt: T0, error: 'Step tests failed.'})],
		steps: [
			aStep({stepId: 'tests', status: 'failed', reason: 'exit code 1'}),
			aStep({stepId: 'deploy', position: 1, status: 'skipped', reason: 'tests failed'}),
		],
		agents: [
			anAgent({name: 'tests', stepId: 'tests', status: 'failed', error: 'The command ended.', exitCode: 1, attempt: 3}),
			anAgent({id: anId('agt', 2), name: 'audit', isUnattended: true, isRecording: true, parentId: anId('agt', 1)}),
		],
		logs: {[anId('agt', 2)]: [aLogLine('a line'), aLogLine('The command ended.', {kind: 'rad'})]},
	},
	queued: {runs: [aRun({status: 'queued', error: 'waits for another run'})]},
	empty: {},
};

const PROBLEM = {message: 'The database is damaged.', hint: 'rad init'};

const NOTHING: Message = {type: 'ticked', now: SAMPLE_NOW};

/** What can happen besides keys. */
const EVENTS: Readonly<Record<string, (state: State, pool: readonly string[]) => Message>> = {
	notice: (_, pool) => poison({type: 'notice-raised', notice: {tone: 'bad', text: 'message'}}, pool),
	'data-failed': (_, pool) => poison({type: 'data-failed', problem: PROBLEM}, pool),
	'log-failed': ({log}, pool) => poison({type: 'log-failed', agentId: log.agentId ?? anId('agt'), problem: PROBLEM}, pool),
	'detail-loaded': (state, pool) =>
		poison({type: 'detail-loaded', agentId: state.dialog?.kind === 'agent' ? state.dialog.agentId : anId('agt'), detail: sampleDetail}, pool),
	'job-done': ({job}, pool) => (job === null ? NOTHING : {type: 'job-ended', job, outcome: poison(endOf(job.kind), pool)}),
	'job-failed': ({job}, pool) => (job === null ? NOTHING : {type: 'job-ended', job, outcome: poison({kind: 'failed', problem: PROBLEM}, pool)}),
};

const plan = sampleRun().plans?.[anId('cp', 3)] ?? aRestorePlan();

const endOf = (kind: NonNullable<State['job']>['kind']): JobOutcome => {
	switch (kind) {
		case 'preview':
			return {kind: 'previewed', plan};
		case 'restore':
			return {kind: 'restored', result: {restored: plan.checkpoint, safety: plan.checkpoint, changes: plan.changes, kept: [], hasHeadMoved: false}};
		case 'diff':
			return {kind: 'diffed', text: SAMPLE_DIFF};
		case 'list-workflows':
			return {kind: 'workflows-listed', list: sampleWorkflows};
		case 'start':
			return {kind: 'started', run: aRun()};
		case 'stop':
			return {kind: 'stopped', run: aRun({status: 'cancelled'})};
		case 'stop-agent':
			return {kind: 'agent-stopped', agent: anAgent({status: 'cancelled'})};
		case 'decide':
			return {kind: 'decided', request: {...restore, status: 'denied'}};
		case 'answer':
			return {kind: 'answered', step: gate};
	}
};

const KEYS = [...new Set(KEYMAP.flatMap(({keys}) => keys))];

type Case = {
	readonly pool: readonly string[];
	readonly scene: string;
	readonly events: readonly string[];
	readonly size: State['size'];
	readonly hasColours: boolean;
};

const SMALL = fc.record({columns: fc.integer({min: 1, max: 110}), rows: fc.integer({min: 1, max: 26})});
const LARGE = fc.record({columns: fc.integer({min: 100, max: 220}), rows: fc.integer({min: 15, max: 60})});

const aCase = (): fc.Arbitrary<Case> =>
	fc.record({
		pool: fc.array(aHostileText(), {minLength: 1, maxLength: 6}),
		scene: fc.constantFrom(...Object.keys(SCENES)),
		// A key can be a text too: what the user types, or pastes.
		events: fc.array(
			fc.oneof(fc.constantFrom(...KEYS), fc.constantFrom(...Object.keys(EVENTS)), fc.string({unit: 'grapheme', minLength: 1, maxLength: 1})),
			{
				maxLength: 8,
			},
		),
		size: fc.oneof(SMALL, SMALL, LARGE),
		hasColours: fc.boolean(),
	});

const reach = async ({pool, scene, events, size}: Case): Promise<State> => {
	const isUnread = events[0] === 'data-failed';
	const first = isUnread ? aState(size) : await aLoadedState(poison(SCENES[scene] ?? {}, pool), size);
	return events.reduce<State>((state, event) => stateAfter(state, EVENTS[event]?.(state, pool) ?? event), {...first, workspaceName: pool[0] ?? ''});
};

/** What `theme.ts` and nobody else writes. */
const STYLES = /\u001b\[(?:1|2|7|22|27|3[12356]|39)m/g;

/** What is wrong with a frame; undefined where it holds nothing but printable characters, the theme's styles and as many rows as it must. */
const findFault = (frame: string, size: State['size']): string | undefined => {
	const text = frame.replaceAll(STYLES, '');
	const rows = text.split('\n').length;
	return rows === size.rows ? findMisfit(text, size) : `${rows} rows on a screen of ${size.rows}`;
};

describe('whatever anybody prints, names or answers', () => {
	test(
		`${FRAMES} frames hold only what a terminal prints, and each row is as wide as the screen`,
		async () => {
			await fc.assert(
				fc.asyncProperty(aCase(), async drawn => {
					const state = await reach(drawn);

					const frame = drawFrame(state, drawn.hasColours ? {} : {NO_COLOR: '1'});

					const fault = findFault(frame, drawn.size);
					tellFigures({frames: 1, 'frames with foreign bytes or of another size': fault === undefined ? 0 : 1});
					expect(fault).toBeUndefined();
				}),
				{numRuns: FRAMES, endOnFailure: true},
			);
			process.stdout.write(`${FRAMES} frames with ${countPlaced()} hostile texts\n`);
			expect(countPlaced()).toBeGreaterThan(FRAMES);
		},
		60_000 + FRAMES * 200,
	);
});
