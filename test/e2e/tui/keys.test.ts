import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import {KEYMAP} from '../../../source/tui/keymap.ts';
import {buildFakeProgram, type FakeDashboard, type FakeProgram, openDashboard} from '../../support/open-dashboard.ts';

const ESC = '\u001b';
const ENTER = '\r';
const BACKSPACE = '\u007f';
const [UP, DOWN, RIGHT, LEFT, PAGE_UP, PAGE_DOWN, HOME, END, SHIFT_TAB] = ['[A', '[B', '[C', '[D', '[5~', '[6~', '[H', '[F', '[Z'].map(
	end => `${ESC}${end}`,
) as [string, string, string, string, string, string, string, string, string];
const [CTRL_D, CTRL_L, CTRL_U, CTRL_W] = ['\u0004', '\u000c', '\u0015', '\u0017'];

/** One key press, what a user then reads on the screen, and what is gone from it. */
type Step = readonly [key: string, seen: string, gone?: string];

/** What a user does one after the other, by the part of the dashboard. Each row presses one key and reads the screen. */
const WALKS: Readonly<Record<string, readonly Step[]>> = {
	'the tree': [
		['k', '❯   ✖ tests'],
		[UP, '❯   └─● limiter'],
		['p', '❯ ▾ ● implement'],
		[' ', '▸ ● implement (2)', '└─●'],
		[RIGHT, '└─● limiter'],
		['h', '▸ ● implement (2)'],
		['l', '└─● limiter'],
		['E', '▸ ● implement (2)'],
		['E', '└─● limiter'],
		['n', '❯   ✖ tests'],
		['j', '❯   ‖ review'],
		['g', '❯   ✔ plan'],
		['G', '❯   ‖ review'],
		[HOME, '❯   ✔ plan'],
		[END, '❯   ‖ review'],
		[PAGE_UP, '❯   ✔ plan'],
		[PAGE_DOWN, '❯   ‖ review'],
		[CTRL_U, '❯   ✔ plan'],
		[CTRL_D, '❯   ‖ review'],
		['s', 'by cost'],
		['I', 'by cost, reversed'],
		['a', '❯   ‖ review'],
		['y', 'Copied: agt_0000000006'],
		['z', '1 Agents 6', '3 Cost'],
		[ESC, '3 Cost'],
	],
	'the filter of the tree': [
		['/', 'filter: ▏'],
		['x', 'No agent has "x"'],
		[BACKSPACE, '✔ plan'],
		['l', 'filter: l▏'],
		[CTRL_U, 'filter: ▏'],
		['t', 'filter: t▏'],
		[CTRL_W, 'filter: ▏'],
		['w', '/w 1 of 6', 'filter: ▏'],
		[ENTER, '/w 1 of 6', 'Enter ok'],
		[ESC, '✔ plan', '/w 1 of 6'],
	],
	'the details of an agent': [
		['i', 'review  agt_0000000006'],
		[ESC, '❯   ‖ review', 'review  agt_'],
		[ENTER, 'review  agt_0000000006'],
		[ENTER, '❯   ‖ review', 'review  agt_'],
	],
	'the log': [
		['2', '[2 Log]'],
		['z', '2 Log review', '1 Agents'],
		['t', 'Reading src', '14:09:00'],
		['t', '14:09:00'],
		['w', '14:09:00'],
		[' ', '14:09:00'],
		['v', 'what was said', 'bash npm test'],
		['v', 'what was done'],
		['v', 'problems'],
		['v', 'bash npm test'],
		['/', 'search: ▏'],
		['e', '/e 1'],
		['d', '/ed'],
		[ENTER, '/ed'],
		['N', ' of '],
		['n', ' of '],
		[ESC, 'PAUSED', '/ed'],
		['f', 'FOLLOW'],
		['f', 'PAUSED'],
		['f', 'FOLLOW'],
		['&', 'only lines with: ▏'],
		['7', 'No line has "7"'],
		[ESC, 'bash npm test'],
		['+', '1 Agents'],
	],
	'the costs': [
		['3', '[3 Cost]'],
		['t', 'by agent'],
		[LEFT, 'by model'],
		[CTRL_L, 'by model'],
		['1', '┏━ 1 Agents'],
	],
	'the checkpoints': [
		['4', '[4 Checkpoints]'],
		['/', 'filter: ▏'],
		['h', 'handlers look right', 'before tests'],
		[ENTER, '/h 1 of 4'],
		[ESC, 'before tests'],
		['j', '❯ ◆ 14:04:50'],
		[ENTER, 'Preview cp_0000000003'],
		[' ', '◌ M src/limiter.ts'],
		['A', '● M src/limiter.ts'],
		['d', 'src/index.ts since'],
		[ESC, 'Preview cp_0000000003'],
		['r', 'Restore cp_0000000003'],
		['n', 'handlers look right', 'Restore cp_'],
		['u', 'Nothing was restored yet'],
	],
	'panes and lists': [
		['\t', '[2 Log]'],
		[']', '[3 Cost]'],
		['[', '[2 Log]'],
		[SHIFT_TAB, '❯   ‖ review'],
		['H', 'Runs 2'],
		[DOWN, '❯ ✔'],
		['H', '❯   ‖ review', 'Runs 2'],
		['W', 'There is no workflow yet'],
		['W', '❯   ‖ review', 'There is no workflow'],
		['!', 'Needs a look 2'],
		[ENTER, '❯   ✖ tests', 'Needs a look'],
		['!', 'Needs a look 2'],
		[ESC, '❯   ✖ tests', 'Needs a look'],
		[':', 'Command'],
		['k', ':k▏'],
		['i', ':ki▏'],
		['l', ':kil▏'],
		[ENTER, 'Kill run'],
		[ESC, '❯   ✖ tests', 'Kill run'],
		['X', 'Kill run'],
		['n', '❯   ✖ tests', 'Kill run'],
		['S', 'Stop run'],
		['n', '❯   ✖ tests', 'Stop run'],
		['j', '❯   ‖ review'],
		['x', 'Stop agent'],
		['n', '❯   ‖ review', 'Stop agent'],
		['d', 'No step waits for your decision'],
		['?', 'In every pane'],
		['?', '❯   ‖ review', 'In every pane'],
	],
};

