import {closeSync, fstatSync, lstatSync, readSync} from 'node:fs';
import type {Clock} from '../domain/clock.ts';
import type {LineTest} from '../domain/logs.ts';
import type {LogLine} from '../domain/records.ts';
import {INCOMPLETE_MARK} from './cut-mark.ts';
import {createLineSplitter} from './line-splitter.ts';
import {parseLogLines} from './log-line.ts';
import {isCode, openRegularFile} from './regular-file.ts';
import {findTailStart} from './tail-start.ts';

/** A place in a log that moves forward as the log grows, whatever is done to the file meanwhile. */
export type LogCursor = {
	/**
	 * What came since the last call: at first the last `count` lines. Half a line waits for its end. What happened to the file is told by
	 * lines of kind `rad`. Reads about so many bytes at most, where that is given.
	 */
	readonly read: (maxBytes?: number) => readonly LogLine[];
	/** True when the last call left something unread. */
	readonly isBehind: () => boolean;
	/** The half line that is left when nothing more will come, marked as such: its writer was killed, or is at work on it. */
	readonly rest: () => readonly LogLine[];
	/** True when the file holds more before the place where reading began. */
	readonly hasMore: () => boolean;
	readonly close: () => void;
};

const BLOCK_BYTES = 256 * 1024;
// A stored line is at most 64 KiB of text, its time and its kind.
const MAX_LINE_BYTES = 96 * 1024;
const MAX_BEHIND_BYTES = 1024 * 1024;
const KEPT_BEHIND_BYTES = 64 * 1024;
const LF = 0x0a;

export type LogCursorOptions = {
	readonly file: string;
	/** How many of the last lines to begin with; infinite: the first byte. */
	readonly count: number;
	/** Which lines of the file are handed over; what happened to the file is always told. */
	readonly isWanted?: LineTest | undefined;
	readonly clock: Clock;
};

/**
 * Opens a cursor on a log that may not exist yet; nothing is read before the first call.
 *
 * A reader that had read all and is more than 1 MB behind is moved to the last 64 KiB, and told how much it missed. A file that was cut
 * short and has grown again beyond the old place between two calls is not noticed.
 *
 * @throws {RadError} `PATH_UNSAFE`, by `read`.
 */
export const openLogCursor = ({file, count, isWanted, clock}: LogCursorOptions): LogCursor => {
	const splitter = createLineSplitter({maxBytes: MAX_LINE_BYTES});
	const block = Buffer.allocUnsafe(BLOCK_BYTES);
	let handle: number | undefined;
	let position = 0;
	let knownSize = 0;
	let hasCaughtUp = false;
	let firstPosition: number | undefined;
	let lastAt = 0;

	const note = (text: string): LogLine => ({at: clock.now(), kind: 'rad', text});
	const parse = (lines: readonly string[]): readonly LogLine[] => {
		const parsed = parseLogLines(lines, lastAt);
		lastAt = parsed.at(-1)?.at ?? lastAt;
		return isWanted === undefined ? parsed : parsed.filter(isWanted);
	};
	const rest = (): readonly LogLine[] => parse(splitter.end().map(line => line + INCOMPLETE_MARK));
	const open = (): number | undefined => {
		const opened = openIfThere(file);
		if (opened === undefined) return undefined;
		const isFirst = firstPosition === undefined;
		position = isFirst ? findTailStart(opened, fstatSync(opened).size, count) : 0;
		firstPosition ??= position;
		return opened;
	};
	const readTo = (from: number, end: number): readonly LogLine[] => {
		const lines: LogLine[] = [];
		while (position < end) {
			const length = readSync(from, block, 0, Math.min(BLOCK_BYTES, end - position), position);
			if (length === 0) break;
			position += length;
			// Block by block, so that lines that are not wanted are gone at once.
			for (const line of parse(splitter.write(block.subarray(0, length)))) lines.push(line);
		}
		return lines;
	};
	const readOpen = (from: number, maxBytes: number): readonly LogLine[] => {
		const {size} = fstatSync(from);
		const notes: LogLine[] = [];
		if (size < position) {
			notes.push(note('the log was cut short by another program'));
			splitter.end();
			position = 0;
		}
		if (hasCaughtUp && size - position > MAX_BEHIND_BYTES) {
			const next = findLineStart(from, size - KEPT_BEHIND_BYTES, block);
			notes.push(note(`skipped ${next - position} bytes of the log to keep up`));
			splitter.end();
			position = next;
		}
		const lines = readTo(from, Math.min(size, position + maxBytes));
		knownSize = size;
		hasCaughtUp ||= !isBehind();
		return [...notes, ...lines];
	};
	const isBehind = (): boolean => handle !== undefined && position < knownSize;
	const leave = (from: number, isGone: boolean): readonly LogLine[] => {
		closeSync(from);
		handle = undefined;
		return [...rest(), note(isGone ? 'the log was removed' : 'the log was replaced by another file')];
	};
	const read = (maxBytes = Number.POSITIVE_INFINITY): readonly LogLine[] => {
		handle ??= open();
		if (handle === undefined) return [];
		const current = handle;
		const lines = readOpen(current, maxBytes);
		if (isBehind()) return lines;
		const named = lstatSync(file, {throwIfNoEntry: false});
		if (named !== undefined && named.ino === fstatSync(current).ino) return lines;
		return [...lines, ...leave(current, named === undefined), ...(named === undefined ? [] : read(maxBytes))];
	};
	return {
		read,
		isBehind,
		rest,
		hasMore: () => (firstPosition ?? 0) > 0,
		close: () => {
			if (handle !== undefined) closeSync(handle);
			handle = undefined;
		},
	};
};

const openIfThere = (file: string): number | undefined => {
	try {
		return openRegularFile(file, 'read');
	} catch (error) {
		if (isCode(error, 'ENOENT')) return undefined;
		throw error;
	}
};

/** The first beginning of a line at or after a place; the place itself when no line ends nearby. */
const findLineStart = (handle: number, place: number, block: Buffer): number => {
	const length = readSync(handle, block, 0, KEPT_BEHIND_BYTES, place);
	const end = block.subarray(0, length).indexOf(LF);
	return end === -1 ? place : place + end + 1;
};
