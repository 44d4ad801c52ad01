import {defineFields, isRecord, readTokens, type UsageAccumulator, type UsageReading, unknownUsage} from './usage-reading.ts';

const FIELDS = defineFields(
	['prompt_tokens', 'completion_tokens'],
	['prompt_tokens_details.cached_tokens', 'prompt_tokens_details.cache_write_tokens', 'completion_tokens_details.reasoning_tokens'],
);

/** Reads `usage` of an OpenAI Chat Completion, whose prompt includes what was cached and whose completion includes the reasoning. */
export const parseOpenAiChatUsage = (usage: unknown): UsageReading =>
	readTokens(usage, FIELDS, counts => {
		const cacheRead = counts['prompt_tokens_details.cached_tokens'];
		const cacheWrite = counts['prompt_tokens_details.cache_write_tokens'];
		return {
			input: counts.prompt_tokens - cacheRead - cacheWrite,
			cacheRead,
			cacheWrite,
			cacheWrite1h: 0,
			output: counts.completion_tokens,
			reasoning: counts['completion_tokens_details.reasoning_tokens'],
		};
	});

/** Gathers chunks of a streamed Chat Completion. Only the one before the end has usage, and only when `stream_options.include_usage` was asked for. */
export const createOpenAiChatAccumulator = (): UsageAccumulator => {
	let last = unknownUsage('no chunk had usage');
	return {
		add: chunk => {
			if (isRecord(chunk) && isRecord(chunk['usage'])) last = parseOpenAiChatUsage(chunk['usage']);
		},
		usage: () => last,
	};
};
