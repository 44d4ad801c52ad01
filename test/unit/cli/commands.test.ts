import {describe, expect, test} from 'vitest';
import {RadError} from '../../../source/domain/failures.ts';
import type {Host} from '../../../source/domain/rad.ts';
import {createRedactor} from '../../../source/logs/redactor.ts';
import {aCheckpoint, anAgent, anId, aRequest, aRun, aUsageRecord} from '../../support/builders.ts';
import {createFakeRad} from '../../support/fake-rad.ts';
import {aWorkspace, BUILD, EVENTS, PLAN, RUN_ID, runsThatPlay} from './example-workspace.ts';
import {collect, runWords} from './run-words.ts';

const CP1 = anId('cp', 1);

describe('where a command works', () => {
	test.each([
		['the current folder', ['runs'], '/work/here'],
		['an absolute folder', ['runs', '--workspace', '/elsewhere'], '/elsewhere'],
		['a folder below the current one', ['--workspace', 'sub', 'runs'], '/work/here/sub'],
	])('is %s', async (_, words, directory) => {
		expect((await runWords(words)).opened).toEqual([directory]);
	});

	test('is closed when the command is over, also after a failure', async () => {
		const fake = createFakeRad();

		await runWords(['runs'], {fake});
		await runWords(['cancel', 'run_zzzzzzzzzz'], {fake});

		expect(fake.calls).toEqual([{action: 'close'}, {action: 'close'}]);
	});
});

describe('rad cancel', () => {
	test('stops the agent that is named, else the run', async () => {
		const [run, agent] = [aRun(), anAgent({id: anId('agt', 3), name: 'plan', status: 'running'})];
		const fake = createFakeRad({runs: [run], agents: [agent]});

		expect(await runWords(['cancel', agent.id], {fake})).toMatchObject({exitCode: 0, out: `${agent.id}\tcancelled\n`});
		expect(await runWords(['cancel', run.id, '--now'], {fake})).toMatchObject({exitCode: 0, out: `${run.id}\tcancelled\n`});

		expect(fake.calls.filter(({action}) => action !== 'close')).toEqual([
			{action: 'cancel-agent', agentId: agent.id, how: 'graceful'},
			{action: 'cancel', runId: run.id, how: 'now'},
		]);
	});
});

describe('rad resume', () => {
	test('goes on in the background with --detach, and prints the id', async () => {
		const run = aRun({status: 'interrupted'});
		const fake = createFakeRad({runs: [run]});

		expect(await runWords(['resume', run.id, '--detach'], {fake})).toMatchObject({exitCode: 0, out: `${run.id}\n`});

		expect(fake.calls[0]).toEqual({action: 'resume-detached', runId: run.id});
	});
});

