import {EXIT} from '../../../domain/failures.ts';
import type {Checkpoint, FileChange} from '../../../domain/records.ts';
import {formatAgo} from '../../../views/format.ts';
import {formatChanges, toChangeFields} from '../../change-lines.ts';
import {type Context, defineCommand} from '../../command.ts';
import {toCommandLine} from '../../command-line.ts';
import {JSON_FLAG} from '../../flags.ts';
import {toChangeJson, toCheckpointJson} from '../../json-records.ts';
import {type Detail, printDetail, toIsoTime} from '../../listing.ts';

export const checkpointShowCommand = defineCommand({
	path: 'checkpoint show',
	group: 'Undo',
	summary: 'Show a checkpoint and what changed since',
	description: [
		'Shows when and why it was taken, what it does not cover, and how the work tree differs from it now.',
		'A pipe gets one line for each value: its name, a tab, the value; then for each changed path: its change, added lines, deleted lines, the path.',
	],
	input: {checkpoint: {isRequired: true, description: 'Id of a checkpoint, or the beginning of one.'}},
	flags: {json: {...JSON_FLAG, description: 'Print the checkpoint with its changes for scripts.'}},
	examples: [{words: 'rad checkpoint show cp_3k9t', note: 'is this the one?'}],
	exitCodes: {0: 'Done.', 2: 'The id fits several checkpoints.', 3: 'There is no such checkpoint.'},
	run: async ({input, flags, ...context}) => {
		const rad = await context.open();
		const checkpoint = await rad.checkpoints.find(input.checkpoint);
		const changes = await rad.checkpoints.diff(checkpoint.id);
		await printDetail(toDetail(checkpoint, changes, context.clock.now()), {...context, isJson: flags.json});
		if (!flags.json) await printChanges(checkpoint, changes, context);
		return EXIT.done;
	},
});

const toDetail = (checkpoint: Checkpoint, changes: readonly FileChange[], now: number): Detail => ({
	rows: [
		{title: 'Checkpoint', cell: {text: checkpoint.id, tone: 'strong'}, field: ['id', checkpoint.id]},
		{title: 'Taken', cell: `${formatAgo(checkpoint.createdAt, now)}, ${checkpoint.label}`, field: ['createdAt', toIsoTime(checkpoint.createdAt)]},
		{title: 'Kind', cell: checkpoint.kind, field: ['kind', checkpoint.kind]},
		{title: '', cell: '', field: ['label', checkpoint.label]},
		{title: 'Run', cell: checkpoint.runId ?? '', field: ['runId', checkpoint.runId]},
		{title: 'Step', cell: checkpoint.stepId ?? '', field: ['stepId', checkpoint.stepId]},
		{title: 'Agent', cell: checkpoint.agentId ?? '', field: ['agentId', checkpoint.agentId]},
		{title: 'Branch', cell: checkpoint.branch ?? '', field: ['branch', checkpoint.branch]},
		{title: 'HEAD', cell: checkpoint.head?.slice(0, 12) ?? '', field: ['head', checkpoint.head]},
		{title: 'Restored then', cell: checkpoint.target ?? '', field: ['target', checkpoint.target]},
		...checkpoint.uncovered.map((path, index) => ({title: index === 0 ? 'Not covered' : '', cell: path, field: ['uncovered', path] as const})),
	],
	json: {...toCheckpointJson(checkpoint), changes: changes.map(toChangeJson)},
});

const WORDS = {added: 'created', modified: 'edited', deleted: 'deleted'} as const;

const printChanges = async ({id}: Checkpoint, changes: readonly FileChange[], context: Context): Promise<void> => {
	const {out} = context;
	if (!out.isTerminal) return out.fields(changes.map(toChangeFields));
	if (changes.length === 0) return out.lines(['', 'The work tree is as it was then.']);
	await out.lines([
		[],
		[{text: 'Changed since', tone: 'quiet'}],
		...formatChanges(changes, WORDS, out.columns),
		[],
		[{text: 'To go back: ', tone: 'quiet'}, toCommandLine(`checkpoint restore ${id}`, context)],
	]);
};
