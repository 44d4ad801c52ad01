import {RadError} from './failures.ts';
import type {Run} from './records.ts';

/** For whoever wants something of a run that has ended: `RUN_OVER`. */
export const toOverFailure = ({id, status}: Pick<Run, 'id' | 'status'>): RadError =>
	new RadError('RUN_OVER', `Run ${id} is over: it ${status === 'cancelled' ? 'was cancelled' : status}.`);