describe('rad run', () => {
	test('hands inputs over as they were typed', async () => {
		const fake = createFakeRad();

		await runWords(['run', 'fix', '--input', 'issue=12', '--input', 'text=a=b'], {fake});

		expect(fake.calls[0]).toEqual({action: 'execute', workflow: 'fix', inputs: {issue: '12', text: 'a=b'}});
	});

	test('hands over what it may cost, in billionths of a dollar', async () => {
		const fake = createFakeRad();

		await runWords(['run', 'fix', '--max-cost', '2.50'], {fake});

		expect(fake.calls[0]).toMatchObject({action: 'execute', maxCostNanoUsd: 2_500_000_000});
		for (const words of ['0', '-1', 'much', '1e3']) expect((await runWords(['run', 'fix', '--max-cost', words], {fake})).exitCode).toBe(2);
	});

	test('asks for no checkpoints only with --no-checkpoint', async () => {
		const fake = createFakeRad();

		await runWords(['run', 'fix'], {fake});
		await runWords(['run', 'fix', '--no-checkpoint', '--detach'], {fake});

		expect(fake.calls.filter(({action}) => action !== 'close')).toEqual([
			{action: 'execute', workflow: 'fix', inputs: {}},
			{action: 'start', workflow: 'fix', inputs: {}, withoutCheckpoints: true},
		]);
	});

	test.each([
		[['--json'], '{"type":"skipped","workflow":"fix","activeRun":"run_0000000007","reason":"Nothing was started."}\n', ''],
		[['--detach'], '', '○ Nothing was started.\n'],
		[[], '', '○ Nothing was started.\n'],
	])('ends well where its workflow skips it: %j', async (flags, expectedOut, expectedErr) => {
		const fake = createFakeRad();
		const skip = async () => {
			throw new RadError('RUN_SKIPPED', 'Nothing was started.', {details: {run: anId('run', 7)}});
		};

		const {out, err, exitCode} = await runWords(['run', 'fix', ...flags], {fake, rad: {runs: {...fake.rad.runs, execute: skip, start: skip}}});

		expect([exitCode, out, err]).toEqual([0, expectedOut, expectedErr]);
	});

	test('tells of a run in the background that it is queued, and for what', async () => {
		const fake = createFakeRad();
		const start = async () => aRun({id: RUN_ID, workflow: 'fix', status: 'queued', error: 'waits for run run_0000000001'});

		const {out} = await runWords(['run', 'fix', '--detach', '--wait'], {fake, rad: {runs: {...fake.rad.runs, start}}, isTerminal: true});

		expect(out).toContain(`fix is queued in the background as ${RUN_ID}\n  waits for run run_0000000001\n`);
	});

	test('counts the checkpoints before file writes instead of listing them', async () => {
		const writes = [3, 4].map(number => aCheckpoint({id: anId('cp', number), kind: 'write', label: 'before Edit src/a.ts'}));
		const fake = aWorkspace({checkpoints: [aCheckpoint({id: CP1}), ...writes]});
		const {runs} = runsThatPlay(fake);
		const execute: typeof runs.execute = options => {
			options.onEvent?.({seq: 1, at: 0, event: {type: 'checkpoint.created', runId: RUN_ID, checkpointId: anId('cp', 3)}});
			return fake.rad.runs.find(RUN_ID);
		};

		const {out, err} = await runWords(['run', 'example'], {fake, rad: {runs: {...runs, execute}}});

		expect(out).toMatch(/cp_0000000001 .* before build\nand 2 checkpoints before file writes\n/);
		expect(`${out}${err}`).not.toContain('before Edit');
	});

	test.each([
		[['--input', 'issue'], '--input needs name=value, not issue'],
		[['--input', 'a=1', '--input', 'a=2'], 'The input a is given twice.'],
	])('refuses %j and starts nothing', async (words, message) => {
		const fake = createFakeRad();

		const {exitCode, err} = await runWords(['run', 'fix', ...words], {fake});

		expect({exitCode, err}).toEqual({exitCode: 2, err: `rad: ${message}\n  try: rad help run\n`});
		expect(fake.calls).toEqual([]);
	});

	test.each([
		['completed', 0],
		['failed', 1],
		['cancelled', 1],
		['interrupted', 1],
	] as const)('a run that is %s ends with %d', async (status, expected) => {
		const fake = aWorkspace();

		expect((await runWords(['run', 'example'], {fake, rad: runsThatPlay(fake, {status})})).exitCode).toBe(expected);
	});

	test.each([
		['SIGINT', 130],
		['SIGTERM', 143],
		['SIGQUIT', 131],
		['SIGHUP', 129],
	])('%s stops the run, says so and ends with %d', async (signal, expected) => {
		const fake = aWorkspace();
		const controller = new AbortController();
		const {runs} = runsThatPlay(fake, {status: 'cancelled'});
		const execute: typeof runs.execute = options => {
			controller.abort(signal);
			return runs.execute(options);
		};

		const {exitCode, err} = await runWords(['run', 'example'], {fake, signal: controller.signal, rad: {runs: {...runs, execute}}});

		expect(exitCode).toBe(expected);
		expect(err).toMatch(/^Stopping every process of the run …\n/);
		expect(err).toMatch(/\nStopped\. No process of the run is left\.\n$/);
	});

	test('a run that completed before Ctrl-C was heard is done', async () => {
		const fake = aWorkspace();

		const {exitCode, err} = await runWords(['run', 'example'], {
			fake,
			signal: AbortSignal.abort('SIGINT'),
			rad: runsThatPlay(fake, {status: 'completed'}),
		});

		expect(exitCode).toBe(0);
		expect(err).not.toContain('Stopped.');
	});

	test('prints events in their order, one object a line, and the run last', async () => {
		const fake = aWorkspace();

		const {out} = await runWords(['run', 'example', '--json'], {fake, rad: runsThatPlay(fake)});

		const objects = out
			.trimEnd()
			.split('\n')
			.map(line => JSON.parse(line) as {readonly type: string; readonly seq?: number});
		expect(objects.flatMap(({seq}) => (seq === undefined ? [] : [seq]))).toEqual(EVENTS.map(({seq}) => seq));
		expect(objects.at(-1)).toMatchObject({type: 'run', id: RUN_ID, status: 'failed'});
	});

	test('tells the failure of the run, after everything that was told before it', async () => {
		const fake = aWorkspace();
		const {runs} = runsThatPlay(fake);
		const execute: typeof runs.execute = async options => {
			await runs.execute(options);
			throw new RadError('STORE_FULL', 'The store is full.', {details: {path: '/x'}});
		};

		const {exitCode, err} = await runWords(['run', 'example'], {fake, rad: {runs: {...runs, execute}}});

		expect(exitCode).toBe(5);
		expect(err).toMatch(/deploy skipped: build failed\nrad: The store is full\.\n {2}try: free some space on the disk of \/x\n$/);
	});

	test('prints every mistake of the workflow file, and nothing else, before the failure', async () => {
		const problems = ['.radium/workflows/a.yaml:2:3: no', '.radium/workflows/a.yaml:4:1: neither'];
		const fail = async (): Promise<never> => {
			throw new RadError('WORKFLOW_INVALID', 'The workflow a has 2 mistakes; nothing was started.', {details: {problems}});
		};
		const fake = createFakeRad();

		const outcome = await runWords(['run', 'a'], {fake, rad: {runs: {...fake.rad.runs, execute: fail}}});

		expect(outcome).toMatchObject({exitCode: 2, out: '', err: `${problems.join('\n')}\nrad: The workflow a has 2 mistakes; nothing was started.\n`});
	});

	test('goes on when the reader of its output went away', async () => {
		const fake = aWorkspace();
		const gone = collect().stream;
		gone.destroy();

		const {exitCode, err} = await runWords(['run', 'example'], {fake, out: gone, rad: runsThatPlay(fake, {status: 'completed'})});

		expect(exitCode).toBe(0);
		expect(err).toContain('deploy skipped');
	});

	test('tells once in the form of all progress what an agent asked for, and what to do when nobody could grant it', async () => {
		const fake = aWorkspace({requests: [aRequest({agentId: PLAN, status: 'denied', decidedBy: 'no terminal'})]});
		const {runs} = runsThatPlay(fake);
		const execute: typeof runs.execute = async ({onEvent, onNotice}) => {
			onNotice?.('a recording is played');
			onEvent?.({seq: 1, at: 0, event: {type: 'agent.registered', runId: RUN_ID, agentId: PLAN}});
			onEvent?.({seq: 2, at: 0, event: {type: 'request.opened', runId: RUN_ID, requestId: anId('req')}});
			onEvent?.({seq: 3, at: 0, event: {type: 'request.decided', runId: RUN_ID, requestId: anId('req'), isGranted: false}});
			return fake.rad.runs.find(RUN_ID);
		};

		const {err} = await runWords(['run', 'example'], {fake, isTerminal: true, rad: {runs: {...runs, execute}}});

		expect(err.split('\n').map(line => line.slice(9))).toEqual([
			'· a recording is played',
			'● plan started · recording · claude-sonnet-4-5',
			`‖ plan asks to restore ${CP1}`,
			'■ plan may not: the restore was denied, nobody is at a dashboard; grant it in rad top, or set restore: own-step in the workflow',
			'',
		]);
		for (const line of err.trimEnd().split('\n')) expect(line).toMatch(/^\d\d:\d\d:\d\d /);
	});

	test('asks to look at the last attempt of what failed', async () => {
		const tried = (attempt: number, change: Parameters<typeof anAgent>[0]) =>
			anAgent({id: anId('agt', attempt), attempt, name: 'tests', stepId: 'tests', status: 'failed', ...change});
		const summaryOf = async (...agents: ReadonlyArray<ReturnType<typeof anAgent>>) => {
			const fake = aWorkspace({agents});
			const execute = async () => fake.rad.runs.find(RUN_ID);
			return (await runWords(['run', 'example'], {fake, rad: {runs: {...fake.rad.runs, execute}}})).out;
		};

		expect(await summaryOf(tried(1, {}), tried(2, {}))).toContain('rad logs agt_0000000002               why tests (attempt 2) failed');
		expect(await summaryOf(tried(1, {}), tried(2, {status: 'completed'}))).not.toContain('why ');
	});

	test('breaks no line of what to try next in the middle of a word', async () => {
		const fake = aWorkspace();

		const {out} = await runWords(['run', 'example'], {
			fake,
			isTerminal: true,
			program: 'node /home/somebody/rad/bin/rad.cjs',
			rad: runsThatPlay(fake),
		});

		const next = out.slice(out.indexOf('What to try next')).split('\n');
		expect(next.slice(0, 3)).toEqual(['What to try next', 'node /home/somebody/rad/bin/rad.cjs logs agt_0000000003', '    why build failed']);
		for (const line of next) expect(line.length, line).toBeLessThanOrEqual(80);
	});

	test('puts the workspace into every command that it suggests', async () => {
		const fake = aWorkspace();

		const {out} = await runWords(['run', 'example', '--workspace', "/it's here"], {fake, program: 'node /x/bin/rad.cjs', rad: runsThatPlay(fake)});

		expect(out).toContain(String.raw`node /x/bin/rad.cjs top --workspace '/it'\''s here'`);
	});
});

