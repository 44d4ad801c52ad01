import {quote} from './quote.ts';

/** What a user may rely on: the number that leaves the program for each kind of failure. */
export const EXIT = {
	done: 0,
	workFailed: 1,
	usage: 2,
	notFound: 3,
	conflict: 4,
	storage: 5,
	environment: 6,
	refused: 7,
	bug: 70,
	hangup: 129,
	interrupted: 130,
	quit: 131,
	terminated: 143,
} as const;

type FailureRow = {readonly exitCode: number; readonly hint: string | null};

/**
 * Every failure that rad can name: its exit code and what the user can do now. The message is made where it happens,
 * since only that place knows what and where. `{name}` in a hint is filled from the failure's details.
 */
export const FAILURES = {
	USAGE: {exitCode: EXIT.usage, hint: 'rad help {topic}'},
	WORKFLOW_INVALID: {exitCode: EXIT.usage, hint: null},
	ID_INVALID: {exitCode: EXIT.usage, hint: 'rad {listing}'},
	ID_AMBIGUOUS: {exitCode: EXIT.usage, hint: 'type more characters of one of: {candidates}'},
	WORKSPACE_MISSING: {exitCode: EXIT.notFound, hint: 'rad init'},
	WORKFLOW_UNKNOWN: {exitCode: EXIT.notFound, hint: 'rad workflow list'},
	AGENT_UNKNOWN: {exitCode: EXIT.notFound, hint: 'rad monitor list'},
	RUN_UNKNOWN: {exitCode: EXIT.notFound, hint: 'rad runs'},
	NOTIFY_FAILED: {exitCode: EXIT.workFailed, hint: 'rad help configuration'},
	EXPRESSION_FAILED: {exitCode: EXIT.workFailed, hint: null},
	SETTING_UNKNOWN: {exitCode: EXIT.notFound, hint: 'rad config list'},
	STEP_UNKNOWN: {exitCode: EXIT.notFound, hint: 'rad show {run}'},
	CHECKPOINT_UNKNOWN: {exitCode: EXIT.notFound, hint: 'rad checkpoint list'},
	LOG_MISSING: {exitCode: EXIT.notFound, hint: 'rad monitor status {agent}'},
	PATH_MISSING: {exitCode: EXIT.notFound, hint: null},
	RUN_ACTIVE: {exitCode: EXIT.conflict, hint: 'rad cancel {run}'},
	RUN_SKIPPED: {exitCode: EXIT.done, hint: 'rad show {run}'},
	RUN_OVER: {exitCode: EXIT.conflict, hint: 'rad runs'},
	STEP_NOT_DONE: {exitCode: EXIT.conflict, hint: 'rad show {run}'},
	STEP_NOT_WAITING: {exitCode: EXIT.conflict, hint: 'rad show {run}'},
	AGENT_OVER: {exitCode: EXIT.conflict, hint: 'rad monitor status {agent}'},
	STORE_BUSY: {exitCode: EXIT.conflict, hint: 'try again in a moment'},
	CHECKPOINT_BUSY: {exitCode: EXIT.conflict, hint: 'try again when the other rad is done'},
	RESTORE_CONFLICT: {exitCode: EXIT.conflict, hint: 'stop what is writing there, then try again'},
	INDEX_LOCKED: {exitCode: EXIT.conflict, hint: 'finish the other git command, or remove {path} if none is running'},
	STORE_DAMAGED: {exitCode: EXIT.storage, hint: 'move it away and keep it: mv {path} {path}.damaged; then rad init'},
	STORE_NEWER: {exitCode: EXIT.storage, hint: 'upgrade rad'},
	STORE_READ_ONLY: {exitCode: EXIT.storage, hint: 'make {path} writable'},
	STORE_FULL: {exitCode: EXIT.storage, hint: 'free some space on the disk of {path}'},
	STORE_FAILED: {exitCode: EXIT.storage, hint: 'rad doctor'},
	STORE_LOST: {exitCode: EXIT.storage, hint: 'rad doctor'},
	STORE_MISSING: {exitCode: EXIT.storage, hint: 'rad init'},
	WORKSPACE_UNUSABLE: {exitCode: EXIT.storage, hint: null},
	CHECKPOINT_FAILED: {exitCode: EXIT.storage, hint: null},
	CHECKPOINT_DAMAGED: {exitCode: EXIT.storage, hint: 'rad checkpoint list'},
	WORKTREE_FAILED: {exitCode: EXIT.storage, hint: null},
	OUTPUT_EXISTS: {exitCode: EXIT.conflict, hint: 'name another file, or remove this one first'},
	OUTPUT_FAILED: {exitCode: EXIT.storage, hint: null},
	RECORDING_UNUSABLE: {exitCode: EXIT.storage, hint: null},
	RECORDING_NEWER: {exitCode: EXIT.storage, hint: 'upgrade rad'},
	SETTINGS_UNUSABLE: {exitCode: EXIT.storage, hint: null},
	CONFIGURATION_UNUSABLE: {exitCode: EXIT.storage, hint: 'rad doctor'},
	GIT_MISSING: {exitCode: EXIT.environment, hint: 'install git 2.31 or newer'},
	GIT_UNUSABLE: {exitCode: EXIT.environment, hint: 'git status'},
	ENGINE_MISSING: {exitCode: EXIT.environment, hint: null},
	NOTIFY_MISSING: {exitCode: EXIT.environment, hint: 'rad config set notify "<command>"; see rad help configuration'},
	SECRET_MISSING: {exitCode: EXIT.environment, hint: null},
	TERMINAL_MISSING: {exitCode: EXIT.environment, hint: 'run it in a terminal; or see it once: rad top --once; or line by line: rad top --plain'},
	NATIVE_MODULE: {exitCode: EXIT.environment, hint: 'npm rebuild better-sqlite3'},
	NO_STATE_DIRECTORY: {exitCode: EXIT.environment, hint: 'set RAD_STATE_DIR to a folder of yours'},
	PATH_UNSAFE: {exitCode: EXIT.refused, hint: null},
	SETTING_REFUSED: {exitCode: EXIT.refused, hint: null},
	RESTORE_REFUSED: {exitCode: EXIT.refused, hint: null},
	CONFIRMATION_MISSING: {exitCode: EXIT.refused, hint: 'add --yes to go on without being asked'},
	AGENT_NOT_OURS: {exitCode: EXIT.refused, hint: null},
	RUN_TOO_DEEP: {exitCode: EXIT.refused, hint: 'start it yourself, not from a step'},
	REQUEST_DENIED: {exitCode: EXIT.refused, hint: null},
	INTERNAL: {exitCode: EXIT.bug, hint: 'please report it, with the command and what it prints with --debug'},
} as const satisfies Record<string, FailureRow>;

