import {NO_TOKENS, type Tokens} from '../../source/domain/tokens.ts';
import type {PricedUsage} from '../../source/telemetry/pricing.ts';

/** A response whose cost is known from the providers' price pages, in dollars; null where no price is known. */
export type KnownCost = {readonly about: string; readonly usage: PricedUsage; readonly usd: number | null};

const AUTUMN = Date.UTC(2026, 9, 1);
const WINTER = Date.UTC(2026, 1, 20);

/** Dollars per million tokens of input, cache read, cache write, one-hour cache write and output. */
type PerMillion = readonly [input: number, cacheRead: number, cacheWrite: number, cacheWrite1h: number, output: number];

const SONNET_4_5: PerMillion = [3, 0.3, 3.75, 6, 15];
const SONNET_4_5_LONG: PerMillion = [6, 0.6, 7.5, 12, 22.5];
const OPUS_4_5: PerMillion = [5, 0.5, 6.25, 10, 25];
const OPUS_4_6_LONG: PerMillion = [10, 1, 12.5, 20, 37.5];
const GPT_5: PerMillion = [1.25, 0.125, 1.25, 1.25, 10];
const GEMINI_2_5_PRO: PerMillion = [1.25, 0.125, 1.25, 1.25, 10];
const GEMINI_2_5_PRO_LONG: PerMillion = [2.5, 0.25, 2.5, 2.5, 15];

const toUsd = ([input, cacheRead, cacheWrite, cacheWrite1h, output]: PerMillion, tokens: Tokens): number =>
	(tokens.input * input +
		tokens.cacheRead * cacheRead +
		(tokens.cacheWrite - tokens.cacheWrite1h) * cacheWrite +
		tokens.cacheWrite1h * cacheWrite1h +
		tokens.output * output) /
	1e6;

type Change = {readonly provider?: string; readonly tier?: string; readonly at?: number; readonly times?: number};

const known = (about: string, model: string, part: Partial<Tokens>, rates: PerMillion | null, change: Change = {}): KnownCost => {
	const {provider = 'anthropic', tier = null, at = AUTUMN, times = 1} = change;
	const tokens = {...NO_TOKENS, ...part};
	return {about, usage: {provider, model, tokens, tier, at}, usd: rates === null ? null : times * toUsd(rates, tokens)};
};

const OPENAI = {provider: 'openai'} as const;
const GOOGLE = {provider: 'google'} as const;

