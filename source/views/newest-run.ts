import type {Run} from '../domain/records.ts';

/** The newest that has begun, of runs of which the newest is the first; one that is queued where none has. */
export const findNewestRun = (runs: readonly Run[]): Run | undefined => runs.find(({status}) => status !== 'queued') ?? runs[0];
