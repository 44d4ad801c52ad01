/** The two parts of a bar that is filled up to a share, 0 to 1; more than a whole is a whole. */
export const toBar = (share: number, columns: number): {readonly filled: string; readonly rest: string} => {
	const width = Math.max(0, columns);
	const filled = Math.round(Math.min(1, share) * width);
	return {filled: '█'.repeat(filled), rest: '░'.repeat(width - filled)};
};
