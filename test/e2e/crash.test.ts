import {execFileSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, it} from 'vitest';
import {createProcessTable} from '../../source/agents/create-process-table.ts';
import type {Checkpoint, Run} from '../../source/domain/records.ts';
import {agentsOf, makeScratch, rad, radJson, runOf, startRad} from '../support/rad.ts';
import {createScratch, until} from '../support/scratch.ts';

const newFolder = createScratch();
const processes = createProcessTable(process.platform);
const remaining = (runId: string) => processes.findMarked('RAD_RUN_ID', runId);

/** A step that goes on until a file `go` appears, and leaves grandchildren in sessions of their own behind. */
const WAITING = `version: 1
steps:
  - id: wait
    run: setsid sleep 300 & echo started > started; until test -e go; do sleep 0.05; done; echo finished
  - id: after
    run: touch after
`;

const startWaiting = async (env: Record<string, string> = {}) => {
	const scratch = await makeScratch(newFolder(), {waiting: WAITING});
	const started = startRad(['run', 'waiting'], {...scratch, env});
	await until(() => existsSync(path.join(scratch.cwd, 'started')));
	return {scratch, ...started};
};

describe('kill -9 of rad while it stops an agent for what it has spent', () => {
	const STUBBORN = `version: 1
steps:
  - id: stubborn
    run: trap 'sleep 2; exit 1' INT TERM; echo started > started; while :; do sleep 0.2; done
    budget: { wall: 1s }
    continue_on_error: true
  - { id: after, run: touch after }
`;

	it('is gone on with as the end that it is, not as one that somebody asked for', async () => {
		const scratch = await makeScratch(newFolder(), {stubborn: STUBBORN});
		const {child, ended} = startRad(['run', 'stubborn'], scratch);
		const stopped = () => readdirSync(path.join(scratch.cwd, '.radium/runs'), {recursive: true}).some(file => String(file).endsWith('stop.json'));
		await until(() => existsSync(path.join(scratch.cwd, 'started')) && stopped());
		child.kill('SIGKILL');
		await ended;

		const {code, stderr} = await rad(['resume', (await runOf(scratch)).id], scratch);

		expect(code, stderr).toBe(0);
		expect(await agentsOf(scratch)).toMatchObject([
			{name: 'stubborn', attempt: 1, status: 'failed', error: expect.stringMatching(/^stopped as its budget is spent: .* of 1\.0s$/)},
			{name: 'after', status: 'completed'},
		]);
		expect(existsSync(path.join(scratch.cwd, 'after'))).toBe(true);
	});
});

describe('kill -9 of rad in the middle of a step', () => {
	it('is told as interrupted, with an agent that goes on unattended and then ends as it did', async () => {
		const {scratch, child, ended} = await startWaiting();
		child.kill('SIGKILL');
		await ended;

		expect(await runOf(scratch)).toMatchObject({status: 'interrupted'});
		expect(await agentsOf(scratch)).toMatchObject([{name: 'wait', status: 'running', isUnattended: true}]);

		writeFileSync(path.join(scratch.cwd, 'go'), '');
		await until(async () => (await agentsOf(scratch))[0]?.status !== 'running');

		expect(await agentsOf(scratch)).toMatchObject([{name: 'wait', status: 'completed', exitCode: 0, isUnattended: false}]);
		expect((await rad(['logs'], scratch)).stdout).toContain('finished');
		expect(existsSync(path.join(scratch.cwd, 'after'))).toBe(false);
		expect(remaining((await runOf(scratch)).id)).toEqual([]);
	});

	it('is cleaned up by rad cancel --now, which leaves no process', async () => {
		const {scratch, child, ended} = await startWaiting();
		child.kill('SIGKILL');
		await ended;
		const {id} = await runOf(scratch);
		expect(remaining(id).length).toBeGreaterThan(2);

		expect(await rad(['cancel', id, '--now'], scratch)).toMatchObject({code: 0});

		expect(remaining(id)).toEqual([]);
		expect(await runOf(scratch)).toMatchObject({status: 'cancelled'});
		expect(await agentsOf(scratch)).toMatchObject([{status: 'cancelled'}]);
	});

	it('leaves no process after the limit for going on alone', async () => {
		const {scratch, child, ended} = await startWaiting({RAD_UNATTENDED_LIMIT: '1s'});
		child.kill('SIGKILL');
		await ended;
		const {id} = await runOf(scratch);

		await until(() => remaining(id).length === 0);

		expect(await agentsOf(scratch)).toMatchObject([{status: 'cancelled', error: expect.stringContaining('rad was gone')}]);
		expect(await runOf(scratch)).toMatchObject({status: 'interrupted'});
	});

	it('tells an agent whose shim died too as lost', async () => {
		const {scratch, child, ended} = await startWaiting();
		child.kill('SIGKILL');
		await ended;
		const {id} = await runOf(scratch);
		for (const identity of remaining(id)) processes.signal(identity, 'SIGKILL');
		await until(() => remaining(id).length === 0);

		expect(await agentsOf(scratch)).toMatchObject([{status: 'lost', exitCode: null}]);
	});
});

