import path from 'node:path';
import type {SessionRecords} from '../../engine.ts';
import {followLineFiles, type LineFile} from '../../follow-line-files.ts';
import {isSessionId, listFilesBelow, listNames} from '../../foreign-files.ts';

const SUB_AGENT_FILE = /(?:^|\/)agent-([\w-]+)\.jsonl$/;

/**
 * Claude Code's session files: `<directory>/<project>/<session>.jsonl`, and `<session>/subagents/agent-<id>.jsonl` beside it. They hold
 * the true usage of each message also when the process was killed.
 */
export const claudeRecords: SessionRecords = {
	open: ({directory, sessionId}) => {
		let project: string | undefined;
		return followLineFiles(() => {
			if (!isSessionId(sessionId)) return [];
			project ??= listNames(directory)
				.map(name => path.join(directory, name))
				.find(folder => listNames(folder).includes(`${sessionId}.jsonl`));
			return project === undefined ? [] : listFiles(project, sessionId);
		});
	},
};

const listFiles = (project: string, sessionId: string): readonly LineFile[] => [
	{source: sessionId, path: path.join(project, `${sessionId}.jsonl`)},
	...listSubAgentFiles(project, sessionId).map(({name, path: file}) => ({source: name, path: file})),
];

/** `name` is the path below the folder of all of them, `agent` the engine's id. */
type SubAgentFile = {readonly name: string; readonly path: string; readonly agent: string};

/** The files of a session's sub-agents below a project's folder, at any depth. */
export const listSubAgentFiles = (project: string, sessionId: string): readonly SubAgentFile[] => {
	const folder = path.join(project, sessionId, 'subagents');
	return listFilesBelow(folder).flatMap(name => {
		const agent = SUB_AGENT_FILE.exec(name)?.[1];
		return agent === undefined ? [] : [{name, path: path.join(folder, name), agent}];
	});
};
