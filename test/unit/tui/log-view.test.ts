import {describe, expect, test} from 'vitest';
import {type LogLook, listEntries} from '../../../source/tui/log-view.ts';
import {entriesOf} from '../../../source/tui/selectors.ts';
import type {State} from '../../../source/tui/state.ts';
import {aLogLine, anAgent, anId, aRun} from '../../support/builders.ts';
import {aLoadedState, drawPane, drawScreen, stateAfter} from '../../support/frames.tsx';

const LOOK: LogLook = {level: 'all', isWrapped: false, hasTimes: true, isFolded: true, matching: '', search: ''};

const withLog = async (lines: ReadonlyArray<ReturnType<typeof aLogLine>>, size = {columns: 80, rows: 24}): Promise<State> =>
	stateAfter(await aLoadedState({runs: [aRun()], agents: [anAgent()]}, size), '2', {type: 'log-received', agentId: anId('agt'), lines});

const numbered = (count: number) => Array.from({length: count}, (_, index) => aLogLine(`line ${index + 1}`));

const type = (text: string): readonly string[] => [...text].map(key => (key === ' ' ? 'space' : key));

describe('searching in a log', () => {
	test('finds the newest place first, goes on up and down, and around', async () => {
		const found = stateAfter(await withLog(numbered(100)), '/', ...type('line 1'), 'enter');

		const places = [[], ['N'], ['N', 'N'], ['n'], ['n', 'n']].map(keys => stateAfter(found, ...keys).log.foundAt);

		expect(places).toEqual([100, 19, 18, 1, 10]);
	});

	test('pauses where the place is seen', async () => {
		const state = stateAfter(await withLog(numbered(100)), '/', ...type('line 42'), 'enter');

		expect(drawPane(state, 'log')).toMatch(/❯\s+line 42$|❯\s+line 42 /m);
		expect(stateAfter(state, 'f').log.pause).toBeNull();
	});

	test('takes what is typed as text, whatever the case', async () => {
		const state = stateAfter(await withLog([aLogLine('a.b'), aLogLine('A+B (c)'), aLogLine('acb')]), '/', ...type('a+b (C)'), 'enter');

		expect(state.log.foundAt).toBe(2);
	});

	test('says when it is nowhere, and is given up with Esc', async () => {
		const state = stateAfter(await withLog(numbered(5)), '/', ...type('xyzzy'), 'enter');

		expect(drawPane(state, 'log')).toContain('/xyzzy nowhere');
		expect(stateAfter(state, 'escape').logLook.search).toBe('');
	});

	test('has nothing to go on with before anything was searched for', async () => {
		expect(stateAfter(await withLog(numbered(5)), 'n').notice?.text).toBe('n: Search for something first.');
	});
});

describe('the lines of a log that are shown', () => {
	const kinds = (['out', 'err', 'text', 'think', 'tool', 'result', 'rad'] as const).map(kind => aLogLine(kind, {kind}));

	test.each([
		['all', ['out', 'err', 'text', 'think', 'tool', 'result', 'rad']],
		['said', ['out', 'err', 'text', 'rad']],
		['done', ['err', 'tool', 'rad']],
		['problems', ['err', 'rad']],
	] as const)('%s', (level, texts) => {
		const entries = listEntries({lines: kinds, dropped: 0}, {...LOOK, level});

		expect(entries.map(entry => (entry.kind === 'line' ? entry.line.text : ''))).toEqual(texts);
	});

	test('are those with the words that were typed', async () => {
		const state = stateAfter(await withLog(numbered(100)), '&', ...type('line 4 !42'), 'enter');

		expect(entriesOf(state).map(({end}) => end)).toEqual([4, 14, 24, 34, 40, 41, 43, 44, 45, 46, 47, 48, 49, 54, 64, 74, 84, 94]);
		expect(drawPane(state, 'log')).toContain('&line 4 !42');
		expect(drawPane(stateAfter(state, '&', 'ctrl+u', ...type('nothing like it'), 'enter'), 'log')).toContain('No line has "nothing like it".');
	});

	test('fold a long result, unless it is unfolded or searched', async () => {
		const result = (count: number) => Array.from({length: count}, (_, index) => aLogLine(`row ${index + 1}`, {kind: 'result'}));
		const state = await withLog([...result(7), aLogLine('between'), ...result(12)]);

		expect(entriesOf(state)).toHaveLength(7 + 1 + 4 + 1);
		expect(entriesOf(state).at(-1)).toEqual({kind: 'folded', end: 20, count: 8});
		expect(drawPane(state, 'log')).toContain('… 8 more lines of the result, Space shows all');
		expect(entriesOf(stateAfter(state, 'space'))).toHaveLength(20);
		expect(stateAfter(state, '/', ...type('row 11')).log.foundAt).toBe(19);
	});

	test('move by what is shown', async () => {
		const lines = Array.from({length: 100}, (_, index) => aLogLine(`line ${index + 1}`, {kind: index % 10 === 0 ? 'err' : 'out'}));
		const state = stateAfter(await withLog(lines, {columns: 80, rows: 15}), 'v', 'v', 'v');

		expect(stateAfter(state, 'k').log.pause?.end).toBe(81);
		expect(stateAfter(state, 'k', 'j').log.pause).toBeNull();
	});
});

