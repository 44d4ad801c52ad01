import {readdirSync, readFileSync} from 'node:fs';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {AgentFact, AgentKey, RecordLine} from '../../../source/agents/engine.ts';
import {openOpencodeReader} from '../../../source/agents/engines/opencode/opencode-reader.ts';
import {addTokens, NO_TOKENS, type Tokens} from '../../../source/domain/tokens.ts';
import {cutLines, type Expected, keepLast, pick, type Served, sumUsage, toTokens as toAllTokens} from '../../support/facts.ts';

const RECORDINGS = new URL('../../fixtures/recordings/opencode/1.18.33/', import.meta.url);
const CASES = readdirSync(RECORDINGS);
/** Why the sum cannot be what the server served. All other recordings must be exact, but for the title, which opencode counts nowhere. */
const INEXACT: Readonly<Record<string, string>> = {
	'sigterm-in-tool': 'usage is written when a step ends, and the process was killed before',
};
/** Only through this provider does opencode know what was written to a cache; else it is fresh input. */
const COUNTS_CACHE_WRITES: ReadonlySet<string> = new Set(['anthropic']);
/** How each recording ends; the others succeed. A process that was killed says nothing of its work. */
const ENDINGS: Readonly<Record<string, readonly [reason: string, cause: string | null] | null>> = {
	'error-400': ['Scripted bad request', null],
	'error-401': ['Incorrect API key provided: dummy.', 'authentication'],
	'permission-ask': ['The user rejected permission to use this specific tool call.', 'permission_refused'],
	'sigterm-in-tool': null,
};

type Row = Readonly<Record<string, unknown>>;
type Recording = {readonly out: readonly string[]; readonly records: readonly RecordLine[]; readonly since: number};

const readText = (name: string): string => readFileSync(new URL(name, RECORDINGS), 'utf8');
const readExpected = (name: string): Expected => JSON.parse(readText(`${name}/expected.json`)) as Expected;

const toRecord = (table: string, row: Row): RecordLine => ({
	source: String(table === 'session' ? row['id'] : row['session_id']),
	text: JSON.stringify({table, ...row}),
});
const readRecords = (name: string): readonly RecordLine[] => {
	const tables = JSON.parse(readText(`${name}/opencode-db.json`)) as Readonly<Record<string, readonly Row[]>>;
	return ['session', 'message', 'part'].flatMap(table => (tables[table] ?? []).map(row => toRecord(table, row)));
};

const load = (name: string): Recording => {
	const out = readText(`${name}/stdout.ndjson`).split('\n');
	// What stands in a session that was continued is most of an hour older.
	const since = Number(/"timestamp":(\d+)/.exec(out[0] ?? '')?.[1] ?? 0) - 120_000;
	return {out, records: readRecords(name), since};
};

const read = ({out, records, since}: Recording, order: 'output first' | 'records first' = 'output first'): readonly AgentFact[] => {
	const {readLine, readRecord, end} = openOpencodeReader({since});
	const readOut = (): readonly AgentFact[] => out.flatMap(line => readLine(line, 'out'));
	const readAll = (): readonly AgentFact[] => records.flatMap(line => readRecord?.(line) ?? []);
	const facts = order === 'output first' ? [readOut(), readAll()] : [readAll(), readOut()];
	return [...facts.flat(), ...end()];
};
const readOut = (...events: readonly unknown[]): readonly AgentFact[] =>
	read({out: events.map(event => JSON.stringify(event)), records: [], since: 0});

const logs = (facts: readonly AgentFact[]): readonly string[] =>
	pick(facts, 'log').map(({agent, kind, text}) => `${agent === null ? 'main' : 'sub'} ${kind}: ${text}`);

const toTokens = (name: string, served?: Served): Tokens => {
	const {input, cacheWrite, ...others} = toAllTokens(served);
	const isKnown = COUNTS_CACHE_WRITES.has(name);
	return {...others, input: input + (isKnown ? 0 : cacheWrite), cacheWrite: isKnown ? cacheWrite : 0, cacheWrite1h: 0};
};

const TOKENS = {input: 100, output: 10, reasoning: 5, cache: {read: 40, write: 20}};
const finish = (change: Record<string, unknown> = {}) => ({
	type: 'step_finish',
	sessionID: 'ses_1',
	part: {type: 'step-finish', id: 'prt_1', messageID: 'msg_1', reason: 'stop', tokens: TOKENS, cost: 0.25, ...change},
});
const text = (value: string, messageID = 'msg_1', id = value) => ({
	type: 'text',
	sessionID: 'ses_1',
	part: {type: 'text', id, messageID, text: value, time: {start: 1, end: 2}},
});
const sessionRow = (row: Row) => toRecord('session', {time_created: 1, ...row});
const messageRow = (row: Row, data: Row) => toRecord('message', {session_id: 'ses_1', time_created: 1, ...row, data: JSON.stringify(data)});
const partRow = (row: Row, data: Row) =>
	toRecord('part', {session_id: 'ses_1', message_id: 'msg_1', time_created: 1, ...row, data: JSON.stringify(data)});

