import {EXIT} from '../../../domain/failures.ts';
import {formatInteger} from '../../../domain/figures.ts';
import type {CostExplanation, CostPart} from '../../../domain/prices.ts';
import type {Rad} from '../../../domain/rad.ts';
import type {Agent, UsageTotals} from '../../../domain/records.ts';
import {totalTokens} from '../../../domain/tokens.ts';
import {type Column, layOutColumns} from '../../../views/columns.ts';
import {formatPlural} from '../../../views/format.ts';
import type {Line, Span} from '../../../views/line.ts';
import {BUCKET_TITLES, describePrice, formatMoney, formatRate, formatSource, formatTable, toUsdPerMillion} from '../../../views/prices.ts';
import {recordedOf} from '../../../views/recorded.ts';
import {defineCommand} from '../../command.ts';
import {JSON_FLAG} from '../../flags.ts';
import {toCostExplanationJson, toTotalsJson} from '../../json-records.ts';
import {formatNotes} from '../../notes.ts';
import type {Field} from '../../output.ts';
import type {OutputOf} from '../../schemas/zod-outputs.ts';

export const pricesExplainCommand = defineCommand({
	path: 'prices explain',
	group: 'Look',
	summary: 'Show how the cost of an agent comes about',
	description: [
		'Multiplies the tokens of an agent by prices, line by line: one part for each model, service tier, price and source of the recorded cost. The prices are those that rad knows now, for the day on which each response was made. The figures leave out those of sub-agents: explain each of them for itself.',
		'The sum stands beside what is recorded, which never changes: what the engine reported itself, or what rad estimated when the response came. Where they differ, the difference is told. A model without a price has tokens and no money.',
	],
	input: {agent: {isRequired: true, description: 'Id of an agent, or the beginning of one.'}},
	flags: {json: {...JSON_FLAG, description: 'Print {agentId, table, parts, totals} for scripts.'}},
	pipeFields: [
		'kind (a bucket, estimate or recorded)',
		'provider',
		'model',
		'responses',
		'tokens',
		'dollars per million tokens',
		'costNanoUsd (empty: not known)',
		'costSource (reported, estimated or unknown)',
		'since (a day; empty: always)',
		'aboveTokens (prompt size)',
		'source of the price',
		'service tier (empty: standard)',
	],
	examples: [
		{words: 'rad prices explain agt_3k9t', note: 'tokens × price = money, and what is recorded'},
		{words: 'rad prices explain agt_3k9t --json | jq .totals', note: 'both sums'},
	],
	exitCodes: {
		0: 'Done, also when it used no model.',
		2: 'The id fits several agents.',
		3: 'There is no such agent, or no workspace.',
		5: 'The file of your prices has mistakes.',
	},
	run: async ({input, flags, out, notes, ...context}) => {
		const report = await load(await context.open(), input.agent);
		if (flags.json) await out.json(toJson(report));
		else if (!out.isTerminal) await out.fields(report.parts.flatMap(part => toFields(part, report)));
		else if (report.parts.length === 0) await notes.line([{text: 'It used no model.', tone: 'quiet'}]);
		else await out.lines(format(report, context.clock.now(), out.columns));
		return EXIT.done;
	},
});

type Report = CostExplanation & {readonly agent: Agent; readonly totals: UsageTotals; readonly hasSubAgents: boolean};

const load = async (rad: Rad, prefix: string): Promise<Report> => {
	const agent = await rad.monitor.find(prefix);
	const [explanation, totals, agents] = await Promise.all([
		rad.prices.explain(agent.id),
		rad.telemetry.totals({agentId: agent.id}),
		rad.monitor.list({runId: agent.planId}),
	]);
	return {...explanation, agent, totals, hasSubAgents: agents.some(({parentId}) => parentId === agent.id)};
};

const toJson = ({agent, totals, ...explanation}: Report): OutputOf<'cost-explanation'> => ({
	agentId: agent.id,
	name: agent.name,
	...toCostExplanationJson(explanation),
	totals: {...sumEstimates(explanation.parts), ...toTotalsJson(totals, recordedOf(agent, totals))},
});

/** What all parts with a price make; null when none has one. */
const sumEstimates = (parts: readonly CostPart[]) => {
	const known = parts.flatMap(({estimateNanoUsd}) => estimateNanoUsd ?? []);
	const estimateNanoUsd = known.length === 0 ? null : sum(known);
	const unestimated = parts.filter(part => part.estimateNanoUsd === null).reduce((count, {responses}) => count + responses, 0);
	return {estimateNanoUsd, unestimated};
};

const toFields = (part: CostPart, {table}: Report): ReadonlyArray<readonly Field[]> => {
	const {provider, model, tier, responses, price, lines, estimateNanoUsd, costNanoUsd, costSource} = part;
	const toRow = (kind: string, tokens: number, rate: number | null, cost: bigint | null, source: string): readonly Field[] => [
		kind,
		provider,
		model,
		responses,
		tokens,
		rate,
		cost === null ? null : String(cost),
		source,
		price?.since ?? null,
		price?.aboveTokens ?? null,
		price === null ? null : formatSource(price, table),
		tier,
	];
	const estimated = price === null ? 'unknown' : 'estimated';
	return [
		...lines.map(line => toRow(line.bucket, line.tokens, price && toUsdPerMillion(price.rates[line.bucket]), line.costNanoUsd, estimated)),
		toRow('estimate', totalTokens(part.tokens), null, estimateNanoUsd, estimated),
		toRow('recorded', totalTokens(part.tokens), null, costNanoUsd, costSource),
	];
};

