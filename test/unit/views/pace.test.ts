import {describe, expect, test} from 'vitest';
import type {GroupTotals, SpanTotals, UsageRecord} from '../../../source/domain/records.ts';
import {type Course, chooseSpan, formatPace, formatTimeLeft, listLimits, measurePace, toAmounts} from '../../../source/views/pace.ts';
import {aUsageRecord, T0, tokens} from '../../support/builders.ts';
import {sumUsage} from '../../support/fake-rad.ts';

const MINUTE = 60_000;
const NOTHING_RECORDED = {responses: 0, costNanoUsd: 0n};

const totalsOf = (...records: ReadonlyArray<Partial<UsageRecord>>): GroupTotals => ({
	...sumUsage(records.map(aUsageRecord)),
	key: 'run',
	recorded: NOTHING_RECORDED,
});
const aSpan = (startsAt: number, change: Partial<UsageRecord> = {}): SpanTotals => ({
	...sumUsage([aUsageRecord(change)]),
	startsAt,
	recorded: NOTHING_RECORDED,
});
const aCourse = (change: Partial<Course> = {}): Course => ({
	spanMs: MINUTE,
	spans: [],
	recent: totalsOf({}, {}),
	recentFrom: T0,
	...change,
});
const unpriced = {costNanoUsd: null, costSource: 'unknown'} as const;
const run = {startedAt: T0, endedAt: null};

test.each([
	[0, 1000],
	[MINUTE, 1000],
	[MINUTE + 1, 2000],
	[12 * MINUTE, 15_000],
	[24 * 60 * MINUTE, 30 * MINUTE],
	[400 * 24 * 60 * MINUTE, 7 * 24 * 60 * MINUTE],
])('a run of %i ms is looked at in spans of %i ms', (ageMs, spanMs) => {
	expect(chooseSpan(ageMs)).toBe(spanMs);
});

describe('the course of a run', () => {
	test('has an amount for each span until now, also for those without usage', () => {
		const course = aCourse({spans: [aSpan(T0, {costNanoUsd: 3}), aSpan(T0 + 2 * MINUTE, {costNanoUsd: 5})]});

		expect(toAmounts(run, course, T0 + 4 * MINUTE)).toEqual([3, 0, 5, 0]);
	});

	test('ends with the run, and what was read a moment later belongs to its last span', () => {
		const course = aCourse({spans: [aSpan(T0, {costNanoUsd: 3}), aSpan(T0 + 2 * MINUTE, {costNanoUsd: 5})]});

		expect(toAmounts({...run, endedAt: T0 + 2 * MINUTE}, course, T0 + 9 * MINUTE)).toEqual([3, 5]);
	});

	test('is one of tokens where no price is known, and of cost where one is', () => {
		const spans = [aSpan(T0, {...unpriced, tokens: tokens({input: 7})}), aSpan(T0 + MINUTE, {...unpriced, tokens: tokens({output: 9})})];

		expect(toAmounts(run, aCourse({spans}), T0 + 2 * MINUTE)).toEqual([7, 9]);
		expect(toAmounts(run, aCourse({spans: [...spans, aSpan(T0 + 2 * MINUTE, {costNanoUsd: 4})]}), T0 + 3 * MINUTE)).toEqual([]);
	});

	test('is none where all came at once', () => {
		expect(toAmounts(run, aCourse({spans: [aSpan(T0)]}), T0 + 9 * MINUTE)).toEqual([]);
	});
});

describe('the pace of a run', () => {
	test.each([
		['two responses in a minute', aCourse(), T0 + MINUTE, '$0.0200/min'],
		['two responses in four minutes', aCourse(), T0 + 4 * MINUTE, '$0.0050/min'],
		['estimated', aCourse({recent: totalsOf({costSource: 'estimated'}, {})}), T0 + MINUTE, '~$0.0200/min'],
		['a price is missing', aCourse({recent: totalsOf(unpriced, {})}), T0 + MINUTE, '≥$0.0100/min'],
		['no price is known', aCourse({recent: totalsOf(unpriced, unpriced)}), T0 + 2 * MINUTE, '1.20k tok/min'],
		['played back', aCourse({recent: {...totalsOf({}, {}), recorded: {responses: 2, costNanoUsd: 20_000_000n}}}), T0 + MINUTE, '$0.0200*/min'],
	])('%s', (_, course, now, text) => {
		const pace = measurePace(course, now);

		expect(pace === null ? null : formatPace(pace)).toBe(text);
	});

	test.each([
		['nothing was used', aCourse({recent: null}), T0 + 4 * MINUTE],
		['one response is no rate', aCourse({recent: totalsOf({})}), T0 + 4 * MINUTE],
		['it has only begun', aCourse(), T0 + MINUTE - 1],
		['that was long ago', aCourse(), T0 + 10 * MINUTE],
	])('is not told where %s', (_, course, now) => {
		expect(measurePace(course, now)).toBeNull();
	});
});

describe('limits', () => {
	const totals = sumUsage([aUsageRecord({costNanoUsd: 600, tokens: tokens({input: 100})})]);
	const pace = {totals: totalsOf({costNanoUsd: 100, tokens: tokens({input: 50})}), ms: MINUTE};

	test('come with how long they last, the fullest first', () => {
		expect(listLimits({costNanoUsd: 1000, tokens: 1000, turns: 1}, totals, pace)).toEqual([
			{kind: 'turns', allowed: 1, spent: 1, leftMs: null},
			{kind: 'costNanoUsd', allowed: 1000, spent: 600, leftMs: 4 * MINUTE},
			{kind: 'tokens', allowed: 1000, spent: 100, leftMs: 18 * MINUTE},
		]);
	});

	test('last for nobody knows how long without a pace, or when nothing is spent any more', () => {
		const allowance = {costNanoUsd: 1000, tokens: null, turns: null};
		const free = {totals: totalsOf(unpriced), ms: MINUTE};

		expect(listLimits(allowance, totals, null)[0]?.leftMs).toBeNull();
		expect(listLimits(allowance, totals, free)[0]?.leftMs).toBeNull();
		expect(listLimits({...allowance, costNanoUsd: null}, totals, pace)).toEqual([]);
	});

	test.each([
		[20_000, 'less than 1 min'],
		[7.4 * MINUTE, '~7 min'],
		[119 * MINUTE, '~119 min'],
		[200 * MINUTE, '~3 h'],
		[72 * 60 * MINUTE, '~3 days'],
	])('%i ms are %s', (leftMs, text) => {
		expect(formatTimeLeft(leftMs)).toBe(text);
	});
});
