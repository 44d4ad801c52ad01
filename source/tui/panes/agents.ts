import {formatDuration} from '../../domain/figures.ts';
import type {Agent, Run, Step, UsageTotals} from '../../domain/records.ts';
import {totalTokens} from '../../domain/tokens.ts';
import type {TreeRow} from '../../views/agent-tree.ts';
import {formatCost, formatCount} from '../../views/format.ts';
import {labelAgent, labelRun, labelStep} from '../../views/status-label.ts';
import {sumSubtrees} from '../../views/usage.ts';
import {displayWidth, fit as fitText} from '../../views/width.ts';
import {isFilterOn} from '../filter.ts';
import {keyOf} from '../key-lookup.ts';
import {type Size, windowStart} from '../layout.ts';
import {clean, fitLine, type Line, line, lineWidth, row, type Span, span} from '../line.ts';
import {needsAttention, snapshotOf, stepsWithoutAgent, treeOf} from '../selectors.ts';
import type {State} from '../state.ts';
import type {Style} from '../theme.ts';
import {isMatching} from '../tree.ts';
import {emptyView, failedView, hintBack, loadingView, type PaneView} from './pane-view.ts';

type Cells = {readonly agent: Agent; readonly usage: UsageTotals | undefined; readonly now: number; readonly isAsking: boolean};

/** A column beside the name. It is left out while the pane is narrower than `from`. */
type Column = {
	readonly heading: string;
	readonly width: number;
	readonly align: 'left' | 'right';
	readonly from: number;
	readonly cell: (cells: Cells) => Span;
};

const COLUMNS: readonly Column[] = [
	{heading: 'STATUS', width: 10, align: 'left', from: 84, cell: ({agent, isAsking}) => toStatus(agent, isAsking)},
	{heading: 'ENGINE', width: 9, align: 'left', from: 50, cell: ({agent}) => toEngine(agent)},
	{heading: 'MODEL', width: 18, align: 'left', from: 96, cell: ({agent}) => span(clean(agent.model ?? '—'), 'dim')},
	{heading: 'TIME', width: 7, align: 'right', from: 0, cell: ({agent, now}) => span(formatDuration((agent.endedAt ?? now) - agent.startedAt))},
	{
		heading: 'TOKENS',
		width: 6,
		align: 'right',
		from: 34,
		cell: ({usage}) => span(usage === undefined ? '—' : formatCount(totalTokens(usage.tokens))),
	},
	{heading: 'COST', width: 8, align: 'right', from: 44, cell: ({usage}) => span(usage === undefined ? '—' : formatCost(usage))},
];

/** The columns stand closer where the names need the room. */
const ROOMY_FROM = 72;

export const viewAgents = (state: State, size: Size): PaneView => {
	if (state.data.face === 'loading') return loadingView('Reading the workspace …');
	if (state.data.face === 'failed') return failedView(state.data.problem);
	const {run, runAgents, runUsage} = state.data.value;
	if (run === null) {
		return emptyView(
			'No run yet. This screen updates by itself when one starts.',
			['W', 'choose a workflow and start it'],
			['rad run <workflow>', 'the same, in another terminal'],
		);
	}
	const idle = stepsWithoutAgent(state.data.value);
	if (run.status === 'queued') return emptyView(`The run is queued${run.error === null ? ' and about to begin' : `: it ${clean(run.error)}`}.`);
	if (runAgents.length === 0 && idle.length === 0) return emptyView('The run has started no agent yet.');
	const rows = treeOf(state);
	if (rows.length === 0 && isFilterOn(state.tree.filter)) return emptyView(`No agent has "${clean(state.tree.filter)}".`, ...hintBack(state));
	const usage = sumSubtrees(runAgents, runUsage);
	const ending = drawRunError(run);
	const height = Math.max(0, size.rows - 1 - ending.length);
	const start = windowStart(
		rows.findIndex(each => each.agent.id === state.selectedAgentId),
		rows.length + idle.length,
		height,
	);
	const columns = COLUMNS.filter(column => size.columns >= column.from);
	const hasParents = runAgents.some(({parentId}) => parentId !== null);
	return {
		lines: [
			drawHeadings(columns, size.columns, hasParents),
			...rows.slice(start, start + height).map(each => drawRow(state, each, usage.get(each.agent.id), columns, size.columns)),
			...idle.slice(Math.max(0, start - rows.length), Math.max(0, start + height - rows.length)).map(step => drawIdleStep(step, hasParents)),
			...ending,
		],
		status: [describeLook(state, rows.length), describeProblems(state, runAgents)].filter(text => text !== '').join('  '),
	};
};

/** A step that has no agent, and why. */
const drawIdleStep = (step: Step, hasParents: boolean): Line => {
	const {symbol, word, tone} = labelStep(step);
	const reason = step.reason === null ? '' : `: ${clean(step.reason)}`;
	return line(hasParents ? '    ' : '  ', span(`${symbol} `, tone), clean(step.stepId), span(`  ${word}${reason}`, tone));
};

/** Why the run failed or was interrupted, and what goes on with it. */
const drawRunError = ({id, error, status}: Run): readonly Line[] => [
	...(error === null ? [] : [line(span(`${labelRun({status}).symbol} ${clean(error)}`, labelRun({status}).tone))]),
	...(status === 'interrupted' ? [line(span('  go on: ', 'dim'), span(`rad resume ${id}`, 'accent'))] : []),
];

