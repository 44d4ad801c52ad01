import {closeSync, createReadStream} from 'node:fs';
import path from 'node:path';
import type {Clock} from '../domain/clock.ts';
import {RadError} from '../domain/failures.ts';
import type {AgentId} from '../domain/ids.ts';
import type {Logs} from '../domain/logs.ts';
import {RADIUM} from '../domain/radium.ts';
import type {Agent} from '../domain/records.ts';
import {isAgentOver} from '../domain/status.ts';
import {followLog} from './follow-log.ts';
import {openLogCursor} from './log-cursor.ts';
import {readBacklog, toStart} from './read-backlog.ts';
import {isCode, openRegularFile} from './regular-file.ts';

export type LogsOptions = {
	readonly workspaceRoot: string;
	/** Absolute path of the bytes that an agent's process wrote; null for an agent without a process of its own. */
	readonly resolveRaw: (agent: Agent) => string | null;
	/** True when nothing more will be written to an agent's log. */
	readonly isOver: (agentId: AgentId) => Promise<boolean>;
	readonly clock: Clock;
};

const LOGS_FOLDER = path.join(RADIUM, 'logs');

/** Reads the logs of a workspace's agents. Keeps nothing open between calls. */
export const createLogs = ({workspaceRoot, resolveRaw, isOver, clock}: LogsOptions): Logs => {
	const fileOf = (agent: Agent): string => {
		if (agent.logFile === null) throw toMissing(agent);
		const file = path.resolve(workspaceRoot, agent.logFile);
		// The path comes from a database that may have come with the repository.
		if (path.dirname(file) === path.resolve(workspaceRoot, LOGS_FOLDER)) return file;
		throw new RadError('PATH_UNSAFE', `The log of ${agent.id} is said to be outside of ${LOGS_FOLDER}.`, {details: {path: agent.logFile}});
	};
	return {
		tail: async (agent, count, choice) => {
			const file = fileOf(agent);
			const options = {...choice, count};
			const cursor = openLogCursor({...options, file, count: toStart(options), clock});
			try {
				const {lines, hasMore} = await readBacklog(cursor, options, clock);
				const all = [...lines, ...cursor.rest()];
				if (all.length === 0 && isAgentOver(agent.status)) checkIsThere(agent, file);
				return {lines: all.slice(Math.max(0, all.length - count)), hasMore: hasMore || all.length > count};
			} finally {
				cursor.close();
			}
		},
		follow: async (agent, {untilEnd, ...options}) => {
			const file = fileOf(agent);
			if (isAgentOver(agent.status)) checkIsThere(agent, file);
			// Loaded only here: the watcher costs more than a whole listing.
			const {watchFile} = await import('./chokidar-watcher.ts');
			await followLog({...options, file, isOver: untilEnd ? () => isOver(agent.id) : null, clock, watch: watchFile});
		},
		raw: async agent => {
			const file = resolveRaw(agent);
			if (file === null) throw toMissing(agent);
			return createReadStream(file, {fd: openOrMissing(agent, file)});
		},
	};
};

const checkIsThere = (agent: Agent, file: string): void => closeSync(openOrMissing(agent, file));

const openOrMissing = (agent: Agent, file: string): number => {
	try {
		return openRegularFile(file, 'read');
	} catch (error) {
		if (isCode(error, 'ENOENT')) throw toMissing(agent, error);
		throw error;
	}
};

const toMissing = (agent: Agent, cause?: unknown): RadError =>
	new RadError('LOG_MISSING', `There is no log of ${agent.id}.`, {details: {agent: agent.id}, cause});
