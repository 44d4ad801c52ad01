import type {AttemptOutcome} from '../domain/events.ts';
import type {RunId} from '../domain/ids.ts';
import type {InputValues, Plan, PlanBlock, PlanChild, PlanGate, PlanNode, PlanStep, RetryCause, RetryRule, SettledStep} from '../domain/plan.ts';
import {describeDecision} from '../domain/question.ts';
import {isStepOver} from '../domain/status.ts';
import {type Evaluate, publish} from './block-outputs.ts';
import {resolveGiven} from './run-inputs.ts';
import {listNames, nameIn, type RunState, type StepState, stateIn} from './run-state.ts';
import {CLOSING, isExempt, listTopScopes, type Scope, toClosingScope, toInstance, toMainScope, toRoundScope} from './scope.ts';

/** What is to be done next. */
export type Command =
	/** After a random part of `backoffMs`; null for at once. `step` has the name that it has in the run, and the engine that is to be used. */
	| {
			readonly type: 'start-step';
			readonly step: PlanStep;
			readonly scope: Scope;
			readonly attempt: number;
			/** See `StepState.fallback`. */
			readonly fallback: number;
			readonly backoffMs: number | null;
	  }
	/** Begins a round of a block; `items` are all of the block's. */
	| {
			readonly type: 'open-step';
			readonly stepId: string;
			readonly round: number;
			readonly items: readonly unknown[] | null;
			/** Of a workflow in another one. */
			readonly inputs?: InputValues;
			readonly children: readonly string[];
	  }
	| {readonly type: 'ask'; readonly gate: PlanGate; readonly scope: Scope}
	/** Brings back the files of before the first attempt of the step, or of those whose names begin so. */
	| {readonly type: 'roll-back'; readonly stepId: string; readonly round: number; readonly beginning: string}
	/** Asks whether as much again may be spent. */
	| {readonly type: 'ask-budget'; readonly stepId: string; readonly about: 'run-budget' | 'step-budget'; readonly spent: string}
	| {readonly type: 'end-step'; readonly stepId: string; readonly ending: StepEnding}
	| {readonly type: 'end-run'; readonly status: RunEnd; readonly reason: string | null};

type StartCommand = Extract<Command, {type: 'start-step'}>;
type OpenCommand = Extract<Command, {type: 'open-step'}>;

type RunEnd = 'completed' | 'failed' | 'cancelled';

type StepEnding = {
	readonly status: 'completed' | 'failed' | 'cancelled' | 'skipped';
	readonly reason: string | null;
	readonly isUnwanted?: boolean;
	readonly isCutShort?: boolean;
	readonly outputs?: StepState['outputs'];
	readonly takenFrom?: RunId;
};

/** A step that was undone this often is left as it is: an agent that asks each time would never end. */
export const MAX_RESTORES_PER_STEP = 3;

/** A block is not repeated for more items: each is work that somebody pays for. */
export const MAX_ITEMS = 1000;

/** What a list of steps comes to: something to do, nothing to do until something happens, or that all of them are over. */
type Next = Command | 'wait' | 'over';

type Sight = {
	readonly state: RunState;
	readonly evaluate: Evaluate;
	/** True while an agent is at work. */
	readonly isBusy: boolean;
	/** True of steps that are there for a failure that did not happen. */
	readonly isUnneeded: boolean;
};

/**
 * Decides what to do next; undefined means: wait. Pure, without a clock.
 *
 * Steps that could run side by side run one after another, in the order of the file, since they share one work tree.
 */
export const decide = (plan: Plan, state: RunState, evaluate: Evaluate): Command | undefined => {
	if (state.status !== 'running' && state.status !== 'waiting' && state.status !== 'cancelling') return undefined;
	const sight = {state, evaluate, isBusy: Object.values(state.steps).some(isAtWork), isUnneeded: false};
	const next = endSettled(state) ?? decideRun(plan, sight);
	return next === 'wait' ? undefined : next === 'over' ? endRun(plan, state) : next;
};