describe('rad that has no memory left in the middle of a step', () => {
	/** Loaded into rad before all else: fills its memory when it is told to. */
	const GREEDY = `const {existsSync} = require('node:fs');
setInterval(() => { for (const kept = []; existsSync('eat'); ) kept.push(Array.from({length: 1000}, () => ({}))); }, 20).unref();
`;
	const runOut = async (env: Record<string, string> = {}) => {
		const greedy = path.join(newFolder(), 'greedy.cjs');
		writeFileSync(greedy, GREEDY);
		const started = await startWaiting({...env, NODE_OPTIONS: `--max-old-space-size=64 --require "${greedy}"`});
		writeFileSync(path.join(started.scratch.cwd, 'eat'), '');
		const {stderr} = await started.ended;
		expect(stderr).toContain('heap out of memory');
		return {...started, id: (await runOf(started.scratch)).id};
	};

	it('leaves a run that is told as interrupted and can be gone on with, and its agent at work', async () => {
		const {scratch, child, id} = await runOut();

		expect(child.signalCode).toBe('SIGABRT');
		expect(await runOf(scratch)).toMatchObject({status: 'interrupted'});
		expect(await agentsOf(scratch)).toMatchObject([{name: 'wait', status: 'running', isUnattended: true}]);

		writeFileSync(path.join(scratch.cwd, 'go'), '');
		expect(await rad(['resume', id], scratch)).toMatchObject({code: 0});

		expect((await agentsOf(scratch)).map(({name, attempt, status}) => [name, attempt, status])).toEqual([
			['wait', 1, 'completed'],
			['after', 1, 'completed'],
		]);
		expect(remaining(id)).toEqual([]);
	});

	it('leaves an agent that is stopped after the limit for going on alone', async () => {
		const {scratch, id} = await runOut({RAD_UNATTENDED_LIMIT: '1s'});

		await until(() => remaining(id).length === 0);

		expect(await agentsOf(scratch)).toMatchObject([{status: 'cancelled', error: expect.stringContaining('rad was gone')}]);
	});
});

