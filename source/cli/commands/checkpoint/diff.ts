import {EXIT} from '../../../domain/failures.ts';
import type {Line, Span} from '../../../views/line.ts';
import {CHANGE_FIELDS, listChanges} from '../../change-lines.ts';
import {defineCommand} from '../../command.ts';
import {JSON_FLAG} from '../../flags.ts';
import {printListing} from '../../listing.ts';

export const checkpointDiffCommand = defineCommand({
	path: 'checkpoint diff',
	group: 'Undo',
	summary: 'Show what changed since it, or between two',
	description: [
		'Prints a unified diff from the first checkpoint to the second, or to the work tree now. A pipe gets the diff unchanged, so that git apply can read it; on a terminal control characters of the files are made harmless.',
		'With --stat it lists the changed paths instead.',
	],
	input: {
		from: {isRequired: true, description: 'Id of a checkpoint, or the beginning of one.'},
		to: {isRequired: false, description: 'Id of a later checkpoint; without it, the work tree now.'},
	},
	flags: {
		stat: {type: 'switch', description: 'List the changed paths with their numbers of lines.'},
		json: {...JSON_FLAG, description: 'Print the changed paths as JSON, as --stat does.'},
	},
	pipeFields: CHANGE_FIELDS.map((field, index) => (index === 0 ? `with --stat: ${field}` : field)),
	examples: [
		{words: 'rad checkpoint diff cp_3k9t', note: 'what happened since'},
		{words: 'rad checkpoint diff cp_3k9t cp_3kb0 --stat', note: 'what one step changed'},
	],
	exitCodes: {0: 'Done, also when nothing differs.', 2: 'The id fits several checkpoints.', 3: 'There is no such checkpoint.'},
	run: async ({input, flags, ...context}) => {
		const {checkpoints} = await context.open();
		const from = await checkpoints.find(input.from);
		const to = input.to === undefined ? undefined : (await checkpoints.find(input.to)).id;
		if (flags.stat || flags.json) {
			await printListing(listChanges(await checkpoints.diff(from.id, to), 'Nothing differs.'), {...context, isJson: flags.json});
			return EXIT.done;
		}
		const text = await checkpoints.diffText(from.id, to === undefined ? {} : {to});
		if (!context.out.isTerminal) await context.out.raw(text);
		else if (text === '') await context.err.line([{text: 'Nothing differs.', tone: 'quiet'}]);
		else await context.out.lines(text.replace(/\n$/, '').split('\n').map(toLine));
		return EXIT.done;
	},
});

const TONES: ReadonlyArray<readonly [start: string, tone: NonNullable<Span['tone']>]> = [
	['diff ', 'strong'],
	['+++', 'strong'],
	['---', 'strong'],
	['@@', 'active'],
	['+', 'good'],
	['-', 'bad'],
];

const toLine = (text: string): Line => {
	const tone = TONES.find(([start]) => text.startsWith(start))?.[1];
	return tone === undefined ? [text] : [{text, tone}];
};
