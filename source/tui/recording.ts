import type {Size} from './layout.ts';
import {message, size} from './message-shape.ts';
import {runId} from './record-shapes.ts';
import {count, flag, listOf, Misfit, mapOf, moment, object, type Shape, text, whole} from './shape.ts';
import type {Message, State} from './state.ts';

const FORMAT = 'rad-top-recording';
/** Grows when an older rad could not show what is written now. */
const VERSION = 1;

/** What the dashboard started with. Of the workspace only the folder's name. */
export type RecordingStart = {
	/** The version of the rad that recorded. */
	readonly rad: string;
	readonly size: Size;
	readonly now: number;
	/** Minutes that its local time was ahead of UTC: for people, since times are shown in the zone of whoever looks. */
	readonly utcOffset: number;
	readonly workspaceName: string;
	readonly choice: State['choice'];
	readonly canSuspend: boolean;
	/** What the recorded keys meant. */
	readonly ownKeys: State['ownKeys'];
};

/** A message that the dashboard took in, and when: milliseconds after the start. */
export type RecordedMessage = {readonly at: number; readonly message: Message};

export type Recording = {
	readonly start: RecordingStart;
	readonly messages: readonly RecordedMessage[];
	/** True where the end of the last line is missing: whoever wrote it was stopped, or had no space left. */
	readonly isCutShort: boolean;
};

/** `line` counts from 1. */
export type RecordingFault = {readonly line: number; readonly reason: string; readonly isNewer: boolean};

/** The first line of a recording, with its end. */
export const encodeStart = (start: RecordingStart): string => encodeLine({format: FORMAT, version: VERSION, ...start});

/** One more line, with its end. */
export const encodeMessage = (recorded: RecordedMessage): string => encodeLine(recorded);

const encodeLine = (value: unknown): string => `${JSON.stringify(value, toJson)}\n`;

/** What JSON has no word for; the shape of a message tells what it was. */
const toJson = (_: string, value: unknown): unknown => {
	if (typeof value === 'bigint') return String(value);
	return value instanceof Map ? [...value] : value;
};

const choice: Shape<State['choice']> = json => (json === 'newest' ? json : runId(json));

const startLine = object<RecordingStart>({
	rad: text,
	size,
	now: moment,
	utcOffset: whole,
	workspaceName: text,
	choice,
	canSuspend: flag,
	ownKeys: mapOf(text, listOf(text)),
});
const messageLine = object<RecordedMessage>({at: count, message});

/** Reads a recording. Whatever the text is, nothing is thrown, and nothing that no dashboard could have heard gets through. */
export const parseRecording = (recording: string): Recording | RecordingFault => {
	const [first = '', ...rest] = recording.split('\n');
	const last = rest.pop();
	const start = readStart(first);
	if ('reason' in start) return {...start, line: 1};
	const messages: RecordedMessage[] = [];
	for (const [index, line] of rest.entries()) {
		const read = readLine(messageLine, line);
		if ('reason' in read) return {line: index + 2, reason: read.reason, isNewer: false};
		messages.push(read.value);
	}
	const end = last === undefined || last === '' ? undefined : readLine(messageLine, last);
	if (end !== undefined && 'value' in end) messages.push(end.value);
	return {start, messages, isCutShort: end !== undefined && 'reason' in end};
};

type Fault = Omit<RecordingFault, 'line'>;

const readStart = (line: string): RecordingStart | Fault => {
	const head = readLine(object<{readonly format: string; readonly version: number}>({format: text, version: count}), line);
	if ('reason' in head || head.value.format !== FORMAT) return {reason: 'it does not begin as a recording of rad top does', isNewer: false};
	const {version} = head.value;
	if (version !== VERSION) return {reason: `it is of version ${version}, and this rad knows only ${VERSION}`, isNewer: version > VERSION};
	const start = readLine(startLine, line);
	return 'reason' in start ? {reason: start.reason, isNewer: false} : start.value;
};

const readLine = <Value>(shape: Shape<Value>, line: string): {readonly value: Value} | {readonly reason: string} => {
	try {
		return {value: shape(JSON.parse(line))};
	} catch (error) {
		if (error instanceof Misfit)
			return {reason: error.message === '' ? 'it is not what it has to be' : `"${error.message}" is not what it has to be`};
		if (error instanceof SyntaxError) return {reason: 'it is no JSON'};
		throw error;
	}
};
