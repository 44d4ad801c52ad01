import {readFileSync} from 'node:fs';
import type {Clock} from '../../../domain/clock.ts';
import {isFailure} from '../../../domain/failures.ts';
import {type Foreign, formatJson, parseObject, toForeign, toList, toText} from '../../foreign.ts';
import {applyEdits, type Replay, toReplay} from '../../replay.ts';
import {readInside, writeInside} from '../../write-inside.ts';
import {findPauses} from './pace.ts';
import {loadRecording} from './recordings.ts';

export type PlayOptions = {
	/** Folder of the recording. */
	readonly directory: string;
	/** Absolute path of the folder to work in: stands where the recording says `/workspace`. */
	readonly root: string;
	/** 1 is the recorded pace, 10 ten times faster; 0 or anything odd is as fast as possible. */
	readonly speed: number;
	readonly clock: Pick<Clock, 'sleep'>;
	readonly print: (line: string) => void;
	readonly warn: (line: string) => void;
	/** Aborted when the player is to stop where it is. */
	readonly signal: AbortSignal;
};

const EXIT_NO_RECORDING = 2;

/**
 * Plays a recording: prints its lines at their pace and, just before the result of a write or an edit is printed, makes that change in
 * `root`. A change that does not fit the files of today is told on standard error and left out. Commands are never run.
 *
 * Resolves with the exit code of the recorded program, also when it was stopped.
 */
export const play = async ({directory, root, speed, clock, print, warn, signal}: PlayOptions): Promise<number> => {
	const recording = loadRecording(directory);
	if (recording === undefined) {
		warn(`There is no recording in ${directory}`);
		return EXIT_NO_RECORDING;
	}
	const lines = readFileSync(recording.streamFile, 'utf8').trimEnd().split('\n');
	const pauses = findPauses(lines);
	const calls = new Map<string, Foreign>();
	for (const [index, line] of lines.entries()) {
		await pause((pauses[index] ?? 0) / speed, clock, signal);
		if (signal.aborted) break;
		const event = parseObject(line);
		print(event === undefined ? line : playEvent(toForeign(moveTo(root, event)), {root, calls, warn}));
	}
	return recording.exitCode;
};

type Stage = Pick<PlayOptions, 'root' | 'warn'> & {readonly calls: Map<string, Foreign>};

/** Makes the changes of the calls whose results this event tells, and returns the line to print. */
const playEvent = (event: Foreign, {root, calls, warn}: Stage): string => {
	for (const block of toList(toForeign(event['message'])['content']).map(toForeign)) {
		if (block['type'] === 'tool_use') calls.set(toText(block['id']), block);
		const call = block['type'] === 'tool_result' && block['is_error'] !== true ? calls.get(toText(block['tool_use_id'])) : undefined;
		if (call !== undefined) repeatWrite(root, call, toForeign(event['tool_use_result']), warn);
	}
	return JSON.stringify(event);
};

// Under a millisecond no timer is worth it; a speed of 0 makes it infinite or no number.
const pause = async (durationMs: number, clock: PlayOptions['clock'], signal: AbortSignal): Promise<void> => {
	if (durationMs >= 1 && Number.isFinite(durationMs)) await clock.sleep(durationMs, signal);
};

const RECORDED_ROOT = /(?<![\w./~-])\/workspace(?![\w-])/g;

/** The same value with the recorded work folder replaced in all texts. */
const moveTo = (root: string, value: unknown): unknown => {
	if (typeof value === 'string') return value.replaceAll(RECORDED_ROOT, () => root);
	if (Array.isArray(value)) return value.map(item => moveTo(root, item));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, moveTo(root, item)]));
};

const repeatWrite = (root: string, call: Foreign, result: Foreign, warn: PlayOptions['warn']): void => {
	const replay = toReplay({tool: toText(call['name']), argumentsJson: formatJson(toForeign(call['input'])) ?? ''});
	if (replay.kind === 'none') return;
	try {
		const content = findContent(root, replay, result);
		if (content === undefined) warn(`${replay.path} was left as it is: it does not hold the text that was replaced when this was recorded.`);
		else writeInside(root, replay.path, content);
	} catch (error) {
		if (!isFailure(error)) throw error;
		warn(error.message);
	}
};

/** An edit of a file that is missing here is made on the text that the recorded agent had before it. */
const findContent = (root: string, replay: Exclude<Replay, {kind: 'none'}>, result: Foreign): string | undefined => {
	if (replay.kind === 'write') return replay.content;
	const text = readInside(root, replay.path) ?? result['originalFile'];
	return typeof text === 'string' ? applyEdits(text, replay.edits) : undefined;
};
