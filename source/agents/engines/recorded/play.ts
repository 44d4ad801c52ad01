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
	/** Asked before each write; resolves with why it must not be made, or null. */
	readonly beforeWrite: (write: {readonly callId: string; readonly tool: string; readonly path: string}) => Promise<string | null>;
	/** Aborted when the player is to stop where it is. */
	readonly signal: AbortSignal;
};

const EXIT_NO_RECORDING = 2;
const EXIT_NOT_ALLOWED = 3;

/**
 * Plays a recording: prints its lines at their pace and, just before the result of a write or an edit is printed, makes that change in
 * `root`. A change that does not fit the files of today is told on standard error and left out; one that must not be made ends the
 * playing. Commands are never run.
 *
 * Resolves with the exit code of the recorded program, also when it was stopped.
 */
export const play = async ({directory, root, speed, clock, print, warn, beforeWrite, signal}: PlayOptions): Promise<number> => {
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
		if (event === undefined) {
			print(line);
			continue;
		}
		const moved = toForeign(moveTo(root, event));
		if (!(await playEvent(moved, {root, calls, warn, beforeWrite}))) return EXIT_NOT_ALLOWED;
		print(JSON.stringify(moved));
	}
	return recording.exitCode;
};

type Stage = Pick<PlayOptions, 'root' | 'warn' | 'beforeWrite'> & {readonly calls: Map<string, Foreign>};

/** Makes the changes of the calls whose results this event tells; false when one must not be made. */
const playEvent = async (event: Foreign, {root, calls, warn, beforeWrite}: Stage): Promise<boolean> => {
	for (const block of toList(toForeign(event['message'])['content']).map(toForeign)) {
		if (block['type'] === 'tool_use') calls.set(toText(block['id']), block);
		const call = block['type'] === 'tool_result' && block['is_error'] !== true ? calls.get(toText(block['tool_use_id'])) : undefined;
		const replay = call === undefined ? undefined : toReplay({tool: toText(call['name']), argumentsJson: formatJson(toForeign(call['input'])) ?? ''});
		if (call === undefined || replay === undefined || replay.kind === 'none') continue;
		const refusal = await beforeWrite({callId: toText(call['id']), tool: toText(call['name']), path: replay.path});
		if (refusal !== null) {
			warn(`${replay.path} was not written, ${refusal}`);
			return false;
		}
		repeatWrite(root, replay, toForeign(event['tool_use_result']), warn);
	}
	return true;
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

const repeatWrite = (root: string, replay: Exclude<Replay, {kind: 'none'}>, result: Foreign, warn: PlayOptions['warn']): void => {
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
