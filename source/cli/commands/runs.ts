import {EXIT} from '../../domain/failures.ts';
import {formatDuration} from '../../domain/figures.ts';
import type {Run} from '../../domain/records.ts';
import {formatAgo} from '../../views/format.ts';
import {labelRun} from '../../views/status-label.ts';
import {defineReadCommand} from '../command.ts';
import {JSON_FLAG} from '../flags.ts';
import {toRunJson} from '../json-records.ts';
import {type Listing, printListing, toIsoTime} from '../listing.ts';
import {toStatusCell} from '../status-cell.ts';

export const runsCommand = defineReadCommand({
	path: 'runs',
	group: 'Look',
	summary: 'List the runs, newest first',
	description: [
		'A queued run waits for others to be over. A run is interrupted when the rad that drove it died; rad resume goes on with it, rad cancel ends what is left of it.',
	],
	input: {},
	flags: {json: JSON_FLAG},
	pipeFields: ['id', 'workflow', 'status', 'startedAt', 'endedAt', 'error'],
	examples: [
		{words: 'rad runs', note: 'all runs'},
		{words: "rad runs --json | jq -r '.[0].id'", note: 'the id of the newest run'},
	],
	exitCodes: {0: 'Done, also when there are none.', 3: 'There is no workspace.'},
	run: async ({flags, ...context}) => {
		const rad = await context.open();
		await printListing(toListing(await rad.runs.list(), context.clock.now()), {...context, isJson: flags.json});
		return EXIT.done;
	},
});

const toListing = (items: readonly Run[], now: number): Listing<Run> => ({
	items,
	columns: [
		{title: 'Run', toCell: run => run.id},
		{title: 'Workflow', isFlexible: true, toCell: run => ({text: run.workflow, tone: 'strong'})},
		{title: 'Status', toCell: run => toStatusCell(labelRun(run))},
		{title: 'Started', align: 'right', toCell: run => formatAgo(run.startedAt, now)},
		{title: 'Time', align: 'right', toCell: run => formatDuration((run.endedAt ?? now) - run.startedAt)},
		{title: '', toCell: run => ({text: run.error ?? '', tone: 'quiet'})},
	],
	toFields: run => [run.id, run.workflow, run.status, toIsoTime(run.startedAt), toIsoTime(run.endedAt), run.error],
	toJson: toRunJson,
	empty: 'Nothing has run here yet. Start something: rad run <workflow>',
});
