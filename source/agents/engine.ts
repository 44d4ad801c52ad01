import type {AgentType, LogKind} from '../domain/records.ts';
import type {AgentEnd} from '../domain/status.ts';
import type {Tokens} from '../domain/tokens.ts';

/** What a step asks of an engine. */
export type EngineCall = {
	/** Text for a model; null for a `run:` step. */
	readonly prompt: string | null;
	/** Command line for the shell; null for a `prompt:` step. */
	readonly command: string | null;
	readonly model: string | null;
	/** Name of a recording that is shipped with rad; null for the default one. Other engines have none. */
	readonly recording: string | null;
	/** Pace of a recording: 1 is the recorded one, 10 is ten times faster. */
	readonly speed: number | null;
	/** Absolute path of the folder that the agent works in. */
	readonly workspaceRoot: string;
	/** Where the agent's process can ask for a checkpoint before it writes a file (see `Hooks`); null where nobody listens. */
	readonly hookUrl: string | null;
};

/** How to start a process. It is started without a shell; its standard input is `stdin` or `/dev/null`, its outputs are files. */
export type Launch = {
	readonly file: string;
	readonly args: readonly string[];
	/** Added to the environment that every agent gets. */
	readonly env: Readonly<Record<string, string>>;
	readonly stdin: string | null;
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
	/** The last message of the main conversation: the only text in which a restore may be requested. */
	| {readonly type: 'final-message'; readonly text: string}
	/** The engine's own judgement of its work; the last one holds. */
	| {readonly type: 'verdict'; readonly isError: boolean; readonly reason: string | null}
	/** A line that should have been understood and was not: counted and shown, never fatal. */
	| {readonly type: 'unreadable'; readonly reason: string};

/** Reads the output of one process, line by line. Pure: the same lines give the same facts, whatever the time. */
export type StreamReader = {
	/** One line without its end, decoded as UTF-8, at most the line splitter's cap long. Never throws on foreign text. */
	readonly readLine: (line: string, stream: 'out' | 'err') => readonly AgentFact[];
	/** What is known only when the process is gone and all was read: for example sub-agents that never ended. */
	readonly end: () => readonly AgentFact[];
};

/** How rad calls a program and reads what it prints. Adding an engine is adding one of these, with recordings of the program. */
export type Engine = {
	readonly name: string;
	readonly agentType: Extract<AgentType, 'agent' | 'shell'>;
	readonly isRecording: boolean;
	/** True when its process asks before each file write, by the hook's address of the call. */
	readonly asksBeforeWrites: boolean;
	/** True when success needs a `verdict`: an exit code of 0 alone proves nothing for a coding agent. */
	readonly needsVerdict: boolean;
	/** One sentence why a call cannot be started (unknown recording, program not installed), or null. */
	readonly findProblem: (call: EngineCall) => string | null;
	readonly toLaunch: (call: EngineCall) => Launch;
	readonly openReader: () => StreamReader;
};
