import path from 'node:path';
import type {SavedSession, SessionHistory} from '../../engine.ts';
import {followLineFiles} from '../../follow-line-files.ts';
import {parseObject, toText} from '../../foreign.ts';
import {canReadAll, listNames, readStart, toStamp} from '../../foreign-files.ts';
import {readAllRecords} from '../../read-records.ts';
import {openGeminiReader} from './gemini-reader.ts';
import {listSessionFiles} from './gemini-records.ts';

/** The sessions that Gemini CLI has kept, each with the files of its sub-agents. */
export const geminiHistory: SessionHistory = {
	list: directory => {
		const ids = listNames(directory).flatMap(project => {
			const chats = path.join(directory, project, 'chats');
			return listNames(chats)
				.filter(name => name.startsWith('session-') && name.endsWith('.jsonl'))
				.map(name => ({project, sessionId: readSessionId(path.join(chats, name))}));
		});
		// A session that was continued has a file for each time.
		const projects = new Map(ids.map(({project, sessionId}) => [sessionId, project]));
		return [...projects].filter(([sessionId]) => sessionId !== '').map(([sessionId, project]) => toSession(directory, project, sessionId));
	},
};

/** More than a header or a path is long. */
const START_BYTES = 64 * 1024;

const readSessionId = (file: string): string => {
	const [header = ''] = readText(file).split('\n', 1);
	return toText(parseObject(header)?.['sessionId']);
};

const readText = (file: string): string => readStart(file, START_BYTES)?.toString('utf8') ?? '';

const toSession = (directory: string, project: string, sessionId: string): SavedSession => {
	const files = listSessionFiles(directory, project, sessionId);
	return {
		sessionId,
		...toStamp(files.map(file => file.path)),
		findFolder: () => readText(path.join(directory, project, '.project_root')).trim() || null,
		canRead: () => canReadAll(files.map(file => file.path)),
		read: () => [
			{type: 'session', sessionId, model: null, version: null},
			...readAllRecords(
				followLineFiles(() => files),
				openGeminiReader({since: 0}),
			),
		],
	};
};
