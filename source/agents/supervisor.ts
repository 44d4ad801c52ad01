import {spawn} from 'node:child_process';
import {closeSync, constants, openSync} from 'node:fs';
import path from 'node:path';
import type {Clock} from '../domain/clock.ts';
import type {AgentId, RunId} from '../domain/ids.ts';
import type {ProcessIdentity} from '../domain/records.ts';
import {prepareAttempt, readExit, readStart, type ShimExit, type ShimStart} from './attempt-files.ts';
import type {Launch} from './engine.ts';
import type {ProcessTable} from './process-table.ts';
import {stopProcesses} from './stop-processes.ts';

/** The variables by which every process of an agent, and of a run, is found again. */
export const AGENT_MARK = 'RAD_AGENT_ID';
export const RUN_MARK = 'RAD_RUN_ID';

export type AttemptStart = {
	readonly directory: string;
	readonly runId: RunId;
	readonly agentId: AgentId;
	readonly launch: Launch;
	/** The whole environment of the agent but the marks and `launch.env`. */
	readonly environment: Readonly<Record<string, string>>;
	readonly workspaceRoot: string;
	readonly timeoutMs: number | null;
	readonly unattendedMs: number;
};

export type SupervisorOptions = {
	readonly nodePath: string;
	/** The built shim program. */
	readonly shimFile: string;
	readonly self: ProcessIdentity;
	readonly processes: ProcessTable;
	readonly clock: Clock;
};

export type Supervisor = {
	/** Starts an agent under a shim of its own; resolves when the agent runs or has ended already. */
	readonly start: (attempt: AttemptStart) => Promise<ProcessIdentity | undefined>;
	/** How the attempt of this folder stands; `gone`: neither shim nor ending, so it is lost. */
	readonly look: (directory: string) => AttemptState;
	/** Asks the shim to stop its agent and waits until nothing is left; does the shim's work itself when the shim is gone. */
	readonly stop: (directory: string, agentId: AgentId, how: 'graceful' | 'now') => Promise<void>;
};

export type AttemptState =
	| {readonly kind: 'starting'}
	| {readonly kind: 'running'; readonly start: ShimStart}
	| {readonly kind: 'ended'; readonly exit: ShimExit}
	| {readonly kind: 'gone'};

const POLL_MS = 20;
const STOP_POLL_MS = 50;
// A shim that has not written its first file by then was killed or could not start.
const START_LIMIT_MS = 20_000;

export const createSupervisor = (options: SupervisorOptions): Supervisor => {
	const {processes, clock} = options;
	const look = (directory: string): AttemptState => {
		const exit = readExit(directory);
		if (exit !== undefined) return {kind: 'ended', exit};
		const start = readStart(directory);
		if (start === undefined) return {kind: 'starting'};
		if (processes.isAlive(start.shim)) return {kind: 'running', start};
		// It may have written its last file between the two looks.
		const last = readExit(directory);
		return last === undefined ? {kind: 'gone'} : {kind: 'ended', exit: last};
	};
	return {
		look,
		start: async attempt => {
			prepareAttempt(attempt.directory, toSpec(attempt, options.self), attempt.launch.stdin);
			startShim(attempt, options);
			const deadline = clock.now() + START_LIMIT_MS;
			while (look(attempt.directory).kind === 'starting' && clock.now() < deadline) await clock.sleep(POLL_MS);
			return readStart(attempt.directory)?.agent;
		},
		stop: async (directory, agentId, how) => {
			const mark = {name: AGENT_MARK, value: agentId};
			const start = readStart(directory);
			if (how === 'graceful' && start !== undefined && processes.signal(start.shim, 'SIGINT')) {
				while (look(directory).kind === 'running') await clock.sleep(STOP_POLL_MS);
			}
			await stopProcesses({leader: start?.agent, mark, except: []}, how, {processes, clock});
		},
	};
};

const toSpec = (attempt: AttemptStart, owner: ProcessIdentity) => ({
	launch: {file: attempt.launch.file, args: attempt.launch.args},
	workspaceRoot: attempt.workspaceRoot,
	mark: {name: AGENT_MARK, value: attempt.agentId},
	timeoutMs: attempt.timeoutMs,
	unattendedMs: attempt.unattendedMs,
	owner,
});

const startShim = (attempt: AttemptStart, {nodePath, shimFile}: SupervisorOptions): void => {
	const flags = constants.O_CREAT | constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW;
	const log = openSync(path.join(attempt.directory, 'shim.log'), flags, 0o600);
	try {
		const environment = {...attempt.environment, ...attempt.launch.env, [RUN_MARK]: attempt.runId, [AGENT_MARK]: attempt.agentId};
		const shim = spawn(nodePath, [shimFile, attempt.directory], {
			cwd: attempt.workspaceRoot,
			env: environment,
			detached: true,
			stdio: ['ignore', log, log],
		});
		// A shim that cannot be started is seen by what it does not write.
		shim.once('error', () => {});
		shim.unref();
	} finally {
		closeSync(log);
	}
};
