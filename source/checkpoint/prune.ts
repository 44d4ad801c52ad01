import type {PruneResult, StoreSize} from '../domain/records.ts';
import type {SavedCheckpoint} from './checkpoint-record.ts';
import {compactStore} from './compact.ts';
import {type SelectOptions, selectBeyond} from './retention.ts';
import {deleteRefs, listRecords} from './store.ts';
import {listObjectFiles, measureStore} from './store-files.ts';
import {loadTreeState, saveTreeState} from './tree-state.ts';
import type {Workbench} from './workbench.ts';

export type PruneOptions = Omit<SelectOptions, 'records' | 'now'> & {readonly isDryRun: boolean};

// Loose objects take a block of the disk each and slow git down; this many are some hundred checkpoints.
const MANY_LOOSE = 2000;
// What a checkpoint frees is estimated, and packing may free more or less; each round measures again.
const SIZE_ROUNDS = 5;

/** Removes checkpoints beyond the limits and gives their disk space back. Must run under the lock. */
export const pruneCheckpoints = async (bench: Workbench, options: PruneOptions): Promise<PruneResult> => {
	bench.onProgress?.({stage: 'choose-checkpoints', done: 0, total: null});
	const records = await listRecords(bench.place, bench.git);
	const {beyond, spare} = selectBeyond({records, ...options, now: bench.clock.now()});
	const before = measureStore(bench.place);
	const toResult = (removed: readonly SavedCheckpoint[], after: StoreSize): PruneResult => {
		const all = [...removed].sort((one, other) => (one.checkpoint.id < other.checkpoint.id ? -1 : 1));
		return {removed: all.map(({checkpoint}) => checkpoint), kept: records.length - all.length, before, after};
	};
	const maxBytes = options.limits.maxSizeBytes ?? Number.POSITIVE_INFINITY;
	if (options.isDryRun) {
		const freed = await estimateFreed(bench, beyond, spare);
		return toResult([...beyond, ...(await selectBySize(bench, spare, before.ownBytes - freed - maxBytes))], before);
	}
	await remove(bench, beyond);
	if (beyond.length > 0 || !options.isUsual || isUntidy(bench)) await compactStore(bench);
	const late = await shrink(bench, spare, maxBytes);
	return toResult([...beyond, ...late], measureStore(bench.place));
};

const remove = async ({place, git}: Workbench, records: readonly SavedCheckpoint[]): Promise<void> => {
	if (records.length === 0) return;
	const ids = records.map(({checkpoint}) => checkpoint.id);
	await deleteRefs(place, git, ids);
	const state = await loadTreeState(place.treeDirectory);
	if (state?.newest != null && ids.includes(state.newest)) await saveTreeState(place.treeDirectory, {...state, newest: null});
};

// One pack is ours; another one was the user's until the user's git made a new one of it.
const isUntidy = ({place}: Workbench): boolean => {
	const own = listObjectFiles(place).filter(({isShared}) => !isShared);
	return own.filter(({name}) => name.endsWith('.pack')).length > 1 || own.filter(({folder}) => folder !== 'pack').length > MANY_LOOSE;
};

/** Removes the oldest of `spare` until the store is small enough; returns them. */
const shrink = async (bench: Workbench, spare: readonly SavedCheckpoint[], maxBytes: number): Promise<readonly SavedCheckpoint[]> => {
	let removed: readonly SavedCheckpoint[] = [];
	for (let round = 0; round < SIZE_ROUNDS; round += 1) {
		const going = await selectBySize(bench, spare.slice(removed.length), measureStore(bench.place).ownBytes - maxBytes);
		if (going.length === 0) return removed;
		await remove(bench, going);
		await compactStore(bench);
		removed = [...removed, ...going];
	}
	return removed;
};

/** The fewest of the oldest that free so many bytes; all when that is not enough. */
const selectBySize = async (bench: Workbench, spare: readonly SavedCheckpoint[], excessBytes: number): Promise<readonly SavedCheckpoint[]> => {
	if (excessBytes <= 0) return [];
	let [low, high] = [Math.min(1, spare.length), spare.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		const freed = await estimateFreed(bench, spare.slice(0, middle), spare.slice(middle));
		if (freed >= excessBytes) high = middle;
		else low = middle + 1;
	}
	return spare.slice(0, low);
};

// Trees are excluded by name: git takes the trees of excluded commits as excluded only at the borders of a history, and ours have none.
const estimateFreed = async ({git}: Workbench, going: readonly SavedCheckpoint[], staying: readonly SavedCheckpoint[]): Promise<number> => {
	if (going.length === 0) return 0;
	const excluded = staying.flatMap(({commit, tree, index, goal}) => [commit, tree, index, goal].filter(object => object !== null));
	const lines = [...going.map(({commit}) => commit), ...excluded.map(object => `^${object}`)];
	const args = ['rev-list', '--objects', '--disk-usage', '--missing=allow-any', '--stdin'];
	return Number(await git.text(args, {stdin: Buffer.from(lines.map(line => `${line}\n`).join(''))}));
};
