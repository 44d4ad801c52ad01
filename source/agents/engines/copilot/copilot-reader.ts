import type {AgentEnd} from '../../../domain/status.ts';
import type {Tokens} from '../../../domain/tokens.ts';
import {defineFields, readTokens} from '../../../telemetry/usage-reading.ts';
import type {AgentFact, AgentKey, RecordReader} from '../../engine.ts';
import {type Foreign, isForeign, toForeign, toList, toText, toTime} from '../../foreign.ts';
import {toBelievable} from '../believable-usage.ts';
import {guessProvider} from '../guess-provider.ts';
import {readSessionRow} from '../json-lines.ts';
import {openSubAgentList, type SubAgentList} from '../sub-agent-list.ts';
import {toCallFacts, toResultFacts} from '../tool-facts.ts';
import {shorten} from '../tool-line.ts';

type Facts = readonly AgentFact[];
type Call = {readonly agent: AgentKey; readonly tool: string; readonly input: Foreign};
type Memory = {
	readonly subAgents: SubAgentList;
	/** Calls by their ids; what one wrote is told only when it is over. */
	readonly calls: Map<string, Call>;
	readonly open: Set<string>;
};
/** One row: whose it is, when it was written, and what it tells. */
type Event = {readonly agent: AgentKey; readonly at: number; readonly data: Foreign};

/** Reads the `events.jsonl` that Copilot CLI keeps of a session: one row an event, each with the id of the sub-agent whose it is. */
export const openCopilotReader = (): RecordReader => {
	const memory: Memory = {subAgents: openSubAgentList(), calls: new Map(), open: new Set()};
	return {
		readRecord: ({text}) => readSessionRow(text, row => readRow(memory, row)),
		end: () => [...[...memory.open].flatMap(callId => toCall(memory, callId, [])), ...memory.subAgents.end()],
	};
};

const readRow = (memory: Memory, row: Foreign): Facts => {
	const type = toText(row['type']);
	const read = Object.hasOwn(READERS, type) ? READERS[type] : undefined;
	if (read === undefined) return [];
	const agent = toText(row['agentId']) || null;
	return read(memory, {agent, at: toTime(row['timestamp']), data: toForeign(row['data'])});
};

const meet = ({subAgents, calls}: Memory, agent: AgentKey, data: Foreign): Facts =>
	agent === null
		? []
		: subAgents.meet(agent, () => ({
				parent: calls.get(toText(data['toolCallId']))?.agent ?? null,
				name: toText(data['agentDisplayName']) || toText(data['agentName']) || 'sub-agent',
				model: toText(data['model']) || null,
			}));

const readSubAgentStart = (memory: Memory, {agent, data}: Event): Facts => meet(memory, agent, data);

const toSubAgentEnd =
	(status: AgentEnd) =>
	(memory: Memory, {agent, data}: Event): Facts =>
		agent === null
			? []
			: [
					...meet(memory, agent, data),
					...memory.subAgents.finish(agent, status, status === 'completed' ? null : shorten(toText(data['error'])) || 'It ended with an error.'),
				];

const readUsage = (memory: Memory, {agent, at, data}: Event): Facts => {
	const usage = toForeign(data['usage']);
	const tokens = readUsageTokens(usage);
	const messageId = toText(toForeign(usage['accounting'])['usageId']) || toText(usage['apiCallId']);
	if (tokens === undefined || messageId === '') return [{type: 'unreadable', reason: 'The usage of a response in the session file cannot be true.'}];
	if (Number.isNaN(at)) return [{type: 'unreadable', reason: 'A response in the session file that has no time.'}];
	const model = toText(usage['model']) || 'unknown';
	return [...meet(memory, agent, {}), {type: 'usage', agent, messageId, provider: guessProvider(model), model, tokens, at}];
};

const FIELDS = defineFields(['inputTokens', 'outputTokens'], ['cacheReadTokens', 'cacheWriteTokens', 'reasoningTokens']);

/** Its input includes what was read from and written to the cache, whoever the provider is, and its output the reasoning. */
const readUsageTokens = (usage: Foreign): Tokens | undefined =>
	toBelievable(
		readTokens(usage, FIELDS, counts => ({
			input: counts.inputTokens - counts.cacheReadTokens - counts.cacheWriteTokens,
			cacheRead: counts.cacheReadTokens,
			cacheWrite: counts.cacheWriteTokens,
			cacheWrite1h: 0,
			output: counts.outputTokens,
			reasoning: counts.reasoningTokens,
		})),
	);

const readCallStart = (memory: Memory, {agent, data}: Event): Facts => {
	const callId = toText(data['toolCallId']);
	const input = data['arguments'];
	memory.calls.set(callId, {agent, tool: toText(data['toolName']) || 'unknown', input: isForeign(input) ? input : {input}});
	memory.open.add(callId);
	return meet(memory, agent, {});
};

const readCallEnd = (memory: Memory, {data}: Event): Facts => {
	const callId = toText(data['toolCallId']);
	const call = memory.calls.get(callId);
	if (call === undefined || !memory.open.delete(callId)) return [];
	const writes = toList(data['fileEdits']).map(edit => toText(toForeign(edit)['path']));
	const output = toText(toForeign(data['result'])['content']) || toText(toForeign(data['error'])['message']);
	return [
		...toCall(
			memory,
			callId,
			writes.filter(file => file !== ''),
		),
		...toResultFacts(call.agent, callId, data['success'] !== true, output),
	];
};

const toCall = ({calls}: Memory, callId: string, writes: readonly string[]): Facts => {
	const call = calls.get(callId);
	if (call === undefined) return [];
	return toCallFacts({...call, callId, root: ''}).map(fact => (fact.type === 'tool-call' ? {...fact, writes} : fact));
};

const READERS: Readonly<Record<string, (memory: Memory, event: Event) => Facts>> = {
	'session.usage_record': readUsage,
	'subagent.started': readSubAgentStart,
	'subagent.completed': toSubAgentEnd('completed'),
	'subagent.failed': toSubAgentEnd('failed'),
	'tool.execution_start': readCallStart,
	'tool.execution_complete': readCallEnd,
};
