import {APICallError} from '@ai-sdk/provider';
import {toForeign, toText} from '../../foreign.ts';
import type {ModelFailure} from './conversation.ts';
import {readRetryAfter} from './retry.ts';

/**
 * Tells what an error of a model call means.
 *
 * @param hasBegun whether a part of an answer had come before it.
 * @param now epoch milliseconds.
 */
export const toModelFailure = (error: unknown, hasBegun: boolean, now: number): ModelFailure => {
	const call = APICallError.isInstance(error) ? error : undefined;
	const status = call?.statusCode ?? null;
	const isBroken = hasBegun || (status !== null && status < 400);
	return {
		stage: isBroken ? 'broken' : status === null ? 'unreached' : 'refused',
		// An answer that was begun with 200 and broke off is no answer of that status.
		status: status !== null && status < 400 ? null : status,
		// The library's own words about an answer that it could not read to the end say nothing.
		reason: describe(isBroken ? (call?.cause ?? error) : error),
		retryAfterMs: call === undefined ? null : readRetryAfter(call.responseHeaders ?? {}, call.responseBody ?? '', now),
	};
};

const MAX_CAUSES = 4;

/** The messages of an error and of its causes; the system's word (`ECONNREFUSED`) is often in the last one. */
const describe = (error: unknown): string => {
	const messages: string[] = [];
	for (let [cause, depth]: [unknown, number] = [error, 0]; depth < MAX_CAUSES && cause !== undefined; depth += 1) {
		const {
			message,
			code,
			cause: next,
		} = cause instanceof Error ? toForeign({...cause, message: cause.message, cause: cause.cause}) : toForeign(cause);
		messages.push(...[toText(message), toText(code)].filter(text => text !== '' && !messages.some(known => known.includes(text))));
		cause = next;
	}
	return messages.join(': ') || 'no reason was given';
};
