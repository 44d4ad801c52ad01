import {describe, expect, it} from 'vitest';
import type {AttemptOutcome, RadEvent} from '../../../source/domain/events.ts';
import type {RunId} from '../../../source/domain/ids.ts';
import {type Plan, type PlanNode, type PlanStep, RETRY_CAUSES} from '../../../source/domain/plan.ts';
import type {Evaluate, Value} from '../../../source/workflow/command.ts';
import {decide, MAX_ITEMS} from '../../../source/workflow/core.ts';
import {MAX_RESTORES_PER_STEP} from '../../../source/workflow/decide-work.ts';
import {fold, type RunState, startState} from '../../../source/workflow/run-state.ts';
import {aPlanBlock, aPlanGate, aPlanStep, aPlan as buildPlan, NO_BUDGET} from '../../support/builders.ts';

const runId = 'run_0000000001' as RunId;

const aStep = (id: string, needs: readonly string[] = [], maxRetries = 0): PlanStep =>
	aPlanStep({id, needs, retry: {max: maxRetries, on: RETRY_CAUSES, backoffMs: 0, factor: 2, maxBackoffMs: 0}});
const aPlan = (...steps: readonly PlanNode[]): Plan => buildPlan({steps});
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
const always = (): Value => ({value: true});
const next = (plan: Plan, state: RunState, evaluate: Evaluate = always): string | undefined => {
	const command = decide(plan, state, evaluate);
	switch (command?.type) {
		case undefined:
			return undefined;
		case 'start-step':
			return `start ${command.step.id}.${command.attempt}`;
		case 'open-step':
			return `open ${command.stepId} round ${command.round}: ${command.children.join(', ')}`;
		case 'ask':
			return `ask ${command.gate.id}`;
		case 'roll-back':
			return `roll back ${command.beginning}`;
		case 'merge':
			return `merge ${command.step.id}`;
		case 'ask-conflict':
			return `ask about ${command.step.id}: ${command.conflict.files.join(', ')}`;
		case 'ask-limit':
			return `ask ${command.stepId} about ${command.limit.engine}${command.isAutomatic ? ', until it is lifted' : ''}`;
		case 'ask-budget':
			return `ask ${command.stepId} for the ${command.about}: ${command.spent}`;
		case 'end-step':
			return `${command.ending.status} ${command.stepId}`;
		case 'end-run':
			return `run ${command.status}`;
	}
};

describe('what is over before the run', () => {
	const plan = aPlan(aStep('a'), aStep('b', ['a']), aStep('c', ['b']));
	const settled = {
		a: {status: 'completed', reason: null, isUnwanted: false, outputs: {n: 1}, takenFrom: 'run_0000000000' as RunId},
		c: {status: 'skipped', reason: null, isUnwanted: true, outputs: {}, takenFrom: null},
	} as const;
	const begin = startState(plan, settled);

	it('is ended by events before anything is started, with what it hands on and where that is from', () => {
		const {takenFrom: _, ...leftOut} = settled.c;
		expect(decide(plan, begin, always)).toEqual({type: 'end-step', stepId: 'a', ending: settled.a});
		const state = fold(begin, {...ended('a', 'completed'), outputs: settled.a.outputs});
		expect(state.steps.get('a')?.outputs).toEqual({n: 1});
		expect(decide(plan, state, always)).toEqual({type: 'end-step', stepId: 'c', ending: leftOut});
		expect(next(plan, fold(state, {...ended('c', 'skipped'), isUnwanted: true}))).toBe('start b.1');
	});

	it('is so also in a run that is being cancelled', () => {
		expect(next(plan, {...begin, status: 'cancelling'})).toBe('completed a');
	});
});

