import type {Checkpoint, CheckpointKind} from '../../domain/records.ts';
import {fit as fitText} from '../../views/width.ts';
import {type Size, windowStart} from '../layout.ts';
import {clean, type Line, row, type Span, span, spread} from '../line.ts';
import {findUndoPoint, selectedCheckpoint, snapshotOf} from '../selectors.ts';
import type {State} from '../state.ts';
import type {Style} from '../theme.ts';
import {formatWhen} from '../when.ts';
import {emptyView, failedView, loadingView, type PaneView} from './pane-view.ts';

const KINDS: Readonly<Record<CheckpointKind, {readonly symbol: string; readonly style: Style}>> = {
	step: {symbol: '●', style: 'active'},
	write: {symbol: '○', style: 'active'},
	end: {symbol: '◆', style: 'good'},
	manual: {symbol: '◆', style: 'plain'},
	safety: {symbol: '↺', style: 'attention'},
};

/** Below this width the label needs the room that the id would take. */
const ID_FROM = 58;
const STAT_WIDTH = 14;

export const viewCheckpoints = (state: State, size: Size): PaneView => {
	if (state.data.face === 'loading') return loadingView('Reading the workspace …');
	if (state.data.face === 'failed') return failedView(state.data.problem);
	const {checkpoints} = state.data.value;
	if (checkpoints.length === 0) {
		return emptyView('No checkpoint yet. One is taken before each step.', ['rad checkpoint create', 'take one now']);
	}
	const height = Math.max(0, size.rows - 1);
	const start = windowStart(
		checkpoints.findIndex(({id}) => id === selectedCheckpoint(state)?.id),
		checkpoints.length,
		height,
	);
	return {
		lines: [drawHeadings(size.columns), ...checkpoints.slice(start, start + height).map(checkpoint => drawRow(state, checkpoint, size.columns))],
		status: describePlace(checkpoints),
	};
};

/** A restore is the newest thing that happened when its safety copy is the newest checkpoint. */
const describePlace = ([newest]: readonly Checkpoint[]): string =>
	newest?.kind === 'safety' && newest.target !== null ? `↺ restored ${newest.target}` : '';

const drawHeadings = (columns: number): Line =>
	spread(
		[span('    TIME      CHECKPOINT', 'heading')],
		toRight(columns, 'ID', span(fitText('CHANGES', STAT_WIDTH, 'right'), 'heading'), 'heading'),
		columns,
	);

const drawRow = (state: State, checkpoint: Checkpoint, columns: number): Line => {
	const {symbol, style} = KINDS[checkpoint.kind];
	const isOfRun = checkpoint.runId !== null && checkpoint.runId === snapshotOf(state)?.run?.id;
	const isUndoPoint = checkpoint.id === findUndoPoint(snapshotOf(state))?.id;
	const left = row(
		checkpoint.id === selectedCheckpoint(state)?.id,
		span(`${symbol} `, style),
		span(`${formatWhen(checkpoint.createdAt, state.now)}  `, 'dim'),
		span(clean(checkpoint.label), isOfRun ? 'plain' : 'dim'),
	);
	const right = toRight(columns, checkpoint.id, isUndoPoint ? UNDO : drawStat(checkpoint), 'dim');
	return {...spread(left.spans, right, columns), isSelected: left.isSelected && state.focus === 'checkpoints'};
};

const UNDO = span(fitText('u undoes', STAT_WIDTH, 'right'), 'attention');

const toRight = (columns: number, id: string, stat: Span, style: Style): readonly Span[] => [
	span('  '),
	stat,
	...(columns < ID_FROM ? [] : [span(`  ${fitText(id, 13)}`, style)]),
];

const drawStat = ({stat}: Checkpoint): Span => {
	if (stat === null) return span(fitText('baseline', STAT_WIDTH, 'right'), 'dim');
	if (stat.files === 0) return span(fitText('same', STAT_WIDTH, 'right'), 'dim');
	return span(fitText(`${stat.files}f +${stat.additions} -${stat.deletions}`, STAT_WIDTH, 'right'));
};
