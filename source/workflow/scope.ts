import {type Budget, hasLimit, type Plan, type PlanBlock, type PlanGate, type PlanNode, type PlanStep} from '../domain/plan.ts';

/** A list of steps at one place of a run: the whole workflow, one round of a block, or a workflow in it. */
export type Scope = {
	readonly nodes: readonly PlanNode[];
	/** What stands before their ids in the names of the steps of the run, such as `polish.2.`. */
	readonly prefix: string;
	/** The list that the block stands in; what is over there can be read here, but for a workflow of its own. Null for the workflow itself. */
	readonly outer: Scope | null;
	/** Null for the workflow itself. */
	readonly round: Round | null;
};

type Round = {
	/** From 1. */
	readonly index: number;
	/** What stands before the names of the steps of the round before; null where there is none, or it is of no interest. */
	readonly before: string | null;
	/** Null where the block has no items. */
	readonly item: {readonly name: string; readonly value: unknown} | null;
	/** True where the round is a step without a list of its own. */
	readonly isSingle: boolean;
	/** The name of the block where this is a workflow of its own, which reads nothing of the lists around it; null of any other round. */
	readonly child: string | null;
	/** What the steps of the block may spend together; null where it limits nothing. */
	readonly ceiling: Ceiling | null;
};

/** `block` is the name in the run of the block, or of the workflow in another one, and `whose` says whose budget it is. */
export type Ceiling = {readonly block: string; readonly whose: string; readonly budget: Budget};

/** What the blocks around the steps of a list let them spend, the outermost first. */
export const listCeilings = ({outer, round}: Scope): readonly Ceiling[] => [
	...(outer === null ? [] : listCeilings(outer)),
	...(round?.ceiling == null ? [] : [round.ceiling]),
];

/** The lists of steps of a run that stand in no block, in the order in which they are run. */
export const CLOSING = ['on_failure', 'finally'] as const;

export const toMainScope = ({steps}: Pick<Plan, 'steps'>): Scope => ({nodes: steps, prefix: '', outer: null, round: null});

/** Steps that are run after the others, and may read all of them. No step of the workflow itself can be called so: names have no dots. */
export const toClosingScope = (plan: Plan, which: (typeof CLOSING)[number]): Scope => ({
	nodes: which === 'finally' ? plan.finally : plan.onFailure,
	prefix: `${which}.`,
	outer: toMainScope(plan),
	round: null,
});

/** All lists of steps that stand in no block. */
export const listTopScopes = (plan: Plan): readonly Scope[] => [toMainScope(plan), ...CLOSING.map(which => toClosingScope(plan, which))];

/** True of a command that is run after the steps: it costs nothing that a run's budget is there for. */
export const isExempt = (scope: Scope, {kind}: Pick<PlanNode, 'kind'>): boolean => kind === 'run' && isClosing(scope);

const isClosing = ({outer, round, prefix}: Scope): boolean => (outer !== null && round !== null ? isClosing(outer) : prefix !== '');

/** One round of a block; `items` are those of the block. */
export const toRoundScope = (scope: Scope, block: PlanBlock, index: number, items: readonly unknown[] | null): Scope => {
	const name = `${scope.prefix}${block.id}`;
	const {repeat, isSingle} = block;
	const toPrefix = (round: number): string => (repeat.kind === 'once' || isSingle ? `${name}.` : `${name}.${round}.`);
	return {
		nodes: isSingle ? block.steps.map(step => ({...step, id: String(index)})) : block.steps,
		prefix: toPrefix(index),
		outer: scope,
		round: {
			index,
			before: repeat.kind === 'loop' && index > 1 ? toPrefix(index - 1) : null,
			item: repeat.kind === 'each' ? {name: repeat.as, value: items?.[index - 1] ?? null} : null,
			isSingle,
			child: block.child === null ? null : name,
			ceiling: hasLimit(block.budget) ? {block: name, whose: block.child?.workflow ?? `step "${name}"`, budget: block.budget} : null,
		},
	};
};

/** A step of a run, under the name that it has there. */
export const toInstance = <Step extends PlanStep | PlanGate>(scope: Scope, step: Step): Step => ({
	...step,
	id: `${scope.prefix}${step.id}`,
	...('session' in step && step.session !== null ? {session: findName(scope, step.session)} : {}),
	...('worktree' in step && step.worktree?.base != null ? {worktree: {...step.worktree, base: findName(scope, step.worktree.base)}} : {}),
});

/** The name in the run of what is called so here, or further outside. */
export const findName = (scope: Scope, id: string): string =>
	scope.outer === null || scope.nodes.some(node => node.id === id) ? `${scope.prefix}${id}` : findName(scope.outer, id);

export type Located = {readonly step: PlanStep; readonly scope: Scope};

type ItemsOf = (name: string) => readonly unknown[] | null;

/** Finds the step of a run that has this name, and that an agent or a command works on; `itemsOf` tells the items of a block of the run. */
export const locateStep = (plan: Plan, name: string, itemsOf: ItemsOf): Located | undefined => {
	const {node, scope} = locateNode(plan, name, itemsOf) ?? {};
	return node === undefined || scope === undefined || node.kind === 'steps' || node.kind === 'approve'
		? undefined
		: {step: toInstance(scope, node), scope};
};

/** Finds what has this name in a run, and where it stands. */
export const locateNode = (plan: Plan, name: string, itemsOf: ItemsOf): {readonly node: PlanNode; readonly scope: Scope} | undefined => {
	const search = (scope: Scope): ReturnType<typeof locateNode> => {
		for (const node of scope.nodes) {
			const own = `${scope.prefix}${node.id}`;
			if (own === name) return {node, scope};
			if (node.kind === 'steps' && name.startsWith(`${own}.`)) {
				const index = node.repeat.kind === 'once' ? 1 : Number(name.slice(own.length + 1).split('.')[0]);
				return search(toRoundScope(scope, node, index, itemsOf(own)));
			}
		}
		return undefined;
	};
	for (const scope of listTopScopes(plan)) {
		const found = search(scope);
		if (found !== undefined) return found;
	}
	return undefined;
};
