import type {FailureCause} from '../../../domain/status.ts';
import type {AgentFact, RecordLine, StreamReader} from '../../engine.ts';
import {findCause} from '../../failure-cause.ts';
import {type Foreign, parseObject, toCount, toForeign, toText} from '../../foreign.ts';
import {readEventLine} from '../json-lines.ts';
import {toLogs} from '../log-lines.ts';
import {shorten} from '../tool-line.ts';
import {openLedger} from './opencode-ledger.ts';
import {type PartMemory, readPart} from './opencode-parts.ts';
import {openSubAgents} from './opencode-sub-agents.ts';

type Facts = readonly AgentFact[];

type Memory = PartMemory & {
	readonly since: number;
	sessionId: string;
	hasFailed: boolean;
	lastText: {readonly messageId: string; readonly text: string};
	/** A call that nobody was there to allow: opencode stops after it and says nothing more. */
	refusal: {readonly messageId: string; readonly reason: string};
};

const NOTHING_SAID = {messageId: '', text: ''} as const;

/**
 * Reads what `opencode run --format=json` prints (seen: 1.18.33), and what it keeps of the session in its database: there alone are the
 * names of models, what sub-agents do, and a tool call before it has ended.
 *
 * Its request for a title is counted nowhere.
 */
export const openOpencodeReader = ({since}: {readonly since: number}): StreamReader => {
	const memory: Memory = {
		since,
		ledger: openLedger(),
		subAgents: openSubAgents(),
		told: new Set(),
		root: '',
		sessionId: '',
		hasFailed: false,
		lastText: NOTHING_SAID,
		refusal: {messageId: '', reason: ''},
	};
	return {
		readLine: (line, stream) => (stream === 'err' ? toLogs(null, 'err', line) : readEventLine(line, event => readEvent(memory, event))),
		readRecord: line => readRecord(memory, line),
		end: memory.subAgents.end,
	};
};

const readEvent = (memory: Memory, event: Foreign): Facts => {
	const type = toText(event['type']);
	if (type === '') return [{type: 'unreadable', reason: 'An event without a type.'}];
	const session = noteSession(memory, toText(event['sessionID']));
	if (type === 'error') return [...session, ...readError(memory, toForeign(event['error']))];
	const part = toForeign(event['part']);
	noteText(memory, part);
	noteRefusal(memory, part);
	// Only the main conversation is printed, whatever a part says of its session.
	const facts = memory.sessionId === '' ? [] : readPart(memory, memory.sessionId, part);
	return [...session, ...facts, ...(type === 'step_finish' ? judge(memory, part) : [])];
};

const noteSession = (memory: Memory, sessionId: string): Facts => {
	if (sessionId === '' || memory.sessionId !== '') return [];
	memory.sessionId = sessionId;
	memory.subAgents.noteMain(sessionId);
	return [{type: 'session', sessionId, model: null, version: null}];
};

const noteText = (memory: Memory, part: Foreign): void => {
	if (part['type'] === 'text') memory.lastText = {messageId: toText(part['messageID']), text: toText(part['text'])};
};

const noteRefusal = (memory: Memory, part: Foreign): void => {
	const error = toText(toForeign(part['state'])['error']);
	if (/rejected permission/i.test(error)) memory.refusal = {messageId: toText(part['messageID']), reason: error};
};

/** Ways in which a model stops before it is done. */
const CUT_SHORT: Readonly<Record<string, string>> = {
	length: 'The answer reached the length that the model may write.',
	'content-filter': 'The answer was stopped by a content filter.',
	error: 'The model stopped with an error.',
};

