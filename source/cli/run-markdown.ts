import {formatDuration, formatInteger} from '../domain/figures.ts';
import type {AgentId} from '../domain/ids.ts';
import type {Agent, Checkpoint, FileChange, Step, UsageTotals} from '../domain/records.ts';
import {isRunOver} from '../domain/status.ts';
import {totalTokens} from '../domain/tokens.ts';
import {formatAgentDuration, formatEngine, formatOutcome, nameAgents} from '../views/agent-text.ts';
import {toTreeRows} from '../views/agent-tree.ts';
import {formatKnownCost} from '../views/cost-words.ts';
import {formatPlural} from '../views/format.ts';
import {code, codeBlock, joinBlocks, list, type Markdown, type MarkdownColumn, markdown, table, trusted} from '../views/markdown.ts';
import {explainRecorded, measureRecorded, NOTHING_RECORDED, type Recorded, recordedOf} from '../views/recorded.ts';
import {describeSubject} from '../views/request-text.ts';
import {labelRun, labelStep} from '../views/status-label.ts';
import {addUsage, SUB_AGENTS_NOTE, sumSubtrees} from '../views/usage.ts';
import {formatArtifactsMarkdown} from './artifact-lines.ts';
import {toIsoTime} from './listing.ts';
import type {ModelUsage} from './model-usage.ts';
import type {RunChanges} from './run-changes.ts';
import {toUsageByAgent} from './run-json.ts';
import type {RunReport} from './run-summary.ts';

/** All that a report on a run tells. */
export type FullReport = RunReport & {
	readonly byModel: readonly ModelUsage[];
	readonly changes: RunChanges | undefined;
	/** When it was made: what the figures of a run that is not over are of. */
	readonly at: number;
};

/** Makes a command of rad's that can be copied. */
type ToCommand = (words: string) => string;

// A change of thousands of files is read elsewhere, and a comment on a pull request has a limit.
const SHOWN_FILES = 100;

/** The report for a pull request, a mail or an archive. Nothing that came from agents, models or files acts in it as Markdown. */
export const formatRunMarkdown = (report: FullReport, toCommand: ToCommand): Markdown =>
	joinBlocks([
		...formatHead(report),
		markdown`## Steps`,
		...formatSteps(report),
		markdown`## Agents`,
		...formatAgents(report),
		markdown`## Models`,
		...formatModels(report),
		...formatOutputs(report),
		...formatArtifactsMarkdown(report.artifacts),
		markdown`## Checkpoints`,
		...formatCheckpoints(report, toCommand),
		markdown`## Changed files`,
		...formatChanges(report, toCommand),
	]);

const formatHead = (report: FullReport): readonly Markdown[] => {
	const {run, at} = report;
	const isOver = isRunOver(run.status);
	const {word} = labelRun(run);
	return [
		markdown`# ${run.workflow}: ${word}`,
		...(isOver ? [] : [markdown`**This run is not over, it is ${word}.** The figures are those so far, at ${toTime(at)}.`]),
		list([
			markdown`Run: ${code(run.id)}`,
			markdown`Started: ${toTime(run.startedAt)}`,
			markdown`Ended: ${run.endedAt === null ? 'not yet' : toTime(run.endedAt)}`,
			markdown`Duration: ${formatDuration((run.endedAt ?? at) - run.startedAt)}${trusted(isOver ? '' : ' so far')}`,
			...(report.branch === null ? [] : [markdown`Branch: ${code(report.branch)}`]),
			...formatTotals(report),
			...(run.error === null ? [] : [markdown`Reason: ${run.error}`]),
			...report.waiting.map(({agentId, subject}) => markdown`Waits for an answer: ${code(nameOf(report, agentId))} asks ${describeSubject(subject)}`),
			...report.questions.map(({step, question}) => markdown`Waits for a decision: ${code(step.stepId)} asks ${question.message}`),
		]),
	];
};

const formatTotals = ({totals, agents, byAgent}: FullReport): readonly Markdown[] => {
	const recorded = measureRecorded(agents, byAgent);
	const cost = [formatKnownCost(totals, NOTHING_RECORDED), explainRecorded(totals, recorded) ?? []].flat();
	return [markdown`Cost: ${trusted(cost.join(', '))}`, markdown`Tokens: ${formatTokens(totals)} in ${formatPlural(totals.responses, 'response')}`];
};

const nameOf = ({agents}: FullReport, agentId: AgentId): string => agents.find(({id}) => id === agentId)?.name ?? agentId;

const formatOutputs = ({outputs}: FullReport): readonly Markdown[] => {
	const items = Object.entries(outputs).map(([name, value]) => markdown`${code(name)}: ${code(JSON.stringify(value))}`);
	return items.length === 0 ? [] : [markdown`## Outputs`, list(items)];
};

