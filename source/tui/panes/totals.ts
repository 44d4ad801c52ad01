import {formatNanoUsd} from '../../domain/figures.ts';
import type {Run, UsageTotals} from '../../domain/records.ts';
import {promptTokens, type Tokens, totalTokens} from '../../domain/tokens.ts';
import {formatCount, formatPlural, formatShare, formatShares} from '../../views/format.ts';
import {explainRecorded, formatMarkedCost, isAllRecorded, measureRecorded, RECORDED_MARK, type Recorded} from '../../views/recorded.ts';
import type {CostGrouping} from '../groupings.ts';
import type {Size} from '../layout.ts';
import {EMPTY_LINE, type Line, line, lineWidth, span} from '../line.ts';
import type {Snapshot, State} from '../state.ts';
import type {Style} from '../theme.ts';
import {drawBar} from './bar.ts';
import {type CostGroup, type CostRow, groupCosts, toCostRows} from './cost-rows.ts';
import {drawCourse, drawLimits} from './pace-lines.ts';
import {emptyView, failedView, loadingView, type PaneView} from './pane-view.ts';

/** The pane's rows, and the table that stands below them. */
export type TotalsView = PaneView & {readonly table: readonly CostRow[]};

const LABEL_WIDTH = 14;
const COUNT_WIDTH = 7;
const BAR_MAX = 24;
/** The columns of a bucket's row that are not the bar: label, count, share and the remark after it. */
const BESIDE_BAR = 44;
/** Below this width the names would be no names any more. */
const TABLE_FROM = 36;
/** Fewer rows than this tell too little to be worth the room. */
const TABLE_LEAST = 3;
/** ink-table takes its time for each row, and nobody looks for the twenty-first spender at this place. */
const TABLE_MOST = 20;

export const viewTotals = (state: State, size: Size): TotalsView => {
	if (state.data.face === 'loading') return {...loadingView('Reading the workspace …'), table: []};
	if (state.data.face === 'failed') return {...failedView(state.data.problem), table: []};
	const snapshot = state.data.value;
	const {run, runTotals} = snapshot;
	if (run === null) return {...emptyView('Tokens and cost of a run appear here.'), table: []};
	const groups = size.columns < TABLE_FROM ? [] : groupCosts(snapshot, state.grouping);
	if (runTotals.responses > 0) return withTable(drawFigures(state, run, {size, snapshot, groups}), groups, {state, size, snapshot});
	const {lines} = emptyView('No model has answered yet.');
	return state.grouping === 'day' ? withTable(lines, groups, {state, size, snapshot}) : {lines, status: '', table: []};
};

type Place = {readonly state: State; readonly size: Size; readonly snapshot: Snapshot};

/** The table has a row of headings, and an empty row above it where there is one to spare. */
const withTable = (figures: readonly Line[], groups: readonly CostGroup[] | undefined, {state, size, snapshot}: Place): TotalsView => {
	if (groups === undefined) return {lines: [...figures, line(span('  Reading …', 'dim'))], status: '', table: []};
	const {grouping, isZoomed} = state;
	const room = Math.max(0, size.rows - figures.length - 1);
	const most = Math.min(TABLE_MOST, room);
	const shown = groups.length > most ? groups.slice(0, most === room ? Math.max(0, room - 1) : most) : groups;
	const more = groups.length - shown.length;
	return {
		lines: shown.length < room ? [...figures, EMPTY_LINE] : figures,
		table: toCostRows(shown, {grouping, snapshot, columns: size.columns}),
		status: more > 0 ? `+ ${formatPlural(more, grouping)}${isZoomed ? '' : ', z shows all'}` : '',
	};
};

/** What the table tells, for the pane's border. */
export const describeGrouping = (grouping: CostGrouping): string => (grouping === 'day' ? 'all runs by day' : `by ${grouping}`);

const BUCKETS = [
	{label: 'fresh input', short: 'fresh', style: 'active', count: (tokens: Tokens) => tokens.input},
	{label: 'cache read', short: 'read', style: 'good', count: (tokens: Tokens) => tokens.cacheRead},
	{label: 'cache write', short: 'written', style: 'attention', count: (tokens: Tokens) => tokens.cacheWrite},
	{label: 'output', short: 'output', style: 'recording', count: (tokens: Tokens) => tokens.output},
] as const satisfies ReadonlyArray<{
	readonly label: string;
	readonly short: string;
	readonly style: Style;
	readonly count: (tokens: Tokens) => number;
}>;

