import type {Agent, UsageTotals} from '../../domain/records.ts';
import {totalTokens} from '../../domain/tokens.ts';
import type {TreeRow} from '../../views/agent-tree.ts';
import {formatCost, formatCount, formatDuration} from '../../views/format.ts';
import {labelAgent} from '../../views/status-label.ts';
import {displayWidth, fit as fitText} from '../../views/width.ts';
import {type Size, windowStart} from '../layout.ts';
import {clean, fitLine, type Line, line, lineWidth, row, type Span, span} from '../line.ts';
import {needsAttention, snapshotOf, treeOf} from '../selectors.ts';
import type {State} from '../state.ts';
import type {Style} from '../theme.ts';
import {emptyView, failedView, loadingView, type PaneView} from './pane-view.ts';
import {sumSubtrees} from './usage.ts';

type Cells = {readonly agent: Agent; readonly usage: UsageTotals | undefined; readonly now: number};

/** A column beside the name. It is left out while the pane is narrower than `from`. */
type Column = {
	readonly heading: string;
	readonly width: number;
	readonly align: 'left' | 'right';
	readonly from: number;
	readonly cell: (cells: Cells) => Span;
};

const COLUMNS: readonly Column[] = [
	{heading: 'STATUS', width: 10, align: 'left', from: 72, cell: ({agent}) => span(labelAgent(agent).word, labelAgent(agent).tone)},
	{heading: 'ENGINE', width: 9, align: 'left', from: 50, cell: ({agent}) => toEngine(agent)},
	{heading: 'MODEL', width: 18, align: 'left', from: 96, cell: ({agent}) => span(clean(agent.model ?? '—'), 'dim')},
	{heading: 'TIME', width: 6, align: 'right', from: 0, cell: ({agent, now}) => span(formatDuration((agent.endedAt ?? now) - agent.startedAt))},
	{
		heading: 'TOKENS',
		width: 6,
		align: 'right',
		from: 34,
		cell: ({usage}) => span(usage === undefined ? '—' : formatCount(totalTokens(usage.tokens))),
	},
	{heading: 'COST', width: 9, align: 'right', from: 44, cell: ({usage}) => span(usage === undefined ? '—' : formatCost(usage))},
];

const GAP = '  ';

export const viewAgents = (state: State, size: Size): PaneView => {
	if (state.data.face === 'loading') return loadingView('Reading the workspace …');
	if (state.data.face === 'failed') return failedView(state.data.problem);
	const {run, runAgents, runUsage} = state.data.value;
	if (run === null) {
		return emptyView('No run yet. This screen updates by itself when one starts.', ['rad run <workflow>', 'start one, in another terminal']);
	}
	if (runAgents.length === 0) return emptyView('The run has started no agent yet.');
	const rows = treeOf(state);
	const usage = sumSubtrees(runAgents, runUsage);
	const height = Math.max(0, size.rows - 1);
	const start = windowStart(
		rows.findIndex(each => each.agent.id === state.selectedAgentId),
		rows.length,
		height,
	);
	const columns = COLUMNS.filter(column => size.columns >= column.from);
	return {
		lines: [
			drawHeadings(columns, size.columns),
			...rows.slice(start, start + height).map(each => drawRow(state, each, usage.get(each.agent.id), columns, size.columns)),
		],
		status: describeProblems(runAgents),
	};
};

const describeProblems = (agents: readonly Agent[]): string => {
	const count = agents.filter(needsAttention).length;
	return count === 0 ? '' : `${count} to look at, n`;
};

const drawHeadings = (columns: readonly Column[], width: number): Line =>
	joinCells(
		span('  AGENT', 'heading'),
		columns.map(column => span(fitText(column.heading, column.width, column.align), 'heading')),
		width,
	);

const drawRow = (state: State, tree: TreeRow, usage: UsageTotals | undefined, columns: readonly Column[], width: number): Line => {
	const {agent} = tree;
	const isSelected = agent.id === state.selectedAgentId;
	const hasStatusColumn = columns.some(column => column.heading === 'STATUS');
	const cells = columns.map(column => {
		const cell = column.cell({agent, usage, now: state.now});
		return span(fitText(cell.text, column.width, column.align), cell.style);
	});
	const name = row(isSelected, ...drawName(state, tree, hasStatusColumn)).spans;
	return {...joinCells(name, cells, width), isSelected: isSelected && state.focus === 'agents'};
};

const joinCells = (name: Span | readonly Span[], cells: readonly Span[], width: number): Line => {
	const right = cells.flatMap(cell => [span(GAP), cell]);
	const room = Math.max(0, width - lineWidth(right));
	return line(...fitLine(line(...('text' in name ? [name] : name)), room).spans, ...right);
};

const drawName = (state: State, {agent, guide, childCount}: TreeRow, hasStatusColumn: boolean): readonly Span[] => {
	const label = labelAgent(agent);
	const fold = childCount === 0 ? '' : state.folded.has(agent.id) ? '▸ ' : '▾ ';
	const hidden = state.folded.has(agent.id) ? ` (${childCount})` : '';
	const attempt = agent.attempt > 1 ? ` ⟳${agent.attempt}` : '';
	return [
		span(`${guide}${fold}`, 'dim'),
		span(`${label.symbol} `, label.tone),
		span(clean(agent.name), agent.parentId === null ? 'strong' : 'plain'),
		span(`${hidden}${attempt}`, 'dim'),
		span(toRemark(state, agent, hasStatusColumn), label.tone),
	];
};

/** Why the agent needs a look; its status in a word where no column tells it. */
const toRemark = (state: State, agent: Agent, hasStatusColumn: boolean): string => {
	if (snapshotOf(state)?.requests.some(request => request.agentId === agent.id)) return '  needs you';
	if (agent.status === 'completed' || agent.status === 'running' || agent.status === 'starting') {
		return agent.isUnattended ? '  unattended' : '';
	}
	const word = hasStatusColumn ? '' : `  ${labelAgent(agent).word}`;
	if (agent.status !== 'failed') return word;
	return agent.exitCode === null ? `  ${clean(agent.error ?? 'failed')}` : `  exit ${agent.exitCode}`;
};

const toEngine = (agent: Agent): Span => {
	const style: Style = agent.isRecording ? 'recording' : 'dim';
	const text = agent.isRecording ? 'recording' : clean(agent.engine);
	return span(displayWidth(text) === 0 ? '—' : text, style);
};
