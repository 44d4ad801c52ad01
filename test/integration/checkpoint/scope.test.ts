import {describe, expect, it} from 'vitest';
import {pictureOf, type Scratch} from '../../support/scratch-repo.ts';
import {createScratches} from './matrix/row.ts';
import {openService, restore, take} from './support.ts';

const make = createScratches();

const aRepo = (): Scratch => {
	const repo = make.emptyRepo();
	repo.write('a.txt', 'a\n');
	repo.write('dir/b.txt', 'b\n');
	repo.write('dir/c.txt', 'c\n');
	repo.git('add', '-A');
	repo.git('commit', '-qm', 'first');
	return repo;
};

/** Changes everything that a scope could leave out. */
const changeAll = (repo: Scratch): void => {
	repo.write('a.txt', 'A\n', 0o600);
	repo.write('dir/b.txt', 'B\n');
	repo.write('dir/new.txt', 'new\n');
	repo.write('new.txt', 'new\n');
	repo.delete('dir/c.txt');
	repo.git('add', '-A');
};

describe('a restore of some paths', () => {
	it.each([
		{paths: ['a.txt'], changed: ['a.txt']},
		{paths: ['dir'], changed: ['dir/b.txt', 'dir/c.txt', 'dir/new.txt']},
		{paths: ['dir/c.txt', 'new.txt'], changed: ['dir/c.txt', 'new.txt']},
	])('$paths changes only them, in the work tree and in the staged set, and its undo is exact', async ({paths, changed}) => {
		const repo = aRepo();
		const service = await openService(repo);
		const checkpoint = await take(service);
		changeAll(repo);
		const [before, staged] = [pictureOf(repo.root), repo.git('status', '--porcelain')];

		const plan = await service.preview(checkpoint.id, {paths});
		const {changes, safety} = await restore(service, checkpoint, {paths});

		expect(plan.changes.map(({path}) => path)).toEqual(changed);
		expect(changes.map(({path}) => path)).toEqual(changed);
		const differing = (await service.diff(checkpoint.id)).map(({path}) => path);
		expect([...differing, ...changed].sort()).toEqual(['a.txt', 'dir/b.txt', 'dir/c.txt', 'dir/new.txt', 'new.txt']);
		const stagedNames = repo.git('diff', '--cached', '--name-only', '--no-renames').split('\n').filter(Boolean);
		expect(stagedNames.filter(name => changed.includes(name))).toEqual([]);
		await restore(service, safety);
		expect(pictureOf(repo.root)).toEqual(before);
		expect(repo.git('status', '--porcelain')).toBe(staged);
	});

	it('lets a file give way that stands where a wanted folder was', async () => {
		const repo = aRepo();
		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.delete('dir');
		repo.write('dir', 'a file now\n');

		await restore(service, checkpoint, {paths: ['dir/b.txt']});

		expect(repo.read('dir/b.txt')).toBe('b\n');
		expect(repo.has('dir/c.txt')).toBe(false);
	});

	it('leaves the permissions of all other files alone', async () => {
		const repo = aRepo();
		repo.write('dir/b.txt', 'b\n', 0o600);
		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.write('dir/b.txt', 'B\n', 0o640);
		repo.write('a.txt', 'A\n');

		await restore(service, checkpoint, {paths: ['a.txt']});
		const others = pictureOf(repo.root).find(line => line.startsWith('dir/b.txt'));
		await restore(service, checkpoint);

		expect(others).toBe('dir/b.txt 640 B\n');
		expect(pictureOf(repo.root)).toContain('dir/b.txt 600 b\n');
	});

	it('names a path that is neither there nor in the checkpoint, and changes nothing', async () => {
		const repo = aRepo();
		const service = await openService(repo);
		const checkpoint = await take(service);
		changeAll(repo);
		const before = pictureOf(repo.root);

		await expect(restore(service, checkpoint, {paths: ['a.txt', 'typo.txt']})).rejects.toMatchObject({
			code: 'PATH_MISSING',
			message: expect.stringContaining('typo.txt'),
		});
		await expect(service.preview(checkpoint.id, {paths: ['typo.txt']})).rejects.toMatchObject({code: 'PATH_MISSING'});

		expect(pictureOf(repo.root)).toEqual(before);
	});

	it('is nothing to do where a path is as it was', async () => {
		const repo = aRepo();
		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.write('a.txt', 'A\n');

		const {changes} = await restore(service, checkpoint, {paths: ['dir']});

		expect(changes).toEqual([]);
		expect(repo.read('a.txt')).toBe('A\n');
	});
});

