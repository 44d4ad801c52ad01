import {readFileSync} from 'node:fs';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {addTokens, NO_TOKENS, type Tokens} from '../../../source/domain/tokens.ts';
import {createAnthropicAccumulator, parseAnthropicUsage} from '../../../source/telemetry/anthropic-usage.ts';
import {createGeminiAccumulator, parseGeminiUsage} from '../../../source/telemetry/gemini-usage.ts';
import {createOpenAiChatAccumulator, parseOpenAiChatUsage} from '../../../source/telemetry/openai-chat-usage.ts';
import {createOpenAiResponsesAccumulator, parseOpenAiResponsesUsage} from '../../../source/telemetry/openai-responses-usage.ts';
import type {UsageAccumulator, UsageReading} from '../../../source/telemetry/usage-reading.ts';

const PARSERS: Readonly<Record<string, (usage: unknown) => UsageReading>> = {
	anthropic: parseAnthropicUsage,
	'openai-chat': parseOpenAiChatUsage,
	'openai-responses': parseOpenAiResponsesUsage,
	gemini: parseGeminiUsage,
};
const ACCUMULATORS: Readonly<Record<string, () => UsageAccumulator>> = {
	anthropic: createAnthropicAccumulator,
	'openai-chat': createOpenAiChatAccumulator,
	'openai-responses': createOpenAiResponsesAccumulator,
	gemini: createGeminiAccumulator,
};

/** A whole usage object of each format, and its tokens. */
const SAMPLES: ReadonlyArray<readonly [format: string, usage: object, tokens: Tokens]> = [
	[
		'anthropic',
		{
			input_tokens: 100,
			cache_read_input_tokens: 2000,
			cache_creation_input_tokens: 50,
			cache_creation: {ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 30},
			output_tokens: 40,
			output_tokens_details: {thinking_tokens: 11},
			service_tier: 'standard',
		},
		{input: 100, cacheRead: 2000, cacheWrite: 50, cacheWrite1h: 30, output: 40, reasoning: 11},
	],
	[
		'openai-chat',
		{
			prompt_tokens: 2150,
			prompt_tokens_details: {cached_tokens: 2000, cache_write_tokens: 50, audio_tokens: 0},
			completion_tokens: 40,
			completion_tokens_details: {reasoning_tokens: 11, rejected_prediction_tokens: 3},
			total_tokens: 2190,
		},
		{input: 100, cacheRead: 2000, cacheWrite: 50, cacheWrite1h: 0, output: 40, reasoning: 11},
	],
	[
		'openai-responses',
		{
			input_tokens: 2150,
			input_tokens_details: {cached_tokens: 2000, cache_write_tokens: 50},
			output_tokens: 40,
			output_tokens_details: {reasoning_tokens: 11},
			total_tokens: 2190,
		},
		{input: 100, cacheRead: 2000, cacheWrite: 50, cacheWrite1h: 0, output: 40, reasoning: 11},
	],
	[
		'gemini',
		{
			promptTokenCount: 2100,
			cachedContentTokenCount: 2000,
			toolUsePromptTokenCount: 7,
			candidatesTokenCount: 29,
			thoughtsTokenCount: 11,
			totalTokenCount: 2147,
		},
		{input: 107, cacheRead: 2000, cacheWrite: 0, cacheWrite1h: 0, output: 40, reasoning: 11},
	],
];

const IMPOSSIBLE: ReadonlyArray<readonly [string, unknown]> = [
	['a negative count', -5],
	['a fraction', 1.5],
	['a text', '12'],
	['NaN', Number.NaN],
	['an infinite count', Number.POSITIVE_INFINITY],
	['a count above 2^53', 2 ** 53 + 2],
	['an object', {}],
	['a truth value', true],
];

const toTokens = (reading: UsageReading): Tokens => {
	if (reading.kind === 'unknown') throw new Error(reading.reason);
	return reading.tokens;
};
const parse = (format: string, usage: unknown): UsageReading => PARSERS[format]?.(usage) ?? {kind: 'unknown', reason: 'no such format'};
const gather = (format: string, events: readonly unknown[]): UsageReading => {
	const accumulator = ACCUMULATORS[format]?.();
	for (const event of events) accumulator?.add(event);
	return accumulator?.usage() ?? {kind: 'unknown', reason: 'no such format'};
};

