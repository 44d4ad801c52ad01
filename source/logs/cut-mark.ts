/** What stands at the end of a line in place of bytes that were cut off. */
export const formatCutMark = (droppedBytes: number): string => `…(+${String(droppedBytes).replaceAll(/\B(?=(\d{3})+$)/g, ',')} bytes)`;

/** Finds the mark at the end of a line. */
export const CUT_MARK = /…\(\+\d[\d,]{0,30} bytes\)$/;
