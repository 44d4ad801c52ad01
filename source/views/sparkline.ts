const LEVELS = '▁▂▃▄▅▆▇█';
/** Not the lowest block: that is a little, and this is nothing at all. */
const NOTHING = '·';

/** Amounts, all ≥ 0, as blocks of eight heights: one column each, or fewer than `columns` never more. The highest one is the largest amount. */
export const drawSparkline = (amounts: readonly number[], columns: number): string => {
	if (columns <= 0) return '';
	const shown = amounts.length > columns ? squeeze(amounts, columns) : amounts;
	const largest = Math.max(...shown, 0);
	return shown.map(amount => (amount <= 0 ? NOTHING : (LEVELS[Math.ceil((amount / largest) * LEVELS.length) - 1] ?? NOTHING))).join('');
};

/** Shares amounts out among fewer columns, in proportion to how much of its time lies in each. */
const squeeze = (amounts: readonly number[], columns: number): readonly number[] => {
	const perColumn = amounts.length / columns;
	const sums = Array<number>(columns).fill(0);
	for (const [index, amount] of amounts.entries()) {
		const first = Math.floor(index / perColumn);
		const isCut = index + 1 > (first + 1) * perColumn;
		const share = isCut ? (first + 1) * perColumn - index : 1;
		sums[first] = (sums[first] ?? 0) + amount * share;
		if (isCut && first + 1 < columns) sums[first + 1] = (sums[first + 1] ?? 0) + amount * (1 - share);
	}
	return sums;
};
