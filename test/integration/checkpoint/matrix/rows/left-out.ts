import {chmodSync, chownSync, lstatSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect} from 'vitest';
import {openService, restore, take} from '../../support.ts';
import {exact, undo} from '../exact.ts';
import {giveAway, isRoot, openOtherRad} from '../other-rad.ts';
import type {Row} from '../row.ts';

/** Ignored, large and unreadable files, and repositories of their own: what a checkpoint does not hold, a restore does not touch. */
export const LEFT_OUT: readonly Row[] = [
	{
		row: 12,
		name: 'leaves ignored files alone, changed or new',
		run: async make => {
			const repo = make.repo();
			for (const name of ['ignored/x', 'y.log']) repo.write(name, 'old');
			const service = await openService(repo);
			const checkpoint = await take(service);
			for (const name of ['ignored/x', 'y.log', 'ignored/more']) repo.write(name, 'new');

			const {changes} = await restore(service, checkpoint);

			expect(changes).toEqual([]);
			expect(['ignored/x', 'y.log', 'ignored/more'].map(name => repo.read(name))).toEqual(['new', 'new', 'new']);
		},
	},
	{
		row: 13,
		name: 'brings back a file that is tracked although it is ignored',
		run: exact({
			before: repo => {
				repo.write('keep.log', 'kept');
				repo.git('add', '-f', 'keep.log');
			},
			after: repo => repo.write('keep.log', 'changed'),
		}),
	},
	{
		row: 14,
		name: 'leaves alone what info/exclude and the user’s own list ignore, changed or new',
		run: async make => {
			const repo = make.repo();
			writeFileSync(join(repo.home, '.ignore'), '*.mine\n');
			repo.git('config', 'core.excludesFile', '~/.ignore');
			repo.write('.git/info/exclude', '*.local\n');
			for (const name of ['z.mine', 'w.local']) repo.write(name, 'old');
			const service = await openService(repo);
			const checkpoint = await take(service);
			const names = ['z.mine', 'w.local', 'created.mine', 'created.local'];
			for (const name of names) repo.write(name, 'new');

			const {changes} = await restore(service, checkpoint);

			expect(changes).toEqual([]);
			expect(names.map(name => repo.read(name))).toEqual(['new', 'new', 'new', 'new']);
		},
	},
	{
		row: 15,
		name: 'leaves alone a file that was ignored at the time of the checkpoint, when the rule is gone now',
		run: async make => {
			const repo = make.repo();
			repo.write('.gitignore', 'ignored/\n*.log\nprivate/\n');
			repo.write('private/data', 'precious');
			const service = await openService(repo);
			const checkpoint = await take(service);
			repo.write('.gitignore', 'ignored/\n*.log\n');

			const plan = await service.preview(checkpoint.id);
			await restore(service, checkpoint);

			expect(plan.kept).toEqual([{path: 'private/data', reason: 'it was ignored at the time of the checkpoint'}]);
			expect(plan.changes.map(({path}) => path)).toEqual(['.gitignore']);
			expect(repo.read('private/data')).toBe('precious');
			expect(repo.read('.gitignore')).toContain('private/');
		},
	},
	{
		row: 16,
		name: 'brings back a file that is ignored now but was saved then: the newer content is in the safety checkpoint',
		run: async make => {
			const repo = make.repo();
			repo.write('notes', 'old');
			const service = await openService(repo);
			const checkpoint = await take(service);
			repo.write('.gitignore', 'ignored/\n*.log\nnotes\n');
			await take(service);
			repo.write('notes', 'new');

			const result = await restore(service, checkpoint);
			const restored = repo.read('notes');
			await undo(service, result);

			expect(restored).toBe('old');
			expect(repo.read('notes')).toBe('new');
		},
	},
	{
		row: 17,
		name: 'drops files that a new rule ignores from later checkpoints, without touching them',
		run: async make => {
			const repo = make.repo();
			for (let index = 0; index < 30; index += 1) repo.write(`node_modules/${index}.js`, 'x');
			const service = await openService(repo);
			await take(service);
			repo.write('.gitignore', 'node_modules/\n');

			const checkpoint = await take(service);

			expect(checkpoint.stat).toMatchObject({files: 31});
			repo.write('node_modules/0.js', 'changed');
			expect((await restore(service, checkpoint)).changes).toEqual([]);
			expect(repo.read('node_modules/0.js')).toBe('changed');
		},
	},
	{
		row: 18,
		name: 'leaves alone large untracked files, which are named, also when they shrink or are new',
		run: async make => {
			const repo = make.repo();
			repo.write('disk.img', Buffer.alloc(21 * 2 ** 20));
			const service = await openService(repo);
			const checkpoint = await take(service);
			repo.write('disk.img', 'small now');
			repo.write('new.img', Buffer.alloc(21 * 2 ** 20, 1));

			await restore(service, checkpoint);

			expect(checkpoint.uncovered).toEqual(['disk.img']);
			expect(repo.read('disk.img')).toBe('small now');
			expect(repo.has('new.img')).toBe(true);
		},
	},
	{
		row: 31,
		name: 'leaves alone a repository without commits in the work tree, and names it',
		run: async make => {
			const repo = make.repo();
			repo.write('empty/file', 'x');
			repo.git('-C', 'empty', 'init', '-q');
			const service = await openService(repo);
			const checkpoint = await take(service);
			repo.write('empty/file', 'changed');
			repo.write('later/file', 'x');
			repo.git('-C', 'later', 'init', '-q');

			const plan = await service.preview(checkpoint.id);
			await restore(service, checkpoint);

			expect(checkpoint.uncovered).toEqual(['empty']);
			expect(plan.kept.map(({path}) => path)).toEqual(['empty', 'later']);
			expect([repo.read('empty/file'), repo.read('later/file')]).toEqual(['changed', 'x']);
			expect([repo.has('empty/.git/HEAD'), repo.has('later/.git/HEAD')]).toEqual([true, true]);
		},
	},
	{
		row: 32,
		name: 'leaves alone a repository in the work tree and the commits made in it, and never takes it for a submodule',
		run: async make => {
			const repo = make.repo();
			repo.write('full/file', 'x');
			repo.git('-C', 'full', 'init', '-q');
			repo.git('-C', 'full', 'add', '-A');
			repo.git('-C', 'full', 'commit', '-qm', 'nested');
			const service = await openService(repo);
			const checkpoint = await take(service);
			repo.write('full/file', 'changed');
			repo.git('-C', 'full', 'commit', '-qam', 'nested and later');
			repo.write('full/new', 'untracked');
			repo.write('a.txt', 'changed\n');
			const nested = repo.git('-C', 'full', 'rev-parse', 'HEAD');

			const plan = await service.preview(checkpoint.id);
			await restore(service, checkpoint);

			expect(checkpoint.uncovered).toEqual(['full']);
			expect(plan.kept.map(({path}) => path)).toEqual(['full']);
			expect([repo.read('full/file'), repo.read('full/new'), repo.read('a.txt')]).toEqual(['changed', 'untracked', 'a\n']);
			expect(repo.git('-C', 'full', 'rev-parse', 'HEAD')).toBe(nested);
			expect(repo.git('-C', '.git/rad/store.git', 'ls-tree', '-r', `refs/rad/main/${checkpoint.id}`)).not.toContain('full');
			expect(repo.git('ls-files', 'full')).toBe('');
		},
	},
	{
		row: 33,
		name: 'leaves alone a submodule’s checkout, whatever it points to',
		run: async make => {
			const [repo, other] = [make.repo(), make.repo()];
			repo.git('-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', other.root, 'sub');
			repo.git('commit', '-qm', 'submodule');
			const service = await openService(repo);
			const checkpoint = await take(service);
			repo.write('sub/a.txt', 'changed\n');
			repo.git('-C', 'sub', 'commit', '-qam', 'in the submodule');
			repo.write('sub/b.txt', 'untracked');
			repo.write('a.txt', 'changed\n');
			const head = repo.git('-C', 'sub', 'rev-parse', 'HEAD');

			const plan = await service.preview(checkpoint.id);
			await restore(service, checkpoint);

			expect(plan.kept).toEqual([{path: 'sub', reason: 'a submodule, whose commit is never moved'}]);
			expect(plan.changes.map(({path}) => path)).toEqual(['a.txt']);
			expect(repo.git('-C', 'sub', 'rev-parse', 'HEAD')).toBe(head);
			expect(repo.read('sub/b.txt')).toBe('untracked');
		},
	},
	{
		row: 34,
		name: 'leaves alone a file that this user cannot read, names it, and saves the rest',
		run: async make => {
			const repo = make.repo();
			repo.write('u.txt', 'untracked\n');
			repo.write('private', 'of somebody else', 0o600);
			if (isRoot) giveAway(repo);
			if (isRoot) chownSync(join(repo.root, 'private'), 0, 0);
			else chmodSync(join(repo.root, 'private'), 0);
			const rad = openOtherRad(repo, {isNobody: true});
			const [checkpoint] = await rad.take();
			repo.write('a.txt', 'changed\n');
			repo.delete('u.txt');

			const {restored} = await rad.restore(checkpoint?.id ?? '');

			expect(restored.uncovered).toEqual(['private']);
			expect([repo.read('a.txt'), repo.read('u.txt')]).toEqual(['a\n', 'untracked\n']);
			expect(lstatSync(join(repo.root, 'private')).size).toBe('of somebody else'.length);
		},
	},
];
