import {adviseOnName} from '../../domain/misspelt-names.ts';
import type {InputValues, Plan, PlanChild, PlanInput, PlanNode} from '../../domain/plan.ts';
import type {WorkflowProblem} from '../../domain/workflow-problem.ts';
import type {Path, YamlDocument} from '../../workspace/yaml-document.ts';
import {type ChildOutline, MAX_DEPTH} from './outline.ts';

/** What a step gives to the workflow that it runs: plain values, and texts with `${{ }}`. */
export type Given = InputValues;

/** A step that runs a workflow: where it stands, and what it gives to it. */
export type Caller = {readonly document: YamlDocument; readonly path: Path; readonly given: Given};

/** What is wrong with running a workflow there; mistakes in its own file are told for that file. */
export const findChildProblems = ({document, path, given}: Caller, child: ChildOutline): readonly WorkflowProblem[] => {
	const {reading} = child;
	const tell = (message: string): WorkflowProblem => document.problemAt(child.path, `workflow: ${message}`);
	if (!('problems' in reading)) return [tell(reading.problem)];
	if (reading.plan === undefined) return reading.problems;
	const inputs = reading.plan.inputs;
	return [
		...findUnfit(child, reading.plan).map(tell),
		...Object.entries(given).flatMap(([name, value]) => judgeGiven({document, path, given}, child.name, inputs, name, value)),
		...inputs
			.filter(({name, isRequired, defaultValue}) => isRequired && defaultValue === null && !Object.hasOwn(given, name))
			.map(({name}) => document.problemAtKey(path, 'with', `with: the input "${name}" of ${child.name} is missing`)),
	];
};

/** What a workflow may have only where it is run by itself: here it would be left out without a word. */
const findUnfit = ({name, depth}: ChildOutline, plan: Plan): readonly string[] => [
	...(plan.onFailure.length > 0 ? [`${name} has on_failure, which would not be run here; move that to this file`] : []),
	...(plan.finally.length > 0 ? [`${name} has finally, which would not be run here; move that to this file`] : []),
	...(depth + toHeight(plan.steps) > MAX_DEPTH ? [`workflows and blocks may stand in each other up to ${MAX_DEPTH} deep`] : []),
];

/** How many lists of steps stand in each other; a list that is one step again and again is none. */
const toHeight = (nodes: readonly PlanNode[]): number =>
	1 + Math.max(0, ...nodes.map(node => (node.kind === 'steps' ? toHeight(node.steps) - (node.isSingle ? 1 : 0) : 0)));

const judgeGiven = (
	{document, path}: Caller,
	workflow: string,
	inputs: readonly PlanInput[],
	name: string,
	value: string | number | boolean,
): readonly WorkflowProblem[] => {
	const input = inputs.find(each => each.name === name);
	if (input === undefined) {
		const advice = adviseOnName(
			name,
			inputs.map(each => each.name),
		);
		return [document.problemAtKey([...path, 'with'], name, `with: unknown input "${name}" of ${workflow}; ${advice}`)];
	}
	if (isTemplate(value)) return [];
	if (typeof value === input.type) {
		if (input.choices === null || input.choices.includes(value)) return [];
		return [document.problemAt([...path, 'with', name], `with.${name}: is none of ${input.choices.join(', ')}; write one of them`)];
	}
	const right = input.type === 'string' ? 'is not text; put it in quotes' : `is not a ${input.type}; write a ${input.type}`;
	return [document.problemAt([...path, 'with', name], `with.${name}: ${right}`)];
};

const isTemplate = (value: unknown): value is string => typeof value === 'string' && value.includes('${{');

export const toPlanChild = (workflow: string, {inputs, maxParallel}: Plan, given: Given): PlanChild => {
	const defaults = inputs.flatMap(({name, defaultValue}) => (defaultValue === null ? [] : [[name, defaultValue] as const]));
	const isKnown = ([, value]: readonly [string, unknown]): boolean => !isTemplate(value);
	return {
		workflow,
		inputs,
		values: Object.fromEntries([...defaults.filter(([name]) => !isTemplate(given[name])), ...Object.entries(given).filter(isKnown)]),
		templates: Object.fromEntries(Object.entries(given).flatMap(([name, value]) => (isTemplate(value) ? [[name, value]] : []))),
		maxParallel,
	};
};
