import type {Tokens} from '../../../domain/tokens.ts';
import {parseGeminiUsage} from '../../../telemetry/gemini-usage.ts';
import {defineFields, readTokens} from '../../../telemetry/usage-reading.ts';
import {type Foreign, toCount, toForeign} from '../../foreign.ts';
import {toBelievable} from '../believable-usage.ts';

/** The `tokens` of a row of a session file: the provider's own counts by shorter names. Undefined when they cannot be true. */
export const readRowTokens = (tokens: Foreign): Tokens | undefined => {
	// The prompts of tools come on top of the prompt, so that they would hide it.
	if (toCount(tokens['cached']) > toCount(tokens['input'])) return undefined;
	return toBelievable(
		parseGeminiUsage({
			promptTokenCount: tokens['input'],
			cachedContentTokenCount: tokens['cached'],
			toolUsePromptTokenCount: tokens['tool'],
			candidatesTokenCount: tokens['output'],
			thoughtsTokenCount: tokens['thoughts'],
		}),
	);
};

const STATS_FIELDS = defineFields(['total_tokens', 'input_tokens', 'output_tokens'], ['cached']);

/**
 * The `stats` of a `result` event, by model; undefined where they cannot be true. They leave out what was thought: it is what is missing
 * to the total, together with the rare prompts of the provider's own tools, which are counted as thought here.
 */
export const readStats = (stats: unknown): ReadonlyMap<string, Tokens | undefined> =>
	new Map(Object.entries(toForeign(toForeign(stats)['models'])).map(([model, entry]) => [model, readModelStats(entry)]));

const readModelStats = (entry: unknown): Tokens | undefined =>
	toBelievable(
		readTokens(entry, STATS_FIELDS, counts => ({
			input: counts.input_tokens - counts.cached,
			cacheRead: counts.cached,
			cacheWrite: 0,
			cacheWrite1h: 0,
			output: counts.total_tokens - counts.input_tokens,
			reasoning: counts.total_tokens - counts.input_tokens - counts.output_tokens,
		})),
	);
