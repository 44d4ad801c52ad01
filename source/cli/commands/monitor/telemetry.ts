import {EXIT} from '../../../domain/failures.ts';
import {formatInteger, formatNanoUsd} from '../../../domain/figures.ts';
import type {RadReads, UsageFilter} from '../../../domain/rad.ts';
import {type Agent, type AgentTotals, type GroupTotals, USAGE_GROUPINGS, type UsageGrouping, type UsageTotals} from '../../../domain/records.ts';
import {promptTokens, totalTokens} from '../../../domain/tokens.ts';
import {nameAgents} from '../../../views/agent-text.ts';
import {type Column, layOutColumns} from '../../../views/columns.ts';
import {formatCount, formatPlural, formatShare} from '../../../views/format.ts';
import {type Line, type Span, toPlainText} from '../../../views/line.ts';
import {addRecorded, alignMarks, formatMarkedCost, isAllRecorded, measureRecorded, noteRecorded, type Recorded} from '../../../views/recorded.ts';
import {displayWidth} from '../../../views/width.ts';
import {defineReadCommand} from '../../command.ts';
import {JSON_FLAG, RUN_FILTER_FLAG, WATCH_FLAGS} from '../../flags.ts';
import {toAgentTotalsJson, toGroupTotalsJson, toModelTotalsJson, toTotalsJson} from '../../json-records.ts';
import {loadModelUsage, type ModelUsage} from '../../model-usage.ts';
import {formatNotes} from '../../notes.ts';
import type {Field, Output} from '../../output.ts';
import type {OutputOf} from '../../schemas/zod-outputs.ts';
import {drawShares} from '../../share-chart.ts';

export const monitorTelemetryCommand = defineReadCommand({
	path: 'monitor telemetry',
	group: 'Look',
	summary: 'Show tokens and cost by model and agent',
	description: [
		'Counts the tokens of all responses in buckets that never overlap: input leaves out what was read from or written to a cache. Reasoning is a part of output.',
		'A cost without a mark was reported by the engine; ~ is estimated from the price table, ≥ is a lower bound since some responses have no price, n/a is unknown. * marks money that is recorded and was not spent now. The figures of an agent leave out its sub-agents.',
		'With --by a terminal that is wide enough gets a bar for each group as well: its share of the cost, or of the tokens where a price is missing.',
	],
	input: {agent: {isRequired: false, description: 'Only of this agent: its id, or the beginning of one.'}},
	flags: {
		run: RUN_FILTER_FLAG,
		by: {type: 'choice', placeholder: 'group', choices: USAGE_GROUPINGS, description: 'Sum by this alone; a day is one of this time zone.'},
		...WATCH_FLAGS,
		json: {...JSON_FLAG, description: 'Print {totals, byModel, byAgent} for scripts; with --by {totals, groups}.'},
	},
	pipeFields: [
		'kind (total, model or agent; with --by that)',
		'model, agent id or what --by names',
		'responses',
		'input (fresh only)',
		'cacheRead',
		'cacheWrite',
		'output',
		'reasoning',
		'total',
		'costNanoUsd',
		'costSource',
		'unpriced responses',
		'isRecording (true when all of it is recorded)',
		'recordedCostNanoUsd (not spent now)',
	],
	examples: [
		{words: 'rad monitor telemetry', note: 'everything that was ever used here'},
		{words: 'rad monitor telemetry --by day', note: 'what each day cost'},
		{words: 'rad monitor telemetry --run run_3k9t --json | jq .totals.costUsd', note: 'what one run cost, in dollars'},
	],
	exitCodes: {
		0: 'Done, also when nothing was used.',
		2: 'The id fits several, or --watch has no terminal.',
		3: 'There is no such agent or run, or no workspace.',
		130: 'Ctrl-C, with --watch.',
	},
	run: async ({input, flags, out, ...context}) => {
		const rad = await context.open();
		const filter = await toFilter(rad, input.agent, flags.run);
		if (flags.by !== undefined) {
			await printGroups(await loadGroups(rad, flags.by, filter), {out, isJson: flags.json});
			return EXIT.done;
		}
		const report = await load(rad, filter);
		if (flags.json) await out.json(toJson(report));
		else if (out.isTerminal) await out.lines(format(report, out.columns));
		else await out.fields(toRows(report));
		return EXIT.done;
	},
});