export type FailureCode = keyof typeof FAILURES;
export type FailureDetails = Readonly<Record<string, string | number | readonly string[]>>;

type Options = {readonly details?: FailureDetails; readonly cause?: unknown; readonly hint?: string};

/** A failure that has a name. Compare `code`, never the class or the message. */
export class RadError extends Error {
	readonly code: FailureCode;
	readonly details: FailureDetails;

	constructor(code: FailureCode, message: string, options: Options = {}) {
		super(message, {cause: options.cause});
		this.name = 'RadError';
		this.code = code;
		this.details = options.hint === undefined ? (options.details ?? {}) : {...options.details, hint: options.hint};
	}

	get exitCode(): number {
		return FAILURES[this.code].exitCode;
	}

	/** One thing that the user can do now, or undefined. */
	get hint(): string | undefined {
		const own = this.details['hint'];
		const template = typeof own === 'string' ? own : FAILURES[this.code].hint;
		return template?.replaceAll(/\{(\w+)\}/g, (_, key: string) => toHintText(key, this.details[key])).trim();
	}
}

/** True for a RadError of one of the codes. */
export const isFailure = (error: unknown, ...codes: readonly FailureCode[]): error is RadError =>
	error instanceof RadError && (codes.length === 0 || codes.includes(error.code));

// A hint may be a command that is copied, and a path holds whatever a name of a file may hold.
const toHintText = (key: string, value: FailureDetails[string] | undefined): string =>
	key === 'path' && value !== undefined ? quote(toText(value)) : toText(value);

const toText = (value: FailureDetails[string] | undefined): string => {
	if (value === undefined) return '';
	return typeof value === 'object' ? value.join(', ') : String(value);
};
