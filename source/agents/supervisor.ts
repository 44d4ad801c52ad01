import {spawn} from 'node:child_process';
import {closeSync, constants, existsSync, openSync} from 'node:fs';
import path from 'node:path';
import type {Clock} from '../domain/clock.ts';
import type {AgentId, RunId} from '../domain/ids.ts';
import type {ProcessIdentity} from '../domain/records.ts';
import {attemptFiles, prepareAttempt, readExit, readStart, type ShimExit, type ShimStart, writeJson, writePassingJson} from './attempt-files.ts';
import type {Launch} from './engine.ts';
import {createPause} from './pause.ts';
import type {ProcessTable} from './process-table.ts';
import {GRACES, stopProcesses} from './stop-processes.ts';

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
	readonly idleTimeoutMs: number | null;
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
	/**
	 * Tells the shim that this rad looks after its agent now, in place of one that is gone; resolves when the agent runs or has ended already.
	 * A shim that died before it could start its agent leaves an ending that says so.
	 */
	readonly adopt: (directory: string, agentId: AgentId) => Promise<ProcessIdentity | undefined>;
	/** How the attempt of this folder stands; `gone`: neither shim nor ending, so it is lost. */
	readonly look: (directory: string) => AttemptState;
	/** Aborted when the shim that this rad started for the attempt of this folder is gone; undefined for that of another rad, and of one that is gone. */
	readonly over: (directory: string) => AbortSignal | undefined;
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
// The graces of the shim are over by then; what is left is done without it.
const SHIM_LIMIT_MS = GRACES.interruptMs + GRACES.terminateMs + 3000;

export const createSupervisor = (options: SupervisorOptions): Supervisor => {
	const {processes, clock} = options;
	const look = (directory: string): AttemptState => {
		const start = readStart(directory);
		// While its shim lives an ending cannot be true, whoever wrote it.
		if (start !== undefined && processes.isAlive(start.shim)) return {kind: 'running', start};
		const exit = readExit(directory);
		if (exit !== undefined) return {kind: 'ended', exit};
		const isStarting = start === undefined && existsSync(attemptFiles(directory).spec);
		return isStarting ? {kind: 'starting'} : {kind: 'gone'};
	};
	const awaitStart = async (directory: string, problem: () => string | undefined): Promise<ProcessIdentity | undefined> => {
		const deadline = clock.elapsed() + START_LIMIT_MS;
		const isStarting = (): boolean => look(directory).kind === 'starting';
		const pause = createPause(clock, POLL_MS);
		while (isStarting() && problem() === undefined && clock.elapsed() < deadline) await pause();
		if (isStarting()) endUnstarted(directory, problem() ?? 'it gave no sign of life', clock);
		return readStart(directory)?.agent;
	};
	const atWork = new Map<string, AbortSignal>();
	return {
		look,
		over: directory => atWork.get(directory),
		adopt: (directory, agentId) => {
			writePassingJson(attemptFiles(directory).owner, options.self);
			return awaitStart(directory, () => (processes.findMarked(AGENT_MARK, agentId).length === 0 ? 'its shim is gone' : undefined));
		},
		start: attempt => {
			prepareAttempt(attempt.directory, toSpec(attempt, options.self), attempt.launch);
			const {problem, over} = startShim(attempt, options);
			atWork.set(attempt.directory, over);
			over.addEventListener('abort', () => atWork.delete(attempt.directory), {once: true});
			return awaitStart(attempt.directory, problem);
		},
		stop: async (directory, agentId, how) => {
			const mark = {name: AGENT_MARK, value: agentId};
			const start = readStart(directory);
			if (how === 'graceful' && start !== undefined && processes.signal(start.shim, 'SIGINT')) {
				const deadline = clock.elapsed() + SHIM_LIMIT_MS;
				while (look(directory).kind === 'running' && clock.elapsed() < deadline) await clock.sleep(STOP_POLL_MS);
			}
			// The number of an agent that is long gone may be another's.
			const leader = start !== undefined && processes.isAlive(start.agent) ? start.agent : undefined;
			await stopProcesses({leader, mark, except: []}, how, {processes, clock});
		},
	};
};

const toSpec = (attempt: AttemptStart, owner: ProcessIdentity) => ({
	launch: {
		file: attempt.launch.file,
		args: attempt.launch.args,
		recordsDirectory: attempt.launch.recordsDirectory,
		isContinued: attempt.launch.isContinued,
	},
	workspaceRoot: attempt.workspaceRoot,
	mark: {name: AGENT_MARK, value: attempt.agentId},
	timeoutMs: attempt.timeoutMs,
	idleTimeoutMs: attempt.idleTimeoutMs,
	unattendedMs: attempt.unattendedMs,
	owner,
});

/** What became of the program between rad and the agent; `problem` is undefined while it lives. */
type StartedShim = {readonly problem: () => string | undefined; readonly over: AbortSignal};

/**
 * Starts the shim with an environment of its own: a variable that keeps Node from starting must not keep the agent's keeper from it.
 * It carries the marks, so that it is found with its agent.
 */
const startShim = (attempt: AttemptStart, {nodePath, shimFile}: SupervisorOptions): StartedShim => {
	const flags = constants.O_CREAT | constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW;
	const log = openSync(path.join(attempt.directory, 'shim.log'), flags, 0o600);
	const over = new AbortController();
	let problem: string | undefined;
	try {
		const marks = {[RUN_MARK]: attempt.runId, [AGENT_MARK]: attempt.agentId};
		const env = {PATH: attempt.environment['PATH'], ...marks};
		const shim = spawn(nodePath, [shimFile, attempt.directory], {cwd: attempt.workspaceRoot, env, detached: true, stdio: ['pipe', log, log]});
		shim.once('error', error => {
			problem = error.message;
			over.abort();
		});
		shim.once('exit', code => {
			problem ??= `its shim ended with ${code ?? 'a signal'}; see shim.log in ${attempt.directory}`;
			over.abort();
		});
		// A shim that is gone before it has read is told by its exit.
		shim.stdin?.once('error', () => {});
		shim.stdin?.end(JSON.stringify({...attempt.environment, ...attempt.launch.env, ...marks}));
		shim.unref();
		return {problem: () => problem, over: over.signal};
	} finally {
		closeSync(log);
	}
};

const endUnstarted = (directory: string, error: string, clock: Clock): void =>
	writeJson(attemptFiles(directory).exit, {
		reason: 'not-started',
		code: null,
		signal: null,
		error,
		endedAt: clock.now(),
		leftovers: 0,
	} satisfies ShimExit);
