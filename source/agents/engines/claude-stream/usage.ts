import {addTokens, NO_TOKENS, type Tokens} from '../../../domain/tokens.ts';
import {parseAnthropicUsage} from '../../../telemetry/anthropic-usage.ts';
import {nameAnthropicTier, toTier} from '../../../telemetry/service-tiers.ts';
import {type Foreign, toCount, toForeign} from '../../foreign.ts';
import {toBelievable} from '../believable-usage.ts';

/** Keeps the two parts within their wholes, as the store demands, whatever the engine claims. */
export const toConsistent = (tokens: Tokens): Tokens => ({
	...tokens,
	cacheWrite1h: Math.min(tokens.cacheWrite1h, tokens.cacheWrite),
	reasoning: Math.min(tokens.reasoning, tokens.output),
});

/** The tokens of a `usage` object of the Messages API; undefined when they cannot be true. */
export const readUsage = (usage: unknown): Tokens | undefined => toBelievable(parseAnthropicUsage(usage));

/** The service tier of a message, in the form of a usage fact; a message tells it in its usage. */
export const readTier = (usage: unknown): {readonly tier?: string} => {
	const tier = toTier(nameAnthropicTier(usage));
	return tier === null ? {} : {tier};
};

/** What a `result` event says about one model. */
export type ModelUsage = {
	readonly tokens: Tokens;
	/** Null where the engine does not know the model's price: it prints the price of another model then. */
	readonly costNanoUsd: number | null;
};

const NO_USAGE: ModelUsage = {tokens: NO_TOKENS, costNanoUsd: null};

/** Reads `modelUsage` or `model_usage_since_last_result`, by model name. */
export const readModelUsage = (value: unknown): ReadonlyMap<string, ModelUsage> => {
	const byModel = new Map<string, ModelUsage>();
	for (const [key, entry] of Object.entries(toForeign(value))) {
		const model = toModelName(key);
		byModel.set(model, addModelUsage(byModel.get(model), readModelEntry(toForeign(entry))));
	}
	return byModel;
};

export const addModelUsage = (left: ModelUsage = NO_USAGE, right: ModelUsage): ModelUsage => ({
	tokens: addTokens(left.tokens, right.tokens),
	costNanoUsd: left.costNanoUsd === null ? right.costNanoUsd : left.costNanoUsd + (right.costNanoUsd ?? 0),
});

/** The name under which a model is served: without the mark of a long context window. */
export const toModelName = (name: string): string => name.replace(/\[1m\]$/, '');

const readModelEntry = (entry: Foreign): ModelUsage => ({
	tokens: toConsistent({
		input: toCount(entry['inputTokens']),
		cacheRead: toCount(entry['cacheReadInputTokens']),
		cacheWrite: toCount(entry['cacheCreationInputTokens']),
		cacheWrite1h: toCount(entry['cacheCreationEphemeral1hInputTokens']),
		output: toCount(entry['outputTokens']),
		reasoning: toCount(entry['thinkingTokens']),
	}),
	costNanoUsd: entry['costBasis'] === 'unknown' ? null : toNanoUsd(entry['costUSD']),
});

const NANO = 10 ** 9;

const toNanoUsd = (value: unknown): number | null => {
	if (typeof value !== 'number' || !(value >= 0)) return null;
	const nano = Math.round(value * NANO);
	return Number.isSafeInteger(nano) ? nano : null;
};
