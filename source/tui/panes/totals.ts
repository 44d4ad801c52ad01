import type {ModelTotals, UsageTotals} from '../../domain/records.ts';
import {promptTokens, totalTokens} from '../../domain/tokens.ts';
import {formatCost, formatCount, formatNanoUsd, formatPlural, formatShare} from '../../views/format.ts';
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
	const figures = drawFigures(runTotals, isRecorded(state.data.value), size.columns);
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

/** True when everything that was counted comes from recordings: the figures are real, the money was spent long ago. */
const isRecorded = ({runAgents, runUsage}: Snapshot): boolean => runAgents.every(agent => agent.isRecording || !runUsage.has(agent.id));

const drawFigures = (totals: UsageTotals, isRecording: boolean, columns: number): readonly Line[] => {
	const {tokens} = totals;
	const total = totalTokens(tokens);
	const bucket = (label: string, count: number, style: Style, remark = ''): Line =>
		line(
			span(`  ${label}`.padEnd(LABEL_WIDTH), 'dim'),
			formatCount(count).padStart(COUNT_WIDTH),
			span(`  ${formatShare(count, total).padStart(4)}  `, 'dim'),
			...drawBar(count, total, Math.min(BAR_MAX, columns - BESIDE_BAR), style),
			span(remark, 'dim'),
		);
	return [
		headline('Cost', formatCost(totals), isRecording ? 'recorded: nothing was spent now' : explainCost(totals)),
		headline('Tokens', formatCount(total), explainCache(totals)),
		bucket('fresh input', tokens.input, 'active'),
		bucket('cache read', tokens.cacheRead, 'good'),
		bucket('cache write', tokens.cacheWrite, 'attention'),
		bucket('output', tokens.output, 'recording', tokens.reasoning > 0 ? `  ${formatCount(tokens.reasoning)} thought` : ''),
	];
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
