import type {FrozenPlan, PlanStep} from '../domain/plan.ts';
import type {KnownStep} from '../domain/rad.ts';
import {type Expression, evaluateCondition, evaluateTemplate, parseTemplate, toCondition} from './format/actions-expressions.ts';
import {CONTEXTS} from './format/check-templates.ts';

/** What is known before a run has an id and any step is over. */
const KNOWN = ['inputs'] as const;

/** A step with all of its texts filled in that is known before the start; the rest of its templates stays as it is. */
export const fillKnown = (step: PlanStep, {plan, inputs}: FrozenPlan): KnownStep => {
	const fill = (text: string): string => fillText(text, {inputs, run: {workflow: plan.name}});
	return {
		...step,
		text: fill(step.text),
		env: Object.fromEntries(Object.entries(step.env).map(([name, text]) => [name, fill(text)])),
		isWanted: judgeWhen(step.when, inputs),
	};
};

type Known = {readonly inputs: FrozenPlan['inputs']; readonly run: {readonly workflow: string}};

const fillText = (text: string, known: Known): string =>
	parseTemplate(text, CONTEXTS)
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
	return orUndefined(() => evaluateCondition(when, {inputs}, KNOWN)) ?? null;
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
