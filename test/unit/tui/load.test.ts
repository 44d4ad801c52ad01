import {describe, expect, test} from 'vitest';
import type {Rad} from '../../../source/domain/rad.ts';
import {createLoad, loadSnapshot} from '../../../source/tui/load.ts';
import {wishOf} from '../../../source/tui/selectors.ts';
import type {State} from '../../../source/tui/state.ts';
import {anId, aStep, aUsageRecord, T0} from '../../support/builders.ts';
import {createFakeRad, type FakeRad} from '../../support/fake-rad.ts';
import {aState, stateAfter} from '../../support/frames.tsx';
import {SAMPLE_NOW, spendingRun} from '../../support/sample-run.ts';

const NARROW = {columns: 80, rows: 24};
const WIDE = {columns: 120, rows: 40};
const DAY = 24 * 3_600_000;

/** The same with a note of what is asked for. */
const overhear = ({rad}: FakeRad): {readonly rad: Rad; readonly asked: string[]} => {
	const asked: string[] = [];
	const {telemetry, runs} = rad;
	return {
		asked,
		rad: {
			...rad,
			runs: {
				...runs,
				allowance: runId => {
					asked.push('allowance');
					return runs.allowance(runId);
				},
			},
			telemetry: {
				...telemetry,
				by: (grouping, filter) => {
					asked.push(`${grouping}${filter?.since === undefined ? '' : ' since'}`);
					return telemetry.by(grouping, filter);
				},
				overTime: (filter, spans) => {
					asked.push('over time');
					return telemetry.overTime(filter, spans);
				},
			},
		},
	};
};

const askedFor = async (state: State): Promise<readonly string[]> => {
	const {rad, asked} = overhear(createFakeRad(spendingRun()));
	await loadSnapshot(rad, wishOf(state), {now: SAMPLE_NOW, last: undefined});
	return asked;
};

describe('of what was used', () => {
	test.each<readonly [string, State, readonly string[]]>([
		['the log in place of the costs', aState(NARROW), ['allowance']],
		['the costs by model', stateAfter(aState(NARROW), '3'), ['model', 'over time', 'run since', 'allowance']],
		['the costs by agent', stateAfter(aState(NARROW), '3', 't'), ['over time', 'run since', 'allowance']],
		['the costs by day', stateAfter(aState(WIDE), '3', 'left'), ['over time', 'run since', 'day since', 'allowance']],
		['another pane over the whole of a wide screen', stateAfter(aState({columns: 160, rows: 40}), '2', 'z'), ['over time', 'run since', 'allowance']],
	])('no more is read than is shown: %s', async (_, state, expected) => {
		expect((await askedFor(state)).toSorted()).toEqual([...expected].sort());
	});
});

test('in haste only what can be read fast is read anew, and nothing of another run is kept', async () => {
	const data = spendingRun();
	const fake = createFakeRad(data);
	const {rad, asked} = overhear(fake);
	const wish = wishOf(stateAfter(aState(WIDE), '3'));
	const load = createLoad(rad);
	const first = await load(wish, {now: SAMPLE_NOW, last: undefined, isHasty: true});
	expect(asked.toSorted()).toEqual(['allowance', 'model', 'over time', 'run since']);
	const more = aUsageRecord({agentId: first.runAgents[0]?.id ?? anId('agt'), messageId: 'more', costNanoUsd: 1});

	fake.update({usage: [...(data.usage ?? []), more]});
	const hasty = await load(wish, {now: SAMPLE_NOW, last: first, isHasty: true});
	expect(asked).toHaveLength(4);
	expect(hasty.runModels).toBe(first.runModels);
	expect(hasty.runTotals.costNanoUsd).toBe(first.runTotals.costNanoUsd + 1n);
	const whole = await load(wish, {now: SAMPLE_NOW, last: hasty});
	expect(asked).toHaveLength(7);
	expect(whole.runModels).not.toEqual(first.runModels);
	const other = await load({...wish, choice: anId('run', 1)}, {now: SAMPLE_NOW, last: whole, isHasty: true});

	expect(other.runModels).toEqual(await rad.telemetry.by('model', {runId: anId('run', 1)}));
});

describe('the budget', () => {
	const wish = wishOf(aState(NARROW));
	const asking = aStep({
		runId: anId('run', 2),
		question: {about: 'run-budget', message: '', show: [], outputs: {}, until: null, onTimeout: 'reject'},
	});

	test('is read once, and again when a person has answered', async () => {
		const fake = createFakeRad(spendingRun({steps: [asking]}));
		const {rad, asked} = overhear(fake);
		const first = await loadSnapshot(rad, wish, {now: SAMPLE_NOW, last: undefined});
		const second = await loadSnapshot(rad, wish, {now: SAMPLE_NOW, last: first});
		expect(asked).toEqual(['allowance']);

		fake.update({
			steps: [{...asking, decision: {isApproved: true, by: 'user', comment: null}}],
			allowance: {costNanoUsd: 40, tokens: null, turns: null},
		});
		const third = await loadSnapshot(rad, wish, {now: SAMPLE_NOW, last: second});

		expect(third.runAllowance.costNanoUsd).toBe(40);
		expect(asked).toEqual(['allowance', 'allowance']);
	});
});

describe('days', () => {
	const wish = {...wishOf(aState(NARROW)), hasDays: true};

	test('that are past are remembered, and today goes on', async () => {
		const data = spendingRun();
		const fake = createFakeRad(data);
		const first = await loadSnapshot(fake.rad, wish, {now: SAMPLE_NOW, last: undefined});
		const early = aUsageRecord({agentId: anId('agt', 9), at: T0 - 2 * DAY, messageId: 'early'});
		const late = aUsageRecord({agentId: anId('agt', 9), at: T0 + 1000, messageId: 'late', costNanoUsd: 1});

		fake.update({usage: [...(data.usage ?? []), early, late]});
		const second = await loadSnapshot(fake.rad, wish, {now: SAMPLE_NOW, last: first});

		expect(first.days?.map(({key}) => key)).toEqual(['2026-03-01', '2026-02-28']);
		expect(second.days?.map(({key}) => key)).toEqual(['2026-03-01', '2026-02-28']);
		expect(second.days?.[0]?.costNanoUsd).toBe((first.days?.[0]?.costNanoUsd ?? 0n) + 1n);
	});

	test('of more than a month ago are left out', async () => {
		const data = spendingRun();
		const old = aUsageRecord({agentId: anId('agt', 9), at: T0 - 40 * DAY, messageId: 'old'});
		const {rad} = createFakeRad({...data, usage: [old, ...(data.usage ?? [])]});

		const {days} = await loadSnapshot(rad, wish, {now: SAMPLE_NOW, last: undefined});

		expect(days?.map(({key}) => key)).toEqual(['2026-03-01', '2026-02-28']);
	});
});

test('the totals of a run are the sum of its agents', async () => {
	const {rad} = createFakeRad(spendingRun());

	const {runTotals} = await loadSnapshot(rad, wishOf(aState(NARROW)), {now: SAMPLE_NOW, last: undefined});

	expect(runTotals).toEqual(await rad.telemetry.totals({runId: anId('run', 2)}));
});
