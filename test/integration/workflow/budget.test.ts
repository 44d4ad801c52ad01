import process from 'node:process';
import {describe, expect, it, test} from 'vitest';
import {createProcessTable} from '../../../source/agents/create-process-table.ts';
import type {Clock} from '../../../source/domain/clock.ts';
import type {AgentId} from '../../../source/domain/ids.ts';
import type {Budget, PlanStep} from '../../../source/domain/plan.ts';
import type {ProcessIdentity, UsageRecord} from '../../../source/domain/records.ts';
import {openSqliteStore} from '../../../source/monitoring/sqlite-store.ts';
import {createMeter, findReached, type Raises, toAllowance} from '../../../source/workflow/budget.ts';
import {createRuns, type RunsOptions} from '../../../source/workflow/runs-service.ts';
import type {Ceiling} from '../../../source/workflow/scope.ts';
import {anAgent, anId, aPlan, aPlanStep, aUsageRecord, NO_BUDGET, tokens} from '../../support/builders.ts';

const self = createProcessTable(process.platform).identify(process.pid) as ProcessIdentity;
const runId = anId('run');
const NEVER = {run: 0, step: 0, ceilings: {}};
const aStep = (id: string, budget: Partial<Budget> = {}) => aPlanStep({id, budget: {...NO_BUDGET, ...budget}});

type Before = {
	readonly begin: (stepId: string) => Promise<AgentId>;
	readonly end: (agentId: AgentId, status: 'failed' | 'lost', at: number) => Promise<void>;
};

const setUp = async (budget: Partial<Budget>, maxCostNanoUsd: number | null = null, before: (work: Before) => Promise<void> = async () => {}) => {
	const store = openSqliteStore(':memory:', {create: true});
	let elapsed = 0;
	const clock: Clock = {now: () => 1000 + elapsed, elapsed: () => elapsed, sleep: async () => {}};
	const notices: string[] = [];
	await store.createRun({id: runId, workflow: 'w', startedAt: 1, owner: self, planJson: '{}', stepIds: ['a', 'b']});
	const plan = aPlan({budget: {...NO_BUDGET, ...budget}});
	let agents = 0;
	const begin = async (stepId: string) => {
		agents += 1;
		const agent = anAgent({id: anId('agt', agents), planId: runId, stepId, attempt: 1, status: 'starting'});
		await store.startAttempt({runId, stepId, attempt: agents, agentId: agent.id, tokenHash: `t${agents}`, startedAt: 1, endedAt: null}, agent);
		return agent.id;
	};
	const end = (agentId: AgentId, status: 'failed' | 'lost', at: number) => {
		const attempt = {runId, stepId: agentId === anId('agt', 3) ? 'b' : 'a', attempt: agents};
		const outcome = {status, exitCode: null, reason: 'x', outputs: {}};
		return store.endAttempt(attempt, {agentId, status, exitCode: null, error: 'x', failureCause: null}, outcome, at);
	};
	await before({begin, end});
	const meter = await createMeter({store, clock}, {runId, frozen: {plan, inputs: {}, maxCostNanoUsd}, onNotice: text => notices.push(text)});
	let responses = 0;
	const spend = (agentId: UsageRecord['agentId'], change: Partial<UsageRecord>) => {
		responses += 1;
		return store.recordProgress({usage: [aUsageRecord({agentId, messageId: `m${responses}`, ...change})]}, 1000);
	};
	const events = async () => (await store.listEvents(0, 100)).flatMap(({event}) => (event.type === 'run.budget-spent' ? [event.reason] : []));
	return {
		meter: {...meter, look: (step: PlanStep, raises: Raises, ceilings: readonly Ceiling[] = []) => meter.look({step, ceilings}, raises)},
		begin,
		spend,
		events,
		notices,
		pass: (durationMs: number) => {
			elapsed += durationMs;
		},
	};
};

test('a limit is reached at it, not above it, and money is compared in whole numbers', () => {
	const totals = (costNanoUsd: bigint, responses = 0, input = 0) => ({costNanoUsd, responses, tokens: tokens({input})});

	expect(findReached({...NO_BUDGET, costNanoUsd: 300_000_000}, totals(299_999_999n), 0)).toBeNull();
	expect(findReached({...NO_BUDGET, costNanoUsd: 300_000_000}, totals(100_000_000n * 3n), 0)).toBe('$0.3000 of $0.3000');
	expect(findReached({...NO_BUDGET, tokens: 1000}, totals(0n, 0, 999), 0)).toBeNull();
	expect(findReached({...NO_BUDGET, tokens: 1000}, totals(0n, 0, 1000), 0)).toBe('1,000 of 1,000 tokens');
	expect(findReached({...NO_BUDGET, turns: 2}, totals(0n, 1), 0)).toBeNull();
	expect(findReached({...NO_BUDGET, turns: 2}, totals(0n, 3), 0)).toBe('3 of 2 turns');
	expect(findReached({...NO_BUDGET, wallMs: 60_000}, totals(0n), 59_999)).toBeNull();
	expect(findReached({...NO_BUDGET, wallMs: 60_000}, totals(0n), 60_000)).toBe('1m00s of 1m00s');
	expect(findReached(NO_BUDGET, totals(10n ** 18n, 1e6, 1e12), 1e12)).toBeNull();
});

