import {EventEmitter} from 'node:events';
import {describe, expect, test} from 'vitest';
import {RadError} from '../../../source/domain/failures.ts';
import {runDashboard} from '../../../source/tui/run-dashboard.tsx';
import {createScreen} from '../../../source/tui/screen.ts';
import {chooseTheme} from '../../../source/tui/theme.ts';
import {createFakeRad} from '../../support/fake-rad.ts';

const ESC = '\u001b';

const createTerminal = (columns = 20, rows = 3) => {
	const written: string[] = [];
	let isFull = false;
	const output = Object.assign(new EventEmitter(), {columns, rows, isTTY: true, write: (text: string) => written.push(text) > 0 && !isFull});
	const modes: boolean[] = [];
	const input = Object.assign(new EventEmitter(), {isTTY: true, setRawMode: (isRaw: boolean) => void modes.push(isRaw)});
	const screen = createScreen({input: input as unknown as NodeJS.ReadStream, output: output as unknown as NodeJS.WriteStream});
	return {
		screen,
		output,
		modes,
		/** What was written since it was last asked for. */
		take: () => written.splice(0).join(''),
		fill: (isNowFull: boolean) => {
			isFull = isNowFull;
		},
	};
};

describe('the screen', () => {
	test('takes the terminal and gives it back once', () => {
		const {screen, modes, take} = createTerminal();

		screen.enter();
		expect(take()).toContain(`${ESC}[?1049h`);
		screen.leave();
		screen.leave();

		expect(take()).toBe(`${ESC}[0m${ESC}[?2004l${ESC}[?7h${ESC}[?25h${ESC}[?1049l`);
		expect(modes).toEqual([true, false]);
	});

	test('rings while it has the terminal, between two frames and without drawing', () => {
		const {screen, take} = createTerminal();
		screen.ring('\u0007');
		expect(take()).toBe('');
		screen.enter();
		take();

		screen.ring('\u0007');

		expect(take()).toBe('\u0007');
		screen.leave();
		take();
		screen.ring('\u0007');
		expect(take()).toBe('');
	});

	test('writes only the rows that changed, and erases behind the short ones only', () => {
		const {screen, take} = createTerminal();
		screen.enter();
		screen.stdout.write(`one\n${'x'.repeat(20)}\nthree`);
		take();

		screen.stdout.write(`one\n${'y'.repeat(20)}\n3`);

		expect(take()).toBe(`${ESC}[?2026h${ESC}[2;1H${'y'.repeat(20)}${ESC}[3;1H3${ESC}[0m${ESC}[K${ESC}[?2026l`);
	});

	test('writes nothing for the same frame, for bare control sequences, and before it was entered', () => {
		const {screen, take} = createTerminal();
		screen.stdout.write('early');
		expect(take()).toBe('');
		screen.enter();
		expect(take()).toContain('early');

		screen.stdout.write('early');
		screen.stdout.write(`${ESC}[?25h`);
		screen.stdout.write('');

		expect(take()).toBe('');
	});

	test('draws everything anew after a resize and when it comes back', () => {
		const {screen, output, take} = createTerminal();
		screen.enter();
		screen.stdout.write('one\ntwo');
		take();

		output.emit('resize');
		screen.stdout.write('one\ntwo');
		expect(take()).toContain('one');
		screen.leave();
		take();
		screen.enter();

		expect(take()).toContain('one');
	});

	test('skips frames while the terminal is slow, and writes the newest then', () => {
		const {screen, output, take, fill} = createTerminal();
		screen.enter();
		fill(true);
		screen.stdout.write('first');
		take();

		screen.stdout.write('second');
		screen.stdout.write('third');
		expect(take()).toBe('');
		fill(false);
		output.emit('drain');

		expect(take()).toContain('third');
	});

	test('leaves out rows that the terminal does not have', () => {
		const {screen, take} = createTerminal(20, 2);
		screen.enter();
		take();

		screen.stdout.write('1\n2\n3');

		expect(take()).not.toContain('3;1H');
	});
});

test.each([
	['no terminal to draw on', {isTTY: false}, {}],
	['a terminal that cannot be drawn on', {isTTY: true}, {TERM: 'dumb'}],
])('the dashboard refuses %s before it draws', async (_, stream, environment) => {
	const written: string[] = [];
	const output = {...stream, write: (text: string) => written.push(text) > 0} as unknown as NodeJS.WriteStream;

	const shown = runDashboard({
		rad: createFakeRad().rad,
		input: {isTTY: true} as unknown as NodeJS.ReadStream,
		output,
		environment,
		cpuMs: () => 0,
		editText: () => undefined,
		clock: {now: () => 0, elapsed: () => 0, sleep: async () => undefined},
	});

	await expect(shown).rejects.toThrow(RadError);
	await expect(shown).rejects.toMatchObject({code: 'TERMINAL_MISSING'});
	expect(written).toEqual([]);
});

test('no colour is used where NO_COLOR asks for none, and everything is still marked', () => {
	const styles = ['active', 'good', 'bad', 'attention', 'recording', 'accent'] as const;

	for (const style of styles) {
		expect(chooseTheme({NO_COLOR: '1'}).paint('x', style)).not.toMatch(/\[[349]\d/);
		expect(chooseTheme({NO_COLOR: ''}).paint('x', style)).toMatch(/\[3\d/);
	}
	expect(chooseTheme({NO_COLOR: '1'}).paint('x', 'selected')).toBe(`${ESC}[7mx${ESC}[27m`);
});
