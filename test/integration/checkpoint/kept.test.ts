import {chmodSync, readlinkSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {pictureOf} from '../../support/scratch-repo.ts';
import {undo} from './matrix/exact.ts';
import {createScratches} from './matrix/row.ts';
import {openService, restore, take} from './support.ts';

const make = createScratches();

// The matrix has the other cases.
describe('what stands in the way of a restore', () => {
	it('is saved when it is ignored', async () => {
		const repo = make.repo();
		repo.write('x', 'a file');
		repo.write('y/deep', 'a file');
		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.delete('x');
		repo.delete('y');
		repo.write('x/inside.log', 'ignored');
		repo.write('.git/info/exclude', 'y\n');
		repo.write('y', 'ignored too');

		const result = await restore(service, checkpoint);
		const restored = [repo.read('x'), repo.read('y/deep')];
		await undo(service, result);

		expect(restored).toEqual(['a file', 'a file']);
		expect(repo.read('x/inside.log')).toBe('ignored');
		expect(repo.read('y')).toBe('ignored too');
	});

	it('is left alone when it is a nested repository: the restore is refused', async () => {
		const repo = make.repo();
		repo.write('x', 'a file');
		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.delete('x');
		repo.write('x/file', 'nested');
		repo.git('-C', 'x', 'init', '-q');
		repo.write('a.txt', 'changed');

		await expect(restore(service, checkpoint)).rejects.toMatchObject({code: 'RESTORE_CONFLICT'});

		expect(repo.read('x/file')).toBe('nested');
		expect(repo.read('a.txt')).toBe('changed');
	});
});

describe('what rules for ignoring and permissions alone can hide', () => {
	it('is not a tracked file that a rule ignores and that became a folder', async () => {
		const repo = make.repo();
		repo.write('b', 'file\n');
		repo.write('.gitignore', 'b\n');
		repo.git('add', '-f', '-A');
		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.delete('b');
		repo.write('b/inside', 'ignored');
		const later = await take(service);

		await restore(service, checkpoint);

		expect(later.kind).toBe('manual');
		expect(repo.read('b')).toBe('file\n');
	});

	it('is not a file of the checkpoint in whose place an ignored one lies in a folder now', async () => {
		const repo = make.repo();
		repo.write('x', 'file\n');
		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.write('.gitignore', '');
		repo.delete('x');
		repo.write('x/y.log', 'new\n');

		const {safety} = await restore(service, checkpoint);
		const restored = repo.read('x');
		await restore(service, safety);

		expect(restored).toBe('file\n');
		expect(repo.read('x/y.log')).toBe('new\n');
	});

	it('is not a file that a restore brought and that is ignored now, when the restore is undone', async () => {
		const repo = make.repo();
		repo.write('.gitignore', 'b\n');
		repo.write('b/a', 'tracked all the same\n');
		repo.git('add', '-f', '-A');
		repo.git('commit', '-qm', 'second');
		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.delete('b');
		repo.git('commit', '-qam', 'third');
		const {safety} = await restore(service, checkpoint);
		const restored = repo.read('b/a');
		repo.write('b/a', 'edited since\n');

		const plan = await service.preview(safety.id);
		const undone = await restore(service, safety);
		const isThere = repo.has('b/a');
		await restore(service, undone.safety);

		expect(restored).toBe('tracked all the same\n');
		expect(plan.changes.map(({path, change}) => [path, change])).toEqual([['b/a', 'deleted']]);
		expect(isThere).toBe(false);
		expect(repo.read('b/a')).toBe('edited since\n');
	});

	it('is not a folder that became a link to itself', async () => {
		const repo = make.repo();
		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.delete('dir');
		repo.link('dir', 'dir');

		const {safety} = await restore(service, checkpoint);
		const restored = repo.read('dir/b.txt');
		await restore(service, safety);

		expect(restored).toBe('b\n');
		expect(readlinkSync(join(repo.root, 'dir'))).toBe('dir');
	});

	it('is not a change of permissions alone, of one file or of all', async () => {
		const repo = make.repo();
		const service = await openService(repo);
		const checkpoint = await take(service);
		const then = pictureOf(repo.root);
		chmodSync(join(repo.root, 'a.txt'), 0o600);
		const one = pictureOf(repo.root);
		const {safety} = await restore(service, checkpoint);
		const restoredOne = pictureOf(repo.root);
		await restore(service, safety);
		const undone = pictureOf(repo.root);
		for (const name of ['a.txt', 'dir/b.txt', '.gitignore']) chmodSync(join(repo.root, name), 0o666);
		await restore(service, checkpoint);

		expect(restoredOne).toEqual(then);
		expect(undone).toEqual(one);
		expect(pictureOf(repo.root)).toEqual(then);
	});
});
