import {readdirSync, readFileSync} from 'node:fs';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {AgentFact, RecordReader} from '../../../source/agents/engine.ts';
import {openCopilotReader} from '../../../source/agents/engines/copilot/copilot-reader.ts';
import {openQwenReader} from '../../../source/agents/engines/qwen/qwen-reader.ts';
import type {Tokens} from '../../../source/domain/tokens.ts';
import {cutLines, type Expected, pick, sumUsage, toTokens} from '../../support/facts.ts';

// Programs that rad does not run, whose sessions it imports.

const RECORDINGS = new URL('../../fixtures/recordings/', import.meta.url);

type Program = {
	readonly folder: string;
	readonly open: () => RecordReader;
	readonly cases: readonly string[];
	/** What the program can tell of what was served. */
	readonly toCountable: (served: Tokens) => Tokens;
};

const COPILOT: Program = {
	folder: 'copilot/1.0.102',
	open: openCopilotReader,
	cases: ['openai-chat', 'hooks-full', 'subagent'],
	// How long a cache lives is not told.
	toCountable: served => ({...served, cacheWrite1h: 0}),
};
const QWEN: Program = {
	folder: 'qwen-code/0.15.10',
	open: openQwenReader,
	cases: ['basic', 'subagent'],
	// Nor is what was written to it, which is plain input then.
	toCountable: served => ({...served, input: served.input + served.cacheWrite, cacheWrite: 0, cacheWrite1h: 0}),
};

const readText = (name: string): string => readFileSync(new URL(name, RECORDINGS), 'utf8');
const loadSession = ({folder}: Program, name: string): Buffer => {
	const [file = ''] = readdirSync(new URL(`${folder}/${name}/`, RECORDINGS), {recursive: true, encoding: 'utf8'}).filter(path =>
		path.endsWith('.jsonl'),
	);
	return readFileSync(new URL(`${folder}/${name}/${file}`, RECORDINGS));
};
const read = ({open}: Program, lines: readonly string[]): readonly AgentFact[] => {
	const {readRecord, end} = open();
	return [...lines.flatMap(text => readRecord({source: 's', text})), ...end()];
};
const readSession = (program: Program, name: string): readonly AgentFact[] => read(program, loadSession(program, name).toString('utf8').split('\n'));

type StreamCall = {readonly callId: string; readonly tool: string; readonly isOfSubAgent: boolean};

const parseLines = (text: string): ReadonlyArray<Record<string, unknown>> =>
	text
		.split('\n')
		.filter(line => line !== '')
		.map(line => JSON.parse(line) as Record<string, unknown>);

/** The calls of tools in the output of the same run, which rad does not read. */
const callsOfOutput = ({folder}: Program, name: string): readonly StreamCall[] =>
	parseLines(readText(`${folder}/${name}/stdout.ndjson`)).flatMap(event => {
		const data = event['data'] as Record<string, unknown> | undefined;
		if (event['type'] === 'tool.execution_start')
			return [{callId: String(data?.['toolCallId']), tool: String(data?.['toolName']), isOfSubAgent: 'agentId' in event}];
		const message = event['message'] as {readonly content?: ReadonlyArray<Record<string, unknown>>} | undefined;
		return (message?.content ?? [])
			.filter(({type}) => type === 'tool_use')
			.map(({id, name: tool}) => ({callId: String(id), tool: String(tool), isOfSubAgent: event['parent_tool_use_id'] !== null}));
	});

describe.each([COPILOT, QWEN])('the reader of what $folder keeps', program => {
	it.each(program.cases)('sums up to what was served of %s, sub-agents apart', name => {
		const facts = readSession(program, name);
		const {kinds, models} = JSON.parse(readText(`${program.folder}/${name}/expected.json`)) as Expected;

		expect(sumUsage(facts, agent => agent === null)).toEqual(program.toCountable(toTokens(kinds['main'])));
		expect(sumUsage(facts, agent => agent !== null)).toEqual(program.toCountable(toTokens(kinds['sub'])));
		for (const [model, served] of Object.entries(models))
			expect(sumUsage(facts, (_, used) => used === model)).toEqual(program.toCountable(toTokens(served)));
		expect(pick(facts, 'sub-agent-started')).toHaveLength(name === 'subagent' ? 1 : 0);
		expect(pick(facts, 'unreadable')).toEqual([]);
	});

	it.each(program.cases)('finds the tool calls that the output of %s tells, each with its result', name => {
		const facts = readSession(program, name);
		const calls = pick(facts, 'tool-call');
		const told = callsOfOutput(program, name);

		expect(calls.map(({tool, agent}) => [tool, agent !== null]).sort()).toEqual(told.map(({tool, isOfSubAgent}) => [tool, isOfSubAgent]).sort());
		const ofMain = told.filter(({isOfSubAgent}) => !isOfSubAgent).map(({callId}) => callId);
		expect(calls.filter(({agent}) => agent === null).map(({callId}) => callId)).toEqual(ofMain);
		expect(pick(facts, 'tool-result').map(({callId, isError}) => [callId, isError])).toEqual(
			expect.arrayContaining(calls.map(({callId}) => [callId, false])),
		);
	});

	it('reads the same whatever pieces the file comes in', () => {
		const bytes = loadSession(program, 'subagent');
		const whole = read(program, cutLines(bytes, []));

		fc.assert(
			fc.property(fc.array(fc.nat(bytes.length), {maxLength: 12}), cuts => {
				expect(read(program, cutLines(bytes, cuts))).toEqual(whole);
			}),
			{numRuns: 30},
		);
	});

	it('never throws, and counts nothing that cannot be true, whatever stands where a value was', () => {
		const rows = parseLines(loadSession(program, 'subagent').toString('utf8'));
		const served = sumUsage(readSession(program, 'subagent'));
		const garbage = fc.oneof(
			fc.constantFrom(-1, -0, 1.5, 1e300, null, '7', true, [], {}, [[]], '__proto__', 'toString'),
			fc.string(),
			fc.jsonValue({maxDepth: 3}),
		);

		fc.assert(
			fc.property(fc.array(fc.tuple(fc.nat(), fc.nat(), garbage), {minLength: 1, maxLength: 20}), changes => {
				const spoilt = rows.map(row => structuredClone(row));
				for (const [at, leaf, value] of changes) spoil(spoilt[at % spoilt.length] ?? {}, leaf, value);
				const sum = sumUsage(read(program, ['no json', '[]', ...spoilt.map(row => JSON.stringify(row))]));
				for (const [bucket, count] of Object.entries(sum)) {
					expect(Number.isSafeInteger(count) && count >= 0, bucket).toBe(true);
				}
			}),
			{numRuns: 300},
		);
		const repeated = rows.flatMap(row => [JSON.stringify(row), JSON.stringify(row)]);
		expect(sumUsage(read(program, repeated))).toEqual(served);
	});
});

