import type {Rad} from '../../domain/rad.ts';
import type {Run} from '../../domain/records.ts';
import {isRunOver} from '../../domain/status.ts';
import {type Context, defineCommand} from '../command.ts';
import {toCommandLine} from '../command-line.ts';
import {INPUT_FLAG} from '../flags.ts';
import {requireTerminal} from '../require-terminal.ts';
import {tellSkipped} from '../skipped-run.ts';
import {usageError} from '../usage.ts';
import {readWorkflowInputs} from '../workflow-inputs.ts';

export const topCommand = defineCommand({
	path: 'top',
	group: 'Work',
	summary: 'Watch, meter and undo in a dashboard',
	description: [
		'Shows the newest run of the workspace, also one that another rad started: the agents as a tree, the log of the selected one, tokens and cost, and the checkpoints, which can be restored from there. Press ? for the keys and q to leave.',
		'With --run a workflow is started in the background first. It goes on when you leave. Where another run is at work, it waits, is refused or is skipped as its workflow says.',
	],
	input: {},
	flags: {run: {type: 'text', placeholder: 'WORKFLOW', description: 'Start this workflow and watch it.'}, input: INPUT_FLAG},
	examples: [
		{words: 'rad top', note: 'watch what is there'},
		{words: 'rad top --run example', note: 'start a workflow and watch it'},
	],
	exitCodes: {
		0: 'You left the dashboard, or the workflow was skipped.',
		2: 'The workflow file or an input is wrong.',
		3: 'There is no workspace, or no such workflow.',
		4: 'Another run is active here.',
		5: 'The configuration has mistakes.',
		6: 'There is no terminal.',
	},
	run: async ({flags, ...context}) => {
		if (flags.run === undefined && flags.input.length > 0) throw usageError('--input needs --run.', 'top');
		const inputs = readWorkflowInputs(flags.input, 'top');
		requireTerminal(context);
		const rad = await context.open();
		if (flags.run === undefined) return context.host.showDashboard(rad, {});
		const workflow = flags.run;
		return tellSkipped(context, workflow, async () => watch(context, rad, await rad.runs.start({workflow, inputs})), false);
	},
});

/** Leaving the dashboard does not stop the run, which must not be a surprise. */
const watch = async (context: Context, rad: Rad, {id}: Run): Promise<number> => {
	const exitCode = await context.host.showDashboard(rad, {runId: id});
	const run = await rad.runs.find(id);
	if (!isRunOver(run.status)) {
		const stop = toCommandLine(`cancel ${id}`, context);
		await context.err.line([
			`${run.workflow} ${run.status === 'queued' ? 'is queued' : 'runs on'}. To see it again: ${toCommandLine('top', context)}; to stop it: ${stop}`,
		]);
	}
	return exitCode;
};
