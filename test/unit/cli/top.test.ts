import {describe, expect, test} from 'vitest';
import type {RadEvent} from '../../../source/domain/events.ts';
import type {Run} from '../../../source/domain/records.ts';
import {aCheckpoint, anAgent, anId, aRequest, aRun, aStep, T0} from '../../support/builders.ts';
import {createFakeRad, type FakeData, type FakeRad} from '../../support/fake-rad.ts';
import {sampleRun} from '../../support/sample-run.ts';
import {until} from '../../support/scratch.ts';
import {collect, runWords, type Situation} from './run-words.ts';

const PERSON: Situation = {isTerminal: true, answers: []};

describe('one picture of the dashboard', () => {
	test.each<readonly [string, Situation, string]>([
		['is plain text in a pipe', {}, 'text'],
		['is plain text in a pipe also where colours are wanted', {color: true}, 'text'],
		['is plain text on a terminal without colours', {isTerminal: true}, 'text'],
		['has colours on a terminal', {isTerminal: true, color: true}, 'coloured'],
	])('%s', async (_, situation, format) => {
		const {exitCode, out, err, pictures} = await runWords(['top', '--once'], situation);

		expect(pictures).toEqual([{columns: undefined, rows: undefined, format}]);
		expect({exitCode, out, err}).toEqual({exitCode: 0, out: `a picture\n  as ${format}\n`, err: ''});
	});

	test('has the size that is asked for', async () => {
		const {pictures} = await runWords(['top', '--once', '--columns', '80', '--rows', '24']);

		expect(pictures).toEqual([{columns: 80, rows: 24, format: 'text'}]);
	});

	test('is written to a file as SVG, which the user is told', async () => {
		const outcome = await runWords(['top', '--svg', 'top.svg', '--rows', '30']);

		expect(outcome).toMatchObject({exitCode: 0, out: '', err: 'The picture is in top.svg\n', files: {'/work/here/top.svg': 'a picture\n  as svg'}});
		expect(outcome.pictures).toEqual([{columns: undefined, rows: 30, format: 'svg'}]);
	});

	test('is not written after Ctrl-C', async () => {
		const outcome = await runWords(['top', '--svg', 'top.svg'], {signal: AbortSignal.abort('SIGINT')});

		expect(outcome).toMatchObject({exitCode: 130, err: '', files: {}});
	});
});

describe('the dashboard as JSON', () => {
	test('has the figures of each agent with those of its sub-agents', async () => {
		const {out} = await runWords(['top', '--once', '--json'], {fake: createFakeRad(sampleRun())});

		const {version, agents} = JSON.parse(out);
		expect(version).toBe(1);
		expect(agents[1]).toMatchObject({name: 'implement', usage: {costUsd: 2.6}, subtree: {costUsd: 6.41, isRecording: false}});
		expect(agents[0]).toMatchObject({name: 'plan', subtree: {costUsd: 1.88, isRecording: true, recordedCostNanoUsd: 1_880_000_000}});
		expect(agents[4]).toMatchObject({name: 'tests', usage: null, subtree: null});
	});

	test('has what is of the whole workspace where nothing has run', async () => {
		const {out} = await runWords(['top', '--once', '--json'], {fake: createFakeRad({checkpoints: [aCheckpoint({runId: null, kind: 'manual'})]})});

		expect(JSON.parse(out)).toMatchObject({
			run: null,
			totals: null,
			steps: [],
			agents: [],
			byModel: [],
			questions: [],
			checkpoints: [{kind: 'manual'}],
		});
	});
});

