import {spawn} from 'node:child_process';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import Database from 'better-sqlite3';
import {afterAll, expect, it} from 'vitest';
import {createProcessTable} from '../../source/agents/create-process-table.ts';
import type {Agent, ProcessIdentity, Run} from '../../source/domain/records.ts';
import {makeScratch, rad, radJson, startRad} from '../support/rad.ts';
import {createScratch, until} from '../support/scratch.ts';

const newFolder = createScratch();
const processes = createProcessTable(process.platform);

/** Some program of somebody else's that got the very pid, and was started at the very tick, that an agent had before the reboot. */
const innocent = spawn('sleep', ['300'], {stdio: 'ignore', detached: true});
afterAll(() => void innocent.kill('SIGKILL'));

const BEFORE = 'the boot before';

const WAITING = `version: 1
steps:
  - id: first
    run: echo first >> done.txt
  - id: wait
    run: echo wait >> done.txt; touch started; until test -e go; do sleep 0.05; done
  - id: last
    run: echo last >> done.txt
`;

/** Leaves a run as a power cut in the middle of an agent's work leaves it, with the identities that processes had before it. */
const cutPower = async () => {
	const scratch = await makeScratch(newFolder(), {waiting: WAITING});
	const {child, ended} = startRad(['run', 'waiting'], scratch);
	await until(() => existsSync(path.join(scratch.cwd, 'started')));
	child.kill('SIGKILL');
	await ended;
	const database = new Database(path.join(scratch.cwd, '.radium/monitoring.db'));
	const {id} = database.prepare<[], {id: Run['id']}>('SELECT id FROM runs').get() ?? {};
	if (id === undefined) throw new Error('there must be a run');
	for (const identity of processes.findMarked('RAD_RUN_ID', id)) processes.signal(identity, 'SIGKILL');
	await until(() => processes.findMarked('RAD_RUN_ID', id).length === 0);
	const now = processes.identify(innocent.pid ?? 0);
	if (now === undefined) throw new Error('the innocent program must be alive');
	const then: ProcessIdentity = {...now, bootId: BEFORE};
	database.prepare('UPDATE runs SET owner_pid = ?, owner_start = ?, owner_boot = ?').run(then.pid, then.startTime, BEFORE);
	database.prepare("UPDATE agents SET process_id = ?, process_start = ?, boot_id = ? WHERE status = 'running'").run(then.pid, then.startTime, BEFORE);
	database.close();
	writeFileSync(path.join(scratch.cwd, '.radium/runs', id, 'wait.1/pid.json'), JSON.stringify({shim: then, agent: then}));
	return {scratch, id, now};
};

it('after a reboot every live agent is lost, no other process is touched, and the run can be gone on with', async () => {
	const {scratch, id, now} = await cutPower();
	const agents = () => radJson<readonly Agent[]>(['monitor', 'list'], scratch);

	expect(await radJson<readonly Run[]>(['runs'], scratch)).toMatchObject([{id, status: 'interrupted'}]);
	expect(await agents()).toMatchObject([
		{name: 'first', status: 'completed'},
		{name: 'wait', status: 'lost', exitCode: null},
	]);
	writeFileSync(path.join(scratch.cwd, 'go'), '');
	const {code, stderr} = await rad(['resume', id], scratch);

	expect(code, stderr).toBe(0);
	expect((await agents()).map(({name, attempt, status}) => [name, attempt, status])).toEqual([
		['first', 1, 'completed'],
		['wait', 1, 'lost'],
		['wait', 2, 'completed'],
		['last', 1, 'completed'],
	]);
	expect(readFileSync(path.join(scratch.cwd, 'done.txt'), 'utf8')).toBe('first\nwait\nwait\nlast\n');
	expect(processes.isAlive(now)).toBe(true);
	expect((await rad(['doctor'], scratch)).stdout).not.toMatch(/\t(?:warning|bad)\t/);
});

it('after a reboot a run can be cancelled without touching any other process', async () => {
	const {scratch, id, now} = await cutPower();

	expect(await rad(['cancel', id, '--now'], scratch)).toMatchObject({code: 0});

	expect(await radJson<readonly Run[]>(['runs'], scratch)).toMatchObject([{id, status: 'cancelled'}]);
	expect(processes.isAlive(now)).toBe(true);
});
