import type {AgentEnd} from '../../../domain/status.ts';
import type {AgentFact} from '../../engine.ts';
import {type Foreign, toForeign, toText} from '../../foreign.ts';

type Facts = readonly AgentFact[];
type Member = {
	/** Thread that started it; empty where nobody knows. */
	parent: string;
	name: string;
	isIntroduced: boolean;
	isOver: boolean;
	lastStatus: AgentEnd;
};

/** Keeps apart the sub-agents of one session; the key of one is its thread. Its life is told only from when it works in this run. */
export type CodexSubAgents = {
	/** Remembers what the record of its thread tells of it first. */
	readonly meet: (key: string, meta: Foreign) => void;
	/** Tells its start, once. */
	readonly introduce: (key: string, model: string | null) => Facts;
	/** Tells its end, once; the first one holds. */
	readonly finish: (key: string, status: AgentEnd, error: string | null) => Facts;
	/** Remembers that it was interrupted: it may be told to go on. */
	readonly interrupt: (key: string) => void;
	/** Ends those whose end was never told. */
	readonly end: () => Facts;
};

export const openCodexSubAgents = (): CodexSubAgents => {
	const members = new Map<string, Member>();
	const find = (key: string): Member => {
		const member = members.get(key) ?? {parent: '', name: 'sub-agent', isIntroduced: false, isOver: false, lastStatus: 'lost'};
		members.set(key, member);
		return member;
	};
	const introduce: CodexSubAgents['introduce'] = (key, model) => {
		const member = find(key);
		if (member.isIntroduced) return [];
		// The main conversation is no member; neither is known to be one whose start was not told.
		const parent = members.get(member.parent)?.isIntroduced === true ? member.parent : null;
		member.isIntroduced = true;
		return [{type: 'sub-agent-started', agent: key, parent, name: member.name, model}];
	};
	const finish: CodexSubAgents['finish'] = (key, status, error) => {
		const member = find(key);
		if (member.isOver) return [];
		member.isOver = true;
		return [{type: 'sub-agent-ended', agent: key, status, error}];
	};
	return {
		meet: (key, meta) => {
			const spawn = toForeign(toForeign(toForeign(meta['source'])['subagent'])['thread_spawn']);
			Object.assign(find(key), {
				parent: toText(meta['parent_thread_id']) || toText(spawn['parent_thread_id']),
				name: toName({...spawn, ...meta}),
			});
		},
		introduce,
		finish,
		interrupt: key => {
			find(key).lastStatus = 'cancelled';
		},
		end: () =>
			[...members]
				.filter(([, {isIntroduced}]) => isIntroduced)
				.flatMap(([key, {lastStatus}]) =>
					finish(key, lastStatus, lastStatus === 'lost' ? 'Its process ended before it did.' : 'It was interrupted.'),
				),
	};
};

/** What its parent called it, which is the end of its path, else the name that Codex gave it. */
const toName = (meta: Foreign): string => toText(meta['agent_path']).split('/').at(-1) || toText(meta['agent_nickname']) || 'sub-agent';
