import {execFileSync} from 'node:child_process';
import {describe, expect, it} from 'vitest';
import {makeScratch, rad, type Scratch} from '../support/rad.ts';
import {createScratch} from '../support/scratch.ts';
import {scriptPrograms} from '../support/scripted-programs.ts';

const newFolder = createScratch();
const SECRET = 'hunter2-correct-4711';

/** Its agent answers, and its command fails, with what they were given. */
const FLOW = `version: 1
inputs:
  key: { type: string }
steps:
  - { id: ask, engine: claude, prompt: 'Log in with \${{ inputs.key }}' }
  - { id: log-in, run: 'echo "log in with $KEY" >&2; exit 3', env: { KEY: '\${{ inputs.key }}' } }
`;

const makeWorkspace = async (): Promise<Scratch> =>
	scriptPrograms(await makeScratch(newFolder(), {flow: FLOW}), [{prompt: 'Log in', answer: `I used ${SECRET}`}], {MY_API_KEY: SECRET});

/** What of a workspace holds the secret, below \`.radium\` and \`.git\`. */
const findKept = ({cwd}: Scratch): readonly string[] =>
	execFileSync('/bin/sh', ['-c', 'grep -rlaF -- "$0" .radium .git; true', SECRET], {cwd, encoding: 'utf8'}).split('\n').filter(Boolean);

describe('a secret that somebody typed into a prompt', () => {
	it('is told to be kept with the run, and stands in no log, event, report or output', async () => {
		const scratch = await makeWorkspace();

		const run = await rad(['run', 'flow', '--input', `key=${SECRET}`], scratch);

		expect(run).toMatchObject({code: 1, stderr: expect.stringContaining('the input "key" holds the value of MY_API_KEY')});
		const shown = await Promise.all(
			[['show'], ['show', '--json'], ['report'], ['events'], ['runs', '--json'], ['logs'], ['monitor', 'list', '--json'], ['top', '--once']].map(
				words => rad(words, scratch),
			),
		);
		for (const {stdout, stderr} of [run, ...shown]) expect(stdout + stderr).not.toContain(SECRET);
		expect(shown.some(({stdout}) => stdout.includes('[redacted:MY_API_KEY]'))).toBe(true);
		// The store has the plan with its inputs, to go on with; an attempt has its prompt and what it printed.
		for (const file of findKept(scratch)) expect(file).toMatch(/^\.radium\/(monitoring\.db(-wal)?|runs\/[^/]+\/[^/]+\/(stdin|stdout|stderr))$/);
	});
});

describe('a failure', () => {
	it.each([
		['a command that there is not', [SECRET]],
		['a flag that does not fit', ['run', 'flow', '--input', `x${SECRET}=1`]],
		['a file that there is not', ['--workspace', `/nowhere/${SECRET}`, 'runs', '--json']],
		['what is said with --debug', ['run', SECRET, '--debug']],
		['a background run', ['run', SECRET, '--detach']],
	])('tells no secret: %s', async (_, words) => {
		const ending = await rad(words, await makeWorkspace());

		expect(ending.code).toBeGreaterThan(0);
		expect(ending.stderr).toContain('[redacted:MY_API_KEY]');
		expect(ending.stdout + ending.stderr).not.toContain(SECRET);
	});
});
