import {chmodSync, existsSync, rmSync, symlinkSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import type {Worktrees} from '../../../source/worktrees/worktrees-port.ts';
import {createScratchFolder, createScratchRepo, pictureOf, type Scratch} from '../../support/scratch-repo.ts';
import {begin, createRepo, finish, gitIn, openIn, RUN} from './support.ts';

let repo: Scratch;
let worktrees: Omit<Worktrees, 'list'>;
beforeEach(async () => {
	repo = createRepo();
	worktrees = await openIn(repo);
});
afterEach(() => repo.remove());

const BRANCH = `rad/${RUN}`;
const show = (path: string): string => repo.git('show', `${BRANCH}:${path}`);
const messages = (): string[] => repo.git('log', '--first-parent', '--format=%s', BRANCH).trim().split('\n');
const inSlot = (work: {readonly folder: string}, path: string): string => `${work.folder}/${path}`;

describe('a work tree', () => {
	it('has the files of the commit, and leaves the user alone', async () => {
		const before = [pictureOf(repo.root), repo.git('status', '--porcelain'), repo.git('stash', 'list')];

		const work = await begin(worktrees, 'code');

		expect(repo.read(inSlot(work, 'a.txt'))).toBe('one\ntwo\nthree\n');
		expect(gitIn(repo, work.folder, 'status', '--porcelain')).toBe('');
		expect(gitIn(repo, work.folder, 'rev-parse', '--abbrev-ref', 'HEAD')).toBe('HEAD');
		expect([pictureOf(repo.root).filter(line => !line.startsWith('.radium/')), ...before.slice(1)]).toEqual(before);
		expect(repo.git('status', '--porcelain')).toBe('');
		expect(repo.git('rev-parse', '--abbrev-ref', 'HEAD').trim()).toBe('main');
	});

	it('is worked with while others open work trees, which disturbs no git', async () => {
		repo.write('.git/info/exclude', 'private\n');
		const work = await begin(worktrees, 'code');
		repo.write(inSlot(work, 'private'), 'x');

		let isDone = false;
		const open = async (other: Omit<Worktrees, 'list'>): Promise<void> => {
			while (!isDone) await other.findHead(RUN);
		};
		const others = [await openIn(repo), await openIn(repo)].map(open);
		try {
			for (let time = 0; time < 15; time += 1) expect(await worktrees.capture(work)).toMatchObject({isChanged: false});
		} finally {
			isDone = true;
			await Promise.all(others);
		}
	});

	it('keeps what is ignored when the next step takes it, and nothing else', async () => {
		const first = await begin(worktrees, 'one');
		repo.write(inSlot(first, 'cache/warm'), 'x');
		repo.write(inSlot(first, 'new/file'), 'x');
		repo.write(inSlot(first, 'a.txt'), 'changed');
		await worktrees.capture(first);

		const second = await begin(worktrees, 'two');

		expect(repo.has(inSlot(second, 'cache/warm'))).toBe(true);
		expect(repo.has(inSlot(second, 'new'))).toBe(false);
		expect(repo.read(inSlot(second, 'a.txt'))).toBe('one\ntwo\nthree\n');
	});

	it('is made fit for the next step after a merge that was begun there, a lock and a repository in its place', async () => {
		const first = await begin(worktrees, 'one');
		gitIn(repo, first.folder, 'switch', '-q', '-c', 'side');
		repo.write(inSlot(first, 'a.txt'), 'side\n');
		gitIn(repo, first.folder, 'commit', '-q', '-a', '-m', 'side');
		gitIn(repo, first.folder, 'switch', '-q', '--detach', 'main');
		repo.write(inSlot(first, 'a.txt'), 'other\n');
		gitIn(repo, first.folder, 'commit', '-q', '-a', '-m', 'other');
		expect(() => gitIn(repo, first.folder, 'merge', 'side')).toThrow();
		repo.write(`${gitIn(repo, first.folder, 'rev-parse', '--absolute-git-dir')}/index.lock`, '');
		await worktrees.capture(first);
		rmSync(join(repo.root, first.folder, '.git'));
		gitIn(repo, first.folder, 'init', '-q');

		const second = await begin(worktrees, 'two');

		expect(gitIn(repo, second.folder, 'status', '--porcelain')).toBe('');
		expect(gitIn(repo, second.folder, 'rev-parse', 'HEAD')).toBe(second.base);
		expect(gitIn(repo, second.folder, 'status')).not.toContain('merging');
	});

	it('is never a link to somewhere else', async () => {
		const work = await begin(worktrees, 'one');
		rmSync(join(repo.root, work.folder), {recursive: true});
		repo.write(join(repo.home, 'precious'), 'x');
		symlinkSync(repo.home, join(repo.root, work.folder));

		await expect(worktrees.prepare(work, work.base)).rejects.toMatchObject({code: 'PATH_UNSAFE'});
		await expect(worktrees.capture(work)).rejects.toMatchObject({code: 'PATH_UNSAFE'});
		expect(repo.read(join(repo.home, 'precious'))).toBe('x');
	});
});

describe('what an attempt leaves', () => {
	it('is captured with modes, links, bytes and its own commits, but without what is ignored', async () => {
		const work = await begin(worktrees, 'code');
		repo.write(inSlot(work, 'own.txt'), 'own');
		gitIn(repo, work.folder, 'add', 'own.txt');
		gitIn(repo, work.folder, 'commit', '-q', '-m', 'my own');
		repo.write(inSlot(work, 'binary'), Buffer.from([0, 255, 1]));
		repo.write(inSlot(work, 'tool'), 'x', 0o755);
		repo.link(inSlot(work, 'other'), 'nowhere');
		repo.delete(inSlot(work, 'a.txt'));
		repo.write(inSlot(work, 'cache/x'), 'x');

		const {commit, isChanged, uncovered} = await worktrees.capture(work);

		const tree = repo
			.git('ls-tree', '-r', commit)
			.split('\n')
			.map(line => `${line.slice(0, 6)} ${line.split('\t')[1]}`);
		expect(tree).toEqual(expect.arrayContaining(['100644 binary', '100755 tool', '120000 other', '100644 own.txt', '100755 run.sh']));
		expect(tree.join()).not.toMatch(/cache|a\.txt/);
		expect(repo.git('cat-file', 'blob', `${commit}:binary`)).toBe('\0\xff\x01');
		expect(repo.git('log', '--format=%s', `main..${commit}`).trim().split('\n')).toEqual(['What code left in attempt 1', 'my own']);
		expect(repo.git('rev-parse', `refs/rad/runs/${RUN}/code/1`).trim()).toBe(commit);
		expect([isChanged, uncovered]).toEqual([true, []]);
	});

	it('is the commit that it began from where nothing changed', async () => {
		const work = await begin(worktrees, 'code');

		expect(await worktrees.capture(work)).toEqual({commit: work.base, isChanged: false, uncovered: []});
	});

	it('is seen although git was told to look away, and although the index is spoilt', async () => {
		const work = await begin(worktrees, 'code');
		gitIn(repo, work.folder, 'update-index', '--assume-unchanged', 'a.txt');
		repo.write(inSlot(work, 'a.txt'), 'hidden');

		const {commit} = await worktrees.capture(work);
		repo.write(`${gitIn(repo, work.folder, 'rev-parse', '--absolute-git-dir')}/index`, 'spoilt');
		const again = await worktrees.capture({...work, attempt: 2});

		expect(repo.git('show', `${commit}:a.txt`)).toBe('hidden');
		expect(repo.git('diff', commit, again.commit)).toBe('');
	});

	it('does not hold repositories of their own, which keep the work tree from being removed', async () => {
		const work = await begin(worktrees, 'code');
		repo.git('init', '-q', inSlot(work, 'empty'));
		repo.git('init', '-q', inSlot(work, 'full'));
		repo.write(inSlot(work, 'full/x'), 'x');
		gitIn(repo, inSlot(work, 'full'), 'add', '.');
		gitIn(repo, inSlot(work, 'full'), 'commit', '-q', '-m', 'x');
		gitIn(repo, work.folder, 'add', 'full');
		repo.write(inSlot(work, 'plain'), 'x');

		const {commit, uncovered} = await worktrees.capture(work);

		expect(uncovered).toEqual(['empty', 'full']);
		expect(repo.git('ls-tree', '-r', '--name-only', commit).split('\n')).toContain('plain');
		expect(await worktrees.remove(RUN)).toEqual([join(repo.root, work.folder)]);
		rmSync(join(repo.root, work.folder, 'empty'), {recursive: true});
		expect(await worktrees.remove(RUN)).toEqual([join(repo.root, work.folder)]);
		rmSync(join(repo.root, work.folder, 'full/.git'), {recursive: true});
		expect(await worktrees.remove(RUN)).toEqual([]);
	});

	it.skipIf(process.getuid?.() === 0)('does not hold what cannot be read', async () => {
		const work = await begin(worktrees, 'code');
		repo.write(inSlot(work, 'secret'), 'x', 0o000);
		repo.write(inSlot(work, 'plain'), 'x');

		const {commit, uncovered} = await worktrees.capture(work);
		chmodSync(join(repo.root, work.folder, 'secret'), 0o600);

		expect(uncovered).toEqual(['secret']);
		expect(repo.git('ls-tree', '-r', '--name-only', commit).split('\n')).toContain('plain');
	});

	it('runs nothing that an agent has planted', async () => {
		await begin(worktrees, 'before');
		const trap = join(repo.base, 'trap');
		repo.write(trap, `#!/bin/sh\ntouch ${repo.base}/sprung\nexit 1\n`, 0o755);
		for (const hook of ['post-checkout', 'pre-commit', 'reference-transaction', 'post-index-change', 'post-merge', 'pre-merge-commit'])
			repo.write(`.git/hooks/${hook}`, `#!/bin/sh\ntouch ${repo.base}/sprung\nexit 1\n`, 0o755);
		for (const key of [
			'core.fsmonitor',
			'filter.evil.clean',
			'filter.evil.smudge',
			'filter.evil.process',
			'merge.evil.driver',
			'gpg.program',
			'diff.external',
			'core.sshCommand',
		])
			repo.git('config', key, trap);
		repo.git('config', 'commit.gpgSign', 'true');
		repo.git('config', 'core.hooksPath', join(repo.root, '.git/hooks'));
		repo.write('.git/info/attributes', '* filter=evil merge=evil\n');

		const [one, two] = [await begin(worktrees, 'one', 1), await begin(worktrees, 'two', 2)];
		repo.write(inSlot(one, 'a.txt'), 'ONE\ntwo\nthree\n');
		repo.write(inSlot(two, 'a.txt'), 'one\ntwo\nTHREE\n');
		repo.write(inSlot(two, '.gitattributes'), '* filter=evil merge=evil\n');
		await finish(worktrees, one);
		await finish(worktrees, two, 'merge');
		await worktrees.countUncommitted();
		await worktrees.remove(RUN);

		expect(existsSync(join(repo.base, 'sprung'))).toBe(false);
		expect(repo.git('cat-file', 'blob', `${BRANCH}:a.txt`)).toBe('ONE\ntwo\nTHREE\n');
	});
});

describe('the run branch', () => {
	it('brings together what steps did side by side', async () => {
		const [one, two] = [await begin(worktrees, 'one', 1), await begin(worktrees, 'two', 2)];
		repo.write(inSlot(one, 'a.txt'), 'ONE\ntwo\nthree\n');
		repo.write(inSlot(two, 'a.txt'), 'one\ntwo\nTHREE\n');

		await finish(worktrees, one);
		await finish(worktrees, two);

		expect(show('a.txt')).toBe('ONE\ntwo\nTHREE\n');
		expect(messages()).toEqual(['two', 'one', 'first']);
		expect(repo.read('a.txt')).toBe('one\ntwo\nthree\n');
	});

	it('takes in the same work once, however often it is told to', async () => {
		const work = await begin(worktrees, 'one');
		repo.write(inSlot(work, 'new'), 'x');

		const first = await finish(worktrees, work);
		const again = await (await openIn(repo)).merge(work, (await worktrees.capture(work)).commit, 'squash');

		expect(again).toEqual(first);
		expect(messages()).toEqual(['one', 'first']);
	});

	it('takes in nothing of a step that changed nothing, or whose work is not wanted', async () => {
		await finish(worktrees, await begin(worktrees, 'idle'));
		const work = await begin(worktrees, 'unwanted');
		repo.write(inSlot(work, 'new'), 'x');
		await finish(worktrees, work, 'none');

		expect(messages()).toEqual(['first']);
		expect(repo.git('show', `refs/rad/runs/${RUN}/unwanted/1:new`)).toBe('x');
	});

	it('keeps the commits of an agent where that is wanted', async () => {
		const commitTwo = async (stepId: string, slot: number): Promise<Awaited<ReturnType<typeof begin>>> => {
			const work = await begin(worktrees, stepId, slot);
			for (const name of ['x', 'y']) {
				repo.write(inSlot(work, `${stepId}-${name}`), name);
				gitIn(repo, work.folder, 'add', '.');
				gitIn(repo, work.folder, 'commit', '-q', '-m', `${stepId} ${name}\n\nRad-Step: later/1`);
			}
			return work;
		};
		const [one, two] = [await commitTwo('one', 1), await commitTwo('two', 2)];

		await finish(worktrees, one, 'merge');
		await finish(worktrees, two, 'rebase');
		await finish(worktrees, two, 'rebase');

		expect(messages()).toEqual(['two y', 'two x', 'one', 'first']);
		expect(repo.git('log', '--format=%s', `${BRANCH}~2^2`).trim().split('\n')).toEqual(['one y', 'one x', 'first']);
		expect(repo.git('log', '--first-parent', '--format=%B', BRANCH)).not.toContain('later/1');
		const later = await begin(worktrees, 'later', 1);
		repo.write(inSlot(later, 'late'), 'x');
		await finish(worktrees, later);
		expect(messages()[0]).toBe('later');
	});

	it('tells which files are in the way, and takes the work in when a person has merged it', async () => {
		const [one, two] = [await begin(worktrees, 'one', 1), await begin(worktrees, 'two', 2)];
		repo.write(inSlot(one, 'a.txt'), 'one\nONE\nthree\n');
		repo.write(inSlot(two, 'a.txt'), 'one\nTWO\nthree\n');
		repo.write(inSlot(two, 'b.txt'), 'b');
		await finish(worktrees, one);

		const {commit} = await worktrees.capture(two);
		const conflict = await worktrees.merge(two, commit, 'squash');
		await worktrees.settle(two);
		expect(gitIn(repo, two.folder, 'status', '--porcelain')).toBe('');
		expect(() => gitIn(repo, two.folder, 'merge', BRANCH)).toThrow();
		repo.write(inSlot(two, 'a.txt'), 'one\nBOTH\nthree\n');
		gitIn(repo, two.folder, 'add', '.');
		gitIn(repo, two.folder, 'commit', '-q', '-m', 'both');
		const solved = await finish(worktrees, two);

		expect(conflict).toEqual({kind: 'conflict', files: ['a.txt']});
		expect(solved.kind).toBe('merged');
		expect([show('a.txt'), show('b.txt')]).toEqual(['one\nBOTH\nthree\n', 'b']);
		expect(messages()).toEqual(['two', 'one', 'first']);
	});

	it('tells of conflicts in binary files, modes and deletions', async () => {
		const [one, two] = [await begin(worktrees, 'one', 1), await begin(worktrees, 'two', 2)];
		repo.write(inSlot(one, 'bin'), Buffer.from([0, 1]));
		repo.write(inSlot(two, 'bin'), Buffer.from([0, 2]));
		repo.delete(inSlot(one, 'a.txt'));
		repo.write(inSlot(two, 'a.txt'), 'changed');
		await finish(worktrees, one);

		expect(await finish(worktrees, two)).toEqual({kind: 'conflict', files: ['a.txt', 'bin']});
		expect(messages()).toEqual(['one', 'first']);
	});

	it('loses nothing when it is moved in the middle of a merge', async () => {
		const [one, two, three] = [await begin(worktrees, 'one', 1), await begin(worktrees, 'two', 2), await begin(worktrees, 'three', 3)];
		repo.write(inSlot(one, 'one'), '1');
		repo.write(inSlot(two, 'two'), '2');
		repo.write(inSlot(three, 'three'), '3');
		let isFirst = true;
		const racing = await openIn(repo, args => {
			if (!args.includes(`refs/heads/${BRANCH}`) || !isFirst) return;
			isFirst = false;
			repo.git('update-ref', `refs/heads/${BRANCH}`, repo.git('commit-tree', '-p', BRANCH, '-m', 'other', `${BRANCH}^{tree}`).trim());
		});

		await finish(racing, one);
		await Promise.all([finish(worktrees, two), finish(await openIn(repo), three)]);

		expect([show('one'), show('two'), show('three')]).toEqual(['1', '2', '3']);
		expect(messages()).toHaveLength(5);
	});

	it('is left when anything was merged, and else goes with the work trees', async () => {
		const work = await begin(worktrees, 'one');
		await begin(worktrees, 'two', 2);
		repo.write(inSlot(work, 'new'), 'x');
		await finish(worktrees, work);
		await worktrees.remove(RUN);

		expect(repo.git('branch', '--list', 'rad/*').trim()).toBe(BRANCH);
		expect(repo.git('worktree', 'list').trim().split('\n')).toHaveLength(1);
		expect(repo.has(`.radium/worktrees/${RUN}`)).toBe(false);

		repo.git('branch', '-D', BRANCH);
		await begin(worktrees, 'three');
		await worktrees.remove(RUN);
		expect(repo.git('for-each-ref', 'refs/heads', 'refs/rad/starts').trim().split('\n')).toHaveLength(1);
	});

	it('begins where HEAD is, also on no branch, and knows what is not committed', async () => {
		repo.git('switch', '-q', '--detach');
		repo.write('a.txt', 'mine');
		repo.write('untracked', 'mine');

		const {head, isNew} = await worktrees.openBranch(RUN);

		expect([head, isNew]).toEqual([repo.git('rev-parse', 'HEAD').trim(), true]);
		expect((await worktrees.openBranch(RUN)).isNew).toBe(false);
		expect(await worktrees.countUncommitted()).toBe(2);
		expect(await worktrees.currentBranch()).toBe('');
		repo.git('switch', '-q', 'main');
		expect(await worktrees.currentBranch()).toBe('main');
	});

	it('knows which files and folders git keeps, by their names alone', async () => {
		repo.write('kept/a*.txt', 'a');
		repo.write('kept/ab.txt', 'b');
		repo.git('add', '--', ':(literal)kept/a*.txt');
		const paths = ['kept', 'kept/a*.txt', 'kept/ab.txt', 'none'].map(name => join(repo.root, name));

		expect(await worktrees.listTracked(paths)).toEqual(paths.slice(0, 2));
	});
});

describe('work trees', () => {
	it('are not possible without git or a commit', async () => {
		const folder = createScratchFolder();
		const empty = createScratchRepo();

		await expect((await openIn(folder)).check()).rejects.toMatchObject({code: 'GIT_UNUSABLE'});
		await expect((await openIn(empty)).check()).rejects.toMatchObject({code: 'GIT_UNUSABLE'});
		await expect(worktrees.check()).resolves.toBeUndefined();
		folder.remove();
		empty.remove();
	});

	it('are possible in a shallow clone', async () => {
		repo.write('second', 'x');
		repo.git('add', '.');
		repo.git('commit', '-q', '-m', 'second');
		repo.git('clone', '-q', '--depth', '1', `file://${repo.root}`, join(repo.base, 'clone'));
		const clone = {...repo, root: join(repo.base, 'clone')};
		const shallow = await openIn(clone);
		const work = await begin(shallow, 'one');
		repo.write(join(clone.root, work.folder, 'new'), 'x');

		expect((await finish(shallow, work, 'merge')).kind).toBe('merged');
		expect(repo.git('-C', clone.root, 'log', '--format=%s', '--first-parent', BRANCH).trim().split('\n')).toEqual(['one', 'second']);
	});
});
