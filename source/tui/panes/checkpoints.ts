import type {RunId} from '../../domain/ids.ts';
import type {Checkpoint, CheckpointKind} from '../../domain/records.ts';
import {fit as fitText} from '../../views/width.ts';
import {isFilterOn} from '../filter.ts';
import {keyOf} from '../key-lookup.ts';
import {type Size, windowStart} from '../layout.ts';
import {clean, type Line, line, row, type Span, span, spread, widthOf} from '../line.ts';
import {checkpointsOf, findUndoPoint, selectedCheckpoint, snapshotOf} from '../selectors.ts';
import type {State} from '../state.ts';
import type {Style} from '../theme.ts';
import {formatWhen} from '../when.ts';
import {emptyView, failedView, hintBack, loadingView, type PaneView} from './pane-view.ts';

const KINDS: Readonly<Record<CheckpointKind, {readonly symbol: string; readonly style: Style}>> = {
	step: {symbol: '●', style: 'active'},
	write: {symbol: '○', style: 'dim'},
	end: {symbol: '◆', style: 'good'},
	manual: {symbol: '◆', style: 'plain'},
	safety: {symbol: '↺', style: 'attention'},
};

/** The mark of the selection, the symbol and the time. */
const BEFORE_LABEL = 13;
const ID_WIDTH = 13;
/** A label that is longer may be cut, so that ids are seen. */
const LABEL_ENOUGH = 24;
const CHANGES = 'CHANGES';

export const viewCheckpoints = (state: State, size: Size): PaneView => {
	if (state.data.face === 'loading') return loadingView('Reading the workspace …');
	if (state.data.face === 'failed') return failedView(state.data.problem);
	const {run} = state.data.value;
	const checkpoints = checkpointsOf(state);
	if (checkpoints.length === 0 && isFilterOn(state.checkpointFilter)) {
		return emptyView(`No checkpoint has "${clean(state.checkpointFilter)}".`, ...hintBack(state));
	}
	if (checkpoints.length === 0) {
		return emptyView('No checkpoint yet. One is taken before each step.', ['rad checkpoint create', 'take one now']);
	}
	const selected = selectedCheckpoint(state);
	const rows = toRows(checkpoints, run?.id ?? null);
	const look = chooseLook(checkpoints, size.columns);
	const height = Math.max(0, size.rows - 1);
	const start = windowStart(
		rows.findIndex(row => row.kind === 'checkpoint' && row.checkpoint === selected),
		rows.length,
		height,
	);
	return {
		lines: [
			drawHeadings(look),
			...rows
				.slice(start, start + height)
				.map(row => (row.kind === 'checkpoint' ? drawRow(state, row.checkpoint, look) : drawSeparator(state, row.runId, look))),
		],
		status: describeFilter(state, checkpoints.length) || describePlace(checkpoints) || (look.hasIds || selected === undefined ? '' : selected.id),
	};
};

const describeFilter = (state: State, shown: number): string =>
	isFilterOn(state.checkpointFilter) ? `/${clean(state.checkpointFilter)} ${shown} of ${snapshotOf(state)?.checkpoints.length ?? 0}` : '';

type Row = {readonly kind: 'checkpoint'; readonly checkpoint: Checkpoint} | {readonly kind: 'run'; readonly runId: RunId};

/** The checkpoints, with a row between those of two runs. Those of no run stand where they were taken. */
const toRows = (checkpoints: readonly Checkpoint[], shownRunId: RunId | null): readonly Row[] => {
	let present = shownRunId;
	return checkpoints.flatMap((checkpoint): readonly Row[] => {
		const {runId} = checkpoint;
		if (runId === null || runId === present) return [{kind: 'checkpoint', checkpoint}];
		present = runId;
		return [
			{kind: 'run', runId},
			{kind: 'checkpoint', checkpoint},
		];
	});
};

type Look = {readonly columns: number; readonly statWidth: number; readonly hasIds: boolean};

