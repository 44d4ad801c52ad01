import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {ModelFailure} from '../../../source/agents/engines/api/conversation.ts';
import {countFailure, findRetryDelay, readRetryAfter, type Tries} from '../../../source/agents/engines/api/retry.ts';

const aFailure = (change: Partial<ModelFailure> = {}): ModelFailure => ({stage: 'refused', status: 429, reason: 'no', retryAfterMs: null, ...change});
const NO_TRIES: Tries = {failed: 0, broken: 0};

/** All delays until it gives up. */
const collectDelays = (failure: ModelFailure): readonly number[] => {
	const delays: number[] = [];
	let tries = NO_TRIES;
	for (let delay = findRetryDelay(failure, tries); delay !== undefined; delay = findRetryDelay(failure, tries)) {
		delays.push(delay);
		tries = countFailure(tries, failure);
	}
	return delays;
};

describe('findRetryDelay', () => {
	it.each([429, 500, 502, 503, 529])('asks four more times after %s, with longer and longer pauses', status => {
		expect(collectDelays(aFailure({status}))).toEqual([1000, 2000, 4000, 8000]);
	});

	it('asks again where no answer came', () => {
		expect(collectDelays(aFailure({stage: 'unreached', status: null}))).toHaveLength(4);
	});

	it.each([400, 401, 402, 403, 404, 413, 422])('asks no more after %s', status => {
		expect(collectDelays(aFailure({status}))).toEqual([]);
	});

	it('asks once more when an answer broke off', () => {
		expect(collectDelays(aFailure({stage: 'broken', status: null}))).toEqual([1000]);
	});

	it('waits as long as it was told, and gives up where that is more than a minute', () => {
		expect(collectDelays(aFailure({retryAfterMs: 3000}))).toEqual([3000, 3000, 3000, 3000]);
		expect(findRetryDelay(aFailure({retryAfterMs: 3_600_000}), NO_TRIES)).toBeUndefined();
		expect(findRetryDelay(aFailure({retryAfterMs: 0}), NO_TRIES)).toBe(0);
	});
});

describe('readRetryAfter', () => {
	const now = Date.parse('2026-01-01T00:00:00Z');

	it.each<[Record<string, string>, string, number | null]>([
		[{'retry-after': '7'}, '', 7000],
		[{'retry-after': '1.5'}, '', 1500],
		[{'retry-after': 'Thu, 01 Jan 2026 00:00:09 GMT'}, '', 9000],
		[{'retry-after': '7', 'retry-after-ms': '250'}, '', 250],
		[{}, '{"error":{"details":[{"retryDelay": "31s"}]}}', 31_000],
		[{}, '', null],
		[{'retry-after': 'soon'}, 'soon', null],
		[{'retry-after': '-5'}, '', null],
	])('reads %j and %j', (headers, body, wait) => {
		expect(readRetryAfter(headers, body, now)).toBe(wait);
	});

	it('never tells a wait that is none', () => {
		fc.assert(
			fc.property(fc.string(), fc.string(), fc.string(), (after, ms, body) => {
				const wait = readRetryAfter({'retry-after': after, 'retry-after-ms': ms}, body, now);

				expect(wait === null || (Number.isFinite(wait) && wait >= 0)).toBe(true);
			}),
		);
	});
});