const STEP_COLUMNS: readonly MarkdownColumn[] = [
	{title: 'Step'},
	{title: 'Status'},
	{title: 'Attempts', align: 'right'},
	{title: 'Duration', align: 'right'},
	{title: 'Cost', align: 'right'},
	{title: 'Tokens', align: 'right'},
];

const formatSteps = (report: FullReport): readonly Markdown[] => {
	const {steps, at} = report;
	if (steps.length === 0) return [markdown`This run has no steps.`];
	const reasons = steps.filter(({reason}) => reason !== null);
	const taken = steps.flatMap(({stepId, takenFrom}) => (takenFrom === null ? [] : [markdown`${code(stepId)} taken over from ${code(takenFrom)}`]));
	return [
		table(
			STEP_COLUMNS,
			steps.map(step => {
				const {totals, recorded} = measureStep(report, step);
				return [code(step.stepId), labelStep(step).word, step.attempts, formatStepDuration(step, at), ...toFigures(totals, recorded)];
			}),
		),
		...(taken.length === 0 ? [] : [list(taken)]),
		...(reasons.length === 0 ? [] : [list(reasons.map(step => markdown`${code(step.stepId)} ${labelStep(step).word}: ${step.reason ?? ''}`))]),
	];
};

const formatStepDuration = ({startedAt, endedAt}: Step, at: number): string =>
	startedAt === null ? '—' : formatDuration((endedAt ?? at) - startedAt);

/** What all attempts of a step and their sub-agents used; no totals where none used anything. */
export const measureStep = (
	{agents, byAgent}: Pick<FullReport, 'agents' | 'byAgent'>,
	{stepId}: Step,
): {readonly totals: UsageTotals | undefined; readonly recorded: Recorded} => {
	const ids = new Set(agents.filter(agent => agent.stepId === stepId).map(({id}) => id));
	const [first, ...others] = byAgent.filter(({agentId}) => ids.has(agentId));
	const parts = first === undefined ? [] : [first, ...others];
	return {totals: first === undefined ? undefined : others.reduce<UsageTotals>(addUsage, first), recorded: measureRecorded(agents, parts)};
};

const AGENT_COLUMNS: readonly MarkdownColumn[] = [
	{title: 'Agent'},
	{title: 'Id'},
	{title: 'Status'},
	{title: 'Engine'},
	{title: 'Model'},
	{title: 'Duration', align: 'right'},
	{title: 'Cost', align: 'right'},
	{title: 'Tokens', align: 'right'},
];

/** As a tree, as `rad show` has it. */
const formatAgents = (report: FullReport): readonly Markdown[] => {
	const {agents, steps, byAgent, at} = report;
	if (agents.length === 0) return [markdown`No agent was started.`];
	const usage = sumSubtrees(agents, toUsageByAgent(byAgent));
	const names = nameAgents(agents);
	const rows = toTreeRows(agents).map(({agent, guide}) => [
		markdown`${trusted(toIndent(guide))}${names.get(agent.id) ?? agent.name}`,
		code(agent.id),
		formatOutcome(agent),
		formatEngine(agent),
		agent.model ?? '—',
		formatAgentDuration(agent, at),
		...toFigures(usage.get(agent.id), recordedOf(agent, usage.get(agent.id))),
	]);
	const isTold = ({stepId, error}: Agent): boolean => steps.some(step => step.stepId === stepId && step.reason === error);
	const errors = agents.filter(agent => agent.error !== null && !isTold(agent));
	const hasSubAgents = agents.some(({id, parentId}) => parentId !== null && usage.has(id));
	return [
		table(AGENT_COLUMNS, rows),
		...(hasSubAgents ? [markdown`${SUB_AGENTS_NOTE}`] : []),
		...(errors.length === 0 ? [] : [list(errors.map(agent => markdown`${code(names.get(agent.id) ?? agent.name)}: ${agent.error ?? ''}`))]),
	];
};

/** Renderers make one space of several. */
const toIndent = (guide: string): string => (guide === '' ? '' : `${guide} `.replaceAll(' ', '\u00a0'));

const MODEL_COLUMNS: readonly MarkdownColumn[] = [
	{title: 'Model'},
	{title: 'Provider'},
	{title: 'Responses', align: 'right'},
	{title: 'Fresh input', align: 'right'},
	{title: 'Cache read', align: 'right'},
	{title: 'Cache write', align: 'right'},
	{title: 'Output', align: 'right'},
	{title: 'Cost', align: 'right'},
	{title: 'Tokens', align: 'right'},
];

