import type {AttemptOutcome, RadEvent} from '../domain/events.ts';
import type {Plan, PlanStep, RetryCause, RetryRule} from '../domain/plan.ts';
import type {RunStatus, StepStatus} from '../domain/status.ts';

/** What the core knows of a step. */
export type StepState = {
	readonly status: StepStatus;
	/** Attempts that were started. */
	readonly attempts: number;
	/** Attempts that a restore undid: they do not count against the retries. */
	readonly restores: number;
	/** How the newest attempt ended; null before that and while one runs. */
	readonly outcome: AttemptOutcome | null;
	/** Attempts that were lost with their rad and are made again: they do not count against the retries either. */
	readonly losses: number;
	/** Attempts whose answer did not fit; the first of them is answered by one that does not count against the retries. */
	readonly complaints: number;
	/** What was wrong with the last of those answers; null while there is none. */
	readonly complaint: string | null;
	/** True where the newest attempt is one of those. */
	readonly isForgiven: boolean;
	/** True of a step whose `when` was false. */
	readonly isUnwanted: boolean;
	/** True of a step that had more to do when the run's budget was spent. */
	readonly isCutShort: boolean;
};

export type RunState = {
	readonly status: RunStatus;
	readonly steps: Readonly<Record<string, StepState>>;
	/** Which limit of the run was reached, in words; null while there is none. */
	readonly spent: string | null;
};

/** What is to be done next. */
export type Command =
	/** After a random part of `backoffMs`; null for at once. */
	| {readonly type: 'start-step'; readonly step: PlanStep; readonly attempt: number; readonly backoffMs: number | null}
	| {readonly type: 'end-step'; readonly stepId: string; readonly ending: StepEnding}
	| {readonly type: 'end-run'; readonly status: 'completed' | 'failed' | 'cancelled'; readonly reason: string | null};

type StepEnding = {
	readonly status: 'completed' | 'failed' | 'cancelled' | 'skipped';
	readonly reason: string | null;
	readonly isUnwanted?: boolean;
	readonly isCutShort?: boolean;
};

/** Whether a step's `when` holds, or why that cannot be told. */
export type Wish = {readonly isWanted: boolean} | {readonly problem: string};

/** Judges a step's `when`; asked only when all that the step needs is done. Pure, as the core is. */
export type JudgeWish = (step: PlanStep, state: RunState) => Wish;

/** A step that was undone this often is left as it is: an agent that asks each time would never end. */
export const MAX_RESTORES_PER_STEP = 3;

const NEW_STEP: StepState = {
	status: 'pending',
	attempts: 0,
	restores: 0,
	outcome: null,
	losses: 0,
	complaints: 0,
	complaint: null,
	isForgiven: false,
	isUnwanted: false,
	isCutShort: false,
};

export const startState = (plan: Plan): RunState => ({
	status: 'running',
	steps: Object.fromEntries(plan.steps.map(step => [step.id, NEW_STEP])),
	spent: null,
});

