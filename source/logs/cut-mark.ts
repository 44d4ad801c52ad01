/** What stands at the end of a line in place of bytes that were cut off. */
export const formatCutMark = (droppedBytes: number): string => `…(+${String(droppedBytes).replaceAll(/\B(?=(\d{3})+$)/g, ',')} bytes)`;

/** What stands at the end of a line whose own end was never written. */
export const INCOMPLETE_MARK = '…[incomplete]';

const CUT_MARK = /…\(\+(\d[\d,]{0,30}) bytes\)$/;
const END_OF_MARK = ' bytes)';

/**
 * Parts a line that may have been cut from the mark at its end; without a mark all of it is text, nothing dropped.
 *
 * A line may be cut more than once on its way into a log, and only its text may be cut then. What tells a number too large to be
 * counted is no mark of rad.
 */
export const splitCutMark = (line: string): {readonly text: string; readonly mark: string; readonly droppedBytes: number} => {
	// Nearly no line is cut, and to look at its end is cheap.
	const found = line.endsWith(END_OF_MARK) ? CUT_MARK.exec(line) : null;
	const droppedBytes = Number(found?.[1]?.replaceAll(',', ''));
	if (found === null || !Number.isSafeInteger(droppedBytes)) return {text: line, mark: '', droppedBytes: 0};
	return {text: line.slice(0, found.index), mark: found[0], droppedBytes};
};
