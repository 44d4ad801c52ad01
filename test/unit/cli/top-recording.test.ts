import {describe, expect, test} from 'vitest';
import type {Host} from '../../../source/domain/rad.ts';
import {runWords, type Situation} from './run-words.ts';

const PERSON: Situation = {isTerminal: true, answers: []};

describe('rad top --record', () => {
	test('gives the dashboard a new file, and closes it when that is left', async () => {
		const {exitCode, dashboards, files} = await runWords(['top', '--record', 'bug.jsonl'], PERSON);

		expect(exitCode).toBe(0);
		expect(dashboards).toEqual([{record: expect.anything()}]);
		expect(files).toEqual({'/work/here/bug.jsonl': '(closed)'});
	});

	test('closes the file of a dashboard that failed, too', async () => {
		const host = {showDashboard: () => Promise.reject(new Error('on purpose'))};

		const {exitCode, files} = await runWords(['top', '--record', 'bug.jsonl'], {...PERSON, host});

		expect(exitCode).toBe(70);
		expect(files).toEqual({'/work/here/bug.jsonl': '(closed)'});
	});

	test('starts no run when the file cannot be made', async () => {
		const create = () => {
			throw new Error('no');
		};
		const recordings = {create} as unknown as Host['recordings'];

		const {dashboards, exitCode} = await runWords(['top', '--run', 'example', '--record', 'bug.jsonl'], {...PERSON, host: {recordings}});

		expect({dashboards, exitCode}).toEqual({dashboards: [], exitCode: 70});
	});
});

describe('rad top --replay', () => {
	test('shows a recording, as fast as it is asked for, and opens no workspace', async () => {
		const outcome = await runWords(['top', '--replay', 'bug.jsonl', '--speed', '10'], PERSON);

		expect(outcome).toMatchObject({exitCode: 0, opened: [], replays: [{file: 'bug.jsonl', text: 'recorded', speed: 10}]});
	});

	test('needs a terminal', async () => {
		const {exitCode, replays} = await runWords(['top', '--replay', 'bug.jsonl']);

		expect({exitCode, replays}).toEqual({exitCode: 6, replays: []});
	});

	test.each<readonly [string, Situation, string]>([
		['plain text in a pipe', {}, 'text'],
		['coloured on a terminal', {isTerminal: true, color: true}, 'coloured'],
	])('prints the last picture %s', async (_, situation, format) => {
		const {exitCode, out, replays} = await runWords(['top', '--replay', 'bug.jsonl', '--once', '--columns', '80'], situation);

		expect({exitCode, out}).toEqual({exitCode: 0, out: `the last picture\n  as ${format}\n`});
		expect(replays).toEqual([{file: 'bug.jsonl', text: 'recorded', columns: 80, rows: undefined, format}]);
	});

	test('writes the last picture as SVG', async () => {
		const {files} = await runWords(['top', '--replay', 'bug.jsonl', '--svg', 'bug.svg']);

		expect(files).toEqual({'/work/here/bug.svg': 'the last picture\n  as svg'});
	});
});

test.each([
	[['--replay', 'a', '--run', 'example'], '--replay and --run'],
	[['--replay', 'a', '--record', 'b'], '--replay and --record'],
	[['--replay', 'a', '--plain'], '--replay and --plain'],
	[['--replay', 'a', '--once', '--json'], '--replay and --json'],
	[['--record', 'a', '--once'], '--record is for'],
	[['--record', 'a', '--plain'], '--record is for'],
	[['--speed', '2'], '--speed needs --replay'],
	[['--replay', 'a', '--once', '--speed', '2'], '--speed needs --replay'],
	[['--replay', 'a', '--speed', '0'], '--speed needs a number'],
	[['--replay', 'a', '--speed', '5000'], '--speed needs a number'],
])('says no to rad top %j', async (words, message) => {
	const {exitCode, err} = await runWords(['top', ...words], PERSON);

	expect(exitCode).toBe(2);
	expect(err).toContain(message);
});
