import type {AgentEnd} from '../../../domain/status.ts';
import type {AgentFact, AgentKey} from '../../engine.ts';
import {type Foreign, toForeign, toText} from '../../foreign.ts';

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
type Member = {readonly callId: string; isBackground: boolean; isOver: boolean; lastStatus: AgentEnd};

/**
 * Keeps apart the agents of one process. A sub-agent's key is the engine's own id where the events carry one, else the id of the call
 * that started it.
 */
export type SubAgents = {
	/** Whose event it is; a sub-agent that was not heard of before is introduced. */
	readonly findOwner: (event: Foreign) => {readonly agent: AgentKey; readonly facts: readonly AgentFact[]};
	/** Remembers a tool call, because it may start a sub-agent. */
	readonly noteCall: (callId: string, owner: AgentKey, tool: string, input: Foreign) => void;
	/** Ends the sub-agent that worked in the foreground of this call, if one did. */
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

	const introduce = (key: string, callId: string, event: Foreign): readonly AgentFact[] => {
		if (members.has(key)) return [];
		const call = calls.get(callId);
		members.set(key, {callId, isBackground: event['is_backgrounded'] === true, isOver: false, lastStatus: 'lost'});
		if (callId !== '') keyByCall.set(callId, key);
		const name = [event['task_description'], event['description'], call?.name, event['subagent_type']].map(toText).find(text => text !== '');
		const model = toText(toForeign(event['message'])['model']);
		return [{type: 'sub-agent-started', agent: key, parent: call?.owner ?? null, name: name ?? 'sub-agent', model: model === '' ? null : model}];
	};
	const finish = (key: string, status: AgentEnd, error: string | null): readonly AgentFact[] => {
		const member = members.get(key);
		if (member === undefined || member.isOver) return [];
		member.isOver = true;
		return [{type: 'sub-agent-ended', agent: key, status, error}];
	};
	const findOwner: SubAgents['findOwner'] = event => {
		const callId = toText(event['parent_tool_use_id']);
		const key = toText(event['agent_id']) || keyByCall.get(callId) || callId;
		return key === '' ? {agent: null, facts: []} : {agent: key, facts: introduce(key, callId, event)};
	};
	const noteResult: SubAgents['noteResult'] = (callId, isError, details) => {
		const key = keyByCall.get(callId);
		const isStillAtWork = details['status'] === 'async_launched' || details['isAsync'] === true;
		if (key === undefined || isStillAtWork || members.get(key)?.isBackground === true) return [];
		return finish(key, isError ? 'failed' : 'completed', isError ? 'It ended with an error.' : null);
	};
	const readTask: SubAgents['readTask'] = event => {
		const key = toText(event['task_id']);
		// A task can be a shell command in the background too; only agents have a type of agent.
		if (event['subtype'] === 'task_started') return toText(event['subagent_type']) === '' ? [] : introduce(key, toText(event['tool_use_id']), event);
		const status = toText(event['subtype'] === 'task_updated' ? toForeign(event['patch'])['status'] : event['status']);
		const member = members.get(key);
		if (member === undefined) return [];
		member.lastStatus = toEnd(status) ?? member.lastStatus;
		if (event['subtype'] !== 'task_notification') return [];
		const end = toEnd(status) ?? 'failed';
		return finish(key, end, end === 'completed' ? null : toText(event['summary']) || `It ended as ${status || 'nobody knows'}.`);
	};
	return {
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
