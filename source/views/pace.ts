import type {Allowance} from '../domain/plan.ts';
import type {GroupTotals, Run, SpanTotals, UsageTotals} from '../domain/records.ts';
import {totalTokens} from '../domain/tokens.ts';
import {formatCount} from './format.ts';
import {formatMarkedCost} from './recorded.ts';

/** What a run used in the course of time: `spans` from its start on, and how much of late. */
export type Course = {
	readonly spanMs: number;
	readonly spans: readonly SpanTotals[];
	/** Null where nothing was used since `recentFrom`. */
	readonly recent: GroupTotals | null;
	/** Epoch ms. */
	readonly recentFrom: number;
};

/** The minutes by which a rate is told: long enough to even out single responses, short enough to show that something has changed. */
export const RECENT_MS = 5 * 60_000;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SPANS_MS = [
	...[1, 2, 5, 10, 15, 20, 30].map(count => count * SECOND),
	...[1, 2, 5, 10, 15, 20, 30].map(count => count * MINUTE),
	...[1, 2, 3, 6, 12].map(count => count * HOUR),
];
/** More would show when single responses came, not how it goes. */
const SPANS_MAX = 60;

/** How long the spans are in which a run of that age is looked at. */
export const chooseSpan = (ageMs: number): number => SPANS_MS.find(spanMs => ageMs / spanMs <= SPANS_MAX) ?? Math.ceil(ageMs / DAY / SPANS_MAX) * DAY;

/** Amounts of each span of a run, or of an agent, until now, of cost where any is known, else of tokens. Empty where that would be a dot, and no course. */
export const toAmounts = (
	run: Pick<Run, 'startedAt' | 'endedAt'>,
	{spanMs, spans}: Pick<Course, 'spanMs' | 'spans'>,
	now: number,
): readonly number[] => {
	const hasCost = spans.some(({costSource}) => costSource !== 'unknown');
	const count = Math.min(DRAWN_MAX, Math.ceil(((run.endedAt ?? now) - run.startedAt) / spanMs));
	const amounts = Array<number>(Math.max(1, count)).fill(0);
	for (const span of spans) {
		// What was read a moment after the end belongs to the last span.
		const index = Math.min(amounts.length - 1, Math.floor((span.startsAt - run.startedAt) / spanMs));
		amounts[index] = (amounts[index] ?? 0) + (hasCost ? Number(span.costNanoUsd) : totalTokens(span.tokens));
	}
	return amounts.filter(amount => amount > 0).length < FEWEST_SPANS ? [] : amounts;
};

const FEWEST_SPANS = 2;
/** A clock that jumps makes a run of any length, whose course was read for a short one. */
const DRAWN_MAX = 10 * SPANS_MAX;

/** How fast a run uses what: per millisecond. */
export type Pace = {readonly totals: GroupTotals; readonly ms: number};

const LEAST_MS = MINUTE;
const FEWEST_RESPONSES = 2;

/** Null where there is too little to tell a rate by, or what there is was long ago. */
export const measurePace = ({recent, recentFrom}: Course, now: number): Pace | null => {
	const ms = now - recentFrom;
	const isEnough = recent !== null && recent.responses >= FEWEST_RESPONSES && ms >= LEAST_MS && ms < 2 * RECENT_MS;
	return isEnough ? {totals: recent, ms} : null;
};

/** `~$1.03/min`, marked as costs are; tokens where no price is known. */
export const formatPace = ({totals, ms}: Pace): string => {
	const minutes = ms / MINUTE;
	if (totals.costSource === 'unknown') return `${formatCount(Math.round(totalTokens(totals.tokens) / minutes))} tok/min`;
	const costNanoUsd = BigInt(Math.round(Number(totals.costNanoUsd) / minutes));
	return `${formatMarkedCost({...totals, costNanoUsd}, totals.recorded)}/min`;
};

/** One limit of a run, what is spent of it, and in how long it is reached if it goes on like that; `leftMs` is null where nobody can tell. */
export type Limit = {
	readonly kind: keyof Allowance;
	readonly allowed: number;
	readonly spent: number;
	readonly leftMs: number | null;
};

const AMOUNTS: Readonly<Record<keyof Allowance, (totals: UsageTotals) => number>> = {
	costNanoUsd: totals => Number(totals.costNanoUsd),
	tokens: totals => totalTokens(totals.tokens),
	turns: totals => totals.responses,
};

/** The one that is the nearest to its end comes first. */
export const listLimits = (allowance: Allowance, totals: UsageTotals, pace: Pace | null): readonly Limit[] =>
	(['costNanoUsd', 'tokens', 'turns'] as const)
		.flatMap((kind): readonly Limit[] => {
			const allowed = allowance[kind];
			if (allowed === null) return [];
			const spent = AMOUNTS[kind](totals);
			const perMs = pace === null ? 0 : AMOUNTS[kind](pace.totals) / pace.ms;
			return [{kind, allowed, spent, leftMs: perMs === 0 || spent >= allowed ? null : Math.round((allowed - spent) / perMs)}];
		})
		.sort((a, b) => b.spent / b.allowed - a.spent / a.allowed);

/** `~7 min`; whole minutes below two hours, and never more exact than such a guess is. */
export const formatTimeLeft = (leftMs: number): string => {
	if (leftMs < MINUTE) return 'less than 1 min';
	if (leftMs < 2 * HOUR) return `~${Math.round(leftMs / MINUTE)} min`;
	return leftMs < 2 * DAY ? `~${Math.round(leftMs / HOUR)} h` : `~${Math.round(leftMs / DAY)} days`;
};
