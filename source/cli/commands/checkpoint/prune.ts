import {EXIT} from '../../../domain/failures.ts';
import type {Checkpoint, PruneLimits, PruneResult, StoreSize} from '../../../domain/records.ts';
import {layOutColumns} from '../../../views/columns.ts';
import {formatAgo, formatPlural, formatStoreSize} from '../../../views/format.ts';
import type {Line} from '../../../views/line.ts';
import {type Context, defineCommand} from '../../command.ts';
import {JSON_FLAG} from '../../flags.ts';
import {toPruneJson} from '../../json-records.ts';
import {toIsoTime} from '../../listing.ts';
import type {Field} from '../../output.ts';
import {withProgress} from '../../progress-line.ts';

export const checkpointPruneCommand = defineCommand({
	path: 'checkpoint prune',
	group: 'Undo',
	summary: 'Remove old checkpoints',
	description: [
		'A checkpoint goes when it is beyond any of the limits that are given. Without limits the usual retention decides: everything of the last 3 runs stays, and what you took by hand; the rest goes after 7 days, beyond 500 checkpoints or beyond 1 GB. The settings checkpoints.keep, checkpoints.max_age and checkpoints.max_size change it: rad help configuration.',
		'The newest safety checkpoint and those of active runs always stay. Only what rad itself has stored is removed; your repository is never cleaned up.',
		'A pipe gets a line for each checkpoint: removed, its id, time, kind and label; then three lines with a name, a tab and values: kept with the number of checkpoints that stay, before and after with the bytes that only the checkpoints take and those that the repository has too.',
	],
	input: {},
	flags: {
		keep: {type: 'count', placeholder: 'N', description: 'Only the newest N stay.'},
		olderThan: {type: 'duration', placeholder: 'TIME', description: 'Those older than this go: 7d, 12h, 30m.'},
		maxSize: {type: 'size', placeholder: 'SIZE', description: 'The oldest go until all take less than this: 200kB, 500MB, 1GB.'},
		dryRun: {type: 'switch', description: 'Show what would go, and remove nothing.'},
		json: JSON_FLAG,
	},
	examples: [
		{words: 'rad checkpoint prune', note: 'the usual retention'},
		{words: 'rad checkpoint prune --older-than 2d --dry-run', note: 'what would go'},
		{words: 'rad checkpoint prune --keep 20 --max-size 500MB', note: 'when the disk is small'},
	],
	exitCodes: {
		0: 'Done, also when nothing had to go.',
		2: 'A limit is no number, duration or size.',
		3: 'There is no workspace.',
		4: 'Another rad works on the checkpoints.',
		5: 'The store is damaged or cannot be written.',
	},
	run: async ({flags, ...context}) => {
		const rad = await context.open();
		const result = await withProgress(context, 'choose-checkpoints', onProgress =>
			rad.checkpoints.prune(toLimits(flags), {isDryRun: flags.dryRun, onProgress}),
		);
		if (flags.json) await context.out.json(toPruneJson(result));
		else if (!context.out.isTerminal) await context.out.fields(toFields(result));
		else await context.out.lines(toLines(result, flags.dryRun, context));
		return EXIT.done;
	},
});

type LimitFlags = {readonly keep: number | undefined; readonly olderThan: number | undefined; readonly maxSize: number | undefined};

const toLimits = ({keep, olderThan, maxSize}: LimitFlags): PruneLimits => ({
	...(keep === undefined ? {} : {keep}),
	...(olderThan === undefined ? {} : {olderThanMs: olderThan}),
	...(maxSize === undefined ? {} : {maxSizeBytes: maxSize}),
});

const toFields = ({removed, kept, before, after}: PruneResult): ReadonlyArray<readonly Field[]> => [
	...removed.map(({id, createdAt, kind, label}) => ['removed', id, toIsoTime(createdAt), kind, label]),
	['kept', kept],
	['before', ...toBytes(before)],
	['after', ...toBytes(after)],
];

const toBytes = ({ownBytes, sharedBytes}: StoreSize): readonly Field[] => [ownBytes, sharedBytes];

const COLUMNS = [{title: 'Checkpoint'}, {title: 'Taken', align: 'right'}, {title: 'Kind'}, {title: 'Label', isFlexible: true}] as const;

const toLines = (result: PruneResult, isDryRun: boolean, {out, clock}: Context): ReadonlyArray<Line | string> => {
	const {removed, kept, before, after} = result;
	const stay = `${formatPlural(kept, 'checkpoint')} ${isDryRun ? 'would stay' : kept === 1 ? 'stays' : 'stay'}`;
	if (removed.length === 0) return [`Nothing has to go; ${stay.replace('would ', '')}, and take${kept === 1 ? 's' : ''} ${formatStoreSize(after)}.`];
	const now = clock.now();
	return [
		...layOutColumns(
			COLUMNS,
			removed.map(checkpoint => toCells(checkpoint, now)),
			out.columns,
		),
		[],
		`${formatPlural(removed.length, 'checkpoint')} ${isDryRun ? 'would go' : removed.length === 1 ? 'is gone' : 'are gone'}; ${stay}.`,
		isDryRun ? `They take ${formatStoreSize(before)}.` : `They took ${formatStoreSize(before)}. Now it is ${formatStoreSize(after)}.`,
	];
};

const toCells = ({id, createdAt, kind, label}: Checkpoint, now: number) => [
	id,
	formatAgo(createdAt, now),
	{text: kind, tone: 'quiet'} as const,
	label,
];
