import {existsSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {expect, it} from 'vitest';
import {createProcessTable} from '../../source/agents/create-process-table.ts';
import {openSqliteStore} from '../../source/monitoring/sqlite-store.ts';
import {makeScratch, runOf, startRad} from '../support/rad.ts';
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
])('a run whose store is %s says so, starts nothing more, leaves no process, and ends with 5', async (_, disturb) => {
	const scratch = await makeScratch(newFolder(), {flow: FLOW});
	const run = startRad(['run', 'flow'], scratch);
	await until(() => existsSync(path.join(scratch.cwd, 'started')));
	const {id} = await runOf(scratch);

	disturb(path.join(scratch.cwd, '.radium/monitoring.db'));
	writeFileSync(path.join(scratch.cwd, 'go'), '');

	expect(await run.ended).toMatchObject({code: 5, stderr: expect.stringContaining('was removed or replaced while rad used it')});
	expect(existsSync(path.join(scratch.cwd, 'next'))).toBe(false);
	await until(() => createProcessTable(process.platform).findMarked('RAD_RUN_ID', id).length === 0);
});
