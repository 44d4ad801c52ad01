import {formatCutMark} from './cut-mark.ts';

export type LineSplitter = {
	/** Takes the next bytes, cut anywhere, and returns the lines that are complete. The buffer may be used again afterwards. */
	readonly write: (bytes: Buffer) => readonly string[];
	/** Returns the last line when it had no line break; the splitter is then as new. */
	readonly end: () => readonly string[];
};

const LF = 0x0a;
const CR = 0x0d;

/**
 * Cuts bytes into lines, decoded from UTF-8 and without their ends (LF or CRLF); bytes that are no UTF-8 become U+FFFD.
 *
 * Of a line longer than `maxBytes` the beginning is kept, then `…(+N bytes)` tells what was cut: memory does not grow with a line.
 */
export const createLineSplitter = ({maxBytes}: {readonly maxBytes: number}): LineSplitter => {
	// Pieces of a line that began in an earlier chunk; together never more than maxBytes.
	let kept: Buffer[] = [];
	let keptBytes = 0;
	let lineBytes = 0;

	const keep = (piece: Buffer): void => {
		const room = Math.min(piece.length, maxBytes - keptBytes);
		lineBytes += piece.length;
		keptBytes += room;
		if (room > 0) kept.push(Buffer.from(piece.subarray(0, room)));
	};
	const takeKept = (): string => {
		const line = decodeLine(kept.length === 1 && kept[0] !== undefined ? kept[0] : Buffer.concat(kept), lineBytes);
		kept = [];
		keptBytes = 0;
		lineBytes = 0;
		return line;
	};
	const takeLine = (bytes: Buffer, start: number, end: number): string => {
		if (lineBytes === 0 && end - start <= maxBytes) return decodeWhole(bytes, start, end);
		keep(bytes.subarray(start, end));
		return takeKept();
	};
	return {
		write: bytes => {
			const lines: string[] = [];
			let start = 0;
			for (let end = bytes.indexOf(LF); end !== -1; end = bytes.indexOf(LF, start)) {
				lines.push(takeLine(bytes, start, end));
				start = end + 1;
			}
			if (start < bytes.length) keep(bytes.subarray(start));
			return lines;
		},
		end: () => (lineBytes === 0 ? [] : [takeKept()]),
	};
};

const decodeLine = (bytes: Buffer, lineBytes: number): string => {
	if (bytes.length < lineBytes) {
		const whole = bytes.subarray(0, endOfWholeCharacters(bytes));
		return whole.toString('utf8') + formatCutMark(lineBytes - whole.length);
	}
	return decodeWhole(bytes, 0, bytes.length);
};

const decodeWhole = (bytes: Buffer, start: number, end: number): string =>
	bytes.toString('utf8', start, end > start && bytes[end - 1] === CR ? end - 1 : end);

/** Where to cut so that no character is halved; bytes that are no UTF-8 are left as they are. */
const endOfWholeCharacters = (bytes: Buffer): number => {
	for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
		const byte = bytes[bytes.length - back] ?? 0;
		if (byte < 0x80) return bytes.length;
		if (byte >= 0xc0) return sizeOfCharacter(byte) > back ? bytes.length - back : bytes.length;
	}
	return bytes.length;
};

const sizeOfCharacter = (firstByte: number): number => (firstByte >= 0xf0 ? 4 : firstByte >= 0xe0 ? 3 : 2);
