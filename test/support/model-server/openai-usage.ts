import type {Tokens} from '../../../source/domain/tokens.ts';
import {type Counts, countCacheWrite, countOutput} from './counts.ts';
import type {Json} from './json.ts';

/** What both of OpenAI's protocols tell, in rad's buckets: cache writes without their lifetime. */
export const toOpenAiTokens = (counts: Counts): Tokens => ({
	input: counts.fresh,
	cacheRead: counts.cacheRead,
	cacheWrite: countCacheWrite(counts),
	cacheWrite1h: 0,
	output: countOutput(counts),
	reasoning: counts.reasoning,
});

/** An error as both of OpenAI's protocols write it. */
export const toOpenAiError = (status: number, message: string): Json => ({
	error: {
		message,
		type: status < 500 && status !== 429 ? 'invalid_request_error' : 'server_error',
		param: null,
		code: ERROR_CODES[status] ?? null,
	},
});

const ERROR_CODES: Readonly<Record<number, string>> = {401: 'invalid_api_key', 429: 'rate_limit_exceeded'};
