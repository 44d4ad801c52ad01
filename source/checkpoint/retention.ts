import type {RunId} from '../domain/ids.ts';
import type {PruneLimits} from '../domain/records.ts';
import type {SavedCheckpoint} from './checkpoint-record.ts';

/** How many of the newest runs keep all of their checkpoints. */
const WHOLE_RUNS = 3;

export type Selection = {
	/** Those beyond the limits of number and age, oldest first. */
	readonly beyond: readonly SavedCheckpoint[];
	/** Those that may go too when the store is too large, oldest first. */
	readonly spare: readonly SavedCheckpoint[];
};

export type SelectOptions = {
	/** Of the work tree, oldest first. */
	readonly records: readonly SavedCheckpoint[];
	readonly limits: PruneLimits;
	/** True keeps what a user or the newest runs may still want; false takes the limits by the letter. */
	readonly isUsual: boolean;
	readonly activeRuns: ReadonlySet<RunId>;
	readonly now: number;
};

/** Chooses the checkpoints that may go. The newest safety checkpoint and those of active runs never do. */
export const selectBeyond = ({records, limits, isUsual, activeRuns, now}: SelectOptions): Selection => {
	const newestSafety = records.findLast(({checkpoint}) => checkpoint.kind === 'safety');
	const wholeRuns = new Set([...activeRuns, ...(isUsual ? listNewestRuns(records) : [])]);
	const isProtected = (record: SavedCheckpoint): boolean =>
		record === newestSafety ||
		(record.checkpoint.runId !== null && wholeRuns.has(record.checkpoint.runId)) ||
		(isUsual && record.checkpoint.kind === 'manual');
	const {keep = Number.POSITIVE_INFINITY, olderThanMs = Number.POSITIVE_INFINITY} = limits;
	const isBeyond = ({checkpoint}: SavedCheckpoint, index: number): boolean =>
		records.length - index > keep || now - checkpoint.createdAt > olderThanMs;
	const beyond = records.filter((record, index) => isBeyond(record, index) && !isProtected(record));
	const going = new Set(beyond);
	return {beyond, spare: records.filter(record => !going.has(record) && !isProtected(record))};
};

const listNewestRuns = (records: readonly SavedCheckpoint[]): readonly RunId[] =>
	[...new Set(records.toReversed().flatMap(({checkpoint}) => checkpoint.runId ?? []))].slice(0, WHOLE_RUNS);
