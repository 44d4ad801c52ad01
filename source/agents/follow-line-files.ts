import {readSync} from 'node:fs';
import {createLineSplitter, type LineSplitter} from '../logs/line-splitter.ts';
import type {RecordLine, RecordSource} from './engine.ts';
import {parseObject} from './foreign.ts';
import {withForeignFile} from './foreign-files.ts';

/** A file that holds one JSON document a line and grows at its end. */
export type LineFile = {readonly source: string; readonly path: string};

const CHUNK_BYTES = 256 * 1024;
/** Session files hold whole prompts and tool results; what is far longer is no row of one. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;

type Followed = {readonly splitter: LineSplitter; position: number};

/**
 * Follows files as they grow. `list` is asked at each poll, so that new files are found; what cannot be opened, is no plain file or
 * shrinks is passed over until it can be read.
 */
export const followLineFiles = (list: () => readonly LineFile[]): RecordSource => {
	const followed = new Map<string, Followed>();
	const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
	const readNew = ({source, path}: LineFile): readonly RecordLine[] => {
		const state = followed.get(path) ?? {splitter: createLineSplitter({maxBytes: MAX_LINE_BYTES}), position: 0};
		followed.set(path, state);
		const lines: string[] = [];
		withForeignFile(path, undefined, handle => {
			for (;;) {
				const size = readSync(handle, buffer, 0, buffer.length, state.position);
				if (size === 0) return undefined;
				state.position += size;
				// One by one: a spoilt file can hold more lines in a chunk than a call takes arguments.
				for (const line of state.splitter.write(buffer.subarray(0, size))) lines.push(line);
			}
		});
		return lines.map(text => ({source, text}));
	};
	const readLast = (file: LineFile): readonly RecordLine[] => {
		const lines = readNew(file);
		// A row that was being written when its program died is none.
		const rest = (followed.get(file.path)?.splitter.end() ?? []).filter(text => parseObject(text) !== undefined);
		return [...lines, ...rest.map(text => ({source: file.source, text}))];
	};
	return {
		poll: () => list().flatMap(readNew),
		finish: () => list().flatMap(readLast),
		close: () => followed.clear(),
	};
};
