import {type ChildProcess, spawn} from 'node:child_process';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {buildSync} from 'esbuild';
import type {Scratch} from '../../support/scratch-repo.ts';
import type {Order} from './restore-worker.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Builds the program that restores; returns its path, in the scratch folder. */
export const buildWorker = (folder: string): string => {
	const outfile = join(folder, 'restore-worker.cjs');
	buildSync({entryPoints: [here('./restore-worker.ts')], bundle: true, platform: 'node', format: 'cjs', external: ['better-sqlite3'], outfile});
	return outfile;
};

/** A started program that has loaded everything and waits for its order. */
export type Worker = {
	readonly pid: number;
	readonly order: (order: Order) => void;
	/** What it said last: `done`, `failed CODE`, or `killed` when it could say nothing any more. */
	readonly ended: Promise<string>;
	/** Ends it at once, with or without the processes that it started. */
	readonly kill: (how: 'alone' | 'with its group') => void;
};

/** Starts the program in a process group of its own; resolves when it is ready. */
export const startWorker = async (program: string): Promise<Worker> => {
	const child = spawn(process.execPath, [program], {
		detached: true,
		stdio: ['pipe', 'pipe', 'inherit'],
		// One thread for files, so that a count of its system calls means the same each time.
		env: {...process.env, NODE_PATH: here('../../../node_modules'), UV_THREADPOOL_SIZE: '1'},
	});
	const {pid} = child;
	if (pid === undefined) throw new Error('the restoring program could not be started');
	const lines: string[] = [];
	const ready = listen(child, lines);
	const ended = new Promise<string>(resolve => child.once('close', () => resolve(lines.find(line => line !== 'ready') ?? 'killed')));
	await ready;
	return {
		pid,
		order: order => void child.stdin?.end(`${JSON.stringify(order)}\n`),
		ended,
		kill: how => {
			if (child.exitCode === null && child.signalCode === null) process.kill(how === 'alone' ? pid : -pid, 'SIGKILL');
		},
	};
};

const listen = (child: ChildProcess, lines: string[]): Promise<void> =>
	new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('exit', () => reject(new Error('the restoring program ended before it was ready')));
		child.stdin?.on('error', () => undefined);
		if (child.stdout === null) throw new Error('the restoring program has no output');
		createInterface({input: child.stdout}).on('line', line => {
			lines.push(line);
			if (line === 'ready') resolve();
		});
	});

export const toOrder = ({root, stateDirectory, environment}: Scratch, checkpoint: string): Order => ({
	scratch: {root, stateDirectory, environment},
	checkpoint,
});
