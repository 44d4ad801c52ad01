import {formatDuration} from '../domain/figures.ts';
import type {Rad} from '../domain/rad.ts';
import type {Agent, AgentRequest, AgentTotals, Checkpoint, Run, RunArtifact, Step, UsageTotals} from '../domain/records.ts';
import {totalTokens} from '../domain/tokens.ts';
import {formatAgentDuration, formatEngine, formatOutcome, nameAgents} from '../views/agent-text.ts';
import {toTreeRows} from '../views/agent-tree.ts';
import {type Column, layOutColumns} from '../views/columns.ts';
import {formatCount, formatPlural, formatTime} from '../views/format.ts';
import {type Line, type Span, toPlainText} from '../views/line.ts';
import {describeCost, describeLimit, listOutputs, loadQuestions, type OpenQuestion} from '../views/questions.ts';
import {alignMarks, formatMarkedCost, measureRecorded, noteRecorded, type Recorded, recordedOf} from '../views/recorded.ts';
import {describeSubject} from '../views/request-text.ts';
import {labelAgent, labelRun, labelStep} from '../views/status-label.ts';
import {describeTaken, listTellingSteps} from '../views/steps.ts';
import {SUB_AGENTS_NOTE, sumSubtrees} from '../views/usage.ts';
import {displayWidth} from '../views/width.ts';
import {wrap} from '../views/wrap.ts';
import {formatArtifacts} from './artifact-lines.ts';
import {formatChanges} from './change-lines.ts';
import {formatNotes} from './notes.ts';

/** All that a summary of a run tells. */
export type RunReport = {
	readonly run: Run;
	readonly agents: readonly Agent[];
	readonly steps: readonly Step[];
	readonly totals: UsageTotals;
	readonly byAgent: readonly AgentTotals[];
	/** Newest first. */
	readonly checkpoints: readonly Checkpoint[];
	/** Files that its steps left. */
	readonly artifacts: readonly RunArtifact[];
	/** What its agents wait for an answer to. */
	readonly waiting: readonly AgentRequest[];
	/** What its steps wait for a person to decide. */
	readonly questions: readonly OpenQuestion[];
	/** What its workflow hands on, by name. */
	readonly outputs: Readonly<Record<string, unknown>>;
	/** The branch that the work of its steps is in; null where there is none. */
	readonly branch: string | null;
};

export type Suggestion = {readonly command: string; readonly purpose: string};

type Look = {readonly width: number; readonly hasSymbols: boolean; readonly now: number};

export const loadRunReport = async (rad: Rad, run: Run): Promise<RunReport> => {
	const filter = {runId: run.id};
	const [agents, steps, totals, byAgent, checkpoints, artifacts, waiting, outputs, branch] = await Promise.all([
		rad.monitor.list(filter),
		rad.runs.steps(run.id),
		rad.telemetry.totals(filter),
		rad.telemetry.byAgent(filter),
		rad.checkpoints.list(filter),
		rad.runs.artifacts(run.id),
		rad.requests.list({...filter, status: 'pending'}),
		rad.runs.outputs(run),
		rad.runs.branch(run.id),
	]);
	return {
		run,
		agents,
		steps,
		totals,
		byAgent,
		checkpoints,
		artifacts,
		waiting,
		outputs,
		branch,
		questions: await loadQuestions(rad, steps, checkpoints),
	};
};

/** The summary of a run for people: its agents as a tree, what they took and cost, the checkpoints, and what can be done next. */
export const formatRunSummary = (report: RunReport, suggestions: readonly Suggestion[], look: Look): readonly Line[] => {
	const parts = [
		formatHead(report, look),
		formatAgents(report, look),
		formatTaken(report, look),
		formatReasons(report, look),
		formatOutputs(report, look),
		...report.questions.map(question => formatQuestion(question, report.totals, look)),
		formatArtifacts(report.artifacts, look.width),
		formatCheckpoints(report.checkpoints, look),
		formatSuggestions(suggestions, look),
	];
	return parts.filter(part => part.length > 0).flatMap((part, index): readonly Line[] => (index === 0 ? part : [[], ...part]));
};