/** `cost first`, `/limiter 3 of 11`: how the tree differs from the usual. */
const describeLook = (state: State, shown: number): string => {
	const {order, isReversed, filter} = state.tree;
	const sorted = order === 'start' && !isReversed ? [] : [`by ${order}${isReversed ? ', reversed' : ''}`];
	const count = snapshotOf(state)?.runAgents.length ?? 0;
	const filtered = isFilterOn(filter) ? [`/${clean(filter)} ${shown} of ${count}`] : [];
	return [...sorted, ...filtered].join('  ');
};

const describeProblems = (state: State, agents: readonly Agent[]): string => {
	const count = agents.filter(needsAttention).length;
	const key = keyOf(state, 'agents', 'next-problem');
	return count === 0 ? '' : `${count} ${count === 1 ? 'needs' : 'need'} a look${key === null ? '' : `: press ${key}`}`;
};

/** The figures of a parent are more than its own. */
const drawHeadings = (columns: readonly Column[], width: number, hasParents: boolean): Line =>
	joinCells(
		span(hasParents ? '  AGENT + sub-agents' : '  AGENT', 'heading'),
		columns.map(column => span(fitText(column.heading, column.width, column.align), 'heading')),
		width,
	);

const drawRow = (state: State, tree: TreeRow, usage: UsageTotals | undefined, columns: readonly Column[], width: number): Line => {
	const {agent} = tree;
	const isSelected = agent.id === state.selectedAgentId;
	const cells = columns.map(column => {
		const cell = column.cell({agent, usage, now: state.now, isAsking: isAsking(state, agent)});
		return span(fitText(cell.text, column.width, column.align), cell.style);
	});
	const name = row(isSelected, ...drawName(state, tree, columns)).spans;
	return {...joinCells(name, cells, width), isSelected: isSelected && state.focus === 'agents'};
};

const joinCells = (name: Span | readonly Span[], cells: readonly Span[], width: number): Line => {
	const gap = width < ROOMY_FROM ? ' ' : '  ';
	const right = cells.flatMap(cell => [span(gap), cell]);
	const room = Math.max(0, width - lineWidth(right));
	return line(...fitLine(line(...('text' in name ? [name] : name)), room).spans, ...right);
};

const drawName = (state: State, {agent, guide, depth, childCount}: TreeRow, columns: readonly Column[]): readonly Span[] => {
	const label = labelAgent(agent);
	const has = (heading: string): boolean => columns.some(column => column.heading === heading);
	// A flat list needs no column for the marks that fold.
	const hasParents = snapshotOf(state)?.runAgents.some(each => each.parentId !== null) === true;
	const isFolded = state.tree.folded.has(agent.id) && !isFilterOn(state.tree.filter);
	const fold = childCount === 0 ? (depth === 0 && hasParents ? '  ' : '') : isFolded ? '▸ ' : '▾ ';
	const hidden = isFolded ? ` (${childCount})` : '';
	const attempt = agent.attempt > 1 ? ` ⟳${agent.attempt}` : '';
	return [
		span(`${depth === 0 ? '' : '  '}${guide}${fold}`, 'dim'),
		span(`${label.symbol} `, label.tone),
		span(clean(agent.name), toNameStyle(state, agent)),
		span(`${hidden}${attempt}`, 'dim'),
		drawRemark(agent, isAsking(state, agent), has('STATUS')),
		span(agent.isRecording && !has('ENGINE') ? '  recording' : '', 'recording'),
	];
};

/** What is there only because a filter let something below it through stays in the background. */
const toNameStyle = ({tree}: State, agent: Agent): Style => {
	if (isFilterOn(tree.filter) && !isMatching(agent, tree.filter)) return 'dim';
	return agent.parentId === null ? 'strong' : 'plain';
};

const isAsking = (state: State, agent: Agent): boolean => snapshotOf(state)?.requests.some(request => request.agentId === agent.id) === true;

const toStatus = (agent: Agent, isAsking: boolean): Span => {
	if (isAsking) return span('needs you', 'attention');
	const {word, tone} = labelAgent({...agent, isUnattended: false});
	return agent.isUnattended ? span('unattended', 'attention') : span(word, tone);
};

/** What is unusual about the agent: its status where no column tells it, and how it failed. */
const drawRemark = (agent: Agent, isAsking: boolean, hasStatusColumn: boolean): Span => {
	const status = toStatus(agent, isAsking);
	const isUsual = !isAsking && !agent.isUnattended && (agent.status === 'completed' || agent.status === 'running' || agent.status === 'starting');
	if (agent.status === 'failed' && agent.exitCode !== null) return span(`  exit ${agent.exitCode}`, status.style);
	return isUsual || hasStatusColumn ? span('') : {...status, text: `  ${status.text}`};
};

const toEngine = (agent: Agent): Span => {
	const style: Style = agent.isRecording ? 'recording' : 'dim';
	const text = agent.isRecording ? 'recording' : clean(agent.engine);
	return span(displayWidth(text) === 0 ? '—' : text, style);
};
