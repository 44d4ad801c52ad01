import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {afterEach, describe, expect, it} from 'vitest';
import type {Run} from '../../../source/domain/records.ts';
import {BIN, makeScratch, rad, radJson, type Scratch, startRad, toTestEnvironment} from '../../support/rad.ts';
import {createScratch, until} from '../../support/scratch.ts';
import {openTerminal, type TerminalSession} from '../../support/terminal.ts';

const newFolder = createScratch();
const GATE = 'version: 1\nsteps:\n  - { id: ship, approve: { message: Ship it? } }\n';
const FAILING = 'version: 1\nsteps:\n  - { id: failing, run: exit 3 }\n';

const makeRinging = async (bell: string): Promise<Scratch> => {
	const scratch = await makeScratch(newFolder(), {gate: GATE, failing: FAILING});
	writeFileSync(path.join(scratch.cwd, '.radium/config.yaml'), `bell: ${bell}\n`);
	return scratch;
};

let opened: TerminalSession | undefined;
afterEach(() => opened?.kill('SIGKILL'));

const openTop = ({cwd, home}: Scratch): TerminalSession => {
	opened = openTerminal({
		command: process.execPath,
		args: [BIN, 'top'],
		columns: 80,
		rows: 24,
		cwd,
		env: toTestEnvironment(home),
	});
	return opened;
};

/**
 * A run that waits, goes on and completes, and one that fails, while the dashboard looks. It is left once it has rung this often: what it shows may
 * come before the bell.
 */
const runBoth = async (scratch: Scratch, terminal: TerminalSession, rings: number): Promise<void> => {
	await terminal.waitFor(screen => screen.includes('q quit'));
	await rad(['run', 'gate', '--detach'], scratch);
	await terminal.waitFor(screen => screen.includes('WAITING'));
	const [run] = await radJson<readonly Run[]>(['runs'], scratch);
	await rad(['approve', run?.id ?? ''], scratch);
	await terminal.waitFor(screen => screen.includes('COMPLETED'));
	await rad(['run', 'failing'], scratch);
	await terminal.waitFor(screen => screen.includes('FAILED'));
	await until(() => sequences(terminal).length >= rings);
	terminal.type('q');
	await terminal.exit;
};

const sequences = (terminal: TerminalSession): readonly string[] =>
	[...terminal.written().matchAll(/(?:\u001b\]9;[^\u0007]*)?\u0007/g)].map(([sequence]) => sequence);

describe('the bell of rad top in a terminal', () => {
	it('comes once for each change as a notification of the desktop', async () => {
		const scratch = await makeRinging('osc9');
		const terminal = openTop(scratch);

		await runBoth(scratch, terminal, 3);

		expect(sequences(terminal)).toEqual([
			'\u001b]9;rad: gate waits for you: step "ship" needs your decision\u0007',
			'\u001b]9;rad: gate is done\u0007',
			'\u001b]9;rad: failing failed: step "failing" failed\u0007',
		]);
		expect(terminal.isAlternate()).toBe(false);
	});

	it('comes once for an agent that asks, as the command of notify does', async () => {
		const asking = 'version: 1\nsteps:\n  - { id: ask, prompt: x, recording: restore, speed: 20 }\n';
		const scratch = await makeScratch(newFolder(), {asking});
		const folder = path.join(scratch.home, '.config/rad');
		mkdirSync(folder, {recursive: true});
		writeFileSync(path.join(folder, 'config.yaml'), 'bell: osc9\nnotify: echo "$RAD_NOTIFY_TEXT" >> told.txt\n');
		const terminal = openTop(scratch);
		await terminal.waitFor(screen => screen.includes('q quit'));

		const run = startRad(['run', 'asking'], scratch);
		await terminal.waitFor(screen => screen.includes('[y] grant'));
		await until(() => existsSync(path.join(folder, 'told.txt')) && sequences(terminal).length > 0);
		terminal.type('n');
		const {code} = await run.ended;
		await until(() => sequences(terminal).length >= 2);
		terminal.type('q');
		await terminal.exit;

		expect(code).toBe(0);
		const texts = ['rad: asking waits for you: an agent asks for your permission', 'rad: asking is done'];
		expect(sequences(terminal)).toEqual(texts.map(text => `\u001b]9;${text}\u0007`));
		expect(readFileSync(path.join(folder, 'told.txt'), 'utf8')).toBe(`${texts.join('\n')}\n`);
	});

	it('comes once for each change as the plain one, and never is a part of a frame', async () => {
		const scratch = await makeRinging('bell');
		const terminal = openTop(scratch);

		await runBoth(scratch, terminal, 3);

		expect(sequences(terminal)).toEqual(['\u0007', '\u0007', '\u0007']);
		const frames = terminal.written().match(/\u001b\[\?2026h[\s\S]*?\u001b\[\?2026l/g) ?? [];
		expect(frames.length).toBeGreaterThan(3);
		expect(frames.filter(frame => frame.includes('\u0007'))).toEqual([]);
	});

	it("is off when nobody asked for it, or when the user's own file says so", async () => {
		const scratch = await makeRinging('bell');
		mkdirSync(path.join(scratch.home, '.config/rad'), {recursive: true});
		writeFileSync(path.join(scratch.home, '.config/rad/config.yaml'), 'bell: off\n');
		const terminal = openTop(scratch);

		await runBoth(scratch, terminal, 0);

		expect(sequences(terminal)).toEqual([]);
	});

	it('keeps rad top from opening, before it draws, while the configuration cannot be used', async () => {
		const scratch = await makeRinging('loud');
		const terminal = openTop(scratch);

		expect(await terminal.exit).toMatchObject({exitCode: 5});
		expect(terminal.screenText()).toContain('.radium/config.yaml:1:7: bell: is not known; write one of: off, bell, osc9');
		expect(terminal.written()).not.toContain('\u001b[?1049h');
	});
});
