import {promptTokens, type Tokens} from '../domain/tokens.ts';
import {PRICE_TABLE} from './price-table.ts';

/** Usage of one response, as far as its price depends on it. */
type PricedUsage = {
	/** Whose prices hold: `anthropic`, `openai`, `google` … */
	readonly provider: string;
	/** As the provider or the engine spells it; may carry a date or a window size such as `[1m]`. */
	readonly model: string;
	readonly tokens: Tokens;
	/** When it was made: prices change. */
	readonly at: number;
};

/** Whole billionths of a dollar. `cacheSavedNanoUsd` is what the cache reads would have cost more as fresh input. */
type Price = {readonly costNanoUsd: number; readonly cacheSavedNanoUsd: number};

export type Pricing = {
	/**
	 * List price of one response, undefined when the model's price is not known.
	 *
	 * Above a model's threshold the whole response has the higher rates, and the threshold looks at the whole prompt, cached or not: so
	 * the providers bill. Not known here: discounts of batch, flex, priority and fast modes, and searches.
	 */
	readonly price: (usage: PricedUsage) => Price | undefined;
};

type Match =
	| {readonly or: readonly Match[]}
	| {readonly and: readonly Match[]}
	| {readonly equals: string}
	| {readonly starts_with: string}
	| {readonly ends_with: string}
	| {readonly contains: string}
	| {readonly regex: string};
/** Prompt size above which it holds, then picodollars per token of input, cache read, cache write, one-hour cache write and output. */
type Row = readonly [above: number, input: number, cacheRead: number, cacheWrite: number, cacheWrite1h: number, output: number];
type Period = readonly [from: string, rows: readonly Row[]];
type Model = readonly [name: string, match: Match, periods: readonly Period[]];
type PriceTable = Readonly<Record<string, {readonly fallback: readonly string[]; readonly models: readonly Model[]}>>;

type DatedRates = {readonly fromAt: number; readonly rows: readonly Row[]};

const PICO_PER_NANO = 1000n;
// Names come from outside: neither their length nor their number may cost much.
const NAME_LIMIT = 200;
const REMEMBERED_MODELS = 500;

/** Compiles rad's price table; needs no network and no file. */
export const createPricing = (): Pricing => {
	const table: PriceTable = JSON.parse(PRICE_TABLE);
	const remembered = new Map<string, readonly DatedRates[]>();
	const findRates = (provider: string, model: string): readonly DatedRates[] => {
		const key = `${provider} ${model}`;
		const known = remembered.get(key);
		if (known !== undefined) return known;
		const periods = findModel(table, provider, model)?.[2] ?? [];
		const rates = periods.map(([from, rows]) => ({fromAt: from === '' ? Number.NEGATIVE_INFINITY : Date.parse(from), rows}));
		if (remembered.size >= REMEMBERED_MODELS) remembered.clear();
		remembered.set(key, rates);
		return rates;
	};
	return {
		price: ({provider, model, tokens, at}) => {
			if (model.length > NAME_LIMIT || provider.length > NAME_LIMIT) return undefined;
			const rates = findRates(provider, model).findLast(({fromAt}) => fromAt <= at);
			const row = rates?.rows.findLast(([above]) => promptTokens(tokens) > above);
			return row === undefined ? undefined : toPrice(row, tokens);
		},
	};
};

const toPrice = ([, input, cacheRead, cacheWrite, cacheWrite1h, output]: Row, tokens: Tokens): Price | undefined => {
	const costPico =
		times(tokens.input, input) +
		times(tokens.cacheRead, cacheRead) +
		times(tokens.cacheWrite - tokens.cacheWrite1h, cacheWrite) +
		times(tokens.cacheWrite1h, cacheWrite1h) +
		times(tokens.output, output);
	const costNanoUsd = toNano(costPico);
	const cacheSavedNanoUsd = toNano(times(tokens.cacheRead, input - cacheRead));
	// More than nine million dollars for one response: no record of this could be exact.
	return Number.isSafeInteger(costNanoUsd) && Number.isSafeInteger(cacheSavedNanoUsd) ? {costNanoUsd, cacheSavedNanoUsd} : undefined;
};

const times = (count: number, picoPerToken: number): bigint => BigInt(count) * BigInt(picoPerToken);

/** Rounds half up, once for the whole sum. */
const toNano = (pico: bigint): number => Number((pico + PICO_PER_NANO / 2n) / PICO_PER_NANO);

const findModel = (table: PriceTable, provider: string, model: string): Model | undefined => {
	const prices = Object.hasOwn(table, provider) ? table[provider] : undefined;
	if (prices === undefined) return undefined;
	for (const name of toSpellings(model)) {
		const found = prices.models.find(([, match]) => isMatch(match, name));
		if (found !== undefined) return found;
	}
	return prices.fallback.map(other => findModel(table, other, model)).find(found => found !== undefined);
};

/** The name in lower case without a window size; then with its date in the other form; then without its date. */
const toSpellings = (model: string): readonly string[] => {
	const name = model
		.toLowerCase()
		.trim()
		.replace(/\[\w+\]$/, '');
	const date = /-(20\d\d)-?(\d\d)-?(\d\d)$/;
	return [name, name.replace(date, '-$1-$2-$3'), name.replace(date, '-$1$2$3'), name.replace(date, '')];
};

const isMatch = (match: Match, name: string): boolean => {
	if ('or' in match) return match.or.some(each => isMatch(each, name));
	if ('and' in match) return match.and.every(each => isMatch(each, name));
	if ('equals' in match) return name === match.equals.toLowerCase();
	if ('starts_with' in match) return name.startsWith(match.starts_with.toLowerCase());
	if ('ends_with' in match) return name.endsWith(match.ends_with.toLowerCase());
	if ('contains' in match) return name.includes(match.contains.toLowerCase());
	return new RegExp(match.regex).test(name);
};
