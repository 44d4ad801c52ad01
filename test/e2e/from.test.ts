import {existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, it} from 'vitest';
import type {Agent, Run} from '../../source/domain/records.ts';
import {makeScratch, rad, radJson, type Scratch, startRad} from '../support/rad.ts';
import {createScratch, until} from '../support/scratch.ts';

const newFolder = createScratch();

/** Each step notes that it was run; the third needs a file. */
const FLOW = `version: 1
inputs:
  who: { type: string, default: nobody }
steps:
  - id: plan
    run: echo plan >> ran; printf 'count=3\\nparts=["a","b"]\\n' >> "$RAD_OUTPUT"
  - id: each
    foreach: { in: steps.plan.outputs.parts, as: part }
    publish: { name: steps.say.outputs.name }
    steps:
      - id: say
        run: echo each >> ran; echo "name=$PART" >> "$RAD_OUTPUT"
        env: { PART: "\${{ part }}" }
  - id: third
    run: echo third >> ran; test -e mended
  - id: last
    run: printf '%s %s %s' "$COUNT" "$NAMES" "$WHO" > told; echo last >> ran
    env:
      COUNT: "\${{ steps.plan.outputs.count }}"
      NAMES: "\${{ toJSON(steps.each.items) }}"
      WHO: "\${{ inputs.who }}"
on_failure:
  - id: mourn
    run: echo mourn >> ran
finally:
  - id: tidy
    run: echo tidy >> ran
`;

type Shown = Run & {
	readonly steps: ReadonlyArray<{readonly stepId: string; readonly status: string; readonly attempts: number; readonly takenFrom: string | null}>;
	readonly agents: readonly Agent[];
	readonly totals: {readonly responses: number};
};

const show = (scratch: Scratch, ...words: readonly string[]) => radJson<Shown>(['show', ...words], scratch);
const at = ({cwd}: Scratch, name: string): string => path.join(cwd, name);
const listRan = (scratch: Scratch): readonly string[] => readFileSync(at(scratch, 'ran'), 'utf8').trim().split('\n');
const toEndings = ({steps}: Shown) => Object.fromEntries(steps.map(({stepId, status, takenFrom}) => [stepId, [status, takenFrom]]));

/** A run that failed at its third step. */
const makeFailed = async (...words: readonly string[]) => {
	const scratch = await makeScratch(newFolder(), {flow: FLOW});
	expect(await rad(['run', 'flow', ...words], scratch)).toMatchObject({code: 1});
	const failed = await show(scratch);
	rmSync(at(scratch, 'ran'));
	return {scratch, failed};
};

