import {spawn, spawnSync} from 'node:child_process';
import {copyFileSync, readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import Database from 'better-sqlite3';
import {buildSync} from 'esbuild';
import {describe, expect, it} from 'vitest';
import {createProcessTable} from '../../../source/agents/create-process-table.ts';
import {APPLICATION_ID, MIGRATIONS} from '../../../source/monitoring/sqlite-schema.ts';
import {openSqliteStore} from '../../../source/monitoring/sqlite-store.ts';
import {anId} from '../../support/builders.ts';
import {BIN, makeScratch, rad, runOf, toTestEnvironment} from '../../support/rad.ts';
import {createScratch} from '../../support/scratch.ts';
import type {Order} from './store-worker.ts';

// Each costs a tenth of a second and more; `all` hits every system call with which a store is written.
const IS_ALL = process.env['RAD_TEST_SYSCALLS'] === 'all';
const SAMPLE = 12;
const HANG_MS = 3_600_000;
// Of the machine, not of a package.
const STRACE = 'strace';
const WRITES = ['pwrite64', 'fsync', 'fdatasync', 'ftruncate', 'unlink'];

const newFolder = createScratch();
const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

const findObstacle = (): string => {
	const {error, status} = spawnSync(STRACE, ['-qq', '-o', '/dev/null', '-e', 'inject=openat:signal=KILL:when=1', 'true']);
	if (error !== undefined) return 'no strace here';
	return status === null || status === 137 ? '' : 'strace may not trace here';
};
const OBSTACLE = findObstacle();
const NO_STRACE = OBSTACLE === '' ? '' : ` (skipped: ${OBSTACLE})`;

const buildWorker = (folder: string): string => {
	const outfile = path.join(folder, 'store-worker.cjs');
	buildSync({entryPoints: [here('./store-worker.ts')], bundle: true, platform: 'node', format: 'cjs', external: ['better-sqlite3'], outfile});
	return outfile;
};

/** Lets the program work on a store under strace, which sees only what is done to that; returns what it said. */
const work = (program: string, order: Order, file: string, ...options: readonly string[]): readonly string[] => {
	const paths = [file, `${file}-wal`, `${file}-shm`].flatMap(name => ['-P', name]);
	const args = ['-f', '-qq', ...paths, ...options, process.execPath, program, order, file];
	const env = {...process.env, NODE_PATH: here('../../../node_modules')};
	return spawnSync(STRACE, args, {encoding: 'utf8', env}).stdout.split('\n').slice(0, -1);
};

type Point = {readonly syscall: string; readonly when: number};

/** Every system call with which a store is written, in order. */
const findPoints = (program: string, order: Order, file: string): readonly Point[] => {
	const trace = `${file}.trace`;
	expect(work(program, order, file, '-o', trace, '-e', `trace=${WRITES.join(',')}`).at(-1)).toBe('done');
	const counts = new Map<string, number>();
	return [...readFileSync(trace, 'latin1').matchAll(/^\d+ +(\w+)\(/gm)].map(([, syscall = '']) => {
		const when = (counts.get(syscall) ?? 0) + 1;
		counts.set(syscall, when);
		return {syscall, when};
	});
};

const choose = (points: readonly Point[]): readonly Point[] => {
	const step = IS_ALL ? 1 : Math.max(1, points.length / SAMPLE);
	return points.filter((_, index) => Math.floor(index / step) > Math.floor((index - 1) / step));
};

const makeStore = (): string => {
	const file = path.join(newFolder(), 'monitoring.db');
	openSqliteStore(file, {create: true}).close();
	return file;
};

/** A store as the first rad made it, with a run. */
const makeOldStore = (): string => {
	const file = path.join(newFolder(), 'monitoring.db');
	const database = new Database(file);
	database.pragma('journal_mode = WAL');
	database.exec(MIGRATIONS[0] ?? '');
	database
		.prepare(
			"INSERT INTO runs (id, workflow, status, started_at, owner_pid, owner_start, owner_boot, plan_json) VALUES (?, 'wf', 'completed', 1, 1, '1', 'b', '{}')",
		)
		.run(anId('run'));
	database.pragma(`application_id = ${APPLICATION_ID}`);
	database.pragma('user_version = 1');
	database.close();
	return file;
};

const countOf = (words: readonly string[], word: string): number => words.filter(said => said === word).length;

/** What was acknowledged is there, and of what was not, at most the one write that was under way, whole. */
const expectAcknowledged = async (file: string, said: readonly string[], story: string): Promise<void> => {
	const database = new Database(file);
	expect(database.pragma('integrity_check', {simple: true}), story).toBe('ok');
	database.close();
	const store = openSqliteStore(file, {create: false});
	const events = (await store.listEvents(0, 100)).map(({event}) => event.type);
	const found = [
		(await store.listRuns()).length + (await store.listSteps(anId('run'))).length,
		(await store.listAttempts(anId('run'))).length + countOf(events, 'agent.registered'),
		(await store.listUsage({})).length * 2,
		countOf(events, 'step.attempt-ended') + (await store.listAgents({})).filter(({status}) => status === 'completed').length,
	];
	const acknowledged = ['run', 'agent', 'response', 'end'].map(word => countOf(said, word) * 2);
	const more = found.map((count, index) => count - (acknowledged[index] ?? 0));
	expect(
		more.every(count => count === 0 || count === 2),
		`${story}: ${more}`,
	).toBe(true);
	expect(more.filter(count => count > 0).length, story).toBeLessThan(2);
	store.close();
};

describe.skipIf(OBSTACLE !== '')(`a store whose disk is cut off from a program${NO_STRACE}`, () => {
	it('holds all that was acknowledged when the program is killed at any write', {timeout: HANG_MS}, async () => {
		const program = buildWorker(newFolder());
		const points = choose(findPoints(program, 'record', makeStore()));

		let killed = 0;
		for (const {syscall, when} of points) {
			const file = makeStore();
			const said = work(program, 'record', file, '-o', '/dev/null', '-e', `trace=${syscall}`, '-e', `inject=${syscall}:signal=KILL:when=${when}`);
			if (said.at(-1) !== 'done') killed += 1;
			await expectAcknowledged(file, said, `killed at ${syscall} ${when}`);
		}

		expect(killed).toBe(points.length);
	});

	it('has the old schema or the new one when the program is killed while it brings it to the new one', {timeout: HANG_MS}, async () => {
		const program = buildWorker(newFolder());
		const points = choose(findPoints(program, 'open', makeOldStore()));

		const versions = new Set<unknown>();
		for (const {syscall, when} of points) {
			const file = makeOldStore();
			const said = work(program, 'open', file, '-o', '/dev/null', '-e', `trace=${syscall}`, '-e', `inject=${syscall}:signal=KILL:when=${when}`);
			expect(said).toEqual([]);
			const database = new Database(file);
			const version = database.pragma('user_version', {simple: true});
			const columns = database.pragma('table_info(agents)') as readonly unknown[];
			database.close();
			versions.add(version);
			expect([version, columns.length], `killed at ${syscall} ${when}`).toEqual(version === 1 ? [1, 21] : [MIGRATIONS.length, 26]);
			const store = openSqliteStore(file, {create: false});
			expect((await store.listRuns()).map(({id}) => id)).toEqual([anId('run')]);
			store.close();
		}

		expect(versions).toEqual(new Set([1, MIGRATIONS.length]));
	});

	it('is named as one whose disk fails, and holds all that was acknowledged, when reads, writes or their making sure of it fail', {
		timeout: HANG_MS,
	}, async () => {
		const program = buildWorker(newFolder());
		const sound = makeStore();
		const writes = ['pwrite64', 'fsync'].flatMap(syscall => [1, 2, 4].map(when => ({syscall, when})));
		// Of later pages that cannot be read SQLite says that they are malformed.
		const shots = [...writes, {syscall: 'pread64', when: 1}, {syscall: 'pread64', when: 2}];

		for (const {syscall, when} of shots) {
			const file = path.join(newFolder(), 'monitoring.db');
			copyFileSync(sound, file);
			const said = work(program, 'record', file, '-o', '/dev/null', '-e', `trace=${syscall}`, '-e', `inject=${syscall}:error=EIO:when=${when}+`);
			expect(said.at(-1), `${syscall} fails from the ${when}. on`).toBe('STORE_FAILED');
			await expectAcknowledged(file, said, `${syscall} fails from the ${when}. on`);
		}
	});

	it('ends a run with 5 when writing fails, without a process left, and the run can be gone on with', async () => {
		const scratch = await makeScratch(newFolder(), {flow: 'version: 1\nsteps:\n  - { id: one, run: echo one }\n  - { id: two, run: echo two }\n'});
		const log = path.join(scratch.cwd, '.radium/monitoring.db-wal');
		const options = ['-f', '--seccomp-bpf', '-qq', '-o', '/dev/null', '-P', log, '-e', 'trace=pwrite64', '-e', 'inject=pwrite64:error=EIO:when=30+'];
		const {cwd, home} = scratch;
		const child = spawn(STRACE, [...options, process.execPath, BIN, 'run', 'flow'], {
			cwd,
			env: toTestEnvironment(home),
			stdio: ['ignore', 'ignore', 'pipe'],
		});
		let stderr = '';
		child.stderr.setEncoding('utf8').on('data', (text: string) => {
			stderr += text;
		});
		const code = await new Promise(resolve => child.once('close', resolve));

		expect([code, stderr]).toEqual([5, expect.stringContaining('The disk of the store fails')]);
		const {id, status} = await runOf(scratch);
		expect(status).toBe('interrupted');
		expect(createProcessTable(process.platform).findMarked('RAD_RUN_ID', id)).toEqual([]);
		expect(await rad(['resume', id], scratch)).toMatchObject({code: 0});
	});
});
