import type {FrozenPlan} from '../domain/plan.ts';
import type {Run} from '../domain/records.ts';
import type {JudgeWish, RunState} from './core.ts';
import {type Contexts, evaluateCondition} from './format/actions-expressions.ts';
import {CONTEXTS} from './format/check-templates.ts';

/** What the expressions of a run may read. */
export const toContexts = (frozen: FrozenPlan, run: Pick<Run, 'id' | 'workflow'>, state: RunState): Contexts => ({
	inputs: frozen.inputs,
	run: {id: run.id, workflow: run.workflow},
	steps: Object.fromEntries(Object.entries(state.steps).map(([id, step]) => [id, {outputs: step.outcome?.outputs ?? {}}])),
});

/** Judges conditions by what a run has come to. */
export const createWishJudge =
	(frozen: FrozenPlan, run: Pick<Run, 'id' | 'workflow'>): JudgeWish =>
	(step, state) => {
		try {
			return {isWanted: evaluateCondition(step.when ?? 'true', toContexts(frozen, run, state), CONTEXTS)};
		} catch (error) {
			// Such as fromJSON of a text that is none: the library's errors have no name of their own.
			if (error instanceof Error) return {problem: error.message};
			throw error;
		}
	};
