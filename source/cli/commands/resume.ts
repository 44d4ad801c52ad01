import {defineCommand} from '../command.ts';
import {tellDetached} from '../detached-run.ts';
import {runAndTell} from '../run-in-foreground.ts';

export const resumeCommand = defineCommand({
	path: 'resume',
	group: 'Work',
	summary: 'Go on with a run whose rad died',
	description: [
		'Takes in what ended meanwhile, looks after agents that are still at work, and starts again what was lost; no finished step is repeated. The run goes on as it was started, also when its workflow was edited since.',
		'A lost step starts on the files as they are now. To go back to those of before it, restore its checkpoint first.',
	],
	input: {run: {isRequired: true, description: 'Id of an interrupted run, or the beginning of one.'}},
	flags: {
		detach: {type: 'switch', description: 'Go on with it in the background and print its id.'},
		json: {type: 'switch', description: 'Print each event as a JSON object on a line; the last one is the run. With --detach only the run.'},
	},
	examples: [
		{words: 'rad resume run_3k9t', note: 'after a crash, a reboot or a closed lid'},
		{words: 'rad resume run_3k9t --detach', note: 'in the background; watch it with rad top'},
	],
	exitCodes: {
		0: 'The run completed; with --detach, it goes on.',
		1: 'The run failed.',
		2: 'The id fits several runs.',
		3: 'There is no such run, or no workspace.',
		4: 'The run is over or at work, or another one is active here.',
		6: 'An engine, or a secret that the workflow needs, is missing.',
		130: 'Ctrl-C; every process of the run was stopped.',
	},
	run: async ({input, flags, ...context}) => {
		const rad = await context.open();
		const {id} = await rad.runs.find(input.run);
		if (flags.detach) return tellDetached(context, await rad.runs.resumeDetached(id), flags.json);
		return runAndTell(context, rad, attendance => rad.runs.resume(id, attendance), flags.json);
	},
});
