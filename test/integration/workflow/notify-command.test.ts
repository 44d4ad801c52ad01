import {existsSync, readFileSync, rmSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, it} from 'vitest';
import {createProcessTable} from '../../../source/agents/create-process-table.ts';
import {createSystemClock} from '../../../source/system-clock.ts';
import {type NotifyPorts, type NotifyVariables, runNotifyCommand} from '../../../source/workflow/notify-command.ts';
import {createScratch, until} from '../../support/scratch.ts';

const newFolder = createScratch();
const processes = createProcessTable(process.platform);
const clock = createSystemClock();

let calls = 0;
const VARIABLES: NotifyVariables = {
	RAD_NOTIFY_KIND: 'failed',
	RAD_NOTIFY_RUN: 'run_1',
	RAD_NOTIFY_WORKFLOW: '$(touch pwned)',
	RAD_NOTIFY_TEXT: 'rad: `touch pwned`; "touch pwned" failed',
	RAD_NOTIFY_WORKSPACE: '/work',
};

/** A command of a file in a folder of its own; every long wait is over after half a second. */
const prepare = (command: string, environment: NotifyPorts['environment'] = {}) => {
	const folder = newFolder();
	calls += 1;
	const id = `test-${process.pid}-${calls}`;
	const controller = new AbortController();
	const ports: NotifyPorts = {
		processes,
		clock: {...clock, sleep: (durationMs, signal) => clock.sleep(Math.min(durationMs, 500), signal)},
		environment: {PATH: process.env['PATH'], ...environment},
		createToken: () => id,
	};
	return {
		folder,
		stop: () => controller.abort(),
		run: () => runNotifyCommand({command, file: path.join(folder, 'config.yaml')}, VARIABLES, ports, controller.signal),
		read: (file: string) => readFileSync(path.join(folder, file), 'utf8'),
		has: (file: string) => existsSync(path.join(folder, file)),
		left: () => processes.findMarked('RAD_NOTIFY_ID', id),
	};
};

describe('the command of notify', () => {
	it('is told by variables, in the folder of its file, and runs nothing of what they hold', async () => {
		const {run, read, has, folder} = prepare('printf "%s\\n" "$RAD_NOTIFY_KIND" "$RAD_NOTIFY_WORKFLOW" "$RAD_NOTIFY_TEXT" "$PWD" $# > told');

		expect(await run()).toBeUndefined();

		expect(read('told').split('\n')).toEqual(['failed', '$(touch pwned)', 'rad: `touch pwned`; "touch pwned" failed', folder, '0', '']);
		expect(has('pwned')).toBe(false);
	});

	it("has the user's environment, and nothing that an agent or rad was given", async () => {
		const {run, read} = prepare('env > told', {
			MINE: 'yes',
			RAD_STATE_DIR: '/state',
			RAD_REQUEST_TOKEN: 'secret',
			RAD_AGENT_ID: 'agt_1',
			RAD_NOTIFY_OLD: 'x',
			NODE_ENV: 'production',
		});

		await run();

		const names = read('told')
			.split('\n')
			.map(line => line.split('=')[0]);
		expect(names).toEqual(expect.arrayContaining(['MINE', 'RAD_STATE_DIR', 'RAD_NOTIFY_KIND']));
		for (const name of ['RAD_REQUEST_TOKEN', 'RAD_AGENT_ID', 'RAD_NOTIFY_OLD', 'NODE_ENV']) expect(names).not.toContain(name);
	});

	it('has nothing to read from, no terminal, and no pipe of rad', async () => {
		const {run, read} = prepare('wc -c > bytes; ls -l /proc/self/fd > handles; (: < /dev/tty) 2> /dev/null && touch terminal');

		await run();

		expect(read('bytes').trim()).toBe('0');
		expect(read('handles')).not.toContain('socket');
	});

	it.each([
		['exit 3', 'failed with exit code 3'],
		['no-such-program', 'failed with exit code 127'],
		['kill -TERM $$', 'was ended by SIGTERM'],
		['kill -KILL 0', 'was ended by SIGKILL'],
	])('is told of as failed: %s', async (command, problem) => {
		expect(await prepare(command).run()).toBe(problem);
	});

	it('is told of as failed where it cannot be started', async () => {
		const gone = runNotifyCommand(
			{command: 'true', file: path.join(newFolder(), 'gone/config.yaml')},
			VARIABLES,
			{processes, clock, environment: {}, createToken: () => 'none'},
			new AbortController().signal,
		);

		expect(await gone).toMatch(/^could not be started: /);
	});

	it('is ended with all that it started when it hangs, whatever it ignores', async () => {
		const {run, left} = prepare('trap "" TERM INT HUP; sleep 300 & setsid sleep 300 & (env -i sleep 300) & while :; do sleep 300; done');

		expect(await run()).toBe('had not ended after 10 s and was stopped');

		expect(left()).toEqual([]);
	});

	it('leaves nothing behind when it ends, also of what forgot where it comes from', async () => {
		const {run, left, read} = prepare('sleep 300 & setsid sleep 300 & env -i /bin/sleep 300 & echo $! > pid');

		expect(await run()).toBeUndefined();

		expect(left()).toEqual([]);
		const forgetful = processes.identify(Number(read('pid')));
		expect(forgetful !== undefined && processes.isAlive(forgetful)).toBe(false);
	});

	it('can print without end', async () => {
		expect(await prepare('yes | head -c 50000000; yes >&2 | head -c 1000').run()).toBe('had not ended after 10 s and was stopped');
	});

	it('is stopped without a word when the run is stopped, and not begun after that', async () => {
		const {run, stop, left, has, folder} = prepare('touch begun; sleep 300');
		const ended = run();
		await until(() => has('begun'));

		stop();

		expect(await ended).toBeUndefined();
		expect(left()).toEqual([]);
		rmSync(path.join(folder, 'begun'));
		expect(await run()).toBeUndefined();
		expect(has('begun')).toBe(false);
	});
});
