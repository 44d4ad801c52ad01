import type {AgentEnd} from '../../../domain/status.ts';
import type {AgentFact, AgentKey} from '../../engine.ts';
import {type Foreign, toForeign, toText} from '../../foreign.ts';
import {shorten} from '../tool-line.ts';

type Facts = readonly AgentFact[];
type Session = {readonly parent: string; readonly name: string; readonly model: string | null};

const STARTER = 'task';
const NO_NAME = 'sub-agent';
const NAME_END = / \(@[^()]* subagent\)$/;
// One level is what opencode allows by itself.
const MAX_DEPTH = 16;

/** Keeps the sessions of one process apart: the main conversation, and one of each sub-agent, whose key is its session's id. */
export type SubAgents = {
	/** The key of whoever works in a session. */
	readonly keyOf: (sessionId: string) => AgentKey;
	/** Notes which session is the main conversation; the first one holds. */
	readonly noteMain: (sessionId: string) => void;
	readonly noteSession: (sessionId: string, session: Session) => void;
	/** Tells that the agent of a session began, once, after the one that started it. */
	readonly introduce: (sessionId: string) => Facts;
	/** Ends the sub-agent that a finished call had started, when the call is one. */
	readonly readEndedCall: (owner: string, tool: string, state: Foreign) => Facts;
	/** Ends those whose end was never told. */
	readonly end: () => Facts;
};

export const openSubAgents = (): SubAgents => {
	const sessions = new Map<string, Session>();
	const known = new Set<string>();
	const over = new Set<string>();
	let main: string | undefined;

	const introduce = (sessionId: string, starters: readonly string[]): Facts => {
		if (sessionId === main || known.has(sessionId)) return [];
		const session = sessions.get(sessionId);
		const path = [...starters, sessionId];
		const parent = findParent(session, path);
		const before = parent === null ? [] : introduce(parent, path);
		known.add(sessionId);
		const name = session?.name || NO_NAME;
		return [...before, {type: 'sub-agent-started', agent: sessionId, parent, name, model: session?.model ?? null}];
	};
	/** Null for the main conversation, and where the data would have a sub-agent descend from itself. */
	const findParent = (session: Session | undefined, path: readonly string[]): AgentKey => {
		const parent = session?.parent ?? '';
		return parent === '' || parent === main || path.includes(parent) || path.length >= MAX_DEPTH ? null : parent;
	};
	const finish = (sessionId: string, status: AgentEnd, error: string | null): Facts => {
		if (over.has(sessionId)) return [];
		over.add(sessionId);
		return [...introduce(sessionId, []), {type: 'sub-agent-ended', agent: sessionId, status, error}];
	};
	return {
		keyOf: sessionId => (sessionId === main ? null : sessionId),
		noteMain: sessionId => {
			main ??= sessionId;
		},
		noteSession: (sessionId, session) => void sessions.set(sessionId, {...session, name: session.name.replace(NAME_END, '')}),
		introduce: sessionId => introduce(sessionId, []),
		readEndedCall: (owner, tool, state) => {
			const sessionId = tool === STARTER ? findSession(state) : '';
			if (sessionId === '' || sessionId === main) return [];
			if (!sessions.has(sessionId)) sessions.set(sessionId, {parent: owner, name: toText(toForeign(state['input'])['description']), model: null});
			if (state['status'] === 'error') return finish(sessionId, 'failed', shorten(toText(state['error'])) || 'It ended with an error.');
			// Such a call ends at once, and the sub-agent works on.
			return toForeign(state['metadata'])['background'] === true ? introduce(sessionId, []) : finish(sessionId, 'completed', null);
		},
		end: () => [...known].flatMap(sessionId => finish(sessionId, 'lost', 'Its process ended before it did.')),
	};
};

const findSession = (state: Foreign): string =>
	toText(toForeign(state['metadata'])['sessionId']) || (/\(task_id: ([^\s)]+)\)/.exec(toText(state['error']))?.[1] ?? '');
