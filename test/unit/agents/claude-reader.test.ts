import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import type {AgentFact, AgentKey, RecordLine} from '../../../source/agents/engine.ts';
import {openClaudeReader} from '../../../source/agents/engines/claude-stream/claude-reader.ts';
import {type Tokens, totalTokens} from '../../../source/domain/tokens.ts';
import {type Expected, pick, readOutput, sumUsage, toTokens} from '../../support/facts.ts';

const RECORDINGS = new URL('../../fixtures/recordings/claude-code/', import.meta.url);
const CASES = readdirSync(RECORDINGS).flatMap(version => readdirSync(new URL(`${version}/`, RECORDINGS)).map(name => `${version}/${name}`));

/** Why the sum cannot be what the server served in full. All other recordings must be exact. */
const INEXACT: Readonly<Record<string, string>> = {
	'2.1.330/cut-before-tool': 'a response was cut: the CLI counts its input and an estimate of its output',
	'2.1.330/cut-in-text': 'a response was cut: the CLI counts its input and an estimate of its output',
	'2.1.330/stream-error': 'a response was cut: the CLI counts its input and an estimate of its output',
	'2.1.330/sigkill-in-tool': 'killed before a result: outputs of the stream start only',
};
/** Those of them that stay so with the session's files: what was cut, the program itself estimates. */
const CUT = Object.fromEntries(Object.entries(INEXACT).filter(([, why]) => why.startsWith('a response was cut')));
/** 2.1.197 does not say how much of the output was thought. */
const hasReasoning = (name: string): boolean => !name.startsWith('2.1.197/');

const readText = (path: string): string => readFileSync(new URL(path, RECORDINGS), 'utf8');

const readLines = (name: string): readonly string[] => readOutput(new URL(`${name}/`, RECORDINGS)).split('\n');
const readExpected = (name: string): Expected => JSON.parse(readText(`${name}/expected.json`)) as Expected;

const read = (lines: readonly string[], rows: readonly RecordLine[] = [], since = 0): readonly AgentFact[] => {
	const reader = openClaudeReader({since});
	const facts = [...lines.flatMap(line => reader.readLine(line, 'out')), ...rows.flatMap(row => reader.readRecord?.(row) ?? [])];
	return [...facts, ...reader.end()];
};

/** The rows of the session's own files. */
const readRows = (name: string): readonly RecordLine[] => {
	const folder = new URL(`${name}/projects/`, RECORDINGS);
	if (!existsSync(folder)) return [];
	return readdirSync(folder, {recursive: true, encoding: 'utf8'})
		.filter(file => file.endsWith('.jsonl'))
		.flatMap(file =>
			readFileSync(new URL(file, folder), 'utf8')
				.trimEnd()
				.split('\n')
				.map(text => ({source: file, text})),
		);
};

/** When a session was continued its file begins with what was before. */
const SINCE: Readonly<Record<string, number>> = {'2.1.330/resume': Date.parse('2026-11-22T22:11:00Z')};

