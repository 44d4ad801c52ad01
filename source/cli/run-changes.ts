import {isFailure} from '../domain/failures.ts';
import type {Rad} from '../domain/rad.ts';
import type {Checkpoint, FileChange} from '../domain/records.ts';
import type {RunReport} from './run-summary.ts';

/** What became of the files from a run's first checkpoint on. */
export type RunChanges = {
	/** The oldest checkpoint of the run that is kept. */
	readonly from: Checkpoint;
	/** The one that was taken after the run; null for the work tree as it is. */
	readonly to: Checkpoint | null;
	/** True when nothing of the run was done before `from`. */
	readonly isWhole: boolean;
	/** Null when they cannot be told, for the reason that `problem` gives. */
	readonly files: readonly FileChange[] | null;
	readonly problem: string | null;
};

/** Undefined for a run without checkpoints. A report is worth having also where git or the store of the checkpoints fails. */
export const loadRunChanges = async (rad: Rad, report: RunReport): Promise<RunChanges | undefined> => {
	const from = report.checkpoints.findLast(({kind}) => kind !== 'end');
	if (from === undefined) return undefined;
	const to = report.checkpoints.find(({kind, stepId}) => kind === 'end' && stepId === null) ?? null;
	const ends = {from, to, isWhole: isBeforeAll(from, report)};
	try {
		return {...ends, files: await rad.checkpoints.diff(from.id, to === null ? {} : {to: to.id}), problem: null};
	} catch (error) {
		if (!isFailure(error)) throw error;
		return {...ends, files: null, problem: error.message};
	}
};

/** Checkpoints are let go one by one, and a step may take none: what is left need not have been taken before the first step. */
const isBeforeAll = ({id}: Checkpoint, {agents: [first]}: RunReport): boolean => first === undefined || first.checkpointId === id;
