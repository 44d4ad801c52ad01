import type {CostSource, UsageRecord, UsageTotals} from '../domain/records.ts';
import {addTokens, NO_TOKENS, promptTokens, type Tokens} from '../domain/tokens.ts';

type Counted = Pick<UsageRecord, 'tokens' | 'costNanoUsd' | 'costSource' | 'cacheSavedNanoUsd'>;

/** Adds up usage records. A record without a price adds its tokens and makes the cost a lower bound. */
export const sumUsage = (records: readonly Counted[]): UsageTotals => ({
	tokens: records.reduce((sum, {tokens}) => addTokens(sum, tokens), NO_TOKENS),
	responses: records.length,
	costNanoUsd: sumNano(records.map(({costNanoUsd}) => costNanoUsd)),
	unpriced: records.filter(({costSource}) => costSource === 'unknown').length,
	costSource: joinSources(new Set(records.map(({costSource}) => costSource))),
	cacheSavedNanoUsd: sumNano(records.map(({cacheSavedNanoUsd}) => cacheSavedNanoUsd)),
});

/** Which part of the prompts was read from a cache, 0 to 1; undefined when there was no prompt. */
export const cacheHitRate = (tokens: Tokens): number | undefined => {
	const prompt = promptTokens(tokens);
	return prompt === 0 ? undefined : tokens.cacheRead / prompt;
};

const sumNano = (amounts: ReadonlyArray<number | null>): bigint => amounts.reduce((sum, amount) => sum + BigInt(amount ?? 0), 0n);

const joinSources = (sources: ReadonlySet<CostSource>): CostSource => {
	if (sources.has('estimated')) return 'estimated';
	return sources.has('reported') ? 'reported' : 'unknown';
};
