import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {AttemptOutcome, RadEvent} from '../../../source/domain/events.ts';
import type {RunId} from '../../../source/domain/ids.ts';
import {
	type Budget,
	listWork,
	type Part,
	type Plan,
	type PlanNode,
	type PlanStep,
	type PlanWorktree,
	RETRY_CAUSES,
	type SettledStep,
	USAGE_LIMIT_WAYS,
	type UsageLimitWay,
	type WorkspaceMode,
} from '../../../source/domain/plan.ts';
import {isStepOver, type RunStatus} from '../../../source/domain/status.ts';
import type {Command, Evaluate, StartCommand, Value} from '../../../source/workflow/command.ts';
import {decide} from '../../../source/workflow/core.ts';
import {MAX_RESTORES_PER_STEP} from '../../../source/workflow/decide-work.ts';
import {fold, type RunState, type StepState, startState} from '../../../source/workflow/run-state.ts';
import {locateNode, locateStep, type Scope} from '../../../source/workflow/scope.ts';
import {aPlan, aPlanBlock, aPlanGate, aPlanStep, NO_BUDGET} from '../../support/builders.ts';

// Random plans meet random outcomes, cancellations and crashes; what must hold in each of them is checked at each step of the way.

const CASES = Number(process.env['RAD_TEST_PLANS'] ?? 20_000);
const runId = 'run_0000000001' as RunId;
const SPENT = 'the money is gone';
const COMPLAINT = 'verdict: is missing';

type WorkDraft = {
	readonly kind: 'work';
	readonly retries: number;
	readonly fallbacks: number;
	readonly onUsageLimit: UsageLimitWay;
	readonly on: readonly (typeof RETRY_CAUSES)[number][];
	/** What its responses cost, in each attempt. */
	readonly costs: readonly number[];
	readonly workspace: WorkspaceMode;
	readonly onConflict: PlanWorktree['onConflict'];
};
type GateDraft = {readonly kind: 'gate'; readonly onReject: 'fail' | 'continue'};
type BlockDraft = {
	readonly kind: 'block';
	readonly repeat: 'once' | 'loop' | 'each' | 'single' | 'child' | 'children';
	/** Rounds until a loop ends by itself, or items; -1: nobody can tell. */
	readonly count: number;
	readonly isStrict: boolean;
	/** How many items at once, where its steps only read. */
	readonly maxParallel: number;
	readonly steps: readonly StepDraft[];
};
type StepDraft = {
	readonly needs: readonly number[];
	readonly continuesOnError: boolean;
	readonly rollsBack: boolean;
	readonly wish: Value | null;
	readonly own: WorkDraft | GateDraft | BlockDraft;
};

const workDraft: fc.Arbitrary<WorkDraft> = fc.record({
	kind: fc.constant('work'),
	retries: fc.nat(2),
	fallbacks: fc.nat(2),
	onUsageLimit: fc.constantFrom(...USAGE_LIMIT_WAYS),
	on: fc.subarray([...RETRY_CAUSES]),
	costs: fc.array(fc.integer({min: 1, max: 3}), {maxLength: 3}),
	workspace: fc.constantFrom('shared', 'readonly', 'readonly', 'worktree'),
	onConflict: fc.constantFrom('fail', 'ask'),
});
const gateDraft: fc.Arbitrary<GateDraft> = fc.record({kind: fc.constant('gate'), onReject: fc.constantFrom('fail', 'continue')});

const {step: stepDraft} = fc.letrec<{step: StepDraft; block: BlockDraft}>(tie => ({
	step: fc.record({
		needs: fc.array(fc.nat(9), {maxLength: 3}),
		continuesOnError: fc.boolean(),
		rollsBack: fc.boolean(),
		wish: fc.constantFrom(null, null, {value: true}, {value: false}, {problem: 'odd'}),
		own: fc.oneof(
			{maxDepth: 3, depthIdentifier: 'block'},
			{weight: 6, arbitrary: workDraft},
			{weight: 1, arbitrary: gateDraft},
			{weight: 2, arbitrary: tie('block')},
		),
	}),
	block: fc.record({
		kind: fc.constant('block'),
		repeat: fc.constantFrom('once', 'loop', 'each', 'single', 'child', 'children'),
		count: fc.integer({min: -1, max: 3}),
		isStrict: fc.boolean(),
		maxParallel: fc.integer({min: 1, max: 3}),
		steps: fc.array(tie('step'), {minLength: 1, maxLength: 3, depthIdentifier: 'block'}),
	}),
}));

