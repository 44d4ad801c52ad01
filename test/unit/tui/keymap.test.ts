import {describe, expect, test} from 'vitest';
import {bindingsOf, contextsOf, findBinding, labelKey} from '../../../source/tui/key-lookup.ts';
import {KEYMAP} from '../../../source/tui/keymap.ts';
import {toKeys} from '../../../source/tui/keys.ts';
import {aLoadedState, stateAfter} from '../../support/frames.tsx';
import {sampleRun} from '../../support/sample-run.ts';

const NO_FLAGS = {
	upArrow: false,
	downArrow: false,
	leftArrow: false,
	rightArrow: false,
	pageDown: false,
	pageUp: false,
	home: false,
	end: false,
	return: false,
	escape: false,
	ctrl: false,
	shift: false,
	tab: false,
	backspace: false,
	delete: false,
	meta: false,
	super: false,
	hyper: false,
	capsLock: false,
	numLock: false,
};

describe('the key table', () => {
	test('gives no key two meanings in one context', () => {
		const places = KEYMAP.flatMap(({context, keys}) => keys.map(key => `${context} ${key}`));

		expect(places).toEqual([...new Set(places)]);
	});

	test('explains every key in one line', () => {
		for (const {help, label} of KEYMAP) {
			expect(help).toMatch(/^[a-z].{3,60}$/);
			expect(label ?? '').not.toMatch(/\s{2}/);
		}
	});

	test('leaves from every context', async () => {
		const state = await aLoadedState(sampleRun());

		for (const keys of [[], ['?'], ['H'], ['W'], ['!'], ['i'], ['r'], ['S'], ['4', 'enter']]) {
			expect(findBinding(stateAfter(state, ...keys), 'q')?.action).toBe('quit');
		}
	});

	test('lets the nearer context win', async () => {
		const state = await aLoadedState(sampleRun());

		expect(findBinding(stateAfter(state, '3'), 'enter')?.action).toBe('zoom');
		expect(findBinding(state, 'enter')?.action).toBe('show-agent');
		expect(findBinding(stateAfter(state, '4'), 'enter')?.action).toBe('preview-checkpoint');
	});

	test('offers a key that is not hidden by a nearer one', async () => {
		const state = stateAfter(await aLoadedState(sampleRun()), '4');

		expect(bindingsOf(state).find(({action}) => action === 'zoom')?.key).toBe('z');
	});

	test('reaches no pane while a question is open', async () => {
		const state = stateAfter(await aLoadedState(sampleRun()), 'S');

		expect(contextsOf(state)).toEqual(['question', 'everywhere']);
		for (const key of ['r', 'u', 'X', '1', 'tab', 'enter']) expect(findBinding(state, key)).toBeUndefined();
	});

	test.each([
		['ctrl+c', 'Ctrl+C'],
		['escape', 'Esc'],
		['G', 'G'],
		['shift+tab', 'Shift+Tab'],
	])('shows %s as %s', (key, label) => {
		expect(labelKey(key)).toBe(label);
	});
});

describe('reading keys', () => {
	test.each([
		['typed faster than they are read', 'jj\r', {}, ['j', 'j', 'enter']],
		['an arrow', '', {upArrow: true}, ['up']],
		['Ctrl with a letter', 'c', {ctrl: true}, ['ctrl+c']],
		['Shift+Tab', '', {tab: true, shift: true}, ['shift+tab']],
		['a space', ' ', {}, ['space']],
		['Alt with a letter', 'y', {meta: true}, []],
		['Esc', '', {escape: true, meta: true}, ['escape']],
		['a report of the focus that nobody asked for', '[I', {}, []],
		['a report of the mouse', '[<0;10;5M', {}, []],
		['a capital letter', 'G', {shift: true}, ['G']],
	])('%s', (_, input, flags, keys) => {
		expect(toKeys(input, {...NO_FLAGS, ...flags})).toEqual(keys);
	});
});