describe('decide', () => {
	const diamond = aPlan(aStep('a'), aStep('b', ['a']), aStep('c', ['a']), aStep('d', ['b', 'c']));

	it('starts one step at a time, in the order of the file', () => {
		expect(next(diamond, stateAfter(diamond))).toBe('start a.1');
		expect(next(diamond, stateAfter(diamond, started('a')))).toBeUndefined();
		expect(next(diamond, stateAfter(diamond, started('a'), attemptEnded('a', 'completed')))).toBe('completed a');
		expect(next(diamond, stateAfter(diamond, ended('a', 'completed')))).toBe('start b.1');
	});

	it('waits for every need', () => {
		expect(next(diamond, stateAfter(diamond, ended('a', 'completed'), ended('b', 'completed')))).toBe('start c.1');
	});

	it('starts a step that is listed before what it needs only afterwards', () => {
		const plan = aPlan(aStep('late', ['early']), aStep('early'));

		expect(next(plan, stateAfter(plan))).toBe('start early.1');
	});

	it('skips what depends on a failed step, through others too, and goes on with the rest', () => {
		const plan = aPlan(aStep('a'), aStep('b', ['a']), aStep('c', ['b']), aStep('free'));
		const state = stateAfter(plan, ended('a', 'failed'));

		expect(next(plan, state)).toBe('skipped b');
		expect(next(plan, fold(state, ended('b', 'skipped')))).toBe('skipped c');
		expect(next(plan, stateAfter(plan, ended('a', 'failed'), ended('b', 'skipped'), ended('c', 'skipped')))).toBe('start free.1');
	});

	it('fails the run when a step failed, and completes it when all are done', () => {
		const plan = aPlan(aStep('a'), aStep('b'));

		expect(next(plan, stateAfter(plan, ended('a', 'failed'), ended('b', 'completed')))).toBe('run failed');
		expect(next(plan, stateAfter(plan, ended('a', 'completed'), ended('b', 'completed')))).toBe('run completed');
	});

	it.each(['failed', 'timed_out', 'lost'] as const)('tries a step again that %s, as often as it may', status => {
		const plan = aPlan(aStep('a', [], 1));

		expect(next(plan, stateAfter(plan, started('a'), attemptEnded('a', status)))).toBe('start a.2');
		expect(next(plan, stateAfter(plan, started('a'), attemptEnded('a', status), started('a', 2), attemptEnded('a', status, 2)))).toBe('failed a');
	});

	it('runs a restored step again without spending a retry, but not for ever', () => {
		const plan = aPlan(aStep('a'));
		let state = stateAfter(plan);
		for (let attempt = 1; attempt <= MAX_RESTORES_PER_STEP; attempt += 1) {
			state = [started('a', attempt), attemptEnded('a', 'restored', attempt)].reduce(fold, state);
			expect(next(plan, state)).toBe(`start a.${attempt + 1}`);
		}
		const last = MAX_RESTORES_PER_STEP + 1;
		state = [started('a', last), attemptEnded('a', 'restored', last)].reduce(fold, state);

		expect(next(plan, state)).toBe('failed a');
	});

	it('lets a step answer once more, besides its retries, when its answer did not fit', () => {
		const plan = aPlan({...aStep('a', [], 1), retry: {...aStep('a').retry, max: 1, on: ['error']}});
		const misfit = (attempt: number): RadEvent => misfitted('a', attempt);
		const once = stateAfter(plan, started('a'), misfit(1));

		expect(decide(plan, once, always)).toMatchObject({type: 'start-step', attempt: 2, backoffMs: null});
		expect(once.steps.get('a')).toMatchObject({complaint: 'x: is missing'});
		expect(next(plan, [started('a', 2), misfit(2)].reduce(fold, once)), 'twice is not told to be tried again').toBe('failed a');
		const failed = [started('a', 2), attemptEnded('a', 'failed', 2)].reduce(fold, once);
		expect(next(plan, failed), 'the retries are all left').toBe('start a.3');
		expect(failed.steps.get('a'), 'and are told too').toMatchObject({complaint: 'x: is missing'});
		expect(next(plan, [started('a', 3), attemptEnded('a', 'failed', 3)].reduce(fold, failed))).toBe('failed a');
	});

	it('tries again for an answer that did not fit where the step says so', () => {
		const plan = aPlan({...aStep('a'), retry: {...aStep('a').retry, max: 1, on: ['invalid_output']}});
		const twice = stateAfter(plan, started('a'), misfitted('a', 1), started('a', 2), misfitted('a', 2));

		expect(next(plan, twice)).toBe('start a.3');
		expect(next(plan, [started('a', 3), misfitted('a', 3)].reduce(fold, twice))).toBe('failed a');
		expect(next(plan, stateAfter(plan, started('a'), attemptEnded('a', 'failed'))), 'and for nothing else').toBe('failed a');
	});

	it('has no repair for a command, which is not told what was wrong', () => {
		const plan = aPlan(aStep('a'));
		const {complaint: _, ...outcome} = misfitted('a', 1).outcome;

		expect(next(plan, stateAfter(plan, started('a'), {...misfitted('a', 1), outcome}))).toBe('failed a');
	});

	it('skips a step whose condition is false, which counts as done', () => {
		const plan = aPlan({...aStep('a'), when: 'false'}, aStep('b', ['a']));
		const never = (): Value => ({value: false});
		const skipped: RadEvent = {type: 'step.ended', runId, stepId: 'a', status: 'skipped', reason: null, isUnwanted: true};

		expect(next(plan, stateAfter(plan), never)).toBe('skipped a');
		expect(decide(plan, stateAfter(plan), never)).toMatchObject({ending: {isUnwanted: true}});
		expect(next(plan, stateAfter(plan, skipped), never)).toBe('start b.1');
		expect(next(plan, stateAfter(plan, skipped, ended('b', 'completed')))).toBe('run completed');
	});

	it('asks for a condition only when all that the step needs is done, and fails a step whose condition cannot be told', () => {
		const plan = aPlan(aStep('a'), {...aStep('b', ['a']), when: 'x'}, aStep('c', ['b']));
		const asked: string[] = [];
		const judge: Evaluate = text => {
			asked.push(text);
			return {problem: 'no such function'};
		};

		expect(next(plan, stateAfter(plan), judge)).toBe('start a.1');
		expect(asked).toEqual([]);
		expect(decide(plan, stateAfter(plan, ended('a', 'completed')), judge)).toMatchObject({
			stepId: 'b',
			ending: {status: 'failed', reason: 'its condition cannot be evaluated: no such function'},
		});
		expect(next(plan, stateAfter(plan, ended('a', 'failed')), judge)).toBe('skipped b');
	});

	it('goes on after a failure that was to be expected', () => {
		const plan = aPlan({...aStep('a'), continuesOnError: true}, aStep('b', ['a']));

		expect(next(plan, stateAfter(plan, ended('a', 'failed')))).toBe('start b.1');
		expect(next(plan, stateAfter(plan, ended('a', 'failed'), ended('b', 'completed')))).toBe('run completed');
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
			const command = decide(plan, stateAfter(plan, ...events), always);
			return command?.type === 'start-step' ? command.backoffMs : command;
		});

		expect(waits).toEqual([1000, 3000, 5000, 5000]);
		expect(next(plan, stateAfter(plan, started('a'), attemptEnded('a', 'failed')))).toBe('failed a');
		expect(next(plan, stateAfter(plan, started('a'), attemptEnded('a', 'lost')))).toBe('failed a');
		expect(next(plan, stateAfter(plan, started('a'), attemptEnded('a', 'timed_out')))).toBe('start a.2');
	});

	it('tries the next engine when one cannot work, each with its own retries, and never for what is no fault of an engine', () => {
		const fallback = [
			{engine: 'codex', model: null},
			{engine: 'gemini', model: 'pro'},
		];
		const plan = aPlan({...aStep('a', [], 1), fallback});
		const failed = (attempt: number, cause: 'rate_limit' | 'crash' | null, engine = 0): readonly RadEvent[] => [
			{type: 'step.started', runId, stepId: 'a', attempt, ...(engine === 0 ? {} : {fallback: engine})},
			{
				type: 'step.attempt-ended',
				runId,
				stepId: 'a',
				attempt,
				outcome: {status: 'failed', exitCode: 1, reason: 'no', cause, outputs: {}},
			},
		];
		const commandAfter = (...events: readonly RadEvent[]) => decide(plan, stateAfter(plan, ...events), always);
		const own = [...failed(1, 'rate_limit'), ...failed(2, 'rate_limit')];

		expect(commandAfter(...failed(1, 'rate_limit'))).toMatchObject({attempt: 2, fallback: 0, step: {engine: 'shell'}});
		expect(commandAfter(...own)).toMatchObject({attempt: 3, fallback: 1, step: {engine: 'codex', model: null}});
		expect(commandAfter(...own, ...failed(3, 'crash', 1))).toMatchObject({attempt: 4, fallback: 1, step: {engine: 'codex'}});
		const second = [...own, ...failed(3, 'crash', 1), ...failed(4, 'crash', 1)];
		expect(commandAfter(...second)).toMatchObject({attempt: 5, fallback: 2, step: {engine: 'gemini', model: 'pro'}});
		expect(commandAfter(...second, ...failed(5, null, 2), ...failed(6, null, 2))).toMatchObject({ending: {status: 'failed'}});
		expect(commandAfter(...failed(1, null), ...failed(2, null))).toMatchObject({ending: {status: 'failed'}});
	});

	it('tells what failed from what was cancelled', () => {
		const three = aPlan(aStep('a', []), aStep('b', []), aStep('c', []));
		const over = stateAfter(three, ended('a', 'cancelled'), ended('b', 'failed'), ended('c', 'cancelled'));

		expect(decide(three, over, always)).toMatchObject({status: 'failed', reason: 'step "b" failed; steps "a", "c" were cancelled'});
		const one = aPlan(aStep('a'));
		expect(decide(one, stateAfter(one, ended('a', 'cancelled')), always)).toMatchObject({reason: 'step "a" was cancelled'});
	});

	it('starts nothing more in a run that is being cancelled, and ends it as cancelled', () => {
		const plan = aPlan(aStep('a', [], 3), aStep('b', ['a']));
		const cancelling: RadEvent = {type: 'run.status-changed', runId, status: 'cancelling', reason: null};

		expect(next(plan, stateAfter(plan, started('a'), cancelling))).toBe('cancelled b');
		expect(next(plan, stateAfter(plan, started('a'), cancelling, ended('b', 'cancelled')))).toBeUndefined();
		expect(next(plan, stateAfter(plan, started('a'), cancelling, attemptEnded('a', 'failed')))).toBe('cancelled a');
		expect(next(plan, stateAfter(plan, cancelling, ended('a', 'cancelled')))).toBe('cancelled b');
		expect(next(plan, stateAfter(plan, cancelling, ended('a', 'cancelled'), ended('b', 'cancelled')))).toBe('run cancelled');
	});

	it('decides nothing for a run that is over or interrupted', () => {
		const plan = aPlan(aStep('a'));
		for (const status of ['completed', 'failed', 'cancelled', 'interrupted'] as const) {
			expect(next(plan, stateAfter(plan, {type: 'run.status-changed', runId, status, reason: null}))).toBeUndefined();
		}
	});

	describe('with steps that need not wait for each other', () => {
		const reader = (id: string): PlanNode => aPlanStep({id, workspace: 'readonly'});

		it('starts readers beside each other up to the limit, and lets who may change files have them alone', () => {
			const plan = {...aPlan(reader('r1'), aStep('w1'), reader('r2'), reader('r3')), maxParallel: 2};

			expect(next(plan, stateAfter(plan))).toBe('start r1.1');
			expect(next(plan, stateAfter(plan, started('r1')))).toBe('start r2.1');
			expect(next(plan, stateAfter(plan, started('r1'), started('r2')))).toBeUndefined();
			const left = stateAfter(plan, started('r1'), started('r2'), attemptEnded('r1', 'completed'), ended('r1', 'completed'));
			expect(next(plan, left)).toBe('start r3.1');
			const alone = stateAfter(plan, ...['r1', 'r2', 'r3'].map(id => ended(id, 'completed')), started('w1'));
			expect(next(plan, alone)).toBeUndefined();
		});

		it('takes what the engine is about to start for begun, and keeps its place between two attempts', () => {
			const plan = aPlan(aStep('w1', [], 1), aStep('w2'));

			expect(decide(plan, stateAfter(plan), always, new Set(['w1']))).toBeUndefined();
			const failed = stateAfter(plan, started('w1'), attemptEnded('w1', 'failed'));
			expect(decide(plan, failed, always, new Set(['w1']))).toBeUndefined();
			expect(next(plan, failed)).toBe('start w1.2');
		});

		it('asks once for all whom the want of money has stopped, and lets all of them go on', () => {
			const budget = {...NO_BUDGET, costNanoUsd: 1, onExceeded: 'ask' as const};
			const plan = {...aPlan(reader('r1'), reader('r2'), reader('r3')), budget};
			const cut = (stepId: string): RadEvent => ({
				type: 'step.attempt-ended',
				runId,
				stepId,
				attempt: 1,
				outcome: {status: 'failed', exitCode: 130, reason: 'stopped', spent: 'run', outputs: {}},
			});
			const question = {about: 'run-budget', message: '?', show: [], outputs: {}, until: null, onTimeout: 'reject'} as const;
			const asked = [
				...['r1', 'r2', 'r3'].map(id => started(id)),
				{type: 'run.budget-spent', runId, reason: '$2 of $1'},
				cut('r1'),
				cut('r2'),
				{type: 'step.asked', runId, stepId: 'r1', question},
			] as const;
			expect(decide(plan, stateAfter(plan, ...asked), always)).toBeUndefined();

			const isApproved = true;
			const allowed = [...asked, {type: 'step.decided', runId, stepId: 'r1', decision: {isApproved, by: 'user', comment: null}}] as const;
			// It was told to stop before, and is gone only now.
			const state = stateAfter(plan, ...allowed, cut('r3'));

			expect(decide(plan, state, always)).toMatchObject({type: 'start-step', step: {id: 'r1'}, attempt: 2});
			expect(decide(plan, state, always, new Set(['r1']))).toMatchObject({type: 'start-step', step: {id: 'r2'}, attempt: 2});
			expect(decide(plan, state, always, new Set(['r1', 'r2']))).toMatchObject({type: 'start-step', step: {id: 'r3'}, attempt: 2});
		});
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
		const ending = (...events: readonly RadEvent[]) => {
			const command = decide(plan, stateAfter(plan, ...events), always);
			return command?.type === 'end-step' ? command.ending : command;
		};

		it('does not try again what was stopped, or failed by itself', () => {
			expect(ending(started('a'), spent, stoppedFor('run'))).toEqual({status: 'failed', reason: 'stopped as it is spent', isCutShort: true});
			expect(ending(started('a'), attemptEnded('a', 'failed'), spent)).toEqual({
				status: 'failed',
				reason: "because failed; not tried again: the run's budget is spent: $0.31 of $0.30",
				isCutShort: true,
			});
		});

		it('starts nothing more, and fails with the reason', () => {
			const failed = [started('a'), spent, stoppedFor('run'), {...ended('a', 'failed'), isCutShort: true}] as const;
			expect(next(plan, stateAfter(plan, ...failed))).toBe('skipped b');
			expect(ending(...failed, ended('b', 'skipped'))).toEqual({
				status: 'skipped',
				reason: "the run's budget is spent: $0.31 of $0.30",
				isCutShort: true,
			});

			const over = stateAfter(plan, ...failed, ended('b', 'skipped'), ended('free', 'skipped'));
			expect(decide(plan, over, always)).toEqual({
				type: 'end-run',
				status: 'failed',
				reason: `the run's budget is spent: $0.31 of $0.30; step "a" failed`,
			});
		});

		it('asks the condition of a step first: what is not wanted is not missed', () => {
			const when = {...aStep('b', ['a']), when: 'x'};
			const wishing = aPlan(aStep('a'), when);
			const state = stateAfter(wishing, ended('a', 'completed'), spent);

			expect(next(wishing, state, () => ({value: false}))).toBe('skipped b');
			expect(next(wishing, fold(state, {...ended('b', 'skipped'), isUnwanted: true}))).toBe('run completed');
		});

		it('makes nothing of it when all was done before', () => {
			const done = stateAfter(plan, ended('a', 'completed'), ended('b', 'completed'), ended('free', 'completed'), spent);

			expect(next(plan, done)).toBe('run completed');
		});

		it('fails although the step that was stopped may fail', () => {
			const tolerant = aPlan({...aStep('a'), continuesOnError: true}, aStep('b', ['a']));
			const over = stateAfter(tolerant, spent, {...ended('a', 'failed'), isCutShort: true}, ended('b', 'completed'));

			expect(next(tolerant, over)).toBe('run failed');
		});
	});

	describe('when the usage limit of its provider is reached', () => {
		const limit = {engine: 'claude', resetsAt: 5};
		const used = (stepId: string, attempt = 1): RadEvent => ({
			type: 'step.attempt-ended',
			runId,
			stepId,
			attempt,
			outcome: {status: 'failed', exitCode: 1, reason: 'no more', cause: 'rate_limit', limit, outputs: {}},
		});
		const asked = (stepId: string): RadEvent => ({
			type: 'step.asked',
			runId,
			stepId,
			question: {about: 'usage-limit', limit, message: 'again?', show: [], outputs: {}, until: null, onTimeout: 'approve'},
		});
		const decided = (stepId: string, isApproved: boolean): RadEvent => ({
			type: 'step.decided',
			runId,
			stepId,
			decision: {isApproved, by: 'user', comment: null},
		});
		const prompt = (id: string, change: Partial<PlanStep> = {}): PlanStep =>
			aPlanStep({id, kind: 'prompt', engine: 'claude', workspace: 'readonly', ...change});
		const plan = aPlan(prompt('a'), prompt('b'), prompt('c'), prompt('d', {engine: 'codex'}));

		it('waits, and makes the step again after a Yes, which costs no retry', () => {
			const stopped = [started('a'), used('a')] as const;
			const only = aPlan(prompt('a'));

			expect(next(only, stateAfter(only, ...stopped))).toBe('ask a about claude');
			expect(next(only, stateAfter(only, ...stopped, asked('a')))).toBeUndefined();
			const goesOn = stateAfter(only, ...stopped, asked('a'), decided('a', true));
			expect(next(only, goesOn)).toBe('start a.2');
			expect(next(only, [started('a', 2), used('a', 2)].reduce(fold, goesOn))).toBe('ask a about claude');
		});

		it('fails after a No, and says so', () => {
			const only = aPlan(prompt('a'));
			const refused = stateAfter(only, started('a'), used('a'), asked('a'), decided('a', false));

			expect(decide(only, refused, always)).toMatchObject({ending: {status: 'failed', reason: 'no more; to try again was rejected by user'}});
		});

		it('asks once for all steps of the engine, begins none with it meanwhile, and goes on with all of them', () => {
			const both = stateAfter(plan, started('a'), started('b'), used('a'), used('b'), asked('a'));

			expect(next(plan, both), 'another provider is in nobody’s way').toBe('start d.1');
			const busy = [started('d')].reduce(fold, both);
			expect(next(plan, busy)).toBeUndefined();
			const goesOn = [decided('a', true)].reduce(fold, busy);
			expect(next(plan, goesOn)).toBe('start a.2');
			expect(next(plan, [started('a', 2)].reduce(fold, goesOn))).toBe('start b.2');
			expect(next(plan, [started('a', 2), started('b', 2)].reduce(fold, goesOn))).toBe('start c.1');
		});

		it('takes back what it did after a No only when nobody is at work in the same files', () => {
			const shared = aPlan(prompt('a', {workspace: 'shared', rollsBack: true}), prompt('b', {workspace: 'shared', engine: 'codex'}));
			const waiting = stateAfter(shared, started('a'), used('a'), asked('a'));
			expect(next(shared, waiting)).toBe('start b.1');
			const refused = [started('b'), decided('a', false)].reduce(fold, waiting);
			expect(next(shared, refused)).toBeUndefined();
			expect(next(shared, [attemptEnded('b', 'completed'), ended('b', 'completed')].reduce(fold, refused))).toBe('roll back a');
		});

		it('takes another engine where there is one, and is a failure as any other where that is wanted', () => {
			const other = aPlan(prompt('a', {fallback: [{engine: 'codex', model: null}]}));
			const plain = aPlan(prompt('a', {onUsageLimit: 'fail', retry: {...aPlanStep().retry, max: 1}}));

			expect(decide(other, stateAfter(other, started('a'), used('a')), always)).toMatchObject({type: 'start-step', fallback: 1});
			expect(next(plain, stateAfter(plain, started('a'), used('a')))).toBe('start a.2');
			expect(next(plain, stateAfter(plain, started('a'), used('a'), started('a', 2), used('a', 2)))).toBe('failed a');
		});

		it('says where it is to go on by itself', () => {
			const own = aPlan(prompt('a', {onUsageLimit: 'continue'}));

			expect(next(own, stateAfter(own, started('a'), used('a')))).toBe('ask a about claude, until it is lifted');
		});
	});

	describe('in a run that asks when its budget is spent', () => {
		const spent: RadEvent = {type: 'run.budget-spent', runId, reason: '$2 of $1'};
		const plan = {...aPlan(aStep('a'), aStep('b', ['a'])), budget: {...NO_BUDGET, costNanoUsd: 1, onExceeded: 'ask' as const}};
		const cut: RadEvent = {
			type: 'step.attempt-ended',
			runId,
			stepId: 'a',
			attempt: 1,
			outcome: {status: 'failed', exitCode: 130, reason: 'stopped as it is spent', spent: 'run', outputs: {}},
		};
		const asked = (stepId: string, about: 'run-budget' | 'step-budget' = 'run-budget'): RadEvent => ({
			type: 'step.asked',
			runId,
			stepId,
			question: {about, message: 'more?', show: ['cost'], outputs: {}, until: null, onTimeout: 'reject'},
		});
		const decided = (stepId: string, isApproved: boolean): RadEvent => ({
			type: 'step.decided',
			runId,
			stepId,
			decision: {isApproved, by: 'user', comment: null},
		});

		it('waits with the step that was stopped, and makes it again after a Yes, which costs no retry', () => {
			const stopped = [started('a'), spent, cut] as const;

			expect(next(plan, stateAfter(plan, ...stopped))).toBe('ask a for the run-budget: $2 of $1');
			expect(next(plan, stateAfter(plan, ...stopped, asked('a')))).toBeUndefined();
			const goesOn = stateAfter(plan, ...stopped, asked('a'), decided('a', true));
			expect(goesOn).toMatchObject({spent: null, raises: 1});
			expect(goesOn.steps.get('a')).toMatchObject({losses: 1});
			expect(next(plan, goesOn)).toBe('start a.2');
		});

		it('counts what was stopped once, however often it has to ask, and what failed by itself as the try that it was', () => {
			const often = {...plan, steps: [aStep('a', [], 1)]};
			const twice = stateAfter(
				often,
				started('a'),
				spent,
				cut,
				asked('a'),
				decided('a', true),
				spent,
				asked('a'),
				decided('a', true),
				started('a', 2),
			);
			const failed = stateAfter(often, started('a'), attemptEnded('a', 'failed'), spent, asked('a'), decided('a', true), started('a', 2));

			expect(twice.steps.get('a')?.losses).toBe(1);
			expect(failed.steps.get('a')?.losses).toBe(0);
			expect(next(often, [attemptEnded('a', 'failed', 2)].reduce(fold, failed))).toBe('failed a');
		});

		it('goes on after a Yes with the engine that would have been next', () => {
			const fallback = [{engine: 'codex', model: null}];
			const other = {...plan, steps: [{...aStep('a'), fallback}]};
			const outcome = {status: 'failed', exitCode: 1, reason: 'no', cause: 'rate_limit', outputs: {}} as const;
			const limited: RadEvent = {type: 'step.attempt-ended', runId, stepId: 'a', attempt: 1, outcome};

			expect(decide(other, stateAfter(other, started('a'), limited, spent, asked('a'), decided('a', true)), always)).toMatchObject({
				attempt: 2,
				fallback: 1,
				step: {engine: 'codex'},
			});
		});

		it('waits before a step that is yet to be started, too', () => {
			const done = [started('a'), spent, ended('a', 'completed')] as const;

			expect(next(plan, stateAfter(plan, ...done))).toBe('ask b for the run-budget: $2 of $1');
			expect(next(plan, stateAfter(plan, ...done, asked('b'), decided('b', true)))).toBe('start b.1');
		});

		it('ends after a No as a run that does not ask', () => {
			const refused = [started('a'), spent, cut, asked('a'), decided('a', false)] as const;

			expect(decide(plan, stateAfter(plan, ...refused), always)).toMatchObject({
				ending: {status: 'failed', reason: 'stopped as it is spent; more was rejected by user', isCutShort: true},
			});
			const over = [...refused, {...ended('a', 'failed'), isCutShort: true}, ended('b', 'skipped')] as const;
			expect(decide(plan, stateAfter(plan, ...over), always)).toMatchObject({status: 'failed', reason: '$2 of $1; step "a" failed'});
		});

		it('asks nobody for more than whoever started the run allows', () => {
			expect(next(plan, stateAfter(plan, started('a'), {...spent, isFinal: true}, cut))).toBe('failed a');
		});

		it('asks for a step of its own budget', () => {
			const own = aPlan({...aStep('a'), budget: {...NO_BUDGET, turns: 1, onExceeded: 'ask'}});
			const outcome = {status: 'failed', exitCode: 130, reason: 'stopped as its budget is spent', spent: 'step', outputs: {}} as const;
			const stopped = [started('a'), {type: 'step.attempt-ended', runId, stepId: 'a', attempt: 1, outcome}] as const;

			expect(next(own, stateAfter(own, ...stopped))).toBe('ask a for the step-budget: stopped as its budget is spent');
			const more = stateAfter(own, ...stopped, asked('a', 'step-budget'), decided('a', true));
			expect([more.raises, more.steps.get('a')?.raises]).toEqual([0, 1]);
			expect(next(own, stateAfter(own, ...stopped, asked('a', 'step-budget'), decided('a', false)))).toBe('failed a');
		});
	});

	describe('at a step that asks', () => {
		const asked: RadEvent = {
			type: 'step.asked',
			runId,
			stepId: 'gate',
			question: {about: 'gate', message: 'Go on?', show: [], outputs: {}, until: null, onTimeout: 'reject'},
		};
		const decided = (isApproved: boolean): RadEvent => ({
			type: 'step.decided',
			runId,
			stepId: 'gate',
			decision: {isApproved, by: 'user', comment: 'too slow'},
		});

		it('waits for the answer, and goes on with what does not need it', () => {
			const plan = aPlan(aPlanGate(), aStep('after', ['gate']), aStep('free'));

			expect(next(plan, stateAfter(plan))).toBe('ask gate');
			expect(next(plan, stateAfter(plan, asked))).toBe('start free.1');
			expect(next(plan, stateAfter(plan, asked, ended('free', 'completed')))).toBeUndefined();
			expect(next(plan, stateAfter(plan, asked, ended('free', 'completed'), decided(true)))).toBe('completed gate');
		});

		it('fails after a No, unless the workflow goes on; the answer is what it hands on', () => {
			const strict = aPlan(aPlanGate());
			const lenient = aPlan(aPlanGate({onReject: 'continue'}));
			const outputs = {approved: false, by: 'user', comment: 'too slow'};

			expect(decide(strict, stateAfter(strict, asked, decided(false)), always)).toMatchObject({
				ending: {status: 'failed', reason: 'rejected by user: too slow', outputs},
			});
			expect(decide(lenient, stateAfter(lenient, asked, decided(false)), always)).toMatchObject({ending: {status: 'completed', outputs}});
		});

		it('is cancelled with the run', () => {
			const plan = aPlan(aPlanGate());
			const cancelling: RadEvent = {type: 'run.status-changed', runId, status: 'cancelling', reason: null};

			expect(next(plan, stateAfter(plan, asked, cancelling))).toBe('cancelled gate');
		});
	});

	describe('with blocks', () => {
		const opened = (stepId: string, round: number, items: readonly unknown[] | null = null): RadEvent => ({
			type: 'step.opened',
			runId,
			stepId,
			round,
			items,
		});
		const inner = [aStep('x'), aStep('y', ['x'])];
		const done = (...names: readonly string[]): readonly RadEvent[] => names.map(name => ended(name, 'completed'));

		it('runs the steps of a block under its name, and ends it with them', () => {
			const plan = aPlan(aPlanBlock({id: 'b', steps: inner, publish: {answer: 'x'}}), aStep('after', ['b']));
			const answer = (): Value => ({value: 42});

			expect(next(plan, stateAfter(plan))).toBe('open b round 1: b.x, b.y');
			expect(next(plan, stateAfter(plan, opened('b', 1)))).toBe('start b.x.1');
			expect(next(plan, stateAfter(plan, opened('b', 1), ...done('b.x')))).toBe('start b.y.1');
			expect(decide(plan, stateAfter(plan, opened('b', 1), ...done('b.x', 'b.y')), answer)).toMatchObject({
				stepId: 'b',
				ending: {status: 'completed', outputs: {answer: 42}},
			});
			expect(next(plan, stateAfter(plan, opened('b', 1), ended('b.x', 'failed'), ended('b.y', 'skipped')))).toBe('failed b');
		});

		it('hands on what it publishes, also under a name that is there anyway', () => {
			const plan = aPlan(aPlanBlock({id: 'b', steps: inner, publish: {rounds: 'x'}}));

			expect(decide(plan, stateAfter(plan, opened('b', 1), ...done('b.x', 'b.y')), () => ({value: 'mine'}))).toMatchObject({
				ending: {outputs: {rounds: 'mine'}},
			});
		});

		it('repeats a loop until its condition holds, at most as often as it may', () => {
			const repeat = {kind: 'loop', until: 'u', max: 2, onExhausted: 'fail'} as const;
			const plan = aPlan(aPlanBlock({id: 'b', repeat, steps: inner}));
			const never = (): Value => ({value: false});
			const first = stateAfter(plan, opened('b', 1), ...done('b.1.x', 'b.1.y'));
			const second = [opened('b', 2), ...done('b.2.x', 'b.2.y')].reduce(fold, first);

			expect(next(plan, first)).toBe('completed b');
			expect(next(plan, first, never)).toBe('open b round 2: b.2.x, b.2.y');
			expect(decide(plan, second, never)).toMatchObject({
				ending: {status: 'failed', reason: 'its end was not reached in 2 rounds: u', outputs: {rounds: 2}},
			});
			const patient = aPlan(aPlanBlock({id: 'b', repeat: {...repeat, onExhausted: 'continue'}, steps: inner}));
			expect(next(patient, second, never)).toBe('completed b');
			expect(decide(plan, first, () => ({problem: 'odd'}))).toMatchObject({ending: {status: 'failed', reason: 'its end cannot be told: odd'}});
		});

		it('ends a loop with the round that failed', () => {
			const plan = aPlan(aPlanBlock({id: 'b', repeat: {kind: 'loop', until: 'u', max: 9, onExhausted: 'fail'}, steps: inner}));
			const failed = stateAfter(plan, opened('b', 1), ended('b.1.x', 'failed'), ended('b.1.y', 'skipped'));

			expect(decide(plan, failed, () => ({value: false}))).toMatchObject({ending: {status: 'failed', reason: 'step "b.1.x" failed'}});
		});

		it('begins a workflow in a workflow with what it is given, and hands on nothing but its outputs', () => {
			const inputs = [{name: 'n', type: 'number', isRequired: true, defaultValue: null, choices: null, description: null}] as const;
			const child = {workflow: 'other', inputs, values: {}, templates: {n: '${{ n }}'}, maxParallel: 4, budget: NO_BUDGET};
			const plan = aPlan(aPlanBlock({id: 'c', steps: inner, publish: {answer: 'x'}, child}));
			const answer = (): Value => ({value: '42'});

			expect(decide(plan, stateAfter(plan), answer)).toEqual({
				type: 'open-step',
				stepId: 'c',
				round: 1,
				items: null,
				inputs: {n: 42},
				children: ['c.x', 'c.y'],
			});
			expect(decide(plan, stateAfter(plan), () => ({value: 'many'}))).toMatchObject({
				ending: {status: 'failed', reason: 'it cannot begin: input "n": "many" is not a number'},
			});
			expect(decide(plan, stateAfter(plan), () => ({problem: 'odd'}))).toMatchObject({
				ending: {status: 'failed', reason: 'it cannot begin: input "n": odd'},
			});
			expect(decide(plan, stateAfter(plan, opened('c', 1), ...done('c.x', 'c.y')), answer)).toEqual({
				type: 'end-step',
				stepId: 'c',
				ending: {status: 'completed', reason: null, outputs: {answer: '42'}},
			});
		});

		it('repeats a step for each item, and collects what each hands on', () => {
			const repeat = {kind: 'each', items: 'parts', as: 'part', failsFast: true, maxParallel: 1} as const;
			const plan = aPlan(aPlanBlock({id: 'e', repeat, steps: [aStep('e')], isSingle: true}), aStep('after', ['e']));
			const items = ['left', 'right'];
			const withOutputs = (stepId: string, at: string): readonly RadEvent[] => [
				started(stepId),
				{type: 'step.attempt-ended', runId, stepId, attempt: 1, outcome: {status: 'completed', exitCode: 0, reason: null, outputs: {at}}},
				ended(stepId, 'completed'),
			];
			const first = stateAfter(plan, opened('e', 1, items), ...withOutputs('e.1', 'left'));
			const both = [opened('e', 2, items), ...withOutputs('e.2', 'right')].reduce(fold, first);

			expect(next(plan, stateAfter(plan), () => ({value: items}))).toBe('open e round 1: e.1');
			expect(decide(plan, stateAfter(plan, opened('e', 1, items)), always)).toMatchObject({
				step: {id: 'e.1'},
				scope: {round: {index: 1, item: {name: 'part', value: 'left'}}},
			});
			expect(next(plan, first)).toBe('open e round 2: e.2');
			expect(decide(plan, both, always)).toMatchObject({stepId: 'e', ending: {status: 'completed', outputs: {items: [{at: 'left'}, {at: 'right'}]}}});
		});

		it('has nothing to do for no items, and fails for what is no list or far too long', () => {
			const plan = aPlan(
				aPlanBlock({
					id: 'e',
					repeat: {kind: 'each', items: 'parts', as: 'part', failsFast: true, maxParallel: 1},
					steps: [aStep('e')],
					isSingle: true,
				}),
			);
			const endingFor = (value: unknown) => decide(plan, stateAfter(plan), () => ({value}));

			expect(endingFor([])).toMatchObject({ending: {status: 'completed', outputs: {items: []}}});
			expect(endingFor('left')).toMatchObject({ending: {status: 'failed', reason: 'its items cannot be told: parts is not a list'}});
			expect(endingFor(Array.from({length: MAX_ITEMS + 1}))).toMatchObject({ending: {status: 'failed'}});
		});

		it('begins no item after one has failed, unless it is to go on', () => {
			const each = (failsFast: boolean) =>
				aPlan(aPlanBlock({id: 'e', repeat: {kind: 'each', items: [1, 2], as: 'n', failsFast, maxParallel: 1}, steps: [aStep('e')], isSingle: true}));
			const failed = stateAfter(each(true), opened('e', 1, [1, 2]), ended('e.1', 'failed'));

			expect(next(each(true), failed)).toBe('failed e');
			expect(next(each(false), failed)).toBe('open e round 2: e.2');
			expect(next(each(false), [opened('e', 2, [1, 2]), ended('e.2', 'completed')].reduce(fold, failed))).toBe('failed e');
		});

		it('cancels what is in a block before the block', () => {
			const plan = aPlan(aPlanBlock({id: 'b', steps: inner}));
			const cancelling: RadEvent = {type: 'run.status-changed', runId, status: 'cancelling', reason: null};
			const state = stateAfter(plan, opened('b', 1), cancelling);

			expect(next(plan, state)).toBe('cancelled b.x');
			expect(next(plan, [ended('b.x', 'cancelled'), ended('b.y', 'cancelled')].reduce(fold, state))).toBe('cancelled b');
		});

		it('opens no further round when the budget of the run is spent', () => {
			const plan = aPlan(aPlanBlock({id: 'b', repeat: {kind: 'loop', until: 'u', max: 9, onExhausted: 'continue'}, steps: inner}));
			const spent: RadEvent = {type: 'run.budget-spent', runId, reason: 'all of it'};
			const state = stateAfter(plan, opened('b', 1), ...done('b.1.x', 'b.1.y'), spent);

			expect(decide(plan, state, () => ({value: false}))).toMatchObject({ending: {status: 'failed', reason: 'all of it', isCutShort: true}});
			expect(next(plan, state)).toBe('completed b');
		});
	});

	describe('with a step that is undone when it fails', () => {
		const rolledBack = (stepId: string, round: number): RadEvent => ({
			type: 'step.rolled-back',
			runId,
			stepId,
			round,
			checkpointId: null,
			reason: null,
		});
		const opened = (stepId: string, round: number, items: readonly unknown[] | null): RadEvent => ({
			type: 'step.opened',
			runId,
			stepId,
			round,
			items,
		});

		it('takes back what it did before it ends, when no more attempt is made', () => {
			const plan = aPlan({...aStep('a', [], 1), rollsBack: true});
			const once = [started('a'), attemptEnded('a', 'failed')] as const;
			const twice = [...once, started('a', 2), attemptEnded('a', 'failed', 2)] as const;

			expect(next(plan, stateAfter(plan, ...once))).toBe('start a.2');
			expect(next(plan, stateAfter(plan, ...twice))).toBe('roll back a');
			expect(next(plan, stateAfter(plan, ...twice, rolledBack('a', 2)))).toBe('failed a');
			expect(next(plan, stateAfter(plan, started('a'), attemptEnded('a', 'completed')))).toBe('completed a');
			expect(next(plan, stateAfter(plan, started('a'), attemptEnded('a', 'cancelled')))).toBe('cancelled a');
		});

		it('takes back an item before the next one begins, and all of another block', () => {
			const repeat = {kind: 'each', items: [1, 2], as: 'n', failsFast: false, maxParallel: 1} as const;
			const each = aPlan(aPlanBlock({id: 'e', repeat, rollsBack: true, steps: [aStep('x')]}));
			const failed = stateAfter(each, opened('e', 1, [1, 2]), ended('e.1.x', 'failed'));
			const block = aPlan(aPlanBlock({id: 'b', rollsBack: true, steps: [aStep('x')]}));

			expect(next(each, failed)).toBe('roll back e.1.');
			const second = [rolledBack('e', 1), opened('e', 2, [1, 2]), ended('e.2.x', 'failed')].reduce(fold, failed);
			expect(next(each, fold(failed, rolledBack('e', 1)))).toBe('open e round 2: e.2.x');
			expect(next(each, second)).toBe('roll back e.2.');
			expect(next(each, fold(second, rolledBack('e', 2)))).toBe('failed e');
			expect(next(block, stateAfter(block, opened('b', 1, null), ended('b.x', 'failed')))).toBe('roll back b.');
		});
	});

	describe('after the steps', () => {
		const plan = buildPlan({steps: [aStep('a')], onFailure: [aStep('tell')], finally: [aStep('tidy')]});

		it('skips what is for a failure, and runs what is to be run last', () => {
			const done = stateAfter(plan, ended('a', 'completed'));

			expect(next(plan, done)).toBe('skipped on_failure.tell');
			expect(next(plan, fold(done, ended('on_failure.tell', 'skipped')))).toBe('start finally.tidy.1');
			expect(next(plan, [ended('on_failure.tell', 'skipped'), ended('finally.tidy', 'completed')].reduce(fold, done))).toBe('run completed');
		});

		it('runs both after a failure, and the run has failed all the same', () => {
			const failed = stateAfter(plan, ended('a', 'failed'));

			expect(next(plan, failed)).toBe('start on_failure.tell.1');
			expect(next(plan, fold(failed, ended('on_failure.tell', 'completed')))).toBe('start finally.tidy.1');
			expect(next(plan, [ended('on_failure.tell', 'completed'), ended('finally.tidy', 'completed')].reduce(fold, failed))).toBe('run failed');
		});

		it('runs none of them when the run is cancelled', () => {
			const cancelling: RadEvent = {type: 'run.status-changed', runId, status: 'cancelling', reason: null};

			expect(next(plan, stateAfter(plan, cancelling, ended('a', 'cancelled')))).toBe('cancelled on_failure.tell');
		});
	});
});