describe('a log that is wrapped', () => {
	const long = `begin ${'word '.repeat(40)}end`;

	test('shows the whole of a line, and the end of it at the top where there is no room', async () => {
		const state = stateAfter(await withLog([aLogLine(long), aLogLine('after')], {columns: 60, rows: 24}), 'w');

		expect(drawPane({...state, size: {columns: 60, rows: 24}}, 'log')).toContain('begin');
		const small = drawPane({...state, size: {columns: 60, rows: 5}}, 'log');
		expect(small).not.toContain('begin');
		expect(small).toContain('end');
		expect(small).toContain('after');
	});

	test('turns pages by what is seen of it', async () => {
		const lines = Array.from({length: 30}, (_, index) => aLogLine(`${index + 1} ${'x'.repeat(150)}`));
		const state = stateAfter(await withLog(lines), 'w', 'pageup');

		const first = stateAfter(await withLog(lines), 'w', 'g');

		expect(state.log.pause?.end).toBeGreaterThan(24);
		expect(drawPane({...first, size: {columns: 80, rows: 12}}, 'log')).toContain(' 1 xxx');
	});

	test('can be without times', async () => {
		const state = stateAfter(await withLog([aLogLine('a line')]), 't');

		expect(drawPane(state, 'log')).toMatch(/^[│┃] {8}a line/m);
	});
});

describe('the older lines of a log', () => {
	test('are read when one goes on up from its first line', async () => {
		const state = await withLog(numbered(1000));

		expect(stateAfter(state, 'g').log.backlog).toBe(1000);
		expect(drawPane(stateAfter(state, 'g'), 'log')).toContain('g reads older lines');
		expect(stateAfter(state, 'g', 'g').log.backlog).toBe(7000);
		expect(stateAfter(state, 'g', 'pageup').log.backlog).toBe(7000);
		expect(stateAfter(state, 'g', 'j', 'k').log.backlog).toBe(1000);
	});

	test('are looked through when what is searched for is not in those that were read', async () => {
		const all = numbered(9000);
		const reopen = (count: number) => ({type: 'log-reopened', agentId: anId('agt'), lines: all.slice(-count)}) as const;
		const looking = stateAfter(await withLog(all.slice(-1000)), '/', ...type('line 3000'), 'enter');

		expect(looking.log).toMatchObject({backlog: 7000, foundAt: null, isSeeking: true});
		expect(drawPane(looking, 'log')).toContain('/line 3000 looking further back');
		const found = stateAfter(looking, reopen(7000));
		expect(found.log).toMatchObject({backlog: 7000, foundAt: 1000, isSeeking: false});
		expect(drawPane(found, 'log')).toContain('/line 3000 1 of 1');
	});

	test('are looked through before a search begins again at the end', async () => {
		const all = numbered(1500).map((line, index) => (index === 200 || index === 1400 ? aLogLine('needle') : line));
		const last = stateAfter(await withLog(all.slice(-1000)), '/', ...type('needle'), 'enter');
		expect(last.log).toMatchObject({backlog: 1000, foundAt: 901});

		const further = stateAfter(last, 'N');

		expect(further.log.backlog).toBe(7000);
		expect(stateAfter(further, {type: 'log-reopened', agentId: anId('agt'), lines: all}).log).toMatchObject({foundAt: 201, isSeeking: false});
		expect(stateAfter(last, 'n').log).toMatchObject({backlog: 1000, foundAt: 901});
	});

	test('that were not read are not said to be without it', async () => {
		const all = numbered(50_000);
		const reopen = (count: number) => ({type: 'log-reopened', agentId: anId('agt'), lines: all.slice(-count)}) as const;

		const state = stateAfter(await withLog(all.slice(-1000)), '/', ...type('xyzzy'), 'enter', reopen(7000), reopen(49_000), reopen(50_000));

		expect(state.log).toMatchObject({backlog: 50_000, isSeeking: false});
		expect(drawPane(state, 'log')).toContain('/xyzzy not in the last 50,000 lines');
	});

	test('are no longer looked through after Esc', async () => {
		const state = stateAfter(await withLog(numbered(1000)), '/', ...type('xyzzy'), 'enter', 'escape');

		expect(state.log.isSeeking).toBe(false);
		expect(stateAfter(state, {type: 'log-reopened', agentId: anId('agt'), lines: numbered(7000)}).log.backlog).toBe(7000);
	});

	test('are not asked for where all was read', async () => {
		const state = await withLog(numbered(999));

		expect(stateAfter(state, 'g', 'g', 'g').log.backlog).toBe(1000);
	});

	test('come before what is looked at, which stays', async () => {
		const all = Array.from({length: 1500}, (_, index) => aLogLine(`line ${index + 1}`));
		const top = stateAfter(await withLog(all.slice(400, 1400)), '/', ...type('line 450'), 'enter', 'g', 'g');

		const reopened = stateAfter(top, {type: 'log-reopened', agentId: anId('agt'), lines: all});

		const seen = (state: State) => drawScreen(state).match(/ line \d+/g);
		expect(seen(top)?.[0]).toBe(' line 401');
		expect(seen(reopened)).toEqual(seen(top));
		expect(reopened.log.foundAt).toBe(450);
		expect(stateAfter(reopened, 'g').log.pause?.end).toBeLessThan(30);
	});
});