describe('recordings of opencode', () => {
	it.each(CASES.filter(name => !(name in INEXACT)))('counts every token of %s exactly once', name => {
		const {kinds} = readExpected(name);

		const facts = read(load(name));

		expect(sumUsage(facts, agent => agent === null)).toEqual(toTokens(name, kinds['main']));
		expect(sumUsage(facts, agent => agent !== null)).toEqual(toTokens(name, kinds['sub']));
	});

	it.each(Object.keys(INEXACT))('knows no tokens of %s', name => {
		expect(sumUsage(read(load(name)))).toEqual(NO_TOKENS);
	});

	it.each(CASES)('counts the same of %s when its database is read before its output', name => {
		const recording = load(name);

		expect(keepLast(read(recording, 'records first'))).toEqual(expect.arrayContaining(keepLast(read(recording))));
		expect(sumUsage(read(recording, 'records first'))).toEqual(sumUsage(read(recording)));
	});

	it.each(CASES)('knows which model was used in %s', name => {
		const used = keepLast(read(load(name))).map(({provider}) => provider);

		expect(new Set(used)).toEqual(new Set(used.length === 0 ? [] : [name === 'anthropic' || name === 'gemini' ? used[0] : 'fake']));
		expect(used).not.toContain('unknown');
	});

	it.each(CASES)('takes the cost of %s from its steps', name => {
		const {since, records} = load(name);
		const costs = records
			.map(record => JSON.parse(record.text) as Row)
			.filter(row => row['table'] === 'message' && Number(row['time_created']) >= since)
			.map(row => Number((row['data'] as Row)['cost'] ?? 0));
		const whole = Math.round(costs.reduce((sum, cost) => sum + cost, 0) * 10 ** 9);

		const last = new Map(pick(read(load(name)), 'usage').map(fact => [JSON.stringify([fact.agent, fact.messageId]), fact.costNanoUsd ?? 0]));

		expect([...last.values()].reduce((sum, cost) => sum + cost, 0)).toBe(whole);
	});

	it.each(CASES)('takes the ending of %s from its own words', name => {
		const [reason, cause] = ENDINGS[name] ?? [null, null];
		const wanted = ENDINGS[name] === null ? [] : [{type: 'verdict', isError: name in ENDINGS, reason, cause}];

		expect(pick(read(load(name)), 'verdict')).toEqual(wanted);
	});

	it.each(CASES)('tells the same of %s when it is read again', name => {
		expect(read(load(name))).toEqual(read(load(name)));
	});

	it.each(CASES)('tells nothing of %s twice when its database is read twice', name => {
		const {out, records, since} = load(name);
		const reader = openOpencodeReader({since});
		for (const line of out) reader.readLine(line, 'out');
		for (const line of records) reader.readRecord?.(line);

		expect(records.flatMap(line => reader.readRecord?.(line) ?? [])).toEqual([]);
	});

	it.each(CASES)('understands every line of %s', name => {
		expect(pick(read(load(name)), 'unreadable')).toEqual([]);
	});

	it.each(CASES)('introduces each agent of %s before it is named', name => {
		const known = new Set<AgentKey>([null]);

		for (const fact of read(load(name))) {
			if (fact.type === 'sub-agent-started') known.add(fact.agent);
			if ('agent' in fact) expect(known).toContain(fact.agent);
		}
	});

	it.each([
		['subagent', 'output first'],
		['subagent', 'records first'],
		['plugin-subagent', 'records first'],
	] as const)('shows what the sub-agent of %s did, %s', (name, order) => {
		const facts = read(load(name), order);

		const [started] = pick(facts, 'sub-agent-started');
		expect(started).toMatchObject({parent: null, name: 'rad task'});
		expect(pick(facts, 'tool-call').filter(({agent}) => agent !== null)).toMatchObject([
			{agent: started?.agent, tool: 'write', writes: ['/workspace/rad_written.txt']},
		]);
		expect(pick(facts, 'tool-call').filter(({agent}) => agent === null)).toMatchObject([{tool: 'task', writes: []}]);
		expect(pick(facts, 'tool-result').map(({isError}) => isError)).toEqual([false, false]);
		expect(pick(facts, 'sub-agent-ended')).toEqual([{type: 'sub-agent-ended', agent: started?.agent, status: 'completed', error: null}]);
		expect(logs(facts)).toContain('sub text: Sub-agent report: the work is done.');
	});

	it('shows a call that the process was killed in', () => {
		const facts = read(load('sigterm-in-tool'));

		expect(pick(facts, 'tool-call').map(({tool}) => tool)).toEqual(['bash']);
		expect(pick(facts, 'tool-result')).toEqual([]);
	});

	it('hands on a request for a restore as it was written', () => {
		expect(pick(read(load('restore')), 'final-message')).toEqual([
			{type: 'final-message', text: 'The written file is not what you asked for.\n/restore ckpt_01HZX7V9'},
		]);
	});

	it('names the session, its model and the version', () => {
		expect(pick(read(load('basic')), 'session')).toEqual([
			{type: 'session', sessionId: 'ses_dfa9f73b8ffejKFWNe4BbHicYn', model: null, version: null},
			{type: 'session', sessionId: 'ses_dfa9f73b8ffejKFWNe4BbHicYn', model: 'fake-chat', version: '1.18.33'},
		]);
	});

	it.each(['basic', 'subagent'])('tells the same of %s however its output is cut', name => {
		const {out, ...rest} = load(name);
		const bytes = Buffer.from(out.join('\n'));

		fc.assert(
			fc.property(fc.array(fc.integer({min: 1, max: bytes.length}), {maxLength: 20}), cuts => {
				expect(read({...rest, out: cutLines(bytes, cuts)})).toEqual(read({...rest, out}));
			}),
			{numRuns: 20},
		);
	});
});