describe('rad run --dry-run', () => {
	const words = ['run', 'example', '--input', 'issue=12', '--dry-run'];

	test('opens no workspace and starts nothing', async () => {
		const fake = aWorkspace();

		const {exitCode, out} = await runWords(words, {fake, host: {open: () => Promise.reject(new Error('must not be opened'))}});

		expect(exitCode).toBe(0);
		expect(out).toMatch(/^run\texample\t2500000000\t/);
		expect(fake.calls).toEqual([]);
	});

	test('tells of limits, checkpoints and all of a text', async () => {
		const prompt = ['Look at it.', '\u001B[31mRed', `${'word '.repeat(40)}end`].join('\n');
		const plan = aWorkspace().data().loaded['example'];
		if (plan === undefined) throw new Error('there is an example');
		const steps = plan.steps.map((step, index) => (index === 0 ? {...step, text: prompt, env: {MODE: 'fast'}} : step));
		const fake = aWorkspace({loaded: {example: {...plan, steps}}});

		const usual = await runWords([...words, '--max-cost', '1.50'], {fake, isTerminal: true});
		const without = await runWords([...words, '--no-checkpoint'], {fake, isTerminal: true});

		expect(usual.out).toContain('Budget $2.50, 3h00m\nAt most $1.50\n');
		expect(usual.out).toContain('plan: prompt\n  a checkpoint is taken before it\n  MODE=fast\n  │ Look at it.\n  │ Red\n  │ word ');
		expect(usual.out).toContain('word end\n');
		expect(without.out).not.toContain('a checkpoint is taken');
		expect(without.out).toContain('plan: prompt\n  cannot be undone\n');
	});

	test('tells of a step that is skipped for certain, and of a restore that would be finished first', async () => {
		const fake = aWorkspace({cutShort: anId('cp', 1)});
		const previewStart: Host['previewStart'] = async (_, options) => {
			const found = await fake.previewStart(options);
			return {...found, wishes: {plan: false, build: false, end: false}};
		};

		const person = await runWords(words, {fake, isTerminal: true, host: {previewStart}});
		const script = await runWords([...words, '--json'], {fake, host: {previewStart}});

		expect(person.out).toContain('A restore was cut short: it would be finished first.\n');
		expect(person.out).toContain('plan: prompt\n  it would be skipped, since its condition is false;');
		expect(JSON.parse(script.out)).toMatchObject({finishesRestore: true, wishes: {plan: false, build: false, end: false}});
	});

	test('is refused together with --detach', async () => {
		const fake = aWorkspace();

		expect(await runWords([...words, '--detach'], {fake})).toMatchObject({exitCode: 2, out: '', opened: []});
	});
});