describe('rad resume', () => {
	/** Three steps: one that is done, one that waits for a file, one that follows; each notes that it was run. */
	const THREE = `version: 1
steps:
  - id: first
    run: echo first >> done.txt; echo "n=1" >> "$RAD_OUTPUT"
  - id: wait
    run: echo wait >> done.txt; echo started > started; until test -e go; do sleep 0.05; done
  - id: last
    run: echo "last $N" >> done.txt
    env: { N: "\${{ steps.first.outputs.n }}" }
`;
	const interrupt = async (env: Record<string, string> = {}) => {
		const scratch = await makeScratch(newFolder(), {three: THREE});
		const {child, ended} = startRad(['run', 'three'], {...scratch, env});
		await until(() => existsSync(path.join(scratch.cwd, 'started')));
		child.kill('SIGKILL');
		await ended;
		const put = (name: string, text = ''): void => writeFileSync(path.join(scratch.cwd, name), text);
		const done = (): string => readFileSync(path.join(scratch.cwd, 'done.txt'), 'utf8');
		return {scratch, put, done, id: (await runOf(scratch)).id};
	};

	it('looks after an agent that is still at work, and goes on after it', async () => {
		const {scratch, put, done, id} = await interrupt({RAD_UNATTENDED_LIMIT: '5s'});
		const resumed = startRad(['resume', id], scratch);
		await until(async () => (await runOf(scratch)).status === 'running');
		expect(await agentsOf(scratch)).toMatchObject([{name: 'first'}, {name: 'wait', status: 'running', isUnattended: false}]);
		// Longer than an agent may work alone: it is not alone any more.
		await new Promise(resolve => setTimeout(resolve, 6500));
		put('go');
		const {code, stderr} = await resumed.ended;

		expect([code, done()]).toEqual([0, 'first\nwait\nlast 1\n']);
		expect(stderr).toContain('last completed');
		expect(stderr).not.toContain('first completed');
		expect(await runOf(scratch)).toMatchObject({id, status: 'completed', error: null});
		expect((await agentsOf(scratch)).map(({name, attempt, status}) => [name, attempt, status])).toEqual([
			['first', 1, 'completed'],
			['wait', 1, 'completed'],
			['last', 1, 'completed'],
		]);
		expect(remaining(id)).toEqual([]);
	});

	it('goes on with nothing that may have come with a clone: what stands in its store would be run', async () => {
		const {scratch, put, done, id} = await interrupt();
		put('go');
		await until(async () => (await agentsOf(scratch))[1]?.status === 'completed');
		const git = (...args: readonly string[]) => execFileSync('git', args, {cwd: scratch.cwd, stdio: 'ignore'});
		git('add', '--force', '.radium/monitoring.db');

		for (const words of [
			['resume', id],
			['resume', id, '--detach'],
		]) {
			const {code, stderr} = await rad(words, scratch);

			expect([code, stderr]).toEqual([7, expect.stringMatching(/git keeps .*monitoring\.db.*\n {2}try: if all of it is yours: git rm -r --cached /)]);
			expect(done()).toBe('first\nwait\n');
		}
		git('rm', '--quiet', '-r', '--cached', '.radium/monitoring.db');
		expect(await rad(['resume', id], scratch)).toMatchObject({code: 0});
		expect(done()).toBe('first\nwait\nlast 1\n');
	});

	it('takes in what ended meanwhile, and repeats nothing', async () => {
		const {scratch, put, done, id} = await interrupt();
		put('go');
		await until(async () => (await agentsOf(scratch))[1]?.status === 'completed');

		expect(await rad(['resume', id], scratch)).toMatchObject({code: 0});

		expect(done()).toBe('first\nwait\nlast 1\n');
	});

	it('starts a lost step again, without counting that against its retries, and says how to go back', async () => {
		const {scratch, put, done, id} = await interrupt();
		for (const identity of remaining(id)) processes.signal(identity, 'SIGKILL');
		await until(() => remaining(id).length === 0);
		put('go');

		const {code, stderr} = await rad(['resume', id], scratch);

		expect([code, done()]).toEqual([0, 'first\nwait\nwait\nlast 1\n']);
		expect(stderr).toMatch(/step "wait" was lost with its rad and starts again.*rad checkpoint restore cp_/);
		expect((await agentsOf(scratch)).map(({name, attempt, status}) => [name, attempt, status])).toEqual([
			['first', 1, 'completed'],
			['wait', 1, 'lost'],
			['wait', 2, 'completed'],
			['last', 1, 'completed'],
		]);
	});

	it('starts a step again whose agent was stopped because nobody came for it', async () => {
		const {scratch, put, done, id} = await interrupt({RAD_UNATTENDED_LIMIT: '1s'});
		await until(() => remaining(id).length === 0);
		put('go');

		expect(await rad(['resume', id], scratch)).toMatchObject({code: 0});

		expect(done()).toBe('first\nwait\nwait\nlast 1\n');
	});

	it('goes on as the run was started, and says that the workflow was edited', async () => {
		const {scratch, put, done, id} = await interrupt();
		put('go');
		put('.radium/workflows/three.yaml', 'version: 1\nsteps:\n  - { id: other, run: touch other }\n');

		const {code, stderr} = await rad(['resume', id], scratch);

		expect([code, done()]).toEqual([0, 'first\nwait\nlast 1\n']);
		expect(stderr).toContain('three was edited since; the run goes on as it was started');
	});

	it('can be cut short and taken up again', async () => {
		const {scratch, put, done, id} = await interrupt();
		const second = startRad(['resume', id], scratch);
		await until(async () => (await runOf(scratch)).status === 'running');
		second.child.kill('SIGKILL');
		await second.ended;
		put('go');

		expect(await rad(['resume', id], scratch)).toMatchObject({code: 0});

		expect(done()).toBe('first\nwait\nlast 1\n');
	});

	it('is refused for a run that is over or at work', async () => {
		const {scratch, put, id} = await interrupt();
		const working = startRad(['resume', id], scratch);
		await until(async () => (await runOf(scratch)).status === 'running');

		expect(await rad(['resume', id], scratch)).toMatchObject({code: 4, stderr: expect.stringContaining('is active')});
		put('go');
		await working.ended;

		expect(await rad(['resume', id], scratch)).toMatchObject({code: 4, stderr: expect.stringContaining('is over')});
		expect(await rad(['resume', 'run_nothing'], scratch)).toMatchObject({code: 2});
	});
});