describe('the ending of opencode', () => {
	it('takes as the final message only what was said in the last step', () => {
		const facts = readOut(text('/restore cp_1'), finish({reason: 'tool-calls'}), finish({id: 'prt_2', messageID: 'msg_2'}));

		expect(pick(facts, 'final-message')).toEqual([]);
		expect(pick(facts, 'verdict').map(({isError}) => isError)).toEqual([false]);
	});

	it('keeps to an error, whatever comes after it', () => {
		const facts = readOut({type: 'error', sessionID: 'ses_1', error: {name: 'ContextOverflowError', data: {message: 'Too much'}}}, finish());

		expect(pick(facts, 'verdict')).toEqual([{type: 'verdict', isError: true, reason: 'Too much', cause: 'context_length'}]);
	});

	it.each(['length', 'content-filter', 'error'])('takes an answer that ended by %s for a failure', reason => {
		expect(pick(readOut(finish({reason})), 'verdict').map(({isError}) => isError)).toEqual([true]);
	});

	it('leaves a step open that is followed by another', () => {
		expect(pick(readOut(finish({reason: 'tool-calls'})), 'verdict')).toEqual([]);
	});
});

describe('the usage of opencode', () => {
	const ONE = {input: 100, cacheRead: 40, cacheWrite: 20, cacheWrite1h: 0, output: 15, reasoning: 5};

	it('counts both steps of a message that was tried again', () => {
		expect(sumUsage(readOut(finish(), finish({id: 'prt_2'})))).toEqual(addTokens(ONE, ONE));
	});

	it('counts a step once, with its last numbers', () => {
		expect(sumUsage(readOut(finish(), finish()))).toEqual(ONE);
		expect(sumUsage(readOut(finish(), finish({tokens: {...TOKENS, input: 7}})))).toEqual({...ONE, input: 7});
	});

	it('names the model as soon as the database does', () => {
		const data = {role: 'assistant', providerID: 'anthropic', modelID: 'claude-x'};

		const facts = read({out: [JSON.stringify(finish())], records: [messageRow({id: 'msg_1'}, data)], since: 0});

		expect(pick(facts, 'usage').map(({provider, model}) => `${provider} ${model}`)).toEqual(['unknown unknown', 'anthropic claude-x']);
		expect(pick(facts, 'usage').map(({costNanoUsd}) => costNanoUsd)).toEqual([250_000_000, 250_000_000]);
	});

	it('tells what was spent on a model that was never named', () => {
		expect(pick(readOut(finish()), 'usage').at(-1)).toMatchObject({model: 'unknown', costNanoUsd: 250_000_000});
	});

	it.each([0, -1, Number.NaN, '1', 10 ** 12, undefined])('tells no cost where opencode says %s', cost => {
		expect(pick(readOut(finish({cost})), 'usage').map(fact => 'costNanoUsd' in fact)).toEqual([false]);
	});

	it('passes over what a continued session used before', () => {
		const part = {type: 'step-finish', tokens: TOKENS};
		const records = [sessionRow({id: 'ses_1'}), partRow({id: 'prt_1', time_created: 99}, part), partRow({id: 'prt_2', time_created: 100}, part)];

		expect(sumUsage(read({out: [], records, since: 100}))).toEqual(ONE);
	});

	it.each([
		['negative', {input: -1}],
		['fractional', {output: 1.5}],
		['absurd', {input: 10 ** 13}],
		['absurd, in a part', {cache: {read: 10 ** 13, write: 0}}],
		['text', {input: '100'}],
		['missing', {input: undefined}],
	])('counts nothing of a step with a count that is %s', (_, change) => {
		const facts = readOut(finish({tokens: {...TOKENS, ...change}}));

		expect(pick(facts, 'usage')).toEqual([]);
		expect(pick(facts, 'unreadable')).toHaveLength(1);
	});
});