/** Puts a value at one of the places of an object, at any depth. */
const spoil = (object: Record<string, unknown>, leaf: number, value: unknown): void => {
	const places: Array<readonly [holder: Record<string, unknown>, key: string]> = [];
	const visit = (holder: Record<string, unknown>): void => {
		for (const [key, child] of Object.entries(holder)) {
			places.push([holder, key]);
			if (typeof child === 'object' && child !== null) visit(child as Record<string, unknown>);
		}
	};
	visit(object);
	const [holder, key] = places[leaf % places.length] ?? [];
	if (holder !== undefined && key !== undefined) holder[key] = structuredClone(value);
};

describe('the reader of Copilot', () => {
	const aRow = (type: string, data: object, agentId?: string): string =>
		JSON.stringify({type, data, timestamp: '2026-11-22T22:59:08.542Z', ...(agentId === undefined ? {} : {agentId})});
	const toFacts = (...rows: readonly string[]): readonly AgentFact[] => read(COPILOT, rows);

	it('tells which files a call wrote only from what it reported', () => {
		const start = aRow('tool.execution_start', {toolCallId: 'c', toolName: 'apply_patch', arguments: '*** Begin Patch'});
		const done = aRow('tool.execution_complete', {toolCallId: 'c', success: true, fileEdits: [{path: '/w/a', kind: 'edit'}, {kind: 'x'}]});

		expect(pick(toFacts(start, done), 'tool-call')).toMatchObject([
			{callId: 'c', tool: 'apply_patch', writes: ['/w/a'], argumentsJson: '{"input":"*** Begin Patch"}'},
		]);
		expect(pick(toFacts(start), 'tool-call')).toMatchObject([{callId: 'c', writes: []}]);
	});

	it('gives a sub-agent its parent, and an end also where none was told', () => {
		const facts = toFacts(
			aRow('tool.execution_start', {toolCallId: 'c', toolName: 'task', arguments: {}}, 'one'),
			aRow('subagent.started', {toolCallId: 'c', agentName: 'explore', model: 'gpt-4.1'}, 'two'),
			aRow('subagent.failed', {toolCallId: 'c', agentName: 'explore', error: 'It broke.'}, 'two'),
		);

		expect(pick(facts, 'sub-agent-started')).toMatchObject([
			{agent: 'one', parent: null},
			{agent: 'two', parent: 'one', name: 'explore', model: 'gpt-4.1'},
		]);
		expect(pick(facts, 'sub-agent-ended')).toMatchObject([
			{agent: 'two', status: 'failed', error: 'It broke.'},
			{agent: 'one', status: 'lost'},
		]);
	});

	it('knows whose prices hold by the model', () => {
		const usage = (model: string) => aRow('session.usage_record', {usage: {model, inputTokens: 1, outputTokens: 1, apiCallId: model}});

		const providers = pick(toFacts(...['claude-sonnet-4.5', 'gpt-5.4', 'o4-mini', 'gemini-2.5-pro', 'grok-4', 'other'].map(usage)), 'usage');

		expect(providers.map(({provider}) => provider)).toEqual(['anthropic', 'openai', 'openai', 'google', 'x-ai', 'unknown']);
	});
});

describe('the reader of Qwen Code', () => {
	it('takes the thoughts of a provider that counts them apart for output', () => {
		const event = {
			'event.name': 'qwen-code.api_response',
			'event.timestamp': '2026-11-22T22:59:45.924Z',
			response_id: 'r',
			model: 'gemini-2.5-pro',
			input_token_count: 100,
			output_token_count: 10,
			thoughts_token_count: 5,
			total_token_count: 115,
		};

		const facts = read(QWEN, [JSON.stringify({type: 'system', systemPayload: {uiEvent: event}})]);

		expect(pick(facts, 'usage')).toMatchObject([{provider: 'google', tokens: {input: 100, output: 15, reasoning: 5}}]);
	});
});