test.each([
	['nothing is limited', {}, null, 0, {costNanoUsd: null, tokens: null, turns: null}],
	['its workflow limits it', {costNanoUsd: 5, tokens: 100}, null, 0, {costNanoUsd: 5, tokens: 100, turns: null}],
	['whoever started it limits it', {}, 7, 0, {costNanoUsd: 7, tokens: null, turns: null}],
	['the lower of two limits holds', {costNanoUsd: 5}, 3, 0, {costNanoUsd: 3, tokens: null, turns: null}],
	['a person has allowed as much again twice', {costNanoUsd: 5, turns: 2}, null, 2, {costNanoUsd: 15, tokens: null, turns: 6}],
	['what whoever started it allows is never raised', {costNanoUsd: 5}, 12, 2, {costNanoUsd: 12, tokens: null, turns: null}],
])('what a run may spend: %s', (_, budget, maxCostNanoUsd, raises, allowance) => {
	const frozen = {plan: aPlan({budget: {...NO_BUDGET, ...budget}}), inputs: {}, maxCostNanoUsd};

	expect(toAllowance(frozen, raises)).toEqual(allowance);
});

test('what a run may spend is raised by the answer of a person', async () => {
	const store = openSqliteStore(':memory:', {create: true});
	const plan = aPlan({budget: {...NO_BUDGET, costNanoUsd: 5, onExceeded: 'ask'}, steps: [aPlanStep({id: 'a'})]});
	const planJson = JSON.stringify({plan, inputs: {}, maxCostNanoUsd: null});
	await store.createRun({id: runId, workflow: 'w', startedAt: 1, owner: self, planJson, stepIds: ['a']});
	const {allowance} = createRuns({ports: {store}} as unknown as RunsOptions);
	expect(await allowance(runId)).toEqual({costNanoUsd: 5, tokens: null, turns: null});

	const question = {about: 'run-budget', message: '', show: [], outputs: {}, until: null, onTimeout: 'reject'} as const;
	await store.spendBudget(runId, {reason: 'spent', isFinal: false, raises: 0}, 2);
	await store.askStep(runId, 'a', question, 3);
	expect((await allowance(runId)).costNanoUsd).toBe(5);
	await store.decideStep(runId, 'a', {isApproved: true, by: 'user', comment: null}, 4);

	expect((await allowance(runId)).costNanoUsd).toBe(10);
	expect(await allowance(anId('run', 9))).toEqual({costNanoUsd: null, tokens: null, turns: null});
	store.close();
});

describe('the meter of a block', () => {
	const ceiling = (change: Partial<Budget>): Ceiling => ({block: 'build.1', whose: 'make', budget: {...NO_BUDGET, ...change}});

	it('counts what its own steps have spent, and no others', async () => {
		const {meter, begin, spend} = await setUp({});
		const of = (steps: Raises['ceilings'], onExceeded: Budget['onExceeded'] = 'ask') =>
			meter.look(aStep('build.1.b'), {...NEVER, ceilings: steps}, [ceiling({tokens: 100, onExceeded})]);
		await spend(await begin('build.10.a'), {tokens: tokens({input: 500})});
		expect(await of({})).toBeNull();

		await spend(await begin('build.1.a'), {tokens: tokens({input: 60})});
		await spend(await begin('build.1.b'), {tokens: tokens({input: 41})});

		const spent = {scope: 'block', block: 'build.1', text: 'the budget of make is spent: 101 of 100 tokens'};
		expect(await of({})).toEqual({...spent, isFinal: false});
		expect(await of({}, 'stop')).toEqual({...spent, isFinal: true});
		expect(await of({'build.1': {raises: 1, isSpentForGood: false}})).toBeNull();
		expect(await of({'build.1': {raises: 0, isSpentForGood: true}})).toEqual({...spent, isFinal: true});
	});

	it('counts the time since the first of its steps was looked at', async () => {
		const {meter, pass} = await setUp({});
		const look = (id: string) => meter.look(aStep(id), NEVER, [ceiling({wallMs: 1000})]);

		expect(await look('build.1.a')).toBeNull();
		pass(600);
		expect(await look('build.1.b')).toBeNull();
		pass(400);

		expect(await look('build.1.b')).toMatchObject({scope: 'block', text: 'the budget of make is spent: 1.0s of 1.0s'});
	});
});