const limitOfRun = fc.oneof(fc.constant(Infinity), fc.integer({min: 1, max: 20}));

const MAX_ROUNDS = 3;

/** A step may need any of those above it, as no cycle passes the check of a file. Its expressions say what becomes of them. */
const toNodes = (drafts: readonly StepDraft[]): readonly PlanNode[] => drafts.map((draft, index) => toNode(draft, index));

const toNode = ({needs, continuesOnError, rollsBack, wish, own}: StepDraft, index: number): PlanNode => {
	const base = {
		id: `s${index}`,
		needs: index === 0 ? [] : [...new Set(needs.map(need => `s${need % index}`))],
		when: wish === null ? null : JSON.stringify(wish),
		continuesOnError,
		rollsBack,
	};
	switch (own.kind) {
		case 'work': {
			const retry = {max: own.retries, on: own.on, backoffMs: 10, factor: 2, maxBackoffMs: 15};
			// Only a model costs something.
			const fallback = Array.from({length: own.fallbacks}, (_, place) => ({engine: `engine${place + 1}`, model: null}));
			return aPlanStep({
				...base,
				kind: own.costs.length === 0 ? 'run' : 'prompt',
				text: JSON.stringify(own.costs),
				retry,
				fallback,
				onUsageLimit: own.onUsageLimit,
				workspace: own.workspace,
				worktree: own.workspace === 'worktree' ? {base: null, merge: 'squash', onConflict: own.onConflict} : null,
			});
		}
		case 'gate':
			return aPlanGate({...base, onReject: own.onReject});
		case 'block':
			return aPlanBlock({...base, ...toBlock(own, rollsBack)});
	}
};

const toBlock = ({repeat, count, isStrict, maxParallel, steps}: BlockDraft, rollsBack: boolean) => {
	const nodes = toNodes(steps);
	const most = rollsBack ? 1 : maxParallel;
	const canBeParallel = !listWork(nodes).some(({workspace}) => workspace === 'shared');
	const each = {
		kind: 'each',
		items: count < 0 ? '{"problem":"odd"}' : JSON.stringify({value: Array.from({length: count})}),
		as: 'item',
		failsFast: isStrict,
		maxParallel: canBeParallel ? most : 1,
	} as const;
	switch (repeat) {
		case 'once':
			return {repeat: {kind: 'once'} as const, steps: nodes};
		case 'loop':
			return {
				repeat: {kind: 'loop', until: `round ${count}`, max: MAX_ROUNDS, onExhausted: isStrict ? 'fail' : 'continue'} as const,
				steps: nodes,
			};
		case 'each':
			return {repeat: each, steps: nodes};
		case 'single':
			return {
				repeat: {...each, maxParallel: most},
				steps: [aPlanStep({id: 'only', workspace: most > 1 ? 'readonly' : 'shared'})],
				isSingle: true,
			};
		case 'child':
			return toChild(count, nodes, maxParallel);
		case 'children':
			return {repeat: each, steps: [aPlanBlock({id: 'only', ...toChild(2, nodes, maxParallel)})], isSingle: true};
	}
};

/** A workflow whose input fits, does not fit, or cannot be told. */
const toChild = (count: number, steps: readonly PlanNode[], maxParallel: number) => {
	const given = count < 0 ? {problem: 'odd'} : {value: count === 0 ? 'no number' : count};
	const inputs = [{name: 'n', type: 'number', isRequired: true, defaultValue: null, choices: null, description: null}] as const;
	const child = {workflow: 'other', inputs, values: {}, templates: {n: JSON.stringify(given)}, maxParallel, budget: NO_BUDGET};
	return {repeat: {kind: 'once'} as const, steps, child};
};

const evaluate: Evaluate = (text, scope) => {
	if (!text.startsWith('round ')) return JSON.parse(text) as Value;
	const count = Number(text.slice(6));
	return count < 0 ? {problem: 'odd'} : {value: (scope.round?.index ?? 0) >= count};
};

