import {isDeepStrictEqual} from 'node:util';
import {SETTLEMENT_PREFIX} from '../../../domain/settlement.ts';
import {addTokens, combineTokens, NO_TOKENS, remainingTokens, type Tokens, totalTokens} from '../../../domain/tokens.ts';
import type {AgentFact, AgentKey} from '../../engine.ts';
import {type Foreign, toText} from '../../foreign.ts';
import {spreadTokens} from './spread.ts';
import {addModelUsage, type ModelUsage, readModelUsage, readUsage, toConsistent} from './usage.ts';

type UsageFact = Extract<AgentFact, {type: 'usage'}>;
type Count = {readonly tokens: Tokens; readonly written: number};
type Message = {readonly agent: AgentKey; readonly model: string; readonly tokens: Tokens; readonly tier?: string};

/**
 * Counts every token once. Messages are recorded while they stream, mostly with the output of the stream's start only; each `result`
 * event then brings the true sums, and what is missing to reach them becomes one more usage record of each agent and model, `result:<model>`.
 */
export type Ledger = {
	/** Records what is known about a message; the greatest value of each bucket holds, since they only grow while it streams. */
	readonly record: (messageId: string, message: Message) => readonly UsageFact[];
	/** True when something was recorded of this message, whoever's it is. */
	readonly has: (messageId: string) => boolean;
	/** Notes how many characters an agent was seen to write: the best clue to its share of output nobody itemised. */
	readonly noteWritten: (agent: AgentKey, model: string, characters: number) => void;
	/** Makes the sum of all records equal to what the engine says it used so far in this run. */
	readonly settle: (result: Foreign) => readonly AgentFact[];
	/** The same once more, with what became known after the last result; nothing when there was none. */
	readonly finish: () => readonly AgentFact[];
};

export const openLedger = (): Ledger => {
	const messages = new Map<string, Message>();
	const settled = new Map<string, Share>();
	const written = new Map<string, number>();
	const wholes = openWholes();
	const ids = new Set<string>();
	/** The messages that were known when the last result came: it does not speak of later ones. */
	let covered: ReadonlySet<string> = new Set();
	// Nothing was recorded since the last result.
	let isSettled = false;
	/** Results that were read: what one says must not count again when its line comes again. */
	const results = new Set<string>();

	/** What was recorded of the messages that a result can speak of. */
	const countCovered = (): Counts => {
		const counts = new Map<AgentKey, Map<string, Count>>();
		for (const [key, {agent, model, tokens}] of messages) {
			if (!covered.has(key)) continue;
			const byModel = counts.get(agent) ?? new Map<string, Count>();
			counts.set(agent, byModel);
			const sum = byModel.get(model)?.tokens ?? NO_TOKENS;
			byModel.set(model, {tokens: addTokens(sum, tokens), written: written.get(JSON.stringify([agent, model])) ?? 0});
		}
		return counts;
	};
	const record: Ledger['record'] = (messageId, message) => {
		const {agent, model, tokens} = message;
		const key = JSON.stringify([agent, messageId, model]);
		const before = messages.get(key);
		const now = toConsistent(combineTokens(before?.tokens ?? NO_TOKENS, tokens, Math.max));
		if (before !== undefined && isSame(now, before.tokens)) return [];
		messages.set(key, {...message, tokens: now});
		ids.add(messageId);
		isSettled = false;
		return [toFact({...message, tokens: now}, messageId)];
	};
	/** The service tier of a remainder, where all messages that it belongs to had the same. */
	const findTier = ({agent, model}: Share): Pick<Message, 'tier'> => {
		const tiers = new Set([...messages.values()].filter(each => each.agent === agent && each.model === model).map(({tier}) => tier));
		const [tier] = tiers;
		return tiers.size === 1 && tier !== undefined ? {tier} : {};
	};
	const settle = (shares: readonly Share[]): readonly UsageFact[] => {
		// A share of an earlier result is found anew with what is known now, so it can also shrink, to nothing at last.
		const keyed = new Map<string, Share>([...settled].map(([key, share]) => [key, {...share, tokens: NO_TOKENS}]));
		for (const share of shares) keyed.set(JSON.stringify([share.agent, share.model]), share);
		const changed = [...keyed].filter(([key, {tokens}]) => !isSame(tokens, settled.get(key)?.tokens ?? NO_TOKENS));
		for (const [key, share] of changed) settled.set(key, share);
		return changed.map(([, share]) => toFact({...share, ...findTier(share)}, `${SETTLEMENT_PREFIX}${share.model}`));
	};
	let last: Wholes | undefined;
	const close = ({main, byModel}: Wholes): readonly AgentFact[] => {
		isSettled = true;
		// Where more was used since, the engine's costs are not those of all.
		const costs = covered.size === messages.size ? toCosts(byModel) : [];
		return [...settle(findMissing(main, byModel, countCovered())), ...costs];
	};
	return {
		record,
		has: messageId => ids.has(messageId),
		noteWritten: (agent, model, characters) => {
			const key = JSON.stringify([agent, model]);
			written.set(key, (written.get(key) ?? 0) + characters);
		},
		settle: result => {
			const id = toText(result['uuid']);
			if (id !== '' && results.has(id)) return [];
			results.add(id);
			last = wholes.add(result);
			covered = new Set(messages.keys());
			return close(last);
		},
		finish: () => (last === undefined || isSettled ? [] : close(last)),
	};
};

