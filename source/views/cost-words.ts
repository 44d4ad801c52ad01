import {formatNanoUsd} from '../domain/figures.ts';
import type {UsageTotals} from '../domain/records.ts';
import {formatPlural} from './format.ts';
import {isAllRecorded, type Recorded} from './recorded.ts';

/** A cost with how it is known, in words: `$0.12 (estimated)`, `at least $0.12 (reported, 2 responses unknown)`, `unknown`; `—` where no model answered. */
export const formatKnownCost = (totals: UsageTotals | undefined, recorded: Recorded): string => {
	if (totals === undefined || totals.responses === 0) return '—';
	const words = recorded.responses === 0 ? [] : [isAllRecorded(totals, recorded) ? 'recorded' : 'partly recorded'];
	if (totals.costSource === 'unknown') return `unknown${words.length === 0 ? '' : ` (${words.join()})`}`;
	const {unpriced, costNanoUsd, costSource} = totals;
	const known = [costSource, ...(unpriced === 0 ? [] : [`${formatPlural(unpriced, 'response')} unknown`]), ...words];
	return `${unpriced === 0 ? '' : 'at least '}${formatNanoUsd(costNanoUsd)} (${known.join(', ')})`;
};
