import {closeSync, constants, openSync, readFileSync, readSync, statSync} from 'node:fs';
import path from 'node:path';
import type {AgentFact, SavedSession, SessionHistory} from '../../engine.ts';
import {followLineFiles, type LineFile} from '../../follow-line-files.ts';
import {parseObject, toText} from '../../foreign.ts';
import {openGeminiReader} from './gemini-reader.ts';
import {listNames, listSessionFiles} from './gemini-records.ts';

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

const HEADER_BYTES = 64 * 1024;

const readSessionId = (file: string): string => {
	const [header = ''] = readStart(file).split('\n', 1);
	return toText(parseObject(header)?.['sessionId']);
};

const readStart = (file: string): string => {
	let handle: number | undefined;
	try {
		handle = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
		const buffer = Buffer.alloc(HEADER_BYTES);
		return buffer.toString('utf8', 0, readSync(handle, buffer, 0, buffer.length, 0));
	} catch (error) {
		if (error instanceof Error && 'code' in error) return '';
		throw error;
	} finally {
		if (handle !== undefined) closeSync(handle);
	}
};

const toSession = (directory: string, project: string, sessionId: string): SavedSession => {
	const files = listSessionFiles(directory, project, sessionId);
	const stats = files.map(file => statSync(file.path, {throwIfNoEntry: false}));
	return {
		sessionId,
		stamp: stats.map(each => `${each?.size ?? 0}:${Math.floor(each?.mtimeMs ?? 0)}`).join(' '),
		changedAt: Math.max(0, ...stats.map(each => each?.mtimeMs ?? 0)),
		findFolder: () => readText(path.join(directory, project, '.project_root'))?.trim() || null,
		read: () => [{type: 'session', sessionId, model: null, version: null}, ...read(files)],
	};
};

const read = (files: readonly LineFile[]): readonly AgentFact[] => {
	const reader = openGeminiReader({since: 0});
	return [
		...followLineFiles(() => files)
			.poll()
			.flatMap(line => reader.readRecord?.(line) ?? []),
		...reader.end(),
	].filter(isOfSession);
};

// Without the program's output, its verdict is not known.
const isOfSession = ({type}: AgentFact): boolean => type !== 'verdict';

const readText = (file: string): string | undefined => {
	try {
		return readFileSync(file, 'utf8');
	} catch (error) {
		if (error instanceof Error && 'code' in error) return undefined;
		throw error;
	}
};