describe('rad run --from', () => {
	it('goes on with what an earlier run has done, and leaves that run as it is', async () => {
		const {scratch, failed} = await makeFailed('--input', 'who=me');
		writeFileSync(at(scratch, 'mended'), '');

		const {code, stdout, stderr} = await rad(['run', 'flow', '--from', 'third'], scratch);

		expect(code, stderr).toBe(0);
		expect(listRan(scratch)).toEqual(['third', 'last', 'tidy']);
		expect(readFileSync(at(scratch, 'told'), 'utf8')).toMatch(/^3 \[\s*\{\s*"name": "a"\s*\},\s*\{\s*"name": "b"\s*\}\s*\] me$/);
		expect(stderr).toContain(`plan taken over from ${failed.id}: completed`);
		expect(stdout).toContain(`Taken over from ${failed.id}, at no cost: plan, each`);
		const run = await show(scratch);
		expect(toEndings(run)).toEqual({
			plan: ['completed', failed.id],
			each: ['completed', failed.id],
			third: ['completed', null],
			last: ['completed', null],
			'on_failure.mourn': ['skipped', null],
			'finally.tidy': ['completed', null],
		});
		expect(run.agents.map(({stepId}) => stepId)).toEqual(['third', 'last', 'finally.tidy']);
		expect(await show(scratch, failed.id)).toEqual(failed);
		expect((await rad(['report'], scratch)).stdout).toContain(`\`plan\` taken over from \`${failed.id}\``);
	});

	it('tells which checkpoint has the files as they were where they are others now', async () => {
		const {scratch} = await makeFailed();
		const [last] = await radJson<ReadonlyArray<{readonly id: string}>>(['checkpoint', 'list'], scratch);

		const {stderr} = await rad(['run', 'flow', '--from', 'third'], scratch);

		expect(stderr).toContain(`rad checkpoint restore ${last?.id} brings those back`);
		expect((await rad(['run', 'flow', '--from', 'third'], scratch)).stderr).not.toContain('brings those back');
	});

	it('tells the run that really did a step, however often it was taken over', async () => {
		const {scratch, failed} = await makeFailed();
		await rad(['run', 'flow', '--from', 'third'], scratch);

		await rad(['run', 'flow', '--from', 'third'], scratch);

		expect(toEndings(await show(scratch))).toMatchObject({plan: ['completed', failed.id], third: ['failed', null]});
	});

	it('is gone on with after a crash, without the steps that were taken over', async () => {
		const {scratch, failed} = await makeFailed();
		const file = at(scratch, '.radium/workflows/flow.yaml');
		writeFileSync(file, FLOW.replace('test -e mended', 'until test -e mended; do sleep 0.05; done'));
		const {child, ended} = startRad(['run', 'flow', '--from', 'third'], scratch);
		await until(() => existsSync(at(scratch, 'ran')));
		child.kill('SIGKILL');
		await ended;
		writeFileSync(at(scratch, 'mended'), '');
		const [interrupted] = await radJson<readonly Run[]>(['runs'], scratch);

		const {code, stderr} = await rad(['resume', interrupted?.id ?? ''], scratch);

		expect(code, stderr).toBe(0);
		expect(new Set(listRan(scratch))).toEqual(new Set(['third', 'last', 'tidy']));
		expect(readFileSync(at(scratch, 'told'), 'utf8')).toMatch(/^3 \[/);
		expect(toEndings(await show(scratch))).toMatchObject({plan: ['completed', failed.id], last: ['completed', null]});
	});

	it('works in the background', async () => {
		const {scratch, failed} = await makeFailed();
		writeFileSync(at(scratch, 'mended'), '');

		const {code, stdout, stderr} = await rad(['run', 'flow', '--from', 'third', '--of', failed.id, '--detach'], scratch);

		expect(code, stderr).toBe(0);
		await until(async () => (await show(scratch, stdout.trim())).status === 'completed');
		expect(listRan(scratch)).toEqual(['third', 'last', 'tidy']);
	});

	it('tells beforehand what would be taken over, and changes nothing', async () => {
		const {scratch, failed} = await makeFailed('--input', 'who=me');

		const {stdout} = await rad(['run', 'flow', '--from', 'third', '--dry-run', '--json'], scratch);

		expect(JSON.parse(stdout)).toMatchObject({
			inputs: [{name: 'who', value: 'me'}],
			part: {
				step: 'third',
				isOnly: false,
				runId: failed.id,
				steps: [
					{stepId: 'plan', status: 'completed', takenFrom: failed.id},
					{stepId: 'each', status: 'completed', takenFrom: failed.id},
				],
			},
		});
		expect(await radJson<readonly Run[]>(['runs'], scratch)).toHaveLength(1);
	});
});

describe('rad run --only', () => {
	it('runs one step on what an earlier run has done, and nothing else', async () => {
		const {scratch, failed} = await makeFailed();

		const ending = await rad(['run', 'flow', '--only', 'each'], scratch);

		expect(ending).toMatchObject({code: 0});
		expect(listRan(scratch)).toEqual(['each', 'each']);
		expect(toEndings(await show(scratch))).toEqual({
			plan: ['completed', failed.id],
			each: ['completed', null],
			'each.1.say': ['completed', null],
			'each.2.say': ['completed', null],
			third: ['skipped', null],
			last: ['skipped', null],
			'on_failure.mourn': ['skipped', null],
			'finally.tidy': ['skipped', null],
		});
	});

	it('fails with its step, without what is there for failures', async () => {
		const {scratch} = await makeFailed();

		const ending = await rad(['run', 'flow', '--only', 'third'], scratch);

		expect(ending).toMatchObject({code: 1});
		expect(listRan(scratch)).toEqual(['third']);
	});

	it('can be built on in turn', async () => {
		const {scratch, failed} = await makeFailed();
		writeFileSync(at(scratch, 'mended'), '');
		await rad(['run', 'flow', '--only', 'third'], scratch);
		const only = await show(scratch);

		const {code, stderr} = await rad(['run', 'flow', '--from', 'last'], scratch);

		expect(code, stderr).toBe(0);
		expect(toEndings(await show(scratch))).toMatchObject({plan: ['completed', failed.id], third: ['completed', only.id], last: ['completed', null]});
	});

	it('needs no earlier run for a step that nothing comes before', async () => {
		const scratch = await makeScratch(newFolder(), {flow: FLOW});

		const {code, stderr} = await rad(['run', 'flow', '--only', 'plan'], scratch);

		expect(code, stderr).toBe(0);
		expect(listRan(scratch)).toEqual(['plan']);
	});
});

describe('a part that cannot be run', () => {
	const refused = async (scratch: Scratch, words: readonly string[], code: number, text: string) => {
		const ending = await rad(['run', ...words], scratch);
		expect(ending).toMatchObject({code, stdout: ''});
		expect(ending.stderr).toContain(text);
	};

	it('is refused before anything starts', async () => {
		const {scratch, failed} = await makeFailed();
		const flow = (...words: readonly string[]): readonly string[] => ['flow', ...words];
		writeFileSync(at(scratch, '.radium/workflows/other.yaml'), FLOW);

		await refused(scratch, flow('--from', 'thrd'), 3, 'Did you mean third?');
		await refused(scratch, flow('--from', 'say'), 2, '"say" stands in the block "each"');
		for (const more of [[], ['--dry-run'], ['--detach']])
			await refused(scratch, flow('--from', 'last', ...more), 4, 'Step "third" cannot be taken over');
		await refused(scratch, ['other', '--from', 'third'], 3, 'other has not run here yet');
		await refused(scratch, flow('--from', 'third', '--only', 'third'), 2, '--from and --only do not go together.');
		await refused(scratch, flow('--of', failed.id), 2, '--of goes only with --from or --only.');
		expect(await radJson<readonly Run[]>(['runs'], scratch)).toHaveLength(1);
		expect(existsSync(at(scratch, 'ran'))).toBe(false);
	});

	it('is refused where a step promises now what it did not hand on', async () => {
		const {scratch} = await makeFailed();
		const promise = `"$RAD_OUTPUT"\n    outputs: { count: boolean, verdict: string, parts: array }\n  - id: each`;
		writeFileSync(at(scratch, '.radium/workflows/flow.yaml'), FLOW.replace('"$RAD_OUTPUT"\n  - id: each', promise));

		await refused(scratch, ['flow', '--from', 'third'], 4, 'count: must be true or false; verdict: is missing');
	});

	it('is refused while the earlier run is at work', async () => {
		const scratch = await makeScratch(newFolder(), {
			flow: 'version: 1\nsteps:\n  - id: a\n    run: touch up; until test -e go; do sleep 0.05; done\n',
		});
		const {ended} = startRad(['run', 'flow'], scratch);
		await until(() => existsSync(at(scratch, 'up')));

		const ending = await rad(['run', 'flow', '--from', 'a'], scratch);

		expect(ending).toMatchObject({code: 4, stderr: expect.stringContaining('is not over, it is running')});
		writeFileSync(at(scratch, 'go'), '');
		await ended;
	});
});

/** Stands for Claude Code: notes how it is called. */
const CLAUDE = `#!/usr/bin/env node
const {appendFileSync, readFileSync} = require('node:fs');
readFileSync(0);
appendFileSync(process.env.HOME + '/calls', process.argv.slice(2).join(' ') + '\\n');
const count = readFileSync(process.env.HOME + '/calls', 'utf8').trim().split('\\n').length;
const print = event => console.log(JSON.stringify({session_id: 'session-' + count, ...event}));
print({type: 'system', subtype: 'init', cwd: process.cwd(), model: 'claude-x', tools: []});
print({type: 'result', subtype: 'success', is_error: false, result: 'done', usage: {input_tokens: 1, output_tokens: 1}, modelUsage: {}});
`;

describe('a conversation of a step that was taken over', () => {
	it('is gone on with', async () => {
		const prompts = `version: 1
steps:
  - id: plan
    engine: claude
    prompt: Plan it.
  - id: build
    engine: claude
    prompt: Build it.
    session: plan
`;
		const scratch = await makeScratch(newFolder(), {flow: prompts});
		const bin = path.join(scratch.home, 'bin');
		mkdirSync(bin);
		writeFileSync(path.join(bin, 'claude'), CLAUDE, {mode: 0o755});
		const machine = {...scratch, env: {PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}`}};
		await rad(['run', 'flow'], machine);

		const {code, stderr} = await rad(['run', 'flow', '--from', 'build'], machine);

		expect(code, stderr).toBe(0);
		const calls = readFileSync(path.join(scratch.home, 'calls'), 'utf8').trim().split('\n');
		expect(calls).toHaveLength(3);
		expect(calls[1]).toContain('--resume=session-1');
		expect(calls[2]).toContain('--resume=session-1');
	});
});
