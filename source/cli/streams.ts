/** Takes what is written; errors are told to the callback of the write that met them. */
export type Sink = {
	readonly write: (data: string | Uint8Array, done: (error?: unknown) => void) => unknown;
	readonly on: (event: 'error', listener: () => void) => unknown;
};

/** Where the program writes and what is known about it; made by `main`, so that nothing below asks the process. */
export type Streams = {
	readonly out: Sink;
	readonly err: Sink;
	readonly isOutTerminal: boolean;
	readonly isErrTerminal: boolean;
	/** Width of the terminal; 80 where there is none. */
	readonly columns: number;
	/** False with NO_COLOR; only terminals are coloured in any case. */
	readonly color: boolean;
};