/** Ends the next step that was over before the run: all of them come first, so that whatever is decided later is decided from events alone. */
const endSettled = ({settled, steps}: RunState): Command | undefined => {
	const next = Object.entries(settled).find(([name]) => steps[name]?.status === 'pending');
	return next === undefined ? undefined : endStep(next[0], toEnding(next[1]));
};

const toEnding = ({takenFrom, ...ending}: SettledStep): StepEnding => (takenFrom === null ? ending : {...ending, takenFrom});

const isAtWork = ({status, outcome, attempts}: StepState): boolean => status === 'running' && attempts > 0 && outcome === null;

const decideRun = (plan: Plan, sight: Sight): Next => {
	const main = toMainScope(plan);
	const next = decideScope(main, sight);
	if (next !== 'over') return next;
	for (const which of CLOSING) {
		const isNeeded = which === 'finally' || hasFailed(main, sight.state);
		const closing = decideScope(toClosingScope(plan, which), isNeeded ? sight : {...sight, isUnneeded: true});
		if (closing !== 'over') return closing;
	}
	return 'over';
};

const hasFailed = (scope: Scope, state: RunState): boolean => isCutShort(scope, state) || findBad(scope, state).length > 0;

const decideScope = (scope: Scope, sight: Sight): Next => {
	let isOver = true;
	for (const node of scope.nodes) {
		const step = stateIn(scope, node, sight.state);
		if (isStepOver(step.status)) continue;
		isOver = false;
		const next = step.status === 'pending' ? decidePending(node, scope, sight) : decideActive(node, step, scope, sight);
		if (next !== 'wait') return next;
	}
	return isOver ? 'over' : 'wait';
};

const decidePending = (node: PlanNode, scope: Scope, sight: Sight): Command | 'wait' => {
	const {state} = sight;
	const end = (ending: StepEnding): Command => endStep(nameIn(scope, node), ending);
	if (state.status === 'cancelling') return end({status: 'cancelled', reason: 'the run was cancelled'});
	// Nobody misses them, so nothing is to be said.
	if (sight.isUnneeded) return end({status: 'skipped', reason: null, isUnwanted: true});
	const needs = scope.nodes.filter(({id}) => node.needs.includes(id));
	const broken = needs.find(need => isBroken(need, stateIn(scope, need, state)));
	if (broken !== undefined) return end({status: 'skipped', reason: describeBroken(broken.id, stateIn(scope, broken, state))});
	if (!needs.every(need => isDone(need, stateIn(scope, need, state)))) return 'wait';
	// What an agent is about to change may be what decides.
	if (sight.isBusy) return 'wait';
	const wish = node.when === null ? {value: true} : sight.evaluate(node.when, scope, state);
	if ('problem' in wish) return end({status: 'failed', reason: `its condition cannot be evaluated: ${wish.problem}`});
	if (!isTrue(wish.value)) return end({status: 'skipped', reason: 'its condition is false', isUnwanted: true});
	if (state.spent === null || isExempt(scope, node)) return begin(node, scope, sight);
	if (state.isSpentForGood) return end({status: 'skipped', reason: state.spent, isCutShort: true});
	// Blocks and questions cost nothing.
	if (!isWork(node)) return begin(node, scope, sight);
	// One question at a time, and first that of the step which was stopped.
	return Object.values(state.steps).some(isWanting) ? 'wait' : askForMore(nameIn(scope, node), 'run-budget', state.spent);
};

/** True of a step that waits for an answer, or is about to ask, whether the run may spend more. */
const isWanting = ({status, asked, decision, outcome}: StepState): boolean =>
	(status === 'waiting' && asked === 'run-budget' && decision === null) || (status === 'running' && outcome?.spent === 'run');

const isWork = ({kind}: PlanNode): boolean => kind === 'prompt' || kind === 'run';

