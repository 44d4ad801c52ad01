import {type ChildProcess, spawn} from 'node:child_process';
import {Socket} from 'node:net';
import path from 'node:path';
import type {ProcessTable} from '../agents/process-table.ts';
import {stopProcesses} from '../agents/stop-processes.ts';
import type {Clock} from '../domain/clock.ts';
import type {NotifyCommand} from '../domain/configuration.ts';

/** What the command is told, and nowhere but in its environment. */
export type NotifyVariables = Readonly<Record<`RAD_NOTIFY_${'KIND' | 'RUN' | 'WORKFLOW' | 'TEXT' | 'WORKSPACE'}`, string>>;

export type NotifyPorts = {
	readonly processes: ProcessTable;
	readonly clock: Clock;
	/** The environment that rad itself was started with. */
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** A text that nobody else has. */
	readonly createToken: () => string;
};

/** How long the command may take. */
const LIMIT_MS = 10_000;
const LIFELINE_MS = 1000;

/** By which every process of one call is found again. */
const MARK = 'RAD_NOTIFY_ID';

/**
 * Becomes the user's shell, in a group of its own, after it has left a guard in that group. The guard kills the group when the pipe is closed
 * at its other end: by rad, or by the system when rad is gone.
 */
const GUARDED = '(read -r line <&3; kill -s KILL -- "-$$") & exec 3<&-; exec /bin/sh -c "$1"';

/**
 * Runs the user's command, with the folder of its file as the current one: a relative path must not lead into a repository. It has nothing to
 * read from, and its output goes nowhere. Resolves when it has ended, its time is over or the signal was aborted, and nothing of it is left.
 *
 * @returns what went wrong, as the end of a sentence; undefined for nothing, also when it was stopped by the signal.
 */
export const runNotifyCommand = async (
	{command, file}: NotifyCommand,
	variables: NotifyVariables,
	ports: NotifyPorts,
	signal: AbortSignal,
): Promise<string | undefined> => {
	if (signal.aborted) return undefined;
	const id = ports.createToken();
	const child = spawn('/bin/sh', ['-c', GUARDED, 'rad-notify', command], {
		cwd: path.dirname(file),
		env: {...inherit(ports.environment), ...variables, [MARK]: id},
		detached: true,
		stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
	});
	const lifeline = watchLifeline(child);
	const leader = child.pid === undefined ? undefined : ports.processes.identify(child.pid);
	const end = await waitForEnd(child, ports.clock, signal);
	await lifeline.cut(ports.clock);
	// Those that left the group.
	await stopProcesses({leader, mark: {name: MARK, value: id}, except: []}, 'now', ports);
	if (end !== undefined) return describeEnd(end);
	return signal.aborted ? undefined : `had not ended after ${LIMIT_MS / 1000} s and was stopped`;
};

/** What rad was told as a part of an agent or for its own start, and what an agent alone may use. */
const OF_RAD = /^(?:NODE_ENV|RAD_(?:RUN_ID|AGENT_ID|STEP_ID|WORKSPACE|OUTPUT|ARTIFACTS|REQUEST_TOKEN|LAUNCHED|NOTIFY_.*))$/;

const inherit = (environment: NotifyPorts['environment']): NotifyPorts['environment'] =>
	Object.fromEntries(Object.entries(environment).filter(([name]) => !OF_RAD.test(name)));

type Lifeline = {
	/** Lets the guard kill the group; resolves when it has. */
	readonly cut: (clock: Clock) => Promise<void>;
};

const watchLifeline = ({stdio}: ChildProcess): Lifeline => {
	const pipe = stdio[3];
	// There is none where no process could be started.
	if (!(pipe instanceof Socket)) return {cut: async () => undefined};
	const isClosed = new AbortController();
	// Its other end is the guard's alone.
	pipe.once('close', () => isClosed.abort());
	pipe.on('error', () => undefined);
	pipe.resume();
	return {
		cut: async clock => {
			pipe.end();
			await clock.sleep(LIFELINE_MS, isClosed.signal);
			pipe.destroy();
		},
	};
};

type End = {readonly code: number | null; readonly signal: string | null; readonly error: Error | null};

/** Undefined when it did not end in time, or before the signal was aborted. */
const waitForEnd = async (child: ChildProcess, clock: Clock, signal: AbortSignal): Promise<End | undefined> => {
	const over = new AbortController();
	const ended = new Promise<End>(resolve => {
		child.once('exit', (code, killed) => resolve({code, signal: killed, error: null}));
		child.once('error', error => resolve({code: null, signal: null, error}));
	});
	const end = await Promise.race([ended, clock.sleep(LIMIT_MS, AbortSignal.any([signal, over.signal])).then(() => undefined)]);
	over.abort();
	return end;
};

const describeEnd = ({code, signal, error}: End): string | undefined => {
	if (error !== null) return `could not be started: ${error.message}`;
	if (signal !== null) return `was ended by ${signal}`;
	return code === 0 ? undefined : `failed with exit code ${code}`;
};
