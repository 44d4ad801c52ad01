import {spawnSync} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect} from 'vitest';
import type {AgentId, CheckpointId, RunId} from '../../../../../source/domain/ids.ts';
import {openSqliteStore} from '../../../../../source/monitoring/sqlite-store.ts';
import {createCheckpoints} from '../../../../../source/workflow/checkpoints-of-workspace.ts';
import {anAgent} from '../../../../support/builders.ts';
import {MOUNT_OBSTACLE, NAMESPACE} from '../../../../support/own-mount.ts';
import {until} from '../../../../support/scratch.ts';
import {pictureOf, type Scratch} from '../../../../support/scratch-repo.ts';
import {openInterceptedService, openService, realClock, restore, take} from '../../support.ts';
import {undo} from '../exact.ts';
import {giveAway, isRoot, openOtherRad} from '../other-rad.ts';
import type {Make, Row} from '../row.ts';
import {pictureOfGit} from '../user-git.ts';

const storeOf = (repo: Scratch): string => join(repo.root, '.git/rad/store.git');
const treeOf = (repo: Scratch): string => join(storeOf(repo), 'trees/main');
const locksOf = (repo: Scratch): string[] =>
	readdirSync(join(repo.root, '.git'), {recursive: true, encoding: 'utf8'}).filter(path => path.endsWith('.lock'));

type Kill = {readonly files: number; readonly delayMs: number; readonly isGroup: boolean};

/** A restore that writes many files, interrupted by a kill of rad alone or of rad with its git. */
const killWhileRestoring = async (make: Make, {files, delayMs, isGroup}: Kill): Promise<void> => {
	const repo = make.repo();
	for (let index = 0; index < files; index += 1) repo.write(`many/${index}`, `old ${index}`);
	const service = await openService(repo);
	const then = pictureOf(repo.root);
	const checkpoint = await take(service);
	for (let index = 0; index < files; index += 1) repo.write(`many/${index}`, `new ${index}`);
	repo.write('created', 'since');
	repo.git('add', 'created');
	const now = pictureOf(repo.root);
	const status = repo.git('status', '--porcelain=v2');

	const {child, output} = openOtherRad(repo).start({kind: 'restore', id: checkpoint.id});
	while (!existsSync(join(treeOf(repo), 'restore.json')) && child.exitCode === null) await new Promise(resolve => setImmediate(resolve));
	await realClock.sleep(delayMs);
	if (child.pid !== undefined && child.exitCode === null) process.kill(isGroup ? -child.pid : child.pid, 'SIGKILL');
	await output;
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
};

