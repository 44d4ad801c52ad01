import {appendFileSync, closeSync, constants, openSync} from 'node:fs';
import {open} from 'node:fs/promises';
import path from 'node:path';
import {RECORDING_BYTES_MAX, type RecordingSink, type Recordings} from '../domain/dashboard.ts';
import {RadError} from '../domain/failures.ts';
import {toOutputFailure} from './write-output-file.ts';

// It holds what agents have said and read: nobody else's business.
const OWNER_ONLY = 0o600;

const createFile = (file: string): RecordingSink => {
	const descriptor = create(file);
	return {
		// Handed to the system at once: what a stream would hold back is lost when the process dies, and that is when a recording is wanted.
		append: text => {
			try {
				appendFileSync(descriptor, text);
			} catch (cause) {
				throw toOutputFailure(file, cause);
			}
		},
		close: () => closeSync(descriptor),
	};
};

const create = (file: string): number => {
	try {
		return openSync(file, 'wx', OWNER_ONLY);
	} catch (cause) {
		if (codeOf(cause) === 'EEXIST') throw new RadError('OUTPUT_EXISTS', `A recording never replaces a file, and there is one: ${file}`, {cause});
		throw toOutputFailure(file, cause);
	}
};

const readFile = async (file: string): Promise<string> => {
	try {
		return await read(file);
	} catch (cause) {
		if (cause instanceof RadError) throw cause;
		if (codeOf(cause) === 'ENOENT') throw new RadError('PATH_MISSING', `There is no such file: ${file}`, {cause});
		throw unusable(file, cause instanceof Error ? `it cannot be read: ${cause.message}` : 'it cannot be read', cause);
	}
};

const read = async (file: string): Promise<string> => {
	// A pipe without a writer is opened at once, too, and refused.
	const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
	try {
		const stats = await handle.stat();
		// A device or a pipe may never end.
		if (!stats.isFile()) throw unusable(file, 'it is not a file');
		if (stats.size > RECORDING_BYTES_MAX) throw unusable(file, `it is larger than ${RECORDING_BYTES_MAX / 1_000_000} MB`);
		return await handle.readFile('utf8');
	} finally {
		await handle.close();
	}
};

const unusable = (file: string, reason: string, cause?: unknown): RadError =>
	new RadError('RECORDING_UNUSABLE', `The recording cannot be shown, since ${reason}: ${file}`, {cause});

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

/** Recordings in files; one that is there is never written to. */
export const recordingFiles: Pick<Recordings, 'create' | 'read'> = {
	create: (file, {directory}) => createFile(path.resolve(directory, file)),
	read: async (file, {directory}) => ({file, text: await readFile(path.resolve(directory, file))}),
};
