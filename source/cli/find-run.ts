import {RadError} from '../domain/failures.ts';
import type {Rad} from '../domain/rad.ts';
import type {Run} from '../domain/records.ts';
import {findNewestRun} from '../views/newest-run.ts';

/** The run that is named by its id or the beginning of one, else the newest that has begun. @throws {RadError} `RUN_UNKNOWN`, also where nothing has run yet; `ID_AMBIGUOUS`, `ID_INVALID`. */
export const findRun = async (rad: Rad, prefix: string | undefined): Promise<Run> => {
	if (prefix !== undefined) return rad.runs.find(prefix);
	const newest = findNewestRun(await rad.runs.list());
	if (newest !== undefined) return newest;
	throw new RadError('RUN_UNKNOWN', 'Nothing has run here yet.', {hint: 'rad run <workflow>'});
};
