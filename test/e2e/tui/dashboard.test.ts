import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import {buildFakeProgram, type FakeDashboard, type FakeProgram, openDashboard} from '../../support/open-dashboard.ts';

const ESC = '\u001b';

let program: FakeProgram;
let opened: FakeDashboard | undefined;

beforeAll(async () => {
	program = await buildFakeProgram();
});
afterEach(() => opened?.close());
afterAll(() => program.remove());

const open = async (columns: number, rows: number, options: Partial<Parameters<typeof openDashboard>[1]> = {}): Promise<FakeDashboard> => {
	opened = await openDashboard(program, {columns, rows, ...options});
	return opened;
};

const rowWith = (screen: string, text: string): string => screen.split('\n').find(row => row.includes(text)) ?? '';

describe('the dashboard in a terminal', () => {
	test('fills the screen with its first frame, on the alternate screen and without a cursor', async () => {
		const {terminal} = await open(80, 24);

		const screen = await terminal.waitFor(text => text.includes('review') && text.includes('q quit'));

		expect(terminal.isAlternate()).toBe(true);
		expect(terminal.isCursorHidden()).toBe(true);
		const rows = screen.split('\n');
		expect(rows).toHaveLength(24);
		expect(rows[1]?.at(0)).toBe('┏');
		expect(rows[1]?.at(79)).toBe('┓');
		expect(rows[22]?.at(0)).toBe('╰');
		expect(rows[22]?.at(79)).toBe('╯');
		expect(rows[23]).toContain('q quit');
	});

	test('selects an agent and shows its log', async () => {
		const {terminal} = await open(80, 24);
		await terminal.waitFor(text => text.includes('review  FOLLOW'));

		terminal.type('kk');

		const screen = await terminal.waitFor(text => text.includes('limiter  FOLLOW'));
		expect(rowWith(screen, '❯')).toContain('limiter');
	});

	test('shows lines as they are printed, counts them while paused, and follows again', async () => {
		const {terminal, tell} = await open(80, 24);
		await terminal.waitFor(text => text.includes('review  FOLLOW  10 lines'));

		tell({do: 'log', text: 'a line printed just now'});
		await terminal.waitFor(text => text.includes('a line printed just now'));
		terminal.type('2k');
		await terminal.waitFor(text => text.includes('PAUSED'));
		tell({do: 'log', text: 'printed while paused'});

		const paused = await terminal.waitFor(text => text.includes('1 new'));
		expect(paused).not.toContain('printed while paused');
		terminal.type('f');
		await terminal.waitFor(text => text.includes('printed while paused') && text.includes('FOLLOW'));
	});

	test('previews a checkpoint, restores it after a yes, and undoes that', async () => {
		const {terminal} = await open(80, 24);
		await terminal.waitFor(text => text.includes('review'));

		terminal.type('4j\r');
		await terminal.waitFor(text => text.includes('Preview cp_0000000003') && text.includes('test/limiter.test.ts'));
		terminal.type('r');
		await terminal.waitFor(text => text.includes('Restore cp_0000000003') && text.includes('3 agents at work are stopped first'));
		terminal.type('y');
		await terminal.waitFor(text => text.includes('Restored cp_0000000003') && text.includes('u undoes'));
		terminal.type('u');
		await terminal.waitFor(text => text.includes('Undo the last restore?') && text.includes('[y] undo'));
		terminal.type('y');
		await terminal.waitFor(text => text.includes('Undone (2 files changed)'));
		terminal.type('q');

		await terminal.exit;
		expect(terminal.written()).toContain(
			'{"action":"restore","checkpointId":"cp_0000000003","stopRuns":true},{"action":"restore","checkpointId":"cp_0000000005"',
		);
	});

	test('leaves everything as it is when the question is not answered with yes', async () => {
		const {terminal} = await open(80, 24);
		await terminal.waitFor(text => text.includes('review'));

		terminal.type('r');
		await terminal.waitFor(text => text.includes('[y] restore'));
		terminal.type(ESC);
		await terminal.waitFor(text => !text.includes('[y] restore'));
		terminal.type('q');

		await terminal.exit;
		expect(terminal.written()).toContain('calls: []');
	});

	test('asks the user what an agent asks for, one after the other', async () => {
		const {terminal, tell} = await open(80, 24);
		await terminal.waitFor(text => text.includes('review'));

		tell({do: 'ask-to-restore'});
		await terminal.waitFor(text => text.includes('review asks to restore a checkpoint') && text.includes('[y] grant'));
		terminal.type('y');
		await terminal.waitFor(text => text.includes('Granted'));
		tell({do: 'ask-to-replay'});
		// Requests are listed newest first and asked oldest first.
		await terminal.waitFor(text => text.includes('a.txt') && text.includes('1 more call after this'));
		terminal.type('y');
		await terminal.waitFor(text => text.includes('b.txt') && text.includes('skip it'));
		terminal.type('n');
		await terminal.waitFor(text => text.includes('Not granted'));
		terminal.type('q');

		await terminal.exit;
		const decisions = [...terminal.written().matchAll(/"requestId":"(\w+)","isGranted":(true|false)/g)].map(
			([, id, isGranted]) => `${id} ${isGranted}`,
		);
		expect(decisions).toEqual(['req_0000000001 true', 'req_0000000002 true', 'req_0000000003 false']);
	});

	test('stops the run after a yes', async () => {
		const {terminal} = await open(80, 24);
		await terminal.waitFor(text => text.includes('RUNNING'));

		terminal.type('S');
		await terminal.waitFor(text => text.includes('Stop run') && text.includes('implement'));
		terminal.type('y');

		await terminal.waitFor(text => text.includes('CANCELLED'));
	});

	test('shows the keys, and another run', async () => {
		const {terminal} = await open(120, 40);
		await terminal.waitFor(text => text.includes('review'));

		terminal.type('?');
		await terminal.waitFor(text => text.includes('Help') && text.includes('give the pane the whole screen'));
		terminal.type(ESC);
		await terminal.waitFor(text => !text.includes('Help'));
		terminal.type('Hj\r');

		await terminal.waitFor(text => text.includes('nightly-audit') && text.includes('COMPLETED'));
	});

	test('draws itself anew in every size', async () => {
		const {terminal} = await open(120, 40);
		await terminal.waitFor(text => text.includes('4 Checkpoints 4'));

		for (const [columns, rows, mark] of [
			[80, 24, '[2 Log]'],
			[40, 10, 'RUNNING'],
			[200, 50, '4 Checkpoints 4'],
		] as const) {
			terminal.resize(columns, rows);
			const screen = await terminal.waitFor(text => {
				const lines = text.split('\n');
				return text.includes(mark) && lines.length === rows && (lines[rows - 1] ?? '').includes('q quit');
			});
			expect(screen.split('\n').filter(line => line.includes('q quit'))).toHaveLength(1);
		}
	});
});
