import type {PartOptions} from '../domain/rad.ts';
import {usageError} from './usage.ts';

type Flags = {readonly from: string | undefined; readonly only: string | undefined; readonly of: string | undefined};

/** Which part of a workflow is to be run; undefined for all of it. @throws {RadError} `USAGE`. */
export const readPart = ({from, only, of}: Flags): PartOptions | undefined => {
	if (from !== undefined && only !== undefined) throw usageError('--from and --only do not go together.', 'run');
	const step = from ?? only;
	if (step !== undefined) return {step, isOnly: only !== undefined, ...(of === undefined ? {} : {of})};
	if (of !== undefined) throw usageError('--of goes only with --from or --only.', 'run');
	return undefined;
};
