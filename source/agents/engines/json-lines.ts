import type {AgentFact} from '../engine.ts';
import {type Foreign, parseObject} from '../foreign.ts';
import {toLogs} from './log-lines.ts';
import {shorten} from './tool-line.ts';

// Single lines of 770 kB were seen; what is far longer is an attack or a fault, and parsing it would hold up every other agent.
const MAX_LINE = 16 * 1024 * 1024;

/** Reads a line that should be an event, a JSON object. A blank one tells nothing; any other is shown as it is, and as unreadable. */
export const readEventLine = (line: string, readEvent: (event: Foreign) => readonly AgentFact[]): readonly AgentFact[] => {
	if (line.trim() === '') return [];
	const event = line.length > MAX_LINE ? undefined : parseObject(line);
	if (event !== undefined) return readEvent(event);
	const reason = line.length > MAX_LINE ? `A line of ${line.length} characters.` : 'A line that is no JSON object.';
	return [...toLogs(null, 'out', shorten(line)), {type: 'unreadable', reason}];
};

/** The same of a file that is kept of a session: its rows are shown nowhere. */
export const readSessionRow = (text: string, readRow: (row: Foreign) => readonly AgentFact[]): readonly AgentFact[] => {
	if (text.trim() === '') return [];
	const row = parseObject(text);
	return row === undefined ? [{type: 'unreadable', reason: 'A row of the session file that is no JSON object.'}] : readRow(row);
};
