import type {Tokens} from '../../../domain/tokens.ts';
import type {AgentFact, AgentKey, RecordLine} from '../../engine.ts';
import {type Foreign, parseObject, toForeign, toList, toText, toTime} from '../../foreign.ts';
import {toLogs} from '../log-lines.ts';
import {shorten} from '../tool-line.ts';
import {readFailure} from './codex-failure.ts';
import {type CodexSubAgents, openCodexSubAgents} from './codex-sub-agents.ts';
import {type CodexThreads, openCodexThreads} from './codex-threads.ts';
import {type CodexLedger, openCodexLedger, readCodexUsage} from './codex-usage.ts';
import type {WorkBook} from './codex-work.ts';

type Facts = readonly AgentFact[];

/**
 * Reads the records that Codex keeps of a session, one file ("rollout") for each of its threads. They alone tell the tokens of each
 * response, and of sub-agents everything: those leave no trace in the output.
 */
export type CodexRollouts = {
	/** Tells which thread is the main conversation; what is not of its session is passed over. */
	readonly setMain: (thread: string) => void;
	readonly read: (line: RecordLine) => Facts;
	/** What is known at last, given what Codex itself says that the main conversation used. */
	readonly end: (reported: Tokens | undefined) => Facts;
};

type CodexRolloutsOptions = {
	/** Rows that are older are of an earlier run of the same session; epoch ms. */
	readonly since: number;
	/** True when the process was started to go on with an older thread. */
	readonly isContinued: boolean;
	readonly work: WorkBook;
};

type Memory = {
	readonly work: WorkBook;
	readonly threads: CodexThreads;
	readonly subAgents: CodexSubAgents;
	readonly ledger: CodexLedger;
	/** True when the main conversation began before this run. */
	isResumed: boolean;
	/** The model that was told of the main conversation last. */
	mainModel: string | null;
};

/** A row of a file, with whose it is. */
type Row = {readonly source: string; readonly agent: AgentKey; readonly payload: Foreign; readonly at: number};

export const openCodexRollouts = ({since, isContinued, work}: CodexRolloutsOptions): CodexRollouts => {
	const memory: Memory = {
		work,
		threads: openCodexThreads(),
		subAgents: openCodexSubAgents(),
		ledger: openCodexLedger(),
		isResumed: isContinued,
		mainModel: null,
	};
	return {
		setMain: memory.threads.setMain,
		read: line => readLine(memory, since, line),
		end: reported => [
			...memory.subAgents.end(),
			...(reported === undefined ? [] : memory.ledger.compare({reported, model: memory.mainModel, isResumed: memory.isResumed})),
		],
	};
};

const readLine = (memory: Memory, since: number, {source, text}: RecordLine): Facts => {
	if (text.trim() === '') return [];
	const row = parseObject(text);
	if (row === undefined) return [{type: 'unreadable', reason: 'A row of a session that is no JSON object.'}];
	const payload = toForeign(row['payload']);
	// What happened in a thread comes as an event message, what it is made of as a row of its own type.
	const kind = toText(row['type'] === 'event_msg' ? payload['type'] : row['type']);
	if (kind === 'session_meta') meet(memory, source, payload);
	noteModel(memory, source, kind, payload);
	const agent = memory.threads.findOwner(source, payload);
	if (agent === undefined) return [];
	const at = toTime(row['timestamp']);
	if (at >= since) return introduce(memory, {source, agent, payload, at}, kind, readRow(memory, {source, agent, payload, at}, kind));
	memory.isResumed ||= agent === null && at < since;
	return [];
};

const meet = ({threads, subAgents}: Memory, source: string, meta: Foreign): void => {
	const thread = threads.meet(source, meta);
	if (thread === undefined || thread.id === '' || thread.session !== threads.main()) return;
	if (thread.id !== thread.session) subAgents.meet(thread.id, meta);
};

const noteModel = ({threads}: Memory, source: string, kind: string, payload: Foreign): void => {
	if (kind === 'turn_context') threads.setModel(source, toText(payload['model']));
	if (kind === 'thread_settings_applied') threads.setModel(source, toText(toForeign(payload['thread_settings'])['model']));
};

/** A sub-agent is introduced as soon as its model is known, or when it is first heard of otherwise. */
const introduce = ({threads, subAgents}: Memory, {source, agent}: Row, kind: string, facts: Facts): Facts =>
	agent === null || (facts.length === 0 && !MODEL_ROWS.has(kind)) ? facts : [...subAgents.introduce(agent, threads.find(source).model), ...facts];

const MODEL_ROWS: ReadonlySet<string> = new Set(['turn_context', 'thread_settings_applied']);

const readRow = (memory: Memory, row: Row, kind: string): Facts => {
	switch (kind) {
		case 'turn_context':
		case 'thread_settings_applied':
			return row.agent === null ? tellModel(memory, row.source) : [];
		case 'token_usage_record':
			return readUsage(memory, row);
		case 'item_completed':
			return readItem(memory, row);
		case 'task_complete':
			return readEnd(memory, row);
		case 'turn_aborted':
			if (row.agent !== null) memory.subAgents.interrupt(row.agent);
			return [];
		default:
			return [];
	}
};

/** The output does not say which model the main conversation uses. */
const tellModel = (memory: Memory, source: string): Facts => {
	const {model, version} = memory.threads.find(source);
	if (model === memory.mainModel) return [];
	memory.mainModel = model;
	return [{type: 'session', sessionId: memory.threads.main(), model, version}];
};

const readUsage = ({threads, ledger}: Memory, {source, agent, payload, at}: Row): Facts => {
	const id = toText(payload['response_id']);
	const tokens = readCodexUsage(payload['usage']);
	if (id === '') return [{type: 'unreadable', reason: 'The usage of a response without an id.'}];
	if (tokens === undefined) return [{type: 'unreadable', reason: 'The usage of a response cannot be true.'}];
	return ledger.record({id, agent, model: threads.find(source).model, tokens, at});
};

const readItem = ({threads, work}: Memory, {source, agent, payload}: Row): Facts => {
	// What the main conversation does is in the output already.
	if (agent === null) return [];
	const item = toForeign(payload['item']);
	if (item['type'] === 'AgentMessage') return toLogs(agent, 'text', join(toList(item['content']).map(part => toForeign(part)['text'])));
	if (item['type'] === 'Reasoning') return toLogs(agent, 'think', shorten(join(toList(item['summary_text']))));
	return work.read({agent, item, root: threads.find(source).root, isDone: true});
};

const join = (texts: readonly unknown[]): string => texts.map(toText).join('\n');

const readEnd = ({subAgents}: Memory, {agent, payload}: Row): Facts => {
	if (agent === null) return [];
	const {error} = payload;
	return error === undefined || error === null
		? subAgents.finish(agent, 'completed', null)
		: subAgents.finish(agent, 'failed', readFailure(error).reason);
};
