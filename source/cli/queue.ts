/** Does tasks one after the other, so that what is printed for events keeps their order. */
export type Queue = {
	readonly add: (task: () => Promise<void>) => void;
	/** Resolves when all is done. Rejects with the first failure; the tasks behind it were not done then. */
	readonly settle: () => Promise<void>;
};

export const createQueue = (): Queue => {
	let last = Promise.resolve();
	const add = (task: () => Promise<void>): void => {
		last = last.then(task);
		// Whoever settles hears of a failure; until then it must not count as unhandled.
		last.catch(() => undefined);
	};
	return {add, settle: () => last};
};
