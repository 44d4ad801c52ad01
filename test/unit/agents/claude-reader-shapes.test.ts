import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {AgentFact} from '../../../source/agents/engine.ts';
import {openClaudeReader} from '../../../source/agents/engines/claude-stream/claude-reader.ts';
import {pick} from '../../support/facts.ts';

const read = (...lines: readonly string[]): readonly AgentFact[] => {
	const reader = openClaudeReader({since: 0});
	return [...lines.flatMap(line => reader.readLine(line, 'out')), ...reader.end()];
};
const readEvents = (...events: readonly unknown[]): readonly AgentFact[] => read(...events.map(event => JSON.stringify(event)));
const logs = (facts: readonly AgentFact[]): readonly string[] =>
	pick(facts, 'log').map(({agent, kind, text}) => `${agent ?? 'main'} ${kind}: ${text}`);

const USAGE = {input_tokens: 10, cache_read_input_tokens: 100, cache_creation_input_tokens: 20, output_tokens: 2};
const assistant = (content: readonly unknown[], more: Record<string, unknown> = {}) => ({
	type: 'assistant',
	message: {id: 'msg_1', model: 'claude-opus-5-5', content, usage: USAGE},
	parent_tool_use_id: null,
	...more,
});
const toolUse = (name: string, input: unknown, id = 'call_1') => ({type: 'tool_use', id, name, input});
const toolResult = (content: unknown, more: Record<string, unknown> = {}) => ({
	type: 'user',
	message: {content: [{type: 'tool_result', tool_use_id: 'call_1', content, ...more}]},
	parent_tool_use_id: null,
});
const INIT = {type: 'system', subtype: 'init', cwd: '/workspace', session_id: 's-1', model: 'claude-opus-4-8[1m]', claude_code_version: '2.1.197'};
const models = (output: number) => ({
	'claude-opus-5-5': {inputTokens: 10, outputTokens: output, cacheReadInputTokens: 100, cacheCreationInputTokens: 20, costUSD: 0.5},
});

describe('what people see', () => {
	it('shows a tool call as one line, with the path below the work folder', () => {
		const facts = readEvents(
			INIT,
			assistant([
				toolUse('Write', {file_path: '/workspace/src/a b.js', content: 'x\ny'}),
				toolUse('Bash', {command: 'npm  test\n--', description: 'Run'}, 'call_2'),
			]),
		);

		expect(logs(facts)).toEqual(['main tool: Write src/a b.js', 'main tool: Bash npm test --']);
	});

	it('keeps the lines of a text, folds what was thought, and shortens results', () => {
		const facts = readEvents(
			assistant([
				{type: 'thinking', thinking: 'first\n  second'},
				{type: 'text', text: 'One.\n\nTwo.\n'},
			]),
			toolResult(Array.from({length: 202}, (_, index) => `${index + 1}\n`).join('')),
			toolResult([{type: 'text', text: 'seen'}, {type: 'image'}], {is_error: true}),
		);

		expect(logs(facts)).toEqual([
			'main think: first second',
			'main text: One.',
			'main text: ',
			'main text: Two.',
			...Array.from({length: 200}, (_, index) => `main result: ${index + 1}`),
			'main result: … 2 more lines',
			'main result: failed: seen',
			'main result: [image]',
		]);
		expect(pick(facts, 'tool-result').map(fact => fact.isError)).toEqual([false, true]);
	});

	it('never cuts a character in half', () => {
		const facts = readEvents(assistant([{type: 'thinking', thinking: '😀'.repeat(500)}]));

		expect(logs(facts)[0]).toMatch(/^main think: (😀)+…$/u);
	});

	it('tells of retries, refusals and standard error', () => {
		const reader = openClaudeReader({since: 0});
		const retry = {type: 'system', subtype: 'api_retry', attempt: 2, max_retries: 10, error_status: 529, error: 'overloaded'};

		const facts = [...reader.readLine(JSON.stringify(retry), 'out'), ...reader.readLine('warning: old node', 'err')];

		expect(logs(facts)).toEqual(['main err: The model call failed (529 overloaded); trying again, 2 of 10.', 'main err: warning: old node']);
	});
});

