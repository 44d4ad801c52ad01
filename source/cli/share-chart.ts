import type {UsageTotals} from '../domain/records.ts';
import {totalTokens} from '../domain/tokens.ts';
import {fillBar} from '../views/bar.ts';
import {formatShares} from '../views/format.ts';

/** What stands beside a bar: its share and a space. */
const BESIDE_BAR = 5;
const BAR_MIN = 10;
const BAR_MAX = 24;

/** A column of bars, one for each part; the longest belongs to the largest part, the figure is its share of the whole. */
type ShareChart = {readonly title: string; readonly bars: readonly string[]};

/**
 * Of the cost; of the tokens where the price of any response is missing, since a share of what is not known is none. Undefined where there
 * is nothing to compare, or too little room.
 *
 * @param columns What the chart may take.
 */
export const drawShares = (parts: readonly UsageTotals[], columns: number): ShareChart | undefined => {
	const size = Math.min(BAR_MAX, columns - BESIDE_BAR);
	const isPriced = parts.every(({unpriced}) => unpriced === 0) && parts.some(({costNanoUsd}) => costNanoUsd > 0n);
	const figures = parts.map(({costNanoUsd, tokens}) => (isPriced ? Number(costNanoUsd) : totalTokens(tokens)));
	const largest = Math.max(...figures);
	if (parts.length < 2 || size < BAR_MIN || largest <= 0) return undefined;
	const shares = formatShares(figures);
	return {
		title: isPriced ? 'Share of cost' : 'Share of tokens',
		bars: figures.map((figure, index) => `${(shares[index] ?? '').padStart(BESIDE_BAR - 1)} ${fillBar(figure / largest, size)[0]}`),
	};
};
