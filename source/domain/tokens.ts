/**
 * Tokens of one response, or a sum of several.
 *
 * `input`, `cacheRead`, `cacheWrite` and `output` never overlap, whatever the provider reports: `input` leaves out what was read from
 * or written to a cache. `cacheWrite1h` is the part of `cacheWrite` with the one-hour lifetime, `reasoning` the part of `output` that
 * was thought. All are whole numbers ≥ 0.
 */
export type Tokens = {
	readonly input: number;
	readonly cacheRead: number;
	readonly cacheWrite: number;
	readonly cacheWrite1h: number;
	readonly output: number;
	readonly reasoning: number;
};

export const NO_TOKENS: Tokens = {input: 0, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0, output: 0, reasoning: 0};

/** Joins two sets of buckets, each bucket for itself. Written out: thousands are added up for each picture of a large run. */
export const combineTokens = (left: Tokens, right: Tokens, join: (a: number, b: number) => number): Tokens => ({
	input: join(left.input, right.input),
	cacheRead: join(left.cacheRead, right.cacheRead),
	cacheWrite: join(left.cacheWrite, right.cacheWrite),
	cacheWrite1h: join(left.cacheWrite1h, right.cacheWrite1h),
	output: join(left.output, right.output),
	reasoning: join(left.reasoning, right.reasoning),
});

export const addTokens = (left: Tokens, right: Tokens): Tokens => combineTokens(left, right, (a, b) => a + b);

/** What is missing from `part` to reach `whole`, each bucket for itself and never below 0. */
export const remainingTokens = (whole: Tokens, part: Tokens): Tokens => combineTokens(whole, part, (a, b) => Math.max(0, a - b));

/** All tokens that were read or made: the sum of the four buckets that do not overlap. */
export const totalTokens = (tokens: Tokens): number => tokens.input + tokens.cacheRead + tokens.cacheWrite + tokens.output;

/** The prompt's size as the provider saw it: fresh, read from a cache and written to one. */
export const promptTokens = (tokens: Tokens): number => tokens.input + tokens.cacheRead + tokens.cacheWrite;
