import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, it} from 'vitest';
import type {Agent, Run} from '../../source/domain/records.ts';
import {listChildren} from '../bench/processes.ts';
import {agentsOf, BIN, makeScratch, rad, radJson, runOf, type Scratch, startRad, toTestEnvironment} from '../support/rad.ts';
import {createScratch, until} from '../support/scratch.ts';
import {openTerminal, type TerminalSession} from '../support/terminal.ts';

const newFolder = createScratch();
const ESC = '\u001b';

/** Opens rad in a shell in a terminal, so that what is there afterwards can be seen; the shell prints its settings before and after. */
const openRad = ({cwd, home}: Scratch, args: readonly string[], columns = 80, rows = 24, env = {}): TerminalSession =>
	openTerminal({
		command: '/bin/sh',
		args: ['-c', 'stty -a > "$HOME/before"; "$0" "$@"; echo "ended with $?"; stty -a > "$HOME/after"; read line', process.execPath, BIN, ...args],
		columns,
		rows,
		cwd,
		env: {...toTestEnvironment(home), ...env},
	});

const expectTerminalBack = async (terminal: TerminalSession, {home}: Scratch): Promise<void> => {
	await until(() => existsSync(path.join(home, 'after')) && readFileSync(path.join(home, 'after'), 'utf8') !== '');
	expect(readFileSync(path.join(home, 'after'), 'utf8')).toBe(readFileSync(path.join(home, 'before'), 'utf8'));
	expect(terminal.isAlternate()).toBe(false);
	expect(terminal.isCursorHidden()).toBe(false);
	terminal.type('\r');
	await terminal.exit;
};

/** The process that draws: the shell started its launcher. */
const findApp = (terminal: TerminalSession): number => {
	const [launcher = 0] = listChildren(terminal.pid);
	const [app = 0] = listChildren(launcher);
	return app;
};

const newestLine = (screen: string): number => Math.max(...[...screen.matchAll(/line number (\d+)/g)].map(match => Number(match[1])));

const GROWING = `version: 1
steps:
  - id: first
    run: echo made > first.txt
  - id: grow
    run: i=0; until test -e go; do i=$((i+1)); echo "line number $i"; sleep 0.1; done; echo changed > kept.txt
`;

