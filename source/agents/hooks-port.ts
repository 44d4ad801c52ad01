/** A write that an agent is about to make, as its process tells it: foreign text, checked for its shape only. */
export type PendingWrite = {
	/** The engine's id of the tool call; empty where it has none. */
	readonly callId: string;
	readonly tool: string;
	/** Files that it will write, as the engine names them; empty when it cannot tell. */
	readonly files: readonly string[];
};

export type HookAnswer = {readonly isAllowed: true} | {readonly isAllowed: false; readonly reason: string};

/** Where the process of one agent asks before it writes. */
export type HookAddress = {
	/** For that agent's process alone: knowing the address is the right to ask. */
	readonly url: string;
	/** Answers nobody any more, and resolves when nothing is being answered. */
	readonly close: () => Promise<void>;
};

/**
 * Lets agents ask before they write: `POST <url>` with `{"callId": …, "tool": …, "files": […]}` is answered with 204 when the write may be
 * made, and with 503 and the reason as text when it must not. What the coding agents send to their hooks (see `parseHookCall`) is
 * answered in the form that they understand: 200, with a decision where the write must not be made. An address that does not answer says
 * that rad is gone.
 */
export type Hooks = {
	readonly open: (onWrite: (write: PendingWrite) => Promise<HookAnswer>) => Promise<HookAddress>;
};
