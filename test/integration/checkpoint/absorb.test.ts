import {readdirSync, rmSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {pictureOf, type Scratch} from '../../support/scratch-repo.ts';
import {createScratches} from './matrix/row.ts';
import {openService, restore, take} from './support.ts';

const make = createScratches();

const aRepo = (): Scratch => {
	const repo = make.emptyRepo();
	repo.write('a.txt', 'a\n');
	repo.write('dir/b.txt', 'b\n');
	repo.git('add', '-A');
	repo.git('commit', '-qm', 'first');
	return repo;
};

/** The strongest way of git to forget what nothing of the user's refers to. */
const collectGarbage = (repo: Scratch): void => {
	repo.git('reflog', 'expire', '--expire=now', '--expire-unreachable=now', '--all');
	repo.git('gc', '-q', '--prune=now');
};

/** Makes everything that the first commit held unreachable. */
const rewriteHistory = (repo: Scratch): void => {
	repo.write('a.txt', 'another\n');
	repo.delete('dir/b.txt');
	repo.git('commit', '-qam', 'amended', '--amend');
};

describe('what a checkpoint borrows from the user’s repository', () => {
	it.each([
		['loose objects', () => {}],
		['a pack', (repo: Scratch) => void repo.git('gc', '-q')],
	])('survives its garbage collection: %s', async (_, prepare) => {
		const repo = aRepo();
		prepare(repo);
		const service = await openService(repo);
		const checkpoint = await take(service);
		const before = pictureOf(repo.root);
		rewriteHistory(repo);
		collectGarbage(repo);

		await restore(service, checkpoint);

		expect(pictureOf(repo.root)).toEqual(before);
		expect(await service.verify({signal: new AbortController().signal})).toMatchObject({checkpoints: 2, damaged: []});
	});

	it('survives it when it was only ever staged', async () => {
		const repo = aRepo();
		repo.write('a.txt', 'staged\n');
		repo.git('add', 'a.txt');
		repo.write('a.txt', 'and edited\n');
		const service = await openService(repo);
		const checkpoint = await take(service);
		const status = repo.git('status', '--porcelain=v2');
		repo.git('reset', '-q', '--hard');
		collectGarbage(repo);

		await restore(service, checkpoint);

		expect(repo.git('status', '--porcelain=v2')).toBe(status);
		expect(repo.git('show', ':a.txt')).toBe('staged\n');
	});

	it('survives a collection between any two of many checkpoints, each of which restores', async () => {
		const repo = aRepo();
		const service = await openService(repo);
		const pictures = [];
		for (let round = 0; round < 4; round += 1) {
			repo.write('a.txt', `round ${round}\n`);
			repo.git('commit', '-qam', `round ${round}`, '--amend');
			pictures.push({checkpoint: await take(service), picture: pictureOf(repo.root)});
			collectGarbage(repo);
		}

		for (const {checkpoint, picture} of pictures.reverse()) {
			await restore(service, checkpoint);
			expect(pictureOf(repo.root)).toEqual(picture);
		}
	});

	it('survives it when a look at the tree came before the checkpoint', async () => {
		const repo = aRepo();
		repo.write('a.txt', 'staged\n');
		repo.git('add', 'a.txt');
		const service = await openService(repo);
		const first = await take(service);
		repo.write('b.txt', 'added\n');
		repo.git('add', 'b.txt');
		await service.preview(first.id);
		repo.git('reset', '-q');
		collectGarbage(repo);

		const second = await take(service);
		repo.delete('b.txt');
		await restore(service, second);

		expect(repo.read('b.txt')).toBe('added\n');
	});

	it('is read again from the files when it is gone all the same', async () => {
		const repo = aRepo();
		const service = await openService(repo);
		await take(service);
		repo.write('b.txt', 'saved\n');
		await take(service);
		const blob = repo.git('hash-object', 'b.txt').trim();
		rmSync(join(repo.root, '.git/rad/store.git/objects', blob.slice(0, 2), blob.slice(2)));
		repo.write('c.txt', 'one more\n');

		const third = await take(service);
		repo.delete('b.txt');
		await restore(service, third);

		expect(repo.read('b.txt')).toBe('saved\n');
	});

	it('shows nowhere in the user’s repository and takes no disk space while it is there too', async () => {
		const repo = aRepo();
		repo.write('big.bin', Buffer.alloc(1_000_000, 'x'.repeat(97)));
		repo.git('add', '-A');
		repo.git('commit', '-qm', 'big');
		const [refs, log, objects] = [repo.git('for-each-ref'), repo.git('log', '--all', '--oneline'), listObjects(repo)];

		const service = await openService(repo);
		await take(service);

		expect(repo.git('for-each-ref')).toBe(refs);
		expect(repo.git('log', '--all', '--oneline')).toBe(log);
		expect(listObjects(repo)).toEqual(objects);
		expect((await service.size()).sharedBytes).toBeGreaterThan(0);
		expect(repo.git('fsck', '--strict')).toBe('');
	});
});

/** The user's object files with their sizes. */
const listObjects = (repo: Scratch): string[] => {
	const folder = join(repo.root, '.git/objects');
	return readdirSync(folder, {recursive: true, encoding: 'utf8'})
		.filter(name => statSync(join(folder, name)).isFile())
		.map(name => `${name} ${statSync(join(folder, name)).size}`)
		.sort();
};