const formatHead = ({run, branch}: RunReport, {hasSymbols, now}: Look): readonly Line[] => {
	const {symbol, word, tone} = labelRun(run);
	return [
		[
			...(hasSymbols ? [{text: symbol, tone}, ' '] : []),
			{text: run.workflow, tone: 'strong'},
			` ${word} ${run.status === 'queued' ? 'for' : 'in'} ${formatDuration((run.endedAt ?? now) - run.startedAt)} `,
			{text: ` ${run.id}`, tone: 'quiet'},
		],
		...(run.error === null ? [] : [[`  ${run.error}`]]),
		...(branch === null ? [] : [['  what its steps with work trees did is in the branch ', {text: branch, tone: 'strong'} as const]]),
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
	const usage = sumSubtrees(agents, new Map(byAgent.map(each => [each.agentId, each])));
	const recorded = measureRecorded(agents, byAgent);
	const names = nameAgents(agents);
	const tree = toTreeRows(agents);
	const figures = [...tree.map(({agent}) => toFigures(usage.get(agent.id), recordedOf(agent, usage.get(agent.id)))), toFigures(totals, recorded)];
	const costs = alignMarks(figures.map(([, cost]) => cost));
	const rows = tree.map(({agent, guide}, index) => [
		`${guide}${guide === '' ? '' : ' '}${names.get(agent.id) ?? agent.name}`,
		toStatus(labelAgent(agent), formatOutcome(agent), look),
		formatEngine(agent),
		formatAgentDuration(agent, look.now),
		figures[index]?.[0] ?? '',
		costs[index] ?? '',
	]);
	const idle = listTellingSteps(steps)
		.filter(({stepId}) => !agents.some(agent => agent.stepId === stepId))
		.map(step => [step.stepId, toStatus(labelStep(step), labelStep(step).word, look)]);
	const time = formatDuration((run.endedAt ?? look.now) - run.startedAt);
	const total = ['Total', '', '', time, figures.at(-1)?.[0] ?? '', costs.at(-1) ?? ''].map(text => ({text, tone: 'strong' as const}));
	const hasSubAgents = agents.some(({id, parentId}) => parentId !== null && usage.has(id));
	return [
		...layOutColumns(COLUMNS, [...rows, ...idle, total], look.width),
		...formatNotes([...(hasSubAgents ? [SUB_AGENTS_NOTE] : []), ...noteRecorded(totals, recorded)], look.width),
	];
};

const toStatus = ({symbol, tone}: {readonly symbol: string; readonly tone: NonNullable<Span['tone']>}, word: string, {hasSymbols}: Look): Span => ({
	text: hasSymbols ? `${symbol} ${word}` : word,
	tone,
});

const toFigures = (totals: UsageTotals | undefined, recorded: Recorded): readonly [tokens: string, cost: string] =>
	totals === undefined || totals.responses === 0 ? ['—', '—'] : [formatCount(totalTokens(totals.tokens)), formatMarkedCost(totals, recorded)];

/** What earlier runs did in place of this one. */
const formatTaken = ({steps}: RunReport, {width}: Look): readonly Line[] => formatNotes(describeTaken(steps), width);

/** Why steps failed or were skipped, and what agents wait for. */
const formatReasons = ({steps, agents, waiting}: RunReport, {width}: Look): readonly Line[] => {
	const reasons = [
		...steps.flatMap(({stepId, status, reason}) =>
			(status === 'failed' || status === 'skipped') && reason !== null ? [`${stepId} ${status}: ${reason}`] : [],
		),
		...waiting.map(({agentId, subject}) => {
			const name = agents.find(({id}) => id === agentId)?.name ?? agentId;
			return `${name} waits for an answer: it asks ${describeSubject(subject)}`;
		}),
	];
	const lines = reasons.flatMap(reason => wrap(reason, width - INDENT.length)).map((text): Line => [INDENT, text]);
	return lines.length === 0 ? [] : [[{text: 'Why', tone: 'quiet'}], ...lines];
};

const INDENT = '  ';

const MOST_FILES = 20;
const CHANGED = {added: 'added', modified: 'modified', deleted: 'deleted'} as const;

const formatOutputs = ({outputs}: RunReport, {width}: Look): readonly Line[] => {
	const lines = Object.entries(outputs).flatMap(([name, value]) => wrap(`${name}: ${JSON.stringify(value)}`, width - INDENT.length));
	return lines.length === 0 ? [] : [[{text: 'Outputs', tone: 'quiet'}], ...lines.map((text): Line => [INDENT, text])];
};

const formatQuestion = ({step, question, changes}: OpenQuestion, totals: UsageTotals, {width, now}: Look): readonly Line[] => {
	const texts = [question.message, ...listOutputs(question), describeCost(question, totals), describeLimit(question, now)];
	const lines = texts.flatMap(text => (text === null ? [] : wrap(text, width - INDENT.length))).map((text): Line => [INDENT, text]);
	const files = (changes?.files ?? []).slice(0, MOST_FILES);
	const rest = (changes?.files.length ?? 0) - files.length;
	return [
		[{text: `${step.stepId} needs your decision`, tone: 'attention'}],
		...lines,
		...formatChanges(files, CHANGED, width - INDENT.length).map((line): Line => [INDENT, ...line]),
		...(rest > 0 ? [[INDENT, {text: `and ${formatPlural(rest, 'more file')}`, tone: 'quiet'}] as const] : []),
		...(changes?.files.length === 0 ? [[INDENT, {text: 'no file has changed', tone: 'quiet'}] as const] : []),
	];
};

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

const SUGGESTIONS_TITLE = 'What to try next';

/** A command that is copied must be whole, so it is never cut; where one has no room for its purpose beside it, each gets a line below. */
const formatSuggestions = (suggestions: readonly Suggestion[], {width}: Look): readonly Line[] => {
	if (suggestions.length === 0) return [];
	const rows = suggestions.map(({command, purpose}) => [command, {text: purpose, tone: 'quiet' as const}] as const);
	const table = layOutColumns([{title: SUGGESTIONS_TITLE}, {title: ''}], rows, Number.POSITIVE_INFINITY);
	if (table.every(line => displayWidth(toPlainText(line)) <= width)) return table;
	return [[{text: SUGGESTIONS_TITLE, tone: 'quiet'}], ...rows.flatMap(([command, purpose]): readonly Line[] => [[command], ['    ', purpose]])];
};