/** Ids are shown where they fit beside the labels; those of writes are long, and give way. */
const chooseLook = (checkpoints: readonly Checkpoint[], columns: number): Look => {
	const statWidth = Math.max(CHANGES.length, ...checkpoints.map(({stat}) => formatStat(stat).length));
	const longest = Math.max(0, ...checkpoints.map(({kind, label}) => (kind === 'write' ? 0 : widthOf(clean(label)))));
	return {columns, statWidth, hasIds: columns >= BEFORE_LABEL + Math.min(LABEL_ENOUGH, longest) + 2 + statWidth + 1 + ID_WIDTH};
};

/** A restore is the newest thing that happened when its safety copy is the newest checkpoint. */
const describePlace = ([newest]: readonly Checkpoint[]): string =>
	newest?.kind === 'safety' && newest.target !== null ? `↺ restored ${newest.target}` : '';

const drawHeadings = (look: Look): Line =>
	spread([span('    TIME     CHECKPOINT', 'heading')], toRight(look, 'ID', span(CHANGES, 'heading'), 'heading'), look.columns);

/** `── run_… nightly-audit ───`. */
const drawSeparator = (state: State, runId: RunId, {columns}: Look): Line => {
	const snapshot = snapshotOf(state);
	const workflow = clean(snapshot?.runs.find(({id}) => id === runId)?.workflow ?? '');
	const name = `── ${runId === snapshot?.run?.id ? 'this run' : runId} ${workflow}`.trimEnd();
	return line(span(`${name} ${'─'.repeat(Math.max(0, columns - widthOf(name) - 1))}`, 'dim'));
};

const drawRow = (state: State, checkpoint: Checkpoint, look: Look): Line => {
	const {symbol, style} = KINDS[checkpoint.kind];
	const isUndoPoint = checkpoint.id === findUndoPoint(snapshotOf(state))?.id;
	const left = row(
		checkpoint.id === selectedCheckpoint(state)?.id,
		span(`${symbol} `, style),
		span(`${formatWhen(checkpoint.createdAt, state.now)} `, 'dim'),
		...drawLabel(checkpoint, snapshotOf(state)?.run?.id),
	);
	const stat = isUndoPoint
		? span(describeUndo(state), 'attention')
		: span(formatStat(checkpoint.stat), (checkpoint.stat?.files ?? 0) === 0 ? 'dim' : 'plain');
	return {
		...spread(left.spans, toRight(look, checkpoint.id, stat, 'dim'), look.columns),
		isSelected: left.isSelected && state.focus === 'checkpoints',
	};
};

const describeUndo = (state: State): string => {
	const key = keyOf(state, 'panes', 'undo');
	return key === null ? 'undo point' : `${key} undoes`;
};

/** An agent writes many files: what stands before a step must be found among them, with and without colours. */
const drawLabel = ({kind, label, runId}: Checkpoint, shownRunId: RunId | undefined): readonly Span[] => {
	if (kind === 'write') return [span(`  ${clean(label)}`, 'dim')];
	return [span(clean(label), runId === null ? 'plain' : runId === shownRunId ? 'strong' : 'dim')];
};

const toRight = ({statWidth, hasIds}: Look, id: string, stat: Span, style: Style): readonly Span[] => [
	span('  '),
	span(fitText(stat.text, statWidth, 'right'), stat.style),
	...(hasIds ? [span(` ${fitText(id, ID_WIDTH)}`, style)] : []),
];

/** `3f +45 -5`, without what is none. */
const formatStat = (stat: Checkpoint['stat']): string => {
	if (stat === null) return 'baseline';
	if (stat.files === 0) return 'same';
	return [`${stat.files}f`, ...(stat.additions > 0 ? [`+${stat.additions}`] : []), ...(stat.deletions > 0 ? [`-${stat.deletions}`] : [])].join(' ');
};
