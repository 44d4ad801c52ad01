import type {Tokens} from '../../../domain/tokens.ts';

/** Divides tokens by weight into whole numbers that add up to exactly what was given; equally where all weights are 0. */
export const spreadTokens = (tokens: Tokens, weights: readonly number[]): readonly Tokens[] => {
	const total = weights.reduce((sum, weight) => sum + weight, 0);
	const fair = total > 0 ? weights : weights.map(() => 1);
	// The parts that do not overlap are divided, so no share has more of a part than of its whole.
	const input = spread(tokens.input, fair);
	const cacheRead = spread(tokens.cacheRead, fair);
	const write5m = spread(tokens.cacheWrite - tokens.cacheWrite1h, fair);
	const write1h = spread(tokens.cacheWrite1h, fair);
	const visible = spread(tokens.output - tokens.reasoning, fair);
	const reasoning = spread(tokens.reasoning, fair);
	const at = (values: readonly number[], index: number): number => values[index] ?? 0;
	return fair.map((_, index) => ({
		input: at(input, index),
		cacheRead: at(cacheRead, index),
		cacheWrite: at(write5m, index) + at(write1h, index),
		cacheWrite1h: at(write1h, index),
		output: at(visible, index) + at(reasoning, index),
		reasoning: at(reasoning, index),
	}));
};

/** Rounds the running sum instead of each share, so nothing is lost; the last one takes what is left. */
const spread = (amount: number, weights: readonly number[]): readonly number[] => {
	const total = weights.reduce((sum, weight) => sum + weight, 0);
	let weight = 0;
	let given = 0;
	return weights.map((own, index) => {
		weight += own;
		const upTo = index === weights.length - 1 ? amount : Math.floor(amount * (weight / total));
		const share = upTo - given;
		given = upTo;
		return share;
	});
};