const countWork = (nodes: readonly PlanNode[]): number =>
	nodes.reduce((sum, node) => {
		if (node.kind === 'steps') return sum + 3 + MAX_ROUNDS * (2 + countWork(node.steps));
		return sum + (node.kind === 'approve' ? 3 : (1 + node.fallback.length) * (6 + node.retry.max + MAX_RESTORES_PER_STEP));
	}, 0);

/** What the world does next: how an attempt ends, or something that comes in between. */
const move = fc.constantFrom(
	'completed',
	'completed',
	'failed',
	'timed_out',
	'lost',
	'restored',
	'cancelled',
	'rate-limited',
	'used-up',
	'used-up',
	'misfit',
	'misfit',
	'overdrawn',
	'cancel',
	'crash',
	'crash',
);
type Move = Exclude<Ending, 'too-expensive'> | 'cancel' | 'crash';
type Ending = AttemptOutcome['status'] | 'rate-limited' | 'used-up' | 'misfit' | 'overdrawn' | 'too-expensive';

const toOutcome = (name: Ending, engine: string): AttemptOutcome => {
	if (name === 'too-expensive') return {status: 'failed', exitCode: null, reason: `stopped as ${SPENT}`, spent: 'run', outputs: {}};
	// By what a workflow around it may spend; the engine finds that there is more by now.
	if (name === 'overdrawn') return {status: 'failed', exitCode: null, reason: 'stopped', spent: 'block', outputs: {}};
	if (name === 'misfit')
		return {status: 'failed', exitCode: 0, reason: 'its answer does not fit', cause: 'invalid_output', complaint: COMPLAINT, outputs: {}};
	if (name === 'used-up')
		return {status: 'failed', exitCode: 1, reason: 'its limit is reached', cause: 'rate_limit', limit: {engine, resetsAt: null}, outputs: {}};
	const status = name === 'rate-limited' ? 'failed' : name;
	const cause = name === 'rate-limited' ? 'rate_limit' : null;
	return {status, exitCode: null, reason: status === 'completed' ? null : `it ${status}`, cause, outputs: {}};
};

type World = {
	readonly moves: readonly Move[];
	/** Whose turn it is among those who are at work, and whether the engine's decision comes first. */
	readonly picks: readonly number[];
	/** What the run may cost. */
	readonly limit: number;
	/** What is over before the run. */
	readonly settled: Part['steps'];
};

const costsOf = ({text}: PlanStep): readonly number[] => (text.startsWith('[') ? (JSON.parse(text) as number[]) : []);