describe.each(SAMPLES)('usage of %s', (format, usage, tokens) => {
	it('is told in buckets that do not overlap', () => {
		expect(parse(format, usage)).toEqual({kind: 'known', tokens});
	});

	it('counts what is left out or null as nothing, but not what must be there', () => {
		const numbers = Object.entries(usage).filter(([, value]) => typeof value === 'number');
		const required = numbers.slice(0, 1).map(([name]) => [name, 5]);

		expect(parse(format, {})).toMatchObject({kind: 'unknown'});
		expect(parse(format, {...Object.fromEntries(required), output_tokens: 0, completion_tokens: 0, cache_creation: null})).toEqual({
			kind: 'known',
			tokens: {...NO_TOKENS, input: 5},
		});
	});

	it.each(IMPOSSIBLE)('is unknown, not 0, when it holds %s', (_, value) => {
		const names = Object.keys(usage).filter(name => !/total|details|tier|cache_creation$/.test(name));

		for (const name of names) expect(parse(format, {...usage, [name]: value}), name).toMatchObject({kind: 'unknown'});
	});

	it('is unknown when it is no object', () => {
		for (const value of [undefined, null, 'usage', 5, []]) expect(parse(format, value)).toMatchObject({kind: 'unknown'});
	});

	it('never throws and never holds an impossible count, whatever comes', () => {
		const count = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(null, '7', -0, 2 ** 53, {}), fc.jsonValue());
		const names = Object.keys(usage);
		fc.assert(
			fc.property(fc.dictionary(fc.constantFrom(...names), count), fc.jsonValue(), (change, event) => {
				for (const reading of [parse(format, {...usage, ...change}), parse(format, event), gather(format, [event, {...change, usage: change}])]) {
					if (reading.kind === 'unknown') continue;
					expect(Object.values(reading.tokens).every(value => Number.isSafeInteger(value) && Object.is(Math.abs(value), value))).toBe(true);
					expect(reading.tokens.cacheWrite1h).toBeLessThanOrEqual(reading.tokens.cacheWrite);
					expect(reading.tokens.reasoning).toBeLessThanOrEqual(reading.tokens.output);
				}
			}),
		);
	});

	it('of a stream without any is unknown', () => {
		expect(gather(format, [{type: 'ping'}, null, 'text', {usage: null, choices: []}])).toMatchObject({kind: 'unknown'});
	});
});

describe('a part that is larger than its whole makes usage unknown', () => {
	it.each([
		['anthropic', {input_tokens: 1, output_tokens: 2, output_tokens_details: {thinking_tokens: 3}}],
		['anthropic', {input_tokens: 1, output_tokens: 2, cache_creation_input_tokens: 5, cache_creation: {ephemeral_1h_input_tokens: 6}}],
		['openai-chat', {prompt_tokens: 10, completion_tokens: 1, prompt_tokens_details: {cached_tokens: 11}}],
		['openai-responses', {input_tokens: 10, output_tokens: 1, output_tokens_details: {reasoning_tokens: 2}}],
		['gemini', {promptTokenCount: 10, cachedContentTokenCount: 11}],
	])('%s %j', (format, usage) => {
		expect(parse(format, usage)).toEqual({kind: 'unknown', reason: 'a part is larger than its whole'});
	});
});

describe('usage as real agents were served it', () => {
	const served: ReadonlyArray<{format: string; usages: unknown[]; total: Tokens}> = JSON.parse(
		readFileSync(new URL('../../fixtures/telemetry/served-usage.json', import.meta.url), 'utf8'),
	);

	it.each(served)('adds up for $format', ({format, usages, total}) => {
		const sum = usages.map(usage => toTokens(parse(format, usage))).reduce(addTokens, NO_TOKENS);

		expect(sum).toEqual(total);
	});
});

describe('a stream of Anthropic', () => {
	const events: ReadonlyArray<Record<string, unknown>> = readFileSync(
		new URL('../../fixtures/telemetry/anthropic-stream.ndjson', import.meta.url),
		'utf8',
	)
		.trim()
		.split('\n')
		.map(line => JSON.parse(line));
	const starts = events.flatMap((event, index) => (event['type'] === 'message_start' ? [index] : []));

	it('gives the last counts of each message, with the split of its first event', () => {
		const messages = starts.map((start, index) => events.slice(start, starts[index + 1]));

		expect(messages.map(message => toTokens(gather('anthropic', message)))).toEqual([
			{input: 1101, cacheRead: 0, cacheWrite: 9500, cacheWrite1h: 500, output: 248, reasoning: 37},
			{input: 203, cacheRead: 9500, cacheWrite: 700, cacheWrite1h: 0, output: 163, reasoning: 41},
			{input: 307, cacheRead: 10_200, cacheWrite: 60, cacheWrite1h: 0, output: 88, reasoning: 5},
		]);
	});

	it('that was cut gives what was counted until then', () => {
		expect(toTokens(gather('anthropic', events.slice(0, 1)))).toMatchObject({input: 1101, cacheWrite: 9500});
	});

	it('counts a message once when its events come again', () => {
		const message = events.slice(0, starts[1]);

		expect(gather('anthropic', [...message, ...message])).toEqual(gather('anthropic', message));
	});
});

describe('a stream of the others', () => {
	it('has the usage of the chunk that has any', () => {
		const usage = {prompt_tokens: 10, completion_tokens: 2};

		expect(toTokens(gather('openai-chat', [{usage: null}, {choices: [], usage}, {choices: []}]))).toMatchObject({input: 10, output: 2});
	});

	it('has the usage of the event that ends it, also when it failed', () => {
		const usage = {input_tokens: 10, output_tokens: 2};
		const events = [
			{type: 'response.created', response: {usage: null}},
			{type: 'response.incomplete', response: {usage}},
		];

		expect(toTokens(gather('openai-responses', events))).toMatchObject({input: 10, output: 2});
	});

	it('has the last of counts that grow', () => {
		const chunks = [1, 5, 9].map(candidatesTokenCount => ({usageMetadata: {promptTokenCount: 10, candidatesTokenCount}}));

		expect(toTokens(gather('gemini', chunks))).toMatchObject({input: 10, output: 9});
	});
});
