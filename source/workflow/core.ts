import type {Plan, PlanBlock, PlanChild, PlanGate, PlanNode, PlanStep, SettledStep} from '../domain/plan.ts';
import {describeDecision, isUndecided} from '../domain/question.ts';
import {isStepOver} from '../domain/status.ts';
import {publish} from './block-outputs.ts';
import {askForMore, type Command, type Evaluate, endStep, type OpenCommand, type StepEnding} from './command.ts';
import {type Crowd, canJoin, findCrowd, type Limit} from './crowd.ts';
import {decideWork, isLimitAsked} from './decide-work.ts';
import {resolveGiven} from './run-inputs.ts';
import {listNames, nameIn, type RunState, type StepState, stateIn} from './run-state.ts';
import {CLOSING, isExempt, listCeilings, listTopScopes, type Scope, toClosingScope, toInstance, toMainScope, toRoundScope} from './scope.ts';

/** A block is not repeated for more items: each is work that somebody pays for. */
export const MAX_ITEMS = 1000;

/** What a list of steps comes to: something to do, nothing to do until something happens, or that all of them are over. */
type Next = Command | 'wait' | 'over';

const NOBODY: ReadonlySet<string> = new Set();

type Sight = {
	readonly state: RunState;
	readonly evaluate: Evaluate;
	readonly held: ReadonlySet<string>;
	readonly crowd: Crowd;
	readonly limits: readonly Limit[];
	/** True of steps that are there for a failure that did not happen. */
	readonly isUnneeded: boolean;
};

/**
 * Decides what to do next; undefined means: wait. Pure, without a clock. `held` are steps of which the engine is about to carry out a command,
 * or has not done with their attempt.
 *
 * Steps run side by side as far as their needs, the workflow's limits and their files allow; what changes the same files runs one after the
 * other, in the order of the file.
 */
export const decide = (plan: Plan, state: RunState, evaluate: Evaluate, held: ReadonlySet<string> = NOBODY): Command | undefined => {
	if (state.status !== 'running' && state.status !== 'waiting' && state.status !== 'cancelling') return undefined;
	const limits = [{prefix: '', max: plan.maxParallel}];
	const sight = {state, evaluate, held, limits, crowd: findCrowd(plan, state, held), isUnneeded: false};
	const next = endSettled(state) ?? decideRun(plan, sight);
	return next === 'wait' ? undefined : next === 'over' ? endRun(plan, state) : next;
};

/** Ends the next step that was over before the run: all of them come first, so that whatever is decided later is decided from events alone. */
const endSettled = ({settled, steps}: RunState): Command | undefined => {
	const next = Object.entries(settled).find(([name]) => steps.get(name)?.status === 'pending');
	return next === undefined ? undefined : endStep(next[0], toEnding(next[1]));
};

const toEnding = ({takenFrom, ...ending}: SettledStep): StepEnding => (takenFrom === null ? ending : {...ending, takenFrom});

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
	const byId = indexNodes(scope.nodes);
	for (const node of scope.nodes) {
		const step = stateIn(scope, node, sight.state);
		if (isStepOver(step.status)) continue;
		isOver = false;
		if (sight.held.has(nameIn(scope, node))) continue;
		const next = step.status === 'pending' ? decidePending(node, byId, scope, sight) : decideActive(node, step, scope, sight);
		if (next !== 'wait') return next;
	}
	return isOver ? 'over' : 'wait';
};

/** The steps of a list by their ids; the lists of a plan stay what they are, and are looked at before each decision. */
const indexNodes = (nodes: readonly PlanNode[]): ReadonlyMap<string, PlanNode> => {
	const known = INDEXES.get(nodes) ?? new Map(nodes.map(node => [node.id, node]));
	INDEXES.set(nodes, known);
	return known;
};

const INDEXES = new WeakMap<readonly PlanNode[], ReadonlyMap<string, PlanNode>>();