describe('rad top', () => {
	test('shows the dashboard', async () => {
		expect(await runWords(['top'], {isTerminal: true, answers: []})).toMatchObject({exitCode: 0, dashboards: [{}]});
	});

	test.each([
		['there is no terminal to draw on', {answers: []}],
		['there is nobody to type', {isTerminal: true}],
	])('starts nothing when %s', async (_, situation) => {
		const fake = createFakeRad();

		const {exitCode, dashboards} = await runWords(['top', '--run', 'example'], {fake, ...situation});

		expect({exitCode, dashboards, calls: fake.calls}).toEqual({exitCode: 6, dashboards: [], calls: []});
	});

	test('starts a workflow in the background, shows it, and says when it goes on afterwards', async () => {
		const fake = createFakeRad();

		const {exitCode, dashboards, err} = await runWords(['top', '--run', 'fix', '--input', 'a=1'], {fake, isTerminal: true, answers: []});

		expect({exitCode, dashboards}).toEqual({exitCode: 0, dashboards: [{runId: RUN_ID}]});
		expect(fake.calls[0]).toEqual({action: 'start', workflow: 'fix', inputs: {a: '1'}});
		expect(err).toBe(`fix runs on. To see it again: rad top; to stop it: rad cancel ${RUN_ID}\n`);
	});

	test('refuses an input without a workflow', async () => {
		expect((await runWords(['top', '--input', 'a=1'])).exitCode).toBe(2);
	});
});

