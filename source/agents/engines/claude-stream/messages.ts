import type {Tokens} from '../../../domain/tokens.ts';
import {createAnthropicAccumulator} from '../../../telemetry/anthropic-usage.ts';
import type {UsageAccumulator} from '../../../telemetry/usage-reading.ts';
import type {AgentFact, AgentKey} from '../../engine.ts';
import {type Foreign, formatJson, isForeign, toForeign, toList, toText} from '../../foreign.ts';
import {toBelievable} from '../believable-usage.ts';
import {toLogs} from '../log-lines.ts';
import {toCallFacts, toResultFacts} from '../tool-facts.ts';
import {shorten} from '../tool-line.ts';
import type {Ledger} from './ledger.ts';
import type {SubAgents} from './sub-agents.ts';
import {readTier, readUsage, toModelName} from './usage.ts';

export type Facts = readonly AgentFact[];

/** What reading one stream remembers from line to line. */
export type Memory = {
	readonly ledger: Ledger;
	readonly subAgents: SubAgents;
	readonly callsSeen: Set<string>;
	/** The message that each agent is receiving in parts. */
	readonly streaming: Map<AgentKey, {readonly message: Foreign; readonly usage: UsageAccumulator}>;
	/** Rows of session files whose sub-agent nobody has introduced yet, by that. */
	readonly waiting: Map<string, Foreign[]>;
	/** The folder that the engine works in, as it names it; empty until told. */
	root: string;
	/** What was told of the session last. */
	session: string;
	/** When the limit that refuses questions is lifted (epoch ms); undefined while none does. */
	resetsAt: number | undefined;
};

/** Messages that the engine wrote itself, such as "API Error": no model was called for them. */
const NO_MODEL = '<synthetic>';

/** Reads an `assistant` event: one block of a message, with the message's usage so far. */
export const readAssistant = (memory: Memory, agent: AgentKey, event: Foreign): Facts => {
	const message = toForeign(event['message']);
	const blocks = toList(message['content']).map(toForeign);
	const usage = message['usage'] === undefined ? [] : recordUsage(memory, agent, message, readUsage(message['usage']));
	memory.ledger.noteWritten(agent, toModelName(toText(message['model'])), countCharacters(blocks));
	return [...usage, ...blocks.flatMap(block => readBlock(memory, agent, block))];
};

/** Reads a message as the session's file has it: its usage only, for the rest was told by the output. */
export const readSavedMessage = (memory: Memory, agent: AgentKey, row: Foreign): Facts => {
	const message = toForeign(row['message']);
	return message['usage'] === undefined ? [] : recordUsage(memory, agent, message, readUsage(message['usage']));
};

/** Reads a `user` event: results of tools, and what the engine says to the model in the user's place. */
export const readUser = (memory: Memory, agent: AgentKey, event: Foreign): Facts => {
	const content = toForeign(event['message'])['content'];
	const details = toForeign(event['tool_use_result']);
	const blocks = typeof content === 'string' ? [{type: 'text', text: content}] : toList(content).map(toForeign);
	return blocks.flatMap((block: Foreign) =>
		block['type'] === 'tool_result' ? readToolResult(memory, agent, block, details) : toLogs(agent, 'out', shorten(toText(block['text']))),
	);
};

/** Reads a part of a message. Only the usage in it: its text comes whole, right after, as an `assistant` event. */
export const readPartial = (memory: Memory, agent: AgentKey, event: Foreign): Facts => {
	const part = toForeign(event['event']);
	if (part['type'] === 'message_start') memory.streaming.set(agent, {message: toForeign(part['message']), usage: createAnthropicAccumulator()});
	else if (part['type'] !== 'message_delta') return [];
	const started = memory.streaming.get(agent);
	if (started === undefined) return [];
	started.usage.add(part);
	return recordUsage(memory, agent, started.message, toBelievable(started.usage.usage()));
};

const recordUsage = ({ledger}: Memory, agent: AgentKey, message: Foreign, tokens: Tokens | undefined): Facts => {
	const model = toModelName(toText(message['model']));
	const id = toText(message['id']);
	if (id === '' || model === '' || model === NO_MODEL) return [];
	return tokens === undefined
		? [{type: 'unreadable', reason: 'The usage of a message cannot be true.'}]
		: ledger.record(id, {agent, model, tokens, ...readTier(message['usage'])});
};

const readBlock = (memory: Memory, agent: AgentKey, block: Foreign): Facts => {
	switch (block['type']) {
		case 'text':
			return toLogs(agent, 'text', toText(block['text']));
		case 'thinking':
			return toLogs(agent, 'think', shorten(toText(block['thinking'])));
		case 'tool_use':
			return readToolUse(memory, agent, block);
		default:
			return [];
	}
};

const readToolUse = ({callsSeen, subAgents, root}: Memory, agent: AgentKey, block: Foreign): Facts => {
	const callId = toText(block['id']);
	if (callsSeen.has(callId)) return [];
	callsSeen.add(callId);
	const tool = toText(block['name']) || 'unknown';
	const input = toForeign(block['input']);
	subAgents.noteCall(callId, agent, tool, input);
	return toCallFacts({agent, callId, tool, input, root});
};

const readToolResult = ({subAgents}: Memory, agent: AgentKey, block: Foreign, details: Foreign): Facts => {
	const callId = toText(block['tool_use_id']);
	const isError = block['is_error'] === true;
	return [...toResultFacts(agent, callId, isError, toPlainText(block['content'])), ...subAgents.noteResult(callId, isError, details)];
};

/** The text of a tool's result, which is a text or a list of blocks; images and the like become their type. */
const toPlainText = (content: unknown): string => {
	if (typeof content === 'string') return content;
	const blocks = toList(content).map(toForeign);
	return blocks.map(block => (block['type'] === 'text' ? toText(block['text']) : `[${toText(block['type']) || 'unknown'}]`)).join('\n');
};

const countCharacters = (blocks: readonly Foreign[]): number => blocks.reduce((sum, block) => sum + countBlock(block), 0);

const countBlock = ({text, thinking, input}: Foreign): number =>
	toText(text).length + toText(thinking).length + (isForeign(input) ? (formatJson(input)?.length ?? 0) : 0);
