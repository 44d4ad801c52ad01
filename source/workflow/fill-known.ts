import {type FrozenPlan, listPlaces, mapPlanWork, type Plan} from '../domain/plan.ts';
import {type Expression, evaluateExpression, evaluateTemplate, parseTemplate, toCondition} from './format/actions-expressions.ts';
import {CONTEXTS} from './format/zod-schema.ts';

/** What is known before a run has an id and any step is over. */
const KNOWN = ['inputs'] as const;

/** The plan with all of its texts filled in that are known before the start; the rest of their templates stays as it is. */
export const fillKnown = ({plan, inputs}: FrozenPlan): Plan => {
	const names = [...CONTEXTS, ...listBound(plan)];
	const fill = (text: string): string => fillText(text, names, {inputs, run: {workflow: plan.name}});
	return mapPlanWork(plan, step => ({
		...step,
		text: fill(step.text),
		env: Object.fromEntries(Object.entries(step.env).map(([name, text]) => [name, fill(text)])),
	}));
};

/** What the conditions of the steps say, by the names of their places; null where only the run will tell. */
export const judgeWishes = ({plan, inputs}: FrozenPlan): Readonly<Record<string, boolean | null>> =>
	Object.fromEntries(listPlaces(plan).map(({node, name}) => [name, judgeWhen(node.when, inputs)]));

/** What expressions in blocks may name besides. */
const listBound = (plan: Plan): readonly string[] => [
	...['loop', 'matrix'],
	...listPlaces(plan).flatMap(({node}) => (node.kind === 'steps' && node.repeat.kind === 'each' ? [node.repeat.as] : [])),
];

type Known = {readonly inputs: FrozenPlan['inputs']; readonly run: {readonly workflow: string}};

const fillText = (text: string, names: readonly string[], known: Known): string =>
	parseTemplate(text, names)
		.template.parts.map(part => (typeof part === 'string' ? part : fillExpression(part, known)))
		.join('');

const fillExpression = (expression: Expression, known: Known): string => {
	const text = `\${{ ${expression.source} }}`;
	if (isWorkflowName(expression)) return known.run.workflow;
	// Read anew with only the known names allowed: that finds the others wherever they stand.
	const {template, problems} = parseTemplate(text, KNOWN);
	return problems.length > 0 ? text : (orUndefined(() => evaluateTemplate(template, known)) ?? text);
};

const isWorkflowName = ({source}: Expression): boolean => source === 'run.workflow';

/** Null where only the run will tell. */
const judgeWhen = (when: string | null, inputs: FrozenPlan['inputs']): boolean | null => {
	if (when === null) return true;
	if (parseTemplate(toCondition(when).text, KNOWN).problems.length > 0) return null;
	return orUndefined(() => Boolean(evaluateExpression(when, {inputs}))) ?? null;
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
