import type {FailureCause} from '../../../domain/status.ts';
import type {AgentFact, StreamReader} from '../../engine.ts';
import {findCause} from '../../failure-cause.ts';
import {type Foreign, parseObject, toCount, toForeign, toList, toText} from '../../foreign.ts';
import {readEventLine} from '../json-lines.ts';
import {toLogs} from '../log-lines.ts';
import {shorten} from '../tool-line.ts';
import {openLedger} from './ledger.ts';
import {type Facts, type Memory, readAssistant, readPartial, readSavedMessage, readUser} from './messages.ts';
import {openSubAgents} from './sub-agents.ts';
import {toModelName} from './usage.ts';

/**
 * Reads what `claude -p --output-format stream-json --verbose` prints (seen: 2.1.197 and 2.1.330), with or without partial messages.
 *
 * Events of unknown types are passed over. Usage is told while it streams and made exact by each `result` event: the sum of all
 * usage facts is then what the engine itself says it used in this run, sub-agents included, and nothing of a session resumed. The
 * session's own files tell the usage of each message while it goes on, and what holds when no result ever came.
 */
export const openClaudeReader = ({since}: {readonly since: number}): StreamReader => {
	const memory: Memory = {
		ledger: openLedger(),
		subAgents: openSubAgents(),
		callsSeen: new Set(),
		streaming: new Map(),
		waiting: new Map(),
		root: '',
		session: '',
		resetsAt: undefined,
	};
	return {
		readLine: (line, stream) => (stream === 'err' ? toLogs(null, 'err', line) : readEventLine(line, event => readEvent(memory, event))),
		readRecord: ({text}) => [...readWaiting(memory), ...readRow(memory, text, since)],
		end: () => [...readWaiting(memory), ...readLeft(memory), ...memory.ledger.finish(), ...memory.subAgents.end()],
	};
};

/** Reads a row of a session file: only the usage of messages of this run. What it cannot read belongs to somebody else. */
const readRow = (memory: Memory, text: string, since: number): Facts => {
	const row = parseObject(text);
	if (row === undefined || row['type'] !== 'assistant' || !(Date.parse(toText(row['timestamp'])) >= since)) return [];
	const agent = toText(row['agentId']) || null;
	if (agent === null || memory.subAgents.isKnown(agent)) return readSavedMessage(memory, agent, row);
	// The output may be behind: it introduces its sub-agents itself.
	const rows = memory.waiting.get(agent);
	if (rows === undefined) memory.waiting.set(agent, [row]);
	else rows.push(row);
	return [];
};

/** Reads the rows of sub-agents that the output has introduced meanwhile. */
const readWaiting = (memory: Memory): Facts => {
	const known = [...memory.waiting].filter(([agent]) => memory.subAgents.isKnown(agent));
	return known.flatMap(([agent, rows]) => {
		memory.waiting.delete(agent);
		return rows.flatMap(row => readSavedMessage(memory, agent, row));
	});
};

/** At the end, those that it never introduced. Older versions call a sub-agent otherwise in their output, which has told such messages. */
const readLeft = (memory: Memory): Facts => [...memory.waiting].flatMap(([agent, rows]) => rows.flatMap(row => readLeftRow(memory, agent, row)));

const readLeftRow = (memory: Memory, agent: string, row: Foreign): Facts => {
	const message = toForeign(row['message']);
	if (memory.ledger.has(toText(message['id'])) && !memory.subAgents.isKnown(agent)) return [];
	const {facts} = memory.subAgents.findOwner({agent_id: agent, message});
	return [...facts, ...readSavedMessage(memory, agent, row)];
};

const CONVERSATION = {assistant: readAssistant, user: readUser, stream_event: readPartial} as const;

const isConversation = (type: string): type is keyof typeof CONVERSATION => Object.hasOwn(CONVERSATION, type);

const readEvent = (memory: Memory, event: Foreign): Facts => {
	const type = toText(event['type']);
	if (type === '') return [{type: 'unreadable', reason: 'An event without a type.'}];
	if (type === 'system') return readSystem(memory, event);
	if (type === 'result') return readResult(memory, event);
	if (type === 'rate_limit_event') return noteLimit(memory, event);
	if (!isConversation(type)) return [];
	const {agent, facts} = memory.subAgents.findOwner(event);
	return [...facts, ...CONVERSATION[type](memory, agent, event)];
};

const readSystem = (memory: Memory, event: Foreign): Facts => {
	switch (event['subtype']) {
		case 'init':
			return readInit(memory, event);
		case 'task_started':
		case 'task_updated':
		case 'task_notification':
			return memory.subAgents.readTask(event);
		case 'api_retry':
			return toLogs(null, 'err', formatRetry(event));
		case 'permission_denied':
			return toLogs(null, 'err', shorten(`${toText(event['tool_name'])} was denied: ${toText(event['message'])}`));
		case 'informational':
			return toLogs(null, 'out', shorten(toText(event['content'])));
		default:
			return [];
	}
};

const readInit = (memory: Memory, event: Foreign): Facts => {
	const sessionId = toText(event['session_id']);
	const model = toModelName(toText(event['model'])) || null;
	memory.root = toText(event['cwd']);
	// It comes again before each continuation by a background task.
	if (memory.session === `${sessionId} ${model}`) return [];
	memory.session = `${sessionId} ${model}`;
	return [{type: 'session', sessionId, model, version: toText(event['claude_code_version']) || null}];
};

const readResult = (memory: Memory, event: Foreign): Facts => {
	// The subtype is `success` for an API error too, so it is asked only where `is_error` is missing.
	const isError = event['is_error'] === undefined ? event['subtype'] !== 'success' : event['is_error'] !== false;
	const text = toText(event['result']);
	const answer = event['structured_output'];
	const final: readonly AgentFact[] =
		isError || (text === '' && answer === undefined) ? [] : [{type: 'final-message', text, ...(answer === undefined ? {} : {answer})}];
	const failure = isError ? findFailure(event) : {reason: null, cause: null};
	const limit = failure.cause === 'rate_limit' && memory.resetsAt !== undefined ? {resetsAt: memory.resetsAt} : {};
	return [...memory.ledger.settle(event), ...final, {type: 'verdict', isError, ...failure, ...limit}];
};

/** The subscription's limit; with a status other than `rejected` it only tells how much is left. In seconds. */
const noteLimit = (memory: Memory, event: Foreign): Facts => {
	const {status, resetsAt} = toForeign(event['rate_limit_info']);
	memory.resetsAt = status === 'rejected' ? toCount(resetsAt) * 1000 || undefined : undefined;
	return [];
};

const findFailure = (event: Foreign): {readonly reason: string; readonly cause: FailureCause | null} => {
	const [first] = toList(event['errors']).map(toText);
	const reason = first || toText(event['result']) || toText(event['terminal_reason']) || toText(event['subtype']);
	return {reason: shorten(reason) || 'The engine reported an error.', cause: findCause(reason, toCount(event['api_error_status']) || null)};
};

const formatRetry = (event: Foreign): string => {
	const status = [event['error_status'], event['error']].filter(part => typeof part === 'string' || typeof part === 'number').join(' ');
	return shorten(
		`The model call failed (${status || 'no reason given'}); trying again, ${toCount(event['attempt'])} of ${toCount(event['max_retries'])}.`,
	);
};
