import type {Clock} from '../domain/clock.ts';
import {RECORDING_BYTES_MAX, type RecordingSink} from '../domain/dashboard.ts';
import {isFailure} from '../domain/failures.ts';
import {encodeMessage, encodeStart} from './recording.ts';
import type {Store} from './store.ts';

export type RecordOptions = {readonly store: Store; readonly sink: Pick<RecordingSink, 'append'>; readonly clock: Clock; readonly version: string};

/**
 * Writes down what the dashboard starts with, and each message that it takes in from now on. Has to be the first one that listens to the
 * store: what others say in answer to a message comes after it.
 *
 * @throws {RadError} `OUTPUT_FAILED` when not even the beginning can be written. Later that ends the recording, with a notice.
 */
export const startRecording = ({store, sink, clock, version}: RecordOptions): void => {
	const startedAt = clock.elapsed();
	const {size, now, workspaceName, choice, canSuspend, ownKeys} = store.getSnapshot();
	let room = RECORDING_BYTES_MAX;
	const write = (line: string): void => {
		room -= Buffer.byteLength(line);
		if (room >= 0) sink.append(line);
	};
	const stop = (reason: string): void => {
		unsubscribe();
		store.dispatch({type: 'notice-raised', notice: {tone: 'bad', text: `The recording ends here. ${reason}`}});
	};
	write(encodeStart({rad: version, size, now, utcOffset: -new Date(now).getTimezoneOffset(), workspaceName, choice, canSuspend, ownKeys}));
	const unsubscribe = store.subscribe(message => {
		try {
			write(encodeMessage({at: Math.round(clock.elapsed() - startedAt), message}));
		} catch (error) {
			if (!isFailure(error, 'OUTPUT_FAILED')) throw error;
			return stop(error.message);
		}
		if (room < 0) stop(`It has reached ${RECORDING_BYTES_MAX / 1_000_000} MB, and a larger one could not be shown.`);
	});
};
