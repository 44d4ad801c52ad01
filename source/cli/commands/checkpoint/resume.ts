import {EXIT} from '../../../domain/failures.ts';
import type {ResumeResult} from '../../../domain/records.ts';
import type {Line} from '../../../views/line.ts';
import {defineCommand} from '../../command.ts';
import {JSON_FLAG} from '../../flags.ts';
import {toResumeJson} from '../../json-records.ts';
import {withProgress} from '../../progress-line.ts';
import {toWayBack} from '../../restore-flow.ts';
import {formatWayBack} from '../../restore-lines.ts';

export const checkpointResumeCommand = defineCommand({
	path: 'checkpoint resume',
	group: 'Undo',
	summary: 'Finish or undo a half-done restore',
	description: [
		'When rad was killed in the middle of a restore, some files are as they were then and some are not. This finishes the restore; with --undo it brings back what was there before it.',
		'A safety checkpoint is taken first. The last line of the output is the command that brings back the half-done state.',
	],
	input: {},
	leavesRestores: true,
	flags: {undo: {type: 'switch', description: 'Bring back what was there before the restore.'}, json: JSON_FLAG},
	examples: [
		{words: 'rad checkpoint resume', note: 'finish it'},
		{words: 'rad checkpoint resume --undo', note: 'as if it had never begun'},
	],
	exitCodes: {
		0: 'Done, or no restore was cut short.',
		3: 'There is no workspace.',
		4: 'An agent is at work here, or something else writes; the restore is as unfinished as before.',
		5: 'A checkpoint is damaged, or the disk is full.',
	},
	run: async ({flags, ...context}) => {
		const {out, notes} = context;
		const rad = await context.open();
		const result = await withProgress(context, 'look-at-files', onProgress =>
			rad.checkpoints.resume(flags.undo ? 'undo' : 'finish', {isPatient: true, onProgress}),
		);
		if (result === undefined) {
			if (flags.json) await out.json(null);
			else await notes.line('No restore was cut short here; there is nothing to resume.');
			return EXIT.done;
		}
		const back = toWayBack(result.safety, context);
		if (flags.json) await out.json(toResumeJson(result, back));
		else await out.lines([formatOutcome(result), ...formatWayBack('To bring back the half-done state:', back)]);
		return EXIT.done;
	},
});

const formatOutcome = ({target, outcome}: ResumeResult): Line => {
	const name = [`The restore of `, {text: target, tone: 'strong'} as const];
	switch (outcome) {
		case 'finished':
			return [...name, ' is finished: the files are what they were then.'];
		case 'undone':
			return [...name, ' is undone: the files are what they were before it.'];
	}
};