/** Runs a plan as the engine does: every decision is an event before it is acted on. */
const play = (plan: Plan, {moves, picks, limit: budget, settled}: World) => {
	const events: RadEvent[] = [{type: 'run.started', runId}];
	let state: RunState = startState(plan, settled);
	let next = 0;
	const started: string[] = [];
	const ended: Array<string | null> = [];
	const commit = (event: RadEvent): void => {
		events.push(event);
		state = fold(state, event);
	};
	const replay = (): RunState => events.reduce(fold, startState(plan, settled));
	const cancel = (): void => {
		if (state.status === 'running') commit({type: 'run.status-changed', runId, status: 'cancelling', reason: null});
	};
	const interrupt = (): void => {
		commit({type: 'run.status-changed', runId, status: 'interrupted', reason: 'its rad is gone'});
		expect(decide(plan, state, evaluate), 'nothing is done for a run without a rad').toBeUndefined();
		state = replay();
	};
	let spent = 0;
	/** What a person has allowed in all. */
	const allowed = (): number => budget * (1 + state.raises);
	const crew = new Map<string, Mate>();
	const held = (): ReadonlySet<string> => new Set(crew.keys());
	/** The engine looks before it starts anything. */
	const start = (mate: Mate): void => {
		const {step, attempt, fallback} = mate.command;
		const isRefused = state.spent === null && spent >= allowed() && !isTidying(mate.command);
		if (isRefused) commit({type: 'run.budget-spent', runId, reason: SPENT});
		if (isRefused || state.status === 'cancelling' || (state.spent !== null && !isTidying(mate.command))) {
			crew.delete(step.id);
			return;
		}
		started.push(`${step.id}.${attempt}`);
		const place = step.workspace === 'worktree' ? {worktree: {slot: 1, base: 'base'}} : {};
		commit({type: 'step.started', runId, stepId: step.id, attempt, fallback, ...place});
		mate.isStarted = true;
	};
	/** What one of those who are at work does next: it starts, pays for a response, is stopped, or ends. */
	const act = (mate: Mate): void => {
		if (!mate.isStarted) start(mate);
		else if (mate.costs.length === 0) end(mate, moves[next++] ?? 'completed');
		else if (spent >= allowed()) end(mate, 'too-expensive');
		else pay(mate);
	};
	const pay = (mate: Mate): void => {
		const [cost = 0, ...others] = mate.costs;
		mate.costs = others;
		spent += cost;
		if (spent < allowed()) return;
		if (state.spent === null) commit({type: 'run.budget-spent', runId, reason: SPENT});
		end(mate, 'too-expensive');
	};
	// When the world has nothing left to say, all goes well.
	const end = ({command: {step, attempt}}: Mate, said: Move | 'too-expensive'): void => {
		if (said === 'cancel') cancel();
		if (said === 'crash') interrupt();
		const outcome = toOutcome(said === 'cancel' ? 'cancelled' : said === 'crash' ? 'lost' : said, step.engine);
		commit({type: 'step.attempt-ended', runId, stepId: step.id, attempt, outcome});
		crew.delete(step.id);
		if (said === 'crash') {
			// What was about to start never will; what is at work is adopted.
			for (const [name, {isStarted}] of crew) if (!isStarted) crew.delete(name);
			goOn();
		}
	};
	const goOn = (): void => commit({type: 'run.status-changed', runId, status: 'running', reason: null});
	const obey = (command: Command): RunStatus | undefined => {
		switch (command.type) {
			case 'start-step': {
				checkStart(state, command);
				checkCompany(plan, state, command, crew);
				crew.set(command.step.id, {command, costs: costsOf(command.step), isStarted: false});
				return undefined;
			}
			case 'open-step':
				expect(state.status, 'no round begins in a run that is being cancelled').toBe('running');
				expect(command.round, 'rounds are counted one by one').toBe((state.steps.get(command.stepId)?.rounds ?? 0) + 1);
				for (const child of command.children) expect(state.steps.get(child), 'the steps of a round are new').toBeUndefined();
				commit({
					type: 'step.opened',
					runId,
					stepId: command.stepId,
					round: command.round,
					items: command.items,
					...(command.inputs === undefined ? {} : {inputs: command.inputs}),
				});
				return undefined;
			case 'ask':
				expect(state.steps.get(command.gate.id)?.status ?? 'pending', 'a question is asked once').toBe('pending');
				commit({type: 'step.asked', runId, stepId: command.gate.id, question: QUESTION});
				return undefined;
			case 'roll-back': {
				const known = state.steps.get(command.stepId);
				expect(known?.rolledBack, 'what was taken back is not taken back again').toBeLessThan(command.round);
				expect(state.status, 'a cancelled run keeps what it did').toBe('running');
				const isApart = isInWorktree(known);
				const inTheWay = [...crew.values()].filter(mate => !isApart && mate.command.step.workspace !== 'worktree');
				expect(inTheWay, 'nobody is at work where files are brought back').toEqual([]);
				commit({type: 'step.rolled-back', runId, stepId: command.stepId, round: command.round, checkpointId: null, reason: null});
				return undefined;
			}
			case 'merge': {
				const {id} = command.step;
				const {attempts = 0, merged = 0, outcome = null} = state.steps.get(id) ?? {};
				expect([isInWorktree(state.steps.get(id)), merged < attempts, outcome !== null], 'what an attempt left is kept once').toEqual([
					true,
					true,
					true,
				]);
				const isOdd = outcome?.status === 'completed' && moves[next++] === 'failed';
				const found = isOdd ? {head: null, conflict: CONFLICT} : {head: outcome?.status === 'completed' ? 'head' : null};
				commit({type: 'step.merged', runId, stepId: id, attempt: attempts, commit: 'commit', isChanged: true, ...found});
				return undefined;
			}
			case 'ask-conflict':
				expect(command.step.worktree?.onConflict, 'nobody is asked who does not want to be').toBe('ask');
				commit({type: 'step.asked', runId, stepId: command.step.id, question: {...QUESTION, about: 'conflict'}});
				return undefined;
			case 'ask-limit': {
				const step = locateStep(plan, command.stepId, name => state.steps.get(name)?.items ?? null)?.step;
				expect(step?.onUsageLimit, 'nobody is asked who does not want to be').not.toBe('fail');
				expect(isLimitOpen(state, command.limit.engine), 'one question is for all').toBe(false);
				const question = {...QUESTION, about: 'usage-limit', limit: command.limit} as const;
				commit({type: 'step.asked', runId, stepId: command.stepId, question});
				return undefined;
			}
			case 'ask-budget':
				expect(plan.budget.onExceeded, 'nobody is asked who does not want to be').toBe('ask');
				expect(state.isSpentForGood, 'nobody is asked again after a No').toBe(false);
				expect(state.spent).not.toBeNull();
				commit({type: 'step.asked', runId, stepId: command.stepId, question: {...QUESTION, about: command.about}});
				return undefined;
			case 'end-step':
				expect(isStepOver(state.steps.get(command.stepId)?.status ?? 'pending'), 'a step ends once').toBe(false);
				checkKept(state.steps.get(command.stepId), command.ending.status);
				ended.push(command.ending.reason);
				commit({type: 'step.ended', runId, stepId: command.stepId, ...command.ending});
				return undefined;
			case 'end-run':
				commit({type: 'run.status-changed', runId, status: command.status, reason: command.reason});
				return command.status;
		}
	};
	/** A person answers, unless something happens first. */
	const answer = (stepId: string): void => {
		// Somebody who always allows more would never see the end.
		const said = moves[next] ?? (state.steps.get(stepId)?.asked === 'gate' ? 'completed' : 'failed');
		next += 1;
		if (said === 'cancel') cancel();
		else if (said === 'crash') {
			interrupt();
			goOn();
		} else commit({type: 'step.decided', runId, stepId, decision: {isApproved: said === 'completed', by: 'user', comment: null}});
	};
	const limit = 8 * (countWork([...plan.steps, ...plan.onFailure, ...plan.finally]) + 5 + 5 * moves.length);
	for (let turn = 0; turn < limit; turn += 1) {
		const replayed = replay();
		if (turn % 4 === 0) expect(replayed).toEqual(state);
		const command = decide(plan, state, evaluate, held());
		expect(decide(plan, replayed, evaluate, held())).toEqual(command);
		const pick = picks[turn % Math.max(1, picks.length)] ?? 0;
		const mate = [...crew.values()][pick % Math.max(1, crew.size)];
		if (mate !== undefined && (command === undefined || pick % 2 === 1)) {
			act(mate);
			continue;
		}
		if (command === undefined) {
			const asking = [...state.steps.keys()].find(name => state.steps.get(name)?.status === 'waiting');
			expect(asking, 'somebody always knows what is next').toBeDefined();
			answer(asking ?? '');
			continue;
		}
		const status = obey(command);
		if (status !== undefined) return {status, state, started, ended, events};
	}
	throw new Error(`the run did not end within ${limit} decisions`);
};