describe('what others compute with', () => {
	it('tells the session once, without the mark of a long context', () => {
		expect(pick(readEvents(INIT, INIT), 'session')).toEqual([{type: 'session', sessionId: 's-1', model: 'claude-opus-4-8', version: '2.1.197'}]);
	});

	it('names the files that a call writes, and no file for a shell', () => {
		const calls = [
			toolUse('Write', {file_path: '/w/a', content: ''}, '1'),
			toolUse('MultiEdit', {file_path: '/w/b', edits: []}, '2'),
			toolUse('NotebookEdit', {notebook_path: '/w/c'}, '3'),
			toolUse('Bash', {command: 'touch d'}, '4'),
			toolUse('constructor', {file_path: '/w/e'}, '5'),
		];

		expect(pick(readEvents(assistant(calls)), 'tool-call').map(fact => fact.writes)).toEqual([['/w/a'], ['/w/b'], ['/w/c'], [], []]);
	});

	it('tells a call once, also when its event comes again', () => {
		const event = assistant([toolUse('Read', {file_path: '/w/a'})]);

		expect(pick(readEvents(event, event), 'tool-call')).toHaveLength(1);
	});

	it('keeps a large write whole, and marks what it had to shorten', () => {
		const write = (length: number) =>
			readEvents(assistant([toolUse('Write', {file_path: '/w/a', content: 'x'.repeat(length), rad_shortened: null})]));
		const argumentsOf = (facts: readonly AgentFact[]) => JSON.parse(pick(facts, 'tool-call')[0]?.argumentsJson ?? '') as Record<string, unknown>;

		expect(argumentsOf(write(250_000))['content']).toHaveLength(250_000);
		expect(argumentsOf(write(300_000))).toMatchObject({file_path: '/w/a', rad_shortened: 300_054});
		expect(String(argumentsOf(write(300_000))['content']).length).toBeLessThan(2000);
	});

	it('tells when the limit that refused a question is lifted, and nothing of one that was only told of', () => {
		const limit = (status: string) => ({type: 'rate_limit_event', rate_limit_info: {status, resetsAt: 1_778_565_600, rateLimitType: 'five_hour'}});
		const refused = {type: 'result', is_error: true, api_error_status: 429, result: "You've hit your limit · resets 2pm (Asia/Shanghai)"};
		const verdictOf = (...events: ReadonlyArray<Record<string, unknown>>) => pick(readEvents(...events), 'verdict').at(-1);

		expect(verdictOf(limit('rejected'), refused)).toMatchObject({cause: 'rate_limit', resetsAt: 1_778_565_600_000});
		expect(verdictOf(limit('allowed_warning'), refused)).not.toHaveProperty('resetsAt');
		expect(verdictOf(limit('rejected'), limit('allowed'), refused)).not.toHaveProperty('resetsAt');
		expect(verdictOf(limit('rejected'), {type: 'result', is_error: true, result: 'no such file'})).not.toHaveProperty('resetsAt');
		expect(verdictOf({type: 'rate_limit_event', rate_limit_info: {status: 'rejected', resetsAt: 'soon'}}, refused)).not.toHaveProperty('resetsAt');
		expect(verdictOf(limit('rejected'), {type: 'result', is_error: false, result: 'Done.'})).not.toHaveProperty('resetsAt');
	});

	it('reads the verdict from is_error, not from the word success', () => {
		const facts = readEvents(
			{type: 'result', subtype: 'success', is_error: true, result: 'API Error: 400'},
			{type: 'result', subtype: 'success', is_error: false, result: 'Done.'},
		);

		expect(pick(facts, 'verdict').map(({isError, reason}) => [isError, reason])).toEqual([
			[true, 'API Error: 400'],
			[false, null],
		]);
		expect(pick(facts, 'final-message')).toEqual([{type: 'final-message', text: 'Done.'}]);
	});

	it('hands over the answer to a schema, as 2.1.330 prints it, also where no word was said', () => {
		const result = {type: 'result', subtype: 'success', is_error: false, terminal_reason: 'completed', num_turns: 3};
		const facts = readEvents(
			{...result, result: '{"verdict":"approve"}', structured_output: {verdict: 'approve'}},
			{...result, result: '', structured_output: null},
			{...result, is_error: true, result: 'API Error: 400', structured_output: {verdict: 'approve'}},
		);

		expect(pick(facts, 'final-message')).toEqual([
			{type: 'final-message', text: '{"verdict":"approve"}', answer: {verdict: 'approve'}},
			{type: 'final-message', text: '', answer: null},
		]);
	});

	it('tells the service tier of a message where it is none of the usual', () => {
		const inTier = (usage: object) =>
			readEvents({type: 'assistant', message: {id: 'm', model: 'claude-opus-5', content: [], usage: {...USAGE, ...usage}}, parent_tool_use_id: null});

		expect(pick(inTier({service_tier: 'standard', speed: 'fast'}), 'usage')).toMatchObject([{tier: 'fast'}]);
		expect(pick(inTier({service_tier: 'batch'}), 'usage')).toMatchObject([{tier: 'batch'}]);
		expect(pick(inTier({service_tier: 'standard', speed: 'standard'}), 'usage')[0]).not.toHaveProperty('tier');
	});

	it('passes on no cost of a model whose price the engine does not know', () => {
		const usage = {known: {outputTokens: 1, costUSD: 0.000000001}, unknown: {outputTokens: 1, costUSD: 3, costBasis: 'unknown'}};

		expect(pick(readEvents({type: 'result', is_error: false, modelUsage: usage}), 'reported-cost')).toEqual([
			{type: 'reported-cost', model: 'known', costNanoUsd: 1},
		]);
	});

	it('adds up costs since the last result, and takes a total where there is nothing else', () => {
		const since = (costUSD: number) => ({
			type: 'result',
			is_error: false,
			modelUsage: {m: {costUSD: 99}},
			model_usage_since_last_result: {m: {costUSD}},
		});
		const total = (costUSD: number) => ({type: 'result', is_error: false, modelUsage: {m: {costUSD}}});

		expect(pick(readEvents(since(0.25), since(0.5)), 'reported-cost').at(-1)?.costNanoUsd).toBe(750_000_000);
		expect(pick(readEvents(total(0.25), total(0.5)), 'reported-cost').at(-1)?.costNanoUsd).toBe(500_000_000);
	});

	it('adds nothing when the sums call the model by another name than its messages', () => {
		const facts = readEvents(assistant([]), {
			type: 'result',
			is_error: false,
			modelUsage: {'eu.claude-opus': {inputTokens: 10, cacheReadInputTokens: 100, cacheCreationInputTokens: 20, outputTokens: 7}},
		});

		expect(pick(facts, 'usage').reduce((sum, {tokens}) => sum + tokens.input + tokens.cacheRead + tokens.cacheWrite + tokens.output, 0)).toBe(137);
	});
});

