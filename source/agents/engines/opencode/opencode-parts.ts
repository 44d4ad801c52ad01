import type {AgentFact, AgentKey} from '../../engine.ts';
import {type Foreign, toForeign, toText} from '../../foreign.ts';
import {toLogs} from '../log-lines.ts';
import {toCallFacts, toResultFacts} from '../tool-facts.ts';
import {shorten} from '../tool-line.ts';
import type {Ledger} from './opencode-ledger.ts';
import type {SubAgents} from './opencode-sub-agents.ts';

type Facts = readonly AgentFact[];

/** What reading one process remembers of the parts of its messages. */
export type PartMemory = {
	readonly ledger: Ledger;
	readonly subAgents: SubAgents;
	/** What was told of parts already: the output and the database both have them, and the database several times. */
	readonly told: Set<string>;
	/** The folder that the engine works in, as it names it; empty until told. */
	root: string;
};

/** Reads a part of a message in the state it is in now; what was told of it before is not told again. */
export const readPart = (memory: PartMemory, sessionId: string, part: Foreign): Facts => {
	const agent = memory.subAgents.keyOf(sessionId);
	return [...memory.subAgents.introduce(sessionId), ...readKind(memory, sessionId, agent, part)];
};

const readKind = (memory: PartMemory, sessionId: string, agent: AgentKey, part: Foreign): Facts => {
	switch (part['type']) {
		case 'text':
			return readText(memory, part, text => toLogs(agent, 'text', text));
		case 'reasoning':
			return readText(memory, part, text => toLogs(agent, 'think', shorten(text)));
		case 'tool':
			return readTool(memory, sessionId, agent, part);
		case 'step-finish':
			return memory.ledger.readStep(agent, part);
		default:
			return [];
	}
};

/** A text is told when it is whole; that of a prompt has no time. */
const readText = (memory: PartMemory, part: Foreign, toFacts: (text: string) => Facts): Facts => {
	const isWhole = toForeign(part['time'])['end'] !== undefined;
	return isWhole && isNew(memory, 'text', part) ? toFacts(toText(part['text'])) : [];
};

const STARTED: ReadonlySet<unknown> = new Set(['running', 'completed', 'error']);

const readTool = (memory: PartMemory, sessionId: string, agent: AgentKey, part: Foreign): Facts => {
	const state = toForeign(part['state']);
	const tool = toText(part['tool']) || 'unknown';
	const callId = toText(part['callID']);
	const input = toForeign(state['input']);
	const hasStarted = STARTED.has(state['status']) && isNew(memory, 'call', part);
	const call = hasStarted ? toCallFacts({agent, callId, tool, input, root: memory.root}) : [];
	const hasEnded = (state['status'] === 'completed' || state['status'] === 'error') && isNew(memory, 'result', part);
	if (!hasEnded) return call;
	const isError = state['status'] === 'error';
	return [
		...call,
		...toResultFacts(agent, callId, isError, toText(isError ? state['error'] : state['output'])),
		...memory.subAgents.readEndedCall(sessionId, tool, state),
	];
};

const isNew = ({told}: PartMemory, what: string, part: Foreign): boolean => {
	const name = `${what} ${toText(part['id'])}`;
	if (told.has(name)) return false;
	told.add(name);
	return true;
};