describe('rad demo', () => {
	test('runs in the background below the dashboard on a terminal, and leaves word of where it is', async () => {
		const fake = createFakeRad();

		const {opened, dashboards} = await runWords(['demo'], {fake, isTerminal: true, answers: []});

		expect(opened).toEqual(['/tmp/rad demo']);
		expect(fake.calls[0]).toEqual({action: 'start', workflow: 'example', inputs: {}});
		expect(dashboards).toHaveLength(1);
		expect(dashboards[0]?.farewell).toContain("  cd '/tmp/rad demo'\n  rad runs ");
	});

	test('runs in the foreground without a terminal and sums up', async () => {
		const fake = aWorkspace();

		const {exitCode, out, dashboards} = await runWords(['demo'], {fake, rad: runsThatPlay(fake, {status: 'completed', error: null})});

		expect({exitCode, dashboards}).toEqual({exitCode: 0, dashboards: []});
		for (const text of [
			'example completed in 1m04s',
			'└─ Find the callers',
			'recording',
			'37.6k',
			'~$0.1251*',
			'* recorded: nothing was spent now.',
			CP1,
			"cd '/tmp/rad demo'",
		])
			expect(out).toContain(text);
	});
});

describe('rad request restore', () => {
	test('needs the token that rad gives to agents', async () => {
		const fake = createFakeRad();

		expect((await runWords(['request', 'restore'], {fake})).exitCode).toBe(7);
		expect(fake.calls).toEqual([]);
	});

	test('hands over the token and the checkpoint, and fails when it is denied', async () => {
		const fake = createFakeRad();

		const {exitCode, err} = await runWords(['request', 'restore', CP1], {fake, environment: {RAD_REQUEST_TOKEN: 'secret'}});

		expect(fake.calls[0]).toEqual({action: 'open-request', token: 'secret', checkpoint: CP1});
		expect({exitCode, err}).toEqual({exitCode: 7, err: 'rad: Nobody is here to grant it.\n'});
	});

	test.each([
		['granted', 0],
		['denied', 7],
	] as const)('ends as it was decided: %s', async (status, expected) => {
		const fake = createFakeRad();
		const requests = {...fake.rad.requests, open: async () => aRequest({status, decidedBy: 'user'})};

		expect((await runWords(['request', 'restore'], {fake, rad: {requests}, environment: {RAD_REQUEST_TOKEN: 'secret'}})).exitCode).toBe(expected);
	});
});

