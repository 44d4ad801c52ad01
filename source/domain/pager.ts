/** Shows a long text a screen at a time, by a program of the user's. */
export type Pager = {
	/** Rows of the terminal now. */
	readonly rows: () => number;
	/**
	 * Resolves when the person has left the program, or the signal was aborted, which ends it. False when there is no such program: nothing was
	 * shown then.
	 */
	readonly show: (text: string, signal: AbortSignal) => Promise<boolean>;
};
