import {expect, test} from 'vitest';
import {formatKnownCost} from '../../../source/views/cost-words.ts';
import {NOTHING_RECORDED} from '../../../source/views/recorded.ts';
import {aUsageRecord} from '../../support/builders.ts';
import {sumUsage} from '../../support/fake-rad.ts';

const reported = aUsageRecord({messageId: 'a', costNanoUsd: 120_000_000});
const estimated = aUsageRecord({messageId: 'b', costNanoUsd: 30_000_000, costSource: 'estimated'});
const unknown = aUsageRecord({messageId: 'c', costNanoUsd: null, costSource: 'unknown'});

test.each([
	['—', [], []],
	['$0.1200 (reported)', [reported], []],
	['$0.1500 (estimated)', [reported, estimated], []],
	['unknown', [unknown], []],
	['unknown (recorded)', [unknown], [unknown]],
	['at least $0.1200 (reported, 2 responses unknown)', [reported, unknown, unknown], []],
	['$0.1200 (reported, recorded)', [reported], [reported]],
	['$0.1500 (estimated, partly recorded)', [reported, estimated], [estimated]],
])('%s', (text, records, recorded) => {
	expect(formatKnownCost(sumUsage(records), sumUsage(recorded))).toBe(text);
});

test('nothing is known of what was never used', () => {
	expect(formatKnownCost(undefined, NOTHING_RECORDED)).toBe('—');
});
