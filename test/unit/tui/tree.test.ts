import {describe, expect, test} from 'vitest';
import {selectedAgent, treeOf} from '../../../source/tui/selectors.ts';
import type {State} from '../../../source/tui/state.ts';
import {aLoadedState, stateAfter} from '../../support/frames.tsx';
import {sampleRun} from '../../support/sample-run.ts';

const namesOf = (state: State): readonly string[] => treeOf(state).map(row => row.agent.name);

describe('the filter of the tree', () => {
	test('keeps the parents of what it lets through, and works while it is typed', async () => {
		const typing = stateAfter(await aLoadedState(sampleRun()), '/', 'L', 'i', 'm');

		expect(namesOf(typing)).toEqual(['implement', 'limiter']);
		expect(selectedAgent(typing)?.name).toBe('limiter');
		expect(stateAfter(typing, 'enter').prompt).toBeNull();
		expect(namesOf(stateAfter(typing, 'enter'))).toEqual(['implement', 'limiter']);
	});

	test.each([
		['failed', ['tests']],
		['gemini', ['review']],
		['claude !limiter !plan', ['implement', 'handlers']],
		['nobody', []],
		['!', ['plan', 'implement', 'handlers', 'limiter', 'tests', 'review']],
	])('%s', async (typed, names) => {
		const state = stateAfter(await aLoadedState(sampleRun()), '/', ...[...typed].map(key => (key === ' ' ? 'space' : key)), 'enter');

		expect(namesOf(state)).toEqual(names);
	});

	test('looks into what is folded, and is given up with Esc', async () => {
		const folded = stateAfter(await aLoadedState(sampleRun()), 'E');

		const filtered = stateAfter(folded, '/', 'h', 'a', 'n', 'd');

		expect(namesOf(filtered)).toEqual(['implement', 'handlers']);
		expect(namesOf(stateAfter(filtered, 'escape'))).toEqual(['plan', 'implement', 'tests', 'review']);
		expect(namesOf(stateAfter(filtered, 'enter', 'escape'))).toEqual(['plan', 'implement', 'tests', 'review']);
	});

	test('keeps what is selected when it is taken away', async () => {
		const filtered = stateAfter(await aLoadedState(sampleRun()), '/', 'h', 'a', 'n', 'd', 'enter', 'G');

		expect(selectedAgent(filtered)?.name).toBe('handlers');
		expect(selectedAgent(stateAfter(filtered, 'escape'))?.name).toBe('handlers');
	});

	test('is taken away where the next problem would be hidden', async () => {
		const filtered = stateAfter(await aLoadedState(sampleRun()), '/', 'p', 'l', 'a', 'n', 'enter', 'n');

		expect(selectedAgent(filtered)?.name).toBe('tests');
		expect(filtered.tree.filter).toBe('');
	});
});

describe('the order of the tree', () => {
	const roots = (state: State): readonly string[] =>
		treeOf(state)
			.filter(row => row.depth === 0)
			.map(row => row.agent.name);

	test.each([
		[0, ['plan', 'implement', 'tests', 'review']],
		[1, ['implement', 'plan', 'tests', 'review']],
		[2, ['implement', 'plan', 'review', 'tests']],
		[3, ['implement', 'review', 'plan', 'tests']],
		[4, ['implement', 'plan', 'review', 'tests']],
		[5, ['plan', 'implement', 'tests', 'review']],
	])('after s was pressed %d times', async (times, names) => {
		const state = stateAfter(await aLoadedState(sampleRun()), ...Array<string>(times).fill('s'));

		expect(roots(state)).toEqual(names);
	});

	test('can be turned around, below each parent too', async () => {
		const state = stateAfter(await aLoadedState(sampleRun()), 'I');

		expect(namesOf(state)).toEqual(['review', 'tests', 'implement', 'limiter', 'handlers', 'plan']);
		expect(namesOf(stateAfter(state, 's'))[0]).toBe('implement');
	});

	test('leaves the selection where it is', async () => {
		const state = stateAfter(await aLoadedState(sampleRun()), 'g', 'j');

		expect(selectedAgent(stateAfter(state, 's'))?.name).toBe('implement');
	});
});
