import {execFileSync, spawn} from 'node:child_process';
import {readFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, it} from 'vitest';
import {attemptFiles, readExit, readStart} from '../../../source/agents/attempt-files.ts';
import {createProcessTable} from '../../../source/agents/create-process-table.ts';
import {AGENT_MARK, createSupervisor} from '../../../source/agents/supervisor.ts';
import type {AgentId, RunId} from '../../../source/domain/ids.ts';
import type {ProcessIdentity} from '../../../source/domain/records.ts';
import {createSystemClock} from '../../../source/system-clock.ts';
import {anId} from '../../support/builders.ts';
import {createScratch, PROGRAMS, until} from '../../support/scratch.ts';

const newFolder = createScratch();
const processes = createProcessTable(process.platform);
const clock = createSystemClock();
const self = processes.identify(process.pid) as ProcessIdentity;
let nextAgent = Date.now() % 1_000_000;

const begin = async (
	command: string,
	change: {timeoutMs?: number; idleTimeoutMs?: number; unattendedMs?: number; owner?: ProcessIdentity; stdin?: string; file?: string} = {},
) => {
	const directory = path.join(newFolder(), 'attempt');
	nextAgent += 1;
	const agentId: AgentId = anId('agt', nextAgent);
	const supervisor = createSupervisor({
		nodePath: process.execPath,
		shimFile: path.join(PROGRAMS, 'shim.cjs'),
		self: change.owner ?? self,
		processes,
		clock,
	});
	const identity = await supervisor.start({
		directory,
		runId: anId('run', nextAgent) as RunId,
		agentId,
		launch: {
			file: change.file ?? '/bin/sh',
			args: ['-c', command],
			env: {},
			stdin: change.stdin ?? null,
			isContinued: false,
			files: {},
			recordsDirectory: null,
		},
		environment: {PATH: process.env['PATH'] ?? '', HOME: '/nonexistent'},
		workspaceRoot: path.dirname(directory),
		timeoutMs: change.timeoutMs ?? null,
		idleTimeoutMs: change.idleTimeoutMs ?? null,
		unattendedMs: change.unattendedMs ?? 600_000,
	});
	const files = attemptFiles(directory);
	return {
		directory,
		agentId,
		supervisor,
		identity,
		exit: async () => {
			// The shim lives a moment longer than its last word takes to be written.
			await until(() => readExit(directory) !== undefined && supervisor.look(directory).kind !== 'running');
			return readExit(directory);
		},
		stdout: () => readFileSync(files.stdout, 'utf8'),
		stderr: () => readFileSync(files.stderr, 'utf8'),
		remaining: () => processes.findMarked(AGENT_MARK, agentId).filter(({pid}) => pid !== readStart(directory)?.shim.pid),
	};
};

