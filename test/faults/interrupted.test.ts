import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, it} from 'vitest';
import {createProcessTable} from '../../source/agents/create-process-table.ts';
import {agentsOf, BIN, makeScratch, rad, runOf, startRad, toTestEnvironment} from '../support/rad.ts';
import {createScratch, until} from '../support/scratch.ts';
import {openTerminal} from '../support/terminal.ts';

const newFolder = createScratch();
const processes = createProcessTable(process.platform);
const remaining = (runId: string) => processes.findMarked('RAD_RUN_ID', runId);

const flow = (line: string, more = ''): string => `version: 1
steps:
  - id: work
    run: ${line}
${more}`;

it('a second Ctrl-C kills an agent that does not heed the first, and leaves the terminal and no process', async () => {
	const scratch = await makeScratch(newFolder(), {flow: flow("trap '' INT TERM; touch started; while :; do sleep 0.2; done")});
	const terminal = openTerminal({
		command: process.execPath,
		args: [BIN, 'run', 'flow'],
		columns: 100,
		rows: 30,
		cwd: scratch.cwd,
		env: toTestEnvironment(scratch.home),
	});
	await until(() => existsSync(path.join(scratch.cwd, 'started')));
	const {id} = await runOf(scratch);

	terminal.type('\u0003');
	await until(async () => (await runOf(scratch)).status === 'cancelling');
	expect(remaining(id)).not.toEqual([]);
	terminal.type('\u0003');

	expect(await terminal.exit).toMatchObject({exitCode: 130});
	expect(remaining(id)).toEqual([]);
	// Its keeper was killed with it, in place of waiting for it and noting how it ended.
	expect(existsSync(path.join(scratch.cwd, '.radium/runs', id, 'work.1/spec.json'))).toBe(true);
	expect(existsSync(path.join(scratch.cwd, '.radium/runs', id, 'work.1/exit.json'))).toBe(false);
	expect(terminal.modes()).toMatchObject({isAlternate: false, isCursorHidden: false, bracketedPasteMode: false});
	expect(await agentsOf(scratch)).toMatchObject([{status: 'cancelled'}]);
});

describe('a run goes on', () => {
	it('with both of its outputs closed', async () => {
		const scratch = await makeScratch(newFolder(), {flow: flow('echo done > done')});

		const {status} = spawnSync('/bin/sh', ['-c', 'exec "$0" "$1" run flow >&- 2>&-', process.execPath, BIN], {
			cwd: scratch.cwd,
			env: toTestEnvironment(scratch.home),
		});

		expect(status).toBe(0);
		expect(readFileSync(path.join(scratch.cwd, 'done'), 'utf8')).toBe('done\n');
		expect(await runOf(scratch)).toMatchObject({status: 'completed'});
		expect((await rad(['doctor'], scratch)).code).toBe(0);
	});

	it('after rad and its shim were stopped for longer than the agent may print nothing', async () => {
		const scratch = await makeScratch(newFolder(), {
			flow: flow('touch started; until test -e go; do echo; sleep 0.1; done', '    idle_timeout: 2s\n'),
		});
		const run = startRad(['run', 'flow'], {...scratch, env: {RAD_UNATTENDED_LIMIT: '2s'}});
		await until(() => existsSync(path.join(scratch.cwd, 'started')));
		const {id} = await runOf(scratch);
		const kept = remaining(id);
		expect(kept.length).toBeGreaterThan(1);

		for (const {pid} of kept) process.kill(pid, 'SIGSTOP');
		run.child.kill('SIGSTOP');
		await new Promise(resolve => setTimeout(resolve, 4000));
		run.child.kill('SIGCONT');
		for (const {pid} of kept) process.kill(pid, 'SIGCONT');
		writeFileSync(path.join(scratch.cwd, 'go'), '');

		expect(await run.ended).toMatchObject({code: 0});
		expect(await agentsOf(scratch)).toMatchObject([{status: 'completed', exitCode: 0}]);
	});
});