describe('recordings of Claude Code', () => {
	it.each(CASES.filter(name => !(name in INEXACT)))('counts every token of %s exactly once', name => {
		const expected = readExpected(name);
		const known = (tokens: Tokens): Tokens => (hasReasoning(name) ? tokens : {...tokens, reasoning: 0});

		const facts = read(readLines(name));

		expect(sumUsage(facts)).toEqual(known(toTokens(expected.total)));
		expect(sumUsage(facts, agent => agent === null)).toEqual(known(toTokens(expected.kinds['main'])));
		expect(sumUsage(facts, agent => agent !== null)).toEqual(known(toTokens(expected.kinds['sub'])));
		for (const [model, served] of Object.entries(expected.models))
			expect(sumUsage(facts, (_, used) => used === model)).toEqual(known(toTokens(served)));
	});

	it.each(CASES.filter(name => !(name in CUT) && readRows(name).length > 0))(
		'counts every token of %s once with its session files beside it',
		name => {
			const expected = readExpected(name);
			const known = (tokens: Tokens): Tokens => (hasReasoning(name) ? tokens : {...tokens, reasoning: 0});

			const facts = read(readLines(name), readRows(name), SINCE[name]);

			expect(sumUsage(facts)).toEqual(known(toTokens(expected.total)));
			expect(sumUsage(facts, agent => agent === null)).toEqual(known(toTokens(expected.kinds['main'])));
		},
	);

	it('finds each message of its sub-agents in their session files, and need not share a sum out', () => {
		const facts = read(readLines('2.1.330/subagent'), readRows('2.1.330/subagent'));

		const last = new Map(pick(facts, 'usage').map(fact => [`${fact.agent} ${fact.messageId}`, fact]));
		expect([...last.values()].filter(({tokens, messageId}) => messageId.startsWith('result:') && totalTokens(tokens) > 0)).toEqual([]);
	});

	it.each(Object.keys(INEXACT))('keeps at least what was served of %s', name => {
		const served = toTokens(readExpected(name).total);

		const sum = sumUsage(read(readLines(name)));

		expect(sum.input).toBeGreaterThanOrEqual(served.input);
		expect(sum.cacheRead).toBeGreaterThanOrEqual(served.cacheRead);
		expect(sum.cacheWrite).toBeGreaterThanOrEqual(served.cacheWrite);
		expect(sum.output).toBeGreaterThan(0);
	});

	it.each(CASES)('tells the same of %s when it is read again', name => {
		expect(read(readLines(name))).toEqual(read(readLines(name)));
	});

	it.each(CASES)('understands every line of %s', name => {
		expect(pick(read(readLines(name)), 'unreadable')).toEqual([]);
	});

	it.each(CASES)('introduces each agent of %s before it is named', name => {
		const known = new Set<AgentKey>([null]);

		for (const fact of read(readLines(name))) {
			if (fact.type === 'sub-agent-started') known.add(fact.agent);
			if ('agent' in fact) expect(known).toContain(fact.agent);
		}
	});
});

describe('rows of session files', () => {
	const aRow = (id: string, output: number, agentId?: string): RecordLine => ({
		source: 's',
		text: JSON.stringify({
			type: 'assistant',
			timestamp: '2026-01-01T00:00:00Z',
			...(agentId === undefined ? {} : {agentId}),
			message: {id, model: 'm', usage: {input_tokens: 1, output_tokens: output}},
		}),
	});
	const anAnswer = (id: string, change: object = {}): string =>
		JSON.stringify({type: 'assistant', message: {id, model: 'm', content: [], usage: {input_tokens: 1, output_tokens: 2}}, ...change});

	it('of a sub-agent wait until the output has introduced it, and count at the end even if it never does', () => {
		const reader = openClaudeReader({since: 0});
		const early = reader.readRecord?.(aRow('a', 70, 'sub1')) ?? [];
		reader.readRecord?.(aRow('b', 5, 'sub2'));
		const facts = [...early, ...reader.readLine(anAnswer('a', {agent_id: 'sub1', parent_tool_use_id: 't'}), 'out'), ...reader.end()];

		expect(early).toEqual([]);
		expect(sumUsage(facts, agent => agent === 'sub1').output).toBe(70);
		expect(sumUsage(facts, agent => agent === 'sub2').output).toBe(5);
		expect(pick(facts, 'sub-agent-started').map(({agent}) => agent)).toEqual(['sub1', 'sub2']);
	});

	it('that come after the last result add to it, and take nothing of its cost', () => {
		const usage = {input_tokens: 1, output_tokens: 1000};
		const modelUsage = {m: {inputTokens: 1, outputTokens: 1000, costUSD: 0.3}};
		const reader = openClaudeReader({since: 0});
		const facts = [
			...reader.readLine(anAnswer('a'), 'out'),
			...reader.readLine(JSON.stringify({type: 'result', is_error: false, result: 'x', usage, modelUsage}), 'out'),
			...(reader.readRecord?.(aRow('late', 500)) ?? []),
			...reader.end(),
		];

		expect(sumUsage(facts)).toMatchObject({input: 2, output: 1500});
		expect(pick(facts, 'reported-cost')).toHaveLength(1);
	});
});
