import {spawn} from 'node:child_process';
import {closeSync, constants, mkdirSync, openSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import type {Clock} from '../domain/clock.ts';
import {FAILURES, type FailureCode, RadError} from '../domain/failures.ts';
import type {RunId} from '../domain/ids.ts';
import type {StartOptions} from '../domain/rad.ts';
import type {Store} from '../monitoring/store-port.ts';

/** What a background run is told, and what it tells when it cannot begin. */
export const runnerFiles = (runsDirectory: string, runId: RunId) => {
	const directory = path.join(runsDirectory, runId);
	return {
		directory,
		options: path.join(directory, 'start.json'),
		failure: path.join(directory, 'failure.json'),
		log: path.join(directory, 'runner.log'),
	};
};

export type StarterOptions = {
	readonly store: Pick<Store, 'getRun'>;
	readonly clock: Clock;
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly nodePath: string;
	readonly runnerFile: string;
	readonly workspaceRoot: string;
	readonly runsDirectory: string;
};

const POLL_MS = 30;

/**
 * Makes what starts a run, or goes on with one where `start` is undefined, in a process of its own: a session that no terminal and no rad
 * takes with it. Inputs travel by file, never by argv.
 */
export const createRunnerStarter =
	(options: StarterOptions) =>
	async (runId: RunId, start: StartOptions | undefined): Promise<void> => {
		const files = runnerFiles(options.runsDirectory, runId);
		mkdirSync(files.directory, {recursive: true, mode: 0o700});
		// Of an earlier one.
		rmSync(files.failure, {force: true});
		if (start !== undefined) writeFileSync(files.options, JSON.stringify(start), {mode: 0o600, flag: 'wx'});
		const log = openSync(files.log, constants.O_CREAT | constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW, 0o600);
		const runner = spawn(options.nodePath, [options.runnerFile, options.workspaceRoot, runId], {
			cwd: options.workspaceRoot,
			env: options.environment,
			detached: true,
			stdio: ['ignore', log, log],
		});
		closeSync(log);
		let isGone = false;
		runner.once('exit', () => {
			isGone = true;
		});
		runner.once('error', () => {
			isGone = true;
		});
		runner.unref();
		// A run that it drives has it for an owner; one that it never drove may be there all the same.
		const hasBegun = async (): Promise<boolean> => (await options.store.getRun(runId))?.owner.pid === runner.pid;
		while (!(await hasBegun())) {
			if (isGone && !(await hasBegun())) throw readFailure(files);
			await options.clock.sleep(POLL_MS);
		}
	};

/** Writes down why a background run could not begin, for the process that started it. */
export const writeFailure = (runsDirectory: string, runId: RunId, error: unknown, redact: (text: string) => string): void => {
	const {failure} = runnerFiles(runsDirectory, runId);
	const {code, message, details} = error instanceof RadError ? error : {code: 'INTERNAL', message: String(error), details: {}};
	writeFileSync(failure, redact(JSON.stringify({code, message, details})), {mode: 0o600});
};

const readFailure = (files: ReturnType<typeof runnerFiles>): RadError => {
	const text = readText(files.failure);
	if (text === undefined) return new RadError('INTERNAL', `The background run ended before it began; see ${files.log}`);
	const {code, message, details} = JSON.parse(text) as Pick<RadError, 'code' | 'message' | 'details'>;
	return new RadError(code in FAILURES ? (code as FailureCode) : 'INTERNAL', message, {details});
};

const readText = (file: string): string | undefined => {
	try {
		return readFileSync(file, 'utf8');
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
		throw error;
	}
};
