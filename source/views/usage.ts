import type {AgentId} from '../domain/ids.ts';
import type {Agent, CostSource, UsageTotals} from '../domain/records.ts';
import {addTokens} from '../domain/tokens.ts';

/** Said wherever such sums stand in a table. */
export const SUB_AGENTS_NOTE = "An agent's tokens and cost include those of its sub-agents.";

/**
 * Sums each agent's figures with those of everything below it, for all agents that have any. A parent must come before its children
 * in `agents`, as the monitor lists them.
 */
export const sumSubtrees = (agents: readonly Agent[], own: ReadonlyMap<AgentId, UsageTotals>): ReadonlyMap<AgentId, UsageTotals> => {
	const sums = new Map<AgentId, UsageTotals>(own);
	for (const {id, parentId} of agents.toReversed()) {
		const below = sums.get(id);
		if (below === undefined || parentId === null) continue;
		const parent = sums.get(parentId);
		sums.set(parentId, parent === undefined ? below : addUsage(parent, below));
	}
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

/** Parts without any price say nothing about where the others' prices come from. */
const addSource = (...parts: readonly UsageTotals[]): CostSource => {
	const priced = parts.filter(part => part.costSource !== 'unknown');
	if (priced.length === 0) return 'unknown';
	return priced.every(part => part.costSource === 'reported') ? 'reported' : 'estimated';
};
