import type {AttemptOutcome, RadEvent} from '../domain/events.ts';
import type {RunStatus, StepStatus} from '../domain/status.ts';
import type {Plan, PlanStep} from './plan.ts';

/** What the core knows of a step. */
export type StepState = {
	readonly status: StepStatus;
	/** Attempts that were started. */
	readonly attempts: number;
	/** Attempts that a restore undid: they do not count against the retries. */
	readonly restores: number;
	/** How the newest attempt ended; null before that and while one runs. */
	readonly outcome: AttemptOutcome | null;
};

export type RunState = {readonly status: RunStatus; readonly steps: Readonly<Record<string, StepState>>};

/** What is to be done next. */
export type Command =
	| {readonly type: 'start-step'; readonly step: PlanStep; readonly attempt: number}
	| {
			readonly type: 'end-step';
			readonly stepId: string;
			readonly status: 'completed' | 'failed' | 'cancelled' | 'skipped';
			readonly reason: string | null;
	  }
	| {readonly type: 'end-run'; readonly status: 'completed' | 'failed' | 'cancelled'; readonly reason: string | null};

/** A step that was undone this often is left as it is: an agent that asks each time would never end. */
export const MAX_RESTORES_PER_STEP = 3;

const NEW_STEP: StepState = {status: 'pending', attempts: 0, restores: 0, outcome: null};

export const startState = (plan: Plan): RunState => ({status: 'running', steps: Object.fromEntries(plan.steps.map(step => [step.id, NEW_STEP]))});

/** Takes one event into the state. Pure: a run that is loaded from its events has the state that it had. */
export const fold = (state: RunState, event: RadEvent): RunState => {
	switch (event.type) {
		case 'run.status-changed':
			return {...state, status: event.status};
		case 'step.started':
			return withStep(state, event.stepId, step => ({...step, status: 'running', attempts: event.attempt, outcome: null}));
		case 'step.attempt-ended':
			return withStep(state, event.stepId, step => ({
				...step,
				outcome: event.outcome,
				restores: step.restores + (event.outcome.status === 'restored' ? 1 : 0),
			}));
		case 'step.ended':
			return withStep(state, event.stepId, step => ({...step, status: event.status}));
		case 'run.started':
		case 'agent.registered':
		case 'agent.status-changed':
		case 'checkpoint.created':
		case 'checkpoint.restored':
		case 'request.opened':
		case 'request.decided':
			return state;
	}
};

/**
 * Decides what to do next; an empty list means: wait. Pure, without a clock.
 *
 * Steps that could run side by side run one after another, in the order of the file, since they share one work tree.
 */
export const decide = (plan: Plan, state: RunState): readonly Command[] => {
	if (state.status !== 'running' && state.status !== 'cancelling') return [];
	const step = plan.steps.find(({id}) => stateOf(state, id).status === 'running');
	if (step !== undefined) return decideRunning(step, stateOf(state, step.id), state.status === 'cancelling');
	const pending = plan.steps.filter(({id}) => stateOf(state, id).status === 'pending');
	if (state.status === 'cancelling' && pending.length > 0) return pending.map(({id}) => endStep(id, 'cancelled', 'the run was cancelled'));
	for (const next of pending) {
		const needs = next.needs.map(id => ({id, ...stateOf(state, id)}));
		const broken = needs.find(({status}) => status === 'failed' || status === 'cancelled' || status === 'skipped');
		if (broken !== undefined)
			return [endStep(next.id, 'skipped', `step "${broken.id}" ${broken.status === 'skipped' ? 'was skipped' : broken.status}`)];
		if (needs.every(({status}) => status === 'completed')) return [{type: 'start-step', step: next, attempt: 1}];
	}
	return pending.length > 0 ? [] : [endRun(plan, state)];
};

const decideRunning = (step: PlanStep, {outcome, attempts, restores}: StepState, isCancelling: boolean): readonly Command[] => {
	if (outcome === null) return [];
	if (outcome.status === 'completed') return [endStep(step.id, 'completed', null)];
	if (isCancelling || outcome.status === 'cancelled') return [endStep(step.id, 'cancelled', outcome.reason)];
	const mayRunAgain = outcome.status === 'restored' ? restores <= MAX_RESTORES_PER_STEP : attempts - restores <= step.maxRetries;
	return mayRunAgain ? [{type: 'start-step', step, attempt: attempts + 1}] : [endStep(step.id, 'failed', outcome.reason)];
};

const endRun = (plan: Plan, state: RunState): Command => {
	if (state.status === 'cancelling') return {type: 'end-run', status: 'cancelled', reason: null};
	const bad = plan.steps.filter(({id}) => stateOf(state, id).status === 'failed' || stateOf(state, id).status === 'cancelled');
	if (bad.length === 0) return {type: 'end-run', status: 'completed', reason: null};
	return {type: 'end-run', status: 'failed', reason: `${bad.length === 1 ? 'step' : 'steps'} ${bad.map(({id}) => `"${id}"`).join(', ')} failed`};
};

const endStep = (stepId: string, status: 'completed' | 'failed' | 'cancelled' | 'skipped', reason: string | null): Command => ({
	type: 'end-step',
	stepId,
	status,
	reason,
});

const stateOf = (state: RunState, stepId: string): StepState => state.steps[stepId] ?? NEW_STEP;

const withStep = (state: RunState, stepId: string, change: (step: StepState) => StepState): RunState => ({
	...state,
	steps: {...state.steps, [stepId]: change(stateOf(state, stepId))},
});
