import {existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, describe, expect, it} from 'vitest';
import {describeCheckpointing} from '../../../source/checkpoint/open-checkpoints.ts';
import {createScratchFolder, createScratchRepo, pictureOf, type Scratch} from '../../support/scratch-repo.ts';
import {openService, restore, take} from './support.ts';

const scratches: Scratch[] = [];
afterEach(() => {
	for (const scratch of scratches.splice(0)) scratch.remove();
});

const kept = (scratch: Scratch): Scratch => {
	scratches.push(scratch);
	return scratch;
};

const aRepo = (name?: string): Scratch => {
	const repo = kept(createScratchRepo(name));
	repo.write('a.txt', 'a\n');
	repo.write('dir/b.txt', 'b\n');
	repo.git('add', '-A');
	repo.git('commit', '-qm', 'first');
	return repo;
};

describe('checkpoints by place', () => {
	it('make nothing before the first one: the list of a fresh repository is empty', async () => {
		const repo = aRepo();

		const service = await openService(repo);

		expect(await service.list()).toEqual([]);
		await expect(service.find('abc')).rejects.toMatchObject({code: 'CHECKPOINT_UNKNOWN'});
		expect(existsSync(join(repo.root, '.git/rad'))).toBe(false);
	});

	it('work in a repository without commits, with staged files', async () => {
		const repo = kept(createScratchRepo());
		repo.write('staged', 'one\n');
		repo.git('add', 'staged');
		repo.write('untracked', 'two\n');
		const service = await openService(repo);
		const status = repo.git('status', '--porcelain=v2');
		const checkpoint = await take(service);
		repo.write('staged', 'changed\n');
		repo.delete('untracked');
		repo.git('add', '-A');

		await restore(service, checkpoint);

		expect(checkpoint).toMatchObject({head: null, branch: 'main'});
		expect(repo.git('status', '--porcelain=v2')).toBe(status);
		expect(repo.read('untracked')).toBe('two\n');
	});

	it('work in an empty repository and an empty folder', async () => {
		for (const scratch of [kept(createScratchRepo()), kept(createScratchFolder())]) {
			const service = await openService(scratch);
			const checkpoint = await take(service);
			scratch.write('x', 'x');

			await restore(service, checkpoint);

			expect(pictureOf(scratch.root)).toEqual([]);
		}
	});

	it('work in a folder without git and make nothing in it', async () => {
		const folder = kept(createScratchFolder());
		folder.write('a', 'one');
		folder.write('secret', 'one', 0o600);
		folder.write('sub/.gitignore', '*.o\n');
		folder.write('sub/x.o', 'object');
		const service = await openService(folder);
		const before = pictureOf(folder.root);
		const checkpoint = await take(service);
		folder.write('a', 'two');
		folder.delete('secret');
		folder.write('new', 'new');
		const after = pictureOf(folder.root);

		const {safety} = await restore(service, checkpoint);
		const restored = pictureOf(folder.root);
		await restore(service, safety);

		expect(restored).toEqual(before);
		expect(pictureOf(folder.root)).toEqual(after);
		expect(checkpoint).toMatchObject({head: null, branch: null, uncovered: []});
		expect(existsSync(join(folder.stateDirectory, 'checkpoints'))).toBe(true);
	});

	it('cover the whole work tree when the workspace is a sub-folder, also through a symbolic link', async () => {
		const repo = aRepo();
		symlinkSync(join(repo.root, 'dir'), join(repo.base, 'link'));
		const service = await openService(repo, {root: join(repo.base, 'link')});
		repo.write('dir/.radium/db', 'one');
		const checkpoint = await take(service);
		repo.write('a.txt', 'changed\n');
		repo.write('dir/b.txt', 'changed\n');
		repo.write('dir/.radium/db', 'two');

		await restore(service, checkpoint);

		expect([repo.read('a.txt'), repo.read('dir/b.txt'), repo.read('dir/.radium/db')]).toEqual(['a\n', 'b\n', 'two']);
	});

	it('of linked work trees are apart, share one store, and outlive the work tree’s removal', async () => {
		const repo = aRepo();
		const linked = join(repo.base, 'linked');
		repo.git('worktree', 'add', '-q', linked);
		const [main, other] = [await openService(repo), await openService(repo, {root: linked})];
		const [first, second] = [await take(main), await take(other)];
		repo.write('a.txt', 'main\n');
		writeFileSync(join(linked, 'a.txt'), 'linked\n');

		await restore(other, second);

		expect(repo.read('a.txt')).toBe('main\n');
		expect(repo.read(join(linked, 'a.txt'))).toBe('a\n');
		expect((await main.list()).map(({id}) => id)).toEqual([first.id]);
		expect((await other.list()).map(({id}) => id)).toContain(second.id);
		expect(repo.git('-C', linked, 'status', '--porcelain')).toBe('');
		repo.git('worktree', 'remove', '--force', linked);
		expect(existsSync(join(repo.root, '.git/rad/store.git/refs/rad/linked-linked', second.id))).toBe(true);
	});

	it('move with the repository', async () => {
		const repo = aRepo();
		const checkpoint = await take(await openService(repo));
		repo.write('a.txt', 'changed\n');
		const moved = join(repo.base, 'moved');
		renameSync(repo.root, moved);

		await restore(await openService(repo, {root: moved}), checkpoint);

		expect(repo.read(join(moved, 'a.txt'))).toBe('a\n');
	});

	it.each(['with space', 'a:b', 'qu"ote', "it's", '-dash', 'ünï'])('work in a folder named %s', async name => {
		const repo = aRepo(name);
		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.write('a.txt', 'changed\n');

		await restore(service, checkpoint);

		expect(repo.read('a.txt')).toBe('a\n');
	});

	it('work with sha256, with alternates of the user’s own, and with HEAD detached', async () => {
		const repo = kept(createScratchFolder());
		repo.git('init', '-q', '--object-format=sha256');
		repo.write('a.txt', 'a\n');
		repo.git('add', '-A');
		repo.git('commit', '-qm', 'first');
		repo.git('clone', '-q', '--shared', '.', join(repo.base, 'clone'));
		repo.git('-C', join(repo.base, 'clone'), 'checkout', '-q', '--detach');
		const service = await openService(repo, {root: join(repo.base, 'clone')});
		const checkpoint = await take(service);
		writeFileSync(join(repo.base, 'clone/a.txt'), 'changed\n');

		await restore(service, checkpoint);

		expect(repo.read(join(repo.base, 'clone/a.txt'))).toBe('a\n');
		expect(checkpoint.branch).toBeNull();
		expect(checkpoint.head).toHaveLength(64);
	});

	it('of a sparse checkout leave absent files absent', async () => {
		const repo = aRepo();
		repo.write('other/c.txt', 'c\n');
		repo.git('add', '-A');
		repo.git('commit', '-qm', 'second');
		repo.git('sparse-checkout', 'set', 'dir');
		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.write('dir/b.txt', 'changed\n');
		repo.write('dir/new', 'new');

		await restore(service, checkpoint);

		expect(repo.has('other')).toBe(false);
		expect(repo.git('status', '--porcelain')).toBe('');
	});

	it('of a partial clone need no object that is not here', async () => {
		const repo = aRepo();
		repo.git('config', 'uploadpack.allowFilter', 'true');
		const clone = join(repo.base, 'partial');
		repo.git('clone', '-q', '--filter=blob:none', '--sparse', `file://${repo.root}`, clone);
		const service = await openService(repo, {root: clone});
		renameSync(join(repo.root, '.git'), join(repo.base, 'unreachable.git'));
		const checkpoint = await take(service);
		writeFileSync(join(clone, 'a.txt'), 'changed\n');

		await restore(service, checkpoint);

		expect(repo.read(join(clone, 'a.txt'))).toBe('a\n');
		expect(existsSync(join(clone, 'dir'))).toBe(false);
	});

	it('are refused for a home directory', async () => {
		const folder = kept(createScratchFolder());
		const service = await openService(folder, {root: folder.home});

		await expect(take(service)).rejects.toMatchObject({code: 'RESTORE_REFUSED'});
		await expect(openService(folder, {root: folder.base}).then(take)).rejects.toMatchObject({code: 'RESTORE_REFUSED'});
	});

	it('are refused in a bare or damaged repository, which is never taken for a folder without git', async () => {
		const bare = kept(createScratchFolder());
		bare.git('init', '-q', '--bare');
		const damaged = aRepo();
		rmSync(join(damaged.root, '.git/HEAD'));

		await expect(openService(bare)).rejects.toMatchObject({code: 'GIT_UNUSABLE'});
		await expect(openService(damaged, {root: join(damaged.root, 'dir')})).rejects.toMatchObject({code: 'GIT_UNUSABLE'});
	});

	it('are refused without git', async () => {
		const repo = aRepo();
		mkdirSync(join(repo.base, 'empty'));

		await expect(openService(repo, {environment: {PATH: join(repo.base, 'empty')}})).rejects.toMatchObject({code: 'GIT_MISSING'});
	});

	it('are described before any exists', async () => {
		const [repo, folder] = [aRepo(), kept(createScratchFolder())];
		const describeIt = (scratch: Scratch, root: string) =>
			describeCheckpointing({workspaceRoot: root, stateDirectory: scratch.stateDirectory, environment: scratch.environment});

		const inRepo = await describeIt(repo, join(repo.root, 'dir'));
		const inFolder = await describeIt(folder, folder.root);

		expect(inRepo).toMatchObject({kind: 'git', top: repo.root, note: expect.stringContaining(join(repo.root, '.git/rad'))});
		expect(inFolder).toMatchObject({kind: 'folder', top: folder.root, note: expect.stringContaining(folder.stateDirectory)});
	});
});
