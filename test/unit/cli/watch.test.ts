import {describe, expect, test} from 'vitest';
import {anAgent, anId} from '../../support/builders.ts';
import {aWorkspace} from './example-workspace.ts';
import {runWords} from './run-words.ts';

const WORDS = ['monitor', 'list', '--watch', '--fields', 'name'];
const named = (...names: readonly string[]) => names.map((name, index) => anAgent({id: anId('agt', index + 1), name}));

/** Draws a list of other agents each time, then Ctrl-C is pressed; gives what each drawing wrote. */
const watchAgents = async (pictures: ReadonlyArray<readonly string[]>, rowsAt: (picture: number) => number = () => 24, reason = 'SIGINT') => {
	const fake = aWorkspace();
	const interrupt = new AbortController();
	let drawn = 0;
	const monitor = {
		...fake.rad.monitor,
		list: async () => {
			const names = pictures[drawn] ?? [];
			drawn += 1;
			if (drawn === pictures.length) interrupt.abort(reason);
			return named(...names);
		},
	};
	const measure = () => ({columns: 60, rows: rowsAt(drawn)});
	const outcome = await runWords(WORDS, {fake, rad: {monitor}, isTerminal: true, measure, signal: interrupt.signal});
	return {...outcome, updates: outcome.out.split('\u001B[?7l').slice(1)};
};

describe('--watch', () => {
	test('draws again only the lines that are others, over those that were there', async () => {
		const {updates, exitCode, opened} = await watchAgents([['a', 'b'], ['a', 'c'], ['a', 'c', 'd'], ['x']]);

		expect(updates[0]).toMatch(/^\u001B\[KName\n\u001B\[Ka\n\u001B\[Kb\n\u001B\[K\d\d:\d\d:\d\d, again every 2\.0s; Ctrl-C ends it\n\u001B\[\?7h$/);
		expect(updates[1]).toBe('\r\u001B[4A\n\n\u001B[Kc\n\n\u001B[?7h');
		expect(updates[2]).toMatch(/^\r\u001B\[4A\n\n\n\u001B\[Kd\n\u001B\[K\d\d:.*\n\u001B\[\?7h$/);
		expect(updates[3]).toMatch(/^\r\u001B\[5A\n\u001B\[Kx\n\u001B\[K\d\d:.*\n\u001B\[J\u001B\[\?7h\n$/);
		expect({exitCode, opened: opened.length}).toEqual({exitCode: 130, opened: 1});
	});

	test('ends as the signal says', async () => {
		expect((await watchAgents([['a']], undefined, 'SIGTERM')).exitCode).toBe(143);
	});

	test('draws no more lines than the terminal has, and says how many are missing', async () => {
		const {updates} = await watchAgents([['a', 'b', 'c', 'd', 'e', 'f']], () => 6);

		expect(updates[0]?.split('\n').map(line => line.replace('\u001B[K', ''))).toEqual([
			...['Name', 'a', 'b'],
			expect.stringMatching(/^4 more lines do not fit\. \d\d:/),
			'\u001B[?7h',
			'',
		]);
	});

	test('begins anew where the terminal has another size', async () => {
		const {updates} = await watchAgents([['a'], ['a']], picture => 24 + picture);

		expect(updates[1]).toMatch(/^\u001B\[KName\n/);
	});

	test('puts into the picture what a person is told where there is nothing', async () => {
		const {updates, err} = await watchAgents([[]]);

		expect(updates[0]).toContain('There are no such agents.');
		expect(err).toBe('');
	});

	test('tells a failure before it draws', async () => {
		const outcome = await runWords(['monitor', 'status', 'agt_zzzz', '--watch'], {fake: aWorkspace(), isTerminal: true});

		expect(outcome).toMatchObject({exitCode: 3, out: ''});
	});

	test.each([
		[['monitor', 'list', '--watch'], {}, /--watch needs a terminal/],
		[['monitor', 'status', '--watch'], {isTerminal: true, environment: {TERM: 'dumb'}}, /--watch needs a terminal/],
		[['monitor', 'telemetry', '--watch', '--json'], {isTerminal: true}, /--watch and --json do not go together/],
		[['monitor', 'list', '--every', '5s'], {isTerminal: true}, /--every needs --watch/],
		[['monitor', 'list', '--watch', '--every', '0s'], {isTerminal: true}, /--every needs at least 100ms/],
		[['monitor', 'list', '--watch', '--every', 'often'], {isTerminal: true}, /--every needs a duration/],
	])('refuses %j with %j', async (words, situation, message) => {
		const {exitCode, out, err, opened} = await runWords(words, {fake: aWorkspace(), ...situation});

		expect({exitCode, out, opened}).toEqual({exitCode: 2, out: '', opened: []});
		expect(JSON.stringify(err)).toMatch(message);
	});
});
