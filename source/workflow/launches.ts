/** What the engine has under way: attempts of steps, from the decision to make one until all of it is in the store. */
export type Launches = {
	/** The steps that they belong to. */
	readonly names: () => ReadonlySet<string>;
	/** Begins work for a step; it goes on while other things are done. */
	readonly begin: (name: string, work: () => Promise<void>) => void;
	/** Resolves when some of it is done. */
	readonly next: () => Promise<void>;
	/** @throws Whatever went wrong with any of it so far. */
	readonly check: () => void;
	/** Resolves when nothing is under way any more, however it ended. */
	readonly settled: () => Promise<void>;
};

export const createLaunches = (): Launches => {
	const atWork = new Map<string, Promise<void>>();
	let failure: {readonly error: unknown} | null = null;
	const attend = async (name: string, work: () => Promise<void>): Promise<void> => {
		try {
			await work();
		} catch (error) {
			failure ??= {error};
		} finally {
			atWork.delete(name);
		}
	};
	return {
		names: () => new Set(atWork.keys()),
		begin: (name, work) => void atWork.set(name, attend(name, work)),
		next: () => Promise.race(atWork.values()),
		check: () => {
			if (failure !== null) throw failure.error;
		},
		settled: async () => void (await Promise.all(atWork.values())),
	};
};
