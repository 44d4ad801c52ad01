import type {ProcessTable} from '../agents/process-table.ts';
import type {Run} from '../domain/records.ts';
import {isRunOver} from '../domain/status.ts';

/** Why a run is interrupted. */
export const GONE = 'the rad that drove it is gone';

/** A run as it is told: one whose rad died is interrupted, also where nobody could take that down since the store cannot be written. */
export const tellRun = (run: Run, {isAlive}: Pick<ProcessTable, 'isAlive'>): Run =>
	isRunOver(run.status) || run.status === 'interrupted' || run.status === 'queued' || isAlive(run.owner)
		? run
		: {...run, status: 'interrupted', error: GONE};