describe('rad top in an 80x24 terminal', () => {
	it('selects an agent, shows its log growing, restores a checkpoint, undoes it and gives the terminal back', async () => {
		const scratch = await makeScratch(newFolder(), {growing: GROWING});
		const kept = path.join(scratch.cwd, 'kept.txt');
		writeFileSync(kept, 'before\n');
		const run = startRad(['run', 'growing'], scratch);
		const terminal = openRad(scratch, ['top']);

		await terminal.waitFor(screen => screen.includes('● grow'));
		expect(terminal.isAlternate()).toBe(true);
		terminal.type('1');
		terminal.type('g');
		await terminal.waitFor(screen => /❯ .*first/.test(screen));
		terminal.type('j');
		await terminal.waitFor(screen => /❯ .*grow/.test(screen) && /line number \d+/.test(screen));
		const seen = newestLine(terminal.screenText());
		await terminal.waitFor(screen => newestLine(screen) >= seen + 5);
		writeFileSync(path.join(scratch.cwd, 'go'), '');
		await terminal.waitFor(screen => screen.includes('COMPLETED'));
		await run.ended;
		expect(readFileSync(kept, 'utf8')).toBe('changed\n');

		terminal.type('4');
		await terminal.waitFor(screen => screen.includes('before first'));
		terminal.type('G');
		await terminal.waitFor(screen => /❯ .*before first/.test(screen));
		terminal.type('\r');
		await terminal.waitFor(screen => screen.includes('kept.txt') && screen.includes('first.txt'));
		terminal.type(ESC);
		await terminal.waitFor(screen => !screen.includes('kept.txt'));
		terminal.type('r');
		await terminal.waitFor(screen => screen.includes('[y] restore'));
		terminal.type('y');
		await terminal.waitFor(screen => screen.includes('Restored'));
		expect(readFileSync(kept, 'utf8')).toBe('before\n');
		expect(existsSync(path.join(scratch.cwd, 'first.txt'))).toBe(false);

		terminal.type('u');
		await terminal.waitFor(screen => screen.includes('[y] undo'));
		terminal.type('y');
		await until(() => readFileSync(kept, 'utf8') === 'changed\n');
		expect(existsSync(path.join(scratch.cwd, 'first.txt'))).toBe(true);

		terminal.type('q');
		await terminal.waitFor(screen => screen.includes('ended with 0'));
		await expectTerminalBack(terminal, scratch);
	});

	it('starts a run of its own, and leaving never stops it', async () => {
		const scratch = await makeScratch(newFolder(), {growing: GROWING});
		const terminal = openRad(scratch, ['top', '--run', 'growing']);
		await terminal.waitFor(screen => screen.includes('line number 3'));

		terminal.type('q');
		await terminal.waitFor(screen => screen.includes('ended with 0'));

		const [run] = await radJson<readonly Run[]>(['runs'], scratch);
		expect(run).toMatchObject({status: 'running'});
		await rad(['cancel', run?.id ?? '', '--now'], scratch);
		await expectTerminalBack(terminal, scratch);
	});

	it('says what to do in a workspace without a run', async () => {
		const scratch = await makeScratch(newFolder(), {});
		const terminal = openRad(scratch, ['top']);

		const screen = await terminal.waitFor(text => text.includes('No run'));

		expect(screen.split('\n').length).toBeLessThanOrEqual(24);
		terminal.type('q');
		await expectTerminalBack(terminal, scratch);
	});

	it.each([
		['was killed', 'SIGKILL', 137],
		['was told to quit', 'SIGQUIT', 0],
	])('gives the terminal back after it %s', async (_, signal, code) => {
		const scratch = await makeScratch(newFolder(), {});
		const terminal = openRad(scratch, ['top']);
		await terminal.waitFor(text => text.includes('No run'));

		process.kill(findApp(terminal), signal);

		await terminal.waitFor(screen => screen.includes(`ended with ${code}`));
		await expectTerminalBack(terminal, scratch);
	});

	describe('whose launcher was killed too', () => {
		/** Has both killed, and another rad started in the same terminal once `change` was done to what the launcher had noted. */
		const killBoth = async (change: (note: string) => void) => {
			const scratch = await makeScratch(newFolder(), {});
			const go = 'until test -e "$HOME/go"; do sleep 0.1; done';
			const terminal = openTerminal({
				command: '/bin/sh',
				args: ['-c', `stty -a > "$HOME/before"; "$0" "$1" top; ${go}; "$0" "$1" runs; stty -a > "$HOME/after"; read line`, process.execPath, BIN],
				columns: 80,
				rows: 24,
				cwd: scratch.cwd,
				env: toTestEnvironment(scratch.home),
			});
			await terminal.waitFor(text => text.includes('No run'));
			const [launcher = 0] = listChildren(terminal.pid);
			const [app = 0] = listChildren(launcher);
			for (const pid of [launcher, app]) process.kill(pid, 'SIGKILL');
			await until(() => ![launcher, app].some(pid => existsSync(`/proc/${pid}`)));
			expect(terminal.isAlternate()).toBe(true);
			const notes = path.join(scratch.home, 'state/rad/terminals');
			for (const name of readdirSync(notes)) change(path.join(notes, name));
			writeFileSync(path.join(scratch.home, 'go'), '');
			await terminal.waitFor(text => text.includes('Nothing has run here yet'));
			expect(readdirSync(notes)).toEqual([]);
			return {terminal, scratch};
		};

		it('has the terminal given back by the next rad in it', async () => {
			const {terminal, scratch} = await killBoth(() => undefined);

			await expectTerminalBack(terminal, scratch);
		});

		it.each([
			['of an earlier terminal', (note: string) => writeFileSync(note, readFileSync(note, 'utf8').replace(/"bornAt":[\d.]+/, '"bornAt":1'))],
			['that is damaged', (note: string) => writeFileSync(note, '{"bornAt":')],
		])('has nothing done to the terminal by a note %s', async (_, change) => {
			const {terminal} = await killBoth(change);

			expect(terminal.isAlternate()).toBe(true);
			terminal.kill('SIGKILL');
		});
	});

	it('draws its picture again after the terminal went small and back while it could not look', async () => {
		const scratch = await makeScratch(newFolder(), {});
		const terminal = openRad(scratch, ['top']);
		const before = await terminal.waitFor(text => text.includes('No run'));
		const app = findApp(terminal);

		process.kill(app, 'SIGSTOP');
		terminal.resize(1, 1);
		terminal.resize(80, 24);
		process.kill(app, 'SIGCONT');

		expect(terminal.screenText()).not.toBe(before);
		await terminal.waitFor(text => text === before);
		terminal.type('q');
		await expectTerminalBack(terminal, scratch);
	});

	it('tells that a run is interrupted whose rad was killed below it, and what goes on with it', async () => {
		const scratch = await makeScratch(newFolder(), {growing: GROWING});
		const run = startRad(['run', 'growing'], {...scratch, env: {RAD_UNATTENDED_LIMIT: '1s'}});
		const terminal = openRad(scratch, ['top'], 120, 40);
		await terminal.waitFor(screen => screen.includes('line number 3'));

		run.child.kill('SIGKILL');

		const screen = await terminal.waitFor(text => text.includes('INTERRUPTED'));
		expect(screen).toContain(`go on: rad resume ${(await runOf(scratch)).id}`);
		await until(async () => (await agentsOf(scratch)).find(({stepId}) => stepId === 'grow')?.status !== 'running');
		terminal.type('q');
		await expectTerminalBack(terminal, scratch);
	});

	it('shows an agent’s request to restore with No as the default, and offers its calls again after a yes', async () => {
		const scratch = await makeScratch(newFolder(), {
			asking: 'version: 1\nsteps:\n  - {id: ask, prompt: x, recording: restore, speed: 20}\n',
		});
		const terminal = openRad(scratch, ['top', '--run', 'asking']);
		await terminal.waitFor(screen => screen.includes('ask') && /restore/i.test(screen) && /\by\b/.test(screen) && screen.includes('cp_'));
		expect(existsSync(path.join(scratch.cwd, 'src/slug.js'))).toBe(true);

		terminal.type('y');
		await terminal.waitFor(screen => screen.includes('src/slug.js') && /again/i.test(screen));
		expect(existsSync(path.join(scratch.cwd, 'src/slug.js'))).toBe(false);
		terminal.type('y');
		await until(() => existsSync(path.join(scratch.cwd, 'src/slug.js')));
		await until(async () => (await radJson<readonly Run[]>(['runs'], scratch))[0]?.status === 'completed');

		const agents = await radJson<readonly Agent[]>(['monitor', 'list'], scratch);
		expect(agents.map(({name, attempt}) => [name, attempt])).toEqual([['ask', 1]]);
		terminal.type('q');
		await expectTerminalBack(terminal, scratch);
	});

	it('has a call that is offered again edited in the user’s editor, and does it as edited', async () => {
		const scratch = await makeScratch(newFolder(), {
			asking: 'version: 1\nsteps:\n  - {id: ask, prompt: x, recording: restore, speed: 20}\n',
		});
		const editor = path.join(scratch.home, 'my editor');
		writeFileSync(editor, '#!/bin/sh\necho "// by hand" >> "$2"\n', {mode: 0o700});
		const terminal = openRad(scratch, ['top', '--run', 'asking'], 80, 24, {VISUAL: `"${editor}" --wait`});
		await terminal.waitFor(screen => screen.includes('cp_') && screen.includes('[y] grant'));
		terminal.type('y');
		await terminal.waitFor(screen => screen.includes('src/slug.js') && screen.includes('[e] edit'));

		terminal.type('e');
		await terminal.waitFor(screen => screen.includes('// by hand') && screen.includes('[y] do it as edited'));
		expect(existsSync(path.join(scratch.cwd, 'src/slug.js'))).toBe(false);
		terminal.type('y');

		await until(() => existsSync(path.join(scratch.cwd, 'src/slug.js')));
		expect(readFileSync(path.join(scratch.cwd, 'src/slug.js'), 'utf8')).toMatch(/\/\/ by hand\n$/);
		await until(async () => (await radJson<readonly Run[]>(['runs'], scratch))[0]?.status === 'completed');
		terminal.type('q');
		await expectTerminalBack(terminal, scratch);
	});

	it('shows the dashboard of the demo and says afterwards where it is', async () => {
		const folder = newFolder();
		const scratch = await makeScratch(folder, {});
		const terminal = openTerminal({
			command: process.execPath,
			args: [BIN, 'demo'],
			columns: 80,
			rows: 24,
			cwd: scratch.cwd,
			env: {...toTestEnvironment(scratch.home), TMPDIR: folder},
		});
		await terminal.waitFor(screen => screen.includes('plan') && screen.includes('recording'));

		terminal.type('q');

		await terminal.waitFor(screen => screen.includes('rad-demo-') && screen.includes(' init'));
		expect(await terminal.exit).toMatchObject({exitCode: 0});
		const root = /cd (\S*rad-demo-\S+)/.exec(terminal.screenText())?.[1] ?? '';
		const [run] = await radJson<readonly Run[]>(['runs'], {cwd: root, home: scratch.home});
		await rad(['cancel', run?.id ?? '', '--now'], {cwd: root, home: scratch.home});
	});
});
