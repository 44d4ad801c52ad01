import type {Agent, Run} from '../../domain/records.ts';
import type {AgentStatus} from '../../domain/status.ts';
import {isStepOver} from '../../domain/status.ts';
import {totalTokens} from '../../domain/tokens.ts';
import {formatCost, formatCount, formatDuration} from '../../views/format.ts';
import {labelAgent, labelRun} from '../../views/status-label.ts';
import {clean, type Line, type Span, span, spread} from '../line.ts';
import {snapshotOf} from '../selectors.ts';
import type {Snapshot, State} from '../state.ts';

/** The first row: where we are, how the run is, and what it took so far. */
export const viewHeader = (state: State, columns: number): Line => {
	const snapshot = snapshotOf(state);
	const place = [span(' rad top', 'accent'), span(' ▸ ', 'dim'), span(clean(state.workspaceName), 'strong')];
	if (snapshot?.run == null) return spread(place, drawStaleness(state), columns);
	const {run} = snapshot;
	const left = [
		...place,
		span(' ▸ ', 'dim'),
		span(clean(run.workflow)),
		span(state.choice === 'newest' ? '' : ` ${run.id}`, 'dim'),
		span('  '),
		...drawRun(run, state.now),
	];
	return spread(
		left,
		[...drawStaleness(state), ...drawSteps(snapshot, columns), ...drawCounts(snapshot.runAgents), ...drawFigures(snapshot)],
		columns,
	);
};

export const drawRun = (run: Run, now: number): readonly Span[] => {
	const {symbol, word, tone} = labelRun(run);
	return [span(`${symbol} ${word.toUpperCase()}`, tone), span(` ${formatDuration((run.endedAt ?? now) - run.startedAt)}`)];
};

const COUNTED = ['running', 'waiting', 'completed', 'failed'] as const satisfies readonly AgentStatus[];

/** `3● 1‖ 9✔ 1✖`, without those that are none. */
export const drawCounts = (agents: readonly Agent[]): readonly Span[] =>
	COUNTED.flatMap(status => {
		const count = agents.filter(agent => agent.status === status).length;
		const {symbol, tone} = labelAgent({status, isUnattended: false});
		return count === 0 ? [] : [span(`  ${count}`), span(symbol, tone)];
	});

export const drawFigures = ({runTotals}: Snapshot): readonly Span[] => [
	span(`  ${formatCount(totalTokens(runTotals.tokens))} tok`),
	span(`  ${formatCost(runTotals)} `, 'strong'),
];

/** Below this width the counts of agents say enough. */
const STEPS_FROM = 100;

const drawSteps = ({runSteps}: Snapshot, columns: number): readonly Span[] => {
	if (columns < STEPS_FROM || runSteps.length === 0) return [];
	const done = runSteps.filter(step => isStepOver(step.status)).length;
	return [span(`  ${done}/${runSteps.length} steps`, 'dim')];
};

const drawStaleness = ({staleness}: State): readonly Span[] => (staleness === null ? [] : [span('  ✖ not updating ', 'bad')]);
