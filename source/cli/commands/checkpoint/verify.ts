import {EXIT, RadError} from '../../../domain/failures.ts';
import {formatInteger} from '../../../domain/figures.ts';
import type {VerifyResult} from '../../../domain/records.ts';
import {layOutColumns} from '../../../views/columns.ts';
import {formatPlural, formatStoreSize} from '../../../views/format.ts';
import type {Line} from '../../../views/line.ts';
import {defineCommand} from '../../command.ts';
import {JSON_FLAG} from '../../flags.ts';
import {toVerifyJson} from '../../json-records.ts';
import type {Field} from '../../output.ts';
import {withProgress} from '../../progress-line.ts';

export const checkpointVerifyCommand = defineCommand({
	path: 'checkpoint verify',
	group: 'Undo',
	summary: 'Check that every checkpoint is whole',
	description: [
		'Reads and hashes everything that the checkpoints of this work tree hold, which takes a while, and changes nothing. What is damaged is listed with the reason.',
		'A pipe gets one line for each value: its name, a tab, the value; then for each problem: damaged, the id of the checkpoint, the problem.',
	],
	input: {},
	flags: {json: JSON_FLAG},
	examples: [{words: 'rad checkpoint verify', note: 'after a crash, or on an old disk'}],
	exitCodes: {0: 'All are whole.', 3: 'There is no workspace.', 5: 'Some are damaged.', 130: 'Ctrl-C.'},
	run: async ({flags, out, ...context}) => {
		const rad = await context.open();
		const {signal} = context;
		const result = await withProgress(context, 'list-objects', onProgress => rad.checkpoints.verify({signal, onProgress}));
		if (flags.json) await out.json(toVerifyJson(result));
		else if (out.isTerminal) await out.lines(toLines(result, out.columns));
		else await out.fields(toFields(result));
		if (result.damaged.length > 0) throw toFailure(result);
		return EXIT.done;
	},
});

const toLines = ({checkpoints, objects, damaged, size}: VerifyResult, width: number): ReadonlyArray<Line | string> => {
	const read = `${formatPlural(objects, 'object')} ${objects === 1 ? 'was' : 'were'} read. The checkpoints take ${formatStoreSize(size)}.`;
	if (checkpoints === 0) return [`There are no checkpoints. ${read}`];
	if (damaged.length === 0) return [[{text: '✔ ', tone: 'good'}, `${formatPlural(checkpoints, 'checkpoint')}, all whole. ${read}`]];
	return [...layOutColumns([{title: 'Checkpoint'}, {title: 'Problem', isFlexible: true}], damaged.flatMap(toRows), width), [], read];
};

const toRows = ({checkpointId, problems}: VerifyResult['damaged'][number]) =>
	problems.map((problem, index) => [index === 0 ? {text: `✖ ${checkpointId}`, tone: 'bad' as const} : '', problem]);

const toFields = ({checkpoints, objects, damaged, size}: VerifyResult): ReadonlyArray<readonly Field[]> => [
	['checkpoints', checkpoints],
	['objects', objects],
	['ownBytes', size.ownBytes],
	['sharedBytes', size.sharedBytes],
	...damaged.flatMap(({checkpointId, problems}) => problems.map(problem => ['damaged', checkpointId, problem])),
];

const toFailure = ({checkpoints, damaged}: VerifyResult): RadError =>
	new RadError('CHECKPOINT_DAMAGED', `${formatInteger(damaged.length)} of ${formatPlural(checkpoints, 'checkpoint')} cannot be restored whole.`, {
		hint: 'rad checkpoint create',
	});
