import type {DiffOptions} from '../../../domain/checkpoints.ts';
import {EXIT} from '../../../domain/failures.ts';
import type {Rad} from '../../../domain/rad.ts';
import type {Line, Span} from '../../../views/line.ts';
import {CHANGE_FIELDS, listChanges} from '../../change-lines.ts';
import {type Context, defineCommand} from '../../command.ts';
import {JSON_FLAG} from '../../flags.ts';
import {printListing} from '../../listing.ts';
import {usageError} from '../../usage.ts';
import {toWorkTreePaths} from '../../work-tree-path.ts';

export const checkpointDiffCommand = defineCommand({
	path: 'checkpoint diff',
	group: 'Undo',
	summary: 'Show what changed since it, or between two',
	description: [
		'Prints a unified diff from the first checkpoint to the second, or to the work tree now. A pipe gets the diff unchanged, so that git apply can read it; on a terminal control characters of the files are made harmless.',
		'With --stat it lists the changed paths instead.',
		'A second word that begins with cp_ is a checkpoint; any other is a path, as seen from the folder where the command works. ./cp_x is a file of that name.',
	],
	input: {
		from: {isRequired: true, description: 'Id of a checkpoint, or the beginning of one.'},
		to: {isRequired: false, description: 'Id of a later checkpoint, with its cp_; without it, the work tree now.'},
		path: {isRequired: false, description: 'Only what is at or below this path. It may follow <from> at once.'},
	},
	flags: {
		stat: {type: 'switch', description: 'List the changed paths with their numbers of lines.'},
		json: {...JSON_FLAG, description: 'Print the changed paths as JSON, as --stat does.'},
	},
	pipeFields: CHANGE_FIELDS.map((field, index) => (index === 0 ? `with --stat: ${field}` : field)),
	examples: [
		{words: 'rad checkpoint diff cp_3k9t', note: 'what happened since'},
		{words: 'rad checkpoint diff cp_3k9t cp_3kb0 --stat', note: 'what one step changed'},
		{words: 'rad checkpoint diff cp_3k9t src/limiter.ts', note: 'what happened to one file'},
	],
	exitCodes: {
		0: 'Done, also when nothing differs.',
		2: 'The id fits several checkpoints, or two paths were given.',
		3: 'There is no such checkpoint.',
		7: 'The path is not in the work tree.',
	},
	run: async ({input, flags, ...context}) => {
		const words = readWords(input);
		const rad = await context.open();
		const from = await rad.checkpoints.find(input.from);
		const options = await toOptions(words, rad);
		if (flags.stat || flags.json) {
			await printListing(listChanges(await rad.checkpoints.diff(from.id, options), toEmpty(options)), {...context, isJson: flags.json});
			return EXIT.done;
		}
		await printText(await rad.checkpoints.diffText(from.id, options), toEmpty(options), context);
		return EXIT.done;
	},
});

type Words = {readonly to: string | undefined; readonly path: string | undefined};

/** Tells a checkpoint from a path in the second word. @throws {RadError} `USAGE`. */
const readWords = ({to, path}: Words): Words => {
	if (to === undefined || to.startsWith('cp_')) return {to, path};
	if (path !== undefined) throw usageError(`${to} is no checkpoint, which begins with cp_, and only one path can be given.`, 'checkpoint diff');
	return {to: undefined, path: to};
};

const toOptions = async ({to, path}: Words, rad: Rad): Promise<DiffOptions> => {
	const [below] = await toWorkTreePaths(path === undefined ? [] : [path], rad);
	return {
		...(to === undefined ? {} : {to: (await rad.checkpoints.find(to)).id}),
		...(below === undefined ? {} : {path: below}),
	};
};

/** Names the path: a word may have been meant as a checkpoint. */
const toEmpty = ({path}: DiffOptions): string => (path === undefined ? 'Nothing differs.' : `Nothing differs at or below the path ${path}`);

const printText = async (text: string, empty: string, {out, notes}: Context): Promise<void> => {
	if (!out.isTerminal) await out.raw(text);
	else if (text === '') await notes.line([{text: empty, tone: 'quiet'}]);
	else await out.lines(text.replace(/\n$/, '').split('\n').map(toLine));
};

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