/** `byId` are the steps of the list. */
const decidePending = (node: PlanNode, byId: ReadonlyMap<string, PlanNode>, scope: Scope, sight: Sight): Command | 'wait' => {
	const {state} = sight;
	const end = (ending: StepEnding): Command => endStep(nameIn(scope, node), ending);
	if (state.status === 'cancelling') return end({status: 'cancelled', reason: 'the run was cancelled'});
	// Nobody misses them, so nothing is to be said.
	if (sight.isUnneeded) return end({status: 'skipped', reason: null, isUnwanted: true});
	const needs = node.needs.flatMap(id => byId.get(id) ?? []);
	const broken = needs.find(need => isBroken(need, stateIn(scope, need, state)));
	if (broken !== undefined) return end({status: 'skipped', reason: describeBroken(broken.id, stateIn(scope, broken, state))});
	if (!needs.every(need => isDone(need, stateIn(scope, need, state)))) return 'wait';
	const wish = node.when === null ? {value: true} : sight.evaluate(node.when, scope, state);
	if ('problem' in wish) return end({status: 'failed', reason: `its condition cannot be evaluated: ${wish.problem}`});
	if (!isTrue(wish.value)) return end({status: 'skipped', reason: 'its condition is false', isUnwanted: true});
	if (state.spent === null || isExempt(scope, node)) return begin(node, scope, sight);
	if (state.isSpentForGood) return end({status: 'skipped', reason: state.spent, isCutShort: true});
	// Blocks and questions cost nothing.
	if (!isWork(node)) return begin(node, scope, sight);
	// One question at a time, and first that of the step which was stopped.
	return [...state.steps.values()].some(isWanting) ? 'wait' : askForMore(nameIn(scope, node), 'run-budget', state.spent);
};

/** True of a step that waits for an answer, or is about to ask, whether the run may spend more. */
const isWanting = (step: StepState): boolean =>
	(step.asked === 'run-budget' && isUndecided(step)) || (step.status === 'running' && step.outcome?.spent === 'run');

const isWork = (node: PlanNode): node is PlanStep => node.kind === 'prompt' || node.kind === 'run';

/** True while a person is asked whether a block around a step may spend more, or whether to go on with its engine. */
const isHalted = (scope: Scope, node: PlanNode, run: RunState): boolean =>
	isWork(node) && (isCeilingAsked(scope, run) || isLimitAsked(run, node.engine));

const isCeilingAsked = (scope: Scope, {steps}: RunState): boolean => {
	const blocks = listCeilings(scope).map(({block}) => block);
	return blocks.length > 0 && [...steps.values()].some(step => isUndecided(step) && step.askedOf !== null && blocks.includes(step.askedOf));
};

/** As expressions have it: nothing, no, zero and the empty text are false. */
const isTrue = Boolean;

const begin = (node: PlanNode, scope: Scope, sight: Sight): Command | 'wait' => {
	if (!canJoin(sight.crowd, nameIn(scope, node), node, sight.limits) || isHalted(scope, node, sight.state)) return 'wait';
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
	if (next !== 'wait' && next.type === 'start-step') {
		// While it waited for money, others may have begun.
		const canStart = step.status !== 'waiting' || canJoin(sight.crowd, name, node, sight.limits);
		return canStart && !isHalted(scope, next.step, sight.state) ? next : 'wait';
	}
	const isFailing = next !== 'wait' && next.type === 'end-step' && next.stepId === name && next.ending.status === 'failed';
	const round = node.kind === 'steps' ? step.rounds : step.attempts;
	// What is done for items is taken back item by item.
	if (!isFailing || (node.kind === 'steps' && node.repeat.kind === 'each') || !mustTakeBack(node, step, round)) return next;
	// While it waited for an answer, others may have begun, and nobody may be at work where files are brought back.
	if (step.status === 'waiting' && !canJoin(sight.crowd, name, node, sight.limits)) return 'wait';
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
	const listRounds = (first: number): readonly Scope[] =>
		Array.from({length: step.rounds - first + 1}, (_, index) => toRoundScope(scope, block, first + index, step.items));
	const most = block.repeat.kind === 'each' ? Math.min(block.repeat.maxParallel, ...sight.limits.map(({max}) => max)) : 1;
	// Rounds that come one after the other are all over but for the newest.
	const watched = listRounds(most > 1 ? 1 : step.rounds);
	const [newest] = watched.slice(-1);
	if (newest === undefined) return openRound(block, scope, 1, step.items);
	const nexts = watched.map(round => decideScope(round, limitChild(block, newest, sight)));
	const next = nexts.find(each => each !== 'wait' && each !== 'over');
	if (next !== undefined) return next;
	const underWay = nexts.filter(each => each === 'wait').length;
	if (underWay >= most) return 'wait';
	const isLost = block.repeat.kind === 'each' && sight.state.status !== 'cancelling' && hasFailed(newest, sight.state);
	if (isLost && mustTakeBack(block, step, step.rounds)) return takeBack(nameIn(scope, block), step.rounds, newest.prefix);
	const another = decideRound(block, step, watched, scope, sight);
	if (another !== undefined && (underWay === 0 || another.type === 'open-step')) return another;
	if (underWay > 0) return 'wait';
	const rounds = listRounds(1);
	return endStep(nameIn(scope, block), {
		...judgeBlock(block, rounds, newest, sight),
		outputs: publish(block, rounds, newest, sight.state, sight.evaluate),
	});
};

