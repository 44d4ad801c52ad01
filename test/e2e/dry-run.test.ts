import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, it} from 'vitest';
import type {Run} from '../../source/domain/records.ts';
import {makeScratch, rad, radJson, type Scratch, startRad} from '../support/rad.ts';
import {createScratch, until} from '../support/scratch.ts';

const newFolder = createScratch();

const FIX = `version: 1
inputs:
  issue: { type: number, required: true }
budget: { cost_usd: 2.5 }
steps:
  - id: plan
    prompt: Plan issue \${{ inputs.issue }}.
    recording: plan
  - id: build
    run: touch built
    env: { PLAN: "\${{ steps.plan.outputs.text }}" }
  - id: never
    when: inputs.issue == 1
    run: touch never
`;

const WORKFLOWS = {
	fix: FIX,
	broken: 'version: 1\nsteps:\n  - id: a\n    run: "true"\n    needs: [b]\n',
	missing: 'version: 1\nsteps:\n  - id: a\n    engine: claude\n    prompt: Do it\n',
	waiting: 'version: 1\nsteps:\n  - id: wait\n    run: touch started; until test -e go; do sleep 0.05; done\n',
};

/** Every file of the workspace, rad's and git's own too, and of rad's state directory: mode and content. Only the compiled form of rad itself may be kept. */
const picture = ({cwd, home}: Scratch): Record<string, string> =>
	Object.fromEntries(
		[cwd, home].flatMap(root =>
			readdirSync(root, {recursive: true, withFileTypes: true}).flatMap(entry => {
				const file = path.join(entry.parentPath, entry.name);
				if (file.startsWith(path.join(home, '.cache'))) return [];
				const {mode} = statSync(file);
				return [[file, `${mode} ${entry.isFile() ? createHash('sha256').update(readFileSync(file)).digest('hex') : ''}`] as const];
			}),
		),
	);

/** Whether what a start would say is what a dry run says. */
const compare = async (scratch: Scratch, ...words: readonly string[]) => {
	const before = picture(scratch);
	const dry = await rad(['run', ...words, '--dry-run', '--json'], scratch);
	expect(picture(scratch)).toEqual(before);
	const real = await rad(['run', ...words, '--json'], scratch);
	expect({code: dry.code, stderr: dry.stderr}).toEqual({code: real.code, stderr: real.stderr});
	return dry;
};

/** Only what tests with: no coding agent that happens to be installed. */
const makeBareScratch = async (): Promise<Scratch> => {
	const folder = newFolder();
	const bin = path.join(folder, 'bin');
	mkdirSync(bin);
	for (const name of ['git', 'sh']) {
		const found = (process.env['PATH'] ?? '').split(':').find(directory => existsSync(path.join(directory, name)));
		symlinkSync(path.join(found ?? '', name), path.join(bin, name));
	}
	return {...(await makeScratch(folder, WORKFLOWS)), env: {PATH: bin}};
};

describe('rad run --dry-run', () => {
	it('tells what would be started and changes nothing at all', async () => {
		const scratch = await makeScratch(newFolder(), WORKFLOWS);
		const before = picture(scratch);

		const {code, stdout, stderr} = await rad(['run', 'fix', '--input', 'issue=12', '--max-cost', '1', '--dry-run', '--json'], scratch);

		expect({code, stderr}).toEqual({code: 0, stderr: ''});
		expect(picture(scratch)).toEqual(before);
		expect(JSON.parse(stdout)).toMatchObject({
			name: 'fix',
			budget: {costNanoUsd: 2_500_000_000},
			maxCostNanoUsd: 1_000_000_000,
			inputs: [{name: 'issue', value: 12}],
			steps: [
				{id: 'plan', text: 'Plan issue 12.', takesCheckpoints: true},
				{id: 'build', text: 'touch built', env: {PLAN: '${{ steps.plan.outputs.text }}'}},
				{id: 'never'},
			],
			wishes: {plan: true, build: true, never: false},
		});
		expect(await radJson<readonly Run[]>(['runs'], scratch)).toEqual([]);
	});

	it('changes nothing beside runs that are over, either', async () => {
		const scratch = await makeScratch(newFolder(), WORKFLOWS);
		expect(await rad(['run', 'fix', '--input', 'issue=12'], scratch)).toMatchObject({code: 0});
		const before = picture(scratch);

		expect(await rad(['run', 'fix', '--input', 'issue=13', '--dry-run'], scratch)).toMatchObject({code: 0});

		expect(picture(scratch)).toEqual(before);
	});

	it.each([
		['a workflow with mistakes', ['broken'], 2],
		['a workflow that is not there', ['fixx'], 3],
		['an input that is missing', ['fix'], 2],
		['an input that is unknown', ['fix', '--input', 'issue=1', '--input', 'isue=1'], 2],
		['an input of another type', ['fix', '--input', 'issue=one'], 2],
		['an engine that is missing', ['missing'], 6],
	])('fails as the start for %s', async (_, words, code) => {
		expect(await compare(await makeBareScratch(), ...words)).toMatchObject({code, stdout: ''});
	});

	it('fails as the start while another run is active, also when its rad is gone, and no longer when it is over', async () => {
		const scratch = await makeScratch(newFolder(), WORKFLOWS);
		const {child, ended} = startRad(['run', 'waiting'], scratch);
		await until(() => existsSync(path.join(scratch.cwd, 'started')));
		const words = ['run', 'fix', '--input', 'issue=12', '--json'];

		const active = await rad([...words, '--dry-run'], scratch);
		child.kill('SIGKILL');
		await ended;
		const unattended = await rad([...words, '--dry-run'], scratch);

		expect(active).toMatchObject({code: 4, stderr: expect.stringContaining('is active in this workspace')});
		expect(unattended).toMatchObject({code: 4, stderr: expect.stringContaining('works on unattended')});
		expect(unattended.stderr).toBe((await rad(words, scratch)).stderr);

		writeFileSync(path.join(scratch.cwd, 'go'), '');
		await until(async () => (await rad([...words, '--dry-run'], scratch)).code === 0);
	});

	it('does not go together with --detach', async () => {
		const scratch = await makeScratch(newFolder(), WORKFLOWS);

		const ending = await rad(['run', 'fix', '--input', 'issue=12', '--dry-run', '--detach'], scratch);

		expect(ending).toMatchObject({code: 2, stdout: '', stderr: expect.stringContaining('--dry-run and --detach do not go together.')});
	});
});
