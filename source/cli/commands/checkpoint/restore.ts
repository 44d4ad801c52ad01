import type {RestoreScope} from '../../../domain/records.ts';
import {defineCommand} from '../../command.ts';
import {RESTORE_FIELDS, RESTORE_FLAGS, requireConsent, runRestore} from '../../restore-flow.ts';
import {toWorkTreePaths} from '../../work-tree-path.ts';

export const checkpointRestoreCommand = defineCommand({
	path: 'checkpoint restore',
	group: 'Undo',
	summary: 'Make the work tree what it was then',
	description: [
		'Shows what will change and who changed it since, and asks. Files are rewritten or brought back, and those created since are deleted; ignored files stay. HEAD, branches and the stash are never touched.',
		'What is staged goes back too, as long as HEAD is what it was; --index and --no-index decide it otherwise.',
		'A safety checkpoint is taken first. The last line of the output is the command that undoes the restore.',
	],
	input: {checkpoint: {isRequired: true, description: 'Id of a checkpoint, or the beginning of one.'}},
	flags: {
		path: {
			type: 'texts',
			placeholder: 'PATH',
			description: 'Only what is at or below this path, as seen from the folder where the command works. Can be repeated.',
		},
		keepNew: {type: 'switch', description: 'Leave files alone that were created since.'},
		index: {type: 'switch', description: 'Restore what was staged, also on another commit.'},
		noIndex: {type: 'switch', description: 'Leave alone what is staged.'},
		...RESTORE_FLAGS,
	},
	pipeFields: RESTORE_FIELDS,
	examples: [
		{words: 'rad checkpoint restore cp_3k9t', note: 'look first, then decide'},
		{words: 'rad checkpoint restore cp_3k9t --dry-run', note: 'only look'},
		{words: 'rad checkpoint restore cp_3k9t --path src --path README.md', note: 'take back only these'},
		{words: 'rad checkpoint restore cp_3k9t --yes', note: 'in a script'},
	],
	exitCodes: {
		0: 'Restored, or nothing differed; with --dry-run, the plan was shown.',
		2: 'The id fits several checkpoints, or flags that do not go together.',
		3: 'There is no such checkpoint, or nothing at a path.',
		4: 'An agent is at work here, or something else writes; nothing was changed.',
		5: 'The checkpoint is damaged, or the disk is full.',
		7: 'You said no, nobody could be asked, or a path is not in the work tree; nothing was changed.',
	},
	run: async ({input, flags, ...context}) => {
		requireConsent(flags, context);
		const rad = await context.open();
		const checkpoint = await rad.checkpoints.find(input.checkpoint);
		const scope = toScope(await toWorkTreePaths(flags.path, rad), flags);
		return runRestore(context, rad, {checkpoint, scope, flags});
	},
});

type ScopeFlags = {readonly keepNew: boolean; readonly index: boolean; readonly noIndex: boolean};

const toScope = (paths: readonly string[], {keepNew, index, noIndex}: ScopeFlags): RestoreScope => ({
	...(paths.length === 0 ? {} : {paths}),
	...(keepNew ? {keepNew} : {}),
	...(index ? {index: 'always'} : noIndex ? {index: 'never'} : {}),
});
