import {statSync} from 'node:fs';
import type {AgentFact, SavedSession, SessionHistory} from '../../engine.ts';
import {followLineFiles, type LineFile} from '../../follow-line-files.ts';
import {type Foreign, toText} from '../../foreign.ts';
import {openCodexReader} from './codex-reader.ts';
import {listRolloutFiles} from './codex-records.ts';

/** The sessions that Codex has kept, each with the rollouts of its sub-agents. */
export const codexHistory: SessionHistory = {
	list: directory => {
		const sessions = new Map<string, Rollout[]>();
		for (const rollout of listRolloutFiles(directory)) {
			const id = toText(rollout.meta['session_id']) || toText(rollout.meta['id']);
			if (id !== '') sessions.set(id, [...(sessions.get(id) ?? []), rollout]);
		}
		return [...sessions].map(([sessionId, rollouts]) => toSession(sessionId, rollouts));
	},
};

type Rollout = {readonly file: LineFile; readonly meta: Foreign};

const toSession = (sessionId: string, rollouts: readonly Rollout[]): SavedSession => {
	const stats = rollouts.map(({file}) => statSync(file.path, {throwIfNoEntry: false}));
	return {
		sessionId,
		stamp: stats.map(each => `${each?.size ?? 0}:${Math.floor(each?.mtimeMs ?? 0)}`).join(' '),
		changedAt: Math.max(...stats.map(each => each?.mtimeMs ?? 0)),
		findFolder: () => toText(rollouts.find(({meta}) => toText(meta['id']) === sessionId)?.meta['cwd']) || null,
		read: () => read(rollouts.map(({file}) => file)),
	};
};

const read = (files: readonly LineFile[]): readonly AgentFact[] => {
	const reader = openCodexReader({since: 0});
	const source = followLineFiles(() => files);
	return [...source.poll().flatMap(line => reader.readRecord?.(line) ?? []), ...reader.end()];
};
