/** Where the program writes and what is known about it; made by `main`, so that nothing below asks the process. */
export type Streams = {
	readonly out: NodeJS.WritableStream;
	readonly err: NodeJS.WritableStream;
	readonly isOutTerminal: boolean;
	readonly isErrTerminal: boolean;
	/** Width of the terminal; 80 where there is none. */
	readonly columns: number;
	/** False with NO_COLOR; only terminals are coloured in any case. */
	readonly color: boolean;
};