test.each([
	['--once --plain', '--once and --plain do not go together.'],
	['--once --svg a.svg', '--once and --svg do not go together.'],
	['--json', '--json needs --once.'],
	['--plain --json', '--json needs --once.'],
	['--once --run example', '--run and --once do not go together.'],
	['--svg a.svg --run example', '--run and --svg do not go together.'],
	['--columns 80', '--columns is for the picture of --once or --svg.'],
	['--once --json --rows 80', '--rows is for the picture of --once or --svg.'],
	['--once --columns 0', '--columns needs a number from 1 to 500, not 0'],
	['--once --rows 501', '--rows needs a number from 1 to 500, not 501'],
	['--once --rows x', '--rows needs a whole number, not x'],
])('rad top %s is refused before anything is opened', async (words, message) => {
	const {exitCode, err, opened} = await runWords(['top', ...words.split(' ')], PERSON);

	expect({exitCode, err, opened}).toEqual({exitCode: 2, err: expect.stringContaining(message), opened: []});
});

test('without a terminal the dashboard names its other forms', async () => {
	const {exitCode, err} = await runWords(['top']);

	expect({exitCode, err}).toEqual({exitCode: 6, err: expect.stringMatching(/rad top --once.*rad top --plain/)});
});

test('nothing is started for a terminal that cannot be drawn on', async () => {
	const {exitCode, err, opened} = await runWords(['top', '--run', 'example'], {...PERSON, environment: {TERM: 'dumb'}});

	expect({exitCode, err, opened}).toEqual({exitCode: 6, err: expect.stringContaining('of type "dumb"'), opened: []});
});

/** Runs `rad top --plain` and tells it of events, when it has said how things are; returns what it said of them. */
const hear = async (fake: FakeRad, events: readonly RadEvent[], change: Partial<FakeData> = {}, words: readonly string[] = []) => {
	const kept = collect();
	const stop = new AbortController();
	const ending = runWords(['top', '--plain', ...words], {fake, out: kept.stream, isTerminal: true, color: true, signal: stop.signal});
	await until(() => kept.text().includes('This is the workspace'));
	const summary = kept.text();
	fake.update({...change, events: events.map((event, index) => ({seq: index + 1, at: T0, event}))});
	return {summary, stop, text: () => kept.text().slice(summary.length), ending};
};

const RUN = anId('run', 2);
const over = (status: 'completed' | 'failed'): readonly Run[] => [
	aRun({
		id: RUN,
		workflow: 'add-rate-limiting',
		status,
		startedAt: T0,
		endedAt: T0 + 724_000,
		error: status === 'failed' ? 'Step tests failed' : null,
	}),
];
const END: RadEvent = {type: 'run.status-changed', runId: RUN, status: 'completed', reason: null};

