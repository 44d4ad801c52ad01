import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, it} from 'vitest';
import {BIN, makeScratch, rad, radJson} from '../support/rad.ts';
import {createScratch} from '../support/scratch.ts';

const newFolder = createScratch();

const NIGHTLY = `version: 1
steps:
  - id: write
    prompt: Plan it
    recording: plan
    speed: 1000
  - id: shell
    run: mkdir 'a|b' && echo x > 'a|b/@you <i>.txt' && echo more >> README.md
  - id: report
    run: '"${process.execPath}" "${BIN}" report "$RAD_RUN_ID" --format md > nightly.md'
  - id: fail
    run: exit 3
`;

const NO_CHECKPOINTS = `version: 1
defaults: { checkpoint: none }
steps:
  - id: look
    run: "true"
`;

type Json = {
	readonly id: string;
	readonly isOver: boolean;
	readonly totals: {readonly totalTokens: number};
	readonly byModel: ReadonlyArray<{readonly totalTokens: number}>;
	readonly steps: ReadonlyArray<{readonly usage: {readonly totalTokens: number} | null}>;
	readonly changes: {readonly to: string | null; readonly isWhole: boolean; readonly files: ReadonlyArray<{readonly path: string}>} | null;
};

describe('rad report', () => {
	it('reports on a run from a step of it, and when it is over', async () => {
		const scratch = await makeScratch(newFolder(), {nightly: NIGHTLY});

		expect(await rad(['run', 'nightly'], scratch)).toMatchObject({code: 1});

		const during = readFileSync(path.join(scratch.cwd, 'nightly.md'), 'utf8');
		expect(during).toMatch(/^# nightly: running\n\n\*\*This run is not over, it is running\.\*\*/);
		expect(during).toMatch(/\| `report` \| running \| 1 \|/);
		expect(during).toMatch(/\| `fail` \| pending \| 0 \|/);
		expect(during).toContain('| added | a&#124;b/@&#8203;you &#60;i&#62;.txt | +1 | −0 |');
		expect(during).toContain('to the work tree as it was at ');

		writeFileSync(path.join(scratch.cwd, 'later.txt'), 'not of the run\n');
		const {code, stdout, stderr} = await rad(['report'], scratch);
		expect({code, stderr}).toEqual({code: 0, stderr: ''});
		expect(stdout).toMatch(/^# nightly: failed\n/);
		expect(stdout).toContain('- Reason: step "fail" failed\n');
		expect(stdout).toContain('- `fail` failed: exit code 3\n');
		expect(stdout).toContain('| modified | `README.md` | +1 | −0 |');
		expect(stdout).not.toContain('later.txt');
	});

	it('names a checkpoint that brings back what was before the run', async () => {
		const scratch = await makeScratch(newFolder(), {nightly: NIGHTLY});
		const before = scratch.git('status', '--porcelain');
		await rad(['run', 'nightly'], scratch);
		expect(scratch.git('status', '--porcelain')).not.toBe(before);
		const {stdout} = await rad(['report'], scratch);
		const [, id = ''] = /before the run:\n\n```sh\n.* checkpoint restore (cp_\w+)\n```/.exec(stdout) ?? [];

		expect(await rad(['checkpoint', 'restore', id, '--yes'], scratch)).toMatchObject({code: 0});

		expect(scratch.git('status', '--porcelain')).toBe(before);
	});

	it('has the figures of the run as JSON, each counted once', async () => {
		const scratch = await makeScratch(newFolder(), {nightly: NIGHTLY});
		await rad(['run', 'nightly'], scratch);

		const report = await radJson<Json>(['report'], scratch);

		const sum = (parts: readonly number[]): number => parts.reduce((total, part) => total + part, 0);
		expect(report.totals.totalTokens).toBeGreaterThan(0);
		expect(sum(report.byModel.map(({totalTokens}) => totalTokens))).toBe(report.totals.totalTokens);
		expect(sum(report.steps.map(({usage}) => usage?.totalTokens ?? 0))).toBe(report.totals.totalTokens);
		expect(report).toMatchObject({isOver: true, changes: {isWhole: true, to: expect.stringMatching(/^cp_/)}});
		expect(report.changes?.files.map(file => file.path)).toEqual(['PLAN.md', 'README.md', 'a|b/@you <i>.txt', 'nightly.md']);
	});

	it('works for a run without checkpoints, in a folder without git', async () => {
		const folder = newFolder();
		const [cwd, home] = [path.join(folder, 'plain'), path.join(folder, 'home')];
		for (const directory of [cwd, home]) mkdirSync(directory);
		await rad(['init'], {cwd, home});
		writeFileSync(path.join(cwd, '.radium/workflows/look.yaml'), NO_CHECKPOINTS);
		await rad(['run', 'look'], {cwd, home});

		const {code, stdout} = await rad(['report'], {cwd, home});

		expect(code).toBe(0);
		expect(stdout).toContain('None is kept of this run, so rad cannot undo it.');
		expect(await radJson<Json>(['report'], {cwd, home})).toMatchObject({restore: null, changes: null, byModel: []});
	});
});
