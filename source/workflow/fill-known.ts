import {type FrozenPlan, type InputValues, listPlaces, type Plan, type PlanChild, type PlanNode, type PlanStep} from '../domain/plan.ts';
import {type Expression, evaluateExpression, evaluateTemplate, listExpressions, parseTemplate, toCondition} from './format/actions-expressions.ts';
import {CONTEXTS} from './format/contexts.ts';
import {resolveGiven} from './run-inputs.ts';

/** What is known before a run has an id and any step is over. */
const KNOWN = ['inputs'] as const;

/** What expressions at one place can be filled in with before the start. */
type Known = {
	readonly inputs: InputValues;
	/** Names of inputs of which only the run will tell the value, in small letters. */
	readonly open: ReadonlySet<string>;
};

/** The plan with all of its texts filled in that are known before the start; the rest of their templates stays as it is. */
export const fillKnown = ({plan, inputs}: FrozenPlan): Plan => {
	const names = [...CONTEXTS, ...listBound(plan)];
	const fillStep = (step: PlanStep, known: Known): PlanStep => {
		const fill = (text: string): string => fillText(text, names, known, plan.name);
		return {...step, text: fill(step.text), env: Object.fromEntries(Object.entries(step.env).map(([name, text]) => [name, fill(text)]))};
	};
	const fillAll = (nodes: readonly PlanNode[], known: Known): readonly PlanNode[] =>
		nodes.map(node => {
			if (node.kind === 'steps') return {...node, steps: fillAll(node.steps, node.child === null ? known : enterChild(known, node.child))};
			return node.kind === 'approve' ? node : fillStep(node, known);
		});
	const top = toKnown(inputs);
	return {...plan, steps: fillAll(plan.steps, top), onFailure: fillAll(plan.onFailure, top), finally: fillAll(plan.finally, top)};
};

/** What the conditions of the steps say, by the names of their places; null where only the run will tell. */
export const judgeWishes = ({plan, inputs}: FrozenPlan): Readonly<Record<string, boolean | null>> =>
	Object.fromEntries(listPlaces(plan).map(({node, name, children}) => [name, judgeWhen(node.when, children.reduce(enterChild, toKnown(inputs)))]));

const toKnown = (inputs: InputValues): Known => ({inputs, open: new Set()});

/** What is known within a workflow: what it is given, as far as that is known around it. */
const enterChild = (around: Known, child: PlanChild): Known => {
	const texts = Object.entries(child.templates);
	const known = texts.filter(([, text]) => isKnown(text, around));
	const given = resolveGiven({...child, templates: Object.fromEntries(known)}, text => {
		const value = orUndefined(() => evaluateExpression(text, {inputs: around.inputs}));
		return value === undefined ? {problem: 'cannot be evaluated'} : {value};
	});
	// What does not fit fails in the run, not here.
	if ('problem' in given) return {inputs: {}, open: toNames(child.inputs.map(({name}) => name))};
	return {inputs: given.value, open: toNames(texts.filter(each => !known.includes(each)).map(([name]) => name))};
};

const toNames = (names: readonly string[]): ReadonlySet<string> => new Set(names.map(name => name.toLowerCase()));

/** True of a text, or a condition, of which all expressions read only what is known. */
const isKnown = (text: string, {open}: Known): boolean => {
	// Read with only the known names allowed: that finds the others wherever they stand.
	const {template, problems} = parseTemplate(toCondition(text).text, KNOWN);
	const reads = listExpressions(template).flatMap(expression => expression.reads);
	return problems.length === 0 && (open.size === 0 || reads.every(({names: [name]}) => name !== undefined && !open.has(name.toLowerCase())));
};

/** What expressions in blocks may name besides. */
const listBound = (plan: Plan): readonly string[] => [
	...['loop', 'matrix'],
	...listPlaces(plan).flatMap(({node}) => (node.kind === 'steps' && node.repeat.kind === 'each' ? [node.repeat.as] : [])),
];

const fillText = (text: string, names: readonly string[], known: Known, workflow: string): string =>
	parseTemplate(text, names)
		.template.parts.map(part => (typeof part === 'string' ? part : fillExpression(part, known, workflow)))
		.join('');

const fillExpression = (expression: Expression, known: Known, workflow: string): string => {
	const text = `\${{ ${expression.source} }}`;
	if (isWorkflowName(expression)) return workflow;
	if (!isKnown(text, known)) return text;
	return orUndefined(() => evaluateTemplate(parseTemplate(text, KNOWN).template, {inputs: known.inputs})) ?? text;
};

const isWorkflowName = ({source}: Expression): boolean => source === 'run.workflow';

/** Null where only the run will tell. */
const judgeWhen = (when: string | null, known: Known): boolean | null => {
	if (when === null) return true;
	if (!isKnown(when, known)) return null;
	return orUndefined(() => Boolean(evaluateExpression(when, {inputs: known.inputs}))) ?? null;
};

/** What cannot be evaluated (fromJSON of a text that is none) fails in the run, not here. The library's errors have no name of their own. */
const orUndefined = <Result>(evaluate: () => Result): Result | undefined => {
	try {
		return evaluate();
	} catch (error) {
		if (error instanceof Error) return undefined;
		throw error;
	}
};
