import type {Clock} from '../domain/clock.ts';
import {readSpec} from './attempt-files.ts';
import type {AgentFact, Engine, RecordSource, StreamReader} from './engine.ts';

// Whoever watches is content with a second, and listing a folder costs more than reading a file.
const POLL_MS = 1000;

/** Reads, beside the output of an attempt, what its engine writes down of the session elsewhere. */
export type RecordsReader = {
	/** What is new; empty until the engine has told its session, and within a second of the last look. */
	readonly poll: () => readonly AgentFact[];
	/** What is new now that the process is gone. */
	readonly finish: () => readonly AgentFact[];
	readonly close: () => void;
};

export type RecordsReaderOptions = {
	/** The attempt's folder. */
	readonly directory: string;
	readonly engine: Engine;
	readonly reader: StreamReader;
	/** When the attempt began, epoch ms. */
	readonly since: number;
	readonly clock: Clock;
	readonly findSession: () => string | undefined;
};

export const openRecordsReader = ({directory, engine, reader, since, clock, findSession}: RecordsReaderOptions): RecordsReader => {
	let source: RecordSource | undefined;
	let lastPoll = Number.NEGATIVE_INFINITY;
	const open = (): RecordSource | undefined => {
		const sessionId = findSession();
		const recordsDirectory = sessionId === undefined ? null : (readSpec(directory)?.launch.recordsDirectory ?? null);
		if (sessionId === undefined || recordsDirectory === null) return undefined;
		return engine.records?.open({directory: recordsDirectory, sessionId, since});
	};
	const read = (how: 'poll' | 'finish'): readonly AgentFact[] => {
		const {readRecord} = reader;
		if (engine.records === null || readRecord === undefined) return [];
		source ??= open();
		return source?.[how]().flatMap(readRecord) ?? [];
	};
	return {
		poll: () => {
			if (clock.elapsed() - lastPoll < POLL_MS) return [];
			lastPoll = clock.elapsed();
			return read('poll');
		},
		finish: () => read('finish'),
		close: () => source?.close(),
	};
};

/** All that the records of a session tell. Without the program's output its verdict is not known. */
export const readAllRecords = (source: RecordSource, reader: Pick<StreamReader, 'readRecord' | 'end'>): readonly AgentFact[] => {
	try {
		const facts = [...source.finish().flatMap(line => reader.readRecord?.(line) ?? []), ...reader.end()];
		return facts.filter(({type}) => type !== 'verdict');
	} finally {
		source.close();
	}
};
