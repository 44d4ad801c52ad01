import {describe, expect, test} from 'vitest';
import {KEYMAP} from '../../../source/tui/keymap.ts';
import {listCommands} from '../../../source/tui/palette.ts';
import {openPrompt} from '../../../source/tui/prompt.ts';
import {aLoadedState, stateAfter} from '../../support/frames.tsx';
import {sampleRun} from '../../support/sample-run.ts';

const list = (text: string) => listCommands({prompt: openPrompt('palette', text), ownKeys: new Map()});

const type = (text: string): readonly string[] => [...text].map(key => (key === ' ' ? 'space' : key));

describe('the palette', () => {
	test('finds every action of the panes by its name, once', () => {
		const actions = list('').map(({binding}) => binding.action);

		expect(actions).toEqual([...new Set(actions)]);
		const ofPanes = KEYMAP.filter(({context}) => ['agents', 'log', 'totals', 'checkpoints', 'panes', 'everywhere'].includes(context));
		expect(new Set(actions)).toEqual(new Set(ofPanes.map(({action}) => action).filter(action => action !== 'open-palette')));
		for (const action of actions) expect(list(action)[0]?.binding.action).toBe(action);
	});

	test('does what was chosen, in the pane that it belongs to', async () => {
		const state = stateAfter(await aLoadedState(sampleRun()), ':', ...type('wrap'), 'enter');

		expect(state).toMatchObject({focus: 'log', dialog: null, prompt: null, logLook: {isWrapped: true}});
	});

	test('opens what asks before it does anything', async () => {
		const state = stateAfter(await aLoadedState(sampleRun()), ':', ...type('kill'), 'enter');

		expect(state.dialog).toMatchObject({kind: 'stop', how: 'now'});
	});

	test('moves by arrows and says why something cannot be done', async () => {
		const state = stateAfter(await aLoadedState(sampleRun()), ':', ...type('find'), 'down', 'down', 'up', 'enter');

		expect(state.notice?.text).toBe('Search for something first.');
		expect(state.dialog).toBeNull();
	});

	test('is left with Esc, and nothing is done', async () => {
		const before = await aLoadedState(sampleRun());

		expect(stateAfter(before, ':', ...type('kill'), 'escape')).toEqual(before);
	});
});
