import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, it} from 'vitest';
import type {Checkpoint} from '../../source/domain/records.ts';
import {agentsOf, makeScratch, rad, radJson, runOf, type Scratch} from '../support/rad.ts';
import {createScratch} from '../support/scratch.ts';

const newFolder = createScratch();
const HOUR_MS = 3_600_000;

/** Shifts the clock of each program of Node's: always, and by an hour back once the file `back` is there. */
const CLOCK = `const {existsSync} = require('node:fs');
const RealDate = Date;
const now = () => RealDate.now() + Number(process.env.CLOCK_SHIFT_MS) - (existsSync(process.env.CLOCK_BACK) ? ${HOUR_MS} : 0);
globalThis.Date = class extends RealDate {
	constructor(...args) {
		super(...(args.length === 0 ? [now()] : args));
	}
	static now() {
		return now();
	}
};
`;

const withClock = (scratch: Scratch, shiftMs: number): Scratch & {readonly env: Record<string, string>} => {
	const file = path.join(scratch.home, 'clock.cjs');
	writeFileSync(file, CLOCK);
	return {
		...scratch,
		env: {NODE_OPTIONS: `--require ${file}`, CLOCK_SHIFT_MS: String(shiftMs), CLOCK_BACK: path.join(scratch.home, 'back')},
	};
};

it('a run whose clock is set back in its middle ends, tells that it was, and keeps its order; its checkpoints restore', async () => {
	const scratch = withClock(
		await makeScratch(newFolder(), {
			flow: `version: 1
steps:
  - { id: one, run: 'echo one > file.txt; touch "$CLOCK_BACK"; sleep 0.2', timeout: 1m }
  - { id: two, run: echo two > file.txt, timeout: 1m }
`,
		}),
		0,
	);

	const run = await rad(['run', 'flow'], scratch);

	expect(run.code, run.stderr).toBe(0);
	expect(run.stderr + run.stdout).toContain('clock changed');
	const {startedAt, endedAt} = await runOf(scratch);
	expect(Number(startedAt) - Number(endedAt)).toBeGreaterThan(HOUR_MS / 2);
	expect((await agentsOf(scratch)).map(({stepId, status}) => [stepId, status])).toEqual([
		['one', 'completed'],
		['two', 'completed'],
	]);
	const checkpoints = await radJson<readonly Checkpoint[]>(['checkpoint', 'list'], scratch);
	expect(checkpoints.map(({label}) => label)).toEqual(['after flow', 'before two', 'before one']);
	expect((await rad(['checkpoint', 'restore', checkpoints[1]?.id ?? '', '--yes'], scratch)).code).toBe(0);
	expect(readFileSync(path.join(scratch.cwd, 'file.txt'), 'utf8')).toBe('one\n');
});

it.each([
	['1970', 10_000],
	['2105', Date.UTC(2105, 5)],
	['9990', Date.UTC(9990, 5)],
])('a workflow runs and is undone in the year %s', async (year, at) => {
	const scratch = withClock(
		await makeScratch(newFolder(), {flow: 'version: 1\nsteps:\n  - { id: make, run: echo made > file.txt }\n'}),
		at - Date.now(),
	);

	const run = await rad(['run', 'flow'], scratch);

	expect(run.code, run.stderr).toBe(0);
	const [agent] = await agentsOf(scratch);
	expect(new Date(agent?.startedAt ?? 0).getUTCFullYear()).toBe(Number(year));
	const [, first] = await radJson<readonly Checkpoint[]>(['checkpoint', 'list'], scratch);
	expect((await rad(['checkpoint', 'restore', first?.id ?? '', '--yes'], scratch)).code).toBe(0);
	expect(existsSync(path.join(scratch.cwd, 'file.txt'))).toBe(false);
});
