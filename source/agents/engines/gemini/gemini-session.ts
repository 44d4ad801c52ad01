import {isDeepStrictEqual} from 'node:util';
import {addTokens, NO_TOKENS, type Tokens} from '../../../domain/tokens.ts';
import type {AgentFact, AgentKey, RecordLine} from '../../engine.ts';
import {type Foreign, isForeign, toForeign, toList, toText, toTime} from '../../foreign.ts';
import {readSessionRow} from '../json-lines.ts';
import {toLogs} from '../log-lines.ts';
import {toCallFacts, toResultFacts} from '../tool-facts.ts';
import {shorten} from '../tool-line.ts';
import {openSubAgents, type SubAgents} from './gemini-sub-agents.ts';
import {readRowTokens} from './gemini-usage.ts';

type Facts = readonly AgentFact[];
/** One file: whose conversation it is, and what it began with. */
type Conversation = {readonly agent: AgentKey; readonly root: string; task: string};

type Memory = {
	readonly since: number;
	readonly conversations: Map<string, Conversation>;
	readonly subAgents: SubAgents;
	readonly responses: Map<string, Tokens>;
	/** Of sub-agents: texts and calls that were told already, since each row comes again when it has grown. */
	readonly told: Set<string>;
};

/** Reads the files that Gemini CLI keeps of a session: the usage of every response, and what sub-agents do. */
export type GeminiSession = {
	readonly noteCall: SubAgents['noteCall'];
	readonly readRecord: (line: RecordLine) => Facts;
	/** What all responses of this run used; undefined while none was read. */
	readonly spent: () => Tokens | undefined;
	readonly end: () => Facts;
};

/** Rows from before `since`, epoch ms, are those of the session that was continued: they are passed over. */
export const openGeminiSession = (since: number): GeminiSession => {
	const memory: Memory = {since, conversations: new Map(), subAgents: openSubAgents(), responses: new Map(), told: new Set()};
	return {
		noteCall: memory.subAgents.noteCall,
		readRecord: ({source, text}) => readSessionRow(text, row => readRow(memory, source, row)),
		spent: () => (memory.responses.size === 0 ? undefined : [...memory.responses.values()].reduce(addTokens, NO_TOKENS)),
		end: memory.subAgents.end,
	};
};

const readRow = (memory: Memory, source: string, row: Foreign): Facts => {
	const patch = row['$set'];
	const conversation = memory.conversations.get(source);
	if (conversation === undefined) return begin(memory, source, row);
	// A conversation that was continued or rewound is written anew, with the ids it had.
	if (isForeign(patch)) return toList(patch['messages']).flatMap(message => readMessage(memory, conversation, toForeign(message)));
	return readMessage(memory, conversation, row);
};

const begin = ({conversations}: Memory, source: string, header: Foreign): Facts => {
	const sessionId = toText(header['sessionId']);
	if (sessionId === '') return [{type: 'unreadable', reason: 'A session file that does not begin with its session.'}];
	const root = toText(toList(header['directories'])[0]);
	conversations.set(source, {agent: header['kind'] === 'subagent' ? sessionId : null, root, task: ''});
	return [];
};

const readMessage = (memory: Memory, conversation: Conversation, message: Foreign): Facts => {
	if (message['type'] === 'user') conversation.task ||= toPlainText(message['content']);
	if (message['type'] !== 'gemini') return [];
	const at = toTime(message['timestamp']);
	if (Number.isNaN(at)) return [{type: 'unreadable', reason: 'A response in the session file that has no time.'}];
	if (at < memory.since) return [];
	const model = toText(message['model']) || 'unknown';
	const {agent, task} = conversation;
	const calls = toList(message['toolCalls']).map(toForeign);
	if (agent === null) return [...recordUsage(memory, agent, {model, at}, message), ...calls.flatMap(memory.subAgents.readEndedCall)];
	return [
		...memory.subAgents.introduce(agent, task, model),
		...recordUsage(memory, agent, {model, at}, message),
		...readTexts(memory, agent, message),
		...calls.flatMap(call => readCall(memory, agent, conversation.root, call)),
	];
};

const recordUsage = ({responses}: Memory, agent: AgentKey, {model, at}: {readonly model: string; readonly at: number}, message: Foreign): Facts => {
	if (!isForeign(message['tokens'])) return [];
	const messageId = toText(message['id']);
	const tokens = readRowTokens(message['tokens']);
	if (messageId === '' || tokens === undefined) return [{type: 'unreadable', reason: 'The usage of a response in the session file cannot be true.'}];
	const key = JSON.stringify([agent, messageId]);
	if (isDeepStrictEqual(responses.get(key), tokens)) return [];
	responses.set(key, tokens);
	return [{type: 'usage', agent, messageId, provider: 'google', model, tokens, at}];
};

const readTexts = (memory: Memory, agent: string, message: Foreign): Facts => {
	const text = toPlainText(message['content']);
	const thoughts = toList(message['thoughts']).map(toForeign);
	const isEmpty = text === '' && thoughts.length === 0;
	if (isEmpty || !isNew(memory, ['text', agent, toText(message['id'])])) return [];
	const lines = thoughts.map(thought => shorten(`${toText(thought['subject'])}: ${toText(thought['description'])}`));
	return [...lines.flatMap(line => toLogs(agent, 'think', line)), ...toLogs(agent, 'text', text)];
};

const ENDED: ReadonlySet<unknown> = new Set(['success', 'error', 'cancelled']);

const readCall = (memory: Memory, agent: string, root: string, call: Foreign): Facts => {
	const callId = toText(call['id']);
	const tool = toText(call['name']) || 'unknown';
	const input = toForeign(call['args']);
	const started = isNew(memory, ['call', agent, callId]) ? toCallFacts({agent, callId, tool, input, root}) : [];
	if (!ENDED.has(call['status']) || !isNew(memory, ['result', agent, callId])) return started;
	return [...started, ...toResultFacts(agent, callId, call['status'] !== 'success', toResult(call))];
};

const toResult = (call: Foreign): string => {
	const [first] = toList(call['result']).map(toForeign);
	const response = toForeign(toForeign(first?.['functionResponse'])['response']);
	return [call['resultDisplay'], response['output'], response['error']].map(toText).find(text => text !== '') ?? '';
};

const isNew = ({told}: Memory, key: readonly string[]): boolean => {
	const name = JSON.stringify(key);
	if (told.has(name)) return false;
	told.add(name);
	return true;
};

/** A content is a text or a list of parts. */
const toPlainText = (content: unknown): string =>
	typeof content === 'string'
		? content
		: toList(content)
				.map(part => toText(toForeign(part)['text']))
				.join('');
