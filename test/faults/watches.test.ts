import {spawn, spawnSync} from 'node:child_process';
import {existsSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, it} from 'vitest';
import {BIN, makeScratch, startRad, toTestEnvironment} from '../support/rad.ts';
import {createScratch, until} from '../support/scratch.ts';

const newFolder = createScratch();

/** Runs a script with limits of its own, as no test may set those of the machine. */
const inOwnLimits = (script: string): readonly string[] => ['-Ur', 'sh', '-c', script];
const LIMITS = [
	['the system watches no more files', 'max_inotify_watches', 'ENOSPC'],
	['the process may open no more watchers', 'max_inotify_instances', 'EMFILE'],
] as const;
const canLimit = LIMITS.every(([, limit]) => spawnSync('unshare', inOwnLimits(`echo 0 > /proc/sys/user/${limit}`)).status === 0);

describe.skipIf(!canLimit)(`a log is followed${canLimit ? '' : ' (skipped: no user namespaces here)'}`, () => {
	it.each(LIMITS)('where %s', async (_, limit, code) => {
		const scratch = await makeScratch(newFolder(), {
			flow: "version: 1\nsteps:\n  - { id: talk, run: 'touch started; until test -e go; do sleep 0.05; done; echo said' }\n",
		});
		const run = startRad(['run', 'flow'], scratch);
		await until(() => existsSync(path.join(scratch.cwd, 'started')));
		const watch = 'try { require("node:fs").watch(".") } catch ({code}) { console.error(code) }';
		const follower = spawn(
			'unshare',
			inOwnLimits(`echo 0 > /proc/sys/user/${limit}; "${process.execPath}" -e '${watch}'; exec "${process.execPath}" "${BIN}" logs -f`),
			{cwd: scratch.cwd, env: toTestEnvironment(scratch.home)},
		);
		let [printed, told] = ['', ''];
		follower.stdout.on('data', (text: Buffer) => {
			printed += text.toString();
		});
		follower.stderr.on('data', (text: Buffer) => {
			told += text.toString();
		});
		const ended = new Promise(resolve => follower.once('close', resolve));
		await until(() => printed.includes('polling'));

		writeFileSync(path.join(scratch.cwd, 'go'), '');

		expect([await ended, (await run.ended).code]).toEqual([0, 0]);
		expect(printed).toContain('said');
		expect(told).toMatch(new RegExp(`^${code}\n`));
	});
});
