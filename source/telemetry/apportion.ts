/**
 * Spreads a whole amount in proportion to weights; the parts are whole and their sum is the amount, exactly. What does not divide goes
 * to the largest remainders, the earlier one first. Weights that are all 0 count as equal.
 *
 * @param totalNanoUsd whole, ≥ 0.
 * @param weights whole, ≥ 0.
 */
export const apportion = (totalNanoUsd: number, weights: readonly number[]): readonly number[] => {
	const isWeightless = weights.every(weight => weight === 0);
	const shares = weights.map(weight => (isWeightless ? 1n : BigInt(weight)));
	const whole = shares.reduce((sum, share) => sum + share, 0n);
	const total = BigInt(totalNanoUsd);
	const parts = shares.map((share, index) => ({index, part: (total * share) / whole, remainder: (total * share) % whole}));
	const left = Number(total - parts.reduce((sum, {part}) => sum + part, 0n));
	const lucky = new Set(
		parts
			.toSorted((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder < b.remainder ? 1 : -1))
			.slice(0, left)
			.map(({index}) => index),
	);
	return parts.map(({index, part}) => Number(part) + (lucky.has(index) ? 1 : 0));
};
