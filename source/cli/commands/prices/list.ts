import {EXIT} from '../../../domain/failures.ts';
import type {PriceList, PriceRow} from '../../../domain/prices.ts';
import {type Column, layOutColumns} from '../../../views/columns.ts';
import type {Line, Span} from '../../../views/line.ts';
import {formatRate, formatSince, formatSource, formatTable, formatThreshold, OWN_PRICES, toUsdPerMillion} from '../../../views/prices.ts';
import {defineCommand} from '../../command.ts';
import {JSON_FLAG} from '../../flags.ts';
import {toPriceRowJson} from '../../json-records.ts';
import {formatNotes} from '../../notes.ts';
import type {Field} from '../../output.ts';

export const pricesListCommand = defineCommand({
	path: 'prices list',
	group: 'Look',
	summary: 'List prices of models',
	description: [
		'Prices are dollars per million tokens, from a table that comes with rad and has a date; no network is asked. They hold now, or from a later day where one is told. Above the prompt size of a row the whole response has the prices of that row; cached tokens count for the size. Reasoning is charged as output. Models without a price are listed as n/a.',
		'Your own prices win. Write them to .radium/prices.json, in dollars per million tokens, with cacheRead, cacheWrite and cacheWrite1h where they differ:',
		'{"anthropic": {"claude-sonnet-5": {"input": 2, "output": 10}}}',
		'What is not written costs what input does, a one-hour cache write what the other one does; a name answers with a date behind it, too. They hold for new responses: a cost that was recorded never changes.',
	],
	input: {filter: {isRequired: false, description: 'Part of provider/model, or the whole name of a model.'}},
	flags: {json: JSON_FLAG},
	pipeFields: [
		'provider',
		'model',
		'since (a day; empty: always)',
		'aboveTokens (prompt size)',
		'input (dollars per million tokens)',
		'cacheRead',
		'cacheWrite (5 minutes)',
		'cacheWrite1h',
		'output',
		'source',
	],
	examples: [
		{words: 'rad prices list sonnet', note: 'all models with sonnet in their names'},
		{words: 'rad prices list openai/gpt-5', note: 'a family of one provider'},
		{words: "rad prices list --json | jq '.[] | select(.isOwn)'", note: 'the prices that you wrote'},
	],
	exitCodes: {0: 'Done, also when there are none.', 3: 'There is no workspace.', 5: 'The file of your prices has mistakes.'},
	run: async ({input, flags, out, notes, ...context}) => {
		const list = await (await context.open()).prices.list(input.filter);
		if (flags.json) await out.json(list.rows.map(row => toPriceRowJson(row, list.table)));
		else if (!out.isTerminal) await out.fields(list.rows.map(row => toFields(row, list)));
		else if (list.rows.length === 0) await notes.line([{text: 'There are no such prices. rad prices list shows all of them.', tone: 'quiet'}]);
		else await out.lines(format(list, context.clock.now(), out.columns));
		return EXIT.done;
	},
});

const toFields = (row: PriceRow, {table}: PriceList): readonly Field[] => [
	row.provider,
	row.model,
	row.since,
	row.aboveTokens,
	...(row.rates === null ? [null, null, null, null, null] : toRates(row.rates).map(toUsdPerMillion)),
	formatSource(row, table),
];

const toRates = ({input, cacheRead, cacheWrite, cacheWrite1h, output}: NonNullable<PriceRow['rates']>): readonly number[] => [
	input,
	cacheRead,
	cacheWrite,
	cacheWrite1h,
	output,
];

const COLUMNS: readonly Column[] = [
	{title: '', isFlexible: true},
	{title: 'Input', align: 'right'},
	{title: 'Read', align: 'right'},
	{title: 'Write', align: 'right'},
	{title: '1 hour', align: 'right'},
	{title: 'Output', align: 'right'},
	{title: 'Holds'},
];

const format = ({rows, table}: PriceList, now: number, width: number): readonly Line[] => {
	const cells = rows.flatMap((row, index) => {
		const before = rows[index - 1];
		const title: ReadonlyArray<readonly Span[]> = before?.provider === row.provider ? [] : [[{text: row.provider, tone: 'quiet'}]];
		return [...title, toCells(row, before, now)];
	});
	return [...layOutColumns(COLUMNS, cells, width), [], ...formatNotes(toNotes(rows, formatTable(table)), width)];
};

/** A row for larger prompts of the same model stands below it, without its name. */
const toCells = (row: PriceRow, before: PriceRow | undefined, now: number): readonly Span[] => {
	const isSequel = row.aboveTokens !== null && before?.model === row.model && before.since === row.since;
	const holds = [row.isOwn ? 'your price' : '', isSequel ? '' : formatSince(row, now), formatThreshold(row)].filter(part => part !== '');
	const prices = row.rates === null ? ['n/a', '', '', '', ''] : toRates(row.rates).map(formatRate);
	return [{text: isSequel ? '' : row.model, tone: 'strong'}, ...prices.map((text): Span => ({text})), {text: holds.join(', '), tone: 'quiet'}];
};

const toNotes = (rows: readonly PriceRow[], table: string): readonly string[] => [
	`Dollars per million tokens, from ${table}. Cache writes last 5 minutes, or 1 hour.`,
	...(rows.some(({aboveTokens}) => aboveTokens !== null)
		? ['A prompt of the size that is told gives the whole response the prices of that row.']
		: []),
	...(rows.some(({isOwn}) => isOwn) ? [`Your price: from ${OWN_PRICES}.`] : []),
];
