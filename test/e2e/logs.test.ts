import {writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, it} from 'vitest';
import {findProgram} from '../../source/agents/find-program.ts';
import {agentsOf, BIN, makeScratch, rad, runOf, type Scratch, startRad, toTestEnvironment} from '../support/rad.ts';
import {createScratch, until} from '../support/scratch.ts';
import {openTerminal} from '../support/terminal.ts';

const newFolder = createScratch();

/** Each step waits for a file of its name. */
const FLOW = `version: 1
steps:
  - id: one
    run: echo one begins; until [ -e go-one ]; do sleep 0.05; done; echo one ends
  - id: two
    run: echo two begins; until [ -e go-two ]; do sleep 0.05; done; seq 1 200; echo two ends
`;

/** A recording in which an agent starts another one. */
const TREE = `version: 1
steps:
  - id: build
    prompt: Build it
    recording: implement
    speed: 1000
`;

type Line = {readonly agentId: string; readonly agentName: string; readonly at: number; readonly text: string};

const toLines = (stdout: string): readonly Line[] => stdout.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line) as Line]));
const byAgent = (lines: readonly Line[]): readonly Line[] => lines.toSorted((a, b) => a.agentId.localeCompare(b.agentId));
const letGo = (step: string, {cwd}: Scratch): void => writeFileSync(path.join(cwd, `go-${step}`), '');

describe('rad logs', {timeout: 120_000}, () => {
	it('follows a run to its end, with what starts later, and loses and repeats nothing', async () => {
		const scratch = await makeScratch(newFolder(), {flow: FLOW});
		await rad(['run', 'flow', '--detach'], scratch);
		const {id} = await runOf(scratch);
		const all = startRad(['logs', id, '-f', '--json'], scratch);
		const some = startRad(['logs', id, '-f', '--json', '--grep', 'ENDS'], scratch);

		await until(() => all.stdout().includes('one begins'));
		letGo('one', scratch);
		await until(() => all.stdout().includes('two begins'));
		letGo('two', scratch);

		const [whole, found] = [await all.ended, await some.ended];
		const later = toLines((await rad(['logs', id, '-n', '100000', '--json'], scratch)).stdout);
		expect([whole.code, whole.stderr, found.code, found.stderr]).toEqual([0, '', 0, '']);
		// Two agents that follow each other closely may be heard in another order than they wrote in.
		expect(byAgent(toLines(whole.stdout))).toEqual(byAgent(later));
		expect(toLines(found.stdout).map(({agentName, text}) => [agentName, text])).toEqual([
			['one', 'one ends'],
			['two', 'two ends'],
		]);
	});

	it('interleaves an agent and those that it started, by time', async () => {
		const scratch = await makeScratch(newFolder(), {tree: TREE});
		await rad(['run', 'tree'], scratch);
		const agents = await agentsOf(scratch);
		const top = agents.find(({parentId}) => parentId === null)?.id ?? '';

		const below = toLines((await rad(['logs', top, '--children', '-n', '100000', '--json'], scratch)).stdout);
		const alone = toLines((await rad(['logs', top, '-n', '100000', '--json'], scratch)).stdout);

		expect(agents.length).toBeGreaterThan(1);
		expect(new Set(below.map(({agentId}) => agentId))).toEqual(new Set(agents.map(({id}) => id)));
		expect(below.map(({at}) => at)).toEqual(below.map(({at}) => at).toSorted((a, b) => a - b));
		expect(below.filter(({agentId}) => agentId === top)).toEqual(alone);
	});

	it.skipIf(findProgram('less', process.env) === undefined)(
		'shows what is long in less, which Ctrl-C does not leave, and gives the terminal back',
		async () => {
			const scratch = await makeScratch(newFolder(), {long: 'version: 1\nsteps:\n  - id: long\n    run: seq 1 90\n'});
			await rad(['run', 'long'], scratch);
			const {cwd, home} = scratch;
			const env = {...toTestEnvironment(home), PAGER: undefined, LESS: undefined};
			const terminal = openTerminal({command: process.execPath, args: [BIN, 'logs'], columns: 80, rows: 24, cwd, env});

			await terminal.waitFor(screen => screen.includes('│ 22') && screen.endsWith(':'));
			terminal.type('\u0003');
			// Less throws away what was typed before it has heard of the interrupt, and says nothing when it has.
			const keys = setInterval(() => terminal.type('G'), 200);
			await terminal.waitFor(screen => screen.includes('exit code 0')).finally(() => clearInterval(keys));
			terminal.type('q');

			expect(await terminal.exit).toMatchObject({exitCode: 0});
		},
	);
});
