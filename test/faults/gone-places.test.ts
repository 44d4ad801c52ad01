import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import Database from 'better-sqlite3';
import {expect, it} from 'vitest';
import {createProcessTable} from '../../source/agents/create-process-table.ts';
import type {Checkpoint} from '../../source/domain/records.ts';
import {makeScratch, rad, radJson, runOf, type Scratch, startRad} from '../support/rad.ts';
import {createScratch, until} from '../support/scratch.ts';

const newFolder = createScratch();

const newestCheckpoint = async (scratch: Scratch): Promise<string> => {
	const [checkpoint] = await radJson<readonly Checkpoint[]>(['checkpoint', 'list'], scratch);
	return checkpoint?.id ?? '';
};

it('what an agent deletes with all of .radium comes back, but for rad’s records, which are saved apart', async () => {
	const flow = 'version: 1\nsteps:\n  - { id: sweep, run: rm -rf .radium README.md; touch left }\n  - { id: next, run: touch next }\n';
	const scratch = await makeScratch(newFolder(), {flow});
	writeFileSync(path.join(scratch.cwd, '.radium/config.yaml'), 'theme: light\n');

	const run = await rad(['run', 'flow', '--json'], scratch);

	expect(run.code).toBe(5);
	expect(existsSync(path.join(scratch.cwd, 'next'))).toBe(false);
	const {error} = JSON.parse(run.stderr) as {error: {hint: string}};
	expect((await rad(['init'], scratch)).code).toBe(0);
	const id = await newestCheckpoint(scratch);
	expect((await rad(['checkpoint', 'restore', id, '--yes'], scratch)).code).toBe(0);
	expect(readFileSync(path.join(scratch.cwd, '.radium/workflows/flow.yaml'), 'utf8')).toBe(flow);
	expect(readFileSync(path.join(scratch.cwd, '.radium/config.yaml'), 'utf8')).toBe('theme: light\n');
	expect(['README.md', 'left'].map(name => existsSync(path.join(scratch.cwd, name)))).toEqual([true, false]);
	execFileSync('sh', ['-c', /mv .*/.exec(error.hint)?.[0] ?? 'false']);
	expect(await runOf(scratch)).toMatchObject({workflow: 'flow', status: 'interrupted'});
});

it('a run whose whole workspace is deleted says so, saves its records, and leaves no process', async () => {
	const scratch = await makeScratch(newFolder(), {
		flow: 'version: 1\nsteps:\n  - { id: doom, run: \'touch started; until test -e "$HOME/go"; do sleep 0.05; done; cd /; rm -rf "$OLDPWD"\' }\n',
	});
	const run = startRad(['run', 'flow', '--json'], scratch);
	await until(() => existsSync(path.join(scratch.cwd, 'started')));
	const {id} = await runOf(scratch);

	writeFileSync(path.join(scratch.home, 'go'), '');

	const {code, stderr} = await run.ended;
	const {error} = JSON.parse(stderr) as {error: {message: string}};
	expect([code, existsSync(scratch.cwd)]).toEqual([5, false]);
	const [saved = ''] = /\/\S+monitoring\.db$/.exec(error.message) ?? [];
	expect(createProcessTable(process.platform).findMarked('RAD_RUN_ID', id)).toEqual([]);
	const database = new Database(saved, {readonly: true});
	expect(database.prepare('select id from runs').pluck().all()).toEqual([id]);
	database.close();
});

it.each([['restore', '--yes'], ['show'], ['diff']])('rad checkpoint %s takes no id of another workspace', async (...[command = '', ...flags]) => {
	const folder = newFolder();
	const [one, other] = await Promise.all(
		['one', 'other'].map(async name => {
			mkdirSync(path.join(folder, name));
			const scratch = await makeScratch(path.join(folder, name), {});
			await rad(['checkpoint', 'create'], scratch);
			return scratch;
		}),
	);
	if (one === undefined || other === undefined) throw new Error('there are two');
	writeFileSync(path.join(other.cwd, 'README.md'), 'changed\n');

	const {code, stdout, stderr} = await rad(['checkpoint', command, await newestCheckpoint(one), ...flags], other);

	expect([code, stdout]).toEqual([3, '']);
	expect(stderr).toContain('in this workspace');
	expect(readFileSync(path.join(other.cwd, 'README.md'), 'utf8')).toBe('changed\n');
});
