/** The candidate that somebody most likely meant by a word: at most a third of its letters off. */
export const suggest = (word: string, candidates: readonly string[]): string | undefined => {
	const limit = Math.max(1, Math.floor(word.length / 3));
	const ranked = candidates
		.map(candidate => ({candidate, distance: editDistance(word.toLowerCase().slice(0, 64), candidate.toLowerCase())}))
		.filter(({distance}) => distance <= limit)
		.sort((a, b) => a.distance - b.distance);
	return ranked[0]?.candidate;
};

/** Number of insertions, deletions, replacements and swaps of neighbours that turn one word into the other (optimal string alignment). */
const editDistance = (from: string, to: string): number => {
	let beforeLast: number[] = [];
	let last = Array.from({length: to.length + 1}, (_, column) => column);
	for (let row = 1; row <= from.length; row += 1) {
		const current = [row];
		for (let column = 1; column <= to.length; column += 1) {
			const isSame = from[row - 1] === to[column - 1];
			const isSwap = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
			const at = (line: readonly number[], index: number): number => line[index] ?? Number.POSITIVE_INFINITY;
			current.push(
				Math.min(
					at(last, column) + 1,
					at(current, column - 1) + 1,
					at(last, column - 1) + (isSame ? 0 : 1),
					isSwap ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
				),
			);
		}
		beforeLast = last;
		last = current;
	}
	return last[to.length] ?? 0;
};
