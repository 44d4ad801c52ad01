import {existsSync, readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {AgentFact, AgentKey, RecordLine} from '../../../source/agents/engine.ts';
import {openCodexReader} from '../../../source/agents/engines/codex/codex-reader.ts';
import {NO_TOKENS, type Tokens} from '../../../source/domain/tokens.ts';
import {createLineSplitter} from '../../../source/logs/line-splitter.ts';
import {type Expected, pick, type Served, sumUsage, toTokens as toAllTokens} from '../../support/facts.ts';

const RECORDINGS = fileURLToPath(new URL('../../fixtures/recordings/codex/0.169.0/', import.meta.url));
const CASES = readdirSync(RECORDINGS);
/** Before all recordings. */
const SINCE = Date.parse('2026-11-01T00:00:00Z');

type Recording = {readonly out: readonly string[]; readonly err: readonly string[]; readonly records: readonly RecordLine[]};

const readText = (...parts: readonly string[]): string => readFileSync(path.join(RECORDINGS, ...parts), 'utf8');
const readExpected = (name: string): Expected => JSON.parse(readText(name, 'expected.json')) as Expected;

/** In the order of their times, as they are followed. */
const listRollouts = (name: string): readonly string[] => {
	const folder = path.join(RECORDINGS, name, 'home/.codex/sessions');
	if (!existsSync(folder)) return [];
	const files = readdirSync(folder, {recursive: true, encoding: 'utf8'}).filter(file => file.endsWith('.jsonl'));
	return files.sort().map(file => path.join(folder, file));
};

const load = (name: string): Recording => ({
	out: readText(name, 'stdout.ndjson').split('\n'),
	err: readText(name, 'stderr.txt').split('\n'),
	records: listRollouts(name).flatMap(file => toRecords(path.basename(file), readFileSync(file, 'utf8').split('\n'))),
});

const toRecords = (source: string, texts: readonly string[]): readonly RecordLine[] => texts.map(text => ({source, text}));

const read = ({out, err, records}: Recording, since = SINCE): readonly AgentFact[] => {
	const reader = openCodexReader({since});
	return [
		...out.flatMap(line => reader.readLine(line, 'out')),
		...err.flatMap(line => reader.readLine(line, 'err')),
		...records.flatMap(line => reader.readRecord?.(line) ?? []),
		...reader.end(),
	];
};

/** OpenAI's cache has one lifetime only. */
const toTokens = (served?: Served): Tokens => ({...toAllTokens(served), cacheWrite1h: 0});

const textsOf = (facts: readonly AgentFact[], kind: string, agent: AgentKey = null): readonly string[] =>
	pick(facts, 'log').flatMap(fact => (fact.kind === kind && fact.agent === agent ? [fact.text] : []));

const SUB_AGENT_CASES = ['subagent', 'hooks-subagent', 'otel-subagent'];

describe('recordings of Codex', () => {
	it.each(CASES)('counts every token of %s exactly once', name => {
		const expected = readExpected(name);

		const facts = read(load(name));

		expect(sumUsage(facts)).toEqual(toTokens(expected.total));
		expect(sumUsage(facts, agent => agent === null)).toEqual(toTokens(expected.kinds['main']));
		expect(sumUsage(facts, agent => agent !== null)).toEqual(toTokens(expected.kinds['sub']));
		for (const [model, served] of Object.entries(expected.models)) expect(sumUsage(facts, (_, used) => used === model)).toEqual(toTokens(served));
	});

	it.each(CASES)('finds nothing in %s that contradicts its own sum', name => {
		expect(textsOf(read(load(name)), 'rad')).toEqual([]);
	});

	it.each(CASES)('counts the main conversation of %s without any records, unless it was killed', name => {
		const {out} = load(name);
		const isKilled = name.startsWith('sigkill') || name.startsWith('sigterm');

		const facts = read({out, err: [], records: []});

		expect(sumUsage(facts)).toEqual(isKilled ? NO_TOKENS : toTokens(readExpected(name).kinds['main']));
	});

	it.each(CASES)('tells the same of %s when it is read again', name => {
		expect(read(load(name))).toEqual(read(load(name)));
	});

	it.each(CASES)('understands every line of %s', name => {
		expect(pick(read(load(name)), 'unreadable')).toEqual([]);
	});

	it.each(CASES)('introduces each agent of %s before it is named', name => {
		const known = new Set<AgentKey>([null]);

		for (const fact of read(load(name))) {
			if (fact.type === 'sub-agent-started') {
				expect(known).toContain(fact.parent);
				known.add(fact.agent);
			}
			if ('agent' in fact) expect(known).toContain(fact.agent);
		}
	});

	it.each(CASES)('counts nothing of %s that is older than the run', name => {
		const facts = read({...load(name), out: [], err: []}, Date.parse('2026-12-01T00:00:00Z'));

		expect(facts).toEqual([]);
	});

	it.each(CASES)('judges %s as Codex does', name => {
		const verdicts = pick(read(load(name)), 'verdict').map(({type: _, ...verdict}) => verdict);

		const usual = {isError: false, reason: null, cause: null};
		expect(verdicts).toEqual(VERDICTS[name] ?? [usual]);
	});
});

/** A run that was killed, or that never began, tells none. */
const VERDICTS: Readonly<Record<string, readonly unknown[]>> = {
	'sigkill-in-tool': [],
	'sigterm-in-tool': [],
	'full-auto-removed': [],
	'error-400': [{isError: true, reason: 'Scripted bad request', cause: null}],
	'error-401': [
		{
			isError: true,
			reason: 'unexpected status 401 Unauthorized: Incorrect API key provided: dummy., url: http://127.0.0.1:36661/v1/responses, request id: req_rad',
			cause: 'authentication',
		},
	],
	'no-auth': [{isError: true, reason: 'Missing environment variable: `FAKE_KEY`.', cause: 'authentication'}],
};

describe('what Codex did', () => {
	it('is shown with paths below the workspace, and without the word that rad’s own hook is trusted', () => {
		const {out} = load('basic');
		const reader = openCodexReader({since: SINCE, root: '/workspace'});
		const warning = {type: 'error', message: '`--dangerously-bypass-hook-trust` is enabled. Enabled hooks may run.'};

		const facts = [...out, JSON.stringify({type: 'item.completed', item: warning})].flatMap(line => reader.readLine(line, 'out'));

		expect(textsOf(facts, 'tool')).toContain('apply_patch add rad_written.txt');
		expect(textsOf(facts, 'err').filter(text => text.includes('hook-trust'))).toEqual([]);
	});

	it('is told with its calls, their results and what they write', () => {
		const facts = read(load('basic'));

		expect(pick(facts, 'tool-call')).toEqual([
			{
				type: 'tool-call',
				agent: null,
				callId: 'item_2',
				tool: 'apply_patch',
				argumentsJson: '{"changes":[{"path":"/workspace/rad_written.txt","kind":"add"}]}',
				writes: ['/workspace/rad_written.txt'],
			},
			{
				type: 'tool-call',
				agent: null,
				callId: 'item_5',
				tool: 'Bash',
				argumentsJson: '{"command":"/bin/bash -lc \'echo rad-shell-ok\'"}',
				writes: [],
			},
		]);
		expect(pick(facts, 'tool-result')).toEqual([
			{type: 'tool-result', agent: null, callId: 'item_2', isError: false},
			{type: 'tool-result', agent: null, callId: 'item_5', isError: false},
		]);
		expect(textsOf(facts, 'tool')).toEqual(['apply_patch add /workspace/rad_written.txt', 'Bash echo rad-shell-ok']);
		expect(textsOf(facts, 'result')).toEqual(['rad-shell-ok']);
		expect(textsOf(facts, 'text').at(-1)).toBe('All done: the scripted run is complete.');
		expect(textsOf(facts, 'err')).toEqual([]);
	});

	it('is told of a session with its model and version', () => {
		const sessionId = '01a2057e-f0f4-7f00-b5bb-5a518faad7e9';

		expect(pick(read(load('basic')), 'session')).toEqual([
			{type: 'session', sessionId, model: null, version: null},
			{type: 'session', sessionId, model: 'gpt-5.5', version: '0.169.0'},
		]);
	});

	it('shows a command that failed', () => {
		const facts = read(load('tool-fails'));

		expect(pick(facts, 'tool-result').map(({isError}) => isError)).toEqual([true]);
		expect(textsOf(facts, 'result')).toEqual(['failed: rad-before-fail']);
	});

	it('leaves a call open that was cut off', () => {
		const facts = read(load('sigkill-in-tool'));

		expect(pick(facts, 'tool-call')).toHaveLength(1);
		expect(pick(facts, 'tool-result')).toEqual([]);
	});

	it('takes warnings and retries for no failure', () => {
		expect(textsOf(read(load('retry-429')), 'err')[0]).toMatch(/^Reconnecting\.\.\. 1\/5 .*429 Too Many Requests/);
		expect(textsOf(read(load('hooks-block')), 'err')).toContain('clamping SessionEnd hook timeout to 3s in ~/.codex/config.toml');
	});

	it('hands over the last message exactly', () => {
		const said = load('restore').out.flatMap(line => (line.includes('"agent_message"') ? [JSON.parse(line).item.text as string] : []));

		expect(pick(read(load('restore')), 'final-message')).toEqual([{type: 'final-message', text: said.at(-1)}]);
		expect(said.at(-1)).toContain('/restore ');
	});

	it('hands over the answer to a schema as the text that 0.169.0 prints', () => {
		const message = '{"type":"item.completed","item":{"id":"item_1","type":"agent_message","text":"{\\"verdict\\":\\"approve\\"}"}}';
		const reader = openCodexReader({since: 0});
		const lines = ['{"type":"thread.started","thread_id":"01a21cf1-c2bd-7882-9fc5-db32062b3e9a"}', message, '{"type":"turn.completed"}'];

		expect(
			pick(
				lines.flatMap(line => reader.readLine(line, 'out')),
				'final-message',
			),
		).toEqual([{type: 'final-message', text: '{"verdict":"approve"}'}]);
	});

	it.each(SUB_AGENT_CASES)('shows the sub-agent of %s with its work', name => {
		const facts = read(load(name));

		const [started, ...others] = pick(facts, 'sub-agent-started');
		const agent = started?.agent ?? '';
		expect(others).toEqual([]);
		expect(started).toEqual({type: 'sub-agent-started', agent, parent: null, name: 'rad_task', model: 'gpt-6.1-sol'});
		expect(pick(facts, 'sub-agent-ended')).toEqual([{type: 'sub-agent-ended', agent, status: 'completed', error: null}]);
		expect(pick(facts, 'tool-call').filter(call => call.agent === agent)).toMatchObject([
			{tool: 'apply_patch', writes: ['/workspace/rad_written.txt']},
		]);
		expect(textsOf(facts, 'tool', agent)).toEqual(['apply_patch add rad_written.txt']);
		expect(textsOf(facts, 'text', agent)).toEqual(['Step 1: calling exec.', 'Sub-agent report: the work is done.']);
	});

	it.each(CASES.filter(name => !SUB_AGENT_CASES.includes(name)))('finds no sub-agent in %s', name => {
		expect(pick(read(load(name)), 'sub-agent-started')).toEqual([]);
	});
});

const MAIN = '00000000-0000-7000-8000-000000000001';
const CHILD = '00000000-0000-7000-8000-000000000002';
const AT = '2026-11-22T12:00:00.000Z';

const anEvent = (event: object): string => JSON.stringify(event);
const aRow = (source: string, type: string, payload: object, timestamp = AT): RecordLine => ({
	source,
	text: JSON.stringify({timestamp, type, payload}),
});
const aMeta = (id: string, more: object = {}): RecordLine => aRow(id, 'session_meta', {id, session_id: MAIN, cwd: '/work', ...more});
const aContext = (id: string, model = 'gpt-x'): RecordLine => aRow(id, 'turn_context', {model});
const aUsage = (id: string, response: string, usage: object, timestamp = AT): RecordLine =>
	aRow(id, 'token_usage_record', {thread_id: id, session_id: MAIN, response_id: response, usage}, timestamp);
const aChild = aMeta(CHILD, {parent_thread_id: MAIN, agent_path: '/root/helper', agent_nickname: 'Ohm'});
const STARTED = anEvent({type: 'thread.started', thread_id: MAIN});
const USAGE = {input_tokens: 100, cached_input_tokens: 60, cache_write_input_tokens: 30, output_tokens: 20, reasoning_output_tokens: 5};
const COUNTED: Tokens = {input: 10, cacheRead: 60, cacheWrite: 30, cacheWrite1h: 0, output: 20, reasoning: 5};

const readRows = (records: readonly RecordLine[], out: readonly string[] = []): readonly AgentFact[] =>
	read({out: [STARTED, ...out], err: [], records});

describe('the records of a session', () => {
	it('tell how far a thread that is continued was used in this run', () => {
		const old = '2026-10-01T00:00:00.000Z';
		const records = [aMeta(MAIN), aContext(MAIN), aUsage(MAIN, 'r1', USAGE, old), aUsage(MAIN, 'r2', USAGE)];
		const turn = anEvent({type: 'turn.completed', usage: {...USAGE, input_tokens: 200, output_tokens: 40}});

		const facts = readRows(records, [turn]);

		expect(sumUsage(facts)).toEqual(COUNTED);
		expect(textsOf(facts, 'rad')).toEqual([]);
	});

	it('are compared with what Codex itself reports', () => {
		const turn = anEvent({type: 'turn.completed', usage: {...USAGE, output_tokens: 40}});

		const facts = readRows([aMeta(MAIN), aContext(MAIN), aUsage(MAIN, 'r1', USAGE)], [turn]);

		expect(textsOf(facts, 'rad')).toEqual([
			'codex itself reports 10 fresh, 60 read from and 30 written to the cache, 40 output (5 reasoning); its records of the responses sum up to 10 fresh, 60 read from and 30 written to the cache, 20 output (5 reasoning).',
		]);
		expect(sumUsage(facts)).toEqual(COUNTED);
	});

	it('are passed over when they are of another session', () => {
		const foreign = {session_id: 'another', thread_id: 'another'};
		const records = [
			aMeta('another', {session_id: 'another'}),
			aContext('another'),
			aRow('another', 'token_usage_record', {...foreign, response_id: 'r1', usage: USAGE}),
			aRow('another', 'event_msg', {type: 'task_complete'}),
		];

		expect(readRows(records)).toEqual(readRows([]));
	});

	it('are needed when an older thread is gone on with: its own sum holds what earlier runs used', () => {
		const reader = openCodexReader({since: SINCE, isContinued: true});
		const turn = JSON.stringify({type: 'turn.completed', usage: {input_tokens: 42_138, output_tokens: 10}});

		const facts = [
			...reader.readLine(JSON.stringify({type: 'thread.started', thread_id: MAIN}), 'out'),
			...reader.readLine(turn, 'out'),
			...reader.end(),
		];

		expect(pick(facts, 'usage')).toEqual([]);
		expect(pick(facts, 'unreadable')).toHaveLength(1);
	});

	it('count for the main conversation even if the first row was lost', () => {
		const facts = readRows([{source: MAIN, text: '{"timestamp":'}, aContext(MAIN), aUsage(MAIN, 'r1', USAGE)]);

		expect(pick(facts, 'usage')).toMatchObject([{agent: null, messageId: 'r1', provider: 'openai', model: 'gpt-x', tokens: COUNTED}]);
		expect(pick(facts, 'unreadable')).toHaveLength(1);
	});

	it('count once what a thread took over from the one it was copied from', () => {
		const copied = {...aUsage(MAIN, 'r1', USAGE), source: CHILD};

		const records = [aMeta(MAIN), aContext(MAIN), aUsage(MAIN, 'r1', USAGE), aChild, {...aMeta(MAIN), source: CHILD}, copied, aContext(CHILD)];

		const facts = readRows(records);

		expect(pick(facts, 'sub-agent-started').map(({name}) => name)).toEqual(['helper']);
		expect(pick(facts, 'usage')).toHaveLength(1);
		expect(sumUsage(facts)).toEqual(COUNTED);
	});

	it('price each response by the model of its time', () => {
		const facts = readRows([
			aMeta(MAIN),
			aContext(MAIN, 'gpt-x'),
			aUsage(MAIN, 'r1', USAGE),
			aRow(MAIN, 'event_msg', {type: 'thread_settings_applied', thread_id: MAIN, thread_settings: {model: 'gpt-y'}}),
			aUsage(MAIN, 'r2', USAGE),
		]);

		expect(pick(facts, 'usage').map(({model}) => model)).toEqual(['gpt-x', 'gpt-y']);
	});

	it('hang a sub-agent below the one that started it', () => {
		const grandchild = aMeta('g', {source: {subagent: {thread_spawn: {parent_thread_id: CHILD, agent_nickname: 'Volta'}}}});

		const facts = readRows([aMeta(MAIN), aChild, aContext(CHILD), grandchild, aContext('g')]);

		expect(pick(facts, 'sub-agent-started').map(({agent, parent, name}) => [agent, parent, name])).toEqual([
			[CHILD, null, 'helper'],
			['g', CHILD, 'Volta'],
		]);
	});

	it.each([
		['completed', null, [aRow(CHILD, 'event_msg', {type: 'task_complete', error: null})]],
		['failed', 'No quota.', [aRow(CHILD, 'event_msg', {type: 'task_complete', error: {message: '{"error":{"message":"No quota."}}'}})]],
		['lost', 'Its process ended before it did.', []],
		['cancelled', 'It was interrupted.', [aRow(CHILD, 'event_msg', {type: 'turn_aborted', reason: 'interrupted'})]],
	])('end a sub-agent as %s', (status, error, rows) => {
		const facts = readRows([aMeta(MAIN), aChild, aContext(CHILD), ...rows]);

		expect(pick(facts, 'sub-agent-ended')).toEqual([{type: 'sub-agent-ended', agent: CHILD, status, error}]);
	});

	it('do not wake a sub-agent of an earlier run', () => {
		const old = '2026-10-01T00:00:00.000Z';
		const records = [aMeta(MAIN), {...aChild, text: aChild.text.replace(AT, old)}, aUsage(CHILD, 'r1', USAGE, old)];

		expect(pick(readRows(records), 'sub-agent-started')).toEqual([]);
	});
});

describe('foreign text', () => {
	const aCount = fc.oneof(fc.constantFrom(-1, 0.5, 1e13, 1e300, -0, null, '7', true), fc.double(), fc.integer());

	it('never makes the reader throw', () => {
		const json = fc.json().map(text => `{"type":"item.completed","item":${text}}`);
		const row = fc.json().map(text => `{"timestamp":"${AT}","type":"event_msg","payload":${text}}`);
		const line = fc.oneof(fc.string(), fc.json(), json, row, fc.constantFrom('{"type":"turn.failed"}', '{"type":"error"}', '{"type":1}'));

		fc.assert(
			fc.property(fc.array(line), fc.array(fc.record({source: fc.constantFrom(MAIN, CHILD), text: line})), (out, records) => {
				expect(Array.isArray(read({out, err: out, records}))).toBe(true);
			}),
		);
	});

	it.each(['item.started', 'item.completed', 'event_msg'])('never makes the reader throw in any field of %s', type => {
		const kinds = ['command_execution', 'file_change', 'mcp_tool_call', 'web_search', 'collab_tool_call', 'agent_message', 'reasoning', 'error'];
		const recorded = ['CommandExecution', 'FileChange', 'McpToolCall', 'WebSearch', 'AgentMessage', 'Reasoning'];
		const keys = ['id', 'text', 'message', 'command', 'changes', 'arguments', 'result', 'error', 'content', 'summary_text', 'status', 'exit_code'];
		const item = fc.tuple(fc.constantFrom(...kinds, ...recorded), fc.dictionary(fc.constantFrom(...keys), fc.jsonValue()));

		fc.assert(
			fc.property(item, ([kind, fields]) => {
				const shown = {...fields, type: kind};
				const rows = [aChild, aRow(CHILD, type, {type: 'item_completed', item: shown})];
				expect(Array.isArray(readRows(rows, [anEvent({type, item: shown})]))).toBe(true);
			}),
		);
	});

	it('is told when it is no JSON object, and goes to the log', () => {
		const facts = read({out: ['oops', '[]', '{}'], err: [], records: []});

		expect(pick(facts, 'unreadable')).toHaveLength(3);
		expect(textsOf(facts, 'out')).toEqual(['oops', '[]']);
	});

	it('never enters a sum with counts that cannot be', () => {
		const usage = fc.record({
			input_tokens: aCount,
			cached_input_tokens: aCount,
			cache_write_input_tokens: aCount,
			output_tokens: aCount,
			reasoning_output_tokens: aCount,
		});
		fc.assert(
			fc.property(usage, usage, (row, turn) => {
				const facts = readRows([aMeta(MAIN), aUsage(MAIN, 'r1', row)], [anEvent({type: 'turn.completed', usage: turn})]);

				for (const {tokens} of pick(facts, 'usage')) {
					for (const count of Object.values(tokens)) expect(Number.isSafeInteger(count) && count >= 0 && count <= 1e12).toBe(true);
					expect(tokens.reasoning).toBeLessThanOrEqual(tokens.output);
				}
			}),
		);
	});

	it.each([
		{...USAGE, input_tokens: -1},
		{...USAGE, output_tokens: 1.5},
		{...USAGE, output_tokens: 2e12},
		{...USAGE, cached_input_tokens: 101},
		{...USAGE, reasoning_output_tokens: 21},
		{...USAGE, input_tokens: undefined},
	])('is told when it cannot be true: %j', usage => {
		const facts = readRows([aMeta(MAIN), aUsage(MAIN, 'r1', usage)]);

		expect(pick(facts, 'usage')).toEqual([]);
		expect(pick(facts, 'unreadable')).toHaveLength(1);
	});

	it.each(['basic', 'subagent', 'stream-error'])('counts rows of %s once however often they come', name => {
		const whole = load(name);
		const records = whole.records;

		fc.assert(
			fc.property(fc.array(fc.nat(records.length - 1), {maxLength: 20}), again => {
				const repeated = records.flatMap((line, index) => (again.includes(index) ? [line, line, line] : [line]));
				const facts = read({...whole, out: whole.out.flatMap(line => [line, line]), records: [...repeated, ...records]});

				expect(sumUsage(facts)).toEqual(toTokens(readExpected(name).total));
				expect(pick(facts, 'tool-call')).toEqual(pick(read(whole), 'tool-call'));
				expect(pick(facts, 'sub-agent-ended')).toEqual(pick(read(whole), 'sub-agent-ended'));
			}),
			{numRuns: 20},
		);
	});

	it('tells the same however its bytes were cut', () => {
		const whole = load('edit');
		const bytes = Buffer.from(readText('edit', 'stdout.ndjson'));

		fc.assert(
			fc.property(fc.array(fc.nat(bytes.length), {maxLength: 30}), cuts => {
				const splitter = createLineSplitter({maxBytes: 1024 * 1024});
				const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
				const lines = places.slice(1).flatMap((place, index) => splitter.write(bytes.subarray(places[index], place)));

				expect(read({...whole, out: [...lines, ...splitter.end()]})).toEqual(read(whole));
			}),
			{numRuns: 30},
		);
	});
});