describe('rad monitor', () => {
	test('filters by status and run', async () => {
		const fake = aWorkspace({
			runs: [aRun(), aRun({id: anId('run', 2)})],
			agents: [anAgent(), anAgent({id: BUILD, planId: anId('run', 2), status: 'failed'})],
		});
		const ids = async (...flags: readonly string[]) =>
			(await runWords(['monitor', 'list', ...flags], {fake})).out.split('\n').map(line => line.split('\t')[0]);

		expect(await ids('--status', 'failed')).toEqual([BUILD, '']);
		expect(await ids('--run', '0000000001')).toEqual([PLAN, '']);
		expect(await ids('--run', '0000000001', '--status', 'failed')).toEqual(['']);
	});

	test('takes several statuses', async () => {
		const fake = aWorkspace({agents: [anAgent(), anAgent({id: BUILD, status: 'failed'}), anAgent({id: anId('agt', 4), status: 'lost'})]});

		const {out} = await runWords(['monitor', 'list', '--status', 'failed,lost'], {fake});

		expect(out.split('\n').map(line => line.split('\t')[0])).toEqual([BUILD, anId('agt', 4), '']);
	});

	test('lists only the newest, of those that are wanted', async () => {
		const fake = aWorkspace({
			agents: [anAgent(), anAgent({id: BUILD, status: 'failed'}), anAgent({id: anId('agt', 4), status: 'lost'}), anAgent({id: anId('agt', 5)})],
		});
		const ids = async (isTerminal: boolean, ...flags: readonly string[]) =>
			(await runWords(['monitor', 'list', ...flags], {fake, isTerminal})).out.match(/^agt_\w+/gm) ?? [];

		for (const isTerminal of [false, true]) {
			expect(await ids(isTerminal, '--limit', '2')).toEqual([anId('agt', 4), anId('agt', 5)]);
			expect(await ids(isTerminal, '--limit', '1', '--status', 'failed')).toEqual([BUILD]);
			expect(await ids(isTerminal, '--limit', '1', '--status', 'failed,lost')).toEqual([anId('agt', 4)]);
			expect(await ids(isTerminal, '--limit', '0')).toEqual([]);
		}
	});

	test('tells in every form which agents work on without their rad', async () => {
		const fake = aWorkspace({agents: [anAgent({isUnattended: true}), anAgent({id: BUILD})]});
		const linesOf = async (words: readonly string[], isTerminal: boolean) => (await runWords(words, {fake, isTerminal})).out.split('\n');

		expect((await linesOf(['monitor', 'list'], false)).map(line => line.split('\t').at(-3))).toEqual(['true', 'false', undefined]);
		expect(await linesOf(['monitor', 'status'], false)).toContain('unattended\t1');
		expect((await linesOf(['monitor', 'status'], true)).join('\n')).toContain('Agents      2 running\n            1 of them unattended');
		expect(JSON.parse((await linesOf(['monitor', 'status', '--json'], false)).join(''))).toMatchObject({agents: {running: 2, unattended: 1}});
		expect(await linesOf(['monitor', 'status', PLAN], false)).toContain('isUnattended\ttrue');
	});

	test('tells the attempts of a step apart where there is more than one', async () => {
		const fake = aWorkspace({
			agents: [
				anAgent({id: PLAN, name: 'plan', stepId: 'plan'}),
				anAgent({id: anId('agt', 2), name: 'tests', stepId: 'tests', status: 'failed'}),
				anAgent({id: BUILD, name: 'tests', stepId: 'tests', attempt: 2}),
			],
		});

		const {out} = await runWords(['monitor', 'list', '--status', 'failed,running'], {fake, isTerminal: true});

		expect(out.match(/plan {2}|tests \(attempt \d\)/g)).toEqual(['plan  ', 'tests (attempt 1)', 'tests (attempt 2)']);
	});

	test('counts the figures of sub-agents in the agent above them, as the dashboard does, and says so', async () => {
		const list = (await runWords(['monitor', 'list'], {fake: aWorkspace(), isTerminal: true})).out;
		const one = (await runWords(['monitor', 'status', PLAN], {fake: aWorkspace(), isTerminal: true})).out;

		expect(list).toMatch(/ plan .* 37\.6k +~\$0\.1251/);
		expect(list).toContain("An agent's tokens and cost include those of its sub-agents.");
		expect(one).toMatch(/Tokens +36,600 in 1 response\n/);
		expect(one).toMatch(/With sub-agents +37,650 in 2 responses, ~\$0\.1251/);
	});

	describe('recorded money', () => {
		const played = anAgent({id: PLAN, isRecording: true, engine: 'recorded'});
		const usage = [
			aUsageRecord({agentId: PLAN, costNanoUsd: 79_000_000}),
			aUsageRecord({agentId: BUILD, messageId: 'm2', model: 'other'}),
			aUsageRecord({agentId: BUILD, messageId: 'm3'}),
		];
		const mixed = () => aWorkspace({agents: [played, anAgent({id: BUILD})], usage});
		const recorded = () => aWorkspace({agents: [played], usage: usage.slice(0, 1)});

		test.each([
			['monitor telemetry', ['monitor', 'telemetry']],
			['monitor status', ['monitor', 'status']],
			['monitor status of an agent', ['monitor', 'status', PLAN]],
		])('is marked and told in words by %s', async (_, words) => {
			const {out} = await runWords(words, {fake: recorded(), isTerminal: true});

			expect(out).toMatch(/\$0\.0790\*\s/);
			expect(out).toContain('recorded: nothing was spent now');
		});

		test('is told apart from money that was spent', async () => {
			const {out} = await runWords(['monitor', 'telemetry'], {fake: mixed(), isTerminal: true});

			expect(out).toMatch(/claude-sonnet-4-5 .* \$0\.0890\*\nother .* \$0\.0100 \n/);
			expect(out).toMatch(/Total .* \$0\.0990\*\n/);
			expect(out).toContain('* $0.0790 of it is recorded and was not spent now.');
			expect((await runWords(['monitor', 'list'], {fake: mixed(), isTerminal: true})).out).toContain('* recorded: this money was not spent now.');
		});

		test('is a field for scripts', async () => {
			const json = JSON.parse((await runWords(['monitor', 'telemetry', '--json'], {fake: mixed()})).out) as unknown;
			const {out} = await runWords(['monitor', 'telemetry'], {fake: mixed()});

			expect(json).toMatchObject({
				totals: {isRecording: false, recordedCostNanoUsd: 79_000_000},
				byModel: [
					{isRecording: false, recordedCostNanoUsd: 79_000_000},
					{isRecording: false, recordedCostNanoUsd: 0},
				],
				byAgent: [
					{agentId: PLAN, isRecording: true, recordedCostNanoUsd: 79_000_000},
					{agentId: BUILD, isRecording: false, recordedCostNanoUsd: 0},
				],
			});
			expect(
				out
					.trimEnd()
					.split('\n')
					.map(line => line.split('\t').slice(-2).join(' ')),
			).toEqual(['false 79000000', 'false 79000000', 'false 0', 'true 79000000', 'false 0']);
		});
	});

	test('marks a cost as a lower bound and as unknown', async () => {
		const unpriced = aUsageRecord({costNanoUsd: null, costSource: 'unknown', messageId: 'x'});
		const some = await runWords(['monitor', 'telemetry'], {fake: aWorkspace({usage: [aUsageRecord(), unpriced]}), isTerminal: true});
		const none = await runWords(['monitor', 'telemetry', '--json'], {fake: aWorkspace({usage: [unpriced]})});

		expect(some.out).toMatch(/Total .* ≥\$0\.0100\*\n/);
		expect(JSON.parse(none.out)).toMatchObject({totals: {costNanoUsd: null, costUsd: null, costSource: 'unknown', unpriced: 1}});
	});

	test('draws for 80 columns on a terminal that has no size', async () => {
		const fake = aWorkspace();

		expect((await runWords(['runs'], {fake, isTerminal: true, columns: 0})).out).toBe((await runWords(['runs'], {fake, isTerminal: true})).out);
	});

	test('fits an agent of a hostile name into one line', async () => {
		const fake = aWorkspace({agents: [anAgent({name: 'a\nb\u202E\u001B[31m'})]});

		expect((await runWords(['monitor', 'list'], {fake, isTerminal: true})).out.split('\n')).toHaveLength(3);
		expect((await runWords(['monitor', 'list', '--json'], {fake})).out).toContain(String.raw`"name":"a\nb\u202e\u001b[31m"`);
	});
});

