import {listPlaces, OUTPUTS_OF_CHANGES, type Plan, type PlanNode} from '../../domain/plan.ts';
import {type ContextRead, listExpressions, parseTemplate, toCondition} from './actions-expressions.ts';
import {CONTEXTS} from './contexts.ts';

/** Marks the steps of which some expression of the plan may read what they changed: looking costs time that nobody else need pay. */
export const markTold = (plan: Plan): Plan => {
	const names = listTold(plan);
	if (names.size === 0) return plan;
	const mark = (nodes: readonly PlanNode[], isWithin: boolean): readonly PlanNode[] =>
		nodes.map(node => {
			const isTold = isWithin || names.has(ANY) || names.has(node.id.toLowerCase());
			if (node.kind === 'steps') return {...node, steps: mark(node.steps, isTold)};
			return node.kind === 'approve' || !isTold ? node : {...node, tellsChanges: true};
		});
	return {...plan, steps: mark(plan.steps, false), onFailure: mark(plan.onFailure, false), finally: mark(plan.finally, false)};
};

/** Stands for every step: which one is read only the run will tell. No step is called so. */
const ANY = '*';

/** The ids of the steps of which it is read, wherever they stand. */
const listTold = (plan: Plan): ReadonlySet<string> => {
	const bound = listPlaces(plan).flatMap(({node}) => (node.kind === 'steps' && node.repeat.kind === 'each' ? [node.repeat.as] : []));
	const contexts = [...CONTEXTS, 'loop', 'matrix', ...bound];
	const readsOf = (text: string): readonly ContextRead[] => listExpressions(parseTemplate(text, contexts).template).flatMap(({reads}) => reads);
	return new Set(listTexts(plan).flatMap(readsOf).flatMap(toTold));
};

const toTold = ({context, names}: ContextRead): readonly string[] => {
	const [name, ...rest] = context === 'loop' && names[0]?.toLowerCase() === 'previous' ? names.slice(1) : context === 'steps' ? names : ['', 'none'];
	const last = rest.at(-1)?.toLowerCase() ?? '';
	const isAll = rest.length === 0 || last === 'outputs' || last === 'items';
	const isTold = isAll || rest.some(each => OUTPUTS_OF_CHANGES.some(output => output === each.toLowerCase()));
	return isTold ? [name?.toLowerCase() ?? ANY] : [];
};

const listTexts = (plan: Plan): readonly string[] => [
	...Object.values(plan.outputs).map(toText),
	...listPlaces(plan).flatMap(({node}) => listNodeTexts(node)),
];

const listNodeTexts = (node: PlanNode): readonly string[] => [
	...(node.when === null ? [] : [toText(node.when)]),
	...(node.kind === 'approve' ? [node.message] : node.kind === 'steps' ? listBlockTexts(node) : [node.text, ...Object.values(node.env)]),
];

const listBlockTexts = ({repeat, publish, child, steps, isSingle}: PlanNode & {readonly kind: 'steps'}): readonly string[] => [
	...(repeat.kind === 'loop' ? [toText(repeat.until)] : repeat.kind === 'each' && typeof repeat.items === 'string' ? [toText(repeat.items)] : []),
	...Object.values(publish).map(toText),
	...Object.values(child?.templates ?? {}),
	// It has no place of its own.
	...(isSingle ? steps.flatMap(listNodeTexts) : []),
];

const toText = (condition: string): string => toCondition(condition).text;
