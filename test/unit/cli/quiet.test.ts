import {describe, expect, test} from 'vitest';
import {RadError} from '../../../source/domain/failures.ts';
import type {ImportResult} from '../../../source/domain/imports.ts';
import {aCheckpoint, anId, aRestorePlan, aRun} from '../../support/builders.ts';
import {createFakeRad, type FakeData} from '../../support/fake-rad.ts';
import {aSetting, createFakeSettings} from '../../support/fake-settings.ts';
import {aWorkspace, RUN_ID, runsThatPlay} from './example-workspace.ts';
import {runWords, type Situation} from './run-words.ts';

const CP1 = anId('cp', 1);

/** The same words with and without notes, on a terminal and on the same workspace. */
const runBoth = async (line: string, situation: Situation, data: Partial<FakeData> = {}) => {
	const words = line.split(' ');
	const toSituation = (): Situation => ({isTerminal: true, fake: aWorkspace(data), ...situation});
	return {loud: await runWords(words, toSituation()), quiet: await runWords([...words, '--quiet'], toSituation())};
};

const imported = (change: Partial<ImportResult>): ImportResult => ({
	engine: 'claude',
	directory: '/home/me/.claude/projects',
	found: 3,
	imported: 1,
	unchanged: 0,
	own: 0,
	elsewhere: 0,
	older: 0,
	responses: 2,
	unreadable: 0,
	empty: 0,
	oddRows: 0,
	...change,
});

describe('with --quiet', () => {
	test.each<readonly [string, string, string, Situation, Partial<FakeData>]>([
		['that there is nothing', 'runs', 'Nothing has run here yet', {}, {runs: []}],
		['what comes next', 'import', 'Next: ', {}, {imports: [imported({})]}],
		['that a dry run changed nothing', `checkpoint restore ${CP1} --dry-run`, 'this was a dry run', {}, {}],
		[
			'that nothing differs',
			`checkpoint restore ${CP1}`,
			'there is nothing to restore',
			{answers: []},
			{plans: {[CP1]: aRestorePlan({changes: []})}},
		],
		['that there is nothing to undo', 'checkpoint undo', 'there is nothing to undo', {answers: []}, {checkpoints: [aCheckpoint({id: CP1})]}],
		['that there is nothing to resume', 'checkpoint resume', 'there is nothing to resume', {}, {}],
		['that there are no differences', `checkpoint diff ${CP1}`, 'Nothing differs', {}, {diffText: ''}],
		['that a log has more', 'logs -n 1', 'There are earlier lines', {}, {}],
		['that no mistake was found', 'workflow validate', 'No mistakes', {}, {workflows: []}],
		['that agents are asked to stop', `cancel ${RUN_ID}`, 'Asking its agents', {}, {runs: [aRun({id: RUN_ID, status: 'running'})]}],
		['where a picture is', 'top --svg picture.svg', 'The picture is in', {}, {}],
		['where the picture of a recording is', 'top --replay file --svg picture.svg', 'The picture is in', {}, {}],
		['that no price is listed', 'prices list nothing-like-this', 'There are no such prices', {}, {}],
	])('it is not told %s', async (_, line, note, situation, data) => {
		const {loud, quiet} = await runBoth(line, situation, data);

		expect(loud.err).toContain(note);
		expect(quiet).toEqual({...loud, err: ''});
	});

	test('a question and what it is about are shown, but not that a no changed nothing', async () => {
		const {loud, quiet} = await runBoth(`checkpoint restore ${CP1}`, {answers: ['n']});

		expect(quiet.err).toContain('~ rewrite');
		expect(quiet.err).toMatch(/Restore\? \[y\/N\] $/);
		expect(quiet).toEqual({...loud, err: loud.err.replace('Nothing was changed.\n', '')});
		expect(loud.err).not.toBe(quiet.err);
	});

	test.each<readonly [string, string, Situation, Partial<FakeData>]>([
		['a failure', 'show run_zzzzzzzzzz', {}, {}],
		['wrong usage', 'runs --jsn', {}, {}],
		['that a restore was cut short', 'runs', {}, {cutShort: CP1}],
		['a mistake in a workflow', 'workflow list', {isTerminal: false}, {}],
		[
			'that a value does not count',
			'config set checkpoints.keep 5',
			{host: {settings: () => createFakeSettings([aSetting({origin: {kind: 'environment', variable: 'RAD_X'}})])}},
			{},
		],
		['that figures are not whole', 'import', {isTerminal: false}, {imports: [imported({unreadable: 1, oddRows: 2})]}],
	])('it is told as ever: %s', async (_, line, situation, data) => {
		const {loud, quiet} = await runBoth(line, situation, data);

		expect(loud.err).not.toBe('');
		expect(quiet).toEqual(loud);
	});

	test('a run tells what failed and what is asked, and its summary', async () => {
		const fake = aWorkspace();
		const {runs} = runsThatPlay(fake, {status: 'failed'});
		const execute: typeof runs.execute = async attendance => {
			attendance.onNotice?.('waits for another run to be over', 'passing');
			attendance.onNotice?.('no checkpoint could be made after the run');
			attendance.onEvent?.({
				seq: 100,
				at: 0,
				event: {
					type: 'step.asked',
					runId: RUN_ID,
					stepId: 'ship',
					question: {about: 'gate', message: 'Ship it?', show: [], outputs: {}, until: null, onTimeout: 'reject'},
				},
			});
			return runs.execute(attendance);
		};
		const situation = {fake, isTerminal: true, rad: {runs: {...runs, execute}}};

		const loud = await runWords(['run', 'example'], situation);
		const quiet = await runWords(['run', 'example', '-q'], situation);

		expect(loud.err).toContain('plan started');
		expect(quiet.err.split('\n').map(line => line.slice(9))).toEqual([
			'· no checkpoint could be made after the run',
			expect.stringMatching(/^‖ ship asks: Ship it\?/),
			'· plan plays back a recording; no model is called.',
			expect.stringMatching(/^✖ build failed/),
			'',
		]);
		expect(quiet).toEqual({...loud, err: quiet.err});
	});

	test('a run that was skipped as its workflow says is nothing to tell', async () => {
		const fake = createFakeRad();
		const execute = () => Promise.reject(new RadError('RUN_SKIPPED', 'Nothing was started.'));
		const situation = {fake, rad: {runs: {...fake.rad.runs, execute}}};

		expect(await runWords(['run', 'example'], situation)).toMatchObject({exitCode: 0, err: '○ Nothing was started.\n'});
		expect(await runWords(['run', 'example', '--quiet'], situation)).toMatchObject({exitCode: 0, err: ''});
	});

	test.each(['--quiet logs -n 1', '-q logs -n 1', 'logs -q -n 1', 'logs -qn1', 'logs --quiet --no-color -n 1'])(
		'it is heard in: rad %s',
		async line => {
			expect(await runWords(line.split(' '), {fake: aWorkspace(), isTerminal: true})).toMatchObject({exitCode: 0, err: ''});
		},
	);

	test('it is not heard where it is no flag, nor where it is taken back', async () => {
		expect((await runWords(['logs', '-n', '1', '--no-quiet'], {fake: aWorkspace(), isTerminal: true})).err).toContain('earlier lines');
		expect((await runWords(['logs', '--', '--quiet'], {fake: aWorkspace(), isTerminal: true})).err).toContain('--quiet');
	});

	test('it takes no value', async () => {
		expect(await runWords(['runs', '--quiet=yes'])).toMatchObject({exitCode: 2, err: expect.stringContaining('--quiet takes no value.')});
	});
});
