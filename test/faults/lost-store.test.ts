import {execFileSync} from 'node:child_process';
import {existsSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {expect, it} from 'vitest';
import {createProcessTable} from '../../source/agents/create-process-table.ts';
import {openSqliteStore} from '../../source/monitoring/sqlite-store.ts';
import {makeScratch, rad, runOf, startRad} from '../support/rad.ts';
import {createScratch, until} from '../support/scratch.ts';

const newFolder = createScratch();

const FLOW = `version: 1
steps:
  - { id: wait, run: 'touch started; until test -e go; do sleep 0.05; done' }
  - { id: next, run: touch next }
`;

it.each([
	['removed', (file: string) => rmSync(file)],
	[
		'replaced by another one',
		(file: string) => {
			openSqliteStore(`${file}.other`, {create: true}).close();
			renameSync(`${file}.other`, file);
		},
	],
	['robbed of its log', (file: string) => rmSync(`${file}-wal`)],
])(
	'a run whose store is %s says so, starts nothing more, leaves no process, ends with 5, and goes on when what is saved is put back',
	async (_, disturb) => {
		const scratch = await makeScratch(newFolder(), {flow: FLOW});
		const file = path.join(scratch.cwd, '.radium/monitoring.db');
		const run = startRad(['run', 'flow', '--json'], scratch);
		await until(() => existsSync(path.join(scratch.cwd, 'started')));
		const {id} = await runOf(scratch);

		disturb(file);
		writeFileSync(path.join(scratch.cwd, 'go'), '');

		const {code, stderr} = await run.ended;
		const {error} = JSON.parse(stderr) as {error: {message: string; hint: string}};
		expect([code, error.message]).toEqual([5, expect.stringContaining('was removed or replaced while rad used it')]);
		expect(existsSync(path.join(scratch.cwd, 'next'))).toBe(false);
		await until(() => createProcessTable(process.platform).findMarked('RAD_RUN_ID', id).length === 0);
		const [command] = /mv .*/.exec(error.hint) ?? [''];
		execFileSync('sh', ['-c', command]);
		expect(await runOf(scratch)).toMatchObject({id, status: 'interrupted'});
		expect(await rad(['resume', id], scratch)).toMatchObject({code: 0});
		expect(existsSync(path.join(scratch.cwd, 'next'))).toBe(true);
	},
);
