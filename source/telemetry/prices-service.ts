import type {AgentId} from '../domain/ids.ts';
import {type CostPart, PRICE_BUCKETS, type Prices, toBucketCounts} from '../domain/prices.ts';
import type {UsageRecord} from '../domain/records.ts';
import {addTokens, NO_TOKENS} from '../domain/tokens.ts';
import {apportion} from './apportion.ts';
import {PRICE_TABLE_SOURCE} from './price-table.ts';
import type {PriceBook, PriceExplanation} from './pricing.ts';

export type PricesOptions = {
	/** @throws {RadError} `WORKSPACE_UNUSABLE`. */
	readonly load: () => PriceBook;
	/** In the order in which they were first seen. */
	readonly records: (filter: {readonly agentId: AgentId}) => Promise<readonly UsageRecord[]>;
	readonly now: () => number;
};

type Explained = {readonly record: UsageRecord; readonly explanation: PriceExplanation | undefined};

/** Prices as a front end sees them. It only reads. */
export const createPrices = ({load, records, now}: PricesOptions): Prices => ({
	list: async filter => ({table: PRICE_TABLE_SOURCE, rows: load().list(now(), filter)}),
	explain: async agentId => {
		const book = load();
		return {table: PRICE_TABLE_SOURCE, parts: explainCosts(book, await records({agentId}))};
	},
});

/** Groups responses by model, price and source of their recorded cost, and tells how the cost of each group comes about by the book. */
export const explainCosts = (book: PriceBook, records: readonly UsageRecord[]): readonly CostPart[] => {
	const parts = new Map<string, Explained[]>();
	for (const record of records) {
		const explained = {record, explanation: book.explain(record)};
		const part = parts.get(toKey(explained));
		if (part === undefined) parts.set(toKey(explained), [explained]);
		else part.push(explained);
	}
	return [...parts.values()].flatMap(toPart);
};

const toKey = ({record: {provider, model, tier, costSource}, explanation}: Explained): string => {
	const row = explanation?.row;
	return JSON.stringify([provider, model, tier, costSource, row?.model, row?.isOwn, row?.since, row?.aboveTokens]);
};

const toPart = (part: readonly Explained[]): readonly CostPart[] => {
	const [first] = part;
	if (first === undefined) return [];
	const {provider, model, tier, costSource} = first.record;
	const tokens = part.reduce((sum, {record}) => addTokens(sum, record.tokens), NO_TOKENS);
	const explanations = part.flatMap(({explanation}) => explanation ?? []);
	const estimateNanoUsd = explanations.length === 0 ? null : sum(explanations.map(({costNanoUsd}) => BigInt(costNanoUsd)));
	const costs = estimateNanoUsd === null ? [] : spread(estimateNanoUsd, explanations);
	const counts = toBucketCounts(tokens);
	return [
		{
			provider,
			model,
			tier,
			responses: part.length,
			tokens,
			price: first.explanation?.row ?? null,
			lines: PRICE_BUCKETS.map((bucket, index) => ({bucket, tokens: counts[bucket], costNanoUsd: costs[index] ?? null})),
			estimateNanoUsd,
			costSource,
			costNanoUsd: costSource === 'unknown' ? null : sum(part.map(({record}) => BigInt(record.costNanoUsd ?? 0))),
		},
	];
};

/** The money of each bucket: whole billionths that add up to the sum of the rounded responses, none further off than those are. */
const spread = (totalNanoUsd: bigint, explanations: readonly PriceExplanation[]): readonly bigint[] => {
	const weights = PRICE_BUCKETS.map((_, index) => sum(explanations.map(({lines}) => lines[index]?.costPicoUsd ?? 0n)));
	return apportion(Number(totalNanoUsd), weights.map(Number)).map(BigInt);
};

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);
