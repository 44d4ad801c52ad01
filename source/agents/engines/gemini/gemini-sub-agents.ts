import type {AgentEnd} from '../../../domain/status.ts';
import type {AgentFact} from '../../engine.ts';
import {type Foreign, toForeign, toText} from '../../foreign.ts';
import {openSubAgentList} from '../sub-agent-list.ts';
import {shorten} from '../tool-line.ts';

type Facts = readonly AgentFact[];
type Start = {readonly name: string; readonly task: string; isMatched: boolean};

/** The tool by which the main conversation starts a sub-agent. */
const STARTER = 'invoke_agent';
const NO_NAME = 'sub-agent';

/** Keeps the sub-agents of one process apart. Their key is the id of their own session; all belong to the main conversation. */
export type SubAgents = {
	/** Remembers a call of the main conversation, because it may start a sub-agent. */
	readonly noteCall: (tool: string, input: Foreign) => void;
	/** Tells that a sub-agent began, once; its name is that of the call that gave it this task. */
	readonly introduce: (key: string, task: string, model: string | null) => Facts;
	/** Ends the sub-agent that a call of the main conversation had started, when the call is one. */
	readonly readEndedCall: (call: Foreign) => Facts;
	/** Ends those whose end was never told. */
	readonly end: () => Facts;
};

export const openSubAgents = (): SubAgents => {
	const starts: Start[] = [];
	const list = openSubAgentList();

	const takeName = (task: string): string => {
		const start = starts.find(({isMatched, task: wanted}) => !isMatched && wanted === task);
		if (start === undefined) return NO_NAME;
		start.isMatched = true;
		return start.name;
	};
	const meet = (key: string, findName: () => string, model: string | null): Facts => list.meet(key, () => ({parent: null, name: findName(), model}));
	return {
		noteCall: (tool, input) => {
			if (tool === STARTER) starts.push({name: toText(input['agent_name']) || NO_NAME, task: toText(input['prompt']), isMatched: false});
		},
		introduce: (key, task, model) => meet(key, () => takeName(task), model),
		readEndedCall: call => {
			const key = toText(call['agentId']);
			if (key === '') return [];
			const {status, error} = toEnd(call);
			return [...meet(key, () => toText(toForeign(call['args'])['agent_name']) || NO_NAME, null), ...list.finish(key, status, error)];
		},
		end: list.end,
	};
};

const toEnd = (call: Foreign): {readonly status: AgentEnd; readonly error: string | null} => {
	const display = toForeign(call['resultDisplay']);
	// The call also succeeds for a sub-agent that gave up.
	const ending = toText(display['terminateReason']) || 'GOAL';
	if (call['status'] === 'success' && ending === 'GOAL') return {status: 'completed', error: null};
	if (call['status'] === 'cancelled' || ending === 'ABORTED') return {status: 'cancelled', error: null};
	return {status: ending === 'TIMEOUT' ? 'timed_out' : 'failed', error: shorten(toText(display['result'])) || `It ended as ${ending}.`};
};
