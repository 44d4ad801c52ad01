import {spawn} from 'node:child_process';
import {mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, it} from 'vitest';
import type {Run} from '../../source/domain/records.ts';
import {makeScratch, rad, radJson, type Scratch, startRad, toTestEnvironment} from '../support/rad.ts';
import {createScratch, until} from '../support/scratch.ts';

const newFolder = createScratch();
const QUICK = 'version: 1\nsteps:\n  - { id: quick, run: echo done }\n';

type Told = {readonly check: string; readonly state: string; readonly text: string; readonly cure: string | null};

const examine = async (scratch: Scratch): Promise<{readonly code: number | null; readonly told: readonly Told[]}> => {
	const {code, stdout} = await rad(['doctor', '--json'], scratch);
	return {code, told: JSON.parse(stdout) as readonly Told[]};
};
const newestRun = async (scratch: Scratch): Promise<Run> => {
	const [run] = await radJson<readonly Run[]>(['runs'], scratch);
	if (run === undefined) throw new Error('there must be a run');
	return run;
};

describe('rad doctor', () => {
	it('finds nothing wrong after a run, and prints a line for each thing into a pipe', async () => {
		const scratch = await makeScratch(newFolder(), {quick: QUICK});
		await rad(['run', 'quick'], scratch);

		const {code, told} = await examine(scratch);

		expect(code).toBe(0);
		expect(told.filter(({state}) => state === 'bad')).toEqual([]);
		expect(told.map(({check}) => check)).toEqual(['node', 'workspace', 'git', 'disk', 'store', 'runs', 'checkpoints']);
		expect((await rad(['doctor'], scratch)).stdout.split('\n').filter(line => line.split('\t').length === 4)).toHaveLength(told.length);
	});

	it('names the cure where there is no workspace', async () => {
		const [cwd, home] = [newFolder(), newFolder()];

		const {code, stdout} = await rad(['doctor'], {cwd, home});

		expect(code).toBe(1);
		expect(stdout).toMatch(/^workspace\tbad\tThere is no rad workspace .*\trad init$/m);
	});

	it('finds a store of which pages are overwritten, and one that is no store at all', async () => {
		const scratch = await makeScratch(newFolder(), {});
		const file = path.join(scratch.cwd, '.radium/monitoring.db');
		const bytes = readFileSync(file);
		bytes.fill(0xaa, bytes.length - 4096);
		writeFileSync(file, bytes);

		const damaged = await examine(scratch);
		writeFileSync(file, 'not a store');
		const foreign = await examine(scratch);

		for (const {code, told} of [damaged, foreign]) {
			expect(code).toBe(1);
			expect(told).toContainEqual(
				expect.objectContaining({
					check: 'store',
					state: 'bad',
					text: expect.stringMatching(/damaged|not usable/),
					cure: expect.stringContaining('mv'),
				}),
			);
		}
	});

	it('finds a run that its rad left, and says how to go on or to end it', async () => {
		const scratch = await makeScratch(newFolder(), {slow: 'version: 1\nsteps:\n  - { id: slow, run: touch started; sleep 300 }\n'});
		const started = startRad(['run', 'slow'], scratch);
		await until(async () => (await rad(['monitor', 'list'], scratch)).stdout.includes('running'));
		started.child.kill('SIGKILL');
		await started.ended;
		const {id} = await newestRun(scratch);

		const {code, told} = await examine(scratch);

		expect(code).toBe(0);
		expect(told).toContainEqual({
			check: 'runs',
			state: 'warning',
			text: `run ${id} of slow was interrupted: the rad that drove it is gone`,
			cure: `rad resume ${id} goes on with it, rad cancel ${id} ends what is left of it`,
		});
		expect((await rad(['cancel', id, '--now'], scratch)).code).toBe(0);
		expect((await examine(scratch)).told.filter(({check}) => check === 'runs')).toMatchObject([{state: 'good'}]);
	});

	it('finds a process of a run that is over, and how to end it', async () => {
		const scratch = await makeScratch(newFolder(), {quick: QUICK});
		await rad(['run', 'quick'], scratch);
		const {id} = await newestRun(scratch);
		const orphan = spawn('sleep', ['300'], {stdio: 'ignore', env: {...toTestEnvironment(scratch.home), RAD_RUN_ID: id}});
		try {
			const {code, told} = await examine(scratch);

			expect(code).toBe(1);
			expect(told).toContainEqual({
				check: 'runs',
				state: 'bad',
				text: `run ${id} of quick is over, and a process of it is left: ${orphan.pid}`,
				cure: `kill ${orphan.pid}`,
			});
		} finally {
			orphan.kill('SIGKILL');
		}
	});

	it('finds a checkpoint whose objects are gone', async () => {
		const scratch = await makeScratch(newFolder(), {});
		writeFileSync(path.join(scratch.cwd, 'new.txt'), 'only in the checkpoint');
		const {stdout} = await rad(['checkpoint', 'create', '--label', 'mine'], scratch);
		const [id = ''] = /cp_\w+/.exec(stdout) ?? [];
		const objects = path.join(scratch.cwd, '.git/rad/store.git/objects');
		const loose = readdirSync(objects).filter(name => /^[0-9a-f]{2}$/.test(name));
		expect(loose.length).toBeGreaterThan(0);
		for (const name of loose) rmSync(path.join(objects, name), {recursive: true});

		const {code, told} = await examine(scratch);

		expect(code).toBe(1);
		expect(told).toContainEqual(expect.objectContaining({check: 'checkpoints', state: 'bad', text: expect.stringContaining(id)}));
	});

	it('finds settings that call another rad', async () => {
		const scratch = await makeScratch(newFolder(), {});
		mkdirSync(path.join(scratch.home, '.claude'));
		await rad(['hook', 'install', 'claude'], scratch);
		const file = path.join(scratch.home, '.claude/settings.json');
		writeFileSync(file, readFileSync(file, 'utf8').replaceAll(process.execPath, '/elsewhere/node'));

		const {told} = await examine(scratch);

		expect(told).toContainEqual(expect.objectContaining({check: 'hooks', state: 'warning', cure: 'rad hook install claude'}));
	});
});