/** A step that ends with `tool-calls` is followed by another one, or the process was ended. */
const judge = (memory: Memory, part: Foreign): Facts => {
	const reason = toText(part['reason']);
	const messageId = toText(part['messageID']);
	// It goes on after some errors, and says by its exit code that it failed all the same.
	if (memory.hasFailed) return [];
	if (Object.hasOwn(CUT_SHORT, reason)) return [toVerdict(CUT_SHORT[reason] ?? reason, null)];
	if (reason === 'stop') {
		const {text} = memory.lastText.messageId === messageId ? memory.lastText : NOTHING_SAID;
		const final: Facts = text.trim() === '' ? [] : [{type: 'final-message', text}];
		return [...final, {type: 'verdict', isError: false, reason: null, cause: null}];
	}
	return memory.refusal.reason !== '' && memory.refusal.messageId === messageId
		? [toVerdict(shorten(memory.refusal.reason), 'permission_refused')]
		: [];
};

const CAUSES: Readonly<Record<string, FailureCause>> = {ProviderAuthError: 'authentication', ContextOverflowError: 'context_length'};

const readError = (memory: Memory, error: Foreign): Facts => {
	const name = toText(error['name']);
	const data = toForeign(error['data']);
	const reason = shorten(toText(data['message']) || toText(error['message']) || name) || 'The engine reported an error.';
	const cause = Object.hasOwn(CAUSES, name) ? (CAUSES[name] ?? null) : findCause(reason, toCount(data['statusCode']) || null);
	memory.hasFailed = true;
	return [...toLogs(null, 'err', reason), toVerdict(reason, cause)];
};

const toVerdict = (reason: string, cause: FailureCause | null): AgentFact => ({type: 'verdict', isError: true, reason, cause});

const readRecord = (memory: Memory, {source, text}: RecordLine): Facts => {
	if (text.trim() === '') return [];
	const row = parseObject(text);
	if (row === undefined || source === '') return [{type: 'unreadable', reason: 'A row of the database that is no JSON object.'}];
	switch (row['table']) {
		case 'session':
			return readSession(memory, source, row);
		case 'message':
			return readMessage(memory, source, row, toData(row['data']));
		case 'part':
			return isOfThisRun(memory, row)
				? readPart(memory, source, {...toData(row['data']), id: row['id'], messageID: row['message_id'], timeCreated: row['time_created']})
				: [];
		default:
			return [];
	}
};

/** The database keeps objects as text. */
const toData = (value: unknown): Foreign => (typeof value === 'string' ? (parseObject(value) ?? {}) : toForeign(value));

const isOfThisRun = ({since}: Memory, row: Foreign): boolean => typeof row['time_created'] === 'number' && row['time_created'] >= since;

const readSession = (memory: Memory, sessionId: string, row: Foreign): Facts => {
	const parent = toText(row['parent_id']);
	const model = toText(toData(row['model'])['id']) || null;
	if (parent === '') {
		memory.subAgents.noteMain(sessionId);
		return memory.subAgents.keyOf(sessionId) === null ? readMainSession(memory, sessionId, model, toText(row['version']) || null) : [];
	}
	memory.subAgents.noteSession(sessionId, {parent, name: toText(row['title']) || toText(row['agent']), model});
	// One of an earlier run is heard of when it is given more to do.
	return isOfThisRun(memory, row) ? memory.subAgents.introduce(sessionId) : [];
};

const readMainSession = (memory: Memory, sessionId: string, model: string | null, version: string | null): Facts => {
	const name = `session ${JSON.stringify([sessionId, model, version])}`;
	if (memory.told.has(name)) return [];
	memory.told.add(name);
	return [{type: 'session', sessionId, model, version}];
};

const readMessage = (memory: Memory, sessionId: string, row: Foreign, data: Foreign): Facts => {
	if (data['role'] !== 'assistant' || !isOfThisRun(memory, row)) return [];
	if (memory.subAgents.keyOf(sessionId) === null) memory.root = toText(toForeign(data['path'])['cwd']);
	const model = {provider: toText(data['providerID']) || 'unknown', model: toText(data['modelID']) || 'unknown'};
	return memory.ledger.noteModel(toText(row['id']), model);
};