const isSame = (left: Tokens, right: Tokens): boolean => isDeepStrictEqual(left, right);

const toFact = ({agent, ...what}: Message, messageId: string): UsageFact => ({
	type: 'usage',
	agent,
	messageId,
	provider: 'anthropic',
	...what,
});

const toCosts = (byModel: Wholes['byModel']): readonly AgentFact[] =>
	[...byModel].flatMap(([model, {costNanoUsd}]) => (costNanoUsd === null ? [] : [{type: 'reported-cost', model, costNanoUsd} as const]));

type Wholes = {readonly main: Tokens; readonly byModel: ReadonlyMap<string, ModelUsage>};

/**
 * Adds up what `result` events say. `usage` is one turn of the main conversation. Where the engine tells what a model used since the
 * last result, these are summed, because `modelUsage` then goes on from the session that was resumed; else `modelUsage` is this run.
 */
const openWholes = (): {readonly add: (result: Foreign) => Wholes} => {
	let main = NO_TOKENS;
	let byModel = new Map<string, ModelUsage>();
	const add = (result: Foreign): Wholes => {
		main = addTokens(main, readUsage(result['usage']) ?? NO_TOKENS);
		if (result['model_usage_since_last_result'] === undefined) byModel = new Map(readModelUsage(result['modelUsage']));
		else
			for (const [model, usage] of readModelUsage(result['model_usage_since_last_result']))
				byModel.set(model, addModelUsage(byModel.get(model), usage));
		return {main, byModel};
	};
	return {add};
};

type Share = {readonly agent: AgentKey; readonly model: string; readonly tokens: Tokens};
type Counts = ReadonlyMap<AgentKey, ReadonlyMap<string, Count>>;

const findMissing = (main: Tokens, byModel: Wholes['byModel'], counts: Counts): readonly Share[] => {
	const mainCounts = counts.get(null);
	let mainMissing = remainingTokens(main, sum([...(mainCounts?.values() ?? [])]));
	// A model may be called otherwise in its messages than in the sums: nothing is added beyond what is missing in all.
	let allMissing = remainingTokens(sum([...byModel.values()]), sum([...counts.values()].flatMap(models => [...models.values()])));
	const models = [...byModel.keys()].sort((a, b) => Number(mainCounts?.has(b) ?? false) - Number(mainCounts?.has(a) ?? false));
	return models.flatMap(model => {
		const counted = sum([...counts.values()].flatMap(found => found.get(model) ?? []));
		const whole = byModel.get(model)?.tokens ?? NO_TOKENS;
		const missing = toConsistent(combineTokens(remainingTokens(whole, counted), allMissing, Math.min));
		const own = toConsistent(combineTokens(missing, mainMissing, Math.min));
		allMissing = remainingTokens(allMissing, missing);
		mainMissing = remainingTokens(mainMissing, own);
		return assign(model, own, toConsistent(remainingTokens(missing, own)), counts);
	});
};

/**
 * Gives the main conversation its own part, and the rest to the sub-agents that were seen to use the model, in proportion to what each
 * wrote. A rest without any such sub-agent (titles, responses that were cut) is the main conversation's too.
 */
const assign = (model: string, own: Tokens, rest: Tokens, counts: Counts): readonly Share[] => {
	const helpers = [...counts].flatMap(([agent, models]) => {
		const count = models.get(model);
		return agent === null || count === undefined ? [] : [{agent, weight: count.written}];
	});
	if (helpers.length === 0) return toShares([{agent: null, model, tokens: addTokens(own, rest)}]);
	const parts = spreadTokens(
		rest,
		helpers.map(helper => helper.weight),
	);
	const shares = helpers.map(({agent}, index) => ({agent, model, tokens: parts[index] ?? NO_TOKENS}));
	return toShares([{agent: null, model, tokens: own}, ...shares]);
};

const toShares = (shares: readonly Share[]): readonly Share[] => shares.filter(({tokens}) => totalTokens(tokens) > 0);

const sum = (entries: ReadonlyArray<{readonly tokens: Tokens}>): Tokens =>
	entries.reduce((total, entry) => addTokens(total, entry.tokens), NO_TOKENS);
