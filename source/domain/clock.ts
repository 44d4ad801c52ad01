/** Where the time comes from, so that tests can hold it still. */
export type Clock = {
	/** Milliseconds since 1970, UTC. */
	readonly now: () => number;
	/** Milliseconds since some fixed moment; never steps back. For intervals and deadlines: the time of day may be set while they pass. */
	readonly elapsed: () => number;
	/** Resolves after that many milliseconds, or at once when the signal is aborted; never rejects. */
	readonly sleep: (durationMs: number, signal?: AbortSignal) => Promise<void>;
};
