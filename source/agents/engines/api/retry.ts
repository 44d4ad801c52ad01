import type {ModelFailure} from './conversation.ts';

/** How often one question was asked in vain: refused or unreached, and broken off in the middle. */
export type Tries = {readonly failed: number; readonly broken: number};

const MAX_FAILED = 4;
const MAX_BROKEN = 1;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;

/** How long to wait before a question is asked again after a failure; undefined when it must not be. */
export const findRetryDelay = (failure: ModelFailure, {failed, broken}: Tries): number | undefined => {
	if (failure.stage === 'broken') return broken < MAX_BROKEN ? FIRST_WAIT_MS : undefined;
	if (failed >= MAX_FAILED || (failure.stage === 'refused' && !isPassing(failure.status))) return undefined;
	const waitMs = failure.retryAfterMs ?? FIRST_WAIT_MS * 2 ** failed;
	// Asking earlier than the provider wants is in vain; a step can wait for longer than this program should.
	return waitMs > LONGEST_WAIT_MS ? undefined : waitMs;
};

export const countFailure = ({failed, broken}: Tries, {stage}: ModelFailure): Tries =>
	stage === 'broken' ? {failed, broken: broken + 1} : {failed: failed + 1, broken};

/** Too many requests, or a fault of the server (529: overloaded). */
const isPassing = (status: number | null): boolean => status !== null && (status === 429 || status >= 500);

/**
 * How long a refusal asks to wait: `retry-after-ms`, `retry-after` in seconds or as a date, or the `retryDelay` of Google's errors. Null
 * when it does not tell.
 *
 * @param now epoch milliseconds, for dates.
 */
export const readRetryAfter = (headers: Readonly<Record<string, string>>, body: string, now: number): number | null => {
	const after = headers['retry-after'] ?? '';
	const [, delay] = /"retryDelay":\s*"(\d+(?:\.\d+)?)s"/.exec(body) ?? [];
	const waits = [toNumber(headers['retry-after-ms']), toNumber(after) * 1000, Date.parse(after) - now, toNumber(delay) * 1000];
	return waits.find(wait => Number.isFinite(wait) && wait >= 0) ?? null;
};

const toNumber = (text: string | undefined): number => (text === undefined || !/^\d+(\.\d+)?$/.test(text.trim()) ? Number.NaN : Number(text));
