import {closeSync, constants, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import type {ProcessIdentity} from '../domain/records.ts';
import type {Launch} from './engine.ts';

/**
 * The folder of one attempt: everything that the shim and rad tell each other, and that either finds again when the other died.
 * The agent's outputs are files, never pipes: a pipe breaks when rad dies, and the agent with it, at its end, after all the work.
 */
export const attemptFiles = (directory: string) => ({
	spec: path.join(directory, 'spec.json'),
	stdin: path.join(directory, 'stdin'),
	stdout: path.join(directory, 'stdout'),
	stderr: path.join(directory, 'stderr'),
	/** Written by the shim when the agent was started. */
	pid: path.join(directory, 'pid.json'),
	/** Written by a rad that looks after the attempt in place of the one that started it. */
	owner: path.join(directory, 'owner.json'),
	/** Written by a rad that stops the agent for what it has spent. */
	stop: path.join(directory, 'stop.json'),
	/** Written by the shim when nothing of the agent is left. */
	exit: path.join(directory, 'exit.json'),
	/** `key=value` lines that a shell step hands on to later steps. */
	output: path.join(directory, 'output'),
	/** Folder of the files that are kept of it. */
	artifacts: path.join(directory, 'artifacts'),
});

/** What the shim is told. */
export type ShimSpec = {
	readonly launch: Omit<Launch, 'env' | 'stdin' | 'files'>;
	readonly workspaceRoot: string;
	/** The environment variable that marks every process of this agent. */
	readonly mark: {readonly name: string; readonly value: string};
	/** Wall time after which the agent is stopped; null for none. */
	readonly timeoutMs: number | null;
	/** Time without any output after which the agent is stopped; null for none. */
	readonly idleTimeoutMs: number | null;
	/** How long the agent may go on when the owner is gone. */
	readonly unattendedMs: number;
	readonly owner: ProcessIdentity;
};

/** How an agent's processes ended. */
export type ShimExit = {
	readonly reason: 'exited' | 'timeout' | 'idle' | 'stopped' | 'unattended' | 'not-started';
	/** Null after a signal. */
	readonly code: number | null;
	readonly signal: string | null;
	/** Why it could not be started; the system's words. */
	readonly error: string | null;
	readonly endedAt: number;
	/** How many processes it had left behind that had to be stopped. */
	readonly leftovers: number;
};

export type ShimStart = {readonly shim: ProcessIdentity; readonly agent: ProcessIdentity};

/** Makes the folder and what the shim needs in it; for the owner's eyes only. */
export const prepareAttempt = (directory: string, spec: ShimSpec, {stdin, files: extra}: Pick<Launch, 'stdin' | 'files'>): void => {
	mkdirSync(directory, {recursive: true, mode: 0o700});
	const files = attemptFiles(directory);
	mkdirSync(files.artifacts, {mode: 0o700});
	for (const file of [files.stdout, files.stderr, files.output]) createFile(file, '');
	createFile(files.stdin, stdin ?? '');
	for (const [name, content] of Object.entries(extra)) createFile(path.join(directory, name), content);
	writePassingJson(files.spec, spec);
};

/** Replaces a file as a whole: a reader sees the old content or the new one, also after a power cut. */
export const writeJson = (file: string, value: unknown): void => replaceFile(file, value, fsyncSync);

/**
 * The same for what is of no use after a power cut, since no process has outlived it: a reader sees the old content, the new one, or after
 * the cut none that can be read. Waiting for the disk costs more than the rest of a short step.
 */
export const writePassingJson = (file: string, value: unknown): void => replaceFile(file, value, () => {});

const replaceFile = (file: string, value: unknown, sync: (handle: number) => void): void => {
	const temporary = `${file}.tmp`;
	const handle = openSync(temporary, constants.O_CREAT | constants.O_TRUNC | constants.O_WRONLY | constants.O_NOFOLLOW, 0o600);
	try {
		writeFileSync(handle, JSON.stringify(value));
		sync(handle);
	} finally {
		closeSync(handle);
	}
	renameSync(temporary, file);
};

export const readSpec = (directory: string): ShimSpec | undefined => readJson<ShimSpec>(attemptFiles(directory).spec);
export const readStart = (directory: string): ShimStart | undefined => readJson<ShimStart>(attemptFiles(directory).pid);
export const readOwner = (directory: string): ProcessIdentity | undefined => readJson<ProcessIdentity>(attemptFiles(directory).owner);
export const readStopNote = (directory: string): unknown => readJson(attemptFiles(directory).stop);
export const readExit = (directory: string): ShimExit | undefined => readJson<ShimExit>(attemptFiles(directory).exit);

const createFile = (file: string, content: string): void => writeFileSync(file, content, {mode: 0o600, flag: 'wx'});

/** Undefined while the file is not there, or when somebody spoilt it: what we wrote was written whole. */
const GONE = ['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP'];

const readJson = <Value>(file: string): Value | undefined => {
	// It is asked for again and again until it is there: an error costs more than the whole look.
	if (!existsSync(file)) return undefined;
	try {
		return JSON.parse(readFileSync(file, 'utf8')) as Value;
	} catch (error) {
		if (error instanceof SyntaxError || (error instanceof Error && 'code' in error && GONE.includes(String(error.code)))) return undefined;
		throw error;
	}
};
