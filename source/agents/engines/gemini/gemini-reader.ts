import {SETTLEMENT_PREFIX} from '../../../domain/settlement.ts';
import type {FailureCause} from '../../../domain/status.ts';
import {addTokens, NO_TOKENS, type Tokens, totalTokens} from '../../../domain/tokens.ts';
import type {AgentFact, ReaderOptions, StreamReader} from '../../engine.ts';
import {findCause} from '../../failure-cause.ts';
import {type Foreign, parseObject, toCount, toForeign, toText} from '../../foreign.ts';
import {readEventLine} from '../json-lines.ts';
import {toLogs} from '../log-lines.ts';
import {toCallFacts, toResultFacts} from '../tool-facts.ts';
import {shorten} from '../tool-line.ts';
import {type GeminiSession, openGeminiSession} from './gemini-session.ts';
import {readStats} from './gemini-usage.ts';

type Facts = readonly AgentFact[];
type Failure = {readonly reason: string; readonly cause: FailureCause | null};

type Memory = {
	/** The folder that it works in; empty when nobody told. */
	readonly root: string;
	readonly session: GeminiSession;
	/** The end of what the model said since its last tool call. */
	said: string;
	/** The beginning of a line that is still being said. */
	line: string;
	hasBegun: boolean;
	/** What it complained of before it began. */
	complaint: Failure | undefined;
	stats: ReadonlyMap<string, Tokens | undefined>;
};

const MAX_SAID = 1024 * 1024;
const MAX_OPEN_LINE = 16 * 1024;

/**
 * Reads what `gemini --output-format=stream-json` prints (seen: 0.61.0), and the files that it keeps of the session.
 *
 * Usage is that of the session files, one fact for each response. The sums of the `result` event are used where no file was read; else a
 * difference between the two is told in the log.
 */
export const openGeminiReader = ({since, root = ''}: ReaderOptions): StreamReader => {
	const memory: Memory = {
		session: openGeminiSession(since),
		root,
		said: '',
		line: '',
		hasBegun: false,
		complaint: undefined,
		stats: new Map(),
	};
	return {
		readLine: (line, stream) => (stream === 'err' ? readComplaint(memory, line) : readEventLine(line, event => readEvent(memory, event))),
		readRecord: memory.session.readRecord,
		end: () => [...endLine(memory), ...settle(memory), ...memory.session.end(), ...judgeUnbegun(memory)],
	};
};

const readEvent = (memory: Memory, event: Foreign): Facts => {
	switch (event['type']) {
		case 'init':
			memory.hasBegun = true;
			return [{type: 'session', sessionId: toText(event['session_id']), model: toText(event['model']) || null, version: null}];
		case 'message':
			return event['role'] === 'assistant' ? readSaid(memory, toText(event['content'])) : [];
		case 'tool_use':
			return [...endLine(memory), ...readToolUse(memory, event)];
		case 'tool_result':
			return [...endLine(memory), ...readToolResult(event)];
		case 'error':
			return [...endLine(memory), ...toLogs(null, 'err', shorten(toText(event['message'])))];
		case 'result':
			return [...endLine(memory), ...readResult(memory, event)];
		default:
			return toText(event['type']) === '' ? [{type: 'unreadable', reason: 'An event without a type.'}] : [];
	}
};

/** Texts come in pieces that end anywhere; each line is told when it is whole. */
const readSaid = (memory: Memory, piece: string): Facts => {
	memory.said = (memory.said + piece).slice(-MAX_SAID);
	const lines = (memory.line + piece).split(/\r?\n/);
	const open = lines.pop() ?? '';
	memory.line = open.length > MAX_OPEN_LINE ? '' : open;
	if (open.length > MAX_OPEN_LINE) lines.push(open);
	return lines.map(text => ({type: 'log', agent: null, kind: 'text', text}));
};

const endLine = (memory: Memory): Facts => {
	const text = memory.line;
	memory.line = '';
	return toLogs(null, 'text', text);
};

const readToolUse = (memory: Memory, event: Foreign): Facts => {
	const tool = toText(event['tool_name']) || 'unknown';
	const input = toForeign(event['parameters']);
	memory.said = '';
	memory.session.noteCall(tool, input);
	return toCallFacts({agent: null, callId: toText(event['tool_id']), tool, input, root: memory.root});
};

const readToolResult = (event: Foreign): Facts => {
	const text = toText(event['output']) || toText(toForeign(event['error'])['message']);
	return toResultFacts(null, toText(event['tool_id']), event['status'] !== 'success', text);
};

const readResult = (memory: Memory, event: Foreign): Facts => {
	memory.stats = readStats(event['stats']);
	if (event['status'] !== 'success') return [{type: 'verdict', isError: true, ...toFailure(toText(toForeign(event['error'])['message']))}];
	const final: Facts = memory.said.trim() === '' ? [] : [{type: 'final-message', text: memory.said}];
	return [...final, {type: 'verdict', isError: false, reason: null, cause: null}];
};

/** What failed, in the provider's words where they are wrapped: `[API Error: {"error":{"code":400,"message":"…"}}]`. */
const toFailure = (message: string): Failure => {
	const wrapped = /^\[API Error: (.*)\]$/s.exec(message.trim())?.[1] ?? message;
	const error = toForeign(parseObject(wrapped)?.['error']);
	const reason = toText(error['message']) || wrapped;
	const cause = findCause(`${reason} ${toText(error['status'])}`, toCount(error['code']) || null);
	return {reason: shorten(reason) || 'The engine reported an error.', cause};
};

const readComplaint = (memory: Memory, line: string): Facts => {
	const cause = memory.hasBegun ? null : findCause(line);
	if (cause !== null) memory.complaint ??= {reason: shorten(line), cause};
	return toLogs(null, 'err', line);
};

/** Without a login it ends before it prints any event; what it complained of is its judgement then. */
const judgeUnbegun = ({hasBegun, complaint}: Memory): Facts =>
	hasBegun || complaint === undefined ? [] : [{type: 'verdict', isError: true, ...complaint}];

const settle = ({stats, session}: Memory): Facts => {
	const spent = session.spent();
	if (spent === undefined) return [...stats].flatMap(([model, tokens]) => toSettlement(model, tokens));
	const whole = [...stats.values()].reduce<Tokens>((sum, tokens) => addTokens(sum, tokens ?? NO_TOKENS), NO_TOKENS);
	if (stats.size === 0 || totalTokens(whole) === totalTokens(spent)) return [];
	const text = `Gemini CLI says that it used ${totalTokens(whole)} tokens; those of its session file, which count, are ${totalTokens(spent)}.`;
	return [{type: 'log', agent: null, kind: 'rad', text}];
};

const toSettlement = (model: string, tokens: Tokens | undefined): Facts => {
	if (tokens === undefined) return [{type: 'unreadable', reason: 'The usage of a result cannot be true.'}];
	if (totalTokens(tokens) === 0) return [];
	return [{type: 'usage', agent: null, messageId: `${SETTLEMENT_PREFIX}${model}`, provider: 'google', model, tokens}];
};
