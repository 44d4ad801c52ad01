import {RadError} from '../domain/failures.ts';
import type {Imports} from '../domain/imports.ts';
import {suggest} from '../domain/suggest.ts';
import type {SessionKeeper} from './engine.ts';
import type {Engines} from './engines/create-engines.ts';
import {type ImportOptions, importSessions} from './import-sessions.ts';

type Options = Omit<ImportOptions, 'engines' | 'folder' | 'since' | 'signal' | 'onProgress'> & {
	readonly engines: Engines;
	readonly workspaceRoot: string;
};

/** Imports for one workspace: of the sessions that worked in it, unless all are wanted. */
export const createImports = ({engines: {keepers}, workspaceRoot, ...options}: Options): Imports => {
	const names = keepers.map(({name}) => name);
	const find = (name: string): SessionKeeper => {
		const keeper = keepers.find(each => each.name === name);
		if (keeper !== undefined) return keeper;
		const meant = suggest(name, names);
		const advice = meant === undefined ? `there are: ${names.join(', ')}` : `did you mean "${meant}"?`;
		throw new RadError('USAGE', `No engine "${name.slice(0, 40)}" keeps sessions; ${advice}`, {details: {topic: 'import'}});
	};
	return {
		engines: names,
		run: async ({engines: wanted, since, isEverywhere, signal, onProgress}) =>
			importSessions({
				...options,
				engines: wanted.length === 0 ? keepers : wanted.map(find),
				folder: isEverywhere ? null : workspaceRoot,
				since,
				signal,
				onProgress,
			}),
	};
};
