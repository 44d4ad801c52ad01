import {EXIT} from '../../domain/failures.ts';
import {labelRun} from '../../views/status-label.ts';
import {defineCommand} from '../command.ts';
import {JSON_FLAG} from '../flags.ts';
import {toRunJson} from '../json-records.ts';
import {toStatusCell} from '../status-cell.ts';

export const cancelCommand = defineCommand({
	path: 'cancel',
	group: 'Work',
	summary: 'Stop a run and every process of it',
	description: [
		'Asks the agents of the run to stop, gives them time to save their work, and ends what is left. It works too when the rad that drove the run is dead.',
	],
	input: {run: {isRequired: true, description: 'Id of a run, or the beginning of one.'}},
	flags: {now: {type: 'switch', description: 'End the processes at once, without asking them.'}, json: JSON_FLAG},
	pipeFields: ['id', 'status'],
	examples: [
		{words: 'rad cancel run_3k9t', note: 'let agents save their work'},
		{words: 'rad cancel run_3k9t --now', note: 'do not wait for them'},
	],
	exitCodes: {0: 'No process of the run is left.', 2: 'The id fits several runs.', 3: 'There is no such run.', 4: 'The run is over already.'},
	run: async ({input, flags, out, err, ...context}) => {
		const rad = await context.open();
		const run = await rad.runs.find(input.run);
		if (out.isTerminal && !flags.json) await err.line([{text: flags.now ? 'Ending its processes …' : 'Asking its agents to stop …', tone: 'quiet'}]);
		const ended = await rad.runs.cancel(run.id, flags.now ? 'now' : 'graceful');
		if (flags.json) await out.json(toRunJson(ended));
		else if (out.isTerminal)
			await out.line([toStatusCell(labelRun(ended)), ` ${ended.workflow}. No process of `, {text: ended.id, tone: 'quiet'}, ' is left.']);
		else await out.fields([[ended.id, ended.status]]);
		return EXIT.done;
	},
});
