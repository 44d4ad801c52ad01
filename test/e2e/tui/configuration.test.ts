import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {afterEach, describe, expect, it} from 'vitest';
import {BIN, makeScratch, rad, type Scratch, toTestEnvironment} from '../../support/rad.ts';
import {createScratch} from '../../support/scratch.ts';
import {openTerminal, type TerminalSession} from '../../support/terminal.ts';

const newFolder = createScratch();

const makeConfigured = async (configuration: string): Promise<Scratch> => {
	const scratch = await makeScratch(newFolder(), {});
	writeFileSync(path.join(scratch.cwd, '.radium/config.yaml'), configuration);
	return scratch;
};

let opened: TerminalSession | undefined;
afterEach(() => opened?.kill('SIGKILL'));

const openTop = ({cwd, home}: Scratch): TerminalSession => {
	opened = openTerminal({command: process.execPath, args: [BIN, 'top'], columns: 100, rows: 30, cwd, env: toTestEnvironment(home)});
	return opened;
};

describe('the configuration of rad top in a terminal', () => {
	it('gives an action other keys, which the footer and the help show', async () => {
		const terminal = openTop(await makeConfigured('keys:\n  help: [Ctrl+E]\n  quit: [Q, ctrl+c]\n'));

		await terminal.waitFor(screen => screen.includes('Ctrl+E help  Q quit'));
		terminal.type('\u0005');
		await terminal.waitFor(screen => screen.includes('━ Help ━'));
		terminal.type('G');
		const help = await terminal.waitFor(screen => screen.includes('leave the dashboard'));
		terminal.type('Q');

		expect(help).toMatch(/Q {2}Ctrl\+C +leave the dashboard/);
		expect(await terminal.exit).toMatchObject({exitCode: 0});
	});

	it('gives it another look, and pictures too', async () => {
		const scratch = await makeConfigured('theme: light\n');
		const terminal = openTop(scratch);
		await terminal.waitFor(screen => screen.includes('q quit'));
		terminal.type('q');
		await terminal.exit;

		expect(terminal.written()).toContain('\u001b[34m');
		expect(terminal.written()).not.toMatch(/\u001b\[(?:2|33|36|9\d)m/);
		const svg = path.join(scratch.cwd, 'top.svg');
		expect(await rad(['top', '--svg', svg], scratch)).toMatchObject({code: 0});
		expect(readFileSync(svg, 'utf8')).toContain('fill:#fbfbfd');
	});

	it.each([
		['keys:\n  stop-rnu: [k]\n', '.radium/config.yaml:2:3: keys: unknown action "stop-rnu"; did you mean "stop-run"?'],
		['keys:\n  quit: []\n', '.radium/config.yaml:2:3: quit: it needs a key, or there would be no way out'],
		['theme: pink\n', '.radium/config.yaml:1:8: theme: is not known'],
	])('is refused before anything is drawn: %j', async (configuration, told) => {
		const terminal = openTop(await makeConfigured(configuration));

		expect(await terminal.exit).toMatchObject({exitCode: 5});
		expect(terminal.screenText().replaceAll('\n', '')).toContain(told);
		expect(terminal.written()).not.toContain('\u001b[?1049h');
	});
});
