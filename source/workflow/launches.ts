/** What the engine has under way: attempts of steps, from the decision to make one until all of it is in the store. */
export type Launches = {
	readonly look: () => UnderWay;
	/** Begins work for a step; it goes on while other things are done. */
	readonly begin: (name: string, work: () => Promise<void>) => void;
	/** @throws Whatever went wrong with any of it so far. */
	readonly check: () => void;
	/** Resolves when nothing is under way any more, however it ended. */
	readonly settled: () => Promise<void>;
};

/** What is under way at one moment. Who decides looks first and reads the events then: what is done after the look is then known as well. */
export type UnderWay = {
	/** The steps that it belongs to. */
	readonly names: ReadonlySet<string>;
	/** Resolves when some of it is done; never where there is none. */
	readonly next: Promise<void>;
};

export const createLaunches = (): Launches => {
	const atWork = new Map<string, Promise<void>>();
	// One promise for all that is under way: a race between them would leave a trace in each that goes on, at each look.
	let end = createSignal();
	let failure: {readonly error: unknown} | null = null;
	const attend = async (name: string, work: () => Promise<void>): Promise<void> => {
		try {
			await work();
		} catch (error) {
			failure ??= {error};
		} finally {
			atWork.delete(name);
			end.give();
			end = createSignal();
		}
	};
	return {
		look: () => ({names: new Set(atWork.keys()), next: end.given}),
		begin: (name, work) => void atWork.set(name, attend(name, work)),
		check: () => {
			if (failure !== null) throw failure.error;
		},
		settled: async () => void (await Promise.all(atWork.values())),
	};
};

const createSignal = (): {readonly given: Promise<void>; readonly give: () => void} => {
	let give = (): void => {};
	const given = new Promise<void>(resolve => {
		give = resolve;
	});
	return {given, give};
};