const askForMore = (stepId: string, about: 'run-budget' | 'step-budget', spent: string): Command => ({type: 'ask-budget', stepId, about, spent});

/** As expressions have it: nothing, no, zero and the empty text are false. */
const isTrue = Boolean;

const begin = (node: PlanNode, scope: Scope, sight: Sight): Command => {
	if (node.kind === 'approve') return {type: 'ask', gate: toInstance(scope, node), scope};
	if (node.kind !== 'steps') return {type: 'start-step', step: toInstance(scope, node), scope, attempt: 1, fallback: 0, backoffMs: null};
	const name = nameIn(scope, node);
	if (node.child !== null) return openChild(node, node.child, scope, sight);
	if (node.repeat.kind !== 'each') return openRound(node, scope, 1, null);
	const items = readItems(node.repeat.items, scope, sight);
	if ('problem' in items) return endStep(name, {status: 'failed', reason: `its items cannot be told: ${items.problem}`});
	if (items.value.length > 0) return openRound(node, scope, 1, items.value);
	return endStep(name, {status: 'completed', reason: null, outputs: {items: []}});
};

/** What it is given is an event, so that it stays what it was. */
const openChild = (block: PlanBlock, child: PlanChild, scope: Scope, {evaluate, state}: Sight): Command => {
	const inputs = resolveGiven(child, text => evaluate(text, scope, state));
	if ('problem' in inputs) return endStep(nameIn(scope, block), {status: 'failed', reason: `it cannot begin: ${inputs.problem}`});
	return {...openRound(block, scope, 1, null), inputs: inputs.value};
};

const readItems = (source: string | readonly unknown[], scope: Scope, {evaluate, state}: Sight): {value: readonly unknown[]} | {problem: string} => {
	if (typeof source !== 'string') return {value: source};
	const found = evaluate(source, scope, state);
	if ('problem' in found) return found;
	if (!Array.isArray(found.value)) return {problem: `${source} is not a list`};
	return found.value.length > MAX_ITEMS
		? {problem: `${source} has ${found.value.length} items, and ${MAX_ITEMS} are the most`}
		: {value: found.value};
};

const openRound = (block: PlanBlock, scope: Scope, round: number, items: readonly unknown[] | null): OpenCommand => ({
	type: 'open-step',
	stepId: nameIn(scope, block),
	round,
	items,
	children: listNames(toRoundScope(scope, block, round, items)),
});

const decideActive = (node: PlanNode, step: StepState, scope: Scope, sight: Sight): Command | 'wait' => {
	if (node.kind === 'approve') return decideGate(toInstance(scope, node), step, sight.state);
	const next = node.kind === 'steps' ? decideBlock(node, step, scope, sight) : decideWork(toInstance(scope, node), step, scope, sight.state);
	const name = nameIn(scope, node);
	const isFailing = next !== 'wait' && next.type === 'end-step' && next.stepId === name && next.ending.status === 'failed';
	const round = node.kind === 'steps' ? step.rounds : step.attempts;
	// What is done for items is taken back item by item.
	if (!isFailing || (node.kind === 'steps' && node.repeat.kind === 'each') || !mustTakeBack(node, step, round)) return next;
	return takeBack(name, round, node.kind === 'steps' ? `${name}.` : name);
};

const decideGate = (gate: PlanGate, {decision}: StepState, run: RunState): Command | 'wait' => {
	if (run.status === 'cancelling') return endStep(gate.id, {status: 'cancelled', reason: 'the run was cancelled'});
	if (decision === null) return 'wait';
	const outputs = {approved: decision.isApproved, by: decision.by, comment: decision.comment};
	const isFailure = !decision.isApproved && gate.onReject === 'fail';
	return endStep(gate.id, {status: isFailure ? 'failed' : 'completed', reason: describeDecision(decision), outputs});
};

