import {execFileSync} from 'node:child_process';
import {chmodSync, mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, it} from 'vitest';
import {BIN, makeScratch, rad, type Scratch, toTestEnvironment} from '../support/rad.ts';
import {createScratch} from '../support/scratch.ts';
import {openTerminal, type TerminalSession} from '../support/terminal.ts';

const newFolder = createScratch();

/** A workspace with a checkpoint, and a git that reads no object before `open` is called. */
const aSlowStore = async () => {
	const folder = newFolder();
	const scratch = await makeScratch(folder, {});
	expect(await rad(['checkpoint', 'create', '--label', 'first'], scratch)).toMatchObject({code: 0});
	const [programs, gate] = [path.join(folder, 'programs'), path.join(folder, 'gate')];
	const git = execFileSync('sh', ['-c', 'command -v git'], {encoding: 'utf8'}).trim();
	mkdirSync(programs);
	writeFileSync(
		path.join(programs, 'git'),
		`#!/bin/sh\nif [ "$1 $2" = "cat-file --batch" ]; then until [ -e "${gate}" ]; do sleep 0.05; done; fi\nexec "${git}" "$@"\n`,
	);
	chmodSync(path.join(programs, 'git'), 0o755);
	return {...scratch, env: {PATH: `${programs}:${process.env['PATH']}`}, open: () => writeFileSync(gate, '')};
};

type SlowStore = Awaited<ReturnType<typeof aSlowStore>>;

/** In a shell, so that the terminal is still there when rad is over. */
const openRad = ({cwd, home, env}: Scratch & Pick<SlowStore, 'env'>, args: readonly string[]): TerminalSession =>
	openTerminal({
		command: '/bin/sh',
		args: ['-c', 'trap : INT; "$0" "$@"; echo "ended with $?"; read line', process.execPath, BIN, ...args],
		columns: 80,
		rows: 24,
		cwd,
		env: toTestEnvironment(home, env),
	});

const end = async (terminal: TerminalSession): Promise<readonly string[]> => {
	const screen = await terminal.waitFor(text => text.includes('ended with'));
	terminal.type('\r');
	await terminal.exit;
	return screen.split('\n').filter(line => line !== '');
};

describe('long work on a terminal', () => {
	it('shows how far it is, and leaves its result alone on the screen', async () => {
		const store = await aSlowStore();
		const terminal = openRad(store, ['checkpoint', 'verify']);

		await terminal.waitFor(screen => /^Listing objects {2}\ds/.test(screen));
		store.open();

		expect(await end(terminal)).toEqual([expect.stringMatching(/^✔ 1 checkpoint, all whole\./), expect.anything(), 'ended with 0']);
		expect(terminal.written()).toContain('\r\u001B[K');
	});

	it('leaves nothing behind after Ctrl-C', async () => {
		const terminal = openRad(await aSlowStore(), ['checkpoint', 'verify']);

		await terminal.waitFor(screen => screen.includes('Listing objects'));
		terminal.type('\u0003');

		expect(await end(terminal)).toEqual(['ended with 130']);
	});
});