const COLUMNS: readonly Column[] = [
	{title: '', isFlexible: true},
	{title: 'Tokens', align: 'right'},
	{title: '$ per million', align: 'right'},
	{title: 'Money', align: 'right'},
];

/** A line of the table before its money is written: all amounts of an agent have the same decimals. */
type Item = {
	readonly title: string;
	readonly tokens: string;
	readonly rate: string;
	readonly amount: bigint | null | undefined;
	readonly tone?: 'strong' | 'quiet' | 'attention';
};

const format = (report: Report, now: number, width: number): readonly Line[] => {
	const {parts, table} = report;
	const blocks = parts.map(part => [toHeading(part), ...toItems(part)]);
	const items = [...blocks.flatMap((block, index) => (index === 0 ? block : [BLANK, ...block])), ...(parts.length > 1 ? toTotals(parts) : [])];
	const money = formatMoney(items.map(({amount}) => amount ?? null));
	const rows = items.map(({title, tokens, rate, amount, tone}, index) =>
		[title, tokens, rate, amount === undefined ? '' : (money[index] ?? '')].map((text): Span => (tone === undefined ? {text} : {text, tone})),
	);
	const prices = [...new Set(parts.flatMap(({price}) => (price === null ? [] : [`Price of ${describePrice(price, table, now)}.`])))];
	return [...layOutColumns(COLUMNS, rows, width), [], ...formatNotes([...prices, ...toNotes(report)], width)];
};

const BLANK: Item = {title: '', tokens: '', rate: '', amount: undefined};

const toHeading = ({provider, model, tier, responses}: CostPart): Item => ({
	...BLANK,
	title: [`${model} of ${provider}`, ...(tier === null ? [] : [`${tier} tier`]), formatPlural(responses, 'response')].join(', '),
	tone: 'strong',
});

/** Buckets without tokens are left out: they are no money by any price. */
const toItems = (part: CostPart): readonly Item[] => {
	const used = part.lines.filter(({tokens}) => tokens > 0);
	const lines = used.map(
		({bucket, tokens, costNanoUsd}): Item => ({
			title: `  ${BUCKET_TITLES[bucket]}`,
			tokens: formatInteger(tokens),
			rate: part.price === null ? 'n/a' : formatRate(part.price.rates[bucket]),
			amount: costNanoUsd,
		}),
	);
	return [...lines, ...toSums(part)];
};

const toSums = (part: CostPart): readonly Item[] => {
	const {price, estimateNanoUsd, costNanoUsd, costSource} = part;
	const isAsRecorded = costSource !== 'reported' && costNanoUsd === estimateNanoUsd;
	const title = price === null ? 'No price is known' : isAsRecorded ? 'Estimate, as recorded' : 'Our estimate now';
	const estimate: Item = {...BLANK, title: `  ${title}`, tokens: formatInteger(totalTokens(part.tokens)), amount: estimateNanoUsd};
	if (isAsRecorded) return [estimate];
	const recorded: Item = {...BLANK, title: `  ${RECORDED_TITLES[costSource]}`, amount: costNanoUsd};
	return [estimate, recorded, ...toDifference(part)];
};

const RECORDED_TITLES: Readonly<Record<CostPart['costSource'], string>> = {
	reported: 'Reported by the engine',
	estimated: 'Recorded when it came',
	unknown: 'Recorded without a price',
};

const toDifference = ({estimateNanoUsd, costNanoUsd, costSource}: CostPart): readonly Item[] => {
	if (estimateNanoUsd === null || costNanoUsd === null) return [];
	const title = costSource === 'reported' ? '  Reported less estimated' : '  Recorded less estimated';
	const amount = costNanoUsd - estimateNanoUsd;
	return [amount === 0n ? {...BLANK, title, amount} : {...BLANK, title, amount, tone: 'attention'}];
};

const toTotals = (parts: readonly CostPart[]): readonly Item[] => {
	const tokens = formatInteger(parts.reduce((count, part) => count + totalTokens(part.tokens), 0));
	const recorded = parts.flatMap(({costNanoUsd}) => costNanoUsd ?? []);
	const {estimateNanoUsd} = sumEstimates(parts);
	return [
		BLANK,
		{...BLANK, title: 'All estimates', tokens, amount: estimateNanoUsd, tone: 'strong'},
		{...BLANK, title: 'All that is recorded', amount: recorded.length === 0 ? null : sum(recorded), tone: 'strong'},
	];
};

const toNotes = ({parts, table, agent, hasSubAgents}: Report): readonly string[] => {
	const reasoning = parts.reduce((count, {tokens}) => count + tokens.reasoning, 0);
	const isMissing = parts.some(({price}) => price === null);
	const isOtherwise = parts.some(({costSource, estimateNanoUsd, costNanoUsd}) => costSource !== 'reported' && costNanoUsd !== estimateNanoUsd);
	return [
		...(reasoning === 0 ? [] : [`${formatInteger(reasoning)} of the output tokens were reasoning; it is charged as output.`]),
		...(isOtherwise ? ['The prices of now make another cost than those of then. What is recorded stays.'] : []),
		...(isMissing
			? [`No price is known: neither in ${formatTable(table)} nor in yours. Sums leave it out; rad help prices list tells how to write one.`]
			: []),
		'List prices: searches, and surcharges for a region, are not in an estimate.',
		...(hasSubAgents ? ['These figures leave out those of its sub-agents.'] : []),
		...(agent.isRecording ? ['It plays back a recording: nothing was spent now.'] : []),
	];
};

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);