const decideBlock = (block: PlanBlock, step: StepState, scope: Scope, sight: Sight): Command | 'wait' => {
	const toRound = (round: number): Scope => toRoundScope(scope, block, round, step.items);
	const newest = toRound(step.rounds);
	const next = decideScope(newest, sight);
	if (next !== 'over') return next;
	const isLost = block.repeat.kind === 'each' && sight.state.status !== 'cancelling' && hasFailed(newest, sight.state);
	if (isLost && mustTakeBack(block, step, step.rounds)) return takeBack(nameIn(scope, block), step.rounds, newest.prefix);
	const another = decideRound(block, step, newest, scope, sight);
	if (another !== undefined) return another;
	const rounds = Array.from({length: step.rounds}, (_, index) => toRound(index + 1));
	return endStep(nameIn(scope, block), {
		...judgeBlock(block, rounds, newest, sight),
		outputs: publish(block, rounds, newest, sight.state, sight.evaluate),
	});
};

/** True where what the newest round or attempt did is still there, and the workflow does not want that. */
const mustTakeBack = ({rollsBack}: PlanNode, {rolledBack}: StepState, round: number): boolean => rollsBack && rolledBack < round;

const takeBack = (stepId: string, round: number, beginning: string): Command => ({type: 'roll-back', stepId, round, beginning});

/** The next round; undefined where there is none. */
const decideRound = (block: PlanBlock, step: StepState, newest: Scope, scope: Scope, sight: Sight): Command | undefined => {
	const {repeat} = block;
	const {state} = sight;
	if (repeat.kind === 'once' || state.status === 'cancelling' || isCutShort(newest, state)) return undefined;
	const isBad = findBad(newest, state).length > 0;
	const isLast =
		repeat.kind === 'loop' ? isBad || step.rounds >= repeat.max : (isBad && repeat.failsFast) || step.rounds >= (step.items ?? []).length;
	if (isLast) return undefined;
	const until = repeat.kind === 'loop' ? sight.evaluate(repeat.until, newest, state) : {value: false};
	if ('problem' in until || isTrue(until.value)) return undefined;
	if (state.spent !== null && state.isSpentForGood) return endStep(nameIn(scope, block), {status: 'failed', reason: state.spent, isCutShort: true});
	return openRound(block, scope, step.rounds + 1, step.items);
};

type BlockEnding = Pick<StepEnding, 'status' | 'reason' | 'isCutShort'>;

const judgeBlock = ({repeat}: PlanBlock, rounds: readonly Scope[], newest: Scope, {state, evaluate}: Sight): BlockEnding => {
	if (state.status === 'cancelling') return {status: 'cancelled', reason: 'the run was cancelled'};
	if (isCutShort(newest, state)) return {status: 'failed', reason: state.spent, isCutShort: true};
	const bad = rounds.flatMap(round => findBad(round, state));
	if (bad.length > 0) return {status: 'failed', reason: describeBad(bad)};
	if (repeat.kind !== 'loop') return {status: 'completed', reason: null};
	const until = evaluate(repeat.until, newest, state);
	if ('problem' in until) return {status: 'failed', reason: `its end cannot be told: ${until.problem}`};
	if (isTrue(until.value) || repeat.onExhausted === 'continue') return {status: 'completed', reason: null};
	return {status: 'failed', reason: `its end was not reached in ${repeat.max} rounds: ${repeat.until}`};
};

/** True where the newest round had more to do when the run's budget was spent. */
const isCutShort = (scope: Scope, state: RunState): boolean => scope.nodes.some(node => stateIn(scope, node, state).isCutShort);

/** True where steps that need this one may go on: also after a failure that was to be expected. */
export const isDone = (step: PlanNode, {status, isUnwanted}: Pick<StepState, 'status' | 'isUnwanted'>): boolean =>
	status === 'completed' || (status === 'skipped' && isUnwanted) || (status === 'failed' && step.continuesOnError);

const isBroken = (step: PlanNode, state: StepState): boolean =>
	(state.status === 'failed' || state.status === 'cancelled' || state.status === 'skipped') && !isDone(step, state);

