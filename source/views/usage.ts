import type {AgentId} from '../domain/ids.ts';
import type {Agent, CostSource, UsageTotals} from '../domain/records.ts';
import {addTokens} from '../domain/tokens.ts';

/** Said wherever such sums stand in a table. */
export const SUB_AGENTS_NOTE = "An agent's tokens and cost include those of its sub-agents.";

type Sums = ReadonlyMap<AgentId, UsageTotals>;

/** The dashboard asks for the same sums for each picture, until a figure changes. */
const lastSums = new WeakMap<Sums, {readonly agents: readonly Agent[]; readonly sums: Sums}>();

/**
 * Sums each agent's figures with those of everything below it, for all agents that have any. A parent must come before its children
 * in `agents`, as the monitor lists them.
 */
export const sumSubtrees = (agents: readonly Agent[], own: Sums): Sums => {
	const last = lastSums.get(own);
	if (last?.agents === agents) return last.sums;
	const sums = new Map<AgentId, UsageTotals>(own);
	for (const {id, parentId} of agents.toReversed()) {
		const below = sums.get(id);
		if (below === undefined || parentId === null) continue;
		const parent = sums.get(parentId);
		sums.set(parentId, parent === undefined ? below : addUsage(parent, below));
	}
	lastSums.set(own, {agents, sums});
	return sums;
};

/** The sum of two parts that do not overlap. */
export const addUsage = (left: UsageTotals, right: UsageTotals): UsageTotals => ({
	tokens: addTokens(left.tokens, right.tokens),
	responses: left.responses + right.responses,
	costNanoUsd: left.costNanoUsd + right.costNanoUsd,
	unpriced: left.unpriced + right.unpriced,
	costSource: addSource(left, right),
	cacheSavedNanoUsd: left.cacheSavedNanoUsd + right.cacheSavedNanoUsd,
});

/** A part without any price says nothing about where the other's prices come from. */
const addSource = ({costSource: left}: UsageTotals, {costSource: right}: UsageTotals): CostSource => {
	if (left === 'unknown') return right;
	return right === 'unknown' || left === right ? left : 'estimated';
};
