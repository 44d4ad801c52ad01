import type {AttemptOutcome} from '../domain/events.ts';
import type {PlanStep, RetryCause, RetryRule} from '../domain/plan.ts';
import {describeDecision, isUndecided} from '../domain/question.ts';
import {askForMore, type Command, endStep, type StartCommand} from './command.ts';
import {decideMerge} from './decide-merge.ts';
import type {RunState, StepState} from './run-state.ts';
import {isExempt, type Scope} from './scope.ts';

/** A step that was undone this often is left as it is: an agent that asks each time would never end. */
export const MAX_RESTORES_PER_STEP = 3;

/** What becomes of a step that has begun: another attempt, a question, or its end. */
export const decideWork = (step: PlanStep, state: StepState, scope: Scope, run: RunState): Command | 'wait' => {
	const merging = decideMerge(step, state, run);
	if (merging !== undefined) return merging;
	if (state.status === 'waiting') return decideWaiting(step, state, scope, run);
	const {outcome} = state;
	if (outcome === null) return 'wait';
	if (outcome.status === 'completed') return endStep(step.id, {status: 'completed', reason: null});
	if (run.status === 'cancelling' || outcome.status === 'cancelled') return endStep(step.id, {status: 'cancelled', reason: outcome.reason});
	if (outcome.spent === 'step' && step.budget.onExceeded === 'ask') return askForMore(step.id, 'step-budget', outcome.reason ?? '');
	const pause = decidePause(step, state, scope, run);
	if (pause !== undefined) return pause;
	const again = tryAgain(step, state, scope, outcome);
	const isLimited = run.spent !== null && !isExempt(scope, step) && (again !== null || outcome.spent === 'run');
	if (isLimited && !run.isSpentForGood) return isAsked(run) ? 'wait' : askForMore(step.id, 'run-budget', run.spent);
	if (isLimited && again !== null) return endStep(step.id, {status: 'failed', reason: explainRefusal(outcome, run.spent), isCutShort: true});
	return again ?? endStep(step.id, {status: 'failed', reason: outcome.reason, ...(outcome.spent === 'run' ? {isCutShort: true} : {})});
};

/**
 * What comes of a usage limit: another engine, or the run waits until it is lifted, or a person wants to go on. Undefined where it is a
 * failure as any other. What the run may spend is looked at first.
 */
const decidePause = (step: PlanStep, state: StepState, scope: Scope, run: RunState): Command | 'wait' | undefined => {
	const {outcome, isForgiven} = state;
	if (outcome?.limit === undefined || isForgiven || step.onUsageLimit === 'fail' || (run.spent !== null && !isExempt(scope, step))) return undefined;
	const other = findFallback(step, state, scope, outcome);
	if (other !== null) return other;
	if (isLimitAsked(run, outcome.limit.engine)) return 'wait';
	return {type: 'ask-limit', stepId: step.id, limit: outcome.limit, isAutomatic: step.onUsageLimit === 'continue'};
};

/** True while a person is asked whether to go on with an engine whose provider allows no more: nothing else is begun with it. */
export const isLimitAsked = ({steps}: RunState, engine: string): boolean =>
	[...steps.values()].some(step => step.asked === 'usage-limit' && step.askedOf === engine && isUndecided(step));

/** True while a person is asked whether the run may spend more: one question is enough for all who wait. */
const isAsked = ({steps}: RunState): boolean => [...steps.values()].some(step => step.asked === 'run-budget' && isUndecided(step));

/** A step that waits for more money, or for a limit to be lifted. */
const decideWaiting = (step: PlanStep, state: StepState, scope: Scope, run: RunState): Command | 'wait' => {
	const {decision, asked, outcome} = state;
	if (run.status === 'cancelling') return endStep(step.id, {status: 'cancelled', reason: 'the run was cancelled'});
	if (decision === null) return 'wait';
	// As much again was not enough for what was under way when it was stopped.
	const isTooLittle = decision.isApproved && run.spent !== null && !isExempt(scope, step);
	if (isTooLittle && !run.isSpentForGood) return isAsked(run) ? 'wait' : askForMore(step.id, 'run-budget', run.spent);
	if (isTooLittle) return endStep(step.id, {status: 'failed', reason: explainRefusal(outcome, run.spent), isCutShort: true});
	if (decision.isApproved) return (outcome === null ? null : tryAgain(step, state, scope, outcome)) ?? makeAttempt(step, state, scope);
	const what = asked === 'usage-limit' ? 'to try again' : 'more';
	const reason = [outcome?.reason ?? (asked === 'run-budget' ? run.spent : null), `${what} was ${describeDecision(decision)}`].filter(
		part => part !== null,
	);
	return endStep(step.id, {status: 'failed', reason: reason.join('; '), ...(asked === 'run-budget' ? {isCutShort: true} : {})});
};

/** With the engine that it has, else with the next; null where the step is not to be tried again. */
const tryAgain = (step: PlanStep, state: StepState, scope: Scope, outcome: AttemptOutcome): Command | null =>
	findNextAttempt(step, state, scope, outcome) ?? findFallback(step, state, scope, outcome);

const findNextAttempt = (step: PlanStep, state: StepState, scope: Scope, outcome: AttemptOutcome): Command | null => {
	const {attempts, earlier, restores, losses, complaints, isForgiven} = state;
	const next = makeAttempt(step, state, scope);
	if (isForgiven || (outcome.status === 'restored' && restores <= MAX_RESTORES_PER_STEP)) return next;
	if (outcome.complaint !== undefined && complaints === 1) return next;
	const retries = attempts - earlier - restores - losses - Math.min(complaints, 1);
	const isRetried = outcome.status !== 'restored' && retries <= step.retry.max && step.retry.on.includes(toCause(outcome));
	return isRetried ? {...next, backoffMs: toBackoff(step.retry, retries)} : null;
};

const makeAttempt = (step: PlanStep, {attempts, fallback}: Pick<StepState, 'attempts' | 'fallback'>, scope: Scope): StartCommand => ({
	type: 'start-step',
	step: {...step, ...(fallback === 0 ? {} : step.fallback[fallback - 1])},
	scope,
	attempt: attempts + 1,
	fallback,
	backoffMs: null,
});

/** What tells of the engine or its provider, and not of the work. */
const OF_ENGINE: ReadonlySet<AttemptOutcome['cause']> = new Set(['rate_limit', 'authentication', 'network', 'crash']);

/** The same with the next engine; null where it would not help, or there is none. */
const findFallback = (step: PlanStep, state: StepState, scope: Scope, {status, cause}: AttemptOutcome): Command | null => {
	const isOfEngine = status === 'failed' && OF_ENGINE.has(cause);
	return isOfEngine && state.fallback < step.fallback.length ? makeAttempt(step, {...state, fallback: state.fallback + 1}, scope) : null;
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
