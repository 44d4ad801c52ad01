import type {Tokens} from '../../../domain/tokens.ts';
import type {AgentFact, ReaderOptions, StreamReader} from '../../engine.ts';
import {type Foreign, toForeign, toText} from '../../foreign.ts';
import {readEventLine} from '../json-lines.ts';
import {toLogs} from '../log-lines.ts';
import {shorten} from '../tool-line.ts';
import {readFailure, toMessage} from './codex-failure.ts';
import {type CodexRollouts, openCodexRollouts} from './codex-rollouts.ts';
import {readCodexUsage} from './codex-usage.ts';
import {openWorkBook, type WorkBook} from './codex-work.ts';

type Facts = readonly AgentFact[];
type Memory = {
	/** The folder that it works in; empty when nobody told. */
	readonly root: string;
	readonly rollouts: CodexRollouts;
	readonly work: WorkBook;
	/** The last message of the main conversation; empty before the first. */
	lastMessage: string;
	/** What Codex says that the main thread used, ever. */
	reported: Tokens | undefined;
};

/**
 * Reads what `codex exec --json` prints and the records that it keeps of the session (seen: 0.169.0). Events and items of unknown types
 * are passed over.
 *
 * Tokens are the records': the output knows neither those of sub-agents nor where a run of a resumed thread began.
 */
export const openCodexReader = ({since, root = '', isContinued = false}: ReaderOptions): StreamReader => {
	const work = openWorkBook();
	const memory: Memory = {rollouts: openCodexRollouts({since, isContinued, work}), work, root, lastMessage: '', reported: undefined};
	return {
		readLine: (line, stream) => (stream === 'err' ? readWarning(line) : readEventLine(line, event => readEvent(memory, event))),
		readRecord: memory.rollouts.read,
		end: () => memory.rollouts.end(memory.reported),
	};
};

/** It says so in each run that gets its prompt through the standard input. */
const READING_PROMPT = /^Reading (?:additional input|prompt) from stdin/;

const OWN_FLAG = /^`--dangerously-bypass-hook-trust` is enabled/;

const readWarning = (line: string): Facts => (READING_PROMPT.test(line) ? [] : toLogs(null, 'err', line));

const readEvent = (memory: Memory, event: Foreign): Facts => {
	switch (event['type']) {
		case 'thread.started':
			return readThread(memory, toText(event['thread_id']));
		case 'item.started':
		case 'item.updated':
			return memory.work.read({agent: null, item: toForeign(event['item']), root: memory.root, isDone: false});
		case 'item.completed':
			return readItem(memory, toForeign(event['item']));
		case 'turn.completed':
			return readTurn(memory, event['usage']);
		case 'turn.failed':
			return [{type: 'verdict', isError: true, ...readFailure(event['error'])}];
		case 'error':
			// A lost connection that is tried again, or what `turn.failed` tells next: not the end by itself.
			return toLogs(null, 'err', toMessage(event['message']));
		default:
			return toText(event['type']) === '' ? [{type: 'unreadable', reason: 'An event without a type.'}] : [];
	}
};

const readThread = ({rollouts}: Memory, sessionId: string): Facts => {
	if (sessionId === '') return [{type: 'unreadable', reason: 'A thread without an id.'}];
	rollouts.setMain(sessionId);
	return [{type: 'session', sessionId, model: null, version: null}];
};

const readItem = (memory: Memory, item: Foreign): Facts => {
	switch (item['type']) {
		case 'agent_message':
			memory.lastMessage = toText(item['text']);
			return toLogs(null, 'text', memory.lastMessage);
		case 'reasoning':
			return toLogs(null, 'think', shorten(toText(item['text'])));
		case 'error':
			// A warning, about an unknown model or a hook; that rad's own hook is trusted is no news.
			return OWN_FLAG.test(toText(item['message'])) ? [] : toLogs(null, 'err', toMessage(item['message']));
		default:
			return memory.work.read({agent: null, item, root: memory.root, isDone: true});
	}
};

const readTurn = (memory: Memory, usage: unknown): Facts => {
	const {lastMessage} = memory;
	const reported = readCodexUsage(usage);
	const isOdd = reported === undefined && usage !== undefined && usage !== null;
	memory.reported = reported ?? memory.reported;
	return [
		...(isOdd ? [{type: 'unreadable', reason: 'The usage of a turn cannot be true.'} as const] : []),
		...(lastMessage === '' ? [] : [{type: 'final-message', text: lastMessage} as const]),
		{type: 'verdict', isError: false, reason: null, cause: null},
	];
};
