import {execFileSync} from 'node:child_process';
import {appendFileSync, existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import Database from 'better-sqlite3';
import {describe, expect, it} from 'vitest';
import type {Agent, Run} from '../../source/domain/records.ts';
import {agentsOf, BIN, makeScratch, rad, radJson, runOf, type Scratch, startRad, toTestEnvironment} from '../support/rad.ts';
import {createScratch, until} from '../support/scratch.ts';
import {openTerminal} from '../support/terminal.ts';

const newFolder = createScratch();

const SHORT = 'version: 1\nsteps:\n  - {id: greet, run: echo hello from the step}\n';
const ASKING = `version: 1
steps:
  - {id: greet, run: echo hello}
  - {id: accept, approve: {message: "Keep this?"}}
  - {id: break, run: exit 3}
`;
const ANY_CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;

const afterRun = async (): Promise<Scratch> => {
	const scratch = await makeScratch(newFolder(), {short: SHORT});
	await rad(['run', 'short'], scratch);
	return scratch;
};

/** Gives the run, its agent and its log names and words that would take over a terminal. */
const poison = async (scratch: Scratch): Promise<void> => {
	const evil = '\u001b[2J\u001b]0;owned\u0007evil\u009b31m\r\u202e';
	const [agent] = await agentsOf(scratch);
	const store = new Database(path.join(scratch.cwd, '.radium/monitoring.db'));
	store.prepare('UPDATE runs SET workflow = ?, error = ?').run(evil, evil);
	store.prepare('UPDATE agents SET name = ?, engine = ?, error = ?').run(evil, evil, evil);
	store.close();
	appendFileSync(path.join(scratch.cwd, agent?.logFile ?? ''), `${evil}\n`);
};

/** Runs rad in a terminal to its end. */
const inTerminal = async ({cwd, home}: Scratch, args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
	// By `env`, since the pseudo terminal sets TERM itself.
	const changes = Object.entries(env).map(([name, value]) => `${name}=${value}`);
	const terminal = openTerminal({
		command: '/usr/bin/env',
		args: [...changes, process.execPath, BIN, ...args],
		columns: 80,
		rows: 24,
		cwd,
		env: {...toTestEnvironment(home)},
	});
	const {exitCode} = await terminal.exit;
	return {exitCode, written: terminal.written(), screen: terminal.screenText(), isAlternate: terminal.isAlternate()};
};

describe('rad top --once', () => {
	it('prints the dashboard into a pipe as plain rows of 120 columns', async () => {
		const scratch = await afterRun();

		const {code, stdout, stderr} = await rad(['top', '--once'], scratch);

		expect({code, stderr}).toEqual({code: 0, stderr: ''});
		expect(stdout).not.toMatch(ANY_CONTROL);
		const rows = stdout.split('\n');
		expect(rows).toHaveLength(41);
		expect([...(rows[1] ?? '')]).toHaveLength(120);
		expect(rows.filter(row => row.endsWith(' '))).toEqual([]);
		expect(stdout).toContain('COMPLETED');
		expect(stdout).toContain('hello from the step');
	});

	it('prints it in a terminal in colours, a row less than that has, and leaves the terminal as it is', async () => {
		const scratch = await afterRun();

		const {exitCode, written, screen, isAlternate} = await inTerminal(scratch, ['top', '--once']);

		expect({exitCode, isAlternate}).toEqual({exitCode: 0, isAlternate: false});
		expect(written).toContain('\u001b[32m✔');
		expect(written.replaceAll(/\u001b\[[\d;]*m/g, '')).not.toContain('\u001b');
		const rows = screen.split('\n');
		expect(rows[0]).toContain('rad top');
		expect(rows[22]).toContain('q quit');
		expect(rows[23]).toBe('');
	});

	it('has no colours where NO_COLOR asks for that, or the terminal is dumb', async () => {
		const scratch = await afterRun();

		const plain = await inTerminal(scratch, ['top', '--once'], {NO_COLOR: '1'});
		const dumb = await inTerminal(scratch, ['top', '--once'], {TERM: 'dumb'});

		expect([plain.exitCode, dumb.exitCode]).toEqual([0, 0]);
		expect(`${plain.written}${dumb.written}`).not.toContain('\u001b');
	});

	it('goes on when its reader has had enough', async () => {
		const {cwd, home} = await afterRun();

		const head = execFileSync('/bin/sh', ['-c', '("$0" "$1" top --once; echo $? > code) | head -n 1', process.execPath, BIN], {
			cwd,
			env: toTestEnvironment(home),
			encoding: 'utf8',
		});

		expect(head).toContain('rad top');
		await until(() => existsSync(path.join(cwd, 'code')) && readFileSync(path.join(cwd, 'code'), 'utf8') === '0\n');
	});

	it.skipIf(!existsSync('/dev/full'))('ends with 5 where no space is left', async () => {
		const {cwd, home} = await afterRun();

		const code = execFileSync('/bin/sh', ['-c', '"$0" "$1" top --once > /dev/full 2> told; echo $?', process.execPath, BIN], {
			cwd,
			env: toTestEnvironment(home),
			encoding: 'utf8',
		});

		expect(code).toBe('5\n');
		expect(readFileSync(path.join(cwd, 'told'), 'utf8')).toContain('no space is left');
	});

	it('tells the same as JSON', async () => {
		const scratch = await afterRun();

		const top = await radJson<{version: number; run: Run; agents: readonly Agent[]; checkpoints: readonly unknown[]}>(['top', '--once'], scratch);

		expect(top).toMatchObject({version: 1, workspace: {root: scratch.cwd}, run: {status: 'completed'}, agents: [{name: 'greet', subtree: null}]});
		expect(top.checkpoints.length).toBeGreaterThan(0);
	});

	it('lets no control sequence of what is in the store get out, in any of its forms', async () => {
		const scratch = await afterRun();
		await poison(scratch);

		const [once, json, plain] = [
			await rad(['top', '--once'], scratch),
			await rad(['top', '--once', '--json'], scratch),
			await rad(['top', '--plain'], scratch),
		];
		const {written} = await inTerminal(scratch, ['top', '--once']);
		await rad(['top', '--svg', 'evil.svg'], scratch);

		const outputs = [once.stdout, json.stdout, plain.stdout, readFileSync(path.join(scratch.cwd, 'evil.svg'), 'utf8')];
		for (const output of outputs) expect(output).toContain('evil');
		for (const output of outputs) expect(output).not.toMatch(ANY_CONTROL);
		expect(written.replaceAll('\r\n', '\n').replaceAll(/\u001b\[[\d;]*m/g, '')).not.toMatch(ANY_CONTROL);
		expect([once.code, json.code, plain.code]).toEqual([0, 0, 0]);
	});
});

describe('rad top --svg', () => {
	it('writes a picture of the size that is asked for, and says where', async () => {
		const scratch = await afterRun();

		const {code, stdout, stderr} = await rad(['top', '--svg', 'top.svg', '--columns', '80', '--rows', '24'], scratch);

		expect({code, stdout, stderr}).toEqual({code: 0, stdout: '', stderr: 'The picture is in top.svg\n'});
		const svg = readFileSync(path.join(scratch.cwd, 'top.svg'), 'utf8');
		expect(svg).toMatch(/^<svg [^>]*viewBox="0 0 748 504"/);
		expect(svg).toContain('hello from the step');
	});

	it('says why it cannot, and ends with 5', async () => {
		const scratch = await makeScratch(newFolder(), {});

		const {code, stderr} = await rad(['top', '--svg', 'none/top.svg'], scratch);

		expect({code, stderr}).toEqual({code: 5, stderr: expect.stringContaining('its folder is not there')});
	});
});

describe('rad top --plain', () => {
	it('tells what a run waits for and how to answer it, then how it ended, and ends with it', async () => {
		const scratch = await makeScratch(newFolder(), {asking: ASKING});
		const top = startRad(['top', '--plain', '--run', 'asking'], scratch);
		await until(() => top.stdout().includes('The step accept asks: Keep this?'));
		const {id} = await runOf(scratch);
		expect(top.stdout()).toContain(`approve ${id} accept`);

		await rad(['approve', id, 'accept'], scratch);

		const {code, stdout, stderr} = await top.ended;
		expect({code, stderr}).toEqual({code: 0, stderr: ''});
		expect(stdout).toContain('\nThe step accept is approved by user.\n');
		expect(stdout).toMatch(/\nbreak failed after \d+m?s: exit code 3\.\n/);
		expect(stdout).toMatch(/\nThe run of asking failed after [\d.]+s: .*\n$/);
	});

	it('draws nothing on a terminal, and Ctrl+C ends it, not the run', async () => {
		const scratch = await makeScratch(newFolder(), {asking: ASKING});
		const terminal = openTerminal({
			command: process.execPath,
			args: [BIN, 'top', '--plain', '--run', 'asking'],
			columns: 300,
			rows: 24,
			cwd: scratch.cwd,
			env: {...toTestEnvironment(scratch.home)},
		});
		await terminal.waitFor(screen => screen.includes('The step accept asks'));

		terminal.type('\u0003');

		expect(await terminal.exit).toMatchObject({exitCode: 130});
		expect(terminal.written().replaceAll('\r\n', '\n')).not.toMatch(ANY_CONTROL);
		const run = await runOf(scratch);
		expect(run.status).toBe('waiting');
		await rad(['cancel', run.id, '--now'], scratch);
	});
});

it('names its other forms where there is no terminal', async () => {
	const scratch = await makeScratch(newFolder(), {});

	const {code, stdout, stderr} = await rad(['top'], scratch);

	expect({code, stdout}).toEqual({code: 6, stdout: ''});
	expect(stderr).toMatch(/rad top --once.*rad top --plain/);
});
