import {PRICE_BUCKETS, type PriceBucket, type Rates} from '../domain/prices.ts';
import {suggest} from '../domain/suggest.ts';
import type {OwnPrice} from './price-index.ts';

/** Prices of a file, or every mistake in it, each with its place. */
export type OwnPricesReading = {readonly prices: readonly OwnPrice[]; readonly problems: readonly string[]};

type Entries = ReadonlyArray<readonly [string, unknown]>;
type Found<Value> = {readonly value: Value; readonly problems: readonly string[]};

/** What a file of prices looks like: dollars per million tokens. */
export const PRICES_EXAMPLE =
	'{"anthropic": {"claude-sonnet-5": {"input": 2, "cacheRead": 0.2, "cacheWrite": 2.5, "cacheWrite1h": 4, "output": 10}}}';

const MODEL_EXAMPLE = '{"input": 2, "output": 10}';
// A dollar per million tokens is a million picodollars per token.
const PICO_PER_DOLLAR = 1e6;
const DEAREST = 1e6;
const TOLERANCE = 1e-3;

/** Reads a user's prices: `{"<provider>": {"<model>": {"input": 2, "output": 10}}}`, dollars per million tokens. */
export const parseOwnPrices = (text: string): OwnPricesReading => {
	const document = parseJson(text);
	if (document.problem !== undefined) return {prices: [], problems: [document.problem]};
	const providers = toEntries(document.value);
	if (providers === undefined) return {prices: [], problems: [`it must be an object of providers; write ${PRICES_EXAMPLE}`]};
	const read = providers.map(([provider, models]) => readProvider(provider, models));
	const problems = read.flatMap(each => each.problems);
	return {prices: problems.length > 0 ? [] : read.flatMap(({value}) => value), problems};
};

const parseJson = (text: string): {readonly value?: unknown; readonly problem?: string} => {
	try {
		return {value: JSON.parse(text.replace(/^\uFEFF/, '')) as unknown};
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		const offset = Number(/position (\d+)/.exec(message)?.[1] ?? text.length);
		const before = text.slice(0, offset).split('\n');
		return {problem: `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: this is no JSON; write ${PRICES_EXAMPLE}`};
	}
};

const readProvider = (provider: string, models: unknown): Found<readonly OwnPrice[]> => {
	const entries = toEntries(models);
	if (entries === undefined)
		return {value: [], problems: [`${provider}: it must be an object of models; write {"claude-sonnet-5": ${MODEL_EXAMPLE}}`]};
	const read = entries.map(([model, prices]) => readModel(provider, model, prices));
	return {value: read.flatMap(({value}) => value), problems: read.flatMap(({problems}) => problems)};
};

const readModel = (provider: string, model: string, prices: unknown): Found<readonly OwnPrice[]> => {
	const place = `${provider} > ${model}`;
	const entries = toEntries(prices);
	if (entries === undefined) return {value: [], problems: [`${place}: write its dollars per million tokens: ${MODEL_EXAMPLE}`]};
	const problems = entries.flatMap(([bucket, price]) => findProblem(`${place} > ${bucket}`, bucket, price) ?? []);
	const missing = entries.some(([bucket]) => bucket === 'input') ? [] : [`${place}: input is missing; write ${MODEL_EXAMPLE}`];
	const all = [...problems, ...missing];
	return {value: all.length > 0 ? [] : [{provider: provider.toLowerCase().trim(), model, rates: toRates(entries)}], problems: all};
};

const findProblem = (place: string, bucket: string, price: unknown): string | undefined => {
	if (!isBucket(bucket)) {
		const guess = suggest(bucket, PRICE_BUCKETS);
		return `${place}: there is no such price; write ${guess ?? `one of ${PRICE_BUCKETS.join(', ')}`}`;
	}
	return toPico(price) === undefined
		? `${place}: write dollars per million tokens, a number from 0 to 1000000 with at most six decimals, such as 2.5`
		: undefined;
};

/** A bucket that is not written costs what fresh input does; a one-hour cache write what the other one does. */
const toRates = (entries: Entries): Rates => {
	const written = new Map(entries.map(([bucket, price]) => [bucket, toPico(price)]));
	const input = written.get('input') ?? 0;
	const cacheWrite = written.get('cacheWrite') ?? input;
	return {
		input,
		cacheRead: written.get('cacheRead') ?? input,
		cacheWrite,
		cacheWrite1h: written.get('cacheWrite1h') ?? cacheWrite,
		output: written.get('output') ?? input,
	};
};

const toPico = (price: unknown): number | undefined => {
	if (typeof price !== 'number' || !(price >= 0 && price <= DEAREST)) return undefined;
	const whole = Math.round(price * PICO_PER_DOLLAR);
	return Math.abs(price * PICO_PER_DOLLAR - whole) < TOLERANCE ? whole : undefined;
};

const isBucket = (name: string): name is PriceBucket => PRICE_BUCKETS.some(bucket => bucket === name);

const toEntries = (value: unknown): Entries | undefined =>
	typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : undefined;
