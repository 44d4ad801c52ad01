import {existsSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import Database from 'better-sqlite3';
import {describe, expect, it} from 'vitest';
import {pictureOf, type Scratch} from '../../support/scratch-repo.ts';
import {createScratches} from './matrix/row.ts';
import {openInterceptedService, openService, restore, take} from './support.ts';

const make = createScratches();

const storeOf = (repo: Scratch): string => join(repo.root, '.git/rad/store.git');
const treeOf = (repo: Scratch): string => join(storeOf(repo), 'trees/main');

// The matrix has the other cases.
describe('several at once', () => {
	it('waits for another rad, and gives up with its process id', async () => {
		const repo = make.repo();
		const service = await openService(repo);
		await take(service);
		const other = new Database(join(repo.root, '.git/rad/lock'));
		other.exec('BEGIN EXCLUSIVE');
		let now = Date.now();
		const sleep = async (durationMs: number): Promise<void> => {
			now += durationMs * 100;
		};
		const impatient = await openService(repo, {clock: {now: () => now, elapsed: () => now, sleep}});

		await expect(take(impatient)).rejects.toMatchObject({code: 'CHECKPOINT_BUSY', message: expect.stringContaining(String(process.pid))});

		const waiting = take(service);
		other.close();
		expect((await waiting).kind).toBe('manual');
	});
});

describe('a restore during which somebody writes', () => {
	const isApplying = (args: readonly string[]): boolean => args.includes('read-tree') && args.includes('-u');

	it('gives up when it never ends, and changes nothing', async () => {
		const repo = make.repo();
		const checkpoint = await take(await openService(repo));
		repo.write('a.txt', 'agent\n');
		repo.write('dir/b.txt', 'agent\n');
		let writes = 0;
		const service = await openInterceptedService(repo, args => {
			if (isApplying(args)) repo.write('a.txt', `write ${writes++}\n`);
			return undefined;
		});

		await expect(restore(service, checkpoint)).rejects.toMatchObject({code: 'RESTORE_CONFLICT'});

		expect(repo.read('dir/b.txt')).toBe('agent\n');
		expect(existsSync(join(treeOf(repo), 'restore.json'))).toBe(false);
		expect(existsSync(join(repo.root, '.git/index.lock'))).toBe(false);
	});

	it('goes back when git cannot write everything', async () => {
		const repo = make.repo();
		const checkpoint = await take(await openService(repo));
		repo.write('a.txt', 'agent\n');
		repo.write('new.txt', 'agent\n');
		repo.delete('dir');
		const before = pictureOf(repo.root);
		let calls = 0;
		const service = await openInterceptedService(repo, args => {
			if (!isApplying(args) || calls++ > 0) return undefined;
			repo.write('a.txt', 'a\n');
			repo.delete('new.txt');
			return {exitCode: 128, stdout: Buffer.alloc(0), stderr: 'error: unable to create file dir/b.txt: Permission denied\n'};
		});

		await expect(restore(service, checkpoint)).rejects.toMatchObject({
			code: 'RESTORE_CONFLICT',
			message: expect.stringContaining('Permission denied'),
		});

		expect(pictureOf(repo.root)).toEqual(before);
		expect(existsSync(join(treeOf(repo), 'restore.json'))).toBe(false);
	});

	it('keeps its journal when it cannot go back either, and the safety checkpoint brings everything back later', async () => {
		const repo = make.repo();
		const checkpoint = await take(await openService(repo));
		repo.write('a.txt', 'agent\n');
		const service = await openInterceptedService(repo, args => {
			if (!isApplying(args)) return undefined;
			repo.write('a.txt', 'broken\n');
			return {exitCode: 128, stdout: Buffer.alloc(0), stderr: 'error: unable to create file x: No space left on device\n'};
		});

		await expect(restore(service, checkpoint)).rejects.toMatchObject({
			code: 'CHECKPOINT_FAILED',
			hint: expect.stringContaining('rad checkpoint restore cp_'),
		});

		expect(existsSync(join(treeOf(repo), 'restore.json'))).toBe(true);
		const healthy = await openService(repo);
		const safety = (await healthy.list()).find(({kind}) => kind === 'safety');
		if (safety !== undefined) await restore(healthy, safety);
		expect(repo.read('a.txt')).toBe('agent\n');
		expect(existsSync(join(treeOf(repo), 'restore.json'))).toBe(false);
	});

	it('leaves the staged set alone when a commit was made at the last moment', async () => {
		const repo = make.repo();
		const checkpoint = await take(await openService(repo));
		repo.write('a.txt', 'agent\n');
		let commits = 0;
		const service = await openInterceptedService(repo, args => {
			if (args[0] === 'update-ref' && commits++ === 0) repo.git('commit', '-qam', 'at the last moment');
			return undefined;
		});

		const result = await restore(service, checkpoint);

		expect(result.hasHeadMoved).toBe(true);
		expect(repo.git('status', '--porcelain')).toBe(' M a.txt\n');
	});
});

describe('a damaged store', () => {
	it('is named by the checkpoint that cannot be read; the others are listed and restored', async () => {
		const repo = make.repo();
		const service = await openService(repo);
		const [good, bad] = [await take(service), await take(service)];
		const commit = readFileSync(join(storeOf(repo), 'refs/rad/main', bad.id), 'utf8').trim();
		rmSync(join(storeOf(repo), 'objects', commit.slice(0, 2), commit.slice(2)));
		repo.write('a.txt', 'changed\n');

		expect((await service.list()).map(({id}) => id)).toEqual([good.id]);
		await expect(service.find(bad.id)).rejects.toMatchObject({code: 'CHECKPOINT_DAMAGED'});
		await restore(service, good);
		expect(repo.read('a.txt')).toBe('a\n');
	});

	it('mends itself where nothing is lost: state, configuration, HEAD', async () => {
		const repo = make.repo();
		const service = await openService(repo);
		const checkpoint = await take(service);
		for (const break_ of [
			() => writeFileSync(join(treeOf(repo), 'state.json'), '{"tree":'),
			() => writeFileSync(join(storeOf(repo), 'config'), '[core]\n\tfsmonitor = /bin/false\n'),
			() => writeFileSync(join(treeOf(repo), 'HEAD'), `${'1'.repeat(40)}\n`),
		]) {
			break_();
			repo.write('a.txt', 'changed\n');
			await restore(service, checkpoint);
			expect(repo.read('a.txt')).toBe('a\n');
			expect(repo.git('status', '--porcelain')).toBe('');
		}
	});

	it('whose objects are all gone keeps its checkpoints’ names and tells that they are damaged', async () => {
		const repo = make.repo();
		const service = await openService(repo);
		const checkpoint = await take(service);
		rmSync(join(storeOf(repo), 'objects'), {recursive: true});

		await expect(service.find(checkpoint.id)).rejects.toMatchObject({code: 'CHECKPOINT_DAMAGED'});
	});
});

describe('a rad that dies', () => {
	it('leaves a journal that the next one finishes, with work of the meantime saved', async () => {
		const repo = make.repo();
		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.write('a.txt', 'agent\n');
		repo.write('new.txt', 'agent\n');
		const safety = await take(service, 'safety', 'end');
		const commit = repo.git('-C', storeOf(repo), 'rev-parse', `refs/rad/main/${checkpoint.id}^{tree}`).trim();
		const modes = {plain: 0o644, executable: 0o755, others: {}};
		writeFileSync(
			join(treeOf(repo), 'restore.json'),
			JSON.stringify({target: checkpoint.id, safety: safety.id, tree: commit, modes, index: null, head: null}),
		);
		repo.write('a.txt', 'a\n');
		repo.write('new.txt', 'typed by the user meanwhile\n');

		await take(service);

		expect(repo.has('new.txt')).toBe(false);
		const saved = (await service.list()).find(({label}) => label.startsWith('before finishing'));
		expect(saved).toBeDefined();
		if (saved !== undefined) await restore(service, saved);
		expect(repo.read('new.txt')).toBe('typed by the user meanwhile\n');
	});
});

describe('the signal', () => {
	it('ends a creation that was not made yet, and leaves no checkpoint', async () => {
		const repo = make.repo();
		const service = await openService(repo);
		const controller = new AbortController();
		controller.abort();

		await expect(service.create({kind: 'manual', label: '', runId: null, stepId: null, agentId: null, signal: controller.signal})).rejects.toThrow();

		expect(await service.list()).toEqual([]);
	});
});
