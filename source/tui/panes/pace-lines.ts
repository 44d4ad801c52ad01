import {formatDuration, formatInteger, formatNanoUsd} from '../../domain/figures.ts';
import type {Run} from '../../domain/records.ts';
import {totalTokens} from '../../domain/tokens.ts';
import {formatCount, formatShare} from '../../views/format.ts';
import {formatPace, formatTimeLeft, type Limit, listLimits, measurePace, type Pace, toAmounts} from '../../views/pace.ts';
import {formatMarkedCost, measureRecorded} from '../../views/recorded.ts';
import {drawSparkline} from '../../views/sparkline.ts';
import {type Line, line, type Span, span, widthOf} from '../line.ts';
import type {Snapshot} from '../state.ts';
import type {Style} from '../theme.ts';
import {drawBar} from './bar.ts';

const LABEL_WIDTH = 14;
const SHORT_LABEL_WIDTH = 8;
const GAP = 2;
/** With the sign before it. */
const SHARE_WIDTH = 7;
const BAR_MIN = 5;
const BAR_MAX = 24;
const SPARKLINE_MIN = 6;
const SPARKLINE_MAX = 60;

/** How fast the run spends; null where nobody can tell, and when it is over. */
export const paceOf = ({runCourse}: Snapshot, now: number): Pace | null => (runCourse === null ? null : measurePace(runCourse, now));

/** A row for each limit of the run with how much of it is spent, the fullest first: `Budget  $12.41 of $20.00  ████░░  62%`. */
export const drawLimits = (snapshot: Snapshot, columns: number): readonly Line[] => {
	const limits = listLimits(snapshot.runAllowance, snapshot.runTotals, null);
	const figures = limits.map(limit => describeLimit(snapshot, limit));
	const width = Math.max(0, ...figures.map(widthOf));
	// Where the room is short, the label gives way before the share is cut.
	const label = columns < LABEL_WIDTH + width + SHARE_WIDTH ? SHORT_LABEL_WIDTH : LABEL_WIDTH;
	return limits.map((limit, index) =>
		line(
			span((index === 0 ? 'Budget' : '').padEnd(label), 'heading'),
			span((figures[index] ?? '').padEnd(width), 'strong'),
			...drawSpent(limit, columns - label - width),
		),
	);
};

/** The word gives way to the bar; the sign stays. */
const drawSpent = ({spent, allowed}: Limit, columns: number): readonly Span[] => {
	const {style, sign, word} = levelOf(spent / allowed);
	const roomBeside = (text: string): number => Math.min(BAR_MAX, columns - GAP - SHARE_WIDTH - widthOf(text));
	const shownWord = roomBeside(word) < BAR_MIN ? '' : word;
	const room = roomBeside(shownWord);
	return [
		...(room < BAR_MIN ? [] : [span(' '.repeat(GAP)), ...drawBar(spent / allowed, room, style)]),
		span(sign.padStart(GAP), style),
		span(formatShare(spent, allowed).padStart(SHARE_WIDTH - GAP)),
		span(shownWord, style),
	];
};

const describeLimit = (snapshot: Snapshot, {kind, allowed}: Limit): string => {
	const {runTotals, runAgents, runUsage} = snapshot;
	switch (kind) {
		case 'costNanoUsd':
			return `${formatMarkedCost(runTotals, measureRecorded(runAgents, runUsage.values()))} of ${formatNanoUsd(allowed)}`;
		case 'tokens':
			return `${formatCount(totalTokens(runTotals.tokens))} of ${formatCount(allowed)} tokens`;
		case 'turns':
			return `${formatInteger(runTotals.responses)} of ${formatInteger(allowed)} turns`;
	}
};

const NEARLY = 0.8;

/** A colour is never the only sign. */
const levelOf = (share: number): {readonly style: Style; readonly sign: string; readonly word: string} => {
	if (share >= 1) return {style: 'bad', sign: '✖', word: '  spent'};
	return share >= NEARLY ? {style: 'attention', sign: '!', word: '  nearly spent'} : {style: 'good', sign: '', word: ''};
};

/** How fast the run spends, how it went so far, and how long its budget lasts; no row where there is too little to tell. */
export const drawCourse = (snapshot: Snapshot, run: Run, {now, columns}: {readonly now: number; readonly columns: number}): readonly Line[] => {
	const {runCourse, runTotals} = snapshot;
	if (runCourse === null) return [];
	const pace = paceOf(snapshot, now);
	const amounts = toAmounts(run, runCourse, now);
	if (pace === null && amounts.length === 0) return [];
	const figure = pace === null ? '' : `${formatPace(pace)}  `;
	const isOfTokens = runTotals.costSource === 'unknown';
	const remarks =
		pace === null ? [`${isOfTokens ? 'tokens ' : ''}in ${formatDuration((run.endedAt ?? now) - run.startedAt)}`] : describePace(snapshot, pace);
	return [
		line(
			span((pace === null ? 'Over time' : 'Rate').padEnd(LABEL_WIDTH), 'heading'),
			span(figure, 'strong'),
			...drawRemarked(amounts, remarks, columns - LABEL_WIDTH - widthOf(figure)),
		),
	];
};

const describePace = ({runAllowance, runTotals}: Snapshot, pace: Pace): readonly string[] => {
	const times = listLimits(runAllowance, runTotals, pace).flatMap(({leftMs}) => leftMs ?? []);
	if (times.length === 0) return [`in the last ${Math.max(1, Math.round(pace.ms / 60_000))} min`, ''];
	const left = `${formatTimeLeft(Math.min(...times))} left`;
	return [`${left} at this rate`, left];
};

/** The sparkline with the longest remark that leaves it room. */
const drawRemarked = (amounts: readonly number[], remarks: readonly string[], room: number): readonly Span[] => {
	const needed = amounts.length === 0 ? 0 : Math.min(SPARKLINE_MIN, amounts.length) + GAP;
	const remark = remarks.find(each => widthOf(each) + needed <= room) ?? '';
	const sparkline = drawSparkline(amounts, Math.min(SPARKLINE_MAX, room - (remark === '' ? 0 : widthOf(remark) + GAP)));
	return [span(sparkline, 'active'), span(sparkline === '' || remark === '' ? remark : `  ${remark}`, 'dim')];
};
