import {EXIT, RadError} from '../../../domain/failures.ts';
import type {CheckpointId} from '../../../domain/ids.ts';
import type {Rad} from '../../../domain/rad.ts';
import type {RestorePlan, RestoreResult} from '../../../domain/records.ts';
import {formatTime} from '../../../views/format.ts';
import type {Line} from '../../../views/line.ts';
import {countChanges, formatChanges} from '../../change-lines.ts';
import {type Context, defineCommand} from '../../command.ts';
import {toCommandLine} from '../../command-line.ts';
import {confirm} from '../../confirm.ts';
import {JSON_FLAG} from '../../flags.ts';
import {toRestoreJson} from '../../json-records.ts';
import {toSignalExit} from '../../print-failure.ts';

export const checkpointRestoreCommand = defineCommand({
	path: 'checkpoint restore',
	group: 'Undo',
	summary: 'Make the work tree what it was then',
	description: [
		'Shows what will change and asks. Files are rewritten or brought back, and those created since are deleted; ignored files stay. HEAD, branches and the stash are never touched.',
		'A safety checkpoint is taken first. The last line of the output is the command that undoes the restore.',
	],
	input: {checkpoint: {isRequired: true, description: 'Id of a checkpoint, or the beginning of one.'}},
	flags: {yes: {type: 'switch', short: 'y', description: 'Do not ask. Needed where nobody can answer.'}, json: JSON_FLAG},
	examples: [
		{words: 'rad checkpoint restore cp_3k9t', note: 'look first, then decide'},
		{words: 'rad checkpoint restore cp_3k9t --yes', note: 'in a script'},
	],
	exitCodes: {
		0: 'Restored, or nothing differed.',
		3: 'There is no such checkpoint.',
		4: 'An agent is at work here, or something else writes; nothing was changed.',
		7: 'You said no, or nobody could be asked; nothing was changed.',
	},
	run: async ({input, flags, ...context}) => {
		if (!flags.yes && (flags.json || !canAsk(context))) {
			throw new RadError('CONFIRMATION_MISSING', 'A restore changes files, and nobody can be asked here.');
		}
		const rad = await context.open();
		const {id} = await rad.checkpoints.find(input.checkpoint);
		const answer = flags.yes ? 'yes' : await ask(rad, id, context);
		if (answer === 'unneeded') return EXIT.done;
		if (answer === 'no') return context.signal.aborted ? toSignalExit(context.signal) : EXIT.refused;
		const result = await rad.checkpoints.restore(id, {signal: context.signal, stopRuns: false});
		const undo = toCommandLine(`checkpoint restore ${result.safety.id} --yes`, context);
		if (flags.json) await context.out.json(toRestoreJson(result, undo));
		else await context.out.lines(formatResult(result, undo));
		return EXIT.done;
	},
});

const canAsk = ({err, prompt}: Context): boolean => err.isTerminal && prompt !== undefined;

/** Shows the plan on the stream for people, since the result belongs to the other one. */
const ask = async (rad: Rad, id: CheckpointId, context: Context): Promise<'yes' | 'no' | 'unneeded'> => {
	const {err, prompt} = context;
	if (prompt === undefined) return 'no';
	const plan = await rad.checkpoints.preview(id);
	if (plan.changes.length === 0) {
		await err.line('The work tree is as it was then; there is nothing to restore.');
		return 'unneeded';
	}
	await err.lines(formatPlan(plan, err.columns));
	if (await confirm('Restore?', {...context, prompt})) return 'yes';
	await err.line('Nothing was changed.');
	return 'no';
};

const PLAN_WORDS = {modified: 'rewrite', added: 'bring back', deleted: 'delete'} as const;
const RESULT_WORDS = {modified: 'rewritten', added: 'brought back', deleted: 'deleted'} as const;

const formatPlan = ({checkpoint, changes, kept, willRestoreIndex, hasHeadMoved}: RestorePlan, width: number): readonly Line[] => [
	['Going back to ', {text: checkpoint.id, tone: 'strong'}, ` (${checkpoint.label}, ${formatTime(checkpoint.createdAt)}) will`],
	...formatChanges(changes, PLAN_WORDS, width),
	...kept.map(({path, reason}): Line => [{text: `= leave alone ${path}: ${reason}`, tone: 'quiet'}]),
	...(hasHeadMoved ? [[{text: 'Commits were made or the branch was switched since; they stay.', tone: 'attention'} as const]] : []),
	...(willRestoreIndex ? [] : [[{text: 'What is staged stays as it is now.', tone: 'quiet'} as const]]),
	[],
];

const formatResult = ({restored, changes, hasHeadMoved}: RestoreResult, undo: string): ReadonlyArray<Line | string> => [
	[`Restored ${restored.id}: `, changes.length === 0 ? 'nothing differed' : countChanges(changes, RESULT_WORDS), '.'],
	...(hasHeadMoved ? ['Commits and branches stay as they are.'] : []),
	'To undo:',
	undo,
];