describe('sub-agents', () => {
	const start = assistant([toolUse('Task', {description: 'Look around'}, 'call_9')]);
	const work = (agent: string, callId: string, text: string, id: string) =>
		assistant([{type: 'text', text}], {
			parent_tool_use_id: callId,
			agent_id: agent,
			message: {id, model: 'claude-opus-5-5', content: [{type: 'text', text}], usage: USAGE},
		});

	it('takes the name from the call, when nothing else tells it, and ends with the result of the call', () => {
		const facts = readEvents(
			start,
			assistant([{type: 'text', text: 'hm'}], {parent_tool_use_id: 'call_9'}),
			toolResult('found', {tool_use_id: 'call_9'}),
		);

		expect(facts.filter(fact => fact.type.startsWith('sub-agent'))).toEqual([
			{type: 'sub-agent-started', agent: 'call_9', parent: null, name: 'Look around', model: 'claude-opus-5-5'},
			{type: 'sub-agent-ended', agent: 'call_9', status: 'completed', error: null},
		]);
	});

	it('knows which sub-agent started another one', () => {
		const facts = readEvents(
			start,
			{
				type: 'system',
				subtype: 'task_started',
				task_id: 'a',
				tool_use_id: 'call_9',
				subagent_type: 'x',
				description: 'Look around',
				is_backgrounded: true,
			},
			assistant([toolUse('Agent', {description: 'Deeper'}, 'call_10')], {parent_tool_use_id: 'call_9', agent_id: 'a'}),
			{
				type: 'system',
				subtype: 'task_started',
				task_id: 'b',
				tool_use_id: 'call_10',
				subagent_type: 'x',
				description: 'Deeper',
				is_backgrounded: true,
			},
		);

		expect(pick(facts, 'sub-agent-started').map(({agent, parent}) => [agent, parent])).toEqual([
			['a', null],
			['b', 'a'],
		]);
	});

	it('loses those whose end was never told, and believes an update where the notice is missing', () => {
		const task = (id: string) => ({
			type: 'system',
			subtype: 'task_started',
			task_id: id,
			tool_use_id: `call-${id}`,
			subagent_type: 'x',
			is_backgrounded: true,
		});

		const facts = readEvents(task('a'), task('b'), {type: 'system', subtype: 'task_updated', task_id: 'b', patch: {status: 'killed'}});

		expect(pick(facts, 'sub-agent-ended').map(({agent, status}) => [agent, status])).toEqual([
			['a', 'lost'],
			['b', 'cancelled'],
		]);
	});

	it('takes a shell command in the background for no agent', () => {
		expect(readEvents({type: 'system', subtype: 'task_started', task_id: 'a', task_type: 'local_bash', description: 'npm start'})).toEqual([]);
	});

	it('spreads output that nobody itemised by what each was seen to write, to the last token', () => {
		const facts = readEvents(work('a', 'call_1', 'x'.repeat(300), 'msg_a'), work('b', 'call_2', 'x'.repeat(100), 'msg_b'), {
			type: 'result',
			is_error: false,
			usage: {input_tokens: 0, output_tokens: 0},
			modelUsage: {'claude-opus-5-5': {inputTokens: 20, cacheReadInputTokens: 200, cacheCreationInputTokens: 40, outputTokens: 4 + 1001}},
		});

		const settled = pick(facts, 'usage').filter(fact => fact.messageId.startsWith('result:'));
		expect(settled.map(({agent, tokens}) => [agent, tokens.output])).toEqual([
			['a', 750],
			['b', 251],
		]);
	});

	it("takes back from a sub-agent what a later result shows to be the main conversation's", () => {
		const result = (output: number) => ({
			type: 'result',
			is_error: false,
			usage: {...USAGE, input_tokens: 0, cache_read_input_tokens: 0, cache_creation_input_tokens: 0, output_tokens: output},
		});

		const facts = readEvents(
			assistant([]),
			work('a', 'call_1', 'x', 'msg_a'),
			{...result(12), model_usage_since_last_result: models(104)},
			{...result(30), model_usage_since_last_result: {}},
		);

		expect(
			pick(facts, 'usage')
				.slice(2)
				.map(({agent, tokens}) => [agent, tokens.output]),
		).toEqual([
			[null, 10],
			['a', 90],
			[null, 40],
			['a', 60],
		]);
	});
});