/** Takes one event into the state. Pure: a run that is loaded from its events has the state that it had. */
export const fold = (state: RunState, event: RadEvent): RunState => {
	switch (event.type) {
		case 'run.status-changed':
			return {...state, status: event.status, steps: event.status === 'running' ? forgiveLosses(state.steps) : state.steps};
		case 'run.budget-spent':
			return {...state, spent: event.reason};
		case 'step.started':
			return withStep(state, event.stepId, step => ({...step, status: 'running', attempts: event.attempt, outcome: null, isForgiven: false}));
		case 'step.attempt-ended':
			return withStep(state, event.stepId, step => ({
				...step,
				outcome: event.outcome,
				restores: step.restores + (event.outcome.status === 'restored' ? 1 : 0),
				complaints: step.complaints + (event.outcome.complaint === undefined ? 0 : 1),
				complaint: event.outcome.complaint ?? step.complaint,
			}));
		case 'step.ended':
			return withStep(state, event.stepId, step => ({
				...step,
				status: event.status,
				isUnwanted: event.isUnwanted === true,
				isCutShort: event.isCutShort === true,
			}));
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

/** Whoever goes on with an interrupted run wants its work done: that an agent was lost with its rad is no fault of the step. */
const forgiveLosses = (steps: RunState['steps']): RunState['steps'] =>
	Object.fromEntries(
		Object.entries(steps).map(([id, step]) => [
			id,
			step.status === 'running' && step.outcome?.status === 'lost' ? {...step, losses: step.losses + 1, isForgiven: true} : step,
		]),
	);

/**
 * Decides what to do next; an empty list means: wait. Pure, without a clock.
 *
 * Steps that could run side by side run one after another, in the order of the file, since they share one work tree.
 */
export const decide = (plan: Plan, state: RunState, judgeWish: JudgeWish): readonly Command[] => {
	if (state.status !== 'running' && state.status !== 'cancelling') return [];
	const step = plan.steps.find(({id}) => stateOf(state, id).status === 'running');
	if (step !== undefined) return decideRunning(step, stateOf(state, step.id), state);
	const pending = plan.steps.filter(({id}) => stateOf(state, id).status === 'pending');
	if (state.status === 'cancelling' && pending.length > 0)
		return pending.map(({id}) => endStep(id, {status: 'cancelled', reason: 'the run was cancelled'}));
	for (const next of pending) {
		const needs = plan.steps.filter(({id}) => next.needs.includes(id));
		const broken = needs.find(need => isBroken(need, stateOf(state, need.id)));
		if (broken !== undefined) return [endStep(next.id, {status: 'skipped', reason: describeBroken(broken.id, stateOf(state, broken.id))})];
		if (!needs.every(need => isDone(need, stateOf(state, need.id)))) continue;
		return [decideReady(next, next.when === null ? {isWanted: true} : judgeWish(next, state), state.spent)];
	}
	return pending.length > 0 ? [] : [endRun(plan, state)];
};

const decideReady = (step: PlanStep, wish: Wish, spent: string | null): Command => {
	if ('problem' in wish) return endStep(step.id, {status: 'failed', reason: `its condition cannot be evaluated: ${wish.problem}`});
	if (wish.isWanted && spent !== null) return endStep(step.id, {status: 'skipped', reason: spent, isCutShort: true});
	if (wish.isWanted) return {type: 'start-step', step, attempt: 1, backoffMs: null};
	return endStep(step.id, {status: 'skipped', reason: 'its condition is false', isUnwanted: true});
};

/** True where steps that need this one may go on: also after a failure that was to be expected. */
const isDone = (step: PlanStep, {status, isUnwanted}: StepState): boolean =>
	status === 'completed' || (status === 'skipped' && isUnwanted) || (status === 'failed' && step.continuesOnError);

const isBroken = (step: PlanStep, state: StepState): boolean =>
	(state.status === 'failed' || state.status === 'cancelled' || state.status === 'skipped') && !isDone(step, state);

const describeBroken = (id: string, {status}: StepState): string => `step "${id}" ${status === 'skipped' ? 'was skipped' : status}`;

const decideRunning = (step: PlanStep, state: StepState, run: RunState): readonly Command[] => {
	const {outcome} = state;
	if (outcome === null) return [];
	if (outcome.status === 'completed') return [endStep(step.id, {status: 'completed', reason: null})];
	if (run.status === 'cancelling' || outcome.status === 'cancelled') return [endStep(step.id, {status: 'cancelled', reason: outcome.reason})];
	const again = findNextAttempt(step, state, outcome);
	if (again !== null && run.spent !== null)
		return [endStep(step.id, {status: 'failed', reason: explainRefusal(outcome, run.spent), isCutShort: true})];
	return [again ?? endStep(step.id, {status: 'failed', reason: outcome.reason, ...(outcome.spent === 'run' ? {isCutShort: true} : {})})];
};

/** Null where the step is not to be tried again. */
const findNextAttempt = (step: PlanStep, state: StepState, outcome: AttemptOutcome): Command | null => {
	const {attempts, restores, losses, complaints, isForgiven} = state;
	const next = {type: 'start-step', step, attempt: attempts + 1} as const;
	if (isForgiven || (outcome.status === 'restored' && restores <= MAX_RESTORES_PER_STEP)) return {...next, backoffMs: null};
	if (outcome.complaint !== undefined && complaints === 1) return {...next, backoffMs: null};
	const retries = attempts - restores - losses - Math.min(complaints, 1);
	const isRetried = outcome.status !== 'restored' && retries <= step.retry.max && step.retry.on.includes(toCause(outcome));
	return isRetried ? {...next, backoffMs: toBackoff(step.retry, retries)} : null;
};

/** Why a step fails that would have been tried again, were not a budget spent. */
export const explainRefusal = (outcome: AttemptOutcome | null, spent: string): string =>
	outcome === null ? spent : outcome.spent === undefined ? `${outcome.reason}; not tried again: ${spent}` : (outcome.reason ?? spent);

const toCause = ({status, cause}: AttemptOutcome): RetryCause => {
	if (status === 'timed_out') return 'timeout';
	if (status === 'lost') return 'lost';
	return cause === 'rate_limit' || cause === 'invalid_output' ? cause : 'error';
};

/** The longest wait before the nth retry, from 1; null where there is none. */
const toBackoff = ({backoffMs, factor, maxBackoffMs}: RetryRule, retry: number): number | null =>
	backoffMs === 0 ? null : Math.min(maxBackoffMs, backoffMs * factor ** (retry - 1));

const endRun = (plan: Plan, state: RunState): Command => {
	if (state.status === 'cancelling') return {type: 'end-run', status: 'cancelled', reason: null};
	const bad = plan.steps.filter(step => {
		const {status} = stateOf(state, step.id);
		return (status === 'failed' && !step.continuesOnError) || status === 'cancelled';
	});
	const failures = bad.length === 0 ? [] : [`${bad.length === 1 ? 'step' : 'steps'} ${bad.map(({id}) => `"${id}"`).join(', ')} failed`];
	if (state.spent !== null && plan.steps.some(({id}) => stateOf(state, id).isCutShort)) return endFailed(state.spent, ...failures);
	return bad.length === 0 ? {type: 'end-run', status: 'completed', reason: null} : endFailed(...failures);
};

const endFailed = (...reasons: readonly string[]): Command => ({type: 'end-run', status: 'failed', reason: reasons.join('; ')});

const endStep = (stepId: string, ending: StepEnding): Command => ({type: 'end-step', stepId, ending});

const stateOf = (state: RunState, stepId: string): StepState => state.steps[stepId] ?? NEW_STEP;

const withStep = (state: RunState, stepId: string, change: (step: StepState) => StepState): RunState => ({
	...state,
	steps: {...state.steps, [stepId]: change(stateOf(state, stepId))},
});
