import type {AgentEnd} from '../../../domain/status.ts';
import type {AgentFact, AgentKey} from '../../engine.ts';
import {type Foreign, toForeign, toText} from '../../foreign.ts';
import {toModelName} from './usage.ts';

/** Tools by which an agent starts another one; the second is the name in older versions. */
const STARTERS: ReadonlySet<string> = new Set(['Agent', 'Task']);

const ENDS: Readonly<Record<string, AgentEnd>> = {
	completed: 'completed',
	failed: 'failed',
	killed: 'cancelled',
	stopped: 'cancelled',
	cancelled: 'cancelled',
};

const toEnd = (status: string): AgentEnd | undefined => (Object.hasOwn(ENDS, status) ? ENDS[status] : undefined);

type Call = {readonly owner: AgentKey; readonly name: string};
type Member = {
	readonly parent: AgentKey;
	readonly name: string;
	readonly isBackground: boolean;
	/** Its start is told as soon as its model is known, or when it is first heard of otherwise. */
	isIntroduced: boolean;
	isOver: boolean;
	lastStatus: AgentEnd;
};

/**
 * Keeps apart the agents of one process. A sub-agent's key is the engine's own id where the events carry one, else the id of the call
 * that started it.
 */
export type SubAgents = {
	readonly isKnown: (key: string) => boolean;
	/** Whose event it is; a sub-agent that was not introduced before is. */
	readonly findOwner: (event: Foreign) => {readonly agent: AgentKey; readonly facts: readonly AgentFact[]};
	/** Remembers a tool call, because it may start a sub-agent. */
	readonly noteCall: (callId: string, owner: AgentKey, tool: string, input: Foreign) => void;
	/** Introduces the sub-agent that was started by this call, or ends it when it worked in the foreground. */
	readonly noteResult: (callId: string, isError: boolean, details: Foreign) => readonly AgentFact[];
	/** Reads a `system` event about a task. */
	readonly readTask: (event: Foreign) => readonly AgentFact[];
	/** Ends those whose end was never told. */
	readonly end: () => readonly AgentFact[];
};

export const openSubAgents = (): SubAgents => {
	const calls = new Map<string, Call>();
	const members = new Map<string, Member>();
	const keyByCall = new Map<string, string>();

	const meet = (key: string, callId: string, event: Foreign): Member => {
		const call = calls.get(callId);
		const name = [event['task_description'], event['description'], call?.name, event['subagent_type']].map(toText).find(text => text !== '');
		const isBackground = event['is_backgrounded'] === true;
		const fresh: Member = {
			parent: call?.owner ?? null,
			name: name ?? 'sub-agent',
			isBackground,
			isIntroduced: false,
			isOver: false,
			lastStatus: 'lost',
		};
		const member = members.get(key) ?? fresh;
		members.set(key, member);
		if (callId !== '') keyByCall.set(callId, key);
		return member;
	};
	const introduce = (key: string, model: unknown): readonly AgentFact[] => {
		const member = members.get(key);
		if (member === undefined || member.isIntroduced) return [];
		member.isIntroduced = true;
		return [{type: 'sub-agent-started', agent: key, parent: member.parent, name: member.name, model: toModelName(toText(model)) || null}];
	};
	const finish = (key: string, status: AgentEnd, error: string | null): readonly AgentFact[] => {
		const member = members.get(key);
		if (member === undefined || member.isOver) return [];
		member.isOver = true;
		return [...introduce(key, null), {type: 'sub-agent-ended', agent: key, status, error}];
	};
	const findOwner: SubAgents['findOwner'] = event => {
		const callId = toText(event['parent_tool_use_id']);
		const key = toText(event['agent_id']) || keyByCall.get(callId) || callId;
		if (key === '') return {agent: null, facts: []};
		meet(key, callId, event);
		return {agent: key, facts: introduce(key, toForeign(event['message'])['model'])};
	};
	const noteResult: SubAgents['noteResult'] = (callId, isError, details) => {
		const key = keyByCall.get(callId);
		if (key === undefined) return [];
		const started = introduce(key, details['resolvedModel']);
		const isStillAtWork = details['status'] === 'async_launched' || members.get(key)?.isBackground === true;
		return isStillAtWork ? started : [...started, ...finish(key, isError ? 'failed' : 'completed', isError ? 'It ended with an error.' : null)];
	};
	const readTask: SubAgents['readTask'] = event => {
		const key = toText(event['task_id']);
		if (event['subtype'] === 'task_started') {
			// A task can be a shell command in the background too; only agents have a type of agent.
			if (toText(event['subagent_type']) !== '') meet(key, toText(event['tool_use_id']), event);
			return [];
		}
		const status = toText(event['subtype'] === 'task_updated' ? toForeign(event['patch'])['status'] : event['status']);
		const member = members.get(key);
		if (member === undefined) return [];
		member.lastStatus = toEnd(status) ?? member.lastStatus;
		if (event['subtype'] !== 'task_notification') return [];
		const end = toEnd(status) ?? 'failed';
		return finish(key, end, end === 'completed' ? null : toText(event['summary']) || `It ended as ${status || 'nobody knows'}.`);
	};
	return {
		isKnown: key => members.get(key)?.isIntroduced === true,
		findOwner,
		noteCall: (callId, owner, tool, input) => {
			if (STARTERS.has(tool)) calls.set(callId, {owner, name: toText(input['description'])});
		},
		noteResult,
		readTask,
		end: () =>
			[...members].flatMap(([key, {lastStatus}]) => finish(key, lastStatus, lastStatus === 'lost' ? 'Its process ended before it did.' : null)),
	};
};