describe('hostile output', () => {
	it('counts and shows a line that is no JSON object', () => {
		expect(read('Segmentation fault', '[1]', '', '{"half": ')).toEqual([
			{type: 'log', agent: null, kind: 'out', text: 'Segmentation fault'},
			{type: 'unreadable', reason: 'A line that is no JSON object.'},
			{type: 'log', agent: null, kind: 'out', text: '[1]'},
			{type: 'unreadable', reason: 'A line that is no JSON object.'},
			{type: 'log', agent: null, kind: 'out', text: '{"half":'},
			{type: 'unreadable', reason: 'A line that is no JSON object.'},
		]);
	});

	it('passes over events of types that it does not know', () => {
		expect(readEvents({type: 'rate_limit_event'}, {type: 'system', subtype: 'new_thing'}, {type: 'toString'})).toEqual([]);
	});

	it('does not parse a line of more than 16 MiB', () => {
		const facts = read(`{"type":"assistant","x":"${'x'.repeat(17 * 1024 * 1024)}"}`);

		expect(pick(facts, 'unreadable')).toEqual([{type: 'unreadable', reason: 'A line of 17825819 characters.'}]);
		expect(logs(facts)[0]?.length).toBeLessThan(300);
	});

	it('survives arguments that are nested 100,000 deep', () => {
		const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
		const facts = read(
			`{"type":"assistant","message":{"id":"m","model":"m","content":[{"type":"tool_use","id":"c","name":"Write","input":{"file_path":"/w/a","content":${deep}}}]}}`,
		);

		expect(pick(facts, 'tool-call')).toEqual([
			{type: 'tool-call', agent: null, callId: 'c', tool: 'Write', argumentsJson: '{"rad_shortened":-1}', writes: ['/w/a']},
		]);
	});

	it('believes no impossible count', () => {
		const usage = {input_tokens: -1, output_tokens: 5};
		const facts = readEvents(
			{type: 'assistant', message: {id: 'm', model: 'm', content: [], usage}},
			{type: 'result', is_error: false, modelUsage: {m: {outputTokens: 1e300, inputTokens: 'x'}}},
		);

		expect(pick(facts, 'usage')).toEqual([]);
		expect(pick(facts, 'unreadable')).toHaveLength(1);
	});

	it('is not led astray by __proto__', () => {
		const before = Object.keys(Object.prototype).length;

		const facts = read(
			'{"__proto__":{"type":"result"},"type":"assistant","message":{"id":"m","model":"__proto__","content":[],"usage":{"__proto__":{"input_tokens":9},"input_tokens":1,"output_tokens":1}},"agent_id":"__proto__"}',
			'{"type":"result","is_error":false,"modelUsage":{"__proto__":{"inputTokens":5,"outputTokens":2}}}',
		);

		expect(Object.keys(Object.prototype)).toHaveLength(before);
		expect(pick(facts, 'usage').map(({agent, model, tokens}) => [agent, model, tokens.input])).toEqual([
			['__proto__', '__proto__', 1],
			['__proto__', '__proto__', 4],
		]);
	});

	it('never throws and never counts below zero, whatever the events hold', () => {
		const key = fc.constantFrom(
			'type',
			'subtype',
			'message',
			'content',
			'usage',
			'id',
			'model',
			'agent_id',
			'parent_tool_use_id',
			'modelUsage',
			'input',
			'event',
			'task_id',
			'is_error',
			'text',
			'__proto__',
		);
		const leaf = fc.oneof(
			fc.constantFrom(
				'assistant',
				'user',
				'result',
				'system',
				'stream_event',
				'init',
				'task_started',
				'tool_use',
				'tool_result',
				'text',
				'message_delta',
				'message_start',
			),
			fc.string(),
			fc.integer(),
			fc.double(),
			fc.boolean(),
			fc.constant(null),
		);
		const {event} = fc.letrec(tie => ({
			event: fc.dictionary(key, fc.oneof({maxDepth: 4}, leaf, fc.array(tie('event'), {maxLength: 2}), tie('event'))),
		}));

		fc.assert(
			fc.property(
				fc.array(
					fc.oneof(
						event.map(value => JSON.stringify(value)),
						fc.string(),
					),
					{maxLength: 8},
				),
				lines => {
					for (const fact of pick(read(...lines), 'usage')) {
						const {input, cacheRead, cacheWrite, cacheWrite1h, output, reasoning} = fact.tokens;
						expect([input, cacheRead, cacheWrite, cacheWrite1h, output, reasoning].every(count => Number.isSafeInteger(count) && count >= 0)).toBe(
							true,
						);
						expect(cacheWrite1h).toBeLessThanOrEqual(cacheWrite);
						expect(reasoning).toBeLessThanOrEqual(output);
					}
				},
			),
			{numRuns: 200},
		);
	});
});
