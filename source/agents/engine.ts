import type {OutputSchemas} from '../domain/plan.ts';
import type {AgentType, EngineFeature, LogKind, Permissions} from '../domain/records.ts';
import type {AgentEnd, FailureCause} from '../domain/status.ts';
import type {Tokens} from '../domain/tokens.ts';

/** A JSON Schema that rad made. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What a step asks of an engine. */
export type EngineCall = {
	/** Text for a model; null for a `run:` step. */
	readonly prompt: string | null;
	/** Command line for the shell; null for a `prompt:` step. */
	readonly command: string | null;
	readonly model: string | null;
	readonly permissions: Permissions;
	/** What the last message is to be, for the flag of an engine that `takesSchema`; null for free text. */
	readonly answer: JsonSchema | null;
	/** The engine's id of a conversation to go on with; null for a new one. */
	readonly session: string | null;
	/** Name of a recording that is shipped with rad; null for the default one. Other engines have none. */
	readonly recording: string | null;
	/** Pace of a recording: 1 is the recorded one, 10 is ten times faster. */
	readonly speed: number | null;
	/** Absolute path of the folder that the agent works in. */
	readonly workspaceRoot: string;
	/** Where the agent's process can ask for a checkpoint before it writes a file (see `Hooks`); null where nobody listens. */
	readonly hookUrl: string | null;
	/** Absolute path of the attempt's own folder, which nobody else can read. */
	readonly directory: string;
	/** The environment that the agent will have; `Launch.env` is added to it. */
	readonly environment: Readonly<Record<string, string | undefined>>;
};

/** How to start a process. It is started without a shell; its standard input is `stdin` or `/dev/null`, its outputs are files. */
export type Launch = {
	readonly file: string;
	readonly args: readonly string[];
	/** Added to the environment that every agent gets. */
	readonly env: Readonly<Record<string, string>>;
	readonly stdin: string | null;
	/** True when it goes on with a conversation. */
	readonly isContinued: boolean;
	/** Files that are made in the attempt's folder before the start: name → content. */
	readonly files: Readonly<Record<string, string>>;
	/** Absolute folder in which the engine keeps its own records of sessions (see `SessionRecords`); null when there is nothing to be read. */
	readonly recordsDirectory: string | null;
};

/**
 * Which agent a fact is about: null for the process itself, else the engine's own id of a sub-agent. A key is introduced by
 * `sub-agent-started` before any other fact names it.
 */
export type AgentKey = string | null;

/** What one line of an engine's output tells. Texts are raw: whoever stores or shows them sanitises and redacts. */
export type AgentFact =
	| {readonly type: 'session'; readonly sessionId: string; readonly model: string | null; readonly version: string | null}
	| {readonly type: 'log'; readonly agent: AgentKey; readonly kind: LogKind; readonly text: string}
	/** Usage of one response so far; a later fact with the same agent and message id replaces it. */
	| {
			readonly type: 'usage';
			readonly agent: AgentKey;
			readonly messageId: string;
			readonly provider: string;
			readonly model: string;
			readonly tokens: Tokens;
			/** The provider's service tier (see `toTier`); missing for the standard one. */
			readonly tier?: string;
			/** The engine's own cost of this response, whole billionths of a dollar; missing where it tells none or only sums. */
			readonly costNanoUsd?: number;
			/** When the response was made, epoch ms; now where it is missing. */
			readonly at?: number;
	  }
	/** The engine's own total of what this process and all its sub-agents spent on a model in this run; whole billionths of a dollar. */
	| {readonly type: 'reported-cost'; readonly model: string; readonly costNanoUsd: number}
	| {
			readonly type: 'tool-call';
			readonly agent: AgentKey;
			readonly callId: string;
			readonly tool: string;
			readonly argumentsJson: string;
			/** As the engine named them; not checked, perhaps outside the workspace. */
			readonly writes: readonly string[];
	  }
	| {readonly type: 'tool-result'; readonly agent: AgentKey; readonly callId: string; readonly isError: boolean}
	| {readonly type: 'sub-agent-started'; readonly agent: string; readonly parent: AgentKey; readonly name: string; readonly model: string | null}
	| {readonly type: 'sub-agent-ended'; readonly agent: string; readonly status: AgentEnd; readonly error: string | null}
	/**
	 * The last message of the main conversation: the only text in which a restore may be requested. `answer` is the value that the engine took
	 * from its model for the schema of the call, undefined where it tells none; nobody checked it for rad.
	 */
	| {readonly type: 'final-message'; readonly text: string; readonly answer?: unknown}
	/**
	 * The engine's own judgement of its work; the last one holds. The reason is in its own words, the cause is null where none is clear.
	 * `resetsAt` is when its provider takes questions again (epoch ms); missing where it tells no figure.
	 */
	| {
			readonly type: 'verdict';
			readonly isError: boolean;
			readonly reason: string | null;
			readonly cause: FailureCause | null;
			readonly resetsAt?: number;
	  }
	/** A line that should have been understood and was not: counted and shown, never fatal. */
	| {readonly type: 'unreadable'; readonly reason: string};

