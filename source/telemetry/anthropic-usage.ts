import {defineFields, isRecord, readTokens, type UsageAccumulator, type UsageReading, unknownUsage} from './usage-reading.ts';

const FIELDS = defineFields(
	['input_tokens', 'output_tokens'],
	[
		'cache_read_input_tokens',
		'cache_creation_input_tokens',
		'cache_creation.ephemeral_5m_input_tokens',
		'cache_creation.ephemeral_1h_input_tokens',
		'output_tokens_details.thinking_tokens',
	],
);

/** Reads `usage` of an Anthropic message, whose input leaves out what was read from or written to a cache and whose output includes the thinking. */
export const parseAnthropicUsage = (usage: unknown): UsageReading =>
	readTokens(usage, FIELDS, counts => {
		const hour = counts['cache_creation.ephemeral_1h_input_tokens'];
		const split = counts['cache_creation.ephemeral_5m_input_tokens'] + hour;
		return {
			input: counts.input_tokens,
			cacheRead: counts.cache_read_input_tokens,
			// The split is of this same count; some gateways give only the split.
			cacheWrite: isGiven(usage, 'cache_creation_input_tokens') ? counts.cache_creation_input_tokens : split,
			cacheWrite1h: hour,
			output: counts.output_tokens,
			reasoning: counts['output_tokens_details.thinking_tokens'],
		};
	});

/**
 * Gathers events of a streamed message. `message_start` has the input side and the split of cache writes, `message_delta` the counts so
 * far: each count that it has replaces the one before. A stream that was cut gives the few output tokens that were counted until then.
 */
export const createAnthropicAccumulator = (): UsageAccumulator => {
	let merged: Readonly<Record<string, unknown>> | undefined;
	const merge = (usage: unknown): void => {
		if (!isRecord(usage)) return;
		merged = {...merged, ...Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== null))};
	};
	return {
		add: event => {
			if (!isRecord(event)) return;
			if (event['type'] === 'message_start' && isRecord(event['message'])) merge(event['message']['usage']);
			if (event['type'] === 'message_delta') merge(event['usage']);
		},
		usage: () => (merged === undefined ? unknownUsage('no event had usage') : parseAnthropicUsage(merged)),
	};
};

const isGiven = (usage: unknown, field: string): boolean => isRecord(usage) && typeof usage[field] === 'number';
