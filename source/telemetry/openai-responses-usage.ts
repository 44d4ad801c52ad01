import {defineFields, isRecord, readTokens, type UsageAccumulator, type UsageReading, unknownUsage} from './usage-reading.ts';

const FIELDS = defineFields(
	['input_tokens', 'output_tokens'],
	['input_tokens_details.cached_tokens', 'input_tokens_details.cache_write_tokens', 'output_tokens_details.reasoning_tokens'],
);

/** Reads `usage` of an OpenAI Response, whose input includes what was read from and written to the cache and whose output includes the reasoning. */
export const parseOpenAiResponsesUsage = (usage: unknown): UsageReading =>
	readTokens(usage, FIELDS, counts => {
		const cacheRead = counts['input_tokens_details.cached_tokens'];
		const cacheWrite = counts['input_tokens_details.cache_write_tokens'];
		return {
			input: counts.input_tokens - cacheRead - cacheWrite,
			cacheRead,
			cacheWrite,
			cacheWrite1h: 0,
			output: counts.output_tokens,
			reasoning: counts['output_tokens_details.reasoning_tokens'],
		};
	});

/** Gathers events of a streamed Response: only the one that ends it (`response.completed`, `incomplete` or `failed`) has usage. */
export const createOpenAiResponsesAccumulator = (): UsageAccumulator => {
	let last = unknownUsage('the stream did not end');
	return {
		add: event => {
			if (!isRecord(event) || !isRecord(event['response']) || !isRecord(event['response']['usage'])) return;
			last = parseOpenAiResponsesUsage(event['response']['usage']);
		},
		usage: () => last,
	};
};
