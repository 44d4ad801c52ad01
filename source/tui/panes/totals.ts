import {formatNanoUsd} from '../../domain/figures.ts';
import type {ModelTotals, UsageTotals} from '../../domain/records.ts';
import {promptTokens, type Tokens, totalTokens} from '../../domain/tokens.ts';
import {formatCost, formatCount, formatPlural, formatShare, formatShares} from '../../views/format.ts';
import {explainRecorded, formatMarkedCost, isAllRecorded, measureRecorded, RECORDED_MARK, type Recorded} from '../../views/recorded.ts';
import {truncate} from '../../views/width.ts';
import type {Size} from '../layout.ts';
import {clean, EMPTY_LINE, type Line, line, span} from '../line.ts';
import type {Snapshot, State} from '../state.ts';
import type {Style} from '../theme.ts';
import {emptyView, failedView, loadingView, type PaneView} from './pane-view.ts';

/** A row of the table of models: heading → cell, both filled up to the column's width. */
export type ModelRow = Readonly<Record<string, string>>;

/** The pane's rows, and the table that stands below them. */
export type TotalsView = PaneView & {readonly models: readonly ModelRow[]};

const LABEL_WIDTH = 14;
const COUNT_WIDTH = 7;
const BAR_MAX = 24;
/** The columns of a bucket's row that are not the bar: label, count, share and the remark after it. */
const BESIDE_BAR = 44;
const TABLE_INDENT = 1;
/** Below this width the names would be no names any more. */
const TABLE_FROM = 36;
/** What ink-table puts around each cell. */
const PADDING = 2;
const MODEL_MIN = 6;
const MODEL_MAX = 30;

export const viewTotals = (state: State, size: Size): TotalsView => {
	if (state.data.face === 'loading') return {...loadingView('Reading the workspace …'), models: []};
	if (state.data.face === 'failed') return {...failedView(state.data.problem), models: []};
	const {run, runTotals, runModels} = state.data.value;
	if (run === null || runTotals.responses === 0) return {...emptyView(explainNothing(state.data.value)), models: []};
	const {runAgents, runUsage} = state.data.value;
	const figures = drawFigures(runTotals, measureRecorded(runAgents, runUsage.values()), size.columns);
	// The table has a row of headings, and an empty row above it where there is one to spare.
	const room = Math.max(0, size.rows - figures.length - 1);
	const shown = runModels.length > room ? runModels.slice(0, Math.max(0, room - 1)) : runModels;
	const more = runModels.length - shown.length;
	return {
		lines: shown.length < room ? [...figures, EMPTY_LINE] : figures,
		models: room === 0 || size.columns < TABLE_FROM ? [] : toModelRows(shown, size.columns),
		status: more > 0 ? `+ ${formatPlural(more, 'model')}, z shows all` : '',
	};
};

const explainNothing = ({run}: Snapshot): string => (run === null ? 'Tokens and cost of a run appear here.' : 'No model has answered yet.');

const BUCKETS = [
	{label: 'fresh input', style: 'active', count: (tokens: Tokens) => tokens.input},
	{label: 'cache read', style: 'good', count: (tokens: Tokens) => tokens.cacheRead},
	{label: 'cache write', style: 'attention', count: (tokens: Tokens) => tokens.cacheWrite},
	{label: 'output', style: 'recording', count: (tokens: Tokens) => tokens.output},
] as const satisfies ReadonlyArray<{readonly label: string; readonly style: Style; readonly count: (tokens: Tokens) => number}>;

const drawFigures = (totals: UsageTotals, recorded: Recorded, columns: number): readonly Line[] => [
	...drawCost(totals, recorded),
	headline('Tokens', formatCount(totalTokens(totals.tokens)), explainCache(totals)),
	...drawBuckets(totals.tokens, columns),
];

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
			...drawBar(count(tokens), total, Math.min(BAR_MAX, columns - BESIDE_BAR), style),
			span(label === 'output' && tokens.reasoning > 0 ? `  ${formatCount(tokens.reasoning)} thought` : '', 'dim'),
		),
	);
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

const drawBar = (part: number, whole: number, width: number, style: Style) => {
	const filled = whole === 0 ? 0 : Math.round((part / whole) * Math.max(0, width));
	return [span('█'.repeat(filled), style), span('░'.repeat(Math.max(0, width - filled)), 'dim')];
};

const FIGURES = [
	{heading: 'INPUT', width: 6, from: 0, cell: (model: ModelTotals) => formatCount(promptTokens(model.tokens))},
	{heading: 'CACHED', width: 6, from: 46, cell: (model: ModelTotals) => formatShare(model.tokens.cacheRead, promptTokens(model.tokens))},
	{heading: 'OUTPUT', width: 6, from: 0, cell: (model: ModelTotals) => formatCount(model.tokens.output)},
	{heading: 'COST', width: 9, from: 0, cell: (model: ModelTotals) => formatCost(model)},
] as const;

/** The table measures by `length`: cells are cut and filled here, and a name that is not plain ASCII shows `?` for the rest. */
const toModelRows = (models: readonly ModelTotals[], columns: number): readonly ModelRow[] => {
	const figures = FIGURES.filter(figure => columns >= figure.from);
	const taken = figures.reduce((sum, figure) => sum + figure.width + PADDING, 0);
	const width = Math.max(MODEL_MIN, Math.min(MODEL_MAX, columns - taken - TABLE_INDENT - PADDING));
	return models.map(model => ({
		['MODEL'.padEnd(width)]: toAscii(truncate(clean(model.model), width)).padEnd(width),
		...Object.fromEntries(figures.map(figure => [figure.heading.padStart(figure.width), figure.cell(model).padStart(figure.width)])),
	}));
};

const toAscii = (text: string): string => text.replaceAll(/[^\x20-\x7e…]/gu, '?');
