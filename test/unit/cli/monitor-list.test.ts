import {describe, expect, test} from 'vitest';
import {anAgent, anId, T0} from '../../support/builders.ts';
import {aWorkspace, BUILD, PLAN} from './example-workspace.ts';
import {runWords} from './run-words.ts';

const EXPLORE = anId('agt', 2);

/** The plan with its sub-agent, and a build that failed. */
const list = (words: string, isTerminal = false, columns = 120) =>
	runWords(['monitor', 'list', ...(words === '' ? [] : words.split(' '))], {fake: aWorkspace(), isTerminal, columns});

const idsOf = async (words: string, isTerminal = false): Promise<readonly string[]> =>
	[...(await list(words, isTerminal)).out.matchAll(/^agt_\w+/gm)].map(([id]) => id);

describe('rad monitor list', () => {
	test.each([
		['--sort start', [PLAN, EXPLORE, BUILD]],
		['--sort time', [PLAN, EXPLORE, BUILD]],
		['--sort time --reverse', [BUILD, EXPLORE, PLAN]],
		['--sort cost', [PLAN, EXPLORE, BUILD]],
		['--sort tokens --reverse', [BUILD, EXPLORE, PLAN]],
		['--sort name', [BUILD, EXPLORE, PLAN]],
		['--sort status', [PLAN, EXPLORE, BUILD]],
		['--sort engine --reverse', [BUILD, PLAN, EXPLORE]],
		['--sort model', [BUILD, PLAN, EXPLORE]],
		['--sort time --limit 2', [PLAN, EXPLORE]],
		['--reverse', [BUILD, EXPLORE, PLAN]],
		['--reverse --limit 1', [BUILD]],
		['--engine shell', [BUILD]],
		['--engine shel', []],
		['--model SONNET', [PLAN, EXPLORE]],
		['--model sonnet --limit 1', [EXPLORE]],
		['--model sonnet --status failed', []],
	])('orders and filters with %s', async (words, expected) => {
		expect(await idsOf(words)).toEqual(expected);
	});

	test('sorts a table in one list, by what agents used with their sub-agents', async () => {
		const {out} = await list('--sort name', true);

		expect(out.match(/(?:build|Find|plan) /g)).toEqual(['build ', 'Find ', 'plan ']);
		expect(out).not.toContain('└─');
	});

	test('keeps the parents of what a filter lets through in a tree, in every form', async () => {
		const flags = '--limit 1 --model sonnet';

		expect(await idsOf(flags, true)).toEqual([EXPLORE]);
		expect(await idsOf(`${flags} --tree`, true)).toEqual([PLAN, EXPLORE]);
		expect(await idsOf(`${flags} --tree`)).toEqual([PLAN, EXPLORE]);
		expect((JSON.parse((await list(`${flags} --tree --json`)).out) as ReadonlyArray<{readonly id: string}>).map(({id}) => id)).toEqual([
			PLAN,
			EXPLORE,
		]);
		expect((await list(`${flags} --tree`, true)).out).toContain('└─ Find the callers');
		expect(await idsOf('--tree --status failed', true)).toEqual([BUILD]);
	});

	test('puts the parents of a tree into the background where they are not what was asked for', async () => {
		const {out} = await runWords(['monitor', 'list', '--tree', '--limit', '1', '--model', 'sonnet'], {
			fake: aWorkspace(),
			isTerminal: true,
			color: true,
		});

		expect(out).toContain('\u001B[2mplan');
		expect(out).toContain('\u001B[1m└─ Find');
	});

	test('sorts the agents below one parent in a tree', async () => {
		const agents = [
			anAgent({id: PLAN, name: 'b'}),
			anAgent({id: EXPLORE, name: 'y', parentId: PLAN}),
			anAgent({id: BUILD, name: 'x', parentId: PLAN}),
			anAgent({id: anId('agt', 4), name: 'a'}),
		];

		const {out} = await runWords(['monitor', 'list', '--tree', '--sort', 'name', '--fields', 'name'], {fake: aWorkspace({agents})});

		expect(out).toBe('a\nb\nx\ny\n');
	});

	test('tells the fields that are asked for, as a script reads them', async () => {
		const {out} = await list('--fields id,time,tokens,cost,started,exit --fields model,id');

		expect(out.split('\n')[0]?.split('\t')).toEqual([PLAN, '62000', '37650', '125050000', new Date(T0).toISOString(), '0', 'claude-sonnet-4-5']);
	});

	test('tells them as a person reads them', async () => {
		const {out} = await list('--fields name,attempt,cost,error', true);

		expect(out).toMatch(/^Name +Attempt +Cost +Error\n/);
		expect(out).toMatch(/build +1 +— +The command ended with exit code 3\.\n/);
	});

	test('notes below a table only what concerns its columns', async () => {
		expect((await list('', true)).out).toContain('include those of its sub-agents');
		expect((await list('--fields name,status', true)).out).not.toContain('sub-agents');
		expect((await list('--fields name,tokens', true)).out).not.toContain('recorded:');
	});

	test('tells times as they are asked for', async () => {
		expect((await list('--time relative', true)).out).toMatch(/Status +Started +Time/);
		expect((await list('--time relative', true)).out).toMatch(/ 5m ago /);
		expect((await list('--time absolute', true)).out).toMatch(/ \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d /);
		expect((await list('--fields ended --time relative', true)).out).toContain('3m ago');
	});

	test.each([
		['--fields nmae', /--fields cannot be nmae\. Did you mean name\? It is one of id, name, status, /],
		['--sort dear', /--sort cannot be dear\. It is one of start, cost, /],
		['--time short', /--time cannot be short\./],
		['--fields id --json', /--fields and --json do not go together/],
		['--time absolute --json', /--time and --json do not go together/],
	])('refuses %s', async (words, message) => {
		const {exitCode, out, err} = await list(words);

		expect({exitCode, out}).toEqual({exitCode: 2, out: ''});
		expect(err).toMatch(message);
	});

	test('asks the store for no more agents than it lists, where nothing else is told of', async () => {
		const fake = aWorkspace();
		const filters: unknown[] = [];
		const monitor = {
			...fake.rad.monitor,
			list: async (filter?: object) => {
				filters.push(filter);
				return fake.rad.monitor.list(filter);
			},
		};

		await runWords(['monitor', 'list', '--json', '--limit', '2', '--engine', 'shell', '--status', 'failed'], {fake, rad: {monitor}});

		expect(filters).toEqual([{status: 'failed', engine: 'shell', limit: 2}]);
	});
});
