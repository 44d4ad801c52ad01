import type {AgentId} from '../domain/ids.ts';
import type {Agent, UsageTotals} from '../domain/records.ts';
import {totalTokens} from '../domain/tokens.ts';

/** By what agents can be ordered. */
export const AGENT_ORDERS = ['start', 'cost', 'tokens', 'time', 'name', 'status', 'engine', 'model'] as const;
export type AgentOrder = (typeof AGENT_ORDERS)[number];

type Look = {readonly order: AgentOrder; readonly isReversed: boolean};

/** What each agent has used together with everything below it; asked for only where the order depends on it. */
type ToUsage = () => ReadonlyMap<AgentId, UsageTotals>;

/** Figures with the largest first, the others as people read them. Agents that are equal stay in the order in which they were started. */
export const orderAgents = (agents: readonly Agent[], {order, isReversed}: Look, toUsage: ToUsage, now: number): readonly Agent[] => {
	if (order === 'start') return isReversed ? agents.toReversed() : agents;
	const usage = isOrderOfUsage(order) ? toUsage() : new Map<AgentId, UsageTotals>();
	const sign = isReversed ? -1 : 1;
	return agents.toSorted((left, right) => sign * compare(order, usage, now, left, right));
};

/** True where what agents have used decides. */
export const isOrderOfUsage = (order: AgentOrder): boolean => order === 'cost' || order === 'tokens';

const compare = (order: Exclude<AgentOrder, 'start'>, usage: ReadonlyMap<AgentId, UsageTotals>, now: number, left: Agent, right: Agent): number => {
	switch (order) {
		case 'cost':
			return Number((usage.get(right.id)?.costNanoUsd ?? 0n) - (usage.get(left.id)?.costNanoUsd ?? 0n));
		case 'tokens':
			return tokensOf(usage.get(right.id)) - tokensOf(usage.get(left.id));
		case 'time':
			return timeOf(right, now) - timeOf(left, now);
		case 'name':
		case 'status':
		case 'engine':
		case 'model':
			return (left[order] ?? '').localeCompare(right[order] ?? '');
	}
};

const tokensOf = (totals: UsageTotals | undefined): number => (totals === undefined ? 0 : totalTokens(totals.tokens));

const timeOf = ({startedAt, endedAt}: Agent, now: number): number => (endedAt ?? now) - startedAt;