/** Somebody else writes, holds, breaks, fills or kills. */
export const TROUBLE: readonly Row[] = [
	{
		row: 46,
		name: 'is refused while another git command holds the index, and changes nothing; creating goes on',
		run: async make => {
			const repo = make.repo();
			const service = await openService(repo);
			const checkpoint = await take(service);
			repo.write('a.txt', 'changed\n');
			writeFileSync(join(repo.root, '.git/index.lock'), '');

			await expect(restore(service, checkpoint)).rejects.toMatchObject({code: 'INDEX_LOCKED'});

			expect(repo.read('a.txt')).toBe('changed\n');
			expect((await take(service)).stat).toMatchObject({files: 1});
			expect(readFileSync(join(repo.root, '.git/index.lock'), 'utf8')).toBe('');
		},
	},
	{
		row: 47,
		name: 'takes what is typed at the last moment into a second safety checkpoint',
		run: async make => {
			const repo = make.repo();
			const checkpoint = await take(await openService(repo));
			repo.write('a.txt', 'agent\n');
			let writes = 0;
			const service = await openInterceptedService(repo, args => {
				if (args.includes('read-tree') && args.includes('-u') && writes++ === 0) repo.write('a.txt', 'typed by the user\n');
				return undefined;
			});

			const result = await restore(service, checkpoint);
			const restored = repo.read('a.txt');
			await undo(service, result);

			expect(restored).toBe('a\n');
			expect(repo.read('a.txt')).toBe('typed by the user\n');
		},
	},
	{
		row: 48,
		name: 'is refused when content of the checkpoint is gone or broken, before the first file is touched',
		run: async make => {
			const repo = make.repo();
			repo.write('u.txt', 'only in the store\n');
			const service = await openService(repo);
			const checkpoint = await take(service);
			const blob = repo.git('hash-object', 'u.txt').trim();
			const path = join(storeOf(repo), 'objects', blob.slice(0, 2), blob.slice(2));
			repo.write('u.txt', 'changed\n');
			repo.write('a.txt', 'changed\n');
			const bytes = readFileSync(path);
			rmSync(path);

			await expect(restore(service, checkpoint)).rejects.toMatchObject({
				code: 'CHECKPOINT_DAMAGED',
				message: expect.stringContaining(storeOf(repo)),
			});
			bytes.writeUInt8(bytes.readUInt8(bytes.length - 2) ^ 255, bytes.length - 2);
			writeFileSync(path, bytes);
			await expect(restore(service, checkpoint)).rejects.toMatchObject({code: 'CHECKPOINT_DAMAGED'});

			expect([repo.read('u.txt'), repo.read('a.txt')]).toEqual(['changed\n', 'changed\n']);
		},
	},
	{
		row: 51,
		name: 'is finished by the next rad when rad is killed in it, alone or with its git, and can be undone',
		run: async make => {
			// With the git that it started, at once and a little later; alone, while git goes on.
			for (const kill of [
				{files: 3000, delayMs: 0, isGroup: true},
				{files: 1000, delayMs: 15, isGroup: true},
				{files: 1000, delayMs: 5, isGroup: false},
			])
				await killWhileRestoring(make, kill);
		},
	},
	{
		row: 52,
		name: 'goes around the locks of processes that died',
		run: async make => {
			const repo = make.repo();
			const service = await openService(repo);
			const checkpoint = await take(service);
			const {pid} = spawnSync('true');
			for (const path of [join(treeOf(repo), 'index.lock'), join(treeOf(repo), 'HEAD.lock'), join(storeOf(repo), 'refs/rad/main/x.lock')])
				writeFileSync(path, '');
			writeFileSync(join(repo.root, '.git/rad/holder.json'), JSON.stringify({pid, startTime: '1', bootId: 'test'}));
			repo.write('a.txt', 'changed\n');

			await restore(service, checkpoint);

			expect(repo.read('a.txt')).toBe('a\n');
			expect(repo.git('status', '--porcelain')).toBe('');
			expect(locksOf(repo)).toEqual([]);
		},
	},
	{
		row: 53,
		name: 'makes the private index anew when it is full of zeros or gone',
		run: async make => {
			const repo = make.repo();
			const service = await openService(repo);
			const checkpoint = await take(service);
			for (const spoil of [
				() => writeFileSync(join(treeOf(repo), 'index'), Buffer.alloc(100)),
				() => writeFileSync(join(treeOf(repo), 'index'), ''),
				() => rmSync(join(treeOf(repo), 'index')),
			]) {
				spoil();
				repo.write('a.txt', 'changed\n');

				await restore(service, checkpoint);

				expect(repo.read('a.txt')).toBe('a\n');
				expect(repo.git('status', '--porcelain')).toBe('');
			}
		},
	},
	{
		row: 54,
		name: 'makes 32 checkpoints of 8 rads at once, and more in one process, while the user commits',
		run: async make => {
			const repo = make.repo();
			const rad = openOtherRad(repo);
			const others = Promise.all(Array.from({length: 8}, () => rad.take(4)));
			const services = await Promise.all([openService(repo), openService(repo), openService(repo)]);
			const own = Promise.all([...services, ...services].map((service, index) => take(service, String(index))));
			for (let count = 0; count < 10; count += 1) {
				repo.write('a.txt', `commit ${count}\n`);
				repo.git('commit', '-qam', `commit ${count}`);
				await realClock.sleep(50);
			}

			const made = [...(await others).flat(), ...(await own)];

			const listed = await (await openService(repo)).list();
			expect(new Set(made.map(({id}) => id)).size).toBe(38);
			expect(listed.map(({id}) => id).sort()).toEqual(made.map(({id}) => id).sort());
			expect(repo.git('-C', storeOf(repo), 'fsck', '--strict', '--no-dangling')).toBe('');
			expect(repo.git('rev-list', '--count', 'HEAD')).toBe('11\n');
			expect(locksOf(repo)).toEqual([]);
		},
	},
	{
		row: 79,
		name: 'changes nothing when it meets a folder that cannot be written, and succeeds once it can',
		run: async make => {
			const repo = make.repo();
			repo.write('locked/x', 'then\n');
			repo.write('zzz', 'then\n');
			if (isRoot) giveAway(repo);
			const rad = openOtherRad(repo, {isNobody: true});
			const then = pictureOf(repo.root);
			const [checkpoint] = await rad.take();
			for (const name of ['a.txt', 'locked/x', 'zzz']) repo.write(name, 'now\n');
			repo.write('new', 'now\n');
			if (isRoot) giveAway(repo);
			chmodSync(join(repo.root, 'locked'), 0o555);
			const now = pictureOf(repo.root);

			await expect(rad.restore(checkpoint?.id ?? '')).rejects.toMatchObject({code: 'RESTORE_CONFLICT'});
			const afterwards = pictureOf(repo.root);
			chmodSync(join(repo.root, 'locked'), 0o755);
			await rad.restore(checkpoint?.id ?? '');

			expect(afterwards).toEqual(now);
			expect(pictureOf(repo.root)).toEqual(then);
			expect(locksOf(repo)).toEqual([]);
		},
	},
	{
		row: 80,
		name: 'is an error on a full disk, which leaves the user’s repository as it is',
		skip: MOUNT_OBSTACLE === '' ? undefined : MOUNT_OBSTACLE,
		run: async make => {
			const repo = make.repo();
			mkdirSync(join(repo.root, '.git/rad'));
			repo.write('u.bin', randomBytes(2 ** 20));
			const [files, git] = [pictureOf(repo.root), pictureOfGit(repo.root)];
			const mount = `mount -t tmpfs -o size=200k none '${join(repo.root, '.git/rad')}' && exec "$0" "$@"`;

			await expect(openOtherRad(repo, {wrapper: [...NAMESPACE, mount]}).take()).rejects.toMatchObject({code: 'CHECKPOINT_FAILED'});

			expect(pictureOf(repo.root)).toEqual(files);
			expect(pictureOfGit(repo.root)).toEqual(git);
			expect((await take(await openService(repo))).kind).toBe('manual');
		},
	},
	{
		row: 83,
		name: 'ends a git that hangs when the checkpoint is no longer wanted or its time is up, and leaves no lock',
		run: async make => {
			const repo = make.repo();
			await take(await openService(repo));
			const wrappers = join(repo.base, 'wrappers');
			mkdirSync(wrappers);
			const script = `#!/bin/sh\nif [ "$1" = status ]; then echo $$ > '${repo.base}/hung'; exec sleep 600; fi\nPATH="$RAD_PATH" exec git "$@"\n`;
			writeFileSync(join(wrappers, 'git'), script.replace('$RAD_PATH', repo.environment['PATH'] ?? ''));
			chmodSync(join(wrappers, 'git'), 0o755);
			const PATH = `${wrappers}:${repo.environment['PATH']}`;
			const service = await openService(repo, {environment: {PATH}});
			const controller = new AbortController();
			const expectGone = (): void => {
				expect(() => process.kill(Number(repo.read(join(repo.base, 'hung'))), 0)).toThrow('ESRCH');
				expect(locksOf(repo)).toEqual([]);
			};

			const creating = service.create({kind: 'manual', label: '', runId: null, stepId: null, agentId: null, signal: controller.signal});
			await until(() => existsSync(join(repo.base, 'hung')) && repo.read(join(repo.base, 'hung')).endsWith('\n'));
			controller.abort();

			await expect(creating).rejects.toThrow();
			expectGone();
			const hurried = await openService(repo, {environment: {PATH, RAD_CHECKPOINT_TIMEOUT: '1s'}});
			await expect(take(hurried)).rejects.toMatchObject({code: 'CHECKPOINT_FAILED', message: expect.stringContaining('was stopped')});
			expectGone();
			repo.write('a.txt', 'changed\n');
			expect((await take(await openService(repo))).stat).toMatchObject({files: 1});
		},
	},
	{
		row: 84,
		name: 'is refused while an agent is at work, also an orphan of a rad that died',
		run: async make => {
			const repo = make.repo();
			const service = await openService(repo);
			const checkpoint = await take(service);
			repo.write('a.txt', 'agent\n');
			const store = openSqliteStore(':memory:', {create: true});
			const [runId, agentId] = ['run_0000000001' as RunId, 'agt_0000000001' as AgentId];
			const identity = {pid: process.pid, startTime: '1', bootId: 'boot'};
			await store.createRun({id: runId, workflow: 'wf', startedAt: 1, owner: identity, planJson: '{}', stepIds: ['a']});
			const attempt = {runId, stepId: 'a', attempt: 1, agentId, tokenHash: 'hash', startedAt: 1, endedAt: null};
			const starting = {parentId: null, stepId: 'a', status: 'starting', exitCode: null, error: null, endedAt: null, processId: null} as const;
			await store.startAttempt(attempt, anAgent({id: agentId, planId: runId, ...starting}));
			await store.noteProcess(agentId, identity, 2);
			const checkpoints = createCheckpoints({
				service,
				store,
				clock: realClock,
				upkeep: async () => undefined,
				cancel: () => Promise.reject(new Error('never')),
				isRestoreUnfinished: () => false,
			});
			const tryRestore = (id: CheckpointId) => checkpoints.restore(id, {signal: new AbortController().signal, stopRuns: false});

			await expect(tryRestore(checkpoint.id)).rejects.toMatchObject({code: 'RUN_ACTIVE', details: {run: runId}});
			await store.moveRun(runId, 'interrupted', 'its rad is gone', 3);
			await expect(tryRestore(checkpoint.id)).rejects.toMatchObject({code: 'RUN_ACTIVE', details: {run: runId}});
			const untouched = repo.read('a.txt');
			await store.endAttempt(
				attempt,
				{agentId, status: 'lost', exitCode: null, error: null, failureCause: null},
				{status: 'failed', exitCode: null, reason: null, outputs: {}},
				4,
			);
			await tryRestore(checkpoint.id);
			store.close();

			expect(untouched).toBe('agent\n');
			expect(repo.read('a.txt')).toBe('a\n');
		},
	},
];
