import {RadError} from '../domain/failures.ts';
import {type Setting, toReadingEnvironment, toSettingsEnvironment, toStoreEnvironment} from './git-environment.ts';
import type {GitCall, GitOutput, GitPort} from './git-port.ts';
import {withoutProgress} from './git-progress.ts';
import type {Place} from './place.ts';

export type TreeCall = {
	readonly stdin?: Buffer;
	/** Another index than the private one; absolute path. */
	readonly indexFile?: string;
	/** Another folder than the work tree; absolute path. */
	readonly workTree?: string;
	readonly settings?: readonly Setting[];
	readonly env?: Readonly<Record<string, string>>;
	readonly onStdout?: (bytes: Buffer) => void;
	readonly onStderr?: (bytes: Buffer) => void;
	readonly signal?: AbortSignal | undefined;
};

/** Git on our own store and on one work tree: every object, ref and index byte that it writes is ours. */
export type TreeGit = {
	/** For commands that print text; without the line's end. Throws as `bytes` does. */
	readonly text: (args: readonly string[], call?: TreeCall) => Promise<string>;
	/** @throws {RadError} `CHECKPOINT_DAMAGED` when the store is broken, `CHECKPOINT_FAILED` for everything else. */
	readonly bytes: (args: readonly string[], call?: TreeCall) => Promise<Buffer>;
	/** For commands whose failing is an answer. */
	readonly attempt: (args: readonly string[], call?: TreeCall) => Promise<GitOutput>;
	/** Reads the user's repository with the user's own configuration. Only for commands that run no other program and write nothing. */
	readonly readUser: (args: readonly string[], signal?: AbortSignal) => Promise<GitOutput>;
};

export const createTreeGit = (place: Place, git: GitPort, environment: Readonly<Record<string, string | undefined>>): TreeGit => {
	const storeEnvironment = toStoreEnvironment(environment, place);
	const readingEnvironment = toReadingEnvironment(environment);
	const toCall = (args: readonly string[], call: TreeCall): GitCall => ({
		args,
		cwd: call.workTree ?? place.top,
		env: {
			...storeEnvironment,
			...(call.indexFile === undefined ? {} : {GIT_INDEX_FILE: call.indexFile}),
			...(call.workTree === undefined ? {} : {GIT_WORK_TREE: call.workTree}),
			...(call.settings === undefined ? {} : toSettingsEnvironment(call.settings)),
			...call.env,
		},
		...(call.stdin === undefined ? {} : {stdin: call.stdin}),
		...(call.onStdout === undefined ? {} : {onStdout: call.onStdout}),
		...(call.onStderr === undefined ? {} : {onStderr: call.onStderr}),
		...(call.signal === undefined ? {} : {signal: call.signal}),
	});
	const check = (args: readonly string[], output: GitOutput, signal: AbortSignal | undefined): Buffer => {
		signal?.throwIfAborted();
		if (output.exitCode !== 0) throw toFailure(args, output, place);
		return output.stdout;
	};
	return {
		text: async (args, call = {}) =>
			check(args, await git.text(toCall(args, call)), call.signal)
				.toString('utf8')
				.trimEnd(),
		bytes: async (args, call = {}) => check(args, await git.bytes(toCall(args, call)), call.signal),
		attempt: async (args, call = {}) => {
			const output = await git.bytes(toCall(args, call));
			call.signal?.throwIfAborted();
			return output;
		},
		readUser: async (args, signal) => {
			const output = await git.bytes({args, cwd: place.top, env: readingEnvironment, ...(signal === undefined ? {} : {signal})});
			signal?.throwIfAborted();
			return output;
		},
	};
};

/** The same git, whose every call on the store is stopped when the signal is aborted. */
export const withSignal = (git: TreeGit, signal: AbortSignal): TreeGit => ({
	text: (args, call) => git.text(args, {...call, signal}),
	bytes: (args, call) => git.bytes(args, {...call, signal}),
	attempt: (args, call) => git.attempt(args, {...call, signal}),
	readUser: args => git.readUser(args, signal),
});

const BROKEN =
	/not a git repository|corrupt|missing (?:blob|tree|commit|object)|bad (?:object|tree)|unable to read (?:tree|sha1|[0-9a-f]{40})|invalid object|not a valid object|loose object|packfile/i;

/** Names a failed call; what git said first is the reason. */
export const toFailure = (args: readonly string[], output: GitOutput, place: Pick<Place, 'store'>): RadError => {
	const reason = withoutProgress(output.stderr).trim().split('\n')[0] ?? '';
	const details = {path: place.store};
	if (BROKEN.test(output.stderr))
		return new RadError('CHECKPOINT_DAMAGED', `The store of the checkpoints is damaged (${reason}): ${place.store}`, {details});
	return new RadError('CHECKPOINT_FAILED', `Git could not do its part of the checkpoint (${args[0]}): ${reason || `exit code ${output.exitCode}`}`, {
		details,
	});
};
