import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {AttemptOutcome, RadEvent} from '../../../source/domain/events.ts';
import type {RunId} from '../../../source/domain/ids.ts';
import {type Plan, type PlanStep, RETRY_CAUSES} from '../../../source/domain/plan.ts';
import {isStepOver, type RunStatus} from '../../../source/domain/status.ts';
import {
	type Command,
	decide,
	fold,
	type JudgeWish,
	MAX_RESTORES_PER_STEP,
	type RunState,
	startState,
	type Wish,
} from '../../../source/workflow/core.ts';
import {aPlanStep, NO_BUDGET} from '../../support/builders.ts';

// Random plans meet random outcomes, cancellations and crashes; what must hold in each of them is checked at each step of the way.

const CASES = Number(process.env['RAD_TEST_PLANS'] ?? 20_000);
const runId = 'run_0000000001' as RunId;
const SPENT = 'the money is gone';
const COMPLAINT = 'verdict: is missing';

type StepDraft = {
	readonly needs: readonly number[];
	readonly retries: number;
	readonly on: readonly (typeof RETRY_CAUSES)[number][];
	readonly continuesOnError: boolean;
	readonly wish: Wish | null;
	/** What its responses cost, in each attempt. */
	readonly costs: readonly number[];
};

const draft: fc.Arbitrary<StepDraft> = fc.record({
	needs: fc.array(fc.nat(9), {maxLength: 3}),
	retries: fc.nat(2),
	on: fc.subarray([...RETRY_CAUSES]),
	continuesOnError: fc.boolean(),
	wish: fc.constantFrom(null, null, {isWanted: true}, {isWanted: false}, {problem: 'odd'}),
	costs: fc.array(fc.integer({min: 1, max: 3}), {maxLength: 3}),
});

const limitOfRun = fc.oneof(fc.constant(Infinity), fc.integer({min: 1, max: 20}));

/** A step may need any of those above it, as no cycle passes the check of a file. */
const toPlan = (drafts: readonly StepDraft[]): Plan => ({
	name: 'model',
	description: null,
	inputs: [],
	budget: NO_BUDGET,
	steps: drafts.map(({needs, retries, on, continuesOnError, wish}, index) =>
		aPlanStep({
			id: `s${index}`,
			needs: index === 0 ? [] : [...new Set(needs.map(need => `s${need % index}`))],
			when: wish === null ? null : 'x',
			continuesOnError,
			retry: {max: retries, on, backoffMs: 10, factor: 2, maxBackoffMs: 15},
		}),
	),
});

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
	'misfit',
	'misfit',
	'cancel',
	'crash',
	'crash',
);
type Move = Exclude<Ending, 'too-expensive'> | 'cancel' | 'crash';
type Ending = AttemptOutcome['status'] | 'rate-limited' | 'misfit' | 'too-expensive';

const toOutcome = (name: Ending): AttemptOutcome => {
	if (name === 'too-expensive') return {status: 'failed', exitCode: null, reason: `stopped as ${SPENT}`, spent: 'run', outputs: {}};
	if (name === 'misfit')
		return {status: 'failed', exitCode: 0, reason: 'its answer does not fit', cause: 'invalid_output', complaint: COMPLAINT, outputs: {}};
	const status = name === 'rate-limited' ? 'failed' : name;
	const cause = name === 'rate-limited' ? 'rate_limit' : null;
	return {status, exitCode: null, reason: status === 'completed' ? null : `it ${status}`, cause, outputs: {}};
};

type World = {
	readonly moves: readonly Move[];
	readonly costsOf: (step: PlanStep) => readonly number[];
	/** What the run may cost. */
	readonly limit: number;
};

