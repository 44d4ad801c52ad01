import {existsSync, readdirSync, readFileSync} from 'node:fs';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {AgentFact, AgentKey, RecordLine} from '../../../source/agents/engine.ts';
import {openGeminiReader} from '../../../source/agents/engines/gemini/gemini-reader.ts';
import {NO_TOKENS, type Tokens} from '../../../source/domain/tokens.ts';
import {cutLines, type Expected, pick, type Served, sumUsage, toTokens as toAllTokens} from '../../support/facts.ts';

const RECORDINGS = new URL('../../fixtures/recordings/gemini/0.61.0/', import.meta.url);
const CASES = readdirSync(RECORDINGS);
/** How each recording ends; the others succeed. A process that was killed says nothing of its work. */
const ENDINGS: Readonly<Record<string, readonly [reason: string, cause: string | null] | null>> = {
	'background-hangs': null,
	'cut-before-tool': ['terminated', 'network'],
	'error-400': ['Scripted bad request', null],
	'no-auth': ['When using Gemini API, you must specify the GEMINI_API_KEY environment variable.', 'authentication'],
	'not-trusted': null,
	'sigkill-to-group': null,
	'sigterm-to-group': null,
	'sigterm-to-pid-ignored': null,
};

type Recording = {readonly out: readonly string[]; readonly err: readonly string[]; readonly records: readonly RecordLine[]; readonly since: number};

const readText = (name: string): string => readFileSync(new URL(name, RECORDINGS), 'utf8');
const readExpected = (name: string): Expected => JSON.parse(readText(`${name}/expected.json`)) as Expected;

const readRecords = (name: string): readonly RecordLine[] => {
	const chats = new URL(`${name}/chats/`, RECORDINGS);
	if (!existsSync(chats)) return [];
	const files = readdirSync(chats, {recursive: true, encoding: 'utf8'})
		.filter(file => file.endsWith('.jsonl'))
		.sort();
	return files.flatMap(source =>
		readFileSync(new URL(source, chats), 'utf8')
			.split('\n')
			.map(text => ({source, text})),
	);
};

const load = (name: string): Recording => {
	const out = readText(`${name}/stdout.ndjson`).split('\n');
	const began = /"timestamp":"([^"]+)"/.exec(out[0] ?? '')?.[1];
	// What stands in a session that was continued is most of an hour older.
	const since = began === undefined ? 0 : Date.parse(began) - 60_000;
	return {out, err: readText(`${name}/stderr.txt`).split('\n'), records: readRecords(name), since};
};

const read = ({out, err, records, since}: Recording): readonly AgentFact[] => {
	const {readLine, readRecord, end} = openGeminiReader({since});
	return [
		...err.flatMap(line => readLine(line, 'err')),
		...out.flatMap(line => readLine(line, 'out')),
		...records.flatMap(line => readRecord?.(line) ?? []),
		...end(),
	];
};
const readOut = (...events: readonly unknown[]): readonly AgentFact[] =>
	read({out: events.map(event => JSON.stringify(event)), err: [], records: [], since: 0});
const readRows = (...rows: readonly unknown[]): readonly AgentFact[] =>
	read({out: [], err: [], records: rows.map(row => ({source: 'main', text: JSON.stringify(row)})), since: 0});

const logs = (facts: readonly AgentFact[]): readonly string[] =>
	pick(facts, 'log').map(({agent, kind, text}) => `${agent === null ? 'main' : 'sub'} ${kind}: ${text}`);

/** The provider does not count what is written to a cache: it is fresh input. */
const toTokens = (served?: Served): Tokens => {
	const {input, cacheWrite, ...others} = toAllTokens(served);
	return {...others, input: input + cacheWrite, cacheWrite: 0, cacheWrite1h: 0};
};

const HEADER = {sessionId: 's-1', kind: 'main'};
const TOKENS = {input: 100, output: 10, cached: 40, thoughts: 5, tool: 7, total: 122};
const row = (change: Record<string, unknown> = {}) => ({
	id: 'm-1',
	type: 'gemini',
	timestamp: '2026-11-22T22:14:28.898Z',
	model: 'gemini-2.5-pro',
	tokens: TOKENS,
	...change,
});
const stats = (input: number) => ({models: {'gemini-2.5-pro': {total_tokens: input + 15, input_tokens: input, output_tokens: 10, cached: 40}}});
const said = (content: string) => ({type: 'message', role: 'assistant', content, delta: true});

