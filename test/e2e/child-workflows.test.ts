import {existsSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import type {Run} from '../../source/domain/records.ts';
import {makeScratch, rad, radJson, type Scratch, startRad, stepsOf} from '../support/rad.ts';
import {createScratch, until} from '../support/scratch.ts';

// Workflows that run others: each sees what it is given, and hands on what it says, also when its rad is killed in the middle.

const newFolder = createScratch();
const runIdOf = async (scratch: Scratch): Promise<string> => (await radJson<readonly Run[]>(['runs'], scratch))[0]?.id ?? '';
const read = (scratch: Scratch, name: string): string => readFileSync(path.join(scratch.cwd, name), 'utf8');

const RELEASE = `version: 1
inputs: { who: { default: me } }
env: { WHO: "\${{ inputs.who }}" }
steps:
  - { id: survey, run: 'echo ''parts=["a","b c"]'' >> "$RAD_OUTPUT"; echo count=2 >> "$RAD_OUTPUT"' }
  - id: build
    workflow: make
    foreach: { in: steps.survey.outputs.parts, as: part }
    with: { task: "\${{ part }} for \${{ inputs.who }}", count: "\${{ steps.survey.outputs.count }}" }
  - id: tell
    run: echo "$MADE" > told.txt
    env: { MADE: "\${{ join(steps.build.items.*.made) }}" }
`;
const MAKE = `version: 1
inputs:
  task: { required: true }
  count: { type: number }
  who: { default: nobody }
env: { WHO: "\${{ inputs.who }}" }
steps:
  - { id: survey, run: 'echo "$TASK by $WHO" >> made.txt', env: { TASK: "\${{ inputs.task }}" } }
  - id: twice
    loop: { until: loop.index == inputs.count, max: 5 }
    steps:
      - { id: work, run: 'echo "$N" >> work.txt; until test "$N" != 2 -o ! -e wait; do sleep 0.05; done', env: { N: "\${{ loop.index }}" } }
outputs: { made: "format('{0}x{1}', inputs.task, steps.twice.outputs.rounds)" }
`;

describe('a workflow in another one', () => {
	it('tells its own outputs when it is run by itself', async () => {
		const scratch = await makeScratch(newFolder(), {make: MAKE});

		expect(await rad(['run', 'make', '--input', 'task=a \u001b[31m`b`', '--input', 'count=1'], scratch)).toMatchObject({code: 0});

		const made = 'a \u001b[31m`b`x1';
		expect(await radJson(['show'], scratch)).toMatchObject({outputs: {made}});
		expect((await rad(['show'], scratch)).stdout).toContain(`output\tmade\t${JSON.stringify(made)}\n`);
		expect((await rad(['report'], scratch)).stdout).toMatch(/## Outputs\n\n- `made`: .*a .*31m.*b.*x1/);
	});

	it('is run for each item with what it is given, and hands on its outputs', async () => {
		const scratch = await makeScratch(newFolder(), {release: RELEASE, make: MAKE});

		expect(await rad(['run', 'release', '--input', 'who=you'], scratch)).toMatchObject({code: 0});

		expect(read(scratch, 'made.txt')).toBe('a for you by nobody\nb c for you by nobody\n');
		expect(read(scratch, 'told.txt')).toBe('a for youx2,b c for youx2\n');
		expect(await stepsOf(scratch)).toEqual([
			'survey completed',
			'build completed',
			...['build.1 completed', 'build.1.survey completed'],
			...['build.1.twice completed', 'build.1.twice.1.work completed', 'build.1.twice.2.work completed'],
			...['build.2 completed', 'build.2.survey completed'],
			...['build.2.twice completed', 'build.2.twice.1.work completed', 'build.2.twice.2.work completed'],
			'tell completed',
		]);
	});

	it('goes on in the middle after kill -9, as it was started and with what it was given, and repeats nothing', async () => {
		const scratch = await makeScratch(newFolder(), {release: RELEASE, make: MAKE});
		writeFileSync(path.join(scratch.cwd, 'wait'), '');
		const {child, ended} = startRad(['run', 'release'], scratch);
		await until(() => existsSync(path.join(scratch.cwd, 'work.txt')) && read(scratch, 'work.txt') === '1\n2\n');
		child.kill('SIGKILL');
		await ended;
		writeFileSync(path.join(scratch.cwd, '.radium/workflows/make.yaml'), MAKE.replace('made.txt', 'other.txt'));
		rmSync(path.join(scratch.cwd, 'wait'));

		const {code, stderr} = await rad(['resume', await runIdOf(scratch)], scratch);

		expect(code).toBe(0);
		expect(stderr).toContain('release was edited since');
		expect(read(scratch, 'made.txt')).toBe('a for me by nobody\nb c for me by nobody\n');
		expect(read(scratch, 'work.txt')).toBe('1\n2\n1\n2\n');
		expect(read(scratch, 'told.txt')).toBe('a for mex2,b c for mex2\n');
	});

	it('has a budget of its own each time, and asks whether it may spend more', async () => {
		const outer = `version: 1
steps:
  - { id: each, workflow: slow, foreach: { in: [a, b], fail_fast: false }, with: { name: "\${{ item }}" }, continue_on_error: true }
  - { id: after, run: touch after }
`;
		const slow = `version: 1
inputs: { name: { required: true } }
budget: { wall: 2s, on_exceeded: ask }
steps:
  - { id: first, run: 'echo "$NAME" >> begun; test -e "$NAME" || { touch "$NAME"; sleep 60; }', env: { NAME: "\${{ inputs.name }}" } }
  - { id: second, run: 'true' }
`;
		const scratch = await makeScratch(newFolder(), {outer, slow});
		const {ended} = startRad(['run', 'outer'], scratch);
		const asks = async (): Promise<string> => (await rad(['show'], scratch)).stdout.split('\n').find(line => line.startsWith('question')) ?? '';
		await until(async () => (await asks()) !== '');

		expect(await asks()).toMatch(
			/^question\teach\.1\.first\t\tthe budget of slow is spent: \d+\.\ds of 2\.0s\. May step "each\.1" spend as much again\?$/,
		);
		// On a slow machine what was allowed once more may not be enough.
		await until(async () => {
			const question = await asks();
			if (question.includes('each.1')) await rad(['approve', await runIdOf(scratch)], scratch);
			return question.includes('each.2.first');
		});
		expect(await rad(['reject', await runIdOf(scratch)], scratch)).toMatchObject({code: 0});

		expect(await ended).toMatchObject({code: 0});
		expect(read(scratch, 'begun')).toMatch(/^(?:a\n){2,}b\n$/);
		expect(await stepsOf(scratch)).toEqual([
			'each failed',
			...['each.1 completed', 'each.1.first completed', 'each.1.second completed'],
			...['each.2 failed', 'each.2.first failed', 'each.2.second skipped'],
			'after completed',
		]);
	});

	it('fails where what it is given does not fit, and says why', async () => {
		const scratch = await makeScratch(newFolder(), {release: RELEASE.replace('echo count=2', 'echo count=many'), make: MAKE});

		const {code, stderr, stdout} = await rad(['run', 'release'], scratch);

		expect(code).toBe(1);
		expect(`${stdout}${stderr}`).toContain('it cannot begin: input "count": "many" is not a number');
		expect(existsSync(path.join(scratch.cwd, 'made.txt'))).toBe(false);
		expect(await stepsOf(scratch)).toEqual(['survey completed', 'build failed', 'build.1 failed', 'tell skipped']);
	});

	it('is shown before it is run', async () => {
		const scratch = await makeScratch(newFolder(), {release: RELEASE, make: MAKE});

		const {stdout} = await rad(['workflow', 'show', 'release'], scratch);
		const preview = await rad(['run', 'release', '--dry-run', '--json'], scratch);

		expect(stdout).toContain('build.twice.work\t');
		expect(JSON.parse(preview.stdout)).toMatchObject({
			steps: [
				{id: 'survey', env: {WHO: 'me'}},
				{
					id: 'build',
					steps: [
						{
							child: {workflow: 'make', given: {who: 'nobody', task: '${{ part }} for ${{ inputs.who }}'}},
							steps: [{id: 'survey', env: {WHO: 'nobody', TASK: '${{ inputs.task }}'}}, {}],
						},
					],
				},
				{},
			],
		});
		expect((await rad(['workflow', 'graph', 'release'], scratch)).stdout).toContain('make');
	});

	it('tells its mistakes for its own file', async () => {
		const scratch = await makeScratch(newFolder(), {release: RELEASE, make: MAKE.replace('inputs.task', 'inputs.tsk')});

		const {code, stderr} = await rad(['run', 'release'], scratch);

		expect(code).toBe(2);
		expect(stderr).toContain('.radium/workflows/make.yaml:8:74: unknown input "tsk"; did you mean "task"?');
		expect((await rad(['workflow', 'validate'], scratch)).stdout.trim().split('\n'), 'once').toHaveLength(1);
	});
});
