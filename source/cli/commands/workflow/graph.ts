import {EXIT} from '../../../domain/failures.ts';
import type {Plan} from '../../../domain/plan.ts';
import {defineCommand} from '../../command.ts';

export const workflowGraphCommand = defineCommand({
	path: 'workflow graph',
	group: 'Look',
	summary: 'Draw a workflow as a Mermaid flowchart',
	description: [
		'Prints the text of a flowchart, from each step to those that come after it: GitHub, GitLab and many editors draw it from a code block named mermaid. A dashed arrow leads to a step with a condition.',
	],
	input: {workflow: {isRequired: true, description: 'Name of a workflow file, without .yaml.'}},
	flags: {},
	examples: [{words: 'rad workflow graph example', note: 'for a README'}],
	exitCodes: {0: 'Done.', 2: 'The workflow has mistakes.', 3: 'There is no such workflow, or no workspace.'},
	run: async ({input, out, host, directory}) => {
		await out.lines(draw(await host.openWorkflows(directory).load(input.workflow)));
		return EXIT.done;
	},
});

/** Nodes are numbered, since a name such as `end` is a word of the language. */
const draw = ({steps}: Plan): readonly string[] => {
	const numbers = new Map(steps.map(({id}, index) => [id, `s${index}`]));
	return [
		'flowchart TD',
		...steps.map(({id, engine}) => `  ${numbers.get(id)}["${id} · ${engine}"]`),
		...steps.flatMap(({id, needs, when}) => needs.map(need => `  ${numbers.get(need)} ${when === null ? '-->' : '-.->'} ${numbers.get(id)}`)),
	];
};
