import type {Rates} from '../domain/prices.ts';
import {PRICE_TABLE} from './price-table.ts';

type Match =
	| {readonly or: readonly Match[]}
	| {readonly and: readonly Match[]}
	| {readonly equals: string}
	| {readonly starts_with: string}
	| {readonly ends_with: string}
	| {readonly contains: string}
	| {readonly regex: string};
/** Prompt size above which it holds, then picodollars per token of input, cache read, cache write, one-hour cache write and output. */
export type Row = readonly [above: number, input: number, cacheRead: number, cacheWrite: number, cacheWrite1h: number, output: number];
type Model = readonly [name: string, match: Match, periods: ReadonlyArray<readonly [from: string, rows: readonly Row[]]>];
type PriceTable = Readonly<Record<string, {readonly fallback: readonly string[]; readonly models: readonly Model[]}>>;

/** Prices that hold from a day on; `from` is empty when they hold for all that was before. */
export type Period = {readonly from: string; readonly fromAt: number; readonly rows: readonly Row[]};

/** A model with a place in the index. Without periods it is known to have a price that rad cannot compute. */
export type PricedModel = {readonly provider: string; readonly name: string; readonly isOwn: boolean; readonly periods: readonly Period[]};

/** A price that the user wrote; it holds for any day and any prompt. */
export type OwnPrice = {readonly provider: string; readonly model: string; readonly rates: Rates};

export type PriceIndex = {
	/** The model that answers to a name as an engine spells it: the user's own first. Undefined when nobody knows it. */
	readonly find: (provider: string, model: string) => PricedModel | undefined;
	/** Every model, by provider, the user's own first. */
	readonly all: () => readonly PricedModel[];
};

// Names come from outside: neither their length nor their number may cost much.
const NAME_LIMIT = 200;
const REMEMBERED_MODELS = 500;
/** A prompt of any size. */
const ANY_PROMPT = -1;

/** Looks up rad's price table, in which the user's own prices stand in for others. Nothing is read before the first question. */
export const createPriceIndex = (own: readonly OwnPrice[]): PriceIndex => {
	let table: PriceTable | undefined;
	const ownModels = new Map(own.map(price => [toOwnKey(price.provider, price.model), toOwnModel(price)]));
	const remembered = new Map<string, PricedModel | undefined>();
	const load = (): PriceTable => {
		table ??= JSON.parse(PRICE_TABLE) as PriceTable;
		return table;
	};
	return {
		find: (provider, model) => {
			if (model.length > NAME_LIMIT || provider.length > NAME_LIMIT) return undefined;
			const key = `${provider} ${model}`;
			const known = remembered.get(key);
			if (known !== undefined || remembered.has(key)) return known;
			const found = findOwn(ownModels, provider, model) ?? findInTable(load(), provider, model);
			if (remembered.size >= REMEMBERED_MODELS) remembered.clear();
			remembered.set(key, found);
			return found;
		},
		all: () => {
			const models = [...ownModels.values(), ...Object.entries(load()).flatMap(([provider, {models}]) => models.map(toModel(provider)))];
			return [...new Set([...Object.keys(load()), ...models.map(({provider}) => provider)])].flatMap(id =>
				models.filter(({provider}) => provider === id),
			);
		},
	};
};

const findOwn = (own: ReadonlyMap<string, PricedModel>, provider: string, model: string): PricedModel | undefined =>
	own.size === 0
		? undefined
		: toSpellings(model)
				.map(name => own.get(toOwnKey(provider, name)))
				.find(found => found !== undefined);

const findInTable = (table: PriceTable, provider: string, model: string): PricedModel | undefined => {
	const prices = Object.hasOwn(table, provider) ? table[provider] : undefined;
	if (prices === undefined) return undefined;
	for (const name of toSpellings(model)) {
		const found = prices.models.find(([, match]) => isMatch(match, name));
		if (found !== undefined) return toModel(provider)(found);
	}
	return prices.fallback.map(other => findInTable(table, other, model)).find(found => found !== undefined);
};

const toModel =
	(provider: string) =>
	([name, , periods]: Model): PricedModel => ({
		provider,
		name,
		isOwn: false,
		periods: periods.map(([from, rows]) => ({from, fromAt: from === '' ? Number.NEGATIVE_INFINITY : Date.parse(from), rows})),
	});

const toOwnModel = ({provider, model, rates}: OwnPrice): PricedModel => {
	const row: Row = [ANY_PROMPT, rates.input, rates.cacheRead, rates.cacheWrite, rates.cacheWrite1h, rates.output];
	return {provider, name: model, isOwn: true, periods: [{from: '', fromAt: Number.NEGATIVE_INFINITY, rows: [row]}]};
};

const toOwnKey = (provider: string, model: string): string => `${provider} ${toPlainName(model)}`;

/** In lower case, without a window size. */
const toPlainName = (model: string): string =>
	model
		.toLowerCase()
		.trim()
		.replace(/\[\w+\]$/, '');

/** The plain name; then with its date in the other form; then without its date. */
const toSpellings = (model: string): readonly string[] => {
	const name = toPlainName(model);
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
