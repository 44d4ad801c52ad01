import {describe, expect, test} from 'vitest';
import type {KeyWish} from '../../../source/domain/configuration.ts';
import {isFailure} from '../../../source/domain/failures.ts';
import type {Context} from '../../../source/tui/binding.ts';
import {judgeKeys} from '../../../source/tui/judge-keys.ts';
import {bindingsOf, findBinding, labelKey, toKeymap} from '../../../source/tui/key-lookup.ts';
import {readKeyName} from '../../../source/tui/key-names.ts';
import {KEYMAP} from '../../../source/tui/keymap.ts';
import {aLoadedState, drawScreen, stateAfter} from '../../support/frames.tsx';
import {sampleRun} from '../../support/sample-run.ts';

/** Each action on a line of its own, its keys in the columns 10, 20, … */
const wish = (keys: Readonly<Record<string, readonly string[]>>, change: Partial<KeyWish> = {}): readonly KeyWish[] =>
	Object.entries(keys).map(([action, names], index) => ({
		action,
		place: {file: 'c', line: index + 1, column: 3},
		keys: names.map((name, at) => ({name, place: {file: 'c', line: index + 1, column: (at + 1) * 10}})),
		isOwn: true,
		file: '/home/ann/c',
		...change,
	}));

const judge = (keys: Readonly<Record<string, readonly string[]>>, change: Partial<KeyWish> = {}): unknown => {
	try {
		return Object.fromEntries(judgeKeys(wish(keys, change)));
	} catch (error) {
		if (!isFailure(error, 'CONFIGURATION_UNUSABLE')) throw error;
		return error.details['problems'];
	}
};

describe("the user's own keys", () => {
	test.each([
		['none', {}, {}],
		['a new one', {'stop-run': ['ctrl+k']}, {'stop-run': ['ctrl+k']}],
		['as the help shows them', {'page-up': ['PgUp', 'Ctrl+B', 'Ctrl+b']}, {'page-up': ['pageup', 'ctrl+b']}],
		['an action that is switched off', {'kill-run': []}, {'kill-run': []}],
		['two that are swapped', {'show-log': ['3'], 'show-totals': ['2']}, {'show-log': ['3'], 'show-totals': ['2']}],
		['one that another action has given up', {'show-log': ['z'], zoom: ['Z']}, {'show-log': ['z'], zoom: ['Z']}],
		['one that a nearer place hides', {copy: ['n']}, {copy: ['n']}],
		['an answer', {confirm: ['Y'], decline: ['n']}, {confirm: ['Y'], decline: ['n']}],
	])('can be %s', (_, keys, own) => {
		expect(judge(keys)).toEqual(own);
	});

	test.each([
		['an unknown action', {'stop-rnu': ['k']}, ['c:1:3: keys: unknown action "stop-rnu"; did you mean "stop-run"?']],
		[
			'an unknown key',
			{undo: ['U', 'hyper+u']},
			[expect.stringMatching(/^c:1:20: undo: unknown key "hyper\+u"; write a character, ctrl\+ and a letter, or one/)],
		],
		['one that a terminal takes for another', {undo: ['Ctrl+I']}, ['c:1:10: undo: "Ctrl+I" is the same as "tab" for a terminal']],
		['one that another action has', {undo: ['y']}, ['c:1:10: undo: "y" is a key of "copy" too, in the same place']],
		['one for two actions', {undo: ['U'], copy: ['U']}, ['c:2:10: copy: "U" is a key of "undo" too, in the same place']],
		['one of an action that is bound in several places', {close: ['r']}, ['c:1:10: close: "r" is a key of "restore" too, in the same place']],
		['one that types a character', {'cancel-text': ['x']}, ['c:1:10: cancel-text: "x" types a character there; take a key such as ctrl+k']],
		['no way to leave', {quit: []}, ['c:1:3: quit: it needs a key, or there would be no way out']],
		['no way out of a list', {close: []}, ['c:1:3: close: it needs a key, or there would be no way out']],
		['no way to say no', {decline: []}, ['c:1:3: decline: it needs a key, or there would be no way out']],
		['no way to give up a text', {'cancel-text': []}, ['c:1:3: cancel-text: it needs a key, or there would be no way out']],
		[
			'all keys of leaving for something else',
			{'wrap-log': ['q', 'ctrl+c']},
			['c:1:3: quit: it needs a key that no other action has; "wrap-log" takes one, or there would be no way out'],
		],
		[
			'several mistakes, in the order of the file',
			{quit: [], udno: []},
			['c:1:3: quit: it needs a key, or there would be no way out', 'c:2:3: keys: unknown action "udno"; did you mean "undo"?'],
		],
	])('are refused with %s', (_, keys, problems) => {
		expect(judge(keys)).toEqual(problems);
	});

	test('of answers cannot come with a repository, which could swap yes and no', () => {
		expect(judge({undo: ['U']}, {isOwn: false})).toEqual({undo: ['U']});
		expect(judge({confirm: ['escape']}, {isOwn: false})).toEqual([
			'c:1:3: confirm: the keys of answers are taken from your own file only, since a repository could bring others',
		]);
	});

	test('that are refused name the file to mend', () => {
		expect(() => judgeKeys(wish({quit: []}))).toThrow(expect.objectContaining({exitCode: 5, hint: 'mend or remove /home/ann/c'}));
	});

	test('are bound instead of the usual ones, wherever the action is', async () => {
		const ownKeys = judgeKeys(wish({'follow-log': ['F'], 'kill-run': []}));
		const state = {...(await aLoadedState(sampleRun())), ownKeys};
		const contexts = (key: string): readonly Context[] =>
			toKeymap(ownKeys)
				.filter(({keys}) => keys.includes(key))
				.map(({context}) => context);

		expect(contexts('F')).toEqual(['log', 'panes']);
		expect(contexts('f')).toEqual([]);
		expect(findBinding(state, 'F')?.action).toBe('follow-log');
		expect(findBinding(state, 'X')).toBeUndefined();
		expect(bindingsOf(state).map(({action}) => action)).not.toContain('kill-run');
	});

	test('are shown in the footer, the help, the palette, and by what names a key', async () => {
		const ownKeys = judgeKeys(wish({'stop-run': ['ctrl+k'], help: ['ctrl+e'], 'open-palette': ['Z'], decline: ['N'], confirm: ['Y']}));
		const state = {...(await aLoadedState(sampleRun(), {columns: 120, rows: 60})), ownKeys};

		expect(drawScreen(state)).toMatch(/Ctrl\+E help {2}q quit/);
		expect(drawScreen(stateAfter(state, 'ctrl+e'))).toMatch(/Ctrl\+K +ask the run and its agents to stop/);
		expect(drawScreen(stateAfter(state, 'Z'))).toMatch(/Ctrl\+K +stop-run/);
		expect(drawScreen(stateAfter(state, 'ctrl+k'))).toContain('[Y] stop   [N] no');
	});
});

describe('the names of keys', () => {
	test('of the whole key table are understood, as they are spelt there and as the help shows them', () => {
		for (const key of KEYMAP.flatMap(({keys}) => keys)) {
			expect(readKeyName(key)).toEqual({key});
			expect(readKeyName(labelKey(key))).toEqual({key});
		}
	});

	test.each(['', ' ', 'ab', 'ctrl+1', 'ctrl+', 'f1', 'alt+x', '\u0301', '\u0007', '\u200b'])('are not %j', written => {
		expect(readKeyName(written)).toHaveProperty('fault');
	});
});
