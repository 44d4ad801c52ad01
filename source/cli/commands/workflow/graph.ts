import {EXIT} from '../../../domain/failures.ts';
import type {Plan, PlanNode, Repeat} from '../../../domain/plan.ts';
import {defineCommand} from '../../command.ts';

export const workflowGraphCommand = defineCommand({
	path: 'workflow graph',
	group: 'Look',
	summary: 'Draw a workflow as a Mermaid flowchart',
	description: [
		'Prints the text of a flowchart, from each step to those that come after it: GitHub, GitLab and many editors draw it from a code block named mermaid. A dashed arrow leads to a step with a condition, a box stands around the steps of a block.',
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
const draw = (plan: Plan): readonly string[] => [
	'flowchart TD',
	...drawList(plan.steps, 's', '  '),
	...drawClosing('on_failure', plan.onFailure),
	...drawClosing('finally', plan.finally),
];

const drawClosing = (title: string, nodes: readonly PlanNode[]): readonly string[] =>
	nodes.length === 0 ? [] : [`  subgraph ${title}`, ...drawList(nodes, `${title}_s`, '    '), '  end'];

const drawList = (nodes: readonly PlanNode[], prefix: string, indent: string): readonly string[] => {
	const numbers = new Map(nodes.map(({id}, index) => [id, `${prefix}${index}`]));
	return [
		...nodes.flatMap(node => drawNode(node, numbers.get(node.id) ?? '', indent)),
		...nodes.flatMap(({id, needs, when}) => needs.map(need => `${indent}${numbers.get(need)} ${when === null ? '-->' : '-.->'} ${numbers.get(id)}`)),
	];
};

/** A block is drawn around its steps. */
const drawNode = (node: PlanNode, number: string, indent: string): readonly string[] => {
	if (node.kind === 'approve') return [`${indent}${number}{{"${node.id}"}}`];
	if (node.kind !== 'steps') return [`${indent}${number}["${node.id} · ${node.engine}"]`];
	const title = `${node.id}${describeRepeat(node.repeat)}${node.child === null ? '' : ` · ${node.child.workflow}`}`;
	return [`${indent}subgraph ${number}["${title}"]`, ...drawList(node.steps, `${number}_`, `${indent}  `), `${indent}end`];
};

const describeRepeat = (repeat: Repeat): string => {
	switch (repeat.kind) {
		case 'once':
			return '';
		case 'loop':
			return ` · up to ${repeat.max} rounds`;
		case 'each':
			return ' · for each item';
	}
};