/** A workflow in another one has a limit of its own besides. */
const limitChild = ({child}: PlanBlock, {prefix}: Scope, sight: Sight): Sight =>
	child === null ? sight : {...sight, limits: [...sight.limits, {prefix, max: child.maxParallel}]};

/** True where what the newest round or attempt did is still there, and the workflow does not want that. */
const mustTakeBack = ({rollsBack}: PlanNode, {rolledBack}: StepState, round: number): boolean => rollsBack && rolledBack < round;

const takeBack = (stepId: string, round: number, beginning: string): Command => ({type: 'roll-back', stepId, round, beginning});

/** The next round; undefined where there is none. `watched` are those that may be under way still, and the newest. */
const decideRound = (block: PlanBlock, step: StepState, watched: readonly Scope[], scope: Scope, sight: Sight): Command | undefined => {
	const {repeat} = block;
	const {state} = sight;
	if (repeat.kind === 'once' || state.status === 'cancelling' || watched.some(round => isCutShort(round, state))) return undefined;
	const isBad = watched.some(round => findBad(round, state).length > 0);
	const isLast =
		repeat.kind === 'loop' ? isBad || step.rounds >= repeat.max : (isBad && repeat.failsFast) || step.rounds >= (step.items ?? []).length;
	if (isLast) return undefined;
	const [newest] = watched.slice(-1);
	const until = repeat.kind === 'loop' && newest !== undefined ? sight.evaluate(repeat.until, newest, state) : {value: false};
	if ('problem' in until || isTrue(until.value)) return undefined;
	if (state.spent !== null && state.isSpentForGood) return endStep(nameIn(scope, block), {status: 'failed', reason: state.spent, isCutShort: true});
	return openRound(block, scope, step.rounds + 1, step.items);
};

type BlockEnding = Pick<StepEnding, 'status' | 'reason' | 'isCutShort'>;

const judgeBlock = ({repeat}: PlanBlock, rounds: readonly Scope[], newest: Scope, {state, evaluate}: Sight): BlockEnding => {
	if (state.status === 'cancelling') return {status: 'cancelled', reason: 'the run was cancelled'};
	if (rounds.some(round => isCutShort(round, state))) return {status: 'failed', reason: state.spent, isCutShort: true};
	const bad = rounds.flatMap(round => findBad(round, state));
	if (bad.length > 0) return {status: 'failed', reason: describeBad(bad, state)};
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

const endRun = (plan: Plan, state: RunState): Command => {
	if (state.status === 'cancelling') return {type: 'end-run', status: 'cancelled', reason: null};
	const scopes = listTopScopes(plan);
	const bad = scopes.flatMap(scope => findBad(scope, state));
	const failures = bad.length === 0 ? [] : [describeBad(bad, state)];
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

const describeBad = (names: readonly string[], {steps}: RunState): string => {
	const cancelled = names.filter(name => steps.get(name)?.status === 'cancelled');
	const failed = names.filter(name => !cancelled.includes(name));
	return [
		...(failed.length === 0 ? [] : [`${listNamed(failed)} failed`]),
		...(cancelled.length === 0 ? [] : [`${listNamed(cancelled)} ${cancelled.length === 1 ? 'was' : 'were'} cancelled`]),
	].join('; ');
};

const listNamed = (names: readonly string[]): string => {
	const named = names.slice(0, MOST_NAMED).map(name => `"${name}"`);
	const rest = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
	return `${names.length === 1 ? 'step' : 'steps'} ${named.join(', ')}${rest}`;
};

const endFailed = (...reasons: readonly string[]): Command => ({type: 'end-run', status: 'failed', reason: reasons.join('; ')});
