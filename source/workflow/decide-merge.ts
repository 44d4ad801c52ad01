import type {MergeConflict} from '../domain/events.ts';
import type {PlanStep} from '../domain/plan.ts';
import {describeDecision} from '../domain/question.ts';
import {type Command, endStep} from './command.ts';
import type {RunState, StepState} from './run-state.ts';

const MOST_NAMED = 5;

/** What is to be done about what a step left in its work tree, before anything else is decided of it; undefined where that is settled. */
export const decideMerge = (step: PlanStep, state: StepState, run: RunState): Command | 'wait' | undefined => {
	if ((state.worktree?.base ?? null) === null || state.outcome === null) return undefined;
	// However it ended: the next attempt, or the next step, works in the same place.
	if (state.merged < state.attempts) return {type: 'merge', step};
	return state.conflict === null ? undefined : decideConflict(step, state, state.conflict, run);
};

const decideConflict = (step: PlanStep, {asked, decision}: StepState, conflict: MergeConflict, run: RunState): Command | 'wait' => {
	if (run.status === 'cancelling') return endStep(step.id, {status: 'cancelled', reason: 'the run was cancelled'});
	const fail = (more: string): Command => endStep(step.id, {status: 'failed', reason: `${describeConflict(conflict)}${more}`});
	if (step.worktree?.onConflict !== 'ask') return fail('');
	if (asked !== 'conflict') return {type: 'ask-conflict', step, conflict};
	return decision === null ? 'wait' : fail(`; ${describeDecision(decision)}`);
};

/** As a reason: a part of a sentence. */
export const describeConflict = ({files, ref}: MergeConflict): string => {
	const rest = files.length > MOST_NAMED ? ` and ${files.length - MOST_NAMED} more` : '';
	return `its work is in conflict with the branch of the run in ${files.slice(0, MOST_NAMED).join(', ')}${rest}, and is kept as ${ref}`;
};
