import path from 'node:path';
import type {SessionRecords} from '../../engine.ts';
import {followLineFiles, type LineFile} from '../../follow-line-files.ts';
import {isSessionId, listNames} from '../../foreign-files.ts';

const ID_IN_NAME = 8;

/**
 * Follows the files that Gemini CLI keeps of a session below `~/.gemini/tmp/<project>/chats`: one of the main conversation for each time
 * it was started or continued, and one of each sub-agent. A session's id that is not shaped like one finds nothing.
 */
export const geminiRecords: SessionRecords = {
	open: ({directory, sessionId}) => {
		let project: string | undefined;
		return followLineFiles(() => {
			if (!isSessionId(sessionId)) return [];
			project ??= listNames(directory).find(name => listSessionFiles(directory, name, sessionId).length > 0);
			return project === undefined ? [] : listSessionFiles(directory, project, sessionId);
		});
	},
};

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