describe('a restore that keeps new files', () => {
	it('brings back and rewrites, deletes nothing, and names what it kept', async () => {
		const repo = aRepo();
		const service = await openService(repo);
		const checkpoint = await take(service);
		changeAll(repo);

		const {kept, changes} = await restore(service, checkpoint, {keepNew: true});

		expect(changes.map(({path, change}) => [path, change])).toEqual([
			['a.txt', 'modified'],
			['dir/b.txt', 'modified'],
			['dir/c.txt', 'added'],
		]);
		expect(kept).toEqual([
			{path: 'dir/new.txt', reason: 'created since'},
			{path: 'new.txt', reason: 'created since'},
		]);
		expect(repo.read('new.txt')).toBe('new\n');
		expect(repo.read('dir/c.txt')).toBe('c\n');
	});
});

describe('the staged set', () => {
	it('stays when it is not wanted', async () => {
		const repo = aRepo();
		const service = await openService(repo);
		const checkpoint = await take(service);
		changeAll(repo);
		const staged = repo.git('ls-files', '-s');

		const plan = await service.preview(checkpoint.id, {index: 'never'});
		await restore(service, checkpoint, {index: 'never'});

		expect(plan.stagedSet).toBe('left');
		expect(repo.git('ls-files', '-s')).toBe(staged);
		expect(repo.read('a.txt')).toBe('a\n');
	});

	it('comes back on another commit only when that is wanted', async () => {
		const repo = aRepo();
		repo.write('a.txt', 'staged\n');
		repo.git('add', 'a.txt');
		const staged = repo.git('ls-files', '-s');
		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.git('commit', '-qam', 'second');
		repo.write('a.txt', 'third\n');
		repo.git('add', 'a.txt');
		const head = repo.git('rev-parse', 'HEAD');

		const [auto, always] = [await service.preview(checkpoint.id), await service.preview(checkpoint.id, {index: 'always'})];
		await restore(service, checkpoint, {index: 'always'});

		expect([auto.stagedSet, always.stagedSet]).toEqual(['left', 'restored']);
		expect(repo.git('ls-files', '-s')).toBe(staged);
		expect(repo.git('rev-parse', 'HEAD')).toBe(head);
	});

	it('is refused where it is wanted and a merge is unfinished, and nothing is changed', async () => {
		const repo = aRepo();
		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.git('checkout', '-qb', 'other');
		repo.write('a.txt', 'other\n');
		repo.git('commit', '-qam', 'other');
		repo.git('checkout', '-q', 'main');
		repo.write('a.txt', 'main\n');
		repo.git('commit', '-qam', 'main');
		expect(() => repo.git('merge', 'other')).toThrow();
		const before = pictureOf(repo.root);

		await expect(restore(service, checkpoint, {index: 'always'})).rejects.toMatchObject({code: 'RESTORE_CONFLICT'});

		expect(pictureOf(repo.root)).toEqual(before);
	});
});

describe('a restore to what is there already', () => {
	it('does nothing, so that the way back from the restore before it stays the newest', async () => {
		const repo = aRepo();
		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.write('a.txt', 'A\n');
		const first = await service.restore(checkpoint.id, {signal: new AbortController().signal});

		const second = await service.restore(checkpoint.id, {signal: new AbortController().signal});

		expect(first.safety).not.toBeNull();
		expect(second).toMatchObject({safety: null, changes: []});
		expect((await service.list()).map(({id}) => id)).toEqual([first.safety?.id, checkpoint.id]);
	});

	it('is no such thing while permissions differ', async () => {
		const repo = aRepo();
		repo.write('key', 'k', 0o600);
		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.write('key', 'k', 0o640);

		const {safety} = await restore(service, checkpoint);

		expect(safety.id).not.toBe(checkpoint.id);
		expect(pictureOf(repo.root)).toContain('key 600 k');
	});
});