describe('stopping', () => {
	it.each([
		['SIGINT', 130],
		['SIGTERM', 143],
		['SIGQUIT', 131],
		['SIGHUP', 129],
	] as const)('by %s stops every process of the run and says so', async (signal, code) => {
		const {scratch, child, ended} = await startWaiting();
		const {id} = await runOf(scratch);

		child.kill(signal);
		const ending = await ended;

		expect(ending).toMatchObject({code});
		expect(remaining(id)).toEqual([]);
		expect(ending.stdout + ending.stderr).toMatch(/stopped/);
		expect(await runOf(scratch)).toMatchObject({status: 'cancelled'});
		expect(await agentsOf(scratch)).toMatchObject([{status: 'cancelled'}]);
	});

	it('by rad cancel works from another process, in a background run too', async () => {
		const scratch = await makeScratch(newFolder(), {waiting: WAITING});
		const run = await radJson<Run>(['run', 'waiting', '--detach'], scratch);
		await until(() => existsSync(path.join(scratch.cwd, 'started')));

		expect(await rad(['cancel', run.id], scratch)).toMatchObject({code: 0});

		expect(remaining(run.id)).toEqual([]);
		expect(await runOf(scratch)).toMatchObject({id: run.id, status: 'cancelled'});
	});

	it('is refused for a run that is over', async () => {
		const scratch = await makeScratch(newFolder(), {ok: 'version: 1\nsteps:\n  - {id: a, run: "true"}\n'});
		await rad(['run', 'ok'], scratch);

		expect(await rad(['cancel', (await runOf(scratch)).id], scratch)).toMatchObject({code: 4});
	});
});

describe('a workspace with an active run', () => {
	it('refuses a second run and a restore, naming the first', async () => {
		const {scratch, child, ended} = await startWaiting();
		const {id} = await runOf(scratch);
		const [checkpoint] = await radJson<readonly Checkpoint[]>(['checkpoint', 'list'], scratch);

		expect(await rad(['run', 'waiting'], scratch)).toMatchObject({code: 4, stderr: expect.stringContaining(id)});
		expect(await rad(['checkpoint', 'restore', checkpoint?.id ?? '', '--yes'], scratch)).toMatchObject({
			code: 4,
			stderr: expect.stringContaining(id),
		});

		child.kill('SIGINT');
		await ended;
	});
});

describe('a restore that an agent asks for', () => {
	const asking = (policy: string): string => `version: 1
steps:
  - id: base
    run: echo base > file.txt
  - id: ask
    recording: restore
    speed: 1000
    ${policy}
    prompt: Break it and ask for an undo
`;

	it('in its final message is denied without a terminal', async () => {
		const scratch = await makeScratch(newFolder(), {asking: asking('timeout: 1m')});

		const {code, stderr} = await rad(['run', 'asking'], scratch);

		expect(code).toBe(0);
		expect(stderr).toContain('denied');
		expect(existsSync(path.join(scratch.cwd, 'src/slug.js'))).toBe(true);
	});

	it('is granted for its own step where the workflow says so, once', async () => {
		const scratch = await makeScratch(newFolder(), {asking: asking('restore: own-step')});

		const {code, stderr} = await rad(['run', 'asking'], scratch);

		expect(code).toBe(0);
		const agents = await agentsOf(scratch);
		expect(agents.map(({name, attempt, status}) => [name, attempt, status])).toEqual([
			['base', 1, 'completed'],
			['ask', 1, 'completed'],
			['ask', 2, 'completed'],
		]);
		expect(stderr).toContain('restored cp_');
		expect((await radJson<readonly Checkpoint[]>(['checkpoint', 'list'], scratch)).map(({kind}) => kind)).toContain('safety');
		expect(readFileSync(path.join(scratch.cwd, 'file.txt'), 'utf8')).toBe('base\n');
	});

	it('by command is bound to a token that works once', async () => {
		const scratch = await makeScratch(newFolder(), {
			command: `version: 1
steps:
  - id: ask
    run: |
      "$NODE" "$RAD" request restore; echo "first $?"
      "$NODE" "$RAD" request restore; echo "second $?"
      RAD_REQUEST_TOKEN=guess "$NODE" "$RAD" request restore; echo "guessed $?"
    env: { NODE: "${process.execPath}", RAD: "${path.resolve('bin/rad.cjs')}" }
`,
		});

		await rad(['run', 'command'], scratch);

		const {stdout} = await rad(['logs'], scratch);
		expect(stdout).toMatch(/denied \(no terminal\)/);
		expect(stdout).toMatch(/first 7/);
		expect(stdout).toMatch(/second 7/);
		expect(stdout).toMatch(/guessed 7/);
		expect(stdout).toContain('was used before');
	});
});
