/** The filled and the empty part of a bar that is filled up to a share, 0 to 1; more than a whole is a whole. */
export const fillBar = (share: number, columns: number): readonly [filled: string, rest: string] => {
	const width = Math.max(0, columns);
	const filled = Math.round(Math.min(1, share) * width);
	return ['█'.repeat(filled), '░'.repeat(width - filled)];
};