describe('the meter of a run', () => {
	it('counts what all steps spent for the run, and for a step its own attempts only', async () => {
		const {meter, begin, spend, events} = await setUp({costNanoUsd: 10_000});
		const step = aStep('b', {costNanoUsd: 5000});
		const [first, second, third] = [await begin('a'), await begin('b'), await begin('b')];

		await spend(first, {costNanoUsd: 4000});
		await spend(second, {costNanoUsd: 4999});
		expect(await meter.look(step, NEVER)).toBeNull();

		await spend(third, {costNanoUsd: 1});
		expect(await meter.look(step, NEVER)).toEqual({scope: 'step', text: 'its budget is spent: <$0.0001 of <$0.0001', isFinal: true});
		expect(await meter.look(aStep('a'), NEVER)).toBeNull();
		expect(await events()).toEqual([]);

		await spend(first, {costNanoUsd: 1000});
		const reached = {scope: 'run', text: "the run's budget is spent: <$0.0001 of <$0.0001", isFinal: true} as const;
		expect(await meter.look(aStep('a'), NEVER)).toEqual(reached);
		expect(await meter.look(step, NEVER)).toEqual(reached);
		expect(await events()).toEqual([]);

		await meter.commit({scope: 'step', text: 'its own', isFinal: true}, NEVER);
		await meter.commit(reached, NEVER);
		await meter.commit(reached, NEVER);
		expect(await events(), 'told once').toEqual([reached.text]);
	});

	it('counts the time of the run, and that of a step from its first attempt', async () => {
		const {meter, pass} = await setUp({wallMs: 10_000});
		const step = aStep('b', {wallMs: 3000});

		pass(5000);
		expect(await meter.look(step, NEVER)).toBeNull();
		pass(3000);
		expect(await meter.look(step, NEVER)).toMatchObject({scope: 'step', text: 'its budget is spent: 3.0s of 3.0s'});
		pass(2000);
		expect(await meter.look(step, NEVER)).toMatchObject({scope: 'run'});
	});

	it('counts the time of agents before it was gone on with, but not of those that were lost', async () => {
		const {meter} = await setUp({wallMs: 10_000}, null, async ({begin, end}) => {
			await end(await begin('a'), 'failed', 5001);
			await end(await begin('a'), 'lost', 90_001);
			await end(await begin('b'), 'failed', 2001);
		});

		expect(await meter.look(aStep('a', {wallMs: 5000}), NEVER)).toMatchObject({scope: 'step', text: 'its budget is spent: 5.0s of 5.0s'});
		expect(await meter.look(aStep('b', {wallMs: 5000}), NEVER)).toBeNull();
	});

	it.each([
		[9_000_000_000, 2_000_000_000],
		[2_000_000_000, 9_000_000_000],
	])('takes the smaller of %d and %d', async (ofPlan, ofUser) => {
		const {meter, begin, spend} = await setUp({costNanoUsd: ofPlan}, ofUser);

		await spend(await begin('a'), {costNanoUsd: 2_000_000_000});

		expect(await meter.look(aStep('a'), NEVER)).toMatchObject({text: "the run's budget is spent: $2.00 of $2.00"});
	});

	it('tells once that what has no price does not count, where money is limited', async () => {
		const {meter, begin, spend, notices} = await setUp({});
		await spend(await begin('a'), {costNanoUsd: null, costSource: 'unknown'});

		expect(await meter.look(aStep('a', {turns: 5}), NEVER)).toBeNull();
		expect(notices).toEqual([]);
		expect(await meter.look(aStep('a', {costNanoUsd: 1}), NEVER)).toBeNull();
		expect(await meter.look(aStep('a', {costNanoUsd: 1}), NEVER)).toBeNull();
		expect(notices).toEqual([expect.stringContaining('are not known')]);
	});
});

test('waiting for a person is no time of the run, nor of a step', async () => {
	const {meter, pass} = await setUp({wallMs: 5000});
	const step = aStep('a', {wallMs: 3000});
	await meter.look(step, NEVER);

	await meter.leaveOut(async () => pass(600_000));

	expect(await meter.look(step, NEVER)).toBeNull();
	pass(3000);
	expect(await meter.look(step, NEVER)).toMatchObject({scope: 'step', text: 'its budget is spent: 3.0s of 3.0s'});
});

test('as much again may be spent as often as a person has said so, but never more than whoever started the run allows', async () => {
	const {meter, begin, spend} = await setUp({costNanoUsd: 2_000_000_000, onExceeded: 'ask'}, 5_000_000_000);
	const agent = await begin('a');
	await spend(agent, {costNanoUsd: 3_000_000_000});

	expect(await meter.look(aStep('a'), NEVER)).toMatchObject({text: "the run's budget is spent: $3.00 of $2.00", isFinal: false});
	expect(await meter.look(aStep('a'), {...NEVER, run: 1})).toBeNull();
	await spend(agent, {costNanoUsd: 2_000_000_000});
	expect(await meter.look(aStep('a'), {run: 9, step: 0, ceilings: {}})).toMatchObject({
		text: "the run's budget is spent: $5.00 of $5.00",
		isFinal: true,
	});
});
