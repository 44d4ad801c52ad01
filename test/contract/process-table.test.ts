import {spawn} from 'node:child_process';
import {randomUUID} from 'node:crypto';
import process from 'node:process';
import {afterEach, describe, expect, it} from 'vitest';
import {createProcProcessTable} from '../../source/agents/proc-process-table.ts';
import type {ProcessTable} from '../../source/agents/process-table.ts';
import {createPsProcessTable} from '../../source/agents/ps-process-table.ts';
import {until} from '../support/scratch.ts';

const ADAPTERS: ReadonlyArray<readonly [string, () => ProcessTable]> = [
	...(process.platform === 'linux' ? ([['/proc', createProcProcessTable]] as const) : []),
	...(process.platform === 'darwin' ? ([['ps', createPsProcessTable]] as const) : []),
];
const started: number[] = [];
const start = (env: Record<string, string>, command = 'sleep 100') => {
	const child = spawn('sh', ['-c', command], {detached: true, stdio: 'ignore', env: {PATH: process.env['PATH'] ?? '', ...env}});
	if (child.pid === undefined) throw new Error('sh must start');
	started.push(child.pid);
	return {pid: child.pid, exited: new Promise<void>(resolve => child.once('exit', () => resolve()))};
};
afterEach(() => {
	for (const pid of started.splice(0)) {
		try {
			process.kill(-pid, 'SIGKILL');
		} catch {
			// It is gone, which is what is wanted.
		}
	}
});

describe.each(ADAPTERS)('a process table (%s)', (_, create) => {
	it('knows a living process, and that it is gone', async () => {
		const table = create();
		const {pid, exited} = start({});
		const identity = table.identify(pid);
		if (identity === undefined) throw new Error('it must have an identity');
		expect(table.isAlive(identity)).toBe(true);

		expect(table.signal(identity, 'SIGKILL')).toBe(true);
		await exited;

		expect(table.isAlive(identity)).toBe(false);
		expect(table.signal(identity, 'SIGKILL')).toBe(false);
	});

	it('never signals a process that has the number of another', () => {
		const table = create();
		const {pid} = start({});
		const identity = table.identify(pid);
		if (identity === undefined) throw new Error('it must have an identity');

		for (const other of [
			{...identity, startTime: '1'},
			{...identity, bootId: 'another boot'},
		]) {
			expect(table.isAlive(other)).toBe(false);
			expect(table.signal(other, 'SIGKILL')).toBe(false);
			expect(table.signalGroup(other, 'SIGKILL')).toBe(false);
		}
		expect(table.isAlive(identity)).toBe(true);
	});

	it('finds every process that inherited a mark, in whatever session, and no other', async () => {
		const table = create();
		const value = randomUUID();
		const {pid} = start({MARK: value}, 'setsid sleep 100 & sleep 100 & wait');
		start({MARK: `${value}x`});
		start({OTHER_MARK: value});

		await until(() => table.findMarked('MARK', value).length === 3);

		expect(table.findMarked('MARK', value).map(identity => identity.pid)).toContain(pid);
		expect(table.listMarked('MARK').filter(marked => marked.value === value)).toHaveLength(3);
		expect(table.listMarked('MARK').map(marked => marked.value)).toContain(`${value}x`);
		for (const identity of table.findMarked('MARK', value)) table.signal(identity, 'SIGKILL');
		await until(() => table.findMarked('MARK', value).length === 0);
	});

	it('finds every process of a group, also after its leader has ended, and no other', async () => {
		const table = create();
		const {pid, exited} = start({}, 'sleep 100 & setsid sleep 100 & sleep 0.2; exit');
		const leader = table.identify(pid);
		if (leader === undefined) throw new Error('it must have an identity');
		expect(table.findMembers(leader).map(identity => identity.pid)).toContain(pid);
		expect(table.findMembers({...leader, startTime: '1'})).toEqual([]);

		await exited;

		const members = table.findMembers(leader);
		expect(members).toHaveLength(1);
		for (const identity of members) table.signal(identity, 'SIGKILL');
		await until(() => table.findMembers(leader).length === 0);
	});

	it('knows nothing of a number that nobody has', () => {
		expect(create().identify(2 ** 22 + 1)).toBeUndefined();
	});
});