/** Somebody who is at work, or about to be. */
type Mate = {readonly command: StartCommand; costs: readonly number[]; isStarted: boolean};

/** Who changes files has them alone, and no limit is passed. */
const checkCompany = (plan: Plan, state: RunState, {step, scope}: StartCommand, crew: ReadonlyMap<string, Mate>): void => {
	const others = [...crew.values()].map(mate => mate.command.step);
	expect(others.length, 'the limit of the run').toBeLessThan(plan.maxParallel);
	const inTheWay = others.filter(other => other.workspace !== 'worktree' && step.workspace !== 'worktree');
	for (const other of inTheWay) expect([step.workspace, other.workspace], `${step.id} beside ${other.id}`).toEqual(['readonly', 'readonly']);
	for (let around: Scope | null = scope; around !== null; around = around.outer) {
		const {child} = around.round ?? {};
		const node = child == null ? undefined : locateNode(plan, child, name => state.steps.get(name)?.items ?? null)?.node;
		const most = node?.kind === 'steps' ? (node.child?.maxParallel ?? 1) : Infinity;
		expect(others.filter(({id}) => id.startsWith(`${child}.`)).length, `the limit of ${child}`).toBeLessThan(most);
	}
};

const CONFLICT = {files: ['a'], ref: 'refs/a'};

