import {type ChildProcess, spawn} from 'node:child_process';
import {closeSync, constants, openSync, statSync} from 'node:fs';
import type {Clock} from '../../domain/clock.ts';
import type {ProcessIdentity} from '../../domain/records.ts';
import {attemptFiles, readOwner, readSpec, type ShimExit, type ShimSpec, writeJson, writePassingJson} from '../attempt-files.ts';
import type {ProcessTable} from '../process-table.ts';
import {stopProcesses} from '../stop-processes.ts';

const WATCH_MS = 500;

export type ShimOptions = {
	readonly directory: string;
	/** The agent's whole environment. */
	readonly environment: Readonly<Record<string, string>>;
	readonly self: ProcessIdentity;
	readonly processes: ProcessTable;
	readonly clock: Clock;
	/** Registers what to do when rad asks this shim to stop its agent. */
	readonly onStop: (stop: (how: 'graceful' | 'now') => void) => void;
};

/**
 * Runs one agent and outlives rad: starts it with files as outputs, enforces its time limit and the limit for going on unattended,
 * stops it when asked, stops what it left behind, and writes down how it ended. Resolves when nothing of the agent is left.
 */
export const runShim = async (options: ShimOptions): Promise<void> => {
	const {directory, clock, processes, self} = options;
	const files = attemptFiles(directory);
	const spec = readSpec(directory);
	if (spec === undefined) throw new Error(`there is no spec in ${directory}`);
	const child = startAgent(directory, spec, options.environment);
	const ended = child instanceof Error ? Promise.resolve(toNeverStarted(child)) : waitForEnd(child);
	const agent = child instanceof Error || child.pid === undefined ? undefined : processes.identify(child.pid);
	if (agent !== undefined) writePassingJson(files.pid, {shim: self, agent});

	const target = {leader: agent, mark: spec.mark, except: [self.pid]};
	let reason: ShimExit['reason'] = 'exited';
	let stopping: Promise<number> | undefined;
	const stop = (why: ShimExit['reason'], how: 'graceful' | 'now'): void => {
		if (stopping !== undefined && how === 'graceful') return;
		if (stopping === undefined) reason = why;
		stopping = stopProcesses(target, how, {processes, clock});
	};
	options.onStop(how => stop('stopped', how));
	const watch = watchLimits(spec, options, why => stop(why, 'graceful'));

	const end = await ended;
	watch.abort();
	await stopping;
	const leftovers = await stopProcesses(target, 'terminate', {processes, clock});
	writeJson(files.exit, {...end, reason: end.error === null ? reason : 'not-started', endedAt: clock.now(), leftovers} satisfies ShimExit);
};

const startAgent = (directory: string, spec: ShimSpec, environment: ShimOptions['environment']): ChildProcess | Error => {
	const files = attemptFiles(directory);
	const open = (file: string, flags: number): number => openSync(file, flags | constants.O_NOFOLLOW);
	const handles = [open(files.stdin, constants.O_RDONLY), open(files.stdout, append), open(files.stderr, append)];
	try {
		// A session of its own: no terminal to read passwords from, and one group to signal.
		return spawn(spec.launch.file, [...spec.launch.args], {cwd: spec.workspaceRoot, env: environment, detached: true, stdio: handles});
	} catch (error) {
		// A word with a NUL in it, or more words than the system takes.
		return error instanceof Error ? error : new Error(String(error));
	} finally {
		for (const handle of handles) closeSync(handle);
	}
};

const append = constants.O_WRONLY | constants.O_APPEND;

type End = Pick<ShimExit, 'code' | 'signal' | 'error'>;

const toNeverStarted = (error: Error): End => ({code: null, signal: null, error: error.message});

// `exit`, never `close`: a grandchild that keeps the outputs open must not hold the step.
const waitForEnd = (child: ChildProcess): Promise<End> =>
	new Promise(resolve => {
		child.once('exit', (code, signal) => resolve({code, signal, error: null}));
		child.once('error', error => resolve(toNeverStarted(error)));
	});

/**
 * Watches the time, the outputs and the owner. Durations are counted in ticks that were really slept, so a suspended machine declares
 * nobody dead.
 */
const watchLimits = (spec: ShimSpec, {directory, clock, processes}: ShimOptions, stop: (why: Limit) => void): AbortController => {
	const controller = new AbortController();
	const watch = async (): Promise<void> => {
		let runMs = 0;
		let unattendedMs = 0;
		let idleMs = 0;
		let printed = 0;
		while (!controller.signal.aborted) {
			await clock.sleep(WATCH_MS, controller.signal);
			runMs += WATCH_MS;
			unattendedMs = processes.isAlive(readOwner(directory) ?? spec.owner) ? 0 : unattendedMs + WATCH_MS;
			const size = spec.idleTimeoutMs === null ? 0 : measureOutputs(directory);
			idleMs = size === printed ? idleMs + WATCH_MS : 0;
			printed = size;
			if (spec.timeoutMs !== null && runMs >= spec.timeoutMs) return stop('timeout');
			if (spec.idleTimeoutMs !== null && idleMs >= spec.idleTimeoutMs) return stop('idle');
			if (unattendedMs > spec.unattendedMs) return stop('unattended');
		}
	};
	void watch();
	return controller;
};

type Limit = Extract<ShimExit['reason'], 'timeout' | 'idle' | 'unattended'>;

const measureOutputs = (directory: string): number => {
	const {stdout, stderr} = attemptFiles(directory);
	return [stdout, stderr].reduce((sum, file) => sum + (statSync(file, {throwIfNoEntry: false})?.size ?? 0), 0);
};
