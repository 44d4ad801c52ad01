import type {FrozenPlan, InputValues} from '../domain/plan.ts';
import type {Run} from '../domain/records.ts';
import type {Evaluate} from './command.ts';
import {findBad} from './core.ts';
import {type Contexts, evaluateExpression} from './format/actions-expressions.ts';
import type {RunState, StepState} from './run-state.ts';
import {type Scope, toMainScope} from './scope.ts';

/** What the expressions at one place of a run may read. What tells of all steps is gathered when it is asked for: most texts have none of it. */
export const toContexts = (frozen: FrozenPlan, run: Pick<Run, 'id' | 'workflow'>, state: RunState, scope: Scope): Contexts => ({
	inputs: readInputs(scope, state) ?? frozen.inputs,
	run: {
		id: run.id,
		workflow: run.workflow,
		get status() {
			return findBad(toMainScope(frozen.plan), state).length > 0 ? 'failed' : 'completed';
		},
		base_branch: frozen.baseBranch ?? '',
	},
	get steps() {
		return readSteps(scope, state);
	},
	...readRounds(scope, state),
});

/** Those of the innermost workflow in another one; undefined where there is none. */
const readInputs = ({outer, round}: Scope, state: RunState): InputValues | undefined => {
	const child = round?.child ?? null;
	if (child !== null) return state.steps.get(child)?.inputs ?? {};
	return outer === null ? undefined : readInputs(outer, state);
};

/** What is around a list, as far as its steps may read it: a workflow of its own sees nothing of that. */
const readOuter = ({outer, round}: Scope, state: RunState, read: (scope: Scope, state: RunState) => Contexts): Contexts =>
	outer === null || (round?.child ?? null) !== null ? {} : read(outer, state);

/** Those of the list itself hide those of the same name further outside. */
const readSteps = (scope: Scope, state: RunState): Contexts => ({
	...readOuter(scope, state, readSteps),
	...(scope.round?.isSingle === true ? {} : readList(scope, scope.prefix, state)),
});

const readList = ({nodes}: Scope, prefix: string, state: RunState): Readonly<Record<string, {readonly outputs: StepState['outputs']}>> =>
	Object.fromEntries(
		nodes.map(({id}) => {
			const outputs = state.steps.get(`${prefix}${id}`)?.outputs ?? {};
			return [id, 'items' in outputs ? {outputs, items: outputs['items']} : {outputs}];
		}),
	);

/** The item and the number of the round, of the innermost block that has them. */
const readRounds = (scope: Scope, state: RunState): Contexts => {
	const outside = readOuter(scope, state, readRounds);
	const {round} = scope;
	if (round === null || round.child !== null) return outside;
	const previous = Object.entries(round.before === null ? {} : readList(scope, round.before, state)).map(([id, step]) => [
		id,
		{...step.outputs, ...step},
	]);
	return {
		...outside,
		loop: {index: round.index, previous: Object.fromEntries(previous)},
		...(round.item === null ? {} : {[round.item.name]: round.item.value}),
	};
};

/** Evaluates expressions by what a run has come to. */
export const createEvaluate =
	(frozen: FrozenPlan, run: Pick<Run, 'id' | 'workflow'>): Evaluate =>
	(text, scope, state) => {
		try {
			return {value: evaluateExpression(text, toContexts(frozen, run, state, scope))};
		} catch (error) {
			// Such as fromJSON of a text that is none: the library's errors have no name of their own.
			if (error instanceof Error) return {problem: error.message};
			throw error;
		}
	};