/** Forty responses in which programs of this kind go wrong: thresholds, caches, days, service tiers, spellings, models that nobody knows. */
export const KNOWN_COSTS: readonly KnownCost[] = [
	known('nothing', 'claude-sonnet-4-5', {}, SONNET_4_5),
	known('a token below the threshold', 'claude-sonnet-4-5', {input: 199_999, output: 1}, SONNET_4_5),
	known('at the threshold', 'claude-sonnet-4-5', {input: 200_000, output: 1}, SONNET_4_5),
	known('a token above the threshold', 'claude-sonnet-4-5', {input: 200_001, output: 1}, SONNET_4_5_LONG),
	known('the whole of a long prompt', 'claude-sonnet-4-5', {input: 250_000, output: 1000}, SONNET_4_5_LONG),
	known('the cache alone is above', 'claude-sonnet-4-5', {cacheRead: 200_001, output: 10}, SONNET_4_5_LONG),
	known('cache and input together are above', 'claude-sonnet-4-5', {input: 60_000, cacheRead: 180_000, output: 1000}, SONNET_4_5_LONG),
	known('what is written makes it above', 'claude-sonnet-4-5', {input: 1, cacheWrite: 200_000}, SONNET_4_5_LONG),
	known('output does not count', 'claude-sonnet-4-5', {input: 10, output: 300_000}, SONNET_4_5),
	known('cache and input together are below', 'claude-sonnet-4-5', {input: 20_000, cacheRead: 180_000}, SONNET_4_5),
	known('five-minute writes', 'claude-opus-4-5', {cacheWrite: 100_000, output: 2}, OPUS_4_5),
	known('one-hour writes', 'claude-opus-4-5', {input: 10, cacheWrite: 100_000, cacheWrite1h: 100_000, output: 1000}, OPUS_4_5),
	known('writes of both', 'claude-opus-4-5', {cacheWrite: 90_000, cacheWrite1h: 30_000}, OPUS_4_5),
	known('reads', 'claude-opus-4-5', {cacheRead: 123_457, output: 1}, OPUS_4_5),
	known('thoughts are output', 'claude-opus-4-5', {input: 5, output: 1000, reasoning: 900}, OPUS_4_5),
	known('no threshold', 'claude-opus-4-5', {input: 250_000}, OPUS_4_5),
	known('before the day of a price', 'claude-opus-4-6', {input: 250_000, output: 1000}, OPUS_4_6_LONG, {at: Date.UTC(2026, 2, 13) - 1}),
	known('on the day of a price', 'claude-opus-4-6', {input: 250_000, output: 1000}, OPUS_4_5, {at: Date.UTC(2026, 2, 13)}),
	known('a short prompt before that day', 'claude-opus-4-6', {input: 1000, output: 1000}, OPUS_4_5, {at: WINTER}),
	known('a dated price above the threshold', 'claude-sonnet-4-6', {input: 250_000, output: 1000}, SONNET_4_5_LONG, {at: WINTER}),
	known('the same after the cut', 'claude-sonnet-4-6', {input: 250_000, output: 1000}, SONNET_4_5),
	known('batch', 'claude-opus-4-5', {input: 1000, output: 1000}, OPUS_4_5, {tier: 'batch', times: 0.5}),
	known('batch of a long prompt', 'claude-sonnet-4-5', {input: 250_000}, SONNET_4_5_LONG, {tier: 'batch', times: 0.5}),
	known('fast mode', 'claude-opus-4-8', {input: 1000, cacheRead: 4000, output: 1000}, OPUS_4_5, {tier: 'fast', times: 2}),
	known('fast mode of an older model', 'claude-opus-4-6', {input: 1000, output: 100}, OPUS_4_5, {tier: 'fast', times: 6}),
	known('a date in the name', 'claude-opus-4-5-20251101', {input: 1000, output: 1000}, OPUS_4_5),
	known('a window size in the name', 'claude-opus-4-8[1m]', {input: 1000, output: 1000}, OPUS_4_5),
	known('the newest model', 'claude-opus-5-5', {input: 1000, cacheRead: 1000, cacheWrite: 300, cacheWrite1h: 100, output: 100}, [4, 0.2, 5, 8, 20]),
	known('an older family', 'claude-opus-4-1', {input: 1000, output: 1000}, [15, 1.5, 18.75, 30, 75]),
	known('a small model', 'claude-haiku-4-5', {input: 1000, output: 1000}, [1, 0.1, 1.25, 2, 5]),
	known('cached input of OpenAI', 'gpt-5', {input: 1000, cacheRead: 9000, output: 500}, GPT_5, OPENAI),
	known('flex', 'gpt-5', {input: 1000, output: 500}, GPT_5, {...OPENAI, tier: 'flex', times: 0.5}),
	known('priority', 'gpt-5', {input: 1000, output: 500}, GPT_5, {...OPENAI, tier: 'priority', times: 2}),
	known('a smaller model of OpenAI', 'gpt-5.2', {input: 1000, output: 1000}, [1.75, 0.175, 1.75, 1.75, 14], OPENAI),
	known('an older model of OpenAI', 'o3', {input: 1000, cacheRead: 1000, output: 1000}, [2, 0.5, 2, 2, 8], OPENAI),
	known('at the threshold of Google', 'gemini-2.5-pro', {input: 200_000, output: 1000}, GEMINI_2_5_PRO, GOOGLE),
	known('above the threshold of Google', 'gemini-2.5-pro', {input: 200_001, output: 1000}, GEMINI_2_5_PRO_LONG, GOOGLE),
	known('a model that nobody knows', 'claude-unheard-of', {input: 1000}, null),
	known('a tier that nobody knows', 'claude-opus-4-5', {input: 1000}, null, {tier: 'overnight'}),
	known('a provider that nobody knows', 'claude-opus-4-5', {input: 1000}, null, {provider: 'nobody'}),
];
