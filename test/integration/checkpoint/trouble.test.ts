import {spawn} from 'node:child_process';
import {existsSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import Database from 'better-sqlite3';
import {buildSync} from 'esbuild';
import {afterEach, describe, expect, it} from 'vitest';
import {createScratchRepo, pictureOf, type Scratch} from '../../support/scratch-repo.ts';
import {openInterceptedService, openService, realClock, restore, take} from './support.ts';

const scratches: Scratch[] = [];
afterEach(() => {
	for (const scratch of scratches.splice(0)) scratch.remove();
});

const aRepo = (): Scratch => {
	const repo = createScratchRepo();
	scratches.push(repo);
	repo.write('a.txt', 'a\n');
	repo.write('dir/b.txt', 'b\n');
	repo.git('add', '-A');
	repo.git('commit', '-qm', 'first');
	return repo;
};

const storeOf = (repo: Scratch): string => join(repo.root, '.git/rad/store.git');
const treeOf = (repo: Scratch): string => join(storeOf(repo), 'trees/main');

describe('several at once', () => {
	it('all get a checkpoint of their own, in one process and in several', async () => {
		const repo = aRepo();
		const services = await Promise.all([openService(repo), openService(repo), openService(repo)]);

		const made = await Promise.all([...services, ...services].map((service, index) => take(service, String(index))));

		const listed = await (await openService(repo)).list();
		expect(new Set(made.map(({id}) => id)).size).toBe(6);
		expect(listed.map(({id}) => id).sort()).toEqual(made.map(({id}) => id).sort());
		expect(repo.git('-C', storeOf(repo), 'fsck', '--strict', '--no-dangling')).toBe('');
	});

	it('waits for another rad, and gives up with its process id', async () => {
		const repo = aRepo();
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

describe('a restore that cannot be made', () => {
	it('is refused while another git command holds the index, and changes nothing; creating goes on', async () => {
		const repo = aRepo();
		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.write('a.txt', 'changed\n');
		writeFileSync(join(repo.root, '.git/index.lock'), '');

		await expect(restore(service, checkpoint)).rejects.toMatchObject({code: 'INDEX_LOCKED'});

		expect(repo.read('a.txt')).toBe('changed\n');
		expect((await take(service)).stat).toMatchObject({files: 1});
		expect(readFileSync(join(repo.root, '.git/index.lock'), 'utf8')).toBe('');
	});

	it('is refused when content of the checkpoint is gone or broken, before the first file is touched', async () => {
		const repo = aRepo();
		repo.write('u.txt', 'only in the store\n');
		const service = await openService(repo);
		const checkpoint = await take(service);
		const blob = repo.git('hash-object', 'u.txt').trim();
		const path = join(storeOf(repo), 'objects', blob.slice(0, 2), blob.slice(2));
		repo.write('u.txt', 'changed\n');
		repo.write('a.txt', 'changed\n');
		const bytes = readFileSync(path);
		rmSync(path);

		await expect(restore(service, checkpoint)).rejects.toMatchObject({code: 'CHECKPOINT_DAMAGED', message: expect.stringContaining(storeOf(repo))});
		bytes.writeUInt8(bytes.readUInt8(bytes.length - 2) ^ 255, bytes.length - 2);
		writeFileSync(path, bytes);
		await expect(restore(service, checkpoint)).rejects.toMatchObject({code: 'CHECKPOINT_DAMAGED'});

		expect([repo.read('u.txt'), repo.read('a.txt')]).toEqual(['changed\n', 'changed\n']);
	});
});

describe('a restore during which somebody writes', () => {
	const isApplying = (args: readonly string[]): boolean => args.includes('read-tree') && args.includes('-u');

	it('takes a late write into a second safety checkpoint', async () => {
		const repo = aRepo();
		const checkpoint = await take(await openService(repo));
		repo.write('a.txt', 'agent\n');
		let writes = 0;
		const service = await openInterceptedService(repo, args => {
			if (isApplying(args) && writes++ === 0) repo.write('a.txt', 'typed by the user\n');
			return undefined;
		});

		const {safety} = await restore(service, checkpoint);
		const restored = repo.read('a.txt');
		await restore(service, safety);

		expect(restored).toBe('a\n');
		expect(repo.read('a.txt')).toBe('typed by the user\n');
	});

	it('gives up when it never ends, and changes nothing', async () => {
		const repo = aRepo();
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
		const repo = aRepo();
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
		const repo = aRepo();
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
		const repo = aRepo();
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
		const repo = aRepo();
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

	it('mends itself where nothing is lost: private index, state, configuration, stale locks', async () => {
		const repo = aRepo();
		const service = await openService(repo);
		const checkpoint = await take(service);
		for (const break_ of [
			() => writeFileSync(join(treeOf(repo), 'index'), Buffer.alloc(100)),
			() => rmSync(join(treeOf(repo), 'index')),
			() => writeFileSync(join(treeOf(repo), 'state.json'), '{"tree":'),
			() => writeFileSync(join(storeOf(repo), 'config'), '[core]\n\tfsmonitor = /bin/false\n'),
			() => writeFileSync(join(treeOf(repo), 'HEAD'), `${'1'.repeat(40)}\n`),
			() => writeFileSync(join(storeOf(repo), 'refs/rad/main/x.lock'), ''),
		]) {
			break_();
			repo.write('a.txt', 'changed\n');
			await restore(service, checkpoint);
			expect(repo.read('a.txt')).toBe('a\n');
			expect(repo.git('status', '--porcelain')).toBe('');
		}
	});

	it('whose objects are all gone keeps its checkpoints’ names and tells that they are damaged', async () => {
		const repo = aRepo();
		const service = await openService(repo);
		const checkpoint = await take(service);
		rmSync(join(storeOf(repo), 'objects'), {recursive: true});

		await expect(service.find(checkpoint.id)).rejects.toMatchObject({code: 'CHECKPOINT_DAMAGED'});
	});
});

describe('a rad that dies', () => {
	it.each([
		{how: 'with the git that it started', delayMs: 0, isGroup: true},
		{how: 'with the git that it started, a little later', delayMs: 15, isGroup: true},
		{how: 'alone, while git goes on', delayMs: 5, isGroup: false},
	])('in a restore, $how, is followed by one that finishes it', async ({delayMs, isGroup}) => {
		const repo = aRepo();
		for (let index = 0; index < 1000; index += 1) repo.write(`many/${index}`, `old ${index}`);
		const service = await openService(repo);
		const then = pictureOf(repo.root);
		const checkpoint = await take(service);
		for (let index = 0; index < 1000; index += 1) repo.write(`many/${index}`, `new ${index}`);
		repo.write('created', 'since');
		repo.git('add', 'created');
		const now = pictureOf(repo.root);
		const status = repo.git('status', '--porcelain=v2');

		await killWhileRestoring(repo, checkpoint.id, {delayMs, isGroup});
		await service.preview(checkpoint.id);
		const finished = pictureOf(repo.root);
		const safety = (await service.list()).findLast(({kind}) => kind === 'safety');
		expect(safety).toBeDefined();
		if (safety !== undefined) await restore(service, safety);

		expect(finished).toEqual(then);
		expect(pictureOf(repo.root)).toEqual(now);
		expect(repo.git('status', '--porcelain=v2')).toBe(status);
		expect(existsSync(join(treeOf(repo), 'restore.json'))).toBe(false);
		expect(existsSync(join(repo.root, '.git/index.lock'))).toBe(false);
	});

	it('leaves a journal that the next one finishes, with work of the meantime saved', async () => {
		const repo = aRepo();
		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.write('a.txt', 'agent\n');
		repo.write('new.txt', 'agent\n');
		const safety = await take(service, 'safety', 'safety');
		const commit = repo.git('-C', storeOf(repo), 'rev-parse', `refs/rad/main/${checkpoint.id}^{tree}`).trim();
		const modes = {plain: 0o644, executable: 0o755, others: {}};
		writeFileSync(
			join(treeOf(repo), 'restore.json'),
			JSON.stringify({target: checkpoint.id, safety: safety.id, tree: commit, modes, indexToken: null}),
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

/** Restores in a process of its own and kills it, once it has begun, alone or with everything that it started. */
const killWhileRestoring = async (
	repo: Scratch,
	id: string,
	{delayMs, isGroup}: {readonly delayMs: number; readonly isGroup: boolean},
): Promise<void> => {
	const program = join(repo.base, 'restore.cjs');
	buildSync({
		stdin: {contents: PROGRAM, resolveDir: import.meta.dirname, loader: 'ts'},
		bundle: true,
		platform: 'node',
		format: 'cjs',
		external: ['better-sqlite3'],
		outfile: program,
	});
	const modules = join(import.meta.dirname, '../../../node_modules');
	const child = spawn(process.execPath, [program, JSON.stringify(repo), id], {
		detached: true,
		stdio: 'ignore',
		env: {...process.env, NODE_PATH: modules},
	});
	const ended = new Promise(resolve => child.on('close', resolve));
	await until(() => existsSync(join(treeOf(repo), 'restore.json')) || child.exitCode !== null);
	await realClock.sleep(delayMs);
	if (child.pid !== undefined && child.exitCode === null) process.kill(isGroup ? -child.pid : child.pid, 'SIGKILL');
	await ended;
};

const PROGRAM = `
	import {openService} from './support.ts';
	const [, , scratch, id] = process.argv;
	openService(JSON.parse(scratch)).then(service => service.restore(id, {signal: new AbortController().signal}));
`;

const until = async (holds: () => boolean): Promise<void> => {
	while (!holds()) await new Promise(resolve => setImmediate(resolve));
};

describe('the signal', () => {
	it('ends a creation that was not made yet, and leaves no checkpoint', async () => {
		const repo = aRepo();
		const service = await openService(repo);
		const controller = new AbortController();
		controller.abort();

		await expect(service.create({kind: 'manual', label: '', runId: null, stepId: null, agentId: null, signal: controller.signal})).rejects.toThrow();

		expect(await service.list()).toEqual([]);
	});
});
