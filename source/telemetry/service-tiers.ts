import type {PricedModel, Row} from './price-index.ts';
import {isRecord} from './usage-reading.ts';

/** What a tier makes of the list price, in percent, for the models whose listed name matches. */
type Surcharge = {
	readonly provider: string;
	readonly tiers: readonly string[];
	readonly models: RegExp;
	readonly percent: number;
	/** True where the provider has no such price for a prompt above the model's threshold. */
	readonly isForShortPrompts?: boolean;
};

/**
 * Of 2026-11. Sources: Anthropic's pricing and fast mode pages (platform.claude.com/docs, code.claude.com/docs/en/fast-mode), OpenAI's
 * pricing page and openai.com/api-fast-mode (priority was renamed to fast there), Google's ai.google.dev/gemini-api/docs/optimization.
 * Not known, so without a price: fast mode of other Claude models, Anthropic's priority tier (it is paid in advance), Google's priority
 * tier ("75% to 100% more").
 */
const SURCHARGES: readonly Surcharge[] = [
	{provider: 'anthropic', tiers: ['batch'], models: /./, percent: 50},
	{provider: 'anthropic', tiers: ['fast'], models: /^claude-opus-4-[67]$/, percent: 600},
	{provider: 'anthropic', tiers: ['fast'], models: /^claude-opus-(?:4-8|5)$/, percent: 200},
	{provider: 'openai', tiers: ['batch', 'flex'], models: /./, percent: 50},
	{provider: 'openai', tiers: ['priority', 'fast'], models: /^gpt-5\.6-(?:sol|terra|luna)$/, percent: 200},
	{provider: 'openai', tiers: ['priority', 'fast'], models: /^gpt-5\.5$/, percent: 250, isForShortPrompts: true},
	{provider: 'openai', tiers: ['priority', 'fast'], models: /^gpt-5(?:\.[124]|\.4-mini)?$/, percent: 200, isForShortPrompts: true},
	{provider: 'openai', tiers: ['priority', 'fast'], models: /^gpt-5-mini$/, percent: 180},
	{provider: 'openai', tiers: ['priority', 'fast'], models: /^gpt-4\.1$/, percent: 175},
	{provider: 'google', tiers: ['batch', 'flex'], models: /./, percent: 50},
];

const STANDARD: ReadonlySet<string> = new Set(['', 'standard', 'default', 'auto']);
const NAME = /^[a-z][a-z_-]{0,19}$/;

/** The service tier that a response names: null for the standard one, and for what is no name of one. */
export const toTier = (name: unknown): string | null => {
	const tier = typeof name === 'string' ? name.toLowerCase() : '';
	return STANDARD.has(tier) || !NAME.test(tier) ? null : tier;
};

/** The tier that a `usage` of the Messages API names; fast mode is a speed there. */
export const nameAnthropicTier = (usage: unknown): unknown =>
	isRecord(usage) ? (usage['speed'] === 'fast' ? 'fast' : usage['service_tier']) : undefined;

/** The prices of a row in a tier; undefined where they are not known. What the user wrote holds in every tier. */
export const toTierRow = (
	row: Row,
	tier: string | null,
	{provider, name, isOwn}: Pick<PricedModel, 'provider' | 'name' | 'isOwn'>,
): Row | undefined => {
	if (tier === null || isOwn) return row;
	const [above, input, cacheRead, cacheWrite, cacheWrite1h, output] = row;
	const found = SURCHARGES.find(each => each.provider === provider && each.tiers.includes(tier) && each.models.test(name));
	if (found === undefined || (found.isForShortPrompts === true && above >= 0)) return undefined;
	const scale = (rate: number): number => Math.round((rate * found.percent) / 100);
	return [above, scale(input), scale(cacheRead), scale(cacheWrite), scale(cacheWrite1h), scale(output)];
};
