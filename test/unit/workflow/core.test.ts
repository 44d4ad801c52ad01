import {describe, expect, it} from 'vitest';
import type {AttemptOutcome, RadEvent} from '../../../source/domain/events.ts';
import type {RunId} from '../../../source/domain/ids.ts';
import {type Plan, type PlanStep, RETRY_CAUSES} from '../../../source/domain/plan.ts';
import {decide, fold, type JudgeWish, MAX_RESTORES_PER_STEP, type RunState, startState, type Wish} from '../../../source/workflow/core.ts';
import {aPlanStep, NO_BUDGET} from '../../support/builders.ts';

const runId = 'run_0000000001' as RunId;

const aStep = (id: string, needs: readonly string[] = [], maxRetries = 0): PlanStep =>
	aPlanStep({id, needs, retry: {max: maxRetries, on: RETRY_CAUSES, backoffMs: 0, factor: 2, maxBackoffMs: 0}});
const aPlan = (...steps: readonly PlanStep[]): Plan => ({
	name: 'test',
	description: null,
	inputs: [],
	budget: NO_BUDGET,
	steps,
});
const started = (stepId: string, attempt = 1): RadEvent => ({type: 'step.started', runId, stepId, attempt});
const attemptEnded = (stepId: string, status: AttemptOutcome['status'], attempt = 1): RadEvent => ({
	type: 'step.attempt-ended',
	runId,
	stepId,
	attempt,
	outcome: {status, exitCode: 0, reason: status === 'completed' ? null : `because ${status}`, outputs: {}},
});
const misfitted = (stepId: string, attempt: number): Extract<RadEvent, {type: 'step.attempt-ended'}> => ({
	type: 'step.attempt-ended',
	runId,
	stepId,
	attempt,
	outcome: {status: 'failed', exitCode: 0, reason: 'does not fit', cause: 'invalid_output', complaint: 'x: is missing', outputs: {}},
});
const ended = (stepId: string, status: 'completed' | 'failed' | 'skipped' | 'cancelled'): RadEvent & {type: 'step.ended'} => ({
	type: 'step.ended',
	runId,
	stepId,
	status,
	reason: null,
});
const stateAfter = (plan: Plan, ...events: readonly RadEvent[]): RunState => events.reduce(fold, startState(plan));
const always = (): Wish => ({isWanted: true});
const names = (plan: Plan, state: RunState, judgeWish: JudgeWish = always): readonly string[] =>
	decide(plan, state, judgeWish).map(command =>
		command.type === 'start-step'
			? `start ${command.step.id}.${command.attempt}`
			: command.type === 'end-step'
				? `${command.ending.status} ${command.stepId}`
				: `run ${command.status}`,
	);

