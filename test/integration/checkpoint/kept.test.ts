import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, describe, expect, it} from 'vitest';
import {createScratchRepo, type Scratch} from '../../support/scratch-repo.ts';
import {openService, restore, take} from './support.ts';

const scratches: Scratch[] = [];
afterEach(() => {
	for (const scratch of scratches.splice(0)) scratch.remove();
});

const aRepo = (): Scratch => {
	const repo = createScratchRepo();
	scratches.push(repo);
	repo.write('a.txt', 'a\n');
	repo.write('.gitignore', 'ignored/\n*.log\n');
	repo.git('add', '-A');
	repo.git('commit', '-qm', 'first');
	return repo;
};

describe('what a restore leaves alone', () => {
	it('are ignored files, by .gitignore, by info/exclude and by the user’s own list', async () => {
		const repo = aRepo();
		writeFileSync(join(repo.home, '.ignore'), '*.mine\n');
		repo.git('config', 'core.excludesFile', '~/.ignore');
		writeFileSync(join(repo.root, '.git/info/exclude'), '*.local\n');
		const names = ['ignored/x', 'y.log', 'z.mine', 'w.local'];
		for (const name of names) repo.write(name, 'old');
		const service = await openService(repo);
		const checkpoint = await take(service);
		for (const name of names) repo.write(name, 'new');
		repo.write('ignored/more', 'new');

		const {changes} = await restore(service, checkpoint);

		expect(changes).toEqual([]);
		expect(names.map(name => repo.read(name))).toEqual(['new', 'new', 'new', 'new']);
		expect(repo.has('ignored/more')).toBe(true);
	});

	it('is a file that was ignored at the time of the checkpoint, when the rule is gone now', async () => {
		const repo = aRepo();
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
	});

	it('is not a file that is ignored now but was saved then: the newer content is in the safety checkpoint', async () => {
		const repo = aRepo();
		repo.write('notes', 'old');
		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.write('.gitignore', 'ignored/\n*.log\nnotes\n');
		await take(service);
		repo.write('notes', 'new');

		const {safety} = await restore(service, checkpoint);
		const restored = repo.read('notes');
		await restore(service, safety);

		expect(restored).toBe('old');
		expect(repo.read('notes')).toBe('new');
	});

	it('drops a thousand files that a new rule ignores from later checkpoints, without touching them', async () => {
		const repo = aRepo();
		for (let index = 0; index < 30; index += 1) repo.write(`node_modules/${index}.js`, 'x');
		const service = await openService(repo);
		await take(service);
		repo.write('.gitignore', 'node_modules/\n');

		const checkpoint = await take(service);

		expect(checkpoint.stat).toMatchObject({files: 31});
		repo.write('node_modules/0.js', 'changed');
		expect((await restore(service, checkpoint)).changes).toEqual([]);
		expect(repo.read('node_modules/0.js')).toBe('changed');
	});

	it('saves ignored files that stand where a restored file has to go', async () => {
		const repo = aRepo();
		repo.write('x', 'a file');
		repo.write('y/deep', 'a file');
		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.delete('x');
		repo.delete('y');
		repo.write('x/inside.log', 'ignored');
		repo.write('.git/info/exclude', 'y\n');
		repo.write('y', 'ignored too');

		const {safety} = await restore(service, checkpoint);
		const restored = [repo.read('x'), repo.read('y/deep')];
		await restore(service, safety);

		expect(restored).toEqual(['a file', 'a file']);
		expect(repo.read('x/inside.log')).toBe('ignored');
		expect(repo.read('y')).toBe('ignored too');
	});

	it('are nested repositories, with and without commits, which are named', async () => {
		const repo = aRepo();
		for (const name of ['empty', 'full']) {
			repo.write(`${name}/file`, 'x');
			repo.git('-C', name, 'init', '-q');
		}
		repo.git('-C', 'full', 'add', '-A');
		repo.git('-C', 'full', 'commit', '-qm', 'nested');
		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.write('full/file', 'changed');
		repo.write('later/file', 'x');
		repo.git('-C', 'later', 'init', '-q');

		const plan = await service.preview(checkpoint.id);
		await restore(service, checkpoint);

		expect(checkpoint.uncovered).toEqual(['empty', 'full']);
		expect(plan.kept.map(({path}) => path)).toEqual(['empty', 'full', 'later']);
		expect([repo.read('full/file'), repo.read('later/file')]).toEqual(['changed', 'x']);
		expect(repo.has('later/.git')).toBe(true);
	});

	it('is a nested repository that stands where a file was: the restore is refused', async () => {
		const repo = aRepo();
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

	it('is a submodule’s checkout, whatever it points to', async () => {
		const repo = aRepo();
		const other = aRepo();
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
	});

	it('are large untracked files, which are named, also when they shrink', async () => {
		const repo = aRepo();
		repo.write('disk.img', Buffer.alloc(21 * 2 ** 20));
		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.write('disk.img', 'small now');
		repo.write('new.img', Buffer.alloc(21 * 2 ** 20, 1));

		await restore(service, checkpoint);

		expect(checkpoint.uncovered).toEqual(['disk.img']);
		expect(repo.read('disk.img')).toBe('small now');
		expect(repo.has('new.img')).toBe(true);
	});

	it('is everything outside the work tree, when a folder became a symbolic link to it', async () => {
		const repo = aRepo();
		repo.write('dir/b.txt', 'b\n', 0o600);
		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.delete('dir');
		writeFileSync(join(repo.home, 'b.txt'), 'outside', {mode: 0o644});
		repo.link('dir', '../home');

		await restore(service, checkpoint);

		expect(repo.read(join(repo.home, 'b.txt'))).toBe('outside');
		expect(repo.read('dir/b.txt')).toBe('b\n');
	});

	it('is a conflict that is being resolved: its entries and MERGE_HEAD stay', async () => {
		const repo = aRepo();
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
	});

	it('are HEAD, branches and the index, when commits were made since', async () => {
		const repo = aRepo();
		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.write('a.txt', 'agent\n');
		repo.git('checkout', '-qb', 'agent');
		repo.git('commit', '-qam', 'agent');
		const refs = repo.git('for-each-ref');

		const plan = await service.preview(checkpoint.id);
		const result = await restore(service, checkpoint);

		expect(plan).toMatchObject({hasHeadMoved: true, willRestoreIndex: false});
		expect(result.hasHeadMoved).toBe(true);
		expect(repo.read('a.txt')).toBe('a\n');
		expect(repo.git('for-each-ref')).toBe(refs);
		expect(repo.git('symbolic-ref', '--short', 'HEAD')).toBe('agent\n');
		expect(repo.git('status', '--porcelain')).toBe(' M a.txt\n');
	});
});
