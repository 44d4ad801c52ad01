import {EXIT} from '../../../domain/failures.ts';
import type {WorkflowSummary} from '../../../domain/rad.ts';
import {formatProblem, type WorkflowProblem} from '../../../domain/workflow-problem.ts';
import {formatPlural} from '../../../views/format.ts';
import {type Context, defineCommand} from '../../command.ts';
import {JSON_FLAG} from '../../flags.ts';
import {toProblemJson} from '../../json-records.ts';
import {type Listing, printListing} from '../../listing.ts';

export const workflowListCommand = defineCommand({
	path: 'workflow list',
	group: 'Look',
	summary: 'List the workflows and mistakes in them',
	description: ['Reads the files in .radium/workflows. A file with mistakes is listed too, and each mistake is shown with its place.'],
	input: {},
	flags: {json: JSON_FLAG},
	pipeFields: ['name', 'file', 'inputs (a required one with a *)', 'number of problems', 'description'],
	examples: [{words: 'rad workflow list', note: 'what can be run here'}],
	exitCodes: {0: 'Done, also when files have mistakes.', 3: 'There is no workspace.'},
	run: async ({flags, ...context}) => {
		const workflows = await context.host.openWorkflows(context.directory).list();
		await printListing(toListing(workflows), {...context, isJson: flags.json});
		const problems = workflows.flatMap(workflow => workflow.problems);
		if (!flags.json && problems.length > 0) await printProblems(problems, context);
		return EXIT.done;
	},
});

/** For a person they belong to the list; for a script they are no line of it. */
const printProblems = async (problems: readonly WorkflowProblem[], {out, err}: Context): Promise<void> =>
	out.isTerminal ? out.lines(['', ...problems.map(formatProblem)]) : err.lines(problems.map(formatProblem));

const toListing = (items: readonly WorkflowSummary[]): Listing<WorkflowSummary> => ({
	items,
	columns: [
		{title: 'Workflow', toCell: ({name}) => ({text: name, tone: 'strong'})},
		{title: 'Inputs', isFlexible: true, toCell: toInputs},
		{
			title: 'Description',
			toCell: ({problems, description}) =>
				problems.length > 0 ? {text: `✖ ${formatPlural(problems.length, 'mistake')}`, tone: 'bad'} : (description ?? ''),
		},
	],
	toFields: workflow => [workflow.name, workflow.file, toInputs(workflow), workflow.problems.length, workflow.description],
	toJson: ({name, file, description, inputs, problems}) => ({
		name,
		file,
		description,
		inputs: inputs.map(({name, isRequired, description}) => ({name, isRequired, description})),
		problems: problems.map(toProblemJson),
	}),
	empty: 'There are no workflows in .radium/workflows yet. rad init puts an example there.',
});

const toInputs = ({inputs}: WorkflowSummary): string => inputs.map(({name, isRequired}) => `${name}${isRequired ? '*' : ''}`).join(' ');
