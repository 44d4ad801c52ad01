import {readdirSync} from 'node:fs';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {AgentFact, StreamReader} from '../../../source/agents/engine.ts';
import {openClaudeReader} from '../../../source/agents/engines/claude-stream/claude-reader.ts';
import {openCodexReader} from '../../../source/agents/engines/codex/codex-reader.ts';
import {openGeminiReader} from '../../../source/agents/engines/gemini/gemini-reader.ts';
import {openOpencodeReader} from '../../../source/agents/engines/opencode/opencode-reader.ts';
import {cutLines, keepLast, pick, readOutput, sumUsage} from '../../support/facts.ts';

// What holds for the output of every recorded run, whichever program it is of. Left out are recordings of protocols that rad does not speak
// (the app server of Codex, ACP) and of outputs that are one document; what was kept of the latter is
// imported in import-sessions.test.ts.

const RECORDINGS = new URL('../../fixtures/recordings/', import.meta.url);

type Event = Readonly<Record<string, unknown>>;
type Program = {
	readonly folder: string;
	readonly open: (options: {readonly since: number}) => StreamReader;
	/** The ids of the tool calls that an event tells of, found without the reader. */
	readonly listCalls: (event: Event) => readonly string[];
};

const toEvent = (value: unknown): Event => (typeof value === 'object' && value !== null ? (value as Event) : {});
const CODEX_CALLS = ['command_execution', 'file_change', 'mcp_tool_call', 'web_search', 'collab_tool_call'];

const PROGRAMS: readonly Program[] = [
	{
		folder: 'claude-code',
		open: openClaudeReader,
		listCalls: ({type, message}) => {
			const content = toEvent(message)['content'];
			const blocks = type === 'assistant' && Array.isArray(content) ? content.map(toEvent) : [];
			return blocks.filter(block => block['type'] === 'tool_use').map(block => String(block['id']));
		},
	},
	{
		folder: 'codex',
		open: openCodexReader,
		listCalls: ({type, item}) =>
			(type === 'item.started' || type === 'item.completed') && CODEX_CALLS.includes(String(toEvent(item)['type']))
				? [String(toEvent(item)['id'])]
				: [],
	},
	{folder: 'gemini', open: openGeminiReader, listCalls: event => (event['type'] === 'tool_use' ? [String(event['tool_id'])] : [])},
	{
		folder: 'opencode',
		open: openOpencodeReader,
		listCalls: ({type, part}) => (type === 'tool_use' ? [String(toEvent(part)['callID'])] : []),
	},
];

const CASES = PROGRAMS.flatMap(program =>
	readdirSync(new URL(`${program.folder}/`, RECORDINGS)).flatMap(version =>
		readdirSync(new URL(`${program.folder}/${version}/`, RECORDINGS)).map(name => ({name: `${program.folder}/${version}/${name}`, program})),
	),
);

const load = (name: string): Buffer => Buffer.from(readOutput(new URL(`${name}/`, RECORDINGS)));
const read = ({open}: Program, lines: readonly string[]): readonly AgentFact[] => {
	const {readLine, end} = open({since: 0});
	return [...lines.flatMap(line => readLine(line, 'out')), ...end()];
};
const parse = (line: string): Event => {
	try {
		return toEvent(JSON.parse(line));
	} catch {
		return {};
	}
};

describe.each(CASES)('the recorded output of $name', ({name, program}) => {
	const bytes = load(name);
	const lines = cutLines(bytes, []);
	const whole = read(program, lines);

	it('is read the same whatever pieces it comes in', () => {
		fc.assert(
			fc.property(fc.array(fc.nat(bytes.length), {maxLength: 8}), cuts => {
				expect(read(program, cutLines(bytes, cuts))).toEqual(whole);
			}),
			{numRuns: 4},
		);
	});

	it('counts no token and no dollar twice when each of its lines comes twice', () => {
		const twice = read(
			program,
			lines.flatMap(line => [line, line]),
		);

		expect(sumUsage(twice)).toEqual(sumUsage(whole));
		const costOf = (facts: readonly AgentFact[]): unknown => [
			[...new Map(pick(facts, 'reported-cost').map(fact => [fact.model, fact.costNanoUsd]))],
			keepLast(facts).map(({costNanoUsd}) => costNanoUsd),
		];
		expect(costOf(twice)).toEqual(costOf(whole));
	});

	it('tells the tool calls that stand in it, each once', () => {
		const told = [...new Set(lines.map(parse).flatMap(program.listCalls))];

		expect(pick(whole, 'tool-call').map(({callId}) => callId)).toEqual(told);
	});
});
