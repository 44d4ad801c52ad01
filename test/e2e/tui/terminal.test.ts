import {execFileSync} from 'node:child_process';
import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import {buildFakeProgram, type FakeDashboard, type FakeProgram, openDashboard} from '../../support/open-dashboard.ts';
import {until} from '../../support/scratch.ts';

let program: FakeProgram;
let opened: FakeDashboard | undefined;

beforeAll(async () => {
	program = await buildFakeProgram();
});
afterEach(() => opened?.close());
afterAll(() => program.remove());

/** Opens the dashboard from a script that tells the settings of the terminal before and after it. */
const open = async (script: string, size = {columns: 120, rows: 40}, env = {}): Promise<FakeDashboard> => {
	const shell = `ulimit -c 0; rad() { "$NODE" "$RAD_BIN" top; }; settings() { echo "settings $(stty -g)"; }; settings; ${script}; settings; echo done`;
	opened = await openDashboard(program, {...size, command: 'bash', args: ['-c', shell], env: {NODE: process.execPath, ...env}});
	await opened.terminal.waitFor(text => text.includes('review') && text.includes('q quit'));
	return opened;
};

const settingsOf = (written: string): readonly string[] => written.match(/(?<=^settings )[0-9a-f:]+/gm) ?? [];

const parentOf = (pid: number): number => Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], {encoding: 'utf8'}));

const isAlive = (pid: number): boolean => {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
};

/** What a terminal is like before anything was done to it. */
const FRESH = {
	applicationCursorKeysMode: false,
	applicationKeypadMode: false,
	bracketedPasteMode: false,
	insertMode: false,
	isAlternate: false,
	isCursorHidden: false,
	mouseTrackingMode: 'none',
	originMode: false,
	reverseWraparoundMode: false,
	sendFocusMode: false,
	title: null,
	wraparoundMode: true,
};

const expectFresh = ({terminal}: FakeDashboard): void => {
	expect(terminal.modes()).toMatchObject(FRESH);
	const [before, ...afterwards] = settingsOf(terminal.written());
	expect(before).toBeDefined();
	expect(new Set(afterwards)).toEqual(new Set([before]));
};

describe('the terminal is what it was before', () => {
	const WAYS: ReadonlyArray<readonly [name: string, leave: (dashboard: FakeDashboard) => void, exitCode: number]> = [
		['q', ({terminal}) => terminal.type('q'), 0],
		['Ctrl+C', ({terminal}) => terminal.type('\u0003'), 0],
		['SIGTERM', ({pid}) => void process.kill(pid, 'SIGTERM'), 0],
		['SIGTERM to the launcher', ({pid}) => void process.kill(parentOf(pid), 'SIGTERM'), 0],
		['SIGHUP', ({pid}) => void process.kill(pid, 'SIGHUP'), 0],
		['SIGHUP to the launcher', ({pid}) => void process.kill(parentOf(pid), 'SIGHUP'), 0],
		['SIGQUIT', ({pid}) => void process.kill(pid, 'SIGQUIT'), 0],
		['kill -9', ({pid}) => void process.kill(pid, 'SIGKILL'), 137],
		['a crash of V8', ({pid}) => void process.kill(pid, 'SIGSEGV'), 139],
		['a throw', ({tell}) => tell({do: 'throw'}), 1],
		['a throw in a component', ({tell}) => tell({do: 'throw-while-drawing'}), 1],
		['a rejection that nobody handles', ({tell}) => tell({do: 'reject'}), 1],
	];

	test.each(WAYS)('%s', async (_, leave, exitCode) => {
		const dashboard = await open('rad; echo "code $?"');

		leave(dashboard);

		await dashboard.terminal.exit;
		expect(dashboard.terminal.written()).toContain(`code ${exitCode}`);
		expectFresh(dashboard);
		expect(readdirSync(join(program.folder, 'state/terminals'))).toEqual([]);
		const screen = dashboard.terminal.screenText();
		if (exitCode === 0) expect(screen).toContain('left with 0, calls: []');
		if (exitCode === 1) expect(screen).toContain('thrown on purpose');
	});

	test('no memory left', async () => {
		const dashboard = await open('rad; echo "code $?"', undefined, {NODE_OPTIONS: '--max-old-space-size=64'});

		dashboard.tell({do: 'use-all-memory'});

		await dashboard.terminal.exit;
		expect(dashboard.terminal.written()).toContain('code 134');
		expectFresh(dashboard);
	});

	test('a suspension, and it is taken again by fg', async () => {
		const dashboard = await open('set -m; rad; settings; read -r; fg; echo "code $?"');
		const {terminal} = dashboard;

		terminal.type('\u001a');
		await terminal.waitFor(text => text.split('settings').length === 3 && text.includes('Stopped'));
		expectFresh(dashboard);
		terminal.resize(100, 30);
		terminal.type('\r');

		const screen = await terminal.waitFor(text => text.includes('review') && text.includes('4 Checkpoints 4'));
		expect(screen.split('\n')).toHaveLength(30);
		expect(terminal.modes()).toMatchObject({isAlternate: true, isCursorHidden: true, wraparoundMode: false});
		terminal.type('q');
		await terminal.exit;
		expect(terminal.written()).toContain('code 0');
		expectFresh(dashboard);
	});
});

test('no process is left when the terminal is closed', async () => {
	const dashboard = await open('rad');
	const all = [dashboard.pid, parentOf(dashboard.pid), dashboard.terminal.pid];

	dashboard.terminal.hangUp();

	await until(() => !all.some(isAlive));
	expect(all.filter(isAlive)).toEqual([]);
});

test('draws the same picture after many changes of size in a row', async () => {
	const {terminal} = await open('rad');
	const isWhole = (text: string): boolean => text.includes('4 Checkpoints 4') && text.split('\n').at(-1)?.includes('q quit') === true;
	const withoutTimes = (text: string): string => text.replaceAll(/\d+[ms]\d*s?/g, '#').replaceAll(/ +/g, ' ');
	const before = await terminal.waitFor(isWhole);

	for (const [columns, rows] of [
		[40, 10],
		[500, 200],
		[60, 15],
		[99, 50],
		[1, 1],
		[200, 50],
		...Array.from({length: 60}, (_, index) => [40 + index * 3, 10 + index] as const),
		[120, 40],
	] as const)
		terminal.resize(columns, rows);

	const after = await terminal.waitFor(text => isWhole(text) && withoutTimes(text) === withoutTimes(before));
	expect(after.split('\n')).toHaveLength(40);
});
