import {existsSync, readFileSync, readlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import Database from 'better-sqlite3';
import {describe, expect, it} from 'vitest';
import {createProcessTable} from '../../source/agents/create-process-table.ts';
import type {Step} from '../../source/domain/records.ts';
import {agentsOf, makeScratch, rad, runOf, type Scratch, startRad} from '../support/rad.ts';
import {createScratch, until} from '../support/scratch.ts';

const newFolder = createScratch();
const processes = createProcessTable(process.platform);
const remaining = (runId: string) => processes.findMarked('RAD_RUN_ID', runId);
const stepsOf = ({cwd}: Scratch): ReadonlyArray<Pick<Step, 'status'>> => {
	const store = new Database(path.join(cwd, '.radium/monitoring.db'), {readonly: true});
	const steps = store.prepare('SELECT status FROM steps ORDER BY position').all() as Array<Pick<Step, 'status'>>;
	store.close();
	return steps;
};

/** A workflow of one step after which another one must still run. */
const oneStep = (command: string, more = ''): string => `version: 1
steps:
  - id: odd
    run: |
      ${command.replaceAll('\n', '\n      ')}
${more}
  - id: next
    needs: []
    run: touch next
`;

const runOdd = async (command: string, more = '') => {
	const scratch = await makeScratch(newFolder(), {odd: oneStep(command, more)});
	const ending = await rad(['run', 'odd'], scratch);
	return {scratch, ending};
};

describe('whatever an agent does', () => {
	it.each([
		['a flood of short lines', 'yes | head -c 3000000', 'completed'],
		['a flood of blank lines', "yes '' | head -c 1000000", 'completed'],
		['its output file removed', 'rm "$RAD_OUTPUT"', 'completed'],
		['its output file a pipe', 'rm "$RAD_OUTPUT"; mkfifo "$RAD_OUTPUT"', 'completed'],
		['a huge output file', 'truncate -s 900M "$RAD_OUTPUT"', 'completed'],
		['an output nested too deep', 'printf "x=%s\\n" "$(head -c 20000 /dev/zero | tr "\\0" "[")" > "$RAD_OUTPUT"', 'completed'],
		['a false ending', 'echo \'{"reason":"exited","code":0}\' > "$(dirname "$RAD_OUTPUT")/exit.json"; sleep 1; exit 4', 'failed'],
		// Again and again: the shim may write its first file into the folder just while it is being removed.
		['the folder of its attempt removed', 'while test -e "$(dirname "$RAD_OUTPUT")"; do rm -rf "$(dirname "$RAD_OUTPUT")"; done; sleep 300', 'lost'],
	])('%s ends as it should, and the run goes on', async (_, command, status) => {
		const {scratch, ending} = await runOdd(command);

		expect(ending.stderr).not.toContain('bug');
		expect(ending.code).toBe(status === 'completed' ? 0 : 1);
		const agents = await agentsOf(scratch);
		expect(agents.map(agent => [agent.name, agent.status])).toEqual([
			['odd', status],
			['next', 'completed'],
		]);
		expect(remaining((await runOf(scratch)).id)).toEqual([]);
	});

	it.each([
		['an option that keeps Node from starting', 'echo works', '    env: { NODE_OPTIONS: "--bogus-flag" }', 'completed'],
		['a variable with a NUL', 'echo works', '    env: { ODD: "a\\0b" }', 'failed'],
	])('its environment may hold %s', async (_, command, env, status) => {
		const {scratch} = await runOdd(command, env);

		expect((await agentsOf(scratch))[0]).toMatchObject({status});
		expect(stepsOf(scratch)).toEqual([{status}, {status: 'completed'}]);
	});

	it('ten thousand lines in turn on both of its outputs stay in the order of each', async () => {
		const {scratch} = await runOdd('i=0; while [ $i -lt 10000 ]; do echo "said $i"; echo "said $i" >&2; i=$((i + 1)); done');
		const [agent] = await agentsOf(scratch);

		const {stdout} = await rad(['logs', agent?.id ?? '', '--lines', '100000', '--json'], scratch);

		const lines = stdout
			.trim()
			.split('\n')
			.map(line => JSON.parse(line) as {readonly kind: string; readonly text: string});
		const all = Array.from({length: 10_000}, (_, index) => `said ${index}`);
		for (const output of ['out', 'err']) expect(lines.filter(({kind}) => kind === output).map(({text}) => text)).toEqual(all);
	});

	it('an output too long to be handed on fails only the step that wants it', async () => {
		const scratch = await makeScratch(newFolder(), {
			long: 'version: 1\nsteps:\n  - id: a\n    run: printf "x=%s\\n" "$(head -c 200000 /dev/zero | tr "\\0" y)" > "$RAD_OUTPUT"\n  - id: b\n    run: "true"\n    env: { X: "${{ steps.a.outputs.x }}", Y: "${{ steps.a.outputs.x }}", Z: "${{ steps.a.outputs.x }}" }\n',
		});

		await rad(['run', 'long'], scratch);

		for (const agent of await agentsOf(scratch)) expect(['completed', 'failed']).toContain(agent.status);
		expect(await runOf(scratch)).toMatchObject({endedAt: expect.any(Number)});
	});

	it('its step ends with it, while a process that it left still lives and holds its output open', async () => {
		// Neither its environment nor its session tells whose it is.
		const {scratch, ending} = await runOdd(
			"env -i setsid sh -c 'echo $$ > held; exec sleep 300' & until test -s held; do sleep 0.05; done; echo said; exit 4",
		);

		const pid = Number(readFileSync(path.join(scratch.cwd, 'held'), 'utf8'));
		expect(readlinkSync(`/proc/${pid}/fd/1`)).toMatch(/stdout/);
		process.kill(pid, 'SIGKILL');
		expect(ending.code).toBe(1);
		expect(await agentsOf(scratch)).toMatchObject([
			{name: 'odd', status: 'failed', exitCode: 4},
			{name: 'next', status: 'completed'},
		]);
	});

	it('it does not outlive the shim that watched over it', async () => {
		const scratch = await makeScratch(newFolder(), {odd: oneStep('touch started; sleep 300')});
		const run = startRad(['run', 'odd'], scratch);
		await until(() => existsSync(path.join(scratch.cwd, 'started')));
		const {id} = await runOf(scratch);
		for (const identity of remaining(id)) {
			if (readFileSync(`/proc/${identity.pid}/cmdline`, 'utf8').includes('shim.cjs')) processes.signal(identity, 'SIGKILL');
		}

		expect(await run.ended).toMatchObject({code: 1});
		expect((await agentsOf(scratch))[0]).toMatchObject({status: 'lost'});
		expect(remaining(id)).toEqual([]);
	});

	it('what it prints of a known secret is in no log, no store and no output', async () => {
		const secret = 'very-secret-value-4711';
		const scratch = await makeScratch(newFolder(), {odd: oneStep('echo "key $MY_API_KEY"; echo "x=$MY_API_KEY" > "$RAD_OUTPUT"')});

		const ending = await rad(['run', 'odd', '--json'], {...scratch, env: {MY_API_KEY: secret}});

		expect(ending.code).toBe(0);
		expect(ending.stdout + ending.stderr).not.toContain(secret);
		expect((await rad(['logs', (await agentsOf(scratch))[0]?.id ?? ''], scratch)).stdout).toContain('[redacted:MY_API_KEY]');
		for (const file of ['monitoring.db', 'monitoring.db-wal']) {
			const store = path.join(scratch.cwd, '.radium', file);
			if (existsSync(store)) expect(readFileSync(store).includes(secret)).toBe(false);
		}
	});
});

describe('after a crash', () => {
	const crash = async (command: string) => {
		const scratch = await makeScratch(newFolder(), {odd: oneStep(`${command}\ntouch started; until test -e go; do sleep 0.05; done`)});
		const run = startRad(['run', 'odd'], scratch);
		await until(() => existsSync(path.join(scratch.cwd, 'started')));
		run.child.kill('SIGKILL');
		await run.ended;
		return scratch;
	};

	it('an attempt whose traces were spoilt does not keep the workspace from being read', async () => {
		const scratch = await crash('rm "$RAD_OUTPUT"');
		writeFileSync(path.join(scratch.cwd, 'go'), '');
		await until(async () => (await agentsOf(scratch))[0]?.endedAt !== null);

		expect(await rad(['runs'], scratch)).toMatchObject({code: 0});
		expect((await agentsOf(scratch))[0]).toMatchObject({status: 'completed'});
	});

	it('a line of its log that rad was killed in is marked, until the log is written again as a whole', async () => {
		const scratch = await crash('echo whole');
		const log = path.join(scratch.cwd, (await agentsOf(scratch))[0]?.logFile ?? '');
		writeFileSync(log, '2026-05-01T10:00:00.000Z out│ who');

		expect((await rad(['logs'], scratch)).stdout).toContain('who…[incomplete]');

		writeFileSync(path.join(scratch.cwd, 'go'), '');
		await until(async () => (await agentsOf(scratch))[0]?.status === 'completed');
		expect(readFileSync(log, 'utf8')).toMatch(/^\S+ out│ whole\n\S+ rad│ exit code 0\n$/);
	});

	it('several rads at once write its log once', async () => {
		const scratch = await crash('seq 1 20000');
		writeFileSync(path.join(scratch.cwd, 'go'), '');
		const {id} = await runOf(scratch);
		await until(() => remaining(id).length === 0);

		await Promise.all([1, 2, 3].map(() => rad(['runs'], scratch)));

		const agent = (await agentsOf(scratch))[0];
		const lines = readFileSync(path.join(scratch.cwd, agent?.logFile ?? ''), 'utf8')
			.trim()
			.split('\n');
		expect(lines.length).toBe(20_001);
	});

	it('no run starts beside an agent that goes on alone', async () => {
		const scratch = await crash(':');
		const {id} = await runOf(scratch);

		expect(await rad(['run', 'odd'], scratch)).toMatchObject({code: 4, stderr: expect.stringContaining(id)});

		await rad(['cancel', id, '--now'], scratch);
		writeFileSync(path.join(scratch.cwd, 'go'), '');
		expect(await rad(['run', 'odd'], scratch)).toMatchObject({code: 0});
	});
});

describe('a request by command', () => {
	const ask = `"$NODE" "$RAD" request restore`;
	const env = `    env: { NODE: "${process.execPath}", RAD: "${path.resolve('bin/rad.cjs')}" }`;

	it('is not spent by a mistyped id', async () => {
		const {scratch} = await runOdd(`${ask} cp_0000000000; echo "first $?"\n${ask}; echo "second $?"`, env);

		const {stdout} = await rad(['logs', (await agentsOf(scratch))[0]?.id ?? ''], scratch);
		expect(stdout).toMatch(/first 3/);
		expect(stdout).toMatch(/denied \(no terminal\)/);
	});

	it('is granted to a command too where the workflow says so, and its step runs again', async () => {
		const {scratch, ending} = await runOdd(
			`test -e .radium/again && exit 0\ntouch .radium/again; echo mess > mess.txt\n${ask}; sleep 30`,
			`${env}\n    restore: own-step`,
		);

		expect(ending.code).toBe(0);
		expect(existsSync(path.join(scratch.cwd, 'mess.txt'))).toBe(false);
		expect((await agentsOf(scratch)).map(({name, attempt}) => [name, attempt])).toEqual([
			['odd', 1],
			['odd', 2],
			['next', 1],
		]);
	});
});