describe('rad show', () => {
	const asking = anAgent({id: anId('agt', 9), name: 'ask', status: 'waiting', endedAt: null});

	test('shows the newest run, or the one that is named', async () => {
		const fake = aWorkspace();
		const older = {...fake.data().runs[0], id: anId('run', 2), workflow: 'older'};
		fake.update({runs: [older as never, ...fake.data().runs]});

		expect((await runWords(['show', '--json'], {fake})).out).toContain('"workflow":"example"');
		expect((await runWords(['show', 'run_0000000002', '--json'], {fake})).out).toContain('"workflow":"older"');
		expect((await runWords(['show', 'run_9'], {fake})).exitCode).toBe(3);
	});

	test('says what to do where nothing has run', async () => {
		expect(await runWords(['show'], {fake: createFakeRad()})).toMatchObject({exitCode: 3, err: expect.stringContaining('Nothing has run here yet.')});
	});

	test('tells what an agent waits for', async () => {
		const running = aRun({status: 'running', endedAt: null});
		const fake = createFakeRad({runs: [running], agents: [asking], requests: [aRequest({agentId: asking.id, runId: running.id})]});

		const {out} = await runWords(['show'], {fake, isTerminal: true});

		expect(out).toContain(`ask waits for an answer: it asks to restore`);
		expect(out).toContain('rad top');
		expect(out).toContain(`rad cancel ${running.id}`);
	});

	test('tells how to go on with a run that was interrupted', async () => {
		const interrupted = aRun({status: 'interrupted', error: 'the rad that drove it is gone'});

		const {out} = await runWords(['show'], {fake: createFakeRad({runs: [interrupted]}), isTerminal: true});

		expect(out).toContain(`rad resume ${interrupted.id}`);
	});
});