/** Reads the output of one process, line by line. Pure: the same lines give the same facts, whatever the time. */
export type StreamReader = {
	/** One line without its end, decoded as UTF-8, at most the line splitter's cap long. Never throws on foreign text. */
	readonly readLine: (line: string, stream: 'out' | 'err') => readonly AgentFact[];
	/**
	 * One line of what `SessionRecords` tells, also read while the process works and once more after its end. Facts that the output told
	 * already are replaced by ones with the same ids, never counted twice. Never throws on foreign text.
	 */
	readonly readRecord?: (line: RecordLine) => readonly AgentFact[];
	/** What is known only when the process is gone and all was read: for example sub-agents that never ended. */
	readonly end: () => readonly AgentFact[];
};

/** Reads only what an engine has written down of a session. */
export type RecordReader = Required<Pick<StreamReader, 'readRecord' | 'end'>>;

/** One line of an engine's own record of a session; `source` is the same for all lines of one conversation (a file, a thread). */
export type RecordLine = {readonly source: string; readonly text: string};

/** Follows the record that an engine itself keeps of one session. What it finds is foreign data. */
export type RecordSource = {
	/** The lines that are new since the last call, in the order of each source. Never throws for what it finds or misses. */
	readonly poll: () => readonly RecordLine[];
	/** The same at the end: with what stands after the last line break. */
	readonly finish: () => readonly RecordLine[];
	readonly close: () => void;
};

/**
 * What an engine leaves out of its output (tokens of sub-agents, of a run that was killed) and writes to files of its own. Rad only reads
 * them.
 */
export type SessionRecords = {
	/** `directory` is the launch's. Records may begin before `since` (epoch ms), when a session was continued: those are not of this run. */
	readonly open: (session: {readonly directory: string; readonly sessionId: string; readonly since: number}) => RecordSource;
};

/** The program behind an engine that is not part of rad. */
export type EngineProgram = {
	/** As it is looked for on the PATH. */
	readonly command: string;
	/** The command that installs it. */
	readonly install: string;
};

/** A session that an engine keeps on this machine, whoever started it. */
export type SavedSession = {
	readonly sessionId: string;
	/** Changes whenever there is more of it. */
	readonly stamp: string;
	/** Epoch ms. */
	readonly changedAt: number;
	/** The folder that it worked in; null when it does not tell. */
	readonly findFolder: () => string | null;
	/** False where some of it cannot be read now, so that it is to be tried again. */
	readonly canRead: () => boolean;
	/** All that it tells, with times. Foreign data; what cannot be read is left out. */
	readonly read: () => readonly AgentFact[];
};

/** The sessions below the folder of an engine's records. Nothing there is ever changed. */
export type SessionHistory = {readonly list: (directory: string) => readonly SavedSession[]};

/** A program whose sessions can be imported, whether or not rad can run it. */
export type SessionKeeper = Pick<Engine, 'name' | 'findRecordsDirectory'> & {readonly history: SessionHistory};

export type ReaderOptions = {
	/** When the attempt began, epoch ms. */
	readonly since: number;
	/** The folder that it works in: paths below it are shown without it. */
	readonly root?: string;
	/** True when the process was started to go on with a conversation: what was used before is not of this attempt. */
	readonly isContinued?: boolean;
};

/** How rad calls a program and reads what it prints. Adding an engine is adding one of these, with recordings of the program. */
export type Engine = {
	readonly name: string;
	readonly agentType: Extract<AgentType, 'agent' | 'shell'>;
	readonly isRecording: boolean;
	/** Null for engines that come with rad or with the system. */
	readonly program: EngineProgram | null;
	/** What shows, without a call, that it can log in: a variable that is set, or a file below the home folder. Null where it needs none. */
	readonly login: {readonly variables: readonly string[]; readonly files: readonly string[]} | null;
	/** What rad gets from it. */
	readonly supports: readonly EngineFeature[];
	/**
	 * Variables with credentials that its process may have, besides those that a step names; those of other providers are taken out. Null for
	 * all. `model` is the step's.
	 */
	readonly findCredentials: (model: string | null) => RegExp | null;
	/** True when its process asks before each file write, by the hook's address of the call. */
	readonly asksBeforeWrites: boolean;
	/** True when success needs a `verdict`: an exit code of 0 alone proves nothing for a coding agent. */
	readonly needsVerdict: boolean;
	/** True when it has its model answer by a schema of these outputs; where not, the prompt has to tell them. */
	readonly takesSchema: (outputs: OutputSchemas) => boolean;
	/** One sentence why a call cannot be started (unknown recording, program not installed), or null. */
	readonly findProblem: (call: EngineCall) => string | null;
	readonly toLaunch: (call: EngineCall) => Launch;
	readonly openReader: (options: ReaderOptions) => StreamReader;
	readonly records: SessionRecords | null;
	readonly history: SessionHistory | null;
	/** Where the engine keeps its own records of sessions, for an environment; null when that cannot be told or there are none. */
	readonly findRecordsDirectory: (environment: EngineCall['environment']) => string | null;
};
