import {type KnownPriceRow, PRICE_BUCKETS, type PriceBucket, type PriceRow, type Rates, toBucketCounts} from '../domain/prices.ts';
import {promptTokens, type Tokens} from '../domain/tokens.ts';
import {createPriceIndex, type OwnPrice, type Period, type PricedModel, type Row} from './price-index.ts';
import {toTierRow} from './service-tiers.ts';

/** Usage of one response, as far as its price depends on it. */
export type PricedUsage = {
	/** Whose prices hold: `anthropic`, `openai`, `google` … */
	readonly provider: string;
	/** As the provider or the engine spells it; may carry a date or a window size such as `[1m]`. */
	readonly model: string;
	readonly tokens: Tokens;
	/** The provider's service tier (see `toTier`); null or missing for the standard one. */
	readonly tier?: string | null;
	/** When it was made: prices change. */
	readonly at: number;
};

/** Whole billionths of a dollar. `cacheSavedNanoUsd` is what the cache reads would have cost more as fresh input. */
type Price = {readonly costNanoUsd: number; readonly cacheSavedNanoUsd: number};

export type Pricing = {
	/**
	 * List price of one response, undefined when the model's price is not known, or not in its service tier.
	 *
	 * Above a model's threshold the whole response has the higher rates, and the threshold looks at the whole prompt, cached or not: so
	 * the providers bill. Not known here: searches, and surcharges for a region.
	 */
	readonly price: (usage: PricedUsage) => Price | undefined;
};

/** Each bucket's exact money, in picodollars. */
type PriceLine = {readonly bucket: PriceBucket; readonly tokens: number; readonly costPicoUsd: bigint};

/** How a price came about. The lines add up to `costNanoUsd`, which is rounded once. */
export type PriceExplanation = {readonly row: KnownPriceRow; readonly lines: readonly PriceLine[]; readonly costNanoUsd: number};

export type PriceBook = Pricing & {
	/** The row that `price` uses, and what each bucket costs by it; undefined exactly when `price` is. */
	readonly explain: (usage: PricedUsage) => PriceExplanation | undefined;
	/** The prices that hold at a time and those of later days; see `Prices.list`. */
	readonly list: (at: number, filter?: string) => readonly PriceRow[];
};

const PICO_PER_NANO = 1000n;

/** Compiles rad's price table and the user's own prices, which win; needs no network and no file. */
export const createPricing = (own: readonly OwnPrice[] = []): PriceBook => {
	const index = createPriceIndex(own);
	return {
		price: usage => {
			const model = index.find(usage.provider, usage.model);
			const row = findRow(model, findPeriod(model, usage), usage);
			return row === undefined ? undefined : toPrice(row, usage.tokens);
		},
		explain: usage => {
			const model = index.find(usage.provider, usage.model);
			const period = findPeriod(model, usage);
			const row = findRow(model, period, usage);
			return model === undefined || period === undefined || row === undefined
				? undefined
				: explain({...toKnownRow(model, period, row), tier: usage.tier ?? null}, row, usage.tokens);
		},
		list: (at, filter = '') => {
			const wanted = filter.toLowerCase().trim();
			const isMeant = ({provider, name}: PricedModel): boolean => {
				const meant = index.find(provider, wanted);
				return meant?.provider === provider && meant.name === name;
			};
			const isReplaced = ({provider, name, isOwn}: PricedModel): boolean => !isOwn && index.find(provider, name)?.isOwn === true;
			const models = index.all().filter(model => !isReplaced(model));
			const named = models.filter(({provider, name}) => `${provider}/${name}`.toLowerCase().includes(wanted));
			return (named.length > 0 ? named : models.filter(isMeant)).flatMap(model => toRows(model, at));
		},
	};
};

const findPeriod = (model: PricedModel | undefined, {at}: PricedUsage): Period | undefined => model?.periods.findLast(({fromAt}) => fromAt <= at);

const findRow = (model: PricedModel | undefined, period: Period | undefined, {tokens, tier = null}: PricedUsage): Row | undefined => {
	const row = period?.rows.findLast(([above]) => promptTokens(tokens) > above);
	return model === undefined || row === undefined ? undefined : toTierRow(row, tier, model);
};

const toPrice = (row: Row, tokens: Tokens): Price | undefined => {
	const [, input, cacheRead, cacheWrite, cacheWrite1h, output] = row;
	const costPico =
		tokens.input * input +
		tokens.cacheRead * cacheRead +
		(tokens.cacheWrite - tokens.cacheWrite1h) * cacheWrite +
		tokens.cacheWrite1h * cacheWrite1h +
		tokens.output * output;
	const savedPico = tokens.cacheRead * (input - cacheRead);
	// Nothing in the sum is below 0: when it is exact, so is each part of it, and BigInts would take twenty times as long.
	if (!(Math.abs(savedPico) <= MOST_EXACT_PICO && costPico <= MOST_EXACT_PICO)) return toLargePrice(row, tokens);
	return {costNanoUsd: divideRounding(costPico), cacheSavedNanoUsd: divideRounding(savedPico)};
};

/** Leaves room for what rounding adds. */
const MOST_EXACT_PICO = Number.MAX_SAFE_INTEGER - 1000;

/** As `toNano`, and exact where dividing first would not be. */
const divideRounding = (pico: number): number => {
	const raised = pico + 500;
	return (raised - (raised % 1000)) / 1000;
};

const toLargePrice = ([, input, cacheRead, cacheWrite, cacheWrite1h, output]: Row, tokens: Tokens): Price | undefined => {
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

const explain = (known: KnownPriceRow, row: Row, tokens: Tokens): PriceExplanation | undefined => {
	const price = toPrice(row, tokens);
	if (price === undefined) return undefined;
	const counts = toBucketCounts(tokens);
	const lines = PRICE_BUCKETS.map(bucket => ({bucket, tokens: counts[bucket], costPicoUsd: times(counts[bucket], known.rates[bucket])}));
	return {row: known, lines, costNanoUsd: price.costNanoUsd};
};

const times = (count: number, picoPerToken: number): bigint => BigInt(count) * BigInt(picoPerToken);

/** Rounds half up, once for the whole sum. */
const toNano = (pico: bigint): number => Number((pico + PICO_PER_NANO / 2n) / PICO_PER_NANO);

/** The rows of the period of then and of later ones; one without rates for a model whose price rad cannot compute. */
const toRows = (model: PricedModel, at: number): readonly PriceRow[] => {
	const {provider, name, isOwn, periods} = model;
	if (periods.length === 0) return [{provider, model: name, isOwn, since: null, aboveTokens: null, tier: null, rates: null}];
	const current = periods.findLastIndex(({fromAt}) => fromAt <= at);
	return periods.slice(Math.max(0, current)).flatMap(period => period.rows.map(row => toKnownRow(model, period, row)));
};

const toKnownRow = ({provider, name, isOwn}: PricedModel, {from}: Period, row: Row): KnownPriceRow => ({
	provider,
	model: name,
	isOwn,
	since: from === '' ? null : from,
	aboveTokens: row[0] < 0 ? null : row[0],
	tier: null,
	rates: toRates(row),
});

const toRates = ([, input, cacheRead, cacheWrite, cacheWrite1h, output]: Row): Rates => ({input, cacheRead, cacheWrite, cacheWrite1h, output});