describe('the dashboard in sentences', () => {
	test('says how things are', async () => {
		const {summary, stop, ending} = await hear(createFakeRad(sampleRun()), []);
		stop.abort('SIGINT');

		expect((await ending).exitCode).toBe(130);
		await expect(summary).toMatchFileSnapshot('../../golden/cli/plain/summary.txt');
	});

	test('tells what changes until the run is over', async () => {
		const fake = createFakeRad({...sampleRun(), requests: [aRequest({runId: RUN, agentId: anId('agt', 4)})]});
		const question = {about: 'gate', message: 'Keep\nthis?', show: [], outputs: {}, until: null, onTimeout: 'reject'} as const;

		const {text, ending} = await hear(
			fake,
			[
				{type: 'agent.registered', runId: RUN, agentId: anId('agt', 4)},
				{type: 'agent.status-changed', runId: RUN, agentId: anId('agt', 3), status: 'completed'},
				{type: 'agent.status-changed', runId: RUN, agentId: anId('agt', 5), status: 'failed'},
				{type: 'agent.status-changed', runId: RUN, agentId: anId('agt', 6), status: 'waiting'},
				{type: 'checkpoint.created', runId: RUN, checkpointId: anId('cp', 4)},
				{type: 'checkpoint.created', runId: RUN, checkpointId: anId('cp', 9)},
				{type: 'checkpoint.restored', runId: null, checkpointId: anId('cp', 2), safetyId: anId('cp', 5)},
				{type: 'request.opened', runId: RUN, requestId: anId('req', 1)},
				{type: 'request.decided', runId: RUN, requestId: anId('req', 1), isGranted: true},
				{type: 'step.asked', runId: RUN, stepId: 'accept', question},
				{type: 'run.status-changed', runId: RUN, status: 'waiting', reason: 'step "accept" needs your decision'},
				{type: 'step.decided', runId: RUN, stepId: 'accept', decision: {isApproved: true, by: 'user', comment: null}},
				{type: 'run.status-changed', runId: RUN, status: 'running', reason: null},
				{type: 'step.ended', runId: RUN, stepId: 'deploy', status: 'skipped', reason: 'tests failed'},
				{type: 'step.ended', runId: RUN, stepId: 'plan', status: 'completed', reason: null, takenFrom: anId('run', 1)},
				{type: 'agent.registered', runId: anId('run', 1), agentId: anId('agt', 1)},
				END,
			],
			{runs: over('completed')},
		);

		expect((await ending).exitCode).toBe(0);
		await expect(text()).toMatchFileSnapshot('../../golden/cli/plain/changes.txt');
	});

	test('says why a run failed and where to read more', async () => {
		const {text, ending} = await hear(createFakeRad(sampleRun()), [{...END, status: 'failed'}], {runs: over('failed')});

		await ending;

		expect(text()).toMatch(/^The run of add-rate-limiting failed after 12m04s, .*: Step tests failed\. To read more: rad show run_0000000002\n$/);
	});

	test('ends at once where the run is over', async () => {
		const {exitCode, out} = await runWords(['top', '--plain'], {fake: createFakeRad({runs: over('completed')})});

		expect({exitCode, out}).toEqual({exitCode: 0, out: expect.stringContaining('completed after 12m04s.\n')});
	});

	test('waits where nothing has run, and goes on with the first run that begins', async () => {
		const {summary, text, ending} = await hear(createFakeRad(), [{type: 'run.started', runId: RUN}, END], {runs: over('completed')});

		await ending;

		expect(summary).toContain('Nothing has run here yet.');
		expect(text()).toBe('The run of add-rate-limiting has begun: run_0000000002\nThe run of add-rate-limiting completed after 12m04s.\n');
	});

	test('stays with a run that it has started itself, and says that it goes on', async () => {
		const fake = createFakeRad();
		const other = aRun({id: anId('run', 7), workflow: 'other'});
		const {text, stop, ending} = await hear(fake, [{type: 'run.started', runId: other.id}], {}, ['--run', 'fix']);
		fake.update({runs: [...fake.data().runs, other]});
		stop.abort('SIGINT');

		expect(await ending).toMatchObject({exitCode: 130, err: expect.stringContaining('fix runs on.')});
		expect(text()).toBe('');
	});

	test('has no control sequence in it, whatever agents are called', async () => {
		const evil = '\u001b[2J\u001b]0;x\u0007evil\u009b31m\r\nname';
		const run = aRun({workflow: evil, error: evil, status: 'waiting'});
		const fake = createFakeRad({
			runs: [run],
			steps: [aStep({stepId: evil})],
			agents: [anAgent({name: evil, error: evil, engine: evil})],
			checkpoints: [aCheckpoint({label: evil})],
		});
		const {summary, text, ending} = await hear(
			fake,
			[
				{type: 'agent.registered', runId: run.id, agentId: anId('agt')},
				{type: 'step.ended', runId: run.id, stepId: evil, status: 'failed', reason: evil},
				{...END, runId: run.id},
			],
			{runs: [{...run, status: 'completed', endedAt: T0}]},
		);

		await ending;

		expect(`${summary}${text()}`).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
		expect(text().split('\n')).toHaveLength(4);
	});

	test('ends with the failure of what it reads', async () => {
		const fake = createFakeRad(sampleRun());
		const rad = {events: {...fake.rad.events, since: () => Promise.reject(new Error('the store is gone'))}};

		const {exitCode, err} = await runWords(['top', '--plain'], {fake, rad});

		expect({exitCode, err}).toEqual({exitCode: 70, err: expect.stringContaining('the store is gone')});
	});
});