type Groups = {readonly grouping: UsageGrouping; readonly groups: readonly GroupTotals[]; readonly totals: UsageTotals; readonly recorded: Recorded};

const loadGroups = async (rad: RadReads, grouping: UsageGrouping, filter: UsageFilter): Promise<Groups> => {
	const [groups, totals] = await Promise.all([rad.telemetry.by(grouping, filter), rad.telemetry.totals(filter)]);
	return {grouping, groups, totals, recorded: addRecorded(groups.map(({recorded}) => recorded))};
};

const printGroups = async ({grouping, groups, totals, recorded}: Groups, {out, isJson}: {readonly out: Output; readonly isJson: boolean}) => {
	if (isJson) return out.json({totals: toTotalsJson(totals, recorded), groups: groups.map(toGroupTotalsJson)});
	if (!out.isTerminal)
		return out.fields([
			['total', '', ...toFields(totals, recorded)],
			...groups.map(group => [grouping, group.key, ...toFields(group, group.recorded)] as const),
		]);
	return out.lines(formatGroups({grouping, groups, totals, recorded}, out.columns));
};

const formatGroups = ({grouping, groups, totals, recorded}: Groups, width: number): readonly Line[] => {
	const rows = alignCosts([...groups.map(group => toCells(group.key, group, group.recorded)), toCells('Total', totals, recorded)]);
	const table = [
		toTitle(TITLES[grouping]),
		...rows.slice(0, -1),
		[{text: ''}],
		...rows.slice(-1).map(cells => cells.map((cell): Span => ({...cell, tone: 'strong'}))),
	];
	const notes = [...noteRecorded(totals, recorded), ...(grouping === 'agent' ? [OWN_NOTE] : []), ...toNotes(totals)];
	return [...layOutGroups(table, groups, width), [], ...formatNotes(notes, width), ...warnOfMissingPrices(totals)];
};

/** Beside the figures of the groups, which come after a title, their shares as bars where there is room for them. */
const layOutGroups = (table: ReadonlyArray<readonly Span[]>, groups: readonly GroupTotals[], width: number): readonly Line[] => {
	const used = Math.max(...layOutColumns(COLUMNS, table, Number.MAX_SAFE_INTEGER).map(line => displayWidth(toPlainText(line))));
	const chart = drawShares(groups, width - used - 2);
	if (chart === undefined) return layOutColumns(COLUMNS, table, width);
	const rows = table.map((row, index) => {
		const bar = chart.bars[index - 1];
		return bar === undefined ? row : [...row, {text: bar, tone: 'active' as const}];
	});
	return layOutColumns([...COLUMNS, {title: chart.title}], rows, width);
};

const TITLES: Readonly<Record<UsageGrouping, string>> = {day: 'Days', model: 'Models', engine: 'Engines', run: 'Runs', agent: 'Agents'};

type Report = {
	readonly totals: UsageTotals;
	readonly recorded: Recorded;
	readonly byModel: readonly ModelUsage[];
	readonly byAgent: readonly AgentTotals[];
	readonly agents: readonly Agent[];
};

const toFilter = async (rad: RadReads, agent: string | undefined, run: string | undefined): Promise<UsageFilter> => ({
	...(agent === undefined ? {} : {agentId: (await rad.monitor.find(agent)).id}),
	...(run === undefined ? {} : {runId: (await rad.runs.find(run)).id}),
});

const load = async (rad: RadReads, filter: UsageFilter): Promise<Report> => {
	const [totals, byAgent, agents] = await Promise.all([rad.telemetry.totals(filter), rad.telemetry.byAgent(filter), rad.monitor.list()]);
	const byModel = await loadModelUsage(rad, filter, {agents, byAgent});
	return {totals, byModel, byAgent, agents, recorded: measureRecorded(agents, byAgent)};
};

const recordedOfAgent = ({agents}: Report, totals: AgentTotals): Recorded => measureRecorded(agents, [totals]);

const toName = ({agents}: Report, {agentId}: AgentTotals): string | null => agents.find(({id}) => id === agentId)?.name ?? null;

const toJson = (report: Report): OutputOf<'telemetry'> => ({
	totals: toTotalsJson(report.totals, report.recorded),
	byModel: report.byModel.map(({totals, recorded}) => toModelTotalsJson(totals, recorded)),
	byAgent: report.byAgent.map(each => toAgentTotalsJson(each, toName(report, each), recordedOfAgent(report, each))),
});