describe('decide', () => {
	const diamond = aPlan(aStep('a'), aStep('b', ['a']), aStep('c', ['a']), aStep('d', ['b', 'c']));

	it('starts one step at a time, in the order of the file', () => {
		expect(names(diamond, stateAfter(diamond))).toEqual(['start a.1']);
		expect(names(diamond, stateAfter(diamond, started('a')))).toEqual([]);
		expect(names(diamond, stateAfter(diamond, started('a'), attemptEnded('a', 'completed')))).toEqual(['completed a']);
		expect(names(diamond, stateAfter(diamond, ended('a', 'completed')))).toEqual(['start b.1']);
	});

	it('waits for every need', () => {
		expect(names(diamond, stateAfter(diamond, ended('a', 'completed'), ended('b', 'completed')))).toEqual(['start c.1']);
	});

	it('starts a step that is listed before what it needs only afterwards', () => {
		const plan = aPlan(aStep('late', ['early']), aStep('early'));

		expect(names(plan, stateAfter(plan))).toEqual(['start early.1']);
	});

	it('skips what depends on a failed step, through others too, and goes on with the rest', () => {
		const plan = aPlan(aStep('a'), aStep('b', ['a']), aStep('c', ['b']), aStep('free'));
		const state = stateAfter(plan, ended('a', 'failed'));

		expect(names(plan, state)).toEqual(['skipped b']);
		expect(names(plan, fold(state, ended('b', 'skipped')))).toEqual(['skipped c']);
		expect(names(plan, stateAfter(plan, ended('a', 'failed'), ended('b', 'skipped'), ended('c', 'skipped')))).toEqual(['start free.1']);
	});

	it('fails the run when a step failed, and completes it when all are done', () => {
		const plan = aPlan(aStep('a'), aStep('b'));

		expect(names(plan, stateAfter(plan, ended('a', 'failed'), ended('b', 'completed')))).toEqual(['run failed']);
		expect(names(plan, stateAfter(plan, ended('a', 'completed'), ended('b', 'completed')))).toEqual(['run completed']);
	});

	it.each(['failed', 'timed_out', 'lost'] as const)('tries a step again that %s, as often as it may', status => {
		const plan = aPlan(aStep('a', [], 1));

		expect(names(plan, stateAfter(plan, started('a'), attemptEnded('a', status)))).toEqual(['start a.2']);
		expect(names(plan, stateAfter(plan, started('a'), attemptEnded('a', status), started('a', 2), attemptEnded('a', status, 2)))).toEqual([
			'failed a',
		]);
	});

	it('runs a restored step again without spending a retry, but not for ever', () => {
		const plan = aPlan(aStep('a'));
		let state = stateAfter(plan);
		for (let attempt = 1; attempt <= MAX_RESTORES_PER_STEP; attempt += 1) {
			state = [started('a', attempt), attemptEnded('a', 'restored', attempt)].reduce(fold, state);
			expect(names(plan, state)).toEqual([`start a.${attempt + 1}`]);
		}
		const last = MAX_RESTORES_PER_STEP + 1;
		state = [started('a', last), attemptEnded('a', 'restored', last)].reduce(fold, state);

		expect(names(plan, state)).toEqual(['failed a']);
	});

	it('lets a step answer once more, besides its retries, when its answer did not fit', () => {
		const plan = aPlan({...aStep('a', [], 1), retry: {...aStep('a').retry, max: 1, on: ['error']}});
		const misfit = (attempt: number): RadEvent => misfitted('a', attempt);
		const once = stateAfter(plan, started('a'), misfit(1));

		expect(decide(plan, once, always)).toMatchObject([{type: 'start-step', attempt: 2, backoffMs: null}]);
		expect(once.steps['a']).toMatchObject({complaint: 'x: is missing'});
		expect(names(plan, [started('a', 2), misfit(2)].reduce(fold, once)), 'twice is not told to be tried again').toEqual(['failed a']);
		const failed = [started('a', 2), attemptEnded('a', 'failed', 2)].reduce(fold, once);
		expect(names(plan, failed), 'the retries are all left').toEqual(['start a.3']);
		expect(failed.steps['a'], 'and are told too').toMatchObject({complaint: 'x: is missing'});
		expect(names(plan, [started('a', 3), attemptEnded('a', 'failed', 3)].reduce(fold, failed))).toEqual(['failed a']);
	});

	it('tries again for an answer that did not fit where the step says so', () => {
		const plan = aPlan({...aStep('a'), retry: {...aStep('a').retry, max: 1, on: ['invalid_output']}});
		const twice = stateAfter(plan, started('a'), misfitted('a', 1), started('a', 2), misfitted('a', 2));

		expect(names(plan, twice)).toEqual(['start a.3']);
		expect(names(plan, [started('a', 3), misfitted('a', 3)].reduce(fold, twice))).toEqual(['failed a']);
		expect(names(plan, stateAfter(plan, started('a'), attemptEnded('a', 'failed'))), 'and for nothing else').toEqual(['failed a']);
	});

	it('has no repair for a command, which is not told what was wrong', () => {
		const plan = aPlan(aStep('a'));
		const {complaint: _, ...outcome} = misfitted('a', 1).outcome;

		expect(names(plan, stateAfter(plan, started('a'), {...misfitted('a', 1), outcome}))).toEqual(['failed a']);
	});

	it('skips a step whose condition is false, which counts as done', () => {
		const plan = aPlan({...aStep('a'), when: 'false'}, aStep('b', ['a']));
		const never = (): Wish => ({isWanted: false});
		const skipped: RadEvent = {type: 'step.ended', runId, stepId: 'a', status: 'skipped', reason: null, isUnwanted: true};

		expect(names(plan, stateAfter(plan), never)).toEqual(['skipped a']);
		expect(decide(plan, stateAfter(plan), never)).toMatchObject([{ending: {isUnwanted: true}}]);
		expect(names(plan, stateAfter(plan, skipped), never)).toEqual(['start b.1']);
		expect(names(plan, stateAfter(plan, skipped, ended('b', 'completed')))).toEqual(['run completed']);
	});

	it('asks for a condition only when all that the step needs is done, and fails a step whose condition cannot be told', () => {
		const plan = aPlan(aStep('a'), {...aStep('b', ['a']), when: 'x'}, aStep('c', ['b']));
		const asked: string[] = [];
		const judge = ({id}: PlanStep): Wish => {
			asked.push(id);
			return {problem: 'no such function'};
		};

		expect(names(plan, stateAfter(plan), judge)).toEqual(['start a.1']);
		expect(asked).toEqual([]);
		expect(decide(plan, stateAfter(plan, ended('a', 'completed')), judge)).toMatchObject([
			{stepId: 'b', ending: {status: 'failed', reason: 'its condition cannot be evaluated: no such function'}},
		]);
		expect(names(plan, stateAfter(plan, ended('a', 'failed')), judge)).toEqual(['skipped b']);
	});

	it('goes on after a failure that was to be expected', () => {
		const plan = aPlan({...aStep('a'), continuesOnError: true}, aStep('b', ['a']));

		expect(names(plan, stateAfter(plan, ended('a', 'failed')))).toEqual(['start b.1']);
		expect(names(plan, stateAfter(plan, ended('a', 'failed'), ended('b', 'completed')))).toEqual(['run completed']);
	});

	it('tries again only for the causes that are named, after waits that grow', () => {
		const retry = {max: 4, on: ['timeout', 'rate_limit'], backoffMs: 1000, factor: 3, maxBackoffMs: 5000} as const;
		const plan = aPlan({...aStep('a'), retry});
		const failed = (attempt: number): RadEvent[] => [
			started('a', attempt),
			{
				type: 'step.attempt-ended',
				runId,
				stepId: 'a',
				attempt,
				outcome: {status: 'failed', exitCode: 1, reason: 'too many', cause: 'rate_limit', outputs: {}},
			},
		];
		const waits = [1, 2, 3, 4].map(count => {
			const events = Array.from({length: count}, (_, index) => failed(index + 1)).flat();
			const [command] = decide(plan, stateAfter(plan, ...events), always);
			return command?.type === 'start-step' ? command.backoffMs : command;
		});

		expect(waits).toEqual([1000, 3000, 5000, 5000]);
		expect(names(plan, stateAfter(plan, started('a'), attemptEnded('a', 'failed')))).toEqual(['failed a']);
		expect(names(plan, stateAfter(plan, started('a'), attemptEnded('a', 'lost')))).toEqual(['failed a']);
		expect(names(plan, stateAfter(plan, started('a'), attemptEnded('a', 'timed_out')))).toEqual(['start a.2']);
	});

	it('starts nothing more in a run that is being cancelled, and ends it as cancelled', () => {
		const plan = aPlan(aStep('a', [], 3), aStep('b', ['a']));
		const cancelling: RadEvent = {type: 'run.status-changed', runId, status: 'cancelling', reason: null};

		expect(names(plan, stateAfter(plan, started('a'), cancelling))).toEqual([]);
		expect(names(plan, stateAfter(plan, started('a'), cancelling, attemptEnded('a', 'failed')))).toEqual(['cancelled a']);
		expect(names(plan, stateAfter(plan, cancelling, ended('a', 'cancelled')))).toEqual(['cancelled b']);
		expect(names(plan, stateAfter(plan, cancelling, ended('a', 'cancelled'), ended('b', 'cancelled')))).toEqual(['run cancelled']);
	});

	it('decides nothing for a run that is over or interrupted', () => {
		const plan = aPlan(aStep('a'));
		for (const status of ['completed', 'failed', 'cancelled', 'interrupted'] as const) {
			expect(names(plan, stateAfter(plan, {type: 'run.status-changed', runId, status, reason: null}))).toEqual([]);
		}
	});

	describe('in a run of which the budget is spent', () => {
		const spent: RadEvent = {type: 'run.budget-spent', runId, reason: "the run's budget is spent: $0.31 of $0.30"};
		const plan = aPlan(aStep('a', [], 2), aStep('b', ['a']), aStep('free'));

		const stoppedFor = (scope: 'run' | 'step'): RadEvent => ({
			type: 'step.attempt-ended',
			runId,
			stepId: 'a',
			attempt: 1,
			outcome: {status: 'failed', exitCode: 130, reason: 'stopped as it is spent', spent: scope, outputs: {}},
		});
		const endings = (...events: readonly RadEvent[]) =>
			decide(plan, stateAfter(plan, ...events), always).map(command => (command.type === 'end-step' ? command.ending : command));

		it('does not try again what was stopped, or failed by itself', () => {
			expect(endings(started('a'), spent, stoppedFor('run'))).toEqual([{status: 'failed', reason: 'stopped as it is spent', isCutShort: true}]);
			expect(endings(started('a'), attemptEnded('a', 'failed'), spent)).toEqual([
				{status: 'failed', reason: "because failed; not tried again: the run's budget is spent: $0.31 of $0.30", isCutShort: true},
			]);
		});

		it('starts nothing more, and fails with the reason', () => {
			const failed = [started('a'), spent, stoppedFor('run'), {...ended('a', 'failed'), isCutShort: true}] as const;
			expect(names(plan, stateAfter(plan, ...failed))).toEqual(['skipped b']);
			expect(endings(...failed, ended('b', 'skipped'))).toEqual([
				{status: 'skipped', reason: "the run's budget is spent: $0.31 of $0.30", isCutShort: true},
			]);

			const over = stateAfter(plan, ...failed, ended('b', 'skipped'), ended('free', 'skipped'));
			expect(decide(plan, over, always)).toEqual([
				{type: 'end-run', status: 'failed', reason: `the run's budget is spent: $0.31 of $0.30; step "a" failed`},
			]);
		});

		it('asks the condition of a step first: what is not wanted is not missed', () => {
			const when = {...aStep('b', ['a']), when: 'x'};
			const wishing = aPlan(aStep('a'), when);
			const state = stateAfter(wishing, ended('a', 'completed'), spent);

			expect(names(wishing, state, () => ({isWanted: false}))).toEqual(['skipped b']);
			expect(names(wishing, fold(state, {...ended('b', 'skipped'), isUnwanted: true}))).toEqual(['run completed']);
		});

		it('makes nothing of it when all was done before', () => {
			const done = stateAfter(plan, ended('a', 'completed'), ended('b', 'completed'), ended('free', 'completed'), spent);

			expect(names(plan, done)).toEqual(['run completed']);
		});

		it('fails although the step that was stopped may fail', () => {
			const tolerant = aPlan({...aStep('a'), continuesOnError: true}, aStep('b', ['a']));
			const over = stateAfter(tolerant, spent, {...ended('a', 'failed'), isCutShort: true}, ended('b', 'completed'));

			expect(names(tolerant, over)).toEqual(['run failed']);
		});
	});
});
