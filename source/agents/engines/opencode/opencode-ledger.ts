import {isDeepStrictEqual} from 'node:util';
import type {Tokens} from '../../../domain/tokens.ts';
import {defineFields, readTokens} from '../../../telemetry/usage-reading.ts';
import type {AgentFact, AgentKey} from '../../engine.ts';
import {type Foreign, toText} from '../../foreign.ts';
import {toBelievable} from '../believable-usage.ts';

type Facts = readonly AgentFact[];
type Model = {readonly provider: string; readonly model: string};
type Step = {
	readonly agent: AgentKey;
	readonly messageId: string;
	readonly tokens: Tokens;
	readonly costNanoUsd: number;
	readonly model: Model;
	readonly at: number | undefined;
};

const UNKNOWN: Model = {provider: 'unknown', model: 'unknown'};

/**
 * Counts each step once, by the id of the part that ends it: the output and the database have the same ids. A message that was tried again
 * may have several steps. The output does not name models; a step whose model becomes known later is told again.
 */
export type Ledger = {
	/** Reads a part of type `step-finish`. */
	readonly readStep: (agent: AgentKey, part: Foreign) => Facts;
	/** Notes by which model a message was made. */
	readonly noteModel: (messageId: string, model: Model) => Facts;
};

export const openLedger = (): Ledger => {
	const steps = new Map<string, Step>();
	const byMessage = new Map<string, Set<string>>();
	const models = new Map<string, Model>();

	const record = (id: string, step: Step): Facts => {
		if (isDeepStrictEqual(steps.get(id), step)) return [];
		steps.set(id, step);
		const {agent, tokens, model, at, costNanoUsd} = step;
		// Nothing is also what it says where it knows no price.
		const cost = costNanoUsd > 0 ? {costNanoUsd} : {};
		return [{type: 'usage', agent, messageId: id, ...model, tokens, ...cost, ...(at === undefined ? {} : {at})}];
	};
	return {
		readStep: (agent, part) => {
			const id = toText(part['id']);
			const messageId = toText(part['messageID']);
			const tokens = toBelievable(readTokens(part['tokens'], FIELDS, toTokens));
			if (id === '' || tokens === undefined) return [{type: 'unreadable', reason: 'The usage of a step cannot be true.'}];
			byMessage.set(messageId, (byMessage.get(messageId) ?? new Set()).add(id));
			const at = Number.isSafeInteger(part['timeCreated']) ? Number(part['timeCreated']) : steps.get(id)?.at;
			return record(id, {agent, messageId, tokens, costNanoUsd: toNanoUsd(part['cost']), model: models.get(messageId) ?? UNKNOWN, at});
		},
		noteModel: (messageId, model) => {
			models.set(messageId, model);
			return [...(byMessage.get(messageId) ?? [])].flatMap(id => {
				const step = steps.get(id);
				return step === undefined ? [] : record(id, {...step, model});
			});
		},
	};
};

const FIELDS = defineFields(['input', 'output'], ['reasoning', 'cache.read', 'cache.write']);

type Counts = Readonly<Record<(typeof FIELDS)[number]['name'], number>>;

/** No two of its counts overlap: what was thought is not in `output`, what was cached is not in `input`. */
const toTokens = (counts: Counts): Tokens => ({
	input: counts.input,
	cacheRead: counts['cache.read'],
	cacheWrite: counts['cache.write'],
	cacheWrite1h: 0,
	output: counts.output + counts.reasoning,
	reasoning: counts.reasoning,
});

const NANO = 10 ** 9;
// No step costs a million dollars.
const MAX_COST_USD = 10 ** 6;

const toNanoUsd = (value: unknown): number => (typeof value === 'number' && value >= 0 && value <= MAX_COST_USD ? Math.round(value * NANO) : 0);