const toRows = (report: Report): ReadonlyArray<readonly Field[]> => [
	['total', '', ...toFields(report.totals, report.recorded)],
	...report.byModel.map(({totals, recorded}) => ['model', totals.model, ...toFields(totals, recorded)]),
	...report.byAgent.map(each => ['agent', each.agentId, ...toFields(each, recordedOfAgent(report, each))]),
];

const toFields = ({tokens, ...totals}: UsageTotals, recorded: Recorded): readonly Field[] => [
	totals.responses,
	tokens.input,
	tokens.cacheRead,
	tokens.cacheWrite,
	tokens.output,
	tokens.reasoning,
	totalTokens(tokens),
	totals.responses > 0 && totals.costSource === 'unknown' ? null : String(totals.costNanoUsd),
	totals.costSource,
	totals.unpriced,
	String(isAllRecorded(totals, recorded)),
	String(recorded.costNanoUsd),
];

const COLUMNS: readonly Column[] = [
	{title: '', isFlexible: true},
	{title: 'Fresh input', align: 'right'},
	{title: 'Cache read', align: 'right'},
	{title: 'Write', align: 'right'},
	{title: 'Output', align: 'right'},
	{title: 'Total', align: 'right'},
	{title: 'Cost', align: 'right'},
];

const format = (report: Report, width: number): readonly Line[] => {
	const {totals, byModel, byAgent, recorded} = report;
	const names = nameAgents(report.agents);
	const figures = [
		...byModel.map(each => toCells(each.totals.model, each.totals, each.recorded)),
		...byAgent.map(each => toCells(names.get(each.agentId) ?? each.agentId, each, recordedOfAgent(report, each))),
		toCells('Total', totals, recorded),
	];
	const rows = alignCosts(figures);
	const table: ReadonlyArray<readonly Span[]> = [
		toTitle('Models'),
		...rows.slice(0, byModel.length),
		[{text: ''}],
		toTitle(hasSubAgents(report) ? 'Agents, own figures' : 'Agents'),
		...rows.slice(byModel.length, -1),
		[{text: ''}],
		...rows.slice(-1).map(cells => cells.map((cell): Span => ({...cell, tone: 'strong'}))),
	];
	const notes = [...noteRecorded(totals, recorded), ...(hasSubAgents(report) ? [OWN_NOTE] : []), ...toNotes(totals)];
	return [...layOutColumns(COLUMNS, table, width), [], ...formatNotes(notes, width), ...warnOfMissingPrices(totals)];
};

const OWN_NOTE = "An agent's own figures leave out those of its sub-agents.";

const hasSubAgents = ({agents, byAgent}: Report): boolean =>
	byAgent.some(({agentId}) => agents.some(({id, parentId}) => id === agentId && parentId !== null));

/** Texts of the columns as cells, the costs in the last one aligned. */
const alignCosts = (figures: ReadonlyArray<readonly string[]>): ReadonlyArray<readonly Span[]> => {
	const costs = alignMarks(figures.map(cells => cells.at(-1) ?? ''));
	return figures.map((cells, index) => [...cells.slice(0, -1), costs[index] ?? ''].map((text): Span => ({text})));
};

const toTitle = (text: string): readonly Span[] => [{text, tone: 'quiet'}];

const toCells = (name: string, totals: UsageTotals, recorded: Recorded): readonly string[] => {
	const {tokens} = totals;
	const counts = [tokens.input, tokens.cacheRead, tokens.cacheWrite, tokens.output, totalTokens(tokens)].map(formatCount);
	return [name, ...counts, formatMarkedCost(totals, recorded)];
};

const toNotes = ({tokens, responses, cacheSavedNanoUsd}: UsageTotals): readonly string[] => [
	`${formatPlural(responses, 'response')}. Cache hit rate ${formatShare(tokens.cacheRead, promptTokens(tokens))}, which saved ${formatNanoUsd(cacheSavedNanoUsd)}.`,
	...(tokens.reasoning === 0 ? [] : [`${formatInteger(tokens.reasoning)} of the output tokens were reasoning.`]),
];

const warnOfMissingPrices = ({unpriced}: UsageTotals): readonly Line[] =>
	unpriced === 0
		? []
		: [[{text: `The price of ${formatPlural(unpriced, 'response')} is unknown, so the cost is a lower bound.`, tone: 'attention' as const}]];