const describeBroken = (id: string, {status}: StepState): string => `step "${id}" ${status === 'skipped' ? 'was skipped' : status}`;

const decideWork = (step: PlanStep, state: StepState, scope: Scope, run: RunState): Command | 'wait' => {
	if (state.status === 'waiting') return decideBudget(step, state, scope, run);
	const {outcome} = state;
	if (outcome === null) return 'wait';
	if (outcome.status === 'completed') return endStep(step.id, {status: 'completed', reason: null});
	if (run.status === 'cancelling' || outcome.status === 'cancelled') return endStep(step.id, {status: 'cancelled', reason: outcome.reason});
	if (outcome.spent === 'step' && step.budget.onExceeded === 'ask') return askForMore(step.id, 'step-budget', outcome.reason ?? '');
	const again = tryAgain(step, state, scope, outcome);
	const isLimited = run.spent !== null && !isExempt(scope, step) && (again !== null || outcome.spent === 'run');
	if (isLimited && !run.isSpentForGood) return askForMore(step.id, 'run-budget', run.spent);
	if (isLimited && again !== null) return endStep(step.id, {status: 'failed', reason: explainRefusal(outcome, run.spent), isCutShort: true});
	return again ?? endStep(step.id, {status: 'failed', reason: outcome.reason, ...(outcome.spent === 'run' ? {isCutShort: true} : {})});
};

/** A step that waits for more money. */
const decideBudget = (step: PlanStep, state: StepState, scope: Scope, run: RunState): Command | 'wait' => {
	const {decision, asked, outcome} = state;
	if (run.status === 'cancelling') return endStep(step.id, {status: 'cancelled', reason: 'the run was cancelled'});
	if (decision === null) return 'wait';
	// As much again was not enough for what was under way when it was stopped.
	const isTooLittle = decision.isApproved && run.spent !== null && !isExempt(scope, step);
	if (isTooLittle && !run.isSpentForGood) return askForMore(step.id, 'run-budget', run.spent);
	if (isTooLittle) return endStep(step.id, {status: 'failed', reason: explainRefusal(outcome, run.spent), isCutShort: true});
	if (decision.isApproved) return (outcome === null ? null : tryAgain(step, state, scope, outcome)) ?? makeAttempt(step, state, scope);
	const reason = [outcome?.reason ?? (asked === 'run-budget' ? run.spent : null), `more was ${describeDecision(decision)}`].filter(
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

const endRun = (plan: Plan, state: RunState): Command => {
	if (state.status === 'cancelling') return {type: 'end-run', status: 'cancelled', reason: null};
	const scopes = listTopScopes(plan);
	const bad = scopes.flatMap(scope => findBad(scope, state));
	const failures = bad.length === 0 ? [] : [describeBad(bad)];
	if (state.spent !== null && scopes.some(scope => isCutShort(scope, state))) return endFailed(state.spent, ...failures);
	return bad.length === 0 ? {type: 'end-run', status: 'completed', reason: null} : endFailed(...failures);
};

/** The names of the steps of a list that keep it from being a success. */
export const findBad = (scope: Scope, state: RunState): readonly string[] =>
	scope.nodes.flatMap(node => {
		const {status} = stateIn(scope, node, state);
		return (status === 'failed' && !node.continuesOnError) || status === 'cancelled' ? [nameIn(scope, node)] : [];
	});

const MOST_NAMED = 5;

const describeBad = (names: readonly string[]): string => {
	const named = names.slice(0, MOST_NAMED).map(name => `"${name}"`);
	const rest = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
	return `${names.length === 1 ? 'step' : 'steps'} ${named.join(', ')}${rest} failed`;
};

const endFailed = (...reasons: readonly string[]): Command => ({type: 'end-run', status: 'failed', reason: reasons.join('; ')});

const endStep = (stepId: string, ending: StepEnding): Command => ({type: 'end-step', stepId, ending});