describe('a supervised agent', () => {
	it('leaves its outputs in files and its exit code behind', async () => {
		const attempt = await begin('echo out; echo err >&2; cat; exit 3', {stdin: 'from stdin'});

		expect(await attempt.exit()).toMatchObject({reason: 'exited', code: 3, signal: null, leftovers: 0});
		expect(attempt.stdout()).toBe('out\nfrom stdin');
		expect(attempt.stderr()).toBe('err\n');
		expect(attempt.supervisor.look(attempt.directory).kind).toBe('ended');
	});

	it('has an identity even when it is over at once', async () => {
		const attempt = await begin(':');

		expect(attempt.identity?.pid).toBeGreaterThan(1);
		await attempt.exit();
	});

	it('says why a program could not be started', async () => {
		const attempt = await begin('', {file: '/nonexistent/program'});

		expect(await attempt.exit()).toMatchObject({reason: 'not-started', code: null, error: expect.stringContaining('ENOENT')});
	});

	it('is stopped when its time is up, also when it ignores the polite signals', async () => {
		const attempt = await begin("trap '' INT TERM; while :; do sleep 0.1; done", {timeoutMs: 500});

		expect(await attempt.exit()).toMatchObject({reason: 'timeout', signal: 'SIGKILL'});
		expect(attempt.remaining()).toEqual([]);
	});

	it('is stopped when it prints nothing for too long, and only then', async () => {
		const talking = await begin('for n in 1 2 3 4 5 6; do sleep 0.5; echo $n; done', {idleTimeoutMs: 1500});
		expect(await talking.exit()).toMatchObject({reason: 'exited', code: 0});

		const silent = await begin('echo once; sleep 300', {idleTimeoutMs: 1000});
		expect(await silent.exit()).toMatchObject({reason: 'idle'});
		expect(silent.remaining()).toEqual([]);
	});

	it('takes with it what it started in other sessions', async () => {
		const attempt = await begin('setsid sleep 300 & setsid sh -c "setsid sleep 300 & sleep 300" & sleep 0.2; echo done');

		expect(await attempt.exit()).toMatchObject({reason: 'exited', code: 0});
		expect(attempt.remaining()).toEqual([]);
	});

	it.each([
		['its group', 'env -i sleep 300 & echo $!'],
		['its session, in a group of its own', 'set -m; env -i sleep 300 & echo $!'],
	])('takes with it what has cleared its environment and is in %s', async (_, command) => {
		const attempt = await begin(command);

		expect(await attempt.exit()).toMatchObject({reason: 'exited', code: 0, leftovers: 1});
		const left = processes.identify(Number(attempt.stdout()));
		expect(left !== undefined && processes.isAlive(left)).toBe(false);
	});

	it('stops on request with what it started, and says so', async () => {
		const attempt = await begin('setsid sleep 300 & sleep 300');

		await attempt.supervisor.stop(attempt.directory, attempt.agentId, 'graceful');

		expect(await attempt.exit()).toMatchObject({reason: 'stopped'});
		expect(attempt.remaining()).toEqual([]);
	});

	it('can be killed at once, which leaves no process and no ending', async () => {
		const attempt = await begin("trap '' INT TERM; sleep 300");

		await attempt.supervisor.stop(attempt.directory, attempt.agentId, 'now');

		expect(attempt.remaining()).toEqual([]);
		expect(attempt.supervisor.look(attempt.directory).kind).toBe('gone');
	});

	it('goes on when its rad dies, for as long as it may, and is then stopped', async () => {
		const owner = spawn('sleep', ['300'], {stdio: 'ignore'});
		const identity = processes.identify(owner.pid ?? 0) as ProcessIdentity;
		const attempt = await begin('while :; do echo tick; sleep 0.1; done', {owner: identity, unattendedMs: 1000});
		owner.kill('SIGKILL');
		await until(() => !processes.isAlive(identity));
		const before = attempt.stdout().length;
		await until(() => attempt.stdout().length > before);

		expect(await attempt.exit()).toMatchObject({reason: 'unattended'});
		expect(attempt.remaining()).toEqual([]);
	});

	it('has no terminal and holds no file of ours but its outputs', async () => {
		const attempt = await begin('if (: < /dev/tty) 2>/dev/null; then echo tty; fi; for fd in /proc/$$/fd/*; do readlink "$fd"; done');
		await attempt.exit();

		const held = attempt
			.stdout()
			.split('\n')
			.filter(line => line.startsWith(attempt.directory) || line === 'tty');
		expect(held.map(file => path.basename(file))).toEqual(['stdin', 'stdout', 'stderr']);
	});

	it('writes its files for nobody else', async () => {
		const attempt = await begin(':');
		await attempt.exit();

		expect(execFileSync('find', [attempt.directory, '-perm', '/077', '-name', '*'], {encoding: 'utf8'})).toBe('');
	});
});

describe('an attempt whose rad died while its shim started', () => {
	/** What that rad leaves: the spec, and a process with the agent's mark that has not said anything yet. */
	const leave = async (shim: string) => {
		const left = await begin('true');
		await left.exit();
		const {exit, pid} = attemptFiles(left.directory);
		for (const file of [exit, pid]) rmSync(file);
		const env = {PATH: process.env['PATH'], [AGENT_MARK]: left.agentId};
		const child = spawn('/bin/sh', ['-c', shim], {env, cwd: left.directory, stdio: 'ignore'});
		await until(() => left.remaining().length > 0);
		return {...left, child};
	};

	it('is looked after once its shim has said so', async () => {
		const {supervisor, directory, agentId, child} = await leave('sleep 0.3; mv start.json pid.json; sleep 300');
		const shim = processes.identify(child.pid ?? 0);
		writeFileSync(path.join(directory, 'start.json'), JSON.stringify({shim, agent: shim}));

		expect(await supervisor.adopt(directory, agentId)).toEqual(shim);

		expect(supervisor.look(directory).kind).toBe('running');
		await supervisor.stop(directory, agentId, 'now');
	});

	it('has ended once its shim is gone without a word', async () => {
		const {supervisor, directory, agentId} = await leave('sleep 0.3');

		expect(await supervisor.adopt(directory, agentId)).toBeUndefined();

		expect(supervisor.look(directory)).toMatchObject({kind: 'ended', exit: {reason: 'not-started', error: 'its shim is gone'}});
	});
});
