import type {LogKind, LogLine} from '../domain/records.ts';
import {sanitizeText} from '../domain/sanitize.ts';

const KINDS = ['out', 'err', 'text', 'think', 'tool', 'result', 'rad'] as const satisfies readonly LogKind[];
const SHAPE = new RegExp(`^(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z) (${KINDS.join('|')})│ (.*)$`, 's');

/** `2026-05-01T10:00:00.000Z out│ text`. What an agent wrote never begins a line, so none of its lines can pass for one of rad's. */
export const formatLogLine = ({at, kind, text}: LogLine): string => `${formatMoment(at)} ${kind}│ ${text}`;

// Lines that come in one piece have one moment, and spelling it would cost more than all else that is done to a line.
let spelt = {at: 0, text: new Date(0).toISOString()};
const formatMoment = (at: number): string => {
	if (spelt.at !== at) spelt = {at, text: new Date(at).toISOString()};
	return spelt.text;
};

/**
 * Reads a line of a log file. An agent can write to that file too, so its text is sanitised again, and a line of any other shape is one
 * of kind `out` at the given time.
 */
export const parseLogLine = (line: string, otherwiseAt: number): LogLine => {
	// What stands before the text is made of safe characters, and with the mark it would not pass for ASCII, which is sanitised at once.
	const [, time, kind, rest] = SHAPE.exec(line) ?? [];
	const at = Date.parse(time ?? '');
	if (kind === undefined || rest === undefined || Number.isNaN(at)) return {at: otherwiseAt, kind: 'out', text: toText(line)};
	return {at, kind: kind as LogKind, text: toText(rest)};
};

const toText = (line: string): string => sanitizeText(line).replaceAll('\n', ' ');

/** Reads lines that follow each other; one that tells no time has that of the line before. */
export const parseLogLines = (lines: readonly string[], startAt: number): readonly LogLine[] => {
	let at = startAt;
	return lines.map(line => {
		const parsed = parseLogLine(line, at);
		at = parsed.at;
		return parsed;
	});
};
