/** One call of git. The environment is the whole environment: nothing of ours is inherited. */
export type GitCall = {
	readonly args: readonly string[];
	/** Absolute path of an existing folder. */
	readonly cwd: string;
	readonly env: Readonly<Record<string, string>>;
	readonly stdin?: Buffer;
	/** Takes what git prints on its standard output as it comes; the answer's `stdout` is empty then. Copy what is kept. */
	readonly onStdout?: (bytes: Buffer) => void;
	/** Takes what git prints on its standard error as it comes, besides the answer. */
	readonly onStderr?: (bytes: Buffer) => void;
	/** Aborting asks git to stop; the call still resolves, with the exit code of the stopped process. */
	readonly signal?: AbortSignal;
};

/** The exit code of a git that a signal ended. */
export const KILLED = -1;

export type GitOutput = {
	/** `KILLED` when git was ended by a signal. */
	readonly exitCode: number;
	/** Bytes, since file names need not be UTF-8. */
	readonly stdout: Buffer;
	readonly stderr: string;
};

/**
 * Runs git and waits for its end. An exit code is an answer, never a rejection.
 *
 * @throws {RadError} `GIT_MISSING` when there is no such program, `WORKSPACE_UNUSABLE` when the folder is gone.
 */
export type RunGit = (call: GitCall) => Promise<GitOutput>;

/** Git as the checkpoints need it. Both members keep the same promises; they differ in what they are good at. */
export type GitPort = {
	/** For calls that print text. */
	readonly text: RunGit;
	/** For calls that may print nothing or megabytes of names, or that read much from their standard input. */
	readonly bytes: RunGit;
};
