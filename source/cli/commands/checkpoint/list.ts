import {EXIT} from '../../../domain/failures.ts';
import type {Checkpoint, StoreSize} from '../../../domain/records.ts';
import {formatAgo, formatPlural, formatStoreSize} from '../../../views/format.ts';
import {type Context, defineCommand} from '../../command.ts';
import {JSON_FLAG, RUN_FILTER_FLAG} from '../../flags.ts';
import {toCheckpointJson} from '../../json-records.ts';
import {type Listing, printListing, toIsoTime} from '../../listing.ts';

export const checkpointListCommand = defineCommand({
	path: 'checkpoint list',
	group: 'Undo',
	summary: 'List the checkpoints, newest first',
	description: [
		'A checkpoint is a restorable picture of the work tree: taken before each step (step), before an agent writes a file (write), after a run (end), before a restore (safety), or by you (manual). The last column counts what changed since the checkpoint before it.',
		'On a terminal the last line tells what all checkpoints take on the disk; rad checkpoint prune frees it.',
	],
	input: {},
	flags: {run: RUN_FILTER_FLAG, json: JSON_FLAG},
	pipeFields: ['id', 'createdAt', 'kind', 'label', 'runId', 'stepId', 'agentId'],
	examples: [{words: 'rad checkpoint list', note: 'where one can go back to'}],
	exitCodes: {0: 'Done, also when there are none.', 3: 'There is no workspace, or no such run.'},
	run: async ({flags, ...context}) => {
		const rad = await context.open();
		const filter = flags.run === undefined ? {} : {runId: (await rad.runs.find(flags.run)).id};
		const checkpoints = await rad.checkpoints.list(filter);
		await printListing(toListing(checkpoints, context.clock.now()), {...context, isJson: flags.json});
		if (context.out.isTerminal && !flags.json && checkpoints.length > 0) await printSize(checkpoints.length, await rad.checkpoints.size(), context);
		return EXIT.done;
	},
});

const toListing = (items: readonly Checkpoint[], now: number): Listing<Checkpoint> => ({
	items,
	columns: [
		{title: 'Checkpoint', toCell: ({id}) => id},
		{title: 'Taken', align: 'right', toCell: ({createdAt}) => formatAgo(createdAt, now)},
		{title: 'Kind', toCell: ({kind}) => ({text: kind, tone: 'quiet'})},
		{title: 'Label', isFlexible: true, toCell: ({label}) => ({text: label, tone: 'strong'})},
		{title: 'Changed', toCell: ({stat}) => formatStat(stat)},
	],
	toFields: ({id, createdAt, kind, label, runId, stepId, agentId}) => [id, toIsoTime(createdAt), kind, label, runId, stepId, agentId],
	toJson: toCheckpointJson,
	empty: 'There are no checkpoints yet. One is taken before each step of a run; rad checkpoint create takes one now.',
});

const printSize = async (count: number, size: StoreSize, {out}: Context): Promise<void> =>
	out.lines(['', [{text: `${formatPlural(count, 'checkpoint')}. All that are kept take ${formatStoreSize(size)}.`, tone: 'quiet'}]]);

const formatStat = (stat: Checkpoint['stat']): string =>
	stat === null ? '' : stat.files === 0 ? 'nothing' : `${formatPlural(stat.files, 'file')} +${stat.additions} -${stat.deletions}`;
