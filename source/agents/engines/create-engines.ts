import type {Engine} from '../engine.ts';
import {createRecordedEngine, type RecordedEngineOptions} from './recorded/recorded-engine.ts';
import {createShellEngine} from './shell/shell-engine.ts';

/** All engines of this rad. */
export type Engines = {
	readonly find: (name: string) => Engine | undefined;
	/** In the order in which they are shown to users. */
	readonly names: readonly string[];
};

export const createEngines = (options: RecordedEngineOptions): Engines => {
	const engines = [createShellEngine(), createRecordedEngine(options)];
	return {
		find: name => engines.find(engine => engine.name === name),
		names: engines.map(engine => engine.name),
	};
};
