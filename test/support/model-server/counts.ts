/** Tokens of one answer in the finest buckets that any protocol knows; no two overlap. */
export type Counts = {
	readonly fresh: number;
	readonly cacheRead: number;
	readonly cacheWrite5m: number;
	readonly cacheWrite1h: number;
	/** Output that can be seen: text and tool calls. */
	readonly visible: number;
	readonly reasoning: number;
};

/** Everything that went in, cached or not. */
export const countInput = ({fresh, cacheRead, cacheWrite5m, cacheWrite1h}: Counts): number => fresh + cacheRead + cacheWrite5m + cacheWrite1h;

export const countCacheWrite = ({cacheWrite5m, cacheWrite1h}: Counts): number => cacheWrite5m + cacheWrite1h;

export const countOutput = ({visible, reasoning}: Counts): number => visible + reasoning;

/**
 * The numbers of the n-th answer (from 0) in a conversation: other ones for each answer and each bucket, so that a bucket that was taken
 * for another, or an answer that was counted twice, shows. Each answer reads from the cache what those before it wrote, but for a few tokens:
 * no read is as large as a write.
 *
 * @param conversation 0 for the main one, then upwards.
 */
export const countTurn = (conversation: number, ordinal: number): Counts => {
	if (ordinal === 0) return conversation === 0 ? FIRST_OF_MAIN : toFirstOfSub(conversation);
	const before = countTurn(conversation, ordinal - 1);
	return {
		fresh: 203 + 101 * ordinal + 7 * conversation,
		cacheRead: before.cacheRead + countCacheWrite(before) - 13 - ordinal,
		cacheWrite5m: 700 + 11 * ordinal + conversation,
		cacheWrite1h: 20 + 3 * ordinal,
		visible: 122 + 13 * ordinal + 2 * conversation,
		reasoning: 37 + 5 * ordinal + conversation,
	};
};

/** The numbers of the n-th request that the engine makes for itself, such as one for a title. */
export const countSide = (ordinal: number): Counts => ({
	fresh: 59 + ordinal,
	cacheRead: 0,
	cacheWrite5m: 0,
	cacheWrite1h: 0,
	visible: 13 + 2 * ordinal,
	reasoning: 0,
});

const FIRST_OF_MAIN: Counts = {fresh: 1101, cacheRead: 0, cacheWrite5m: 9000, cacheWrite1h: 500, visible: 211, reasoning: 37};

const toFirstOfSub = (conversation: number): Counts => ({
	fresh: 601 + 10 * conversation,
	cacheRead: 0,
	cacheWrite5m: 3000 + 100 * conversation,
	cacheWrite1h: 60 + conversation,
	visible: 91 + 3 * conversation,
	reasoning: 11 + conversation,
});
