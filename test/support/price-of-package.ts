import {calcPrice} from '@pydantic/genai-prices';
import {promptTokens} from '../../source/domain/tokens.ts';
import type {PricedUsage} from '../../source/telemetry/pricing.ts';

/** What the maintained package says, in billionths of a dollar; a fraction, since it computes with binary fractions. Undefined for what it does not know. */
export const askPackage = ({provider, model, tokens, at}: PricedUsage): number | undefined => {
	const usage = {
		input_tokens: promptTokens(tokens),
		cache_read_tokens: tokens.cacheRead,
		cache_write_tokens: tokens.cacheWrite,
		cache_write_1h_tokens: tokens.cacheWrite1h,
		output_tokens: tokens.output,
	};
	const found = calcPrice(usage, model, {providerId: provider, timestamp: new Date(at)});
	return found === null ? undefined : found.total_price * 1e9;
};