describe('recordings of Gemini CLI', () => {
	it.each(CASES)('counts every token of %s exactly once', name => {
		const expected = readExpected(name);

		const facts = read(load(name));

		expect(sumUsage(facts)).toEqual(toTokens(expected.total));
		expect(sumUsage(facts, agent => agent === null)).toEqual(toTokens(expected.kinds['main']));
		expect(sumUsage(facts, agent => agent !== null)).toEqual(toTokens(expected.kinds['sub']));
		for (const [model, served] of Object.entries(expected.models)) expect(sumUsage(facts, (_, used) => used === model)).toEqual(toTokens(served));
	});

	it.each(CASES)('agrees with the sums that the result of %s tells', name => {
		expect(pick(read(load(name)), 'log').filter(({kind}) => kind === 'rad')).toEqual([]);
	});

	it.each(CASES.filter(name => ENDINGS[name] !== null))('counts %s by its output where no session file was found', name => {
		expect(sumUsage(read({...load(name), records: []}))).toEqual(toTokens(readExpected(name).total));
	});

	it.each(CASES)('takes the ending of %s from its own words', name => {
		const [reason, cause] = ENDINGS[name] ?? [null, null];
		const wanted = ENDINGS[name] === null ? [] : [{type: 'verdict', isError: name in ENDINGS, reason, cause}];

		expect(pick(read(load(name)), 'verdict')).toEqual(wanted);
	});

	it.each(CASES)('tells the same of %s when it is read again', name => {
		const recording = load(name);

		expect(read(recording)).toEqual(read(recording));
	});

	it.each(CASES)('tells nothing of %s twice when its session files are read twice', name => {
		const {records, since} = load(name);
		const reader = openGeminiReader({since});
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

	it.each(['subagent', 'hooks-subagent'])('shows what the sub-agent of %s did', name => {
		const facts = read(load(name));

		const [started] = pick(facts, 'sub-agent-started');
		expect(started).toMatchObject({parent: null, name: 'generalist', model: 'gemini-2.5-pro'});
		expect(pick(facts, 'tool-call').map(({agent, tool, writes}) => [agent, tool, writes])).toEqual([
			[null, 'invoke_agent', []],
			[started?.agent, 'write_file', ['/workspace/rad_written.txt']],
		]);
		expect(pick(facts, 'tool-result').map(({agent, isError}) => [agent, isError])).toEqual([
			[null, false],
			[started?.agent, false],
		]);
		expect(pick(facts, 'sub-agent-ended')).toEqual([
			{
				type: 'sub-agent-ended',
				agent: started?.agent,
				status: 'failed',
				error: "Agent stopped calling tools but did not call 'complete_task'.",
			},
		]);
		expect(logs(facts)).toContain('sub tool: write_file rad_written.txt');
		expect(logs(facts)).toContain('sub think: Scripted: Scripted thinking about the step.');
	});

	it('hands on a request for a restore as it was written', () => {
		expect(pick(read(load('restore')), 'final-message')).toEqual([
			{type: 'final-message', text: 'The written file is not what you asked for.\n/restore ckpt_01HZX7V9'},
		]);
	});

	it('marks a call that a hook refused as failed', () => {
		expect(pick(read(load('hooks-block')), 'tool-result').map(({isError}) => isError)).toEqual([true, false]);
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

describe('what people see of Gemini CLI', () => {
	it('puts pieces of a text together to lines', () => {
		const facts = readOut(said('On'), said('e.\nTw'), said('o.'), {type: 'tool_use', tool_name: 'run_shell_command', parameters: {command: 'ls'}});

		expect(logs(facts)).toEqual(['main text: One.', 'main text: Two.', 'main tool: run_shell_command ls']);
	});

	it('takes as the final message only what was said after the last tool call', () => {
		const facts = readOut(said('/restore cp_1'), {type: 'tool_use', tool_name: 'glob'}, said('Done'), said('.'), {type: 'result', status: 'success'});

		expect(pick(facts, 'final-message')).toEqual([{type: 'final-message', text: 'Done.'}]);
	});

	it('shows warnings, and what was lost of a half told line', () => {
		const facts = readOut(said('Half'), {type: 'error', severity: 'warning', message: 'Loop detected'});

		expect(logs(facts)).toEqual(['main text: Half', 'main err: Loop detected']);
	});

	it('calls a sub-agent lost whose process ended first', () => {
		const facts = read({
			out: [],
			err: [],
			records: [{sessionId: 'a-1', kind: 'subagent'}, row()].map(value => ({source: 'a', text: JSON.stringify(value)})),
			since: 0,
		});

		expect(pick(facts, 'sub-agent-started')).toEqual([
			{type: 'sub-agent-started', agent: 'a-1', parent: null, name: 'sub-agent', model: 'gemini-2.5-pro'},
		]);
		expect(pick(facts, 'sub-agent-ended').map(({status}) => status)).toEqual(['lost']);
	});
});

describe('the usage of Gemini CLI', () => {
	const ONE = {...NO_TOKENS, input: 67, cacheRead: 40, output: 15, reasoning: 5};

	it('counts a response once whose row comes again, with its last numbers', () => {
		const grown = row({tokens: {...TOKENS, input: 200}});

		expect(sumUsage(readRows(HEADER, row(), row(), {$set: {lastUpdated: 'x'}}))).toEqual(ONE);
		expect(sumUsage(readRows(HEADER, row(), grown, grown))).toEqual({...ONE, input: 167});
		expect(sumUsage(readRows(HEADER, row(), {$set: {messages: [row()]}}))).toEqual(ONE);
	});

	it('passes over what a continued session used before', () => {
		const recording = {out: [], err: [], records: [HEADER, row()].map(value => ({source: 'main', text: JSON.stringify(value)}))};

		expect(sumUsage(read({...recording, since: Date.parse('2026-11-22T22:14:28.898Z')}))).toEqual(ONE);
		expect(sumUsage(read({...recording, since: Date.parse('2026-11-22T22:14:28.899Z')}))).toEqual(NO_TOKENS);
	});

	it('tells once when the sums of the result are others than those of the session file', () => {
		const result = JSON.stringify({type: 'result', status: 'success', stats: stats(5000)});

		const facts = read({out: [result], err: [], records: [HEADER, row()].map(value => ({source: 'main', text: JSON.stringify(value)})), since: 0});

		expect(logs(facts)).toEqual(['main rad: Gemini CLI says that it used 5015 tokens; those of its session file, which count, are 122.']);
		expect(sumUsage(facts)).toEqual(ONE);
	});

	it.each([
		['negative', {input: -1}],
		['fractional', {output: 1.5}],
		['absurd', {input: 10 ** 13}],
		['text', {input: '100'}],
		['missing', {input: undefined}],
		['a part larger than its whole', {cached: 101}],
	])('counts nothing of a row with a count that is %s', (_, change) => {
		const facts = readRows(HEADER, row({tokens: {...TOKENS, ...change}}));

		expect(pick(facts, 'usage')).toEqual([]);
		expect(pick(facts, 'unreadable')).toHaveLength(1);
	});

	it.each([
		['negative', {output_tokens: -1}],
		['fractional', {cached: 0.5}],
		['absurd', {total_tokens: 10 ** 13}],
		['a part larger than its whole', {cached: 10 ** 6}],
		['less than its parts', {total_tokens: 1}],
	])('counts nothing of a result whose sum is %s', (_, change) => {
		const model = {...stats(100).models['gemini-2.5-pro'], ...change};

		const facts = readOut({type: 'result', status: 'success', stats: {models: {'gemini-2.5-pro': model}}});

		expect(pick(facts, 'usage')).toEqual([]);
		expect(pick(facts, 'unreadable')).toHaveLength(1);
	});
});

describe('foreign text as the output or the session file of Gemini CLI', () => {
	const key = fc.constantFrom(
		'type',
		'id',
		'sessionId',
		'kind',
		'tokens',
		'toolCalls',
		'agentId',
		'$set',
		'messages',
		'stats',
		'models',
		'timestamp',
	);
	const value = fc.oneof(fc.jsonValue({maxDepth: 3}), fc.constantFrom('gemini', 'user', 'result', 'message', 'init', 'subagent', 'success'));
	const line = fc.oneof(
		fc.string(),
		fc.dictionary(key, value).map(event => JSON.stringify(event)),
		fc.record({tokens: value, toolCalls: fc.array(value), model: value}, {requiredKeys: []}).map(change => JSON.stringify(row(change))),
	);

	it('never makes it throw, or believe what cannot be', () => {
		fc.assert(
			fc.property(fc.array(line), fc.array(fc.tuple(fc.constantFrom('a', 'b'), line)), (out, rows) => {
				const records = rows.map(([source, text]) => ({source, text}));
				const start = [HEADER, {...HEADER, kind: 'subagent'}].map((header, index) => ({source: 'ab'[index] ?? '', text: JSON.stringify(header)}));

				const facts = read({out, err: out, records: [...start, ...records], since: 0});

				const known = new Set<AgentKey>([null]);
				for (const fact of facts) {
					if (fact.type === 'sub-agent-started') known.add(fact.agent);
					if ('agent' in fact) expect(known).toContain(fact.agent);
				}
				for (const {tokens} of pick(facts, 'usage')) {
					expect(Object.values(tokens).every(count => Number.isSafeInteger(count) && count >= 0 && count <= 10 ** 12)).toBe(true);
					expect(tokens.reasoning).toBeLessThanOrEqual(tokens.output);
				}
			}),
		);
	});
});
