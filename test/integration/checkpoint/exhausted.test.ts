import {spawnSync} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {chmodSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {pictureOf, type Scratch} from '../../support/scratch-repo.ts';
import {openOtherRad} from './matrix/other-rad.ts';
import {createScratches} from './matrix/row.ts';
import {openService, take} from './support.ts';

const make = createScratches();

const aRepo = (): Scratch => {
	const repo = make.emptyRepo();
	repo.write('a.txt', 'a\n');
	repo.git('add', '-A');
	repo.git('commit', '-qm', 'first');
	return repo;
};

const NAMESPACE = ['unshare', '-m', 'sh', '-c'];
const CAN_MOUNT = spawnSync('unshare', [...NAMESPACE.slice(1), 'mount -t tmpfs none /tmp']).status === 0;

describe('a disk without room', () => {
	it.skipIf(!CAN_MOUNT)(`refuses a restore before the first file is touched${CAN_MOUNT ? '' : ' (skipped: needs the right to mount)'}`, async () => {
		const repo = aRepo();
		repo.write('big.bin', randomBytes(2_000_000));
		const [checkpoint] = [await take(await openService(repo))];
		repo.delete('big.bin');
		repo.write('a.txt', 'A\n');
		const picture = join(repo.base, 'picture');
		// The repository lies on a small disk of its own there: the store and little more fit.
		const mount = `cp -a '${repo.root}' '${repo.base}/copy' && mount -t tmpfs -o size=3m none '${repo.root}' && cp -a '${repo.base}/copy/.' '${repo.root}/'`;
		const look = `cat '${repo.root}/a.txt' > '${picture}'`;
		const other = openOtherRad(repo, {wrapper: [...NAMESPACE, `${mount} && cd '${repo.base}' && "$0" "$@"; ${look}`]});

		await expect(other.restore(checkpoint.id)).rejects.toMatchObject({
			code: 'CHECKPOINT_FAILED',
			message: expect.stringContaining('no room for the restore'),
		});

		expect(spawnSync('cat', [picture], {encoding: 'utf8'}).stdout).toBe('A\n');
	});
});

describe('a file system that hangs', () => {
	it('is told when the time for a look at it is spent, and leaves nothing that hinders the next one', async () => {
		const repo = aRepo();
		const wrappers = join(repo.base, 'wrappers');
		mkdirSync(wrappers);
		writeFileSync(
			join(wrappers, 'git'),
			`#!/bin/sh\nif [ "$1" = status ]; then exec sleep 600; fi\nPATH='${repo.environment['PATH']}' exec git "$@"\n`,
		);
		chmodSync(join(wrappers, 'git'), 0o755);
		const before = pictureOf(repo.root);
		const hanging = await openService(repo, {environment: {PATH: `${wrappers}:${repo.environment['PATH']}`, RAD_CHECKPOINT_TIMEOUT: '300ms'}});

		await expect(take(hanging)).rejects.toMatchObject({code: 'CHECKPOINT_FAILED', message: expect.stringContaining('was stopped')});

		expect(pictureOf(repo.root)).toEqual(before);
		expect((await take(await openService(repo))).kind).toBe('manual');
	});
});