const isInWorktree = (step: StepState | undefined): boolean => step !== undefined && step.worktree !== null;

/** Nothing that was left in a work tree is lost, and nothing counts as done that is not in the branch. */
const checkKept = (step: StepState | undefined, status: string): void => {
	if (step === undefined || !isInWorktree(step) || step.attempts === 0) return;
	expect(step.merged, 'what was left is kept').toBe(step.attempts);
	if (status === 'completed') expect(step.conflict, 'what is done is in the branch').toBeNull();
};

const QUESTION = {about: 'gate', message: 'Go on?', show: [], outputs: {}, until: null, onTimeout: 'reject'} as const;

const isLimitOpen = ({steps}: RunState, engine: string): boolean =>
	[...steps.values()].some(step => step.status === 'waiting' && step.decision === null && step.asked === 'usage-limit' && step.askedOf === engine);

const isTidying = ({step}: Pick<StartCommand, 'step'>): boolean => step.kind === 'run' && /^(?:finally|on_failure)\./.test(step.id);

const checkStart = (state: RunState, {step, scope, attempt, fallback, backoffMs}: StartCommand): void => {
	const known = state.steps.get(step.id);
	expect(state.status, 'nothing starts in a run that is being cancelled').toBe('running');
	expect(isLimitOpen(state, step.engine), 'nothing starts with an engine whose limit is reached').toBe(false);
	expect(state.spent === null || isTidying({step}), 'nothing starts when the money is gone').toBe(true);
	for (const need of step.needs) {
		const node = scope.nodes.find(({id}) => id === need);
		const {status = 'pending', isUnwanted = false} = state.steps.get(`${scope.prefix}${need}`) ?? {};
		const isDone = status === 'completed' || (status === 'skipped' && isUnwanted) || (status === 'failed' && node?.continuesOnError === true);
		expect(isDone, `${step.id} starts after ${need}`).toBe(true);
	}
	expect(known?.status ?? 'pending', 'what is over never starts again').toMatch(/^(?:pending|running|waiting)$/);
	if (isInWorktree(known)) expect(known?.merged, 'what was left is kept before it is tried again').toBe(known?.attempts);
	expect(attempt, 'attempts are counted one by one').toBe((known?.attempts ?? 0) + 1);
	if (step.when !== null) expect(evaluate(step.when, scope, state)).toEqual({value: true});
	expect(fallback - (known?.fallback ?? 0), 'the engines are tried one after the other').toBeOneOf([0, 1]);
	expect(step.engine).toBe(fallback === 0 ? 'shell' : `engine${fallback}`);
	const isRepaired = (known?.complaints ?? 0) > 0 ? 1 : 0;
	const retries = attempt - 1 - (known?.earlier ?? 0) - (known?.restores ?? 0) - (known?.losses ?? 0) - isRepaired;
	if (fallback === known?.fallback) expect(retries, 'retries').toBeLessThanOrEqual(step.retry.max);
	expect(known?.complaint ?? null, 'what was wrong once is known to all later attempts').toBe(isRepaired === 1 ? COMPLAINT : null);
	expect(backoffMs ?? 0).toBeLessThanOrEqual(step.retry.maxBackoffMs);
};

const arbitraryPlan = fc.record({
	steps: fc.array(stepDraft, {minLength: 1, maxLength: 5}).map(toNodes),
	onFailure: fc.array(stepDraft, {maxLength: 1}).map(toNodes),
	finally: fc.array(stepDraft, {maxLength: 1}).map(toNodes),
	maxParallel: fc.integer({min: 1, max: 4}),
});
const arbitraryPolicy = fc.constantFrom<Budget['onExceeded']>('stop', 'ask');

