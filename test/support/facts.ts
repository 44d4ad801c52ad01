import {existsSync, readFileSync} from 'node:fs';
import type {AgentFact, AgentKey} from '../../source/agents/engine.ts';
import {addTokens, NO_TOKENS, type Tokens} from '../../source/domain/tokens.ts';
import {createLineSplitter} from '../../source/logs/line-splitter.ts';

/** What the scripted server of a recording served, by kinds of tokens. */
export type Served = Readonly<Record<string, number>>;
/** `expected.json` of a recording: `kinds` are the main conversation and the sub-agents. */
export type Expected = {readonly total: Served; readonly kinds: Readonly<Record<string, Served>>; readonly models: Readonly<Record<string, Served>>};

/** What the program of a recording printed. Where it was spoken with both ways, the recording holds both sides. */
export const readOutput = (recording: URL): string => {
	const control = new URL('control.ndjson', recording);
	if (!existsSync(control)) return readFileSync(new URL('stdout.ndjson', recording), 'utf8');
	const said = readFileSync(control, 'utf8')
		.trimEnd()
		.split('\n')
		.map(line => JSON.parse(line) as {readonly dir: string; readonly o: unknown})
		.filter(({dir}) => dir === 'out');
	return said.map(({o}) => `${JSON.stringify(o)}\n`).join('');
};

export const pick = <Type extends AgentFact['type']>(facts: readonly AgentFact[], type: Type): ReadonlyArray<Extract<AgentFact, {type: Type}>> =>
	facts.filter((fact): fact is Extract<AgentFact, {type: Type}> => fact.type === type);

/** The usage that a store would hold: of equal ids the last fact. */
export const keepLast = (facts: readonly AgentFact[]): Array<Extract<AgentFact, {type: 'usage'}>> => [
	...new Map(pick(facts, 'usage').map(fact => [JSON.stringify([fact.agent, fact.messageId]), fact])).values(),
];

/** The sum over what a store would hold. */
export const sumUsage = (facts: readonly AgentFact[], isWanted: (agent: AgentKey, model: string) => boolean = () => true): Tokens =>
	keepLast(facts)
		.filter(({agent, model}) => isWanted(agent, model))
		.reduce((sum, {tokens}) => addTokens(sum, tokens), NO_TOKENS);

/** What was served, as an engine that tells everything counts it. */
export const toTokens = (served: Served = {}): Tokens => ({
	input: served['input_fresh'] ?? 0,
	cacheRead: served['cache_read'] ?? 0,
	cacheWrite: (served['cache_write_5m'] ?? 0) + (served['cache_write_1h'] ?? 0),
	cacheWrite1h: served['cache_write_1h'] ?? 0,
	output: served['output_total'] ?? 0,
	reasoning: served['reasoning'] ?? 0,
});

/** The lines of an output that comes in pieces, cut at these places. */
export const cutLines = (bytes: Buffer, cuts: readonly number[]): readonly string[] => {
	const splitter = createLineSplitter({maxBytes: bytes.length});
	const ends = [...cuts.toSorted((a, b) => a - b), bytes.length];
	const lines = ends.flatMap((end, index) => splitter.write(bytes.subarray(ends[index - 1] ?? 0, end)));
	return [...lines, ...splitter.end()];
};
