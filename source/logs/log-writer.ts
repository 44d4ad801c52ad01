import type {Clock} from '../domain/clock.ts';
import type {LogLine} from '../domain/records.ts';
import {sanitizeText} from '../domain/sanitize.ts';
import {openLogFile} from './append-file.ts';
import {formatCutMark, splitCutMark} from './cut-mark.ts';
import {formatLogLine} from './log-line.ts';
import type {Redactor} from './redactor.ts';

/** Writes the log of one agent. */
export type LogWriter = {
	/**
	 * Adds a text of any size from anywhere: it is sanitised, redacted and split, one entry for each of its lines. Never throws.
	 * A line that is cut tells how many bytes are left out, those included that a mark at its end says were cut before.
	 */
	readonly write: (line: LogLine) => void;
	/** Hands everything to the operating system, so that it survives rad and others can read it. */
	readonly flush: () => Promise<void>;
	/** Flushes, also to the disk, and closes the file. */
	readonly close: () => Promise<void>;
};

export type LogWriterOptions = {
	/** Absolute path; its folder is made when it is missing, the folder above must exist. */
	readonly file: string;
	/** Begin the log anew; otherwise it goes on where it ended. */
	readonly fresh: boolean;
	readonly clock: Clock;
	readonly redactor: Redactor;
	/** Size of the whole log. What comes after that is dropped, counted, and told by a line of kind `rad`. */
	readonly maxBytes: number;
};

const BATCH_BYTES = 64 * 1024;
const MAX_LINE_BYTES = 64 * 1024;
// Lines of rad itself, such as how the agent ended, still find room in a full log.
const ROOM_FOR_RAD_BYTES = 64 * 1024;

/**
 * Opens a log for appending, readable by the user alone.
 *
 * Entries are gathered and written 64 KiB at a time, or when flushed. When the disk is full or fails, entries are lost and counted, and
 * the next ones that can be written tell how many; the agent is not disturbed. A log that was removed or replaced goes on in a new file.
 *
 * @throws {RadError} `PATH_UNSAFE` when the file or its folder is a symbolic link, or the file has a second name or is not regular;
 * `WORKSPACE_UNUSABLE` when it cannot be opened.
 */
export const openLogWriter = ({file, fresh, clock, redactor, maxBytes}: LogWriterOptions): LogWriter => {
	const target = openLogFile({file, fresh, clock});
	let batch: string[] = [];
	let batchBytes = 0;
	let isFull = false;
	let droppedBytes = 0;

	const drain = (): void => {
		const lines = batch;
		batch = [];
		batchBytes = 0;
		if (lines.length > 0) target.append(lines);
	};
	const push = (entry: string, bytes: number): void => {
		batch.push(entry);
		batchBytes += bytes;
		if (batchBytes >= BATCH_BYTES) drain();
	};
	const drop = (text: string): void => {
		if (!isFull) push(toRadLine(clock, `this log is full (${maxBytes} bytes): what comes now is dropped`), 0);
		isFull = true;
		droppedBytes += Buffer.byteLength(text);
	};
	const add = (line: LogLine): void => {
		const entry = `${formatLogLine(line)}\n`;
		const bytes = Buffer.byteLength(entry);
		const limit = line.kind === 'rad' ? maxBytes + ROOM_FOR_RAD_BYTES : maxBytes;
		if (target.size() + batchBytes + bytes > limit) drop(line.text);
		else push(entry, bytes);
	};
	return {
		write: ({at, kind, text}) => {
			// A flood must not cost more when nothing of it is kept.
			if (isFull && kind !== 'rad') return drop(text);
			// A cut may leave an unfinished control sequence, which would swallow the mark.
			const {text: uncut, mark} = splitCutMark(text);
			const clean = redactor.redact(sanitizeText(uncut) + mark);
			for (const line of splitLines(clean)) add({at, kind, text: cutLine(line)});
		},
		flush: async () => drain(),
		close: async () => {
			if (isFull) push(toRadLine(clock, `${droppedBytes} bytes were dropped`), 0);
			drain();
			await target.close();
		},
	};
};

const toRadLine = (clock: Clock, text: string): string => `${formatLogLine({at: clock.now(), kind: 'rad', text})}\n`;

/** A line break at the end of a text does not begin another line. */
const splitLines = (text: string): readonly string[] => {
	if (!text.includes('\n')) return [text];
	return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
};

const cutLine = (line: string): string => {
	// No UTF-16 unit takes more than three bytes, so most lines need not be measured.
	if (line.length * 3 <= MAX_LINE_BYTES) return line;
	const {text, droppedBytes} = splitCutMark(line);
	const bytes = Buffer.from(text);
	if (bytes.length <= MAX_LINE_BYTES) return line;
	const kept = new TextDecoder().decode(bytes.subarray(0, MAX_LINE_BYTES), {stream: true});
	return kept + formatCutMark(bytes.length - Buffer.byteLength(kept) + droppedBytes);
};
