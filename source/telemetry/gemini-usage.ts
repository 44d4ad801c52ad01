import {defineFields, isRecord, readTokens, type UsageAccumulator, type UsageReading, unknownUsage} from './usage-reading.ts';

const FIELDS = defineFields(
	['promptTokenCount'],
	['cachedContentTokenCount', 'toolUsePromptTokenCount', 'candidatesTokenCount', 'thoughtsTokenCount'],
);

/**
 * Reads `usageMetadata` of Gemini's generateContent: the prompt includes what was cached, results of tools come on top of it, and
 * thoughts come on top of the candidates (both are billed as output). Cache writes are not counted by this provider.
 */
export const parseGeminiUsage = (usage: unknown): UsageReading =>
	readTokens(usage, FIELDS, counts => ({
		input: counts.promptTokenCount - counts.cachedContentTokenCount + counts.toolUsePromptTokenCount,
		cacheRead: counts.cachedContentTokenCount,
		cacheWrite: 0,
		cacheWrite1h: 0,
		output: counts.candidatesTokenCount + counts.thoughtsTokenCount,
		reasoning: counts.thoughtsTokenCount,
	}));

/** Gathers chunks of a streamed answer: each has the counts so far, so the last one holds. */
export const createGeminiAccumulator = (): UsageAccumulator => {
	let last = unknownUsage('no chunk had usage');
	return {
		add: chunk => {
			if (isRecord(chunk) && isRecord(chunk['usageMetadata'])) last = parseGeminiUsage(chunk['usageMetadata']);
		},
		usage: () => last,
	};
};
