import {readdirSync} from 'node:fs';
import path from 'node:path';
import type {SessionRecords} from '../../engine.ts';
import {followLineFiles, type LineFile} from '../../follow-line-files.ts';

// The session is named by the program: only what looks like an id may become part of a path.
const SESSION_ID = /^[0-9a-f-]{8,64}$/i;
const SUB_AGENT_FILE = /(?:^|\/)agent-[\w-]+\.jsonl$/;

/**
 * Claude Code's session files: `<directory>/<project>/<session>.jsonl`, and `<session>/subagents/agent-<id>.jsonl` beside it. They hold
 * the true usage of each message also when the process was killed.
 */
export const claudeRecords: SessionRecords = {
	open: ({directory, sessionId}) => {
		let project: string | undefined;
		return followLineFiles(() => {
			if (!SESSION_ID.test(sessionId)) return [];
			project ??= list(directory)
				.map(name => path.join(directory, name))
				.find(folder => list(folder).includes(`${sessionId}.jsonl`));
			return project === undefined ? [] : listFiles(project, sessionId);
		});
	},
};

const listFiles = (project: string, sessionId: string): readonly LineFile[] => {
	const folder = path.join(project, sessionId, 'subagents');
	const subAgents = list(folder).filter(name => SUB_AGENT_FILE.test(name));
	return [
		{source: sessionId, path: path.join(project, `${sessionId}.jsonl`)},
		...subAgents.map(name => ({source: name, path: path.join(folder, name)})),
	];
};

const list = (folder: string): readonly string[] => {
	try {
		return readdirSync(folder);
	} catch (error) {
		if (error instanceof Error && 'code' in error) return [];
		throw error;
	}
};
