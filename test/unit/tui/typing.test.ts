import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {viewFooter} from '../../../source/tui/panes/footer.ts';
import {eraseLast, eraseWord, openPrompt, typeKey} from '../../../source/tui/prompt.ts';
import {anId, aRequest} from '../../support/builders.ts';
import {aLoadedState, stateAfter} from '../../support/frames.tsx';
import {sampleRun} from '../../support/sample-run.ts';

describe('a line that is typed', () => {
	test('takes every key that types, also those that do something elsewhere', async () => {
		const state = stateAfter(await aLoadedState(sampleRun()), '/', 'q', 'space', 'r', '?', ':', '1');

		expect(state.prompt?.text).toBe('q r?:1');
		expect(state.isLeaving).toBe(false);
		expect(state.dialog).toBeNull();
	});

	test('takes a paste as one line of it', async () => {
		const state = stateAfter(await aLoadedState(sampleRun()), '/', 'a', {type: 'pasted', text: ' lim\n\u001b[2Jiter\t\u202e'});

		expect(state.prompt?.text).toBe('alim iter ⟨U+202E⟩');
	});

	test('is what a paste needs: elsewhere it does nothing, and says so', async () => {
		const before = await aLoadedState(sampleRun());

		const {notice, ...after} = stateAfter(before, {type: 'pasted', text: 'ry'});

		expect(after).toEqual({...before, notice: undefined});
		expect(notice?.text).toContain('taken for a text, not for keys');
	});

	test('is erased by character, word and whole', async () => {
		const state = stateAfter(await aLoadedState(sampleRun()), '/', 'a', 'b', 'space', 'c', 'd');

		expect(stateAfter(state, 'backspace').prompt?.text).toBe('ab c');
		expect(stateAfter(state, 'ctrl+w').prompt?.text).toBe('ab ');
		expect(stateAfter(state, 'ctrl+u').prompt?.text).toBe('');
		expect(stateAfter(state, 'ctrl+u', 'backspace').prompt?.text).toBe('');
	});

	test('counts characters as people do', () => {
		const family = typeKey(openPrompt('search-log', 'a'), '👨‍👩‍👧');

		expect(eraseLast(family).text).toBe('a');
		expect(eraseWord(openPrompt('search-log', 'one two  ')).text).toBe('one ');
	});

	test('does not grow without end', () => {
		fc.assert(
			fc.property(fc.array(fc.string({unit: 'grapheme', maxLength: 1}), {maxLength: 1000}), keys => {
				const typed = keys.reduce(typeKey, openPrompt('search-log', ''));
				return [...typed.text].length <= 500;
			}),
			{numRuns: 20},
		);
	});

	test('leaves with Ctrl+C, and keeps questions waiting', async () => {
		const state = stateAfter(await aLoadedState(sampleRun()), '/', 'x');
		const asked = await aLoadedState({...sampleRun(), requests: [aRequest({runId: anId('run', 2), agentId: anId('agt', 4)})]});
		if (asked.data.face !== 'ready') throw new Error('nothing was loaded');

		const later = stateAfter(state, {type: 'data-loaded', snapshot: asked.data.value, now: asked.now});

		expect(stateAfter(state, 'ctrl+c').isLeaving).toBe(true);
		expect(later.dialog).toBeNull();
		expect(stateAfter(later, 'y').prompt?.text).toBe('xy');
		expect(stateAfter(later, 'escape').dialog?.kind).toBe('request');
	});

	test('is seen in the last row', async () => {
		const state = stateAfter(await aLoadedState(sampleRun()), '/', 'l', 'i');

		const row = viewFooter(state, 80)
			.spans.map(({text}) => text)
			.join('');

		expect(row).toMatch(/^ filter: li▏ {2}?Enter ok {2}Esc cancel/);
	});
});
