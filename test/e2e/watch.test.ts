import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {BIN, makeScratch, rad, type Scratch, toTestEnvironment} from '../support/rad.ts';
import {openTerminal} from '../support/terminal.ts';

const STEPS = `version: 1
steps:
  - id: first
    run: echo hello
`;

let workspace: Scratch;
let folder: string;
beforeAll(async () => {
	folder = mkdtempSync(path.join(tmpdir(), 'rad-watch-'));
	workspace = await makeScratch(folder, {one: STEPS});
	await rad(['run', 'one'], workspace);
});

afterAll(() => rmSync(folder, {recursive: true, force: true}));

describe('rad monitor list --watch', () => {
	it('shows what is new in its place, keeps what stood there before, and ends with Ctrl-C', async () => {
		const terminal = openTerminal({
			command: 'sh',
			args: ['-c', 'echo before; exec "$0" "$1" monitor list --watch --every 200ms', process.execPath, BIN],
			columns: 80,
			rows: 12,
			cwd: workspace.cwd,
			env: toTestEnvironment(workspace.home),
		});
		await terminal.waitFor(screen => screen.includes('Ctrl-C ends it'));

		await rad(['run', 'one'], workspace);
		const screen = await terminal.waitFor(text => text.match(/completed/g)?.length === 2);
		terminal.type('\u0003');
		const {exitCode} = await terminal.exit;

		expect(screen).toMatch(/^before\nAgent /);
		expect(screen.match(/Agent /g)).toHaveLength(1);
		expect(terminal.screenText()).toMatch(/^before\nAgent /);
		expect({exitCode, isAlternate: terminal.isAlternate()}).toEqual({exitCode: 130, isAlternate: false});
	});
});
