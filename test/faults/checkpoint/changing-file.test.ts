import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, describe, expect, it} from 'vitest';
import {KILLED} from '../../../source/checkpoint/git-port.ts';
import type {Checkpoint} from '../../../source/domain/records.ts';
import {openInterceptedService, openService, restore, take} from '../../integration/checkpoint/support.ts';
import {createScratchRepo, type Scratch} from '../../support/scratch-repo.ts';

const TIMES = 4;
const MEGABYTES = 30;

/** Writes a file anew for ever: cut to nothing, then grown again; tells when it has written it for the first time. */
const WRITER = `
	const {openSync, ftruncateSync, writeSync} = require('node:fs');
	const file = openSync(process.argv[1], 'a');
	for (let round = 0; ; round++) {
		ftruncateSync(file, 0);
		for (let part = 0; part < ${MEGABYTES}; part++) writeSync(file, Buffer.alloc(2 ** 20, 97 + (round % 26)));
		if (round === 0) process.stdout.write('begun');
	}`;

const made: Scratch[] = [];
const stops: Array<() => Promise<unknown>> = [];
afterEach(async () => {
	await Promise.all(stops.splice(0).map(stop => stop()));
	for (const repo of made.splice(0)) repo.remove();
});

const keepWriting = async (file: string): Promise<() => Promise<unknown>> => {
	const child = spawn(process.execPath, ['--eval', WRITER, file], {stdio: ['ignore', 'pipe', 'inherit']});
	const ended = once(child, 'exit');
	await once(child.stdout, 'data');
	const stop = (): Promise<unknown> => {
		child.kill('SIGKILL');
		return ended;
	};
	stops.push(stop);
	return stop;
};

describe('a file that is written all the time', () => {
	it.each(['tracked.log', 'new.log'])('is saved as it was at some moment: %s', async name => {
		const repo = createScratchRepo();
		made.push(repo);
		repo.write('tracked.log', 'x\n');
		repo.write('quiet.txt', 'one\n');
		repo.git('add', '.');
		repo.git('commit', '-qm', 'first');
		const service = await openService(repo);
		const stop = await keepWriting(join(repo.root, name));
		const checkpoints: Checkpoint[] = [];
		for (let time = 0; time < TIMES; time += 1) {
			repo.write('quiet.txt', `${time}\n`);
			checkpoints.push(await take(service));
		}
		await stop();
		const last = await take(service);
		const bytes = readFileSync(join(repo.root, name));
		repo.write(name, 'spoilt');
		await restore(service, last);

		expect(readFileSync(join(repo.root, name)).equals(bytes)).toBe(true);
		for (const [time, checkpoint] of checkpoints.entries()) {
			await restore(service, checkpoint);
			expect(repo.read('quiet.txt')).toBe(`${time}\n`);
		}
		expect((await service.verify({signal: new AbortController().signal})).damaged).toEqual([]);
		expect(readdirSync(join(repo.root, '.git/rad/store.git/trees/main')).filter(file => /lock|copy/.test(file))).toEqual([]);
	});

	/** Checkpoints whose git dies of the file as it is added, which is something else then. */
	const openDying = (repo: Scratch, change: () => void) =>
		openInterceptedService(repo, args => {
			if (args[0] !== 'update-index' || !args.includes('--add')) return undefined;
			change();
			return {exitCode: KILLED, stdout: Buffer.alloc(0), stderr: ''};
		});

	it('is left out when it is gone by then', async () => {
		const repo = createScratchRepo();
		made.push(repo);
		repo.write('new.log', 'x\n');

		const checkpoint = await take(await openDying(repo, () => repo.delete('new.log')));

		expect(checkpoint.uncovered).toEqual([]);
	});

	it('is not followed to where a link leads that stands in its place by then', async () => {
		const repo = createScratchRepo();
		made.push(repo);
		repo.write('new.log', 'x\n');
		repo.write(join(repo.base, 'outside'), 'a secret\n');
		let reads = 0;
		const service = await openDying(repo, () => {
			reads += 1;
			repo.delete('new.log');
			repo.link('new.log', join(repo.base, 'outside'));
		});

		await expect(take(service)).rejects.toMatchObject({code: 'CHECKPOINT_FAILED'});
		// No copy of what is outside was given to git.
		expect(reads).toBe(1);
	});
});