describe('sub-agents of opencode', () => {
	it('come after the one that started them', () => {
		const records = [
			sessionRow({id: 'ses_1'}),
			sessionRow({id: 'ses_3', parent_id: 'ses_2', title: 'deep (@general subagent)', time_created: 0}),
			sessionRow({id: 'ses_2', parent_id: 'ses_1', title: 'first', time_created: 0}),
			partRow({id: 'prt_1', session_id: 'ses_3'}, {type: 'text', text: 'Hi', time: {end: 2}}),
		];

		const facts = read({out: [], records, since: 1});

		expect(pick(facts, 'sub-agent-started').map(({agent, parent, name}) => [agent, parent, name])).toEqual([
			['ses_2', null, 'first'],
			['ses_3', 'ses_2', 'deep'],
		]);
		expect(pick(facts, 'sub-agent-ended').map(({status}) => status)).toEqual(['lost', 'lost']);
	});

	it.each([
		['its metadata', {status: 'error', error: 'No.', metadata: {sessionId: 'ses_2'}}],
		['the error alone', {status: 'error', error: 'No. (task_id: ses_2): failed'}],
	])('fail when their call does, known by %s', (_, state) => {
		const facts = readOut({type: 'tool_use', sessionID: 'ses_1', part: {type: 'tool', id: 'prt_1', tool: 'task', callID: 'c', state}});

		expect(pick(facts, 'sub-agent-ended')).toMatchObject([{agent: 'ses_2', status: 'failed', error: expect.stringContaining('No.')}]);
	});

	it('work on in the background when their call has ended', () => {
		const state = {status: 'completed', input: {description: 'Look'}, metadata: {sessionId: 'ses_2', background: true}};

		const facts = readOut({type: 'tool_use', sessionID: 'ses_1', part: {type: 'tool', id: 'prt_1', tool: 'task', callID: 'c', state}});

		expect(pick(facts, 'sub-agent-started').map(({name}) => name)).toEqual(['Look']);
		expect(pick(facts, 'sub-agent-ended').map(({status}) => status)).toEqual(['lost']);
	});
});

describe('foreign text as the output or the database of opencode', () => {
	const id = fc.constantFrom('a', 'b', 'c');
	const value = fc.oneof(
		fc.jsonValue({maxDepth: 3}),
		fc.constantFrom('tool', 'text', 'step-finish', 'task', 'running', 'completed', 'error', 'stop'),
	);
	const part = fc.record(
		{type: value, id, messageID: id, tool: value, callID: value, state: value, tokens: value, cost: value, text: value},
		{requiredKeys: []},
	);
	const line = fc.oneof(
		fc.string(),
		fc.jsonValue({maxDepth: 2}).map(any => JSON.stringify(any)),
		fc.record({type: value, sessionID: value, part, error: value}, {requiredKeys: []}).map(event => JSON.stringify(event)),
		fc
			.record({table: fc.constantFrom('session', 'message', 'part'), id, parent_id: id, message_id: id, time_created: fc.integer(), data: part})
			.map(row => JSON.stringify(row)),
	);

	it('never makes it throw, or believe what cannot be', () => {
		fc.assert(
			fc.property(fc.array(line), fc.array(fc.tuple(id, line)), (out, rows) => {
				const facts = read({out, records: rows.map(([source, row]) => ({source, text: row})), since: 0});

				const known = new Set<AgentKey>([null]);
				for (const fact of facts) {
					if (fact.type === 'sub-agent-started') expect(known).toContain(fact.parent);
					if (fact.type === 'sub-agent-started') known.add(fact.agent);
					if ('agent' in fact) expect(known).toContain(fact.agent);
				}
				for (const {tokens} of pick(facts, 'usage'))
					expect(Object.values(tokens).every(count => Number.isSafeInteger(count) && count >= 0 && count <= 10 ** 12)).toBe(true);
			}),
		);
	});
});
