import {readFileSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {afterEach, describe, expect, it} from 'vitest';
import {BIN, makeScratch, rad, type Scratch, toTestEnvironment} from '../../support/rad.ts';
import {createScratch} from '../../support/scratch.ts';
import {openTerminal, type TerminalSession} from '../../support/terminal.ts';

const newFolder = createScratch();
const SHORT = 'version: 1\nsteps:\n  - {id: greet, run: echo hello from the step}\n';

const opened: TerminalSession[] = [];
afterEach(() => {
	for (const terminal of opened.splice(0)) terminal.kill('SIGKILL');
});

const open = ({cwd, home}: Scratch, args: readonly string[], size = {columns: 120, rows: 40}): TerminalSession => {
	const terminal = openTerminal({command: process.execPath, args: [BIN, 'top', ...args], ...size, cwd, env: toTestEnvironment(home)});
	opened.push(terminal);
	return terminal;
};

/** Records a run from its start to its end; returns the last screen before the user left. */
const record = async (scratch: Scratch): Promise<string> => {
	const terminal = open(scratch, ['--run', 'short', '--record', 'bug.jsonl']);
	await terminal.waitFor(screen => ['COMPLETED', 'hello from the step', 'after short'].every(part => screen.includes(part)));
	terminal.type('?');
	// Its last row comes last: a frame may arrive in several reads.
	const screen = await terminal.waitFor(shown => shown.includes('Esc close'));
	terminal.type('q');
	await terminal.exit;
	return toRows(screen).join('\n');
};

/** A terminal cannot tell a blank that was drawn from none. */
const toRows = (screen: string): readonly string[] => screen.split('\n').map(row => row.trimEnd());

const newScratch = () => makeScratch(newFolder(), {short: SHORT});

describe('rad top --record and --replay in a terminal', () => {
	it('show at the end what the user saw, on a screen and as a picture', async () => {
		const scratch = await newScratch();
		const seen = await record(scratch);

		const {code, stdout, stderr} = await rad(['top', '--replay', 'bug.jsonl', '--once'], scratch);
		const terminal = open(scratch, ['--replay', 'bug.jsonl', '--speed', '100']);
		const replayed = await terminal.waitFor(screen => screen.includes('The end of the recording'));
		terminal.type('q');
		const {exitCode} = await terminal.exit;

		expect({code, stderr, exitCode}).toEqual({code: 0, stderr: '', exitCode: 0});
		expect(stdout).toBe(`${seen}\n`);
		// The last row tells how to go on.
		expect(toRows(replayed).slice(0, -1)).toEqual(toRows(seen).slice(0, -1));
		expect(terminal.isAlternate()).toBe(false);
	});

	it('make a file that only its user can read, and never replace one', async () => {
		const scratch = await newScratch();
		await record(scratch);
		const file = path.join(scratch.cwd, 'bug.jsonl');
		const before = readFileSync(file);

		const again = open(scratch, ['--record', 'bug.jsonl']);
		const {exitCode} = await again.exit;

		expect(statSync(file).mode & 0o777).toBe(0o600);
		expect(exitCode).toBe(4);
		expect(again.screenText()).toContain('A recording never replaces a file');
		expect(readFileSync(file)).toEqual(before);
	});

	it('leave a file that can be shown when rad is killed', async () => {
		const scratch = await newScratch();
		await rad(['run', 'short'], scratch);
		const terminal = open(scratch, ['--record', 'bug.jsonl']);
		await terminal.waitFor(screen => screen.includes('hello from the step'));
		terminal.kill('SIGKILL');
		await terminal.exit;

		const {code, stdout} = await rad(['top', '--replay', 'bug.jsonl', '--once'], scratch);

		expect(code).toBe(0);
		expect(stdout).toContain('hello from the step');
	});

	it('pause, go on by one message and tell the keys', async () => {
		const scratch = await newScratch();
		await record(scratch);
		const terminal = open(scratch, ['--replay', 'bug.jsonl'], {columns: 80, rows: 24});

		terminal.type(' ');
		const paused = await terminal.waitFor(screen => screen.includes('Paused after'));
		terminal.type('\u001b[C');
		await terminal.waitFor(screen => /message \d+ of/.exec(screen)?.[0] !== /message \d+ of/.exec(paused)?.[0]);
		terminal.type('\u0003');
		const {exitCode} = await terminal.exit;

		expect(exitCode).toBe(0);
	});

	it('say what is wrong with a file that is no recording', async () => {
		const scratch = await newScratch();
		await record(scratch);
		const text = readFileSync(path.join(scratch.cwd, 'bug.jsonl'), 'utf8');
		const [first = '', second = ''] = text.split('\n');
		const files = {'garbage.txt': '\u001b[2Jgarbage', 'broken.jsonl': `${first}\n${second}\nrubbish\n${second}\n`};
		for (const [name, content] of Object.entries(files)) writeFileSync(path.join(scratch.cwd, name), content);

		const show = (file: string) => rad(['top', '--replay', file, '--once'], scratch);

		expect(await show('garbage.txt')).toMatchObject({code: 5, stderr: expect.stringContaining('line 1: it does not begin as')});
		expect(await show('broken.jsonl')).toMatchObject({code: 5, stderr: expect.stringContaining('line 3: it is no JSON: broken.jsonl')});
		expect(await show('.')).toMatchObject({code: 5, stderr: expect.stringContaining('it is not a file')});
		expect(await show('missing.jsonl')).toMatchObject({code: 3, stderr: expect.stringContaining('There is no such file')});
	});
});
