import {existsSync, fstatSync, statSync, writeSync} from 'node:fs';
import {markerIn} from './checkpoint/restore-marker.ts';
import {READ_COMMANDS} from './cli/read-commands.ts';
import {type ReadOptions, runRead} from './cli/run-read.ts';
import type {Sink} from './cli/streams.ts';
import {isFailure} from './domain/failures.ts';
import type {RadReads} from './domain/rad.ts';
import type {ProcessIdentity} from './domain/records.ts';
import {collectSecrets, createRedactor} from './logs/redactor.ts';
import {createMonitor, createTelemetry} from './monitoring/monitor-service.ts';
import {openSqliteReads, type StoreReads} from './monitoring/sqlite-store.ts';
import {toProgramName} from './program.ts';
import {createSystemClock} from './system-clock.ts';
import {createRunReads} from './workflow/run-reads.ts';
import {isUpkeepDue} from './workflow/upkeep-due.ts';
import {findWorkspace, toRealDirectory} from './workspace/find-workspace.ts';
import {findWorkspaceKind} from './workspace/workspace-kind.ts';

/**
 * Does what the words say when that is only to look at a workspace in which all is well, without loading the rest of the program, and sets the
 * exit code. False when it takes the whole program: nothing was done then.
 */
export const runQuickly = async (host: NodeJS.Process): Promise<boolean> => {
	const {env: environment} = host;
	const code = await runRead(
		{
			argv: host.argv.slice(2),
			streams: toStreams(host),
			environment,
			directory: host.cwd(),
			clock: createSystemClock(),
			signal: new AbortController().signal,
			redact: createRedactor({secrets: collectSecrets(environment)}).redact,
			program: toProgramName(host.argv[1] ?? ''),
			open: directory => openReads(host, directory),
		},
		READ_COMMANDS,
	);
	if (code === undefined) return false;
	host.exitCode = code;
	return true;
};

/** Undefined where a restore was cut short, where the store cannot be written, or where what a crash left must be put right first. */
const openReads = async (host: NodeJS.Process, directory: string): Promise<RadReads | undefined> => {
	const layout = findWorkspace(directory, host.getuid?.());
	if (existsSync(markerIn(layout.root))) return undefined;
	const store = openReadsOrNone(layout.database);
	if (store === undefined) return undefined;
	const nothing = async (): Promise<void> => {};
	// Loaded only where a run is not over: for some systems it starts other programs.
	const isAlive = async (owner: ProcessIdentity): Promise<boolean> =>
		(await import('./agents/create-process-table.ts')).createProcessTable(host.platform).isAlive(owner);
	try {
		if (await isUpkeepDue({store, isAlive, worktrees: layout.worktrees})) {
			store.close();
			return undefined;
		}
	} catch (error) {
		store.close();
		throw error;
	}
	return {
		workspace: {root: layout.root, kind: findWorkspaceKind(layout.root), directory: toRealDirectory(directory)},
		runs: createRunReads(store, nothing),
		monitor: createMonitor(store, nothing),
		telemetry: createTelemetry(store),
		close: async () => store.close(),
	};
};

/** Undefined for a store that cannot be written: whoever only looks needs a copy of it. */
const openReadsOrNone = (database: string): StoreReads | undefined => {
	try {
		return openSqliteReads(database);
	} catch (error) {
		if (isFailure(error, 'STORE_READ_ONLY', 'STORE_FULL')) return undefined;
		throw error;
	}
};

/** Node.js loads its network for its own streams, which takes as long as the rest of a command: they are used for terminals only. */
const toStreams = (host: NodeJS.Process): ReadOptions['streams'] => {
	const [isOutTerminal, isErrTerminal] = [isTerminal(host, 1), isTerminal(host, 2)];
	const {NO_COLOR = '', TERM} = host.env;
	return {
		out: isOutTerminal ? host.stdout : createSink(1, () => host.stdout),
		err: isErrTerminal ? host.stderr : createSink(2, () => host.stderr),
		isOutTerminal,
		isErrTerminal,
		columns: (isOutTerminal ? host.stdout.columns : undefined) ?? (isErrTerminal ? host.stderr.columns : undefined) ?? 80,
		color: NO_COLOR === '' && TERM !== 'dumb',
	};
};

const isTerminal = (host: NodeJS.Process, handle: 1 | 2): boolean => {
	const stat = fstatSync(handle);
	return (
		stat.isCharacterDevice() && stat.rdev !== statSync('/dev/null', {throwIfNoEntry: false})?.rdev && (handle === 1 ? host.stdout : host.stderr).isTTY
	);
};

/** A file or pipe; what a pipe that somebody made non-blocking does not take at once is left to Node.js. */
const createSink = (handle: 1 | 2, toStream: () => NodeJS.WritableStream): Sink => ({
	on: () => undefined,
	write: (data, done) => {
		let rest = typeof data === 'string' ? Buffer.from(data) : data;
		try {
			while (rest.length > 0) rest = rest.subarray(writeSync(handle, rest));
		} catch (error) {
			if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') toStream().write(rest, done);
			else done(error);
			return;
		}
		done();
	},
});
