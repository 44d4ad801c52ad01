import {formatDuration, formatNanoUsd} from '../../domain/figures.ts';
import type {Agent, Run} from '../../domain/records.ts';
import type {AgentStatus, StepStatus} from '../../domain/status.ts';
import {totalTokens} from '../../domain/tokens.ts';
import {formatCount} from '../../views/format.ts';
import {formatPace, toAmounts} from '../../views/pace.ts';
import {formatMarkedCost, isAllRecorded, measureRecorded} from '../../views/recorded.ts';
import {drawSparkline} from '../../views/sparkline.ts';
import {labelAgent, labelRun, labelStep} from '../../views/status-label.ts';
import {listTellingSteps} from '../../views/steps.ts';
import {displayWidth, truncate} from '../../views/width.ts';
import {HEADER_ROOMY_FROM} from '../layout.ts';
import {clean, type Line, line, lineWidth, type Span, span, spread} from '../line.ts';
import {snapshotOf} from '../selectors.ts';
import type {Snapshot, State} from '../state.ts';
import {paceOf} from './pace-lines.ts';

/** The first row: where we are, how the run is, and what it took so far. */
export const viewHeader = (state: State, columns: number): Line => {
	const snapshot = snapshotOf(state);
	const workspace = clean(state.workspaceName);
	if (snapshot?.run == null) return spread([...PROGRAM, span(workspace, 'strong')], drawStaleness(state), columns);
	const {run} = snapshot;
	const isRoomy = columns >= HEADER_ROOMY_FROM;
	const figures = [
		...drawStaleness(state),
		...drawSteps(snapshot, columns),
		...drawCounts(snapshot.runAgents),
		...drawFigures(snapshot, {hasWords: columns >= STEPS_FROM, hasBudget: isRoomy}),
	];
	const status = [span('  '), ...drawRun(run, state.now)];
	const course = isRoomy ? drawPace(snapshot, run, state.now) : [];
	const roomBeside = (right: readonly Span[]): number => columns - lineWidth(PROGRAM) - lineWidth(status) - lineWidth(right);
	const names = lineWidth(drawPlace(workspace, run, state.choice, columns));
	const right = roomBeside([...figures, ...course]) < names ? figures : [...figures, ...course];
	const room = roomBeside(right);
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

/** Money of recordings is marked, and where there is room told in words: it was not spent now. */
export const drawFigures = (
	{runTotals, runAgents, runUsage, runAllowance}: Snapshot,
	{hasWords, hasBudget}: {readonly hasWords: boolean; readonly hasBudget: boolean},
): readonly Span[] => {
	const {costNanoUsd, tokens} = runAllowance;
	const recorded = measureRecorded(runAgents, runUsage.values());
	const words = recorded.responses === 0 || !hasWords ? '' : isAllRecorded(runTotals, recorded) ? 'recorded ' : 'partly recorded ';
	return [
		span(`  ${formatCount(totalTokens(runTotals.tokens))}`),
		span(hasBudget && tokens !== null ? `/${formatCount(tokens)}` : '', 'dim'),
		span(' tok', 'dim'),
		span(`  ${formatMarkedCost(runTotals, recorded)}`, 'strong'),
		span(hasBudget && costNanoUsd !== null ? `/${formatNanoUsd(costNanoUsd).replace(/^\$|\.00$/g, '')} ` : ' ', 'dim'),
		span(words, 'recording'),
	];
};

const SPARKLINE = 10;

/** How fast it spends, and how that went so far: ` $1.03/min ▁▂▃▅▆▇▅▃▂▁`. */
const drawPace = (snapshot: Snapshot, run: Run, now: number): readonly Span[] => {
	const pace = paceOf(snapshot, now);
	const sparkline = snapshot.runCourse === null ? '' : drawSparkline(toAmounts(run, snapshot.runCourse, now), SPARKLINE);
	return [span(pace === null ? '' : ` ${formatPace(pace)} `), span(sparkline === '' ? '' : ` ${sparkline} `, 'active')];
};

/** Below this width the counts of agents say enough. */
const STEPS_FROM = 100;

const UNDONE = ['failed', 'cancelled', 'skipped'] as const satisfies readonly StepStatus[];

/** `2/4 steps, 1 failed, 1 skipped`: the first number is of those that were done. */
const drawSteps = ({runSteps}: Snapshot, columns: number): readonly Span[] => {
	const steps = listTellingSteps(runSteps);
	if (columns < STEPS_FROM || steps.length === 0) return [];
	const count = (status: StepStatus): number => steps.filter(step => step.status === status).length;
	const undone = UNDONE.flatMap(status => (count(status) === 0 ? [] : [`, ${count(status)} ${labelStep({status}).word}`]));
	return [span(`  ${count('completed')}/${steps.length} steps${undone.join('')} `, 'dim')];
};

const drawStaleness = ({staleness}: State): readonly Span[] => (staleness === null ? [] : [span('  ✖ not updating ', 'bad')]);