let program: FakeProgram;
let opened: FakeDashboard | undefined;

beforeAll(async () => {
	program = await buildFakeProgram();
});
afterEach(() => opened?.close());
afterAll(() => program.remove());

describe('a user presses keys and reads the screen', () => {
	test.each(Object.entries(WALKS))('in %s', async (_, steps) => {
		opened = await openDashboard(program, {columns: 80, rows: 24});
		const {terminal} = opened;
		await terminal.waitFor(screen => screen.includes('review  FOLLOW  10 lines'));

		for (const [key, seen, gone] of steps) {
			terminal.type(key);
			await terminal.waitFor(screen => screen.includes(seen) && (gone === undefined || !screen.includes(gone)));
		}

		terminal.type('q');
		expect(await terminal.exit).toMatchObject({exitCode: 0});
		expect(terminal.isAlternate()).toBe(false);
	});
});

/** Pressed in a terminal elsewhere: in dashboard.test.ts, terminal.test.ts, and with the real program in bell.test.ts and top.test.ts. */
const ELSEWHERE: readonly string[] = ['confirm', 'edit-call', 'put-off', 'answer', 'choose-run', 'choose-workflow', 'suspend', 'quit', 'undo'];

const NAMES: Readonly<Record<string, string>> = {
	[ENTER]: 'enter',
	[ESC]: 'escape',
	[BACKSPACE]: 'backspace',
	[UP]: 'up',
	[DOWN]: 'down',
	[RIGHT]: 'right',
	[LEFT]: 'left',
	[PAGE_UP]: 'pageup',
	[PAGE_DOWN]: 'pagedown',
	[HOME]: 'home',
	[END]: 'end',
	[SHIFT_TAB]: 'shift+tab',
	[CTRL_D]: 'ctrl+d',
	[CTRL_L]: 'ctrl+l',
	[CTRL_U]: 'ctrl+u',
	[CTRL_W]: 'ctrl+w',
	'\t': 'tab',
	' ': 'space',
};

test('every action of the table of keys is pressed somewhere', () => {
	const pressed = new Set(Object.values(WALKS).flatMap(steps => steps.map(([key]) => NAMES[key] ?? key)));

	const missing = KEYMAP.filter(({action, keys}) => !ELSEWHERE.includes(action) && !keys.some(key => pressed.has(key)));

	expect(missing.map(({action, context}) => `${context}: ${action}`)).toEqual([]);
});

test('a paste is a text where one is typed, and never keys', async () => {
	opened = await openDashboard(program, {columns: 120, rows: 40});
	const {terminal} = opened;
	const paste = (text: string): void => terminal.type(`${ESC}[200~${text}${ESC}[201~`);
	await terminal.waitFor(text => text.includes('review') && text.includes('q quit'));
	expect(terminal.modes().bracketedPasteMode).toBe(true);

	paste(`qry${ENTER}S/restore${ENTER}${ESC}[A${'q'.repeat(1_000_000)}`);
	await terminal.waitFor(text => text.includes('A paste is taken for a text'));
	terminal.type('/');
	paste(`lim${ESC}[Aiter`);

	await terminal.waitFor(text => text.includes('/limiter') && text.includes('2 of 6'));
	terminal.type(`${ENTER}q`);
	await terminal.waitFor(text => text.includes('left with 0'));
});
