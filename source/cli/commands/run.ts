import {EXIT} from '../../domain/failures.ts';
import type {StartOptions} from '../../domain/rad.ts';
import {type Context, defineCommand} from '../command.ts';
import {tellDetached} from '../detached-run.ts';
import {INPUT_FLAG} from '../flags.ts';
import {toStartPreviewJson} from '../json-workflow.ts';
import {runAndTell} from '../run-in-foreground.ts';
import {readPart} from '../run-part.ts';
import {tellSkipped} from '../skipped-run.ts';
import {formatStartPreview, toStartPreviewFields} from '../start-preview.ts';
import {usageError} from '../usage.ts';
import {readWorkflowInputs} from '../workflow-inputs.ts';

export const runCommand = defineCommand({
	path: 'run',
	group: 'Work',
	summary: 'Run a workflow and wait for it',
	description: [
		'Runs .radium/workflows/<workflow>.yaml. A checkpoint is taken before each step, so what the agents do can be undone. Progress goes to standard error and a summary to standard output.',
		'With --no-checkpoint none is taken: nothing that the agents do can be undone then.',
		'Ctrl-C stops every process of the run. With --detach the run goes on in the background.',
		'One run at a time is at work in a workspace. Another is refused, unless its workflow has concurrency: then it waits as queued, cancels the run that is at work, or is skipped. With --wait it waits in any case.',
		'With --from the step and all that comes after it are run. The other steps are taken over from the newest run of the workflow, or the one that --of names: they end as they did there, hand on what they handed on there, and cost nothing. With --only just the step is run: what comes before it is taken over, and the rest is left out, on_failure and finally too. Inputs that are not given are those of the earlier run. The files are used as they are now.',
		'With --dry-run nothing is started and nothing is changed: it prints what becomes of other runs, the inputs, limits and steps as they would be started, with the inputs filled in, and fails as the start would. What only the run can tell stays as ${{ … }}. A pipe gets a line for each thing then, which begins with what it is. run: workflow, its budget in billionths of a dollar, tokens, turns and ms, --max-cost. input: name, type, value. step: the fields of rad workflow show, whether its condition holds, kind, whether a checkpoint is taken, session, prompt or command. conflict: what would be done about runs that are at work or queued (queue, cancel, skip), their ids separated by commas. taken: name of a step that is taken over, status, run. left-out: name of a step.',
	],
	input: {workflow: {isRequired: true, description: 'Name of a workflow file, without .yaml.'}},
	flags: {
		input: INPUT_FLAG,
		from: {type: 'text', placeholder: 'STEP', description: 'Begin with this step, on what an earlier run has done.'},
		only: {type: 'text', placeholder: 'STEP', description: 'Run just this step, on what an earlier run has done.'},
		of: {type: 'text', placeholder: 'RUN', description: 'With --from or --only: the earlier run; the newest of the workflow unless given.'},
		wait: {type: 'switch', description: 'Wait for other runs of the workspace to be over, whatever the workflow says.'},
		detach: {type: 'switch', description: 'Start it in the background and print its id.'},
		maxCost: {type: 'money', placeholder: 'USD', description: 'Stop the run when it has cost this much, or less if its workflow says so.'},
		dryRun: {type: 'switch', description: 'Only tell what would be started.'},
		noCheckpoint: {type: 'switch', description: 'Take no checkpoints: nothing can be undone.'},
		json: {
			type: 'switch',
			description:
				'Print each event as a JSON object on a line; the last one is the run. With --detach only the run; with --dry-run one object with all of that.',
		},
	},
	examples: [
		{words: 'rad run example', note: 'run it here'},
		{words: 'rad run example --max-cost 2.50', note: 'spend no more than that'},
		{words: 'rad run example --wait', note: 'after the run that is at work'},
		{words: 'rad run fix --from test', note: 'go on from there, without repeating what is done'},
		{words: 'rad run fix --input issue=12 --dry-run', note: 'only look at what it would do'},
		{words: 'rad run fix --input issue=12 --detach', note: 'run it in the background; watch it with rad top'},
	],
	exitCodes: {
		0: 'The run completed; with --detach, it has started or is queued; with --dry-run, it could start. Also when it was skipped.',
		1: 'The run failed.',
		2: 'The workflow file or an input is wrong; nothing was started.',
		3: 'There is no such workflow, step or earlier run, or no workspace.',
		4: 'Another run is active here, or the earlier run has not done what is needed of it.',
		5: 'The configuration or the file of your prices has mistakes; nothing was started.',
		6: 'An engine, or a secret that the workflow needs, is missing.',
		130: 'Ctrl-C; every process of the run was stopped.',
	},
	run: async ({input, flags, ...context}) => {
		if (flags.dryRun && flags.detach) throw usageError('--dry-run and --detach do not go together.', 'run');
		const part = readPart(flags);
		const start: StartOptions = {
			workflow: input.workflow,
			inputs: readWorkflowInputs(flags.input, 'run'),
			...(flags.maxCost === undefined ? {} : {maxCostNanoUsd: flags.maxCost}),
			...(flags.noCheckpoint ? {withoutCheckpoints: true} : {}),
			...(flags.wait ? {isPatient: true} : {}),
			...(part === undefined ? {} : {part}),
		};
		if (flags.dryRun) return preview(context, start, flags.json);
		const rad = await context.open();
		const begin = async (): Promise<number> =>
			flags.detach
				? tellDetached(context, await rad.runs.start(start), flags.json)
				: runAndTell(context, rad, attendance => rad.runs.execute({...start, ...attendance}), flags.json);
		return tellSkipped(context, start.workflow, begin, flags.json);
	},
});

const preview = async ({host, directory, out}: Context, start: StartOptions, isJson: boolean): Promise<number> => {
	const found = await host.previewStart(directory, start);
	if (isJson) await out.json(toStartPreviewJson(found));
	else if (out.isTerminal) await out.lines(formatStartPreview(found, out.columns));
	else await out.fields(toStartPreviewFields(found));
	return EXIT.done;
};
