import type {Tokens} from '../../../domain/tokens.ts';
import {defineFields, readTokens} from '../../../telemetry/usage-reading.ts';
import type {AgentFact, AgentKey, RecordReader} from '../../engine.ts';
import {type Foreign, isForeign, toForeign, toList, toText, toTime} from '../../foreign.ts';
import {toBelievable} from '../believable-usage.ts';
import {guessProvider} from '../guess-provider.ts';
import {readSessionRow} from '../json-lines.ts';
import {openSubAgentList, type SubAgentList} from '../sub-agent-list.ts';
import {toCallFacts, toResultFacts} from '../tool-facts.ts';

type Facts = readonly AgentFact[];

/**
 * Reads the chat file that Qwen Code keeps of a session. Its telemetry rows tell every response and every tool call, those of sub-agents
 * too; calls of the main conversation have ids of their own in the rows of messages.
 */
export const openQwenReader = (): RecordReader => {
	const subAgents = openSubAgentList();
	return {readRecord: ({text}) => readSessionRow(text, row => readRow(subAgents, row)), end: () => []};
};

const readRow = (subAgents: SubAgentList, row: Foreign): Facts => {
	if (row['type'] === 'assistant') return readParts(row, 'functionCall', readMainCall);
	if (row['type'] === 'tool_result') return readParts(row, 'functionResponse', part => readMainResult(part, toForeign(row['toolCallResult'])));
	const event = toForeign(toForeign(row['systemPayload'])['uiEvent']);
	if (event['event.name'] === 'qwen-code.api_response') return readResponse(subAgents, row, event);
	if (event['event.name'] === 'qwen-code.tool_call') return readSubAgentCall(subAgents, row, event);
	return [];
};

const readParts = (row: Foreign, kind: string, read: (part: Foreign) => Facts): Facts =>
	toList(toForeign(row['message'])['parts'])
		.map(part => toForeign(part)[kind])
		.filter(isForeign)
		.flatMap(read);

const readMainCall = (call: Foreign): Facts =>
	toCallFacts({agent: null, callId: toText(call['id']), tool: toText(call['name']) || 'unknown', input: toForeign(call['args']), root: ''});

const readMainResult = (part: Foreign, result: Foreign): Facts => {
	const response = toForeign(part['response']);
	const isError = result['status'] !== 'success';
	return toResultFacts(null, toText(part['id']), isError, toText(response['output']) || toText(response['error']));
};

const readResponse = (subAgents: SubAgentList, row: Foreign, event: Foreign): Facts => {
	const tokens = readEventTokens(event);
	const at = toTime(event['event.timestamp'] ?? row['timestamp']);
	const messageId = toText(event['response_id']) || toText(row['uuid']);
	if (tokens === undefined || messageId === '') return [{type: 'unreadable', reason: 'The usage of a response in the session file cannot be true.'}];
	if (Number.isNaN(at)) return [{type: 'unreadable', reason: 'A response in the session file that has no time.'}];
	const model = toText(event['model']) || 'unknown';
	const {agent, facts} = findAgent(subAgents, event, model);
	return [...facts, {type: 'usage', agent, messageId, provider: guessProvider(model), model, tokens, at}];
};

/** Only those of sub-agents: they are in no row of a message. */
const readSubAgentCall = (subAgents: SubAgentList, row: Foreign, event: Foreign): Facts => {
	const {agent, facts} = findAgent(subAgents, event, null);
	if (agent === null) return [];
	const callId = toText(row['uuid']);
	const call = {agent, callId, tool: toText(event['function_name']) || 'unknown', input: toForeign(event['function_args']), root: ''};
	return [...facts, ...toCallFacts(call), ...toResultFacts(agent, callId, event['success'] !== true, toText(event['error']))];
};

/** Each turn of a sub-agent has a prompt id of its own: `<session>#<name>-<random>#<turn>`. */
const SUB_AGENT = /^([^#]*#(.+)-[^#-]+)#\d+$/;

type Owner = {readonly agent: AgentKey; readonly facts: Facts};

const findAgent = (subAgents: SubAgentList, event: Foreign, model: string | null): Owner => {
	const [, agent = null, name = ''] = SUB_AGENT.exec(toText(event['prompt_id'])) ?? [];
	return {agent, facts: agent === null ? [] : subAgents.meet(agent, () => ({parent: null, name, model}))};
};

const FIELDS = defineFields(['input_token_count', 'total_token_count'], ['cached_content_token_count', 'thoughts_token_count']);

/**
 * Its input includes what was cached; writes to a cache are not told. Whether its output includes the thoughts depends on the provider,
 * so that it is taken from the total, which always does.
 */
const readEventTokens = (event: Foreign): Tokens | undefined =>
	toBelievable(
		readTokens(event, FIELDS, counts => ({
			input: counts.input_token_count - counts.cached_content_token_count,
			cacheRead: counts.cached_content_token_count,
			cacheWrite: 0,
			cacheWrite1h: 0,
			output: counts.total_token_count - counts.input_token_count,
			reasoning: counts.thoughts_token_count,
		})),
	);
