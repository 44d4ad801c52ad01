import {EXIT} from '../../../domain/failures.ts';
import {formatProblem} from '../../../domain/workflow-problem.ts';
import {formatPlural} from '../../../views/format.ts';
import {defineCommand} from '../../command.ts';
import {JSON_FLAG} from '../../flags.ts';
import {toProblemJson} from '../../json-records.ts';

export const workflowValidateCommand = defineCommand({
	path: 'workflow validate',
	group: 'Look',
	summary: 'Check workflow files for mistakes',
	description: [
		'Checks all that can be known before a run starts: the format, names, what steps need, conditions and other expressions, engines. Every mistake is told as file:line:column: message. Without a name all workflows are checked.',
	],
	input: {workflow: {isRequired: false, description: 'Name of a workflow file, without .yaml.'}},
	flags: {json: {...JSON_FLAG, description: 'Print the mistakes as a JSON array.'}},
	examples: [
		{words: 'rad workflow validate', note: 'all of them, such as before a commit'},
		{words: 'rad workflow validate release', note: 'one'},
	],
	exitCodes: {0: 'There are no mistakes.', 2: 'There are.', 3: 'There is no such workflow, or no workspace.'},
	run: async ({input, flags, out, notes, host, directory}) => {
		const library = host.openWorkflows(directory);
		const workflows = input.workflow === undefined ? await library.list() : [await library.find(input.workflow)];
		// Those of a workflow are also those of every workflow that runs it.
		const problems = [...new Map(workflows.flatMap(workflow => workflow.problems).map(problem => [formatProblem(problem), problem])).values()];
		if (flags.json) await out.json(problems.map(toProblemJson));
		else await out.lines(problems.map(formatProblem));
		if (out.isTerminal && !flags.json && problems.length === 0)
			await notes.line([{text: `No mistakes in ${formatPlural(workflows.length, 'workflow')}.`, tone: 'quiet'}]);
		return problems.length === 0 ? EXIT.done : EXIT.usage;
	},
});
