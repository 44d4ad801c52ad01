import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {AgentFact} from '../../../source/agents/engine.ts';
import type {AgentEvent} from '../../../source/agents/engines/api/agent-event.ts';
import {openApiReader} from '../../../source/agents/engines/api/api-reader.ts';

const read = (...lines: readonly string[]): readonly AgentFact[] => {
	const reader = openApiReader();
	return [...lines.flatMap(line => reader.readLine(line, 'out')), ...reader.end()];
};
const readEvents = (...events: readonly AgentEvent[]): readonly AgentFact[] => read(...events.map(event => JSON.stringify(event)));

const TOKENS = {input: 10, cacheRead: 100, cacheWrite: 20, cacheWrite1h: 5, output: 7, reasoning: 2};

describe('openApiReader', () => {
	it('tells the session', () => {
		expect(readEvents({type: 'session', sessionId: 's-1', model: 'gpt-5.1'})).toEqual([
			{type: 'session', sessionId: 's-1', model: 'gpt-5.1', version: null},
		]);
	});

	it('tells what was said line by line, what was thought in one, and what went wrong', () => {
		const facts = readEvents(
			{type: 'text', text: 'One.\n\nTwo.\n'},
			{type: 'thought', text: 'first\n second'},
			{type: 'note', text: 'Trying again.'},
		);

		expect(facts).toEqual([
			{type: 'log', agent: null, kind: 'text', text: 'One.'},
			{type: 'log', agent: null, kind: 'text', text: ''},
			{type: 'log', agent: null, kind: 'text', text: 'Two.'},
			{type: 'log', agent: null, kind: 'think', text: 'first second'},
			{type: 'log', agent: null, kind: 'err', text: 'Trying again.'},
		]);
	});

	it('tells usage that it knows, and counts what nobody knows', () => {
		const usage = {type: 'usage', responseId: 'r-1', provider: 'openai', model: 'gpt-5.1', tier: null, tokens: TOKENS} as const;

		expect(readEvents({...usage, tier: 'flex'})).toMatchObject([{type: 'usage', tier: 'flex'}]);
		expect(readEvents(usage, {type: 'usage-unknown', responseId: 'r-2', reason: 'no chunk had usage'})).toEqual([
			{type: 'usage', agent: null, messageId: 'r-1', provider: 'openai', model: 'gpt-5.1', tokens: TOKENS},
			{type: 'unreadable', reason: 'The usage of the response r-2 is not known: no chunk had usage.'},
		]);
	});

	it.each([{...TOKENS, input: -1}, {...TOKENS, output: 1.5}, {...TOKENS, reasoning: 8}, {...TOKENS, cacheRead: 1e15}, {input: 1}])(
		'believes no usage of %j',
		tokens => {
			const line = JSON.stringify({type: 'usage', responseId: 'r', provider: 'openai', model: 'm', tokens});

			expect(read(line)).toEqual([{type: 'unreadable', reason: 'A usage that cannot be true.'}]);
		},
	);

	it('tells calls with the files that they write', () => {
		const facts = readEvents(
			{type: 'tool-call', callId: 'c-1', tool: 'write', input: {path: 'src/a.js', content: 'x\n'}},
			{type: 'tool-result', callId: 'c-1', isError: false, text: 'src/a.js was written.'},
			{type: 'tool-call', callId: 'c-2', tool: 'shell', input: {command: 'npm test'}},
			{type: 'tool-result', callId: 'c-2', isError: true, text: 'oh\n[It ended with exit code 1.]'},
			{type: 'tool-call', callId: 'c-3', tool: 'read', input: {path: 'b'}},
		);

		expect(facts).toEqual([
			{type: 'tool-call', agent: null, callId: 'c-1', tool: 'write', argumentsJson: '{"path":"src/a.js","content":"x\\n"}', writes: ['src/a.js']},
			{type: 'log', agent: null, kind: 'tool', text: 'write src/a.js'},
			{type: 'tool-result', agent: null, callId: 'c-1', isError: false},
			{type: 'log', agent: null, kind: 'result', text: 'src/a.js was written.'},
			{type: 'tool-call', agent: null, callId: 'c-2', tool: 'shell', argumentsJson: '{"command":"npm test"}', writes: []},
			{type: 'log', agent: null, kind: 'tool', text: 'shell npm test'},
			{type: 'tool-result', agent: null, callId: 'c-2', isError: true},
			{type: 'log', agent: null, kind: 'result', text: 'failed: oh'},
			{type: 'log', agent: null, kind: 'result', text: '[It ended with exit code 1.]'},
			{type: 'tool-call', agent: null, callId: 'c-3', tool: 'read', argumentsJson: '{"path":"b"}', writes: []},
			{type: 'log', agent: null, kind: 'tool', text: 'read b'},
		]);
	});

	it('tells the last message exactly, and the verdict', () => {
		expect(readEvents({type: 'result', isError: false, text: 'Done.\n/restore\n'})).toEqual([
			{type: 'final-message', text: 'Done.\n/restore\n'},
			{type: 'verdict', isError: false, reason: null, cause: null},
		]);
	});

	it.each([
		['The model call failed (401): no.', 401, 'authentication'],
		['There is no API key for google: set GEMINI_API_KEY or GOOGLE_API_KEY.', null, 'authentication'],
		['The model call failed (429): slow down.', 429, 'rate_limit'],
		['The network connection broke off in the middle of an answer: terminated.', null, 'network'],
		['The model could not be reached over the network: fetch failed.', null, 'network'],
		['The work was not done after 100 answers of the model.', null, null],
	])('finds the cause of: %s', (reason, status, cause) => {
		expect(readEvents({type: 'result', isError: true, reason, status})).toEqual([{type: 'verdict', isError: true, reason, cause}]);
	});

	it('shows standard error', () => {
		expect(openApiReader().readLine('oh', 'err')).toEqual([{type: 'log', agent: null, kind: 'err', text: 'oh'}]);
	});

	it('counts and shows a line that is no JSON object, and passes over events that it does not know', () => {
		expect(read('Segmentation fault', '', '{"type":"new"}', '{}')).toEqual([
			{type: 'log', agent: null, kind: 'out', text: 'Segmentation fault'},
			{type: 'unreadable', reason: 'A line that is no JSON object.'},
		]);
	});

	it('takes a result for a failure unless it says otherwise', () => {
		expect(read('{"type":"result"}')).toEqual([{type: 'verdict', isError: true, reason: 'The engine reported an error.', cause: null}]);
	});

	it('does not parse a line of more than 16 MiB', () => {
		const facts = read(`{"type":"text","text":"${'x'.repeat(17 * 1024 * 1024)}"}`);

		expect(facts.at(-1)).toEqual({type: 'unreadable', reason: 'A line of 17825817 characters.'});
		expect(JSON.stringify(facts).length).toBeLessThan(500);
	});

	it('never throws and never counts below zero, whatever the events hold', () => {
		const key = fc.constantFrom(
			'type',
			'text',
			'tokens',
			'responseId',
			'callId',
			'tool',
			'input',
			'path',
			'isError',
			'reason',
			'status',
			'__proto__',
		);
		const type = fc.constantFrom('session', 'text', 'thought', 'note', 'usage', 'usage-unknown', 'tool-call', 'tool-result', 'result');
		const tokens = fc.record(Object.fromEntries(Object.keys(TOKENS).map(name => [name, fc.oneof(fc.integer(), fc.double(), fc.nat(20))])));
		const leaf = fc.oneof(
			type,
			fc.constantFrom('write', 'toString'),
			tokens,
			fc.string(),
			fc.integer(),
			fc.double(),
			fc.boolean(),
			fc.constant(null),
		);
		const {event} = fc.letrec(tie => ({
			event: fc.dictionary(key, fc.oneof({maxDepth: 3}, leaf, fc.array(tie('event'), {maxLength: 2}), tie('event'))),
		}));
		const typed = fc.tuple(type, event).map(([name, value]) => ({...value, type: name}));
		const line = fc.oneof(
			typed.map(value => JSON.stringify(value)),
			event.map(value => JSON.stringify(value)),
			fc.string(),
		);

		fc.assert(
			fc.property(fc.array(line, {maxLength: 8}), lines => {
				for (const fact of read(...lines)) {
					if (fact.type !== 'usage') continue;
					expect(Object.values(fact.tokens).every(count => Number.isSafeInteger(count) && count >= 0)).toBe(true);
					expect(fact.tokens.cacheWrite1h).toBeLessThanOrEqual(fact.tokens.cacheWrite);
					expect(fact.tokens.reasoning).toBeLessThanOrEqual(fact.tokens.output);
				}
			}),
			{numRuns: 300},
		);
	});
});
