import type {SavedSession, SessionHistory} from '../../engine.ts';
import {followLineFiles, type LineFile} from '../../follow-line-files.ts';
import {type Foreign, toText} from '../../foreign.ts';
import {canReadAll, toStamp} from '../../foreign-files.ts';
import {readAllRecords} from '../../read-records.ts';
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

const toSession = (sessionId: string, rollouts: readonly Rollout[]): SavedSession => ({
	sessionId,
	...toStamp(rollouts.map(({file}) => file.path)),
	findFolder: () => toText(rollouts.find(({meta}) => toText(meta['id']) === sessionId)?.meta['cwd']) || null,
	canRead: () => canReadAll(rollouts.map(({file}) => file.path)),
	read: () =>
		readAllRecords(
			followLineFiles(() => rollouts.map(({file}) => file)),
			openCodexReader({since: 0}),
		),
});
