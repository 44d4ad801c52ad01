import {EXIT} from '../../../domain/failures.ts';
import {defineCommand} from '../../command.ts';
import {RESTORE_FIELDS, RESTORE_FLAGS, requireConsent, runRestore} from '../../restore-flow.ts';

export const checkpointUndoCommand = defineCommand({
	path: 'checkpoint undo',
	group: 'Undo',
	summary: 'Undo the last restore',
	description: [
		'Restores the safety checkpoint that was taken before the last restore. It asks and tells the same as rad checkpoint restore, and takes a safety checkpoint too: a second undo brings back what the first one took.',
	],
	input: {},
	flags: RESTORE_FLAGS,
	pipeFields: RESTORE_FIELDS,
	examples: [
		{words: 'rad checkpoint undo --dry-run', note: 'what it would change'},
		{words: 'rad checkpoint undo', note: 'look first, then decide'},
	],
	exitCodes: {
		0: 'Undone, or there was nothing to undo; with --dry-run, the plan was shown.',
		3: 'There is no workspace.',
		4: 'An agent is at work here, or something else writes; nothing was changed.',
		5: 'The checkpoint is damaged, or the disk is full.',
		7: 'You said no, or nobody could be asked; nothing was changed.',
	},
	run: async ({flags, ...context}) => {
		requireConsent(flags, context);
		const rad = await context.open();
		const checkpoint = await rad.checkpoints.undoPoint();
		if (checkpoint !== undefined) return runRestore(context, rad, {checkpoint, scope: {}, flags});
		if (flags.json) await context.out.json(null);
		else await context.notes.line('Nothing was restored here yet; there is nothing to undo.');
		return EXIT.done;
	},
});
