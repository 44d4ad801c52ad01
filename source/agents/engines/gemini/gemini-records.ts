import {readdirSync} from 'node:fs';
import path from 'node:path';
import type {SessionRecords} from '../../engine.ts';
import {followLineFiles, type LineFile} from '../../follow-line-files.ts';

const SESSION_ID = /^[0-9a-f-]{8,64}$/i;
const ID_IN_NAME = 8;

/**
 * Follows the files that Gemini CLI keeps of a session below `~/.gemini/tmp/<project>/chats`: one of the main conversation for each time
 * it was started or continued, and one of each sub-agent. A session's id that is not shaped like one finds nothing.
 */
export const geminiRecords: SessionRecords = {
	open: ({directory, sessionId}) => followLineFiles(SESSION_ID.test(sessionId) ? () => listFiles(directory, sessionId) : () => []),
};

const listFiles = (directory: string, sessionId: string): readonly LineFile[] =>
	listNames(directory).flatMap(project => listSessionFiles(directory, project, sessionId));

/** The files of a session in one project's folder. */
export const listSessionFiles = (directory: string, project: string, sessionId: string): readonly LineFile[] => {
	const chats = path.join(directory, project, 'chats');
	const isMain = (name: string): boolean => name.startsWith('session-') && name.endsWith(`-${sessionId.slice(0, ID_IN_NAME)}.jsonl`);
	const main = listNames(chats).filter(isMain);
	const subAgents = listNames(path.join(chats, sessionId)).filter(name => name.endsWith('.jsonl'));
	// The main conversation last: it tells the end of those that it started.
	return [...subAgents.map(name => path.join(sessionId, name)), ...main].map(name => ({
		source: path.join(project, name),
		path: path.join(chats, name),
	}));
};

/** The names in a folder, in a stable order; none where there is no folder, or none that may be read. */
export const listNames = (folder: string): readonly string[] => {
	try {
		return readdirSync(folder).sort();
	} catch (error) {
		if (error instanceof Error && 'code' in error) return [];
		throw error;
	}
};
