import type {Rad} from '../domain/rad.ts';
import type {Agent, AgentTotals, Checkpoint, Run, Step, UsageTotals} from '../domain/records.ts';
import {totalTokens} from '../domain/tokens.ts';
import {formatAgentDuration, formatEngine, formatOutcome} from '../views/agent-text.ts';
import {toTreeRows} from '../views/agent-tree.ts';
import {type Column, layOutColumns} from '../views/columns.ts';
import {formatCost, formatCount, formatDuration, formatPlural, formatTime} from '../views/format.ts';
import type {Line, Span} from '../views/line.ts';
import {labelAgent, labelRun, labelStep} from '../views/status-label.ts';

/** All that a summary of a run tells. */
export type RunReport = {
	readonly run: Run;
	readonly agents: readonly Agent[];
	readonly steps: readonly Step[];
	readonly totals: UsageTotals;
	readonly byAgent: readonly AgentTotals[];
	/** Newest first. */
	readonly checkpoints: readonly Checkpoint[];
};

export type Suggestion = {readonly command: string; readonly purpose: string};

type Look = {readonly width: number; readonly hasSymbols: boolean; readonly now: number};

export const loadRunReport = async (rad: Rad, run: Run): Promise<RunReport> => {
	const filter = {runId: run.id};
	const [agents, steps, totals, byAgent, checkpoints] = await Promise.all([
		rad.monitor.list(filter),
		rad.runs.steps(run.id),
		rad.telemetry.totals(filter),
		rad.telemetry.byAgent(filter),
		rad.checkpoints.list(filter),
	]);
	return {run, agents, steps, totals, byAgent, checkpoints};
};

/** The summary of a run for people: its agents as a tree, what they took and cost, the checkpoints, and what can be done next. */
export const formatRunSummary = (report: RunReport, suggestions: readonly Suggestion[], look: Look): readonly Line[] => {
	const parts = [
		formatHead(report.run, look),
		formatAgents(report, look),
		formatCheckpoints(report.checkpoints, look),
		formatSuggestions(suggestions),
	];
	return parts.filter(part => part.length > 0).flatMap((part): readonly Line[] => [[], ...part]);
};

const formatHead = (run: Run, {hasSymbols, now}: Look): readonly Line[] => {
	const {symbol, word, tone} = labelRun(run);
	return [
		[
			...(hasSymbols ? [{text: symbol, tone}, ' '] : []),
			{text: run.workflow, tone: 'strong'},
			` ${word} in ${formatDuration((run.endedAt ?? now) - run.startedAt)} `,
			{text: ` ${run.id}`, tone: 'quiet'},
		],
		...(run.error === null ? [] : [[`  ${run.error}`]]),
	];
};

const COLUMNS: readonly Column[] = [
	{title: 'Agent', isFlexible: true},
	{title: 'Status'},
	{title: 'Engine'},
	{title: 'Time', align: 'right'},
	{title: 'Tokens', align: 'right'},
	{title: 'Cost', align: 'right'},
];

const formatAgents = ({run, agents, steps, totals, byAgent}: RunReport, look: Look): readonly Line[] => {
	const usage = new Map(byAgent.map(each => [each.agentId, each]));
	const rows = toTreeRows(agents).map(({agent, guide}) => [
		`${guide}${guide === '' ? '' : ' '}${agent.name}${agent.attempt > 1 ? ` (attempt ${agent.attempt})` : ''}`,
		toStatus(labelAgent(agent), formatOutcome(agent), look),
		formatEngine(agent),
		formatAgentDuration(agent, look.now),
		...toFigures(usage.get(agent.id)),
	]);
	const idle = steps
		.filter(({stepId}) => !agents.some(agent => agent.stepId === stepId))
		.map(step => [step.stepId, toStatus(labelStep(step), labelStep(step).word, look)]);
	const time = formatDuration((run.endedAt ?? look.now) - run.startedAt);
	return layOutColumns(
		COLUMNS,
		[...rows, ...idle, ['Total', '', '', time, ...toFigures(totals)].map(text => ({text, tone: 'strong' as const}))],
		look.width,
	);
};

const toStatus = ({symbol, tone}: {readonly symbol: string; readonly tone: NonNullable<Span['tone']>}, word: string, {hasSymbols}: Look): Span => ({
	text: hasSymbols ? `${symbol} ${word}` : word,
	tone,
});

const toFigures = (totals: UsageTotals | undefined): readonly [tokens: string, cost: string] =>
	totals === undefined || totals.responses === 0 ? ['—', '—'] : [formatCount(totalTokens(totals.tokens)), formatCost(totals)];

const CHECKPOINT_COLUMNS = [{title: 'Checkpoint'}, {title: 'Time'}, {title: 'Taken', isFlexible: true}] as const;

/** Those before file writes are only counted: there can be hundreds. */
const formatCheckpoints = (checkpoints: readonly Checkpoint[], {width}: Look): readonly Line[] => {
	const shown = checkpoints.filter(({kind}) => kind !== 'write').toReversed();
	const writes = checkpoints.length - shown.length;
	const rows = shown.map(({id, createdAt, label}) => [id, formatTime(createdAt), label]);
	return [
		...(shown.length === 0 ? [] : layOutColumns(CHECKPOINT_COLUMNS, rows, width)),
		...(writes === 0 ? [] : [[{text: `and ${formatPlural(writes, 'checkpoint')} before file writes`, tone: 'quiet'} as const]]),
	];
};

/** Never cut: a command that is copied must be whole. */
const formatSuggestions = (suggestions: readonly Suggestion[]): readonly Line[] =>
	suggestions.length === 0
		? []
		: layOutColumns(
				[{title: 'What to try next'}, {title: '', isFlexible: true}],
				suggestions.map(({command, purpose}) => [command, {text: purpose, tone: 'quiet'}]),
				Number.POSITIVE_INFINITY,
			);
