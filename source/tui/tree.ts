import type {AgentId} from '../domain/ids.ts';
import type {Agent, AgentTotals, UsageTotals} from '../domain/records.ts';
import {totalTokens} from '../domain/tokens.ts';
import {type TreeRow, toTreeRows} from '../views/agent-tree.ts';
import {labelAgent} from '../views/status-label.ts';
import {sumSubtrees} from '../views/usage.ts';
import {isFilterOn, toFilter} from './filter.ts';

/** By what agents below the same parent are ordered. */
export const AGENT_ORDERS = ['start', 'cost', 'tokens', 'time', 'name'] as const;
export type AgentOrder = (typeof AGENT_ORDERS)[number];

/** How the hierarchy is shown. */
export type TreeLook = {
	readonly order: AgentOrder;
	readonly isReversed: boolean;
	/** As typed; see `toFilter`. */
	readonly filter: string;
	/** Agents whose children are hidden; a filter looks into them all the same. */
	readonly folded: ReadonlySet<AgentId>;
};

type Data = {readonly runAgents: readonly Agent[]; readonly runUsage: ReadonlyMap<AgentId, AgentTotals>};

/** The rows of the tree that are to be seen. Above what a filter lets through its parents stay, so that one sees where it belongs. */
export const toShownRows = (data: Data, look: TreeLook, now: number): readonly TreeRow[] => {
	const agents = orderAgents(data, look, now);
	return isFilterOn(look.filter) ? toTreeRows(withAncestors(agents, look.filter)) : hideFolded(toTreeRows(agents), look.folded);
};

/** True where the agent itself is what the filter asks for, and not only a parent of that. */
export const isMatching = (agent: Agent, filter: string): boolean => toFilter(filter)(describe(agent));

/** What a filter looks at: all that tells agents apart. */
const describe = (agent: Agent): string =>
	[agent.name, agent.stepId, agent.engine, agent.model ?? '', labelAgent(agent).word, agent.failureCause ?? '', agent.id].join(' ');

const withAncestors = (agents: readonly Agent[], filter: string): readonly Agent[] => {
	const byId = new Map(agents.map(agent => [agent.id, agent]));
	const kept = new Set<AgentId>();
	for (const agent of agents.filter(each => isMatching(each, filter))) {
		for (
			let next: Agent | undefined = agent;
			next !== undefined && !kept.has(next.id);
			next = next.parentId === null ? undefined : byId.get(next.parentId)
		) {
			kept.add(next.id);
		}
	}
	return agents.filter(({id}) => kept.has(id));
};

const hideFolded = (rows: readonly TreeRow[], folded: ReadonlySet<AgentId>): readonly TreeRow[] => {
	let hiddenBelow = Number.POSITIVE_INFINITY;
	return rows.filter(({agent, depth}) => {
		if (depth > hiddenBelow) return false;
		hiddenBelow = folded.has(agent.id) ? depth : Number.POSITIVE_INFINITY;
		return true;
	});
};

/** Figures with the largest first, the others as people read them. Agents that are equal stay in the order in which they were started. */
const orderAgents = ({runAgents, runUsage}: Data, {order, isReversed}: TreeLook, now: number): readonly Agent[] => {
	if (order === 'start') return isReversed ? runAgents.toReversed() : runAgents;
	const usage = order === 'cost' || order === 'tokens' ? sumSubtrees(runAgents, runUsage) : new Map<AgentId, UsageTotals>();
	const sign = isReversed ? -1 : 1;
	return runAgents.toSorted((left, right) => sign * compare(order, usage, now, left, right));
};

const compare = (order: Exclude<AgentOrder, 'start'>, usage: ReadonlyMap<AgentId, UsageTotals>, now: number, left: Agent, right: Agent): number => {
	switch (order) {
		case 'cost':
			return Number((usage.get(right.id)?.costNanoUsd ?? 0n) - (usage.get(left.id)?.costNanoUsd ?? 0n));
		case 'tokens':
			return tokensOf(usage.get(right.id)) - tokensOf(usage.get(left.id));
		case 'time':
			return timeOf(right, now) - timeOf(left, now);
		case 'name':
			return left.name.localeCompare(right.name);
	}
};

const tokensOf = (totals: UsageTotals | undefined): number => (totals === undefined ? 0 : totalTokens(totals.tokens));

const timeOf = ({startedAt, endedAt}: Agent, now: number): number => (endedAt ?? now) - startedAt;