const formatModels = ({byModel, totals, agents, byAgent}: FullReport): readonly Markdown[] => {
	if (byModel.length === 0) return [markdown`No model answered.`];
	return [
		table(MODEL_COLUMNS, [
			...byModel.map(each => [each.totals.model, each.totals.provider, ...toModelFigures(each.totals, each.recorded)]),
			[markdown`**Total**`, '', ...toModelFigures(totals, measureRecorded(agents, byAgent))],
		]),
	];
};

const toModelFigures = (totals: UsageTotals, recorded: Recorded): ReadonlyArray<string | Markdown> => {
	const {input, cacheRead, cacheWrite, output} = totals.tokens;
	return [...[totals.responses, input, cacheRead, cacheWrite, output].map(formatInteger), ...toFigures(totals, recorded)];
};

const toFigures = (totals: UsageTotals | undefined, recorded: Recorded): readonly [cost: Markdown, tokens: string] => [
	trusted(formatKnownCost(totals, recorded)),
	totals === undefined || totals.responses === 0 ? '—' : formatTokens(totals),
];

const formatTokens = ({tokens}: UsageTotals): string => formatInteger(totalTokens(tokens));

const CHECKPOINT_COLUMNS: readonly MarkdownColumn[] = [{title: 'Checkpoint'}, {title: 'Time'}, {title: 'Taken'}];

/** Those before file writes are only counted: there can be hundreds. */
const formatCheckpoints = ({checkpoints, changes}: FullReport, toCommand: ToCommand): readonly Markdown[] => {
	if (changes === undefined) return [markdown`None is kept of this run, so rad cannot undo it.`];
	const shown = checkpoints.filter(({kind}) => kind !== 'write').toReversed();
	const writes = checkpoints.length - shown.length;
	return [
		...(shown.length === 0
			? []
			: [
					table(
						CHECKPOINT_COLUMNS,
						shown.map(({id, createdAt, label}) => [code(id), toTime(createdAt), label]),
					),
				]),
		...(writes === 0 ? [] : [markdown`${trusted(shown.length === 0 ? '' : 'And ')}${formatPlural(writes, 'checkpoint')} before file writes.`]),
		changes.isWhole
			? markdown`This brings the work tree back to what it was before the run:`
			: markdown`This brings the work tree back to the oldest checkpoint of the run, ${changes.from.label}; something was done before it:`,
		codeBlock([toCommand(`checkpoint restore ${changes.from.id}`)]),
	];
};

const FILE_COLUMNS: readonly MarkdownColumn[] = [
	{title: 'Change'},
	{title: 'File'},
	{title: 'Added lines', align: 'right'},
	{title: 'Deleted lines', align: 'right'},
];

const formatChanges = ({changes, at}: FullReport, toCommand: ToCommand): readonly Markdown[] => {
	if (changes === undefined) return [markdown`They are not known without a checkpoint.`];
	const {from, to, files, problem} = changes;
	if (files === null) return [markdown`They cannot be told: ${problem ?? ''}`];
	const head = markdown`${countFiles(files)} from ${toEnd(from)} to ${to === null ? `the work tree as it was at ${toTime(at)}` : toEnd(to)}, whoever made the changes.`;
	if (files.length === 0) return [head];
	const rest = files.length - SHOWN_FILES;
	return [
		head,
		table(FILE_COLUMNS, files.slice(0, SHOWN_FILES).map(toFileCells)),
		...(rest <= 0
			? []
			: [
					markdown`And ${formatInteger(rest)} more:`,
					codeBlock([toCommand(`checkpoint diff ${[from.id, ...(to === null ? [] : [to.id])].join(' ')} --stat`)]),
				]),
	];
};

const toEnd = ({id, label}: Checkpoint): Markdown => markdown`${code(id)} (${label})`;

const countFiles = (files: readonly FileChange[]): Markdown => {
	const sum = (field: 'additions' | 'deletions'): number => files.reduce((total, file) => total + (file[field] ?? 0), 0);
	if (files.length === 0) return markdown`Nothing differs`;
	return markdown`${formatPlural(files.length, 'file')} changed, ${formatPlural(sum('additions'), 'line')} added and ${formatInteger(sum('deletions'))} deleted,`;
};

const toFileCells = ({change, path, additions, deletions}: FileChange): ReadonlyArray<string | Markdown> => [
	change,
	code(path),
	trusted(additions === null ? 'binary' : `+${formatInteger(additions)}`),
	trusted(deletions === null ? 'binary' : `−${formatInteger(deletions)}`),
];

const toTime = (at: number): string => toIsoTime(at) ?? '';
