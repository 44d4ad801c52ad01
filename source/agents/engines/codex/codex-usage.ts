import {addTokens, NO_TOKENS, type Tokens} from '../../../domain/tokens.ts';
import {defineFields, readTokens} from '../../../telemetry/usage-reading.ts';
import type {AgentFact, AgentKey} from '../../engine.ts';
import {toBelievable} from '../believable-usage.ts';

const FIELDS = defineFields(['input_tokens', 'output_tokens'], ['cached_input_tokens', 'cache_write_input_tokens', 'reasoning_output_tokens']);

/** Reads a usage object of Codex, whose input includes what was read from and written to the cache; undefined when it cannot be true. */
export const readCodexUsage = (usage: unknown): Tokens | undefined =>
	toBelievable(
		readTokens(usage, FIELDS, counts => ({
			input: counts.input_tokens - counts.cached_input_tokens - counts.cache_write_input_tokens,
			cacheRead: counts.cached_input_tokens,
			cacheWrite: counts.cache_write_input_tokens,
			cacheWrite1h: 0,
			output: counts.output_tokens,
			reasoning: counts.reasoning_output_tokens,
		})),
	);

/** One response of a model, as a record of the session tells it. */
type Response = {readonly id: string; readonly agent: AgentKey; readonly model: string | null; readonly tokens: Tokens; readonly at?: number};

/** Codex's own sum of the main conversation, and what is known of that. */
type Report = {readonly reported: Tokens; readonly model: string | null; readonly isResumed: boolean};

/** Counts each response once, whichever and however many rows tell of it. */
export type CodexLedger = {
	/** The usage fact; nothing when it was told before, or when the response is another agent's. */
	readonly record: (response: Response) => readonly AgentFact[];
	/**
	 * Compares what was recorded with Codex's own sum, which is of the whole thread. Where no response of the main conversation was
	 * recorded that sum is all that is known; else a difference is told, unless the thread is older than this run.
	 */
	readonly compare: (report: Report) => readonly AgentFact[];
};

export const openCodexLedger = (): CodexLedger => {
	const responses = new Map<string, Response>();
	return {
		record: response => {
			const before = responses.get(response.id);
			if (before !== undefined && (before.agent !== response.agent || isSame(before.tokens, response.tokens))) return [];
			responses.set(response.id, response);
			return [toFact(response)];
		},
		compare: ({reported, model, isResumed}) => {
			const main = [...responses.values()].filter(({agent}) => agent === null);
			const counted = main.reduce((sum, {tokens}) => addTokens(sum, tokens), NO_TOKENS);
			// Of an older thread the sum holds what earlier runs used: nobody knows what this one did.
			if (main.length === 0 && isResumed)
				return [{type: 'unreadable', reason: 'The usage of a run that went on with an older thread was not recorded.'}];
			if (main.length === 0) return [toFact({id: 'turn', agent: null, model, tokens: reported})];
			if (isResumed || isSame(reported, counted)) return [];
			const text = `codex itself reports ${describe(reported)}; its records of the responses sum up to ${describe(counted)}.`;
			return [{type: 'log', agent: null, kind: 'rad', text}];
		},
	};
};

const toFact = ({id, agent, model, tokens, at}: Response): AgentFact => ({
	type: 'usage',
	agent,
	messageId: id,
	provider: 'openai',
	model: model ?? 'unknown',
	tokens,
	...(at === undefined ? {} : {at}),
});

const isSame = (left: Tokens, right: Tokens): boolean => describe(left) === describe(right);

/** Tokens as a part of a sentence, with everything by which two sums can differ. */
const describe = ({input, cacheRead, cacheWrite, output, reasoning}: Tokens): string =>
	`${input} fresh, ${cacheRead} read from and ${cacheWrite} written to the cache, ${output} output (${reasoning} reasoning)`;
