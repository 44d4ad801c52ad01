import {parseId, type RunId} from '../domain/ids.ts';

/** The variable that tells the programs of a step which runs they are part of. */
export const PARENT_RUNS = 'RAD_PARENT_RUNS';

/** The runs that this rad was started in, by a step of a step: the outermost first. None where a person started it. */
export const readParentRuns = (environment: Readonly<Record<string, string | undefined>>): readonly RunId[] =>
	(environment[PARENT_RUNS] ?? '').split(',').flatMap(text => parseId('run', text) ?? []);
