import {formatDuration} from '../../domain/figures.ts';
import type {RunId} from '../../domain/ids.ts';
import type {Run} from '../../domain/records.ts';
import {labelRun} from '../../views/status-label.ts';
import {fit as fitText} from '../../views/width.ts';
import {clean, type Line, line, row, span} from '../line.ts';
import {snapshotOf} from '../selectors.ts';
import type {State} from '../state.ts';
import {formatWhen} from '../when.ts';
import {type DialogView, topFor} from './dialog-view.ts';

export const viewRuns = (state: State, selectedId: RunId | null): DialogView => {
	const runs = snapshotOf(state)?.runs ?? [];
	const selected = runs.findIndex(run => run.id === selectedId);
	return {
		title: [span(`Runs ${runs.length}`, 'strong')],
		status: '',
		tone: 'accent',
		head: [line(span(`    ${'STARTED'.padEnd(10)}${'STATUS'.padEnd(13)}${'TIME'.padStart(7)}  ${'RUN'.padEnd(16)}WORKFLOW`, 'heading'))],
		body: runs.map(run => drawRun(run, run.id === selectedId, state.now)),
		tail: [],
		top: topFor(selected),
	};
};

const drawRun = (run: Run, isSelected: boolean, now: number): Line => {
	const {symbol, word, tone} = labelRun(run);
	return row(
		isSelected,
		span(`${symbol} `, tone),
		span(`${formatWhen(run.startedAt, now)}  `, 'dim'),
		span(fitText(word, 12), tone),
		` ${fitText(formatDuration((run.endedAt ?? now) - run.startedAt), 7, 'right')}  `,
		span(`${fitText(run.id, 14)}  `, 'dim'),
		span(clean(run.workflow)),
	);
};