describe('rad workflow validate', () => {
	test('tells mistakes with their places, and ends with 2', async () => {
		const outcome = await runWords(['workflow', 'validate', 'broken'], {fake: aWorkspace()});

		expect(outcome.exitCode).toBe(2);
		expect(outcome.out).toMatch(/^\.radium\/workflows\/broken\.yaml:\d+:\d+: /);
		expect((await runWords(['workflow', 'validate'], {fake: aWorkspace()})).out).toBe(outcome.out);
		expect(JSON.parse((await runWords(['workflow', 'validate', '--json'], {fake: aWorkspace()})).out)).toMatchObject([
			{file: '.radium/workflows/broken.yaml'},
		]);
	});

	test('is silent in a pipe when all is well, and knows which workflows there are', async () => {
		expect(await runWords(['workflow', 'validate', 'example'], {fake: aWorkspace()})).toMatchObject({exitCode: 0, out: '', err: ''});
		expect(await runWords(['workflow', 'validate', 'example'], {fake: aWorkspace(), isTerminal: true})).toMatchObject({
			exitCode: 0,
			err: 'No mistakes in 1 workflow.\n',
		});
		expect((await runWords(['workflow', 'validate', 'nope'], {fake: aWorkspace()})).exitCode).toBe(3);
	});
});

test('rad workflow graph draws what comes after what, whatever the steps are called', async () => {
	const {out} = await runWords(['workflow', 'graph', 'example'], {fake: aWorkspace()});

	expect(out.split('\n')).toEqual([
		'flowchart TD',
		'  s0["plan · claude"]',
		'  s1["build · shell"]',
		'  s2["end · codex"]',
		'  s0 --> s1',
		'  s0 -.-> s2',
		'  s1 -.-> s2',
		'',
	]);
	expect((await runWords(['workflow', 'graph', 'nope'], {fake: aWorkspace()})).exitCode).toBe(3);
});

test('rad workflow schema prints the schema as it is, without a workspace', async () => {
	expect(await runWords(['workflow', 'schema'])).toMatchObject({exitCode: 0, out: '{"title":"Workflow of rad"}\n', opened: []});
});

describe('a failure', () => {
	const broken = (error: unknown) => {
		const {rad} = createFakeRad();
		return {rad: {runs: {...rad.runs, list: () => Promise.reject(error)}}};
	};

	test('is two lines: what failed and what to try', async () => {
		const error = new RadError('STORE_DAMAGED', 'The store is damaged.', {details: {path: '.radium/monitoring.db'}});

		expect(await runWords(['runs'], broken(error))).toMatchObject({
			exitCode: 5,
			out: '',
			err: 'rad: The store is damaged.\n  try: move it away and keep it: mv .radium/monitoring.db .radium/monitoring.db.damaged; then rad init\n',
		});
	});

	test('is one JSON object for a script, and standard output stays empty', async () => {
		const {exitCode, out, err} = await runWords(['runs', '--json'], broken(new RadError('STORE_NEWER', 'The store is newer.')));

		expect({exitCode, out}).toEqual({exitCode: 5, out: ''});
		expect(JSON.parse(err)).toEqual({version: 1, error: {code: 'STORE_NEWER', message: 'The store is newer.', hint: 'upgrade rad', exitCode: 5}});
	});

	test('that nobody foresaw is a bug in rad, without a stack', async () => {
		const {exitCode, err} = await runWords(['runs'], broken(new TypeError('x is \u001B[31mnot')));

		expect(exitCode).toBe(70);
		expect(err).toBe('rad: This is a bug in rad: x is not\n  try: please report it, with the command and what it prints with --debug\n');
	});

	test('shows where it happened with --debug', async () => {
		const {err} = await runWords(['runs', '--debug'], broken(new TypeError('deep')));

		expect(err).toMatch(/TypeError: deep\n +at /);
	});

	test.each([
		['in words', ['runs']],
		['in JSON', ['runs', '--json']],
		['with --debug', ['runs', '--debug']],
	])('tells no secret, %s', async (_, words) => {
		const {redact} = createRedactor({secrets: [{name: 'MY_API_KEY', value: 'hunter2-correct'}]});
		const failure = new RadError('PATH_MISSING', 'There is no hunter2\u0007-correct, hunter2-correct', {
			hint: 'ls hunter2-correct',
			cause: new Error('ENOENT hunter2-correct'),
		});

		const {err} = await runWords(words, {...broken(failure), redact});

		expect(err).toContain('[redacted:MY_API_KEY]');
		expect(err).not.toContain('hunter2-correct');
	});

	test('shows where it happened with RAD_DEBUG=1', async () => {
		const {err} = await runWords(['runs'], {...broken(new TypeError('deep')), environment: {RAD_DEBUG: '1'}});

		expect(err).toMatch(/TypeError: deep\n +at /);
	});

	test('of a wait that Ctrl-C ended is no failure to explain', async () => {
		const {exitCode, err} = await runWords(['runs'], {...broken(new DOMException('aborted', 'AbortError')), signal: AbortSignal.abort('SIGINT')});

		expect({exitCode, err}).toEqual({exitCode: 130, err: ''});
	});
});
