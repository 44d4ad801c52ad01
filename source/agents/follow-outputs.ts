import {closeSync, constants, existsSync, openSync, readSync} from 'node:fs';
import type {Clock} from '../domain/clock.ts';
import {attemptFiles} from './attempt-files.ts';
import {createPause} from './pause.ts';
import type {AttemptState} from './supervisor.ts';

const CHUNK_BYTES = 256 * 1024;
const POLL_MS = 50;
// A look at the process table costs more than a look at three files.
const LOOK_EVERY = 4;

export type FollowOptions = {
	readonly directory: string;
	readonly look: (directory: string) => AttemptState;
	/** See `Supervisor.over`. */
	readonly over: AbortSignal | undefined;
	readonly clock: Clock;
	/** Hears each piece of output, in order within a stream. The buffer is used again: copy what is kept. */
	readonly onChunk: (stream: 'out' | 'err', bytes: Buffer) => void;
	/** Called after each round of reading, so that what was read can be written down. */
	readonly onRound: () => Promise<void>;
};

/**
 * Reads what an attempt writes to its output files, from their beginning, until nothing of the agent is left and all was read.
 * Memory does not grow with the output: a fast agent is simply behind for a while, in a file.
 */
export const followOutputs = async (options: FollowOptions): Promise<Extract<AttemptState, {kind: 'ended' | 'gone'}>> => {
	const files = attemptFiles(options.directory);
	const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
	const pause = createPause(options.clock, POLL_MS, options.over);
	// Nobody has to look for the end of what tells it.
	const isDue = (round: number): boolean =>
		options.over === undefined ? round % LOOK_EVERY === 0 || existsSync(files.exit) : round === 0 || options.over.aborted;
	const streams = [openReader(files.stdout, 'out'), openReader(files.stderr, 'err')] as const;
	try {
		let state: AttemptState = {kind: 'starting'};
		for (let round = 0; ; round += 1) {
			if (isDue(round)) state = options.look(options.directory);
			const sizes = streams.map(stream => stream.read(buffer, options.onChunk));
			await options.onRound();
			if (sizes.some(size => size > 0)) continue;
			if (state.kind === 'ended' || state.kind === 'gone') return state;
			await pause();
		}
	} finally {
		for (const stream of streams) stream.close();
	}
};

const openReader = (file: string, stream: 'out' | 'err') => {
	const handle = openFile(file);
	let position = 0;
	return {
		/** Reads one piece and tells its size; 0 at the end. */
		read: (buffer: Buffer, onChunk: FollowOptions['onChunk']): number => {
			const size = handle === undefined ? 0 : readSync(handle, buffer, 0, buffer.length, position);
			position += size;
			if (size > 0) onChunk(stream, buffer.subarray(0, size));
			return size;
		},
		close: () => {
			if (handle !== undefined) closeSync(handle);
		},
	};
};

/** Undefined where the file was taken away: the agent can do that at any time, and its ending is told all the same. */
const openFile = (file: string): number | undefined => {
	try {
		return openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW);
	} catch (error) {
		if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ELOOP')) return undefined;
		throw error;
	}
};
