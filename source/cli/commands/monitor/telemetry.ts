import {EXIT} from '../../../domain/failures.ts';
import type {Rad, UsageFilter} from '../../../domain/rad.ts';
import type {Agent, AgentTotals, ModelTotals, UsageTotals} from '../../../domain/records.ts';
import {promptTokens, totalTokens} from '../../../domain/tokens.ts';
import {type Column, layOutColumns} from '../../../views/columns.ts';
import {formatCost, formatCount, formatInteger, formatNanoUsd, formatPlural, formatShare} from '../../../views/format.ts';
import type {Line, Span} from '../../../views/line.ts';
import {defineCommand} from '../../command.ts';
import {JSON_FLAG, RUN_FILTER_FLAG} from '../../flags.ts';
import {toAgentTotalsJson, toModelTotalsJson, toTotalsJson} from '../../json-records.ts';
import type {Field} from '../../output.ts';

export const monitorTelemetryCommand = defineCommand({
	path: 'monitor telemetry',
	group: 'Look',
	summary: 'Show tokens and cost by model and agent',
	description: [
		'Counts the tokens of all responses in buckets that never overlap: input leaves out what was read from or written to a cache. Reasoning is a part of output.',
		'A cost without a mark was reported by the engine; ~ is estimated from the price table, ≥ is a lower bound since some responses have no price, n/a is unknown. The figures of an agent leave out its sub-agents.',
	],
	input: {agent: {isRequired: false, description: 'Only of this agent: its id, or the beginning of one.'}},
	flags: {run: RUN_FILTER_FLAG, json: {...JSON_FLAG, description: 'Print {totals, byModel, byAgent} for scripts.'}},
	pipeFields: [
		'kind (total, model or agent)',
		'model or agent id',
		'responses',
		'input',
		'cacheRead',
		'cacheWrite',
		'output',
		'reasoning',
		'total',
		'costNanoUsd',
		'costSource',
		'unpriced responses',
	],
	examples: [
		{words: 'rad monitor telemetry', note: 'everything that was ever used here'},
		{words: 'rad monitor telemetry --run run_3k9t --json | jq .totals.costUsd', note: 'what one run cost, in dollars'},
	],
	exitCodes: {0: 'Done, also when nothing was used.', 2: 'The id fits several.', 3: 'There is no such agent or run, or no workspace.'},
	run: async ({input, flags, out, ...context}) => {
		const rad = await context.open();
		const report = await load(rad, await toFilter(rad, input.agent, flags.run));
		if (flags.json) await out.json(toJson(report));
		else if (out.isTerminal) await out.lines(format(report, out.columns));
		else await out.fields(toRows(report));
		return EXIT.done;
	},
});

type Report = {
	readonly totals: UsageTotals;
	readonly byModel: readonly ModelTotals[];
	readonly byAgent: readonly AgentTotals[];
	readonly agents: readonly Agent[];
};

const toFilter = async (rad: Rad, agent: string | undefined, run: string | undefined): Promise<UsageFilter> => ({
	...(agent === undefined ? {} : {agentId: (await rad.monitor.find(agent)).id}),
	...(run === undefined ? {} : {runId: (await rad.runs.find(run)).id}),
});

const load = async (rad: Rad, filter: UsageFilter): Promise<Report> => {
	const [totals, byModel, byAgent, agents] = await Promise.all([
		rad.telemetry.totals(filter),
		rad.telemetry.byModel(filter),
		rad.telemetry.byAgent(filter),
		rad.monitor.list(),
	]);
	return {totals, byModel, byAgent, agents};
};

const toName = ({agents}: Report, {agentId}: AgentTotals): string | null => agents.find(({id}) => id === agentId)?.name ?? null;

const toJson = (report: Report) => ({
	totals: toTotalsJson(report.totals),
	byModel: report.byModel.map(toModelTotalsJson),
	byAgent: report.byAgent.map(each => toAgentTotalsJson(each, toName(report, each))),
});

const toRows = ({totals, byModel, byAgent}: Report): ReadonlyArray<readonly Field[]> => [
	['total', '', ...toFields(totals)],
	...byModel.map(each => ['model', each.model, ...toFields(each)]),
	...byAgent.map(each => ['agent', each.agentId, ...toFields(each)]),
];

const toFields = ({tokens, ...totals}: UsageTotals): readonly Field[] => [
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
];

const COLUMNS: readonly Column[] = [
	{title: '', isFlexible: true},
	{title: 'Input', align: 'right'},
	{title: 'Cache read', align: 'right'},
	{title: 'Write', align: 'right'},
	{title: 'Output', align: 'right'},
	{title: 'Total', align: 'right'},
	{title: 'Cost', align: 'right'},
];

const format = (report: Report, width: number): readonly Line[] => {
	const {totals, byModel, byAgent} = report;
	const rows: ReadonlyArray<readonly Span[]> = [
		toTitle('Models'),
		...byModel.map(each => toCells(each.model, each)),
		[{text: ''}],
		toTitle('Agents'),
		...byAgent.map(each => toCells(toName(report, each) ?? each.agentId, each)),
		[{text: ''}],
		toCells('Total', totals).map((cell): Span => ({...cell, tone: 'strong'})),
	];
	return [...layOutColumns(COLUMNS, rows, width), [], ...formatNotes(totals)];
};

const toTitle = (text: string): readonly Span[] => [{text, tone: 'quiet'}];

const toCells = (name: string, totals: UsageTotals): readonly Span[] => {
	const {tokens} = totals;
	const counts = [tokens.input, tokens.cacheRead, tokens.cacheWrite, tokens.output, totalTokens(tokens)].map(formatCount);
	return [name, ...counts, formatCost(totals)].map(text => ({text}));
};

const formatNotes = ({tokens, responses, unpriced, cacheSavedNanoUsd}: UsageTotals): readonly Line[] => [
	[
		`${formatPlural(responses, 'response')}. Cache hit rate ${formatShare(tokens.cacheRead, promptTokens(tokens))}, which saved ${formatNanoUsd(cacheSavedNanoUsd)}.`,
	],
	...(tokens.reasoning === 0 ? [] : [[`${formatInteger(tokens.reasoning)} of the output tokens were reasoning.`]]),
	...(unpriced === 0
		? []
		: [[{text: `The price of ${formatPlural(unpriced, 'response')} is unknown, so the cost is a lower bound.`, tone: 'attention' as const}]]),
];
