import {readSync} from 'node:fs';

const BLOCK_BYTES = 64 * 1024;
// What anybody reads at once; a file without line breaks must not be searched to its beginning.
const MAX_TAIL_BYTES = 16 * 1024 * 1024;
const LF = 0x0a;

/**
 * Finds where the last `count` lines of a file begin, reading backwards from `size`: the time does not depend on the file's size.
 * Looks at no more than 16 MiB, so fewer lines may be found in a file of very long ones; infinitely many begin with the file.
 */
export const findTailStart = (handle: number, size: number, count: number): number => {
	if (count <= 0) return size;
	if (count === Number.POSITIVE_INFINITY) return 0;
	const block = Buffer.allocUnsafe(BLOCK_BYTES);
	const lowest = Math.max(0, size - MAX_TAIL_BYTES);
	let start: number | undefined;
	let found = 0;
	for (let end = size; end > lowest; ) {
		const from = Math.max(lowest, end - BLOCK_BYTES);
		const length = readSync(handle, block, 0, end - from, from);
		for (let index = block.lastIndexOf(LF, length - 1); index !== -1; index = index === 0 ? -1 : block.lastIndexOf(LF, index - 1)) {
			// The last line's own end begins no line.
			if (from + index === size - 1) continue;
			start = from + index + 1;
			found += 1;
			if (found === count) return start;
		}
		end = from;
	}
	return lowest === 0 ? 0 : (start ?? lowest);
};
