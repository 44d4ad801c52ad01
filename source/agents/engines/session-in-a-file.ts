import type {AgentFact, RecordReader, SavedSession} from '../engine.ts';
import {followLineFiles} from '../follow-line-files.ts';
import {type Foreign, parseObject} from '../foreign.ts';
import {canReadAll, readStart, toStamp} from '../foreign-files.ts';
import {readAllRecords} from '../read-records.ts';

/** A first row can hold the whole first prompt; of one that is longer the folder is not known. */
const MAX_FIRST_ROW = 1024 * 1024;

type Options = {
	readonly sessionId: string;
	/** Absolute path of a file with a JSON object a line. */
	readonly file: string;
	/** The folder that a session worked in, by its first row; empty where it does not tell. */
	readonly toFolder: (firstRow: Foreign) => string;
	readonly openReader: () => RecordReader;
};

/** A session that is kept in one file, sub-agents and all. */
export const toSessionInAFile = ({sessionId, file, toFolder, openReader}: Options): SavedSession => ({
	sessionId,
	...toStamp([file]),
	findFolder: () => toFolder(readFirstRow(file)) || null,
	canRead: () => canReadAll([file]),
	read: (): readonly AgentFact[] => [
		{type: 'session', sessionId, model: null, version: null},
		...readAllRecords(
			followLineFiles(() => [{source: sessionId, path: file}]),
			openReader(),
		),
	],
});

const readFirstRow = (file: string): Foreign => {
	const [row = ''] = (readStart(file, MAX_FIRST_ROW)?.toString('utf8') ?? '').split('\n', 1);
	return parseObject(row) ?? {};
};