/** Unless there is no more money, or nobody wants the run any more, a step that is told of its answer once gets to answer again. */
const checkRepairs = (events: readonly RadEvent[]): void => {
	const told = new Set<string>();
	for (const [index, event] of events.entries()) {
		if (event.type !== 'step.attempt-ended' || event.outcome.complaint === undefined || told.has(event.stepId)) continue;
		told.add(event.stepId);
		const rest = events.slice(index + 1);
		const isStopped = events.some(each => each.type === 'run.budget-spent' || (each.type === 'run.status-changed' && each.status === 'cancelling'));
		if (!isStopped)
			expect(
				rest.some(each => each.type === 'step.started' && each.stepId === event.stepId),
				'a repair round',
			).toBe(true);
	}
};

const earlier = 'run_0000000000' as RunId;

/** How the steps of a plan that stand in no block are over before the run, one after the other; null for those that are not. */
const toSettled = (plan: Plan, endings: ReadonlyArray<SettledStep['status'] | 'left-out' | null>): Part['steps'] =>
	Object.fromEntries(
		listTop(plan).flatMap(([name], index) => {
			const ending = endings[index] ?? null;
			if (ending === null) return [];
			const isLeftOut = ending === 'left-out';
			const status = isLeftOut ? 'skipped' : ending;
			return [[name, {status, reason: null, isUnwanted: isLeftOut, outputs: {from: name}, takenFrom: isLeftOut ? null : earlier}] as const];
		}),
	);

/** What is over before the run is over before anything is done, as it was said, and is never touched. */
const checkSettled = (settled: Part['steps'], state: RunState, events: readonly RadEvent[]): void => {
	const names = Object.keys(settled);
	const first = events.slice(1, 1 + names.length);
	expect(first.map(event => (event.type === 'step.ended' ? event.stepId : event.type))).toEqual(names);
	for (const event of first) {
		const wanted = event.type === 'step.ended' ? settled[event.stepId] : undefined;
		expect(event).toMatchObject({status: wanted?.status, outputs: wanted?.outputs});
		expect('takenFrom' in event ? event.takenFrom : null).toBe(wanted?.takenFrom);
	}
	for (const [name, {status, outputs}] of Object.entries(settled))
		expect(state.steps.get(name)).toMatchObject({status, outputs, attempts: 0, rounds: 0});
	const rest = events.slice(1 + names.length).filter(event => 'stepId' in event && names.includes(event.stepId));
	expect(rest, 'nothing happens to what was over before').toEqual([]);
};

const settledEndings = fc.array(fc.constantFrom(null, null, null, 'completed', 'completed', 'failed', 'cancelled', 'skipped', 'left-out'), {
	maxLength: 7,
});

describe('the core, whatever happens', () => {
	it(`keeps its promises in ${CASES} random runs`, {timeout: 600_000}, () => {
		fc.assert(
			fc.property(
				arbitraryPlan,
				arbitraryPolicy,
				fc.array(move, {maxLength: 14}),
				fc.array(fc.nat(11), {maxLength: 8}),
				limitOfRun,
				settledEndings,
				(lists, onExceeded, moves, picks, limit, endings) => {
					const plan = aPlan({...lists, budget: {...NO_BUDGET, onExceeded}});

					const settled = toSettled(plan, endings);
					const {status, state, started, ended, events} = play(plan, {moves, picks, limit, settled});

					expect([...state.steps].filter(([, step]) => !isStepOver(step.status))).toEqual([]);
					expect(new Set(started).size, 'no attempt is made twice').toBe(started.length);
					checkRepairs(events);
					checkSettled(settled, state, events);
					if (state.status === 'cancelled') return;
					const hasFailed = listTop(plan).some(([name, node]) => {
						const end = state.steps.get(name)?.status;
						return (end === 'failed' && !node.continuesOnError) || end === 'cancelled';
					});
					// Whatever was stopped, not begun or not tried again for want of money says so.
					const isCutShort = ended.some(reason => reason?.includes(SPENT));
					expect(status).toBe(hasFailed || isCutShort ? 'failed' : 'completed');
				},
			),
			{numRuns: CASES},
		);
	});
});

const listTop = ({steps, onFailure, finally: last}: Plan): ReadonlyArray<readonly [string, PlanNode]> => [
	...steps.map(node => [node.id, node] as const),
	...onFailure.map(node => [`on_failure.${node.id}`, node] as const),
	...last.map(node => [`finally.${node.id}`, node] as const),
];