/** Runs a plan as the engine does: every decision is an event before it is acted on. */
const play = (plan: Plan, judgeWish: JudgeWish, {moves, costsOf, limit: budget}: World) => {
	const events: RadEvent[] = [{type: 'run.started', runId}];
	let state: RunState = startState(plan);
	let next = 0;
	const started: string[] = [];
	const ended: Array<string | null> = [];
	const commit = (event: RadEvent): void => {
		events.push(event);
		state = fold(state, event);
	};
	const replay = (): RunState => events.reduce(fold, startState(plan));
	const cancel = (): void => {
		if (state.status === 'running') commit({type: 'run.status-changed', runId, status: 'cancelling', reason: null});
	};
	const interrupt = (): void => {
		commit({type: 'run.status-changed', runId, status: 'interrupted', reason: 'its rad is gone'});
		expect(decide(plan, state, judgeWish), 'nothing is done for a run without a rad').toEqual([]);
		state = replay();
	};
	let spent = 0;
	/** False when the attempt has to be stopped. */
	const spend = (costs: readonly number[]): boolean => {
		for (const cost of costs) {
			expect(spent, 'no response is paid for when the money is gone').toBeLessThan(budget);
			spent += cost;
			if (spent < budget) continue;
			commit({type: 'run.budget-spent', runId, reason: SPENT});
			return false;
		}
		return true;
	};
	const goOn = (): void => commit({type: 'run.status-changed', runId, status: 'running', reason: null});
	const obey = (command: Command): RunStatus | undefined => {
		switch (command.type) {
			case 'start-step': {
				checkStart(plan, state, command, judgeWish);
				started.push(`${command.step.id}.${command.attempt}`);
				commit({type: 'step.started', runId, stepId: command.step.id, attempt: command.attempt});
				// When the world has nothing left to say, all goes well.
				const said = spend(costsOf(command.step)) ? (moves[next] ?? 'completed') : 'too-expensive';
				next += 1;
				if (said === 'cancel') cancel();
				if (said === 'crash') interrupt();
				const outcome = toOutcome(said === 'cancel' ? 'cancelled' : said === 'crash' ? 'lost' : said);
				commit({type: 'step.attempt-ended', runId, stepId: command.step.id, attempt: command.attempt, outcome});
				if (said === 'crash') goOn();
				return undefined;
			}
			case 'end-step':
				expect(isStepOver(state.steps[command.stepId]?.status ?? 'pending'), 'a step ends once').toBe(false);
				ended.push(command.ending.reason);
				commit({type: 'step.ended', runId, stepId: command.stepId, ...command.ending});
				return undefined;
			case 'end-run':
				commit({type: 'run.status-changed', runId, status: command.status, reason: command.reason});
				return command.status;
		}
	};
	const limit = plan.steps.reduce((sum, {retry}) => sum + 5 + retry.max + MAX_RESTORES_PER_STEP, 5 + moves.length);
	for (let turn = 0; turn < limit; turn += 1) {
		expect(replay()).toEqual(state);
		const commands = decide(plan, state, judgeWish);
		expect(decide(plan, replay(), judgeWish)).toEqual(commands);
		expect(commands.length, 'somebody always knows what is next').toBeGreaterThan(0);
		for (const command of commands) {
			const status = obey(command);
			if (status !== undefined) return {status, state, started, ended, events};
		}
	}
	throw new Error(`the run did not end within ${limit} decisions`);
};

const isDone = (plan: Plan, state: RunState, id: string): boolean => {
	const step = state.steps[id];
	const isTolerated = plan.steps.find(each => each.id === id)?.continuesOnError === true;
	return step?.status === 'completed' || (step?.status === 'skipped' && step.isUnwanted) || (step?.status === 'failed' && isTolerated);
};

const checkStart = (plan: Plan, state: RunState, {step, attempt, backoffMs}: Extract<Command, {type: 'start-step'}>, judgeWish: JudgeWish): void => {
	const known = state.steps[step.id];
	expect(state.status, 'nothing starts in a run that is being cancelled').toBe('running');
	expect(state.spent, 'nothing starts when the money is gone').toBeNull();
	expect(
		step.needs.every(need => isDone(plan, state, need)),
		`${step.id} starts after its needs`,
	).toBe(true);
	expect(known?.status, 'what is over never starts again').toMatch(/^(?:pending|running)$/);
	expect(attempt, 'attempts are counted one by one').toBe((known?.attempts ?? 0) + 1);
	if (step.when !== null) expect(judgeWish(step, state)).toEqual({isWanted: true});
	const isRepaired = (known?.complaints ?? 0) > 0 ? 1 : 0;
	expect(attempt - 1 - (known?.restores ?? 0) - (known?.losses ?? 0) - isRepaired, 'retries').toBeLessThanOrEqual(step.retry.max);
	expect(known?.complaint ?? null, 'what was wrong once is known to all later attempts').toBe(isRepaired === 1 ? COMPLAINT : null);
	expect(backoffMs ?? 0).toBeLessThanOrEqual(step.retry.maxBackoffMs);
};

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

describe('the core, whatever happens', () => {
	it(`keeps its promises in ${CASES} random runs`, {timeout: 600_000}, () => {
		fc.assert(
			fc.property(fc.array(draft, {minLength: 1, maxLength: 7}), fc.array(move, {maxLength: 14}), limitOfRun, (drafts, moves, limit) => {
				const plan = toPlan(drafts);
				const judgeWish: JudgeWish = step => drafts[Number(step.id.slice(1))]?.wish ?? {isWanted: true};

				const costsOf = (step: PlanStep): readonly number[] => drafts[Number(step.id.slice(1))]?.costs ?? [];

				const {status, state, started, ended, events} = play(plan, judgeWish, {moves, costsOf, limit});

				expect(Object.values(state.steps).every(step => isStepOver(step.status))).toBe(true);
				expect(new Set(started).size, 'no attempt is made twice').toBe(started.length);
				checkRepairs(events);
				if (state.status === 'cancelled') return;
				const hasFailed = plan.steps.some(step => {
					const end = state.steps[step.id]?.status;
					return (end === 'failed' && !step.continuesOnError) || end === 'cancelled';
				});
				// Whatever was stopped, not begun or not tried again for want of money says so.
				const isCutShort = ended.some(reason => reason?.includes(SPENT));
				expect(status).toBe(hasFailed || isCutShort ? 'failed' : 'completed');
			}),
			{numRuns: CASES},
		);
	});
});
