import {chmodSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect} from 'vitest';
import {pictureOf} from '../../../../support/scratch-repo.ts';
import {openService, restore, take} from '../../support.ts';
import {undo} from '../exact.ts';
import {giveAway, isRoot, openOtherRad} from '../other-rad.ts';
import type {Row} from '../row.ts';

const NEEDS_ROOT = isRoot ? undefined : 'only root can give a repository to another user';

/** Kinds of repositories and folders, and where their checkpoints live. */
export const PLACES: readonly Row[] = [
	{
		row: 25,
		name: 'work in a repository without commits, with staged files',
		run: async make => {
			const repo = make.emptyRepo();
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
		},
	},
	{
		row: 26,
		name: 'work in a folder without git and make nothing in it',
		run: async make => {
			const folder = make.folder();
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

			const result = await restore(service, checkpoint);
			const restored = pictureOf(folder.root);
			await undo(service, result);

			expect(restored).toEqual(before);
			expect(pictureOf(folder.root)).toEqual(after);
			expect(folder.has('.git')).toBe(false);
			expect(checkpoint).toMatchObject({head: null, branch: null, uncovered: []});
			expect(existsSync(join(folder.stateDirectory, 'checkpoints'))).toBe(true);
		},
	},
	{
		row: 27,
		name: 'are refused for a home directory, what is above it, and the whole disk',
		run: async make => {
			const folder = make.folder();

			for (const root of [folder.home, folder.base, '/'])
				await expect(openService(folder, {root}).then(take)).rejects.toMatchObject({code: 'RESTORE_REFUSED'});
		},
	},
	{
		row: 28,
		name: 'are refused in a bare repository, which is never taken for a folder without git',
		run: async make => {
			const bare = make.folder();
			bare.git('init', '-q', '--bare');

			await expect(openService(bare)).rejects.toMatchObject({code: 'GIT_UNUSABLE'});
		},
	},
	{
		row: 29,
		name: 'of linked work trees are apart, share one store, and outlive the work tree’s removal',
		run: async make => {
			const repo = make.repo();
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
			expect(repo.git('-C', '.git/rad/store.git', 'for-each-ref')).toContain(`refs/rad/linked-linked/${second.id}`);
		},
	},
	{
		row: 30,
		name: 'cover the whole work tree when the workspace is a sub-folder, also through a symbolic link',
		run: async make => {
			const repo = make.repo();
			symlinkSync(join(repo.root, 'dir'), join(repo.base, 'link'));
			const service = await openService(repo, {root: join(repo.base, 'link')});
			repo.write('dir/.radium/db', 'one');
			const checkpoint = await take(service);
			repo.write('a.txt', 'changed\n');
			repo.write('dir/b.txt', 'changed\n');
			repo.write('dir/.radium/db', 'two');

			await restore(service, checkpoint);

			expect([repo.read('a.txt'), repo.read('dir/b.txt'), repo.read('dir/.radium/db')]).toEqual(['a\n', 'b\n', 'two']);
		},
	},
	{
		row: 37,
		name: 'of a sparse checkout leave absent files absent',
		run: async make => {
			const repo = make.repo();
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
		},
	},
	{
		row: 56,
		name: 'work with sha256',
		run: async make => {
			const repo = make.folder();
			repo.git('init', '-q', '--object-format=sha256');
			repo.write('a.txt', 'a\n');
			repo.git('add', '-A');
			repo.git('commit', '-qm', 'first');
			const service = await openService(repo);
			const checkpoint = await take(service);
			repo.write('a.txt', 'changed\n');

			await restore(service, checkpoint);

			expect(repo.read('a.txt')).toBe('a\n');
			expect(checkpoint.head).toHaveLength(64);
		},
	},
	{
		row: 61,
		name: 'work with alternates of the user’s own, also relative ones, with sha256 and HEAD detached',
		run: async make => {
			const repo = make.folder();
			repo.git('init', '-q', '--object-format=sha256');
			repo.write('a.txt', 'a\n');
			repo.git('add', '-A');
			repo.git('commit', '-qm', 'first');
			const clone = join(repo.base, 'clone');
			repo.git('clone', '-q', '--shared', '.', clone);
			repo.git('-C', clone, 'checkout', '-q', '--detach');
			writeFileSync(join(clone, '.git/objects/info/alternates'), `../../../${repo.root.split('/').at(-1)}/.git/objects\n`);
			const service = await openService(repo, {root: clone});
			const checkpoint = await take(service);
			writeFileSync(join(clone, 'a.txt'), 'changed\n');

			await restore(service, checkpoint);

			expect(repo.read(join(clone, 'a.txt'))).toBe('a\n');
			expect(checkpoint.branch).toBeNull();
			expect(checkpoint.head).toHaveLength(64);
		},
	},
	{
		row: 62,
		name: 'move with the repository',
		run: async make => {
			const repo = make.repo();
			const checkpoint = await take(await openService(repo));
			repo.write('a.txt', 'changed\n');
			const moved = join(repo.base, 'moved');
			renameSync(repo.root, moved);

			await restore(await openService(repo, {root: moved}), checkpoint);

			expect(repo.read(join(moved, 'a.txt'))).toBe('a\n');
		},
	},
	{
		row: 63,
		name: 'work in folders with odd names',
		run: async make => {
			for (const name of ['with space', 'a:b', 'qu"ote', "it's", '-dash', 'ünï', 'a;b']) {
				const repo = make.repo(name);
				const service = await openService(repo);
				const checkpoint = await take(service);
				repo.write('a.txt', 'changed\n');

				await restore(service, checkpoint);

				expect([name, repo.read('a.txt')]).toEqual([name, 'a\n']);
			}
		},
	},
	{
		row: 71,
		name: 'of a partial clone need no object that is not here',
		run: async make => {
			const repo = make.repo();
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
		},
	},
	{
		row: 72,
		name: 'of a submodule live in its own git directory',
		run: async make => {
			const [repo, other] = [make.repo(), make.repo()];
			repo.git('-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', other.root, 'sub');
			repo.git('commit', '-qm', 'submodule');
			const service = await openService(repo, {root: join(repo.root, 'sub')});
			const checkpoint = await take(service);
			repo.write('sub/a.txt', 'changed\n');
			repo.write('a.txt', 'changed\n');

			await restore(service, checkpoint);

			expect([repo.read('sub/a.txt'), repo.read('a.txt')]).toEqual(['a\n', 'changed\n']);
			expect(repo.has('.git/modules/sub/rad/store.git')).toBe(true);
			expect([repo.has('.git/rad'), repo.has('sub/.git/rad')]).toEqual([false, false]);
			expect(repo.git('-C', 'sub', 'status', '--porcelain')).toBe('');
		},
	},
	{
		row: 73,
		name: 'are refused in another user’s repository, which is never taken for a folder without git',
		skip: NEEDS_ROOT,
		run: async make => {
			const repo = make.repo();
			giveAway(repo);

			await expect(openService(repo)).rejects.toMatchObject({code: 'GIT_UNUSABLE', message: expect.stringContaining('dubious ownership')});

			expect(existsSync(repo.stateDirectory)).toBe(false);
		},
	},
	{
		row: 74,
		name: 'are refused in a damaged repository, which is never taken for a folder without git',
		run: async make => {
			const damaged = make.repo();
			rmSync(join(damaged.root, '.git/HEAD'));

			for (const root of [damaged.root, join(damaged.root, 'dir')])
				await expect(openService(damaged, {root})).rejects.toMatchObject({code: 'GIT_UNUSABLE'});
		},
	},
	{
		row: 86,
		name: 'are refused with one clear message when git is missing or too old',
		run: async make => {
			const repo = make.repo();
			const [empty, old] = [join(repo.base, 'empty'), join(repo.base, 'old')];
			for (const folder of [empty, old]) mkdirSync(folder);
			// Git 2.30 answers an option that it does not know by repeating it.
			writeFileSync(join(old, 'git'), '#!/bin/sh\nprintf -- "--path-format=absolute\\nfalse\\nsha1\\n/x\\n/x\\n/x\\n"\n');
			chmodSync(join(old, 'git'), 0o755);

			const missing = await openService(repo, {environment: {PATH: empty}}).catch(error => error);
			const outdated = await openService(repo, {environment: {PATH: old}}).catch(error => error);

			expect(missing).toMatchObject({code: 'GIT_MISSING', exitCode: 6});
			expect(outdated).toMatchObject({code: 'GIT_MISSING', exitCode: 6, message: 'This git is too old for checkpoints.'});
			expect(repo.has('.git/rad')).toBe(false);
		},
	},
	{
		row: 85,
		name: 'live in the state directory when the git directory is read-only',
		run: async make => {
			const repo = make.repo();
			repo.write('u.txt', 'untracked\n');
			if (isRoot) giveAway(repo);
			chmodSync(join(repo.root, '.git'), 0o555);
			const rad = openOtherRad(repo, {isNobody: true});
			const before = pictureOf(repo.root);
			const [checkpoint] = await rad.take();
			repo.write('a.txt', 'changed\n');
			repo.delete('u.txt');

			await rad.restore(checkpoint?.id ?? '');

			expect(pictureOf(repo.root)).toEqual(before);
			expect(repo.has('.git/rad')).toBe(false);
			expect(existsSync(join(repo.stateDirectory, 'checkpoints'))).toBe(true);
			chmodSync(join(repo.root, '.git'), 0o755);
		},
	},
];
