import type {Cost, Samples} from './measure.ts';
import {compare, limit, type Row, tell} from './report.ts';

/** What is measured on a tree, in the order of the table, with the targets: at most this part of the peer's CPU time. */
type Figure = {
	readonly sample: string;
	readonly name: (many: string) => string;
	readonly ofStatus?: number;
	readonly ofShadow?: number;
	readonly ofCheckout?: number;
	/** Why a target is missed where it is. */
	readonly cause?: string;
};

/** As many as an agent changes in one go. */
export const FEW = 20;

const SPAWNS = 'git is started three to five times, which is 15 to 30 ms by themselves, and what changed is written as objects; a status only looks.';
const LOOK =
	'git looks at each file once and rad at what it knows of the repository, which is nearly all of it; the shadow repository’s time depends on the disk.';
const MANY =
	'git alone takes 3.3 times a status for it: status, hashing what changed, and a thousand trees that are written one by one; counting the lines is the rest.';
const SAFETY =
	'a checkpoint is taken first, so that a restore can be undone, and the whole tree is looked at before and after; git checkout keeps nothing.';

const FIGURES: readonly Figure[] = [
	{sample: 'first', name: () => 'first checkpoint', ofShadow: 1 / 50, cause: LOOK},
	{sample: 'unchanged', name: () => 'unchanged', ofStatus: 1.1},
	{sample: 'one', name: () => '1 file changed', ofStatus: 1.5},
	{sample: 'one known', name: () => '1 file changed, path known', ofStatus: 0.5, cause: SPAWNS},
	{sample: 'few', name: () => `${FEW} files changed`, ofStatus: 1.1, cause: SPAWNS},
	{sample: 'few known', name: () => `${FEW} files changed, paths known`, ofStatus: 0.4, cause: SPAWNS},
	{sample: 'many', name: many => `${many} files changed`, ofStatus: 2, cause: MANY},
	{sample: 'preview', name: () => 'preview'},
	{sample: 'restore one', name: () => 'restore of 1 file', ofStatus: 2.5},
	{sample: 'restore few', name: () => `restore of ${FEW} files`, ofCheckout: 0.5, cause: SAFETY},
	{sample: 'restore many', name: many => `restore of ${many} files`},
];

// The targets are for large trees: on small ones git is so quick that starting processes is all that is measured.
const JUDGED_FROM_FILES = 50_000;

/** A tree that was measured. */
export type Scene = {readonly name: string; readonly files: number; readonly many: number};

/** The limit is `git status -uall` on the user's own warm index. */
export const toRows = ({name: scene, files, many}: Scene, samples: Samples): Row[] => {
	const status = samples.medianOf('status');
	const plain = samples.medianOf('plain status');
	if (status === undefined || plain === undefined) return [];
	const figures = files < JUDGED_FROM_FILES ? FIGURES.map(({sample, name}) => ({sample, name})) : FIGURES;
	const rows = figures.flatMap(figure => toFigureRows(scene, samples, figure, status, many.toLocaleString('en-US')));
	return [tell(scene, 'git status -uall (the limit)', status), tell(scene, 'git status', plain), ...rows];
};

const toFigureRows = (
	scene: string,
	samples: Samples,
	{sample, name, ofStatus, ofShadow, ofCheckout, cause}: Figure,
	status: Cost,
	many: string,
): Row[] => {
	const cost = samples.medianOf(sample);
	if (cost === undefined) return [];
	const shadow = samples.medianOf(`shadow ${sample}`);
	const checkout = sample === 'restore few' ? samples.medianOf('checkout') : undefined;
	const rows = [
		compare(scene, name(many), cost, {name: 'git status -uall', cost: status}, ofStatus),
		...(shadow === undefined ? [] : [compare(scene, name(many), cost, {name: 'shadow repository', cost: shadow}, ofShadow)]),
		...(checkout === undefined ? [] : [compare(scene, name(many), cost, {name: 'git checkout HEAD -- .', cost: checkout}, ofCheckout)]),
	];
	return cause === undefined ? rows : rows.map(row => ({...row, cause}));
};

const MOST_LIST_MS = 60;

export const toListRows = (samples: Samples, listed: number): Row[] => {
	const empty = samples.medianOf('empty');
	const list = samples.medianOf('list');
	if (empty === undefined || list === undefined) return [];
	const name = `list of ${listed.toLocaleString('en-US')}, beyond an empty list`;
	return [limit('a small tree', name, list.cpuMs - empty.cpuMs, 'ms CPU', MOST_LIST_MS, list.wallMs - empty.wallMs)];
};
