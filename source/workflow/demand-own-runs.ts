import {RadError} from '../domain/failures.ts';
import type {AttemptPorts} from './attempt-ports.ts';

/**
 * A run is gone on with as it stands in the store and in the folder of the runs, so these must be one's own: those that git keeps may have come
 * with a clone, and what they name would be run.
 *
 * @throws {RadError} `PATH_UNSAFE`
 */
export const demandOwnRuns = async ({
	worktrees,
	database,
	runsDirectory,
}: Pick<AttemptPorts, 'worktrees' | 'database' | 'runsDirectory'>): Promise<void> => {
	const [path] = await worktrees.listTracked([database, runsDirectory]);
	if (path === undefined) return;
	throw new RadError('PATH_UNSAFE', `Nothing was gone on with: git keeps ${path}, so it may have come with the repository, and be somebody else’s.`, {
		details: {path},
		hint: 'if all of it is yours: git rm -r --cached {path}',
	});
};