type Figures = {readonly size: Size; readonly snapshot: Snapshot; readonly groups: readonly CostGroup[] | undefined};

/** The buckets give way to the table: they have a row each only where it has some, too. */
const drawFigures = ({now}: State, run: Run, {size, snapshot, groups = []}: Figures): readonly Line[] => {
	const {runTotals, runAgents, runUsage} = snapshot;
	const {columns, rows} = size;
	const limits = drawLimits(snapshot, columns);
	const compose = (shownLimits: readonly Line[], buckets: readonly Line[]): readonly Line[] => [
		...drawCost(runTotals, measureRecorded(runAgents, runUsage.values())),
		...shownLimits,
		...drawCourse(snapshot, run, {now, columns}),
		headline('Tokens', formatCount(totalTokens(runTotals.tokens)), explainCache(runTotals)),
		...buckets,
	];
	const full = compose(limits, drawBuckets(runTotals.tokens, columns));
	const table = groups.length === 0 ? 0 : 1 + Math.min(TABLE_LEAST, groups.length);
	return full.length + table <= rows ? full : compose(limits.slice(0, 1), [drawBucketsInOne(runTotals.tokens, columns)]);
};

/** Where all money is recorded, that is the one thing to know of it; where a part is, a line of its own tells how much. */
const drawCost = (totals: UsageTotals, recorded: Recorded): readonly Line[] => {
	const words = explainRecorded(totals, recorded);
	const cost = (remark: string): Line => headline('Cost', formatMarkedCost(totals, recorded), remark);
	if (words === undefined) return [cost(explainCost(totals))];
	if (isAllRecorded(totals, recorded)) return [cost(words)];
	return [cost(explainCost(totals)), line(span(`  ${RECORDED_MARK} ${words}`, 'recording'))];
};

const drawBuckets = (tokens: Tokens, columns: number): readonly Line[] => {
	const total = totalTokens(tokens);
	const shares = formatShares(BUCKETS.map(({count}) => count(tokens)));
	return BUCKETS.map(({label, style, count}, index) =>
		line(
			span(`  ${label}`.padEnd(LABEL_WIDTH), 'dim'),
			formatCount(count(tokens)).padStart(COUNT_WIDTH),
			span(`  ${(shares[index] ?? '').padStart(4)}  `, 'dim'),
			...drawBar(total === 0 ? 0 : count(tokens) / total, Math.min(BAR_MAX, columns - BESIDE_BAR), style),
			span(label === 'output' && tokens.reasoning > 0 ? `  ${formatCount(tokens.reasoning)} thought` : '', 'dim'),
		),
	);
};

/** `  fresh 185k 13%  read 1.21M 83%`: without the shares where these do not fit. */
const drawBucketsInOne = (tokens: Tokens, columns: number): Line => {
	const shares = formatShares(BUCKETS.map(({count}) => count(tokens)));
	const draw = (hasShares: boolean): Line =>
		line(
			...BUCKETS.flatMap(({short, count}, index) => [
				span(`  ${short} `, 'dim'),
				span(formatCount(count(tokens))),
				span(hasShares ? ` ${shares[index] ?? ''}` : '', 'dim'),
			]),
		);
	return lineWidth(draw(true).spans) <= columns ? draw(true) : draw(false);
};

const headline = (label: string, figure: string, remark: string): Line =>
	line(span(label.padEnd(LABEL_WIDTH), 'heading'), span(figure.padStart(COUNT_WIDTH), 'strong'), span(`  ${remark}`, 'dim'));

const explainCost = ({unpriced, responses, costSource}: UsageTotals): string => {
	if (unpriced === responses) return 'no price is known';
	if (unpriced > 0) return `or more: ${formatPlural(unpriced, 'response')} ${unpriced === 1 ? 'has' : 'have'} no price`;
	return costSource === 'estimated' ? 'estimated from list prices' : 'as the engine reports it';
};

const explainCache = ({tokens, responses, cacheSavedNanoUsd}: UsageTotals): string => {
	const share = `${formatShare(tokens.cacheRead, promptTokens(tokens))} of input cached`;
	const saved = cacheSavedNanoUsd > 0n ? `, saved ${formatNanoUsd(cacheSavedNanoUsd)}` : '';
	return `${share}${saved}, ${formatPlural(responses, 'response')}`;
};
