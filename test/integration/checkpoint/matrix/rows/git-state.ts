import {readFileSync, utimesSync} from 'node:fs';
import {join} from 'node:path';
import {expect} from 'vitest';
import {pictureOf} from '../../../../support/scratch-repo.ts';
import {footprintOf, openService, restore, take} from '../../support.ts';
import {makeBusy} from '../busy-repo.ts';
import {exact, undo} from '../exact.ts';
import type {Row} from '../row.ts';
import {pictureOfGit, withoutIndex} from '../user-git.ts';

/** HEAD, branches, the staged set, the stash: what is the user's in the user's repository. */
export const GIT_STATE: readonly Row[] = [
	{
		row: 6,
		name: 'leaves no trace in the repository when it creates, compares and previews, whatever is staged or dirty',
		run: async make => {
			const repo = makeBusy(make.emptyRepo());
			const status = repo.git('status', '--porcelain=v2', '--branch');
			const [before, filesBefore] = [footprintOf(repo), pictureOfGit(repo.root)];

			const service = await openService(repo);
			const checkpoint = await take(service);
			repo.write('a.txt', 'more\n');
			await take(service);
			await service.preview(checkpoint.id);
			await service.diff(checkpoint.id);
			await service.diffText(checkpoint.id);

			expect(footprintOf(repo)).toBe(before);
			expect(pictureOfGit(repo.root)).toEqual(filesBefore);
			repo.write('a.txt', 'staged\n');
			expect(repo.git('status', '--porcelain=v2', '--branch')).toBe(status);
		},
	},
	{
		row: 7,
		name: 'shows five checkpoints to nobody who asks git for the log of everything or the status',
		run: async make => {
			const repo = makeBusy(make.emptyRepo());
			const ask = () => [repo.git('log', '--all', '--oneline', '--decorate'), repo.git('status'), repo.git('branch', '-a'), repo.git('tag')];
			const before = ask();

			const service = await openService(repo);
			for (let count = 0; count < 5; count += 1) {
				repo.write('made', String(count));
				await take(service);
			}

			repo.delete('made');
			expect(ask()).toEqual(before);
		},
	},
	{
		row: 8,
		name: 'brings back what was staged, also parts of a file, and changes nothing else of the repository',
		run: async make => {
			const repo = makeBusy(make.emptyRepo());
			const service = await openService(repo);
			const status = repo.git('status', '--porcelain=v2', '--branch');
			const checkpoint = await take(service);
			repo.git('add', '-A');
			repo.write('a.txt', 'changed\n');
			const [before, filesBefore] = [footprintOf(repo).split('\n---\n').slice(0, -1), withoutIndex(pictureOfGit(repo.root))];

			await restore(service, checkpoint);

			expect(repo.git('status', '--porcelain=v2', '--branch')).toBe(status);
			expect(footprintOf(repo).split('\n---\n').slice(0, -1)).toEqual(before);
			expect(withoutIndex(pictureOfGit(repo.root))).toEqual(filesBefore);
			expect(repo.has('.git/index.lock')).toBe(false);
		},
	},
	{
		row: 9,
		name: 'undoes a restore: files and what was staged are as before it',
		run: exact({
			before: repo => {
				repo.write('a.txt', 'staged then\n');
				repo.git('add', 'a.txt');
				repo.write('a.txt', 'staged then, and more\n');
			},
			after: repo => {
				repo.git('reset', '-q');
				repo.write('dir/b.txt', 'staged now\n');
				repo.write('new.txt', 'staged now\n');
				repo.git('add', 'dir', 'new.txt');
				repo.write('dir/b.txt', 'staged now, and more\n');
				repo.git('rm', '-q', '--cached', 'run.sh');
			},
		}),
	},
	{
		row: 10,
		name: 'keeps a commit that was made since: files are old, branch and index stay',
		run: async make => {
			const repo = make.repo();
			repo.write('a.txt', 'dirty\n');
			const service = await openService(repo);
			const checkpoint = await take(service);
			repo.write('a.txt', 'agent\n');
			repo.write('new.txt', 'agent\n');
			repo.git('add', '-A');
			repo.git('commit', '-qm', 'agent');
			const before = pictureOfGit(repo.root);

			const {hasHeadMoved} = await restore(service, checkpoint);

			expect(hasHeadMoved).toBe(true);
			expect(repo.read('a.txt')).toBe('dirty\n');
			expect(repo.has('new.txt')).toBe(false);
			expect(pictureOfGit(repo.root)).toEqual(before);
			expect(repo.git('diff', '--cached')).toBe('');
		},
	},
	{
		row: 11,
		name: 'keeps HEAD, branches and the index, when the branch was switched and commits were made',
		run: async make => {
			const repo = make.repo();
			const service = await openService(repo);
			const checkpoint = await take(service);
			repo.write('a.txt', 'agent\n');
			repo.git('checkout', '-qb', 'agent');
			repo.git('commit', '-qam', 'agent');
			const refs = repo.git('for-each-ref');

			const plan = await service.preview(checkpoint.id);
			const result = await restore(service, checkpoint);

			expect(plan).toMatchObject({hasHeadMoved: true, stagedSet: 'left'});
			expect(result.hasHeadMoved).toBe(true);
			expect(repo.read('a.txt')).toBe('a\n');
			expect(repo.git('for-each-ref')).toBe(refs);
			expect(repo.git('symbolic-ref', '--short', 'HEAD')).toBe('agent\n');
			expect(repo.git('status', '--porcelain')).toBe(' M a.txt\n');
		},
	},
	{
		row: 36,
		name: 'brings back files marked assume-unchanged and skip-worktree, and leaves the marks',
		run: exact({
			before: repo => {
				repo.git('update-index', '--assume-unchanged', 'a.txt');
				repo.git('update-index', '--skip-worktree', 'dir/b.txt');
				repo.write('a.txt', 'dirty a');
				repo.write('dir/b.txt', 'dirty b');
			},
			after: repo => {
				repo.write('a.txt', 'new a');
				repo.write('dir/b.txt', 'new b');
				repo.write('new.txt', 'staged');
				repo.git('add', 'new.txt');
			},
			restored: repo => expect(repo.git('ls-files', '-v')).toBe('H .gitignore\nh a.txt\nS dir/b.txt\nH run.sh\n'),
		}),
	},
	{
		row: 38,
		name: 'saves an edit of the same size in the same second as git add, on a file system with a coarse clock',
		run: async make => {
			const repo = make.repo();
			const at = new Date(Math.floor(Date.now() / 1000) * 1000 - 60_000);
			const touch = (path: string): void => utimesSync(join(repo.root, path), at, at);
			for (const [key, value] of [
				['core.checkStat', 'minimal'],
				['core.trustCtime', 'false'],
			] as const)
				repo.git('config', key, value);
			repo.write('a.txt', 'old\n');
			touch('a.txt');
			repo.git('add', 'a.txt');
			touch('.git/index');
			repo.write('a.txt', 'new\n');
			touch('a.txt');
			const service = await openService(repo);

			const checkpoint = await take(service);
			repo.write('a.txt', 'changed\n');
			await restore(service, checkpoint);

			expect(repo.read('a.txt')).toBe('new\n');
		},
	},
	{
		row: 45,
		name: 'leaves a conflict that is being resolved: its entries and MERGE_HEAD stay',
		run: async make => {
			const repo = make.repo();
			repo.git('checkout', '-qb', 'other');
			repo.write('a.txt', 'theirs\n');
			repo.git('commit', '-qam', 'theirs');
			repo.git('checkout', '-q', 'main');
			repo.write('a.txt', 'ours\n');
			repo.git('commit', '-qam', 'ours');
			expect(() => repo.git('merge', 'other')).toThrow();
			const markers = repo.read('a.txt');
			const unmerged = repo.git('ls-files', '-u');
			const service = await openService(repo);
			const checkpoint = await take(service);
			repo.write('a.txt', 'resolved badly\n');

			await restore(service, checkpoint);

			expect(repo.read('a.txt')).toBe(markers);
			expect(repo.git('ls-files', '-u')).toBe(unmerged);
			expect(repo.has('.git/MERGE_HEAD')).toBe(true);
		},
	},
	{
		row: 66,
		name: 'leaves stash, tags, notes and every byte of the reflogs',
		run: async make => {
			const repo = makeBusy(make.emptyRepo());
			repo.git('tag', 'light');
			repo.git('tag', '-am', 'annotated', 'heavy');
			repo.git('notes', 'add', '-m', 'a note');
			repo.git('pack-refs', '--all');
			const service = await openService(repo);
			const checkpoint = await take(service);
			repo.write('a.txt', 'changed\n');
			repo.git('stash', '-q');
			repo.git('tag', 'later');
			repo.write('b.txt', 'changed\n');
			const before = withoutIndex(pictureOfGit(repo.root));

			const result = await restore(service, checkpoint);
			await undo(service, result);

			expect(withoutIndex(pictureOfGit(repo.root))).toEqual(before);
			expect(Object.keys(before)).toEqual(expect.arrayContaining(['logs/HEAD', 'logs/refs/stash', 'packed-refs', 'refs/tags/later']));
		},
	},
	{
		row: 67,
		name: 'give nothing to a mirror: no ref, and no content',
		run: async make => {
			const repo = makeBusy(make.emptyRepo());
			await take(await openService(repo));
			const mirror = join(repo.base, 'mirror.git');

			repo.git('init', '-q', '--bare', mirror);
			repo.git('push', '-q', '--mirror', mirror);

			expect(repo.git('ls-remote', mirror)).not.toContain('rad');
			const pushed = repo.git('-C', mirror, 'cat-file', '--batch-all-objects', '--batch-check=%(objectname)');
			expect(pushed).toContain(repo.git('rev-parse', 'HEAD').trim());
			for (const name of ['untracked', 'c.txt']) expect(pushed).not.toContain(repo.git('hash-object', name).trim());
		},
	},
	{
		row: 69,
		name: 'brings back work that the agent stashed and dropped',
		run: exact({
			before: repo => {
				repo.write('a.txt', 'dirty');
				repo.git('add', 'a.txt');
				repo.write('u.txt', 'untracked');
			},
			after: repo => {
				repo.git('stash', '-u');
				repo.git('stash', 'drop');
			},
		}),
	},
	{
		row: 70,
		name: 'brings back a file that git add only announced',
		run: exact({
			before: repo => {
				repo.write('later', 'later');
				repo.git('add', '-N', 'later');
			},
			after: repo => repo.write('later', 'changed'),
		}),
	},
	{
		row: 78,
		name: 'work with HEAD detached, which stays so',
		run: async make => {
			const repo = make.repo();
			repo.git('checkout', '-q', '--detach');
			const head = readFileSync(join(repo.root, '.git/HEAD'), 'utf8');
			const service = await openService(repo);
			const before = pictureOf(repo.root);
			const checkpoint = await take(service);
			repo.write('a.txt', 'changed\n');
			repo.git('add', 'a.txt');

			await restore(service, checkpoint);

			expect(checkpoint).toMatchObject({branch: null, head: head.trim()});
			expect(pictureOf(repo.root)).toEqual(before);
			expect(readFileSync(join(repo.root, '.git/HEAD'), 'utf8')).toBe(head);
			expect(repo.git('status', '--porcelain')).toBe('');
		},
	},
];
