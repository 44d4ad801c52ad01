import type {Agent, Run} from '../../domain/records.ts';
import type {AgentStatus} from '../../domain/status.ts';
import {isStepOver} from '../../domain/status.ts';
import {totalTokens} from '../../domain/tokens.ts';
import {formatCost, formatCount, formatDuration} from '../../views/format.ts';
import {labelAgent, labelRun} from '../../views/status-label.ts';
import {displayWidth, truncate} from '../../views/width.ts';
import {clean, type Line, line, lineWidth, type Span, span, spread} from '../line.ts';
import {snapshotOf} from '../selectors.ts';
import type {Snapshot, State} from '../state.ts';

/** The first row: where we are, how the run is, and what it took so far. */
export const viewHeader = (state: State, columns: number): Line => {
	const snapshot = snapshotOf(state);
	const workspace = clean(state.workspaceName);
	if (snapshot?.run == null) return spread([...PROGRAM, span(workspace, 'strong')], drawStaleness(state), columns);
	const {run} = snapshot;
	const right = [...drawStaleness(state), ...drawSteps(snapshot, columns), ...drawCounts(snapshot.runAgents), ...drawFigures(snapshot)];
	const status = [span('  '), ...drawRun(run, state.now)];
	const room = columns - lineWidth(PROGRAM) - lineWidth(status) - lineWidth(right);
	const place = room < NAME_MIN ? PROGRAM.slice(0, 1) : [...PROGRAM, ...drawPlace(workspace, run, state.choice, room)];
	return spread([...place, ...status], right, columns);
};

/** Without panes the rows below tell what the header would. */
export const viewSmallHeader = (state: State): Line => line(...PROGRAM, span(clean(state.workspaceName), 'strong'), ...drawStaleness(state));

const PROGRAM = [span(' rad top', 'accent'), span(' ▸ ', 'dim')];

/** A shorter piece of a name says nothing. */
const NAME_MIN = 6;

/** The names give way to the status and the figures, and the workspace's to the run's. */
const drawPlace = (workspace: string, run: Run, choice: State['choice'], room: number): readonly Span[] => {
	const name = choice === 'newest' ? clean(run.workflow) : `${clean(run.workflow)} ${run.id}`;
	const isRoomy = displayWidth(workspace) + displayWidth(name) + 3 <= room;
	return isRoomy ? [span(workspace, 'strong'), span(' ▸ ', 'dim'), span(name)] : [span(truncate(name, room))];
};

export const drawRun = (run: Run, now: number): readonly Span[] => {
	const {symbol, word, tone} = labelRun(run);
	return [span(`${symbol} ${word.toUpperCase()}`, tone), span(` ${formatDuration((run.endedAt ?? now) - run.startedAt)}`)];
};

const COUNTED = ['running', 'waiting', 'completed', 'failed'] as const satisfies readonly AgentStatus[];

/** ` 3● 1‖ 9✔ 1✖`, without those that are none. */
export const drawCounts = (agents: readonly Agent[]): readonly Span[] =>
	COUNTED.flatMap(status => {
		const count = agents.filter(agent => agent.status === status).length;
		const {symbol, tone} = labelAgent({status, isUnattended: false});
		return count === 0 ? [] : [span(` ${count}`), span(symbol, tone)];
	});

export const drawFigures = ({runTotals}: Snapshot): readonly Span[] => [
	span(`  ${formatCount(totalTokens(runTotals.tokens))}`),
	span(' tok', 'dim'),
	span(`  ${formatCost(runTotals)} `, 'strong'),
];

/** Below this width the counts of agents say enough. */
const STEPS_FROM = 100;

const drawSteps = ({runSteps}: Snapshot, columns: number): readonly Span[] => {
	if (columns < STEPS_FROM || runSteps.length === 0) return [];
	const done = runSteps.filter(step => isStepOver(step.status)).length;
	return [span(`  ${done}/${runSteps.length} steps `, 'dim')];
};

const drawStaleness = ({staleness}: State): readonly Span[] => (staleness === null ? [] : [span('  ✖ not updating ', 'bad')]);
