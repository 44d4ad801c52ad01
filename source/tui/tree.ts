import type {AgentId} from '../domain/ids.ts';
import type {Agent, AgentTotals} from '../domain/records.ts';
import {type AgentOrder, orderAgents} from '../views/agent-order.ts';
import {type TreeRow, toTreeRows, withAncestors} from '../views/agent-tree.ts';
import {labelAgent} from '../views/status-label.ts';
import {sumSubtrees} from '../views/usage.ts';
import {isFilterOn, toFilter} from './filter.ts';

/** By what agents below the same parent are ordered, one after the other. */
export const TREE_ORDERS = ['start', 'cost', 'tokens', 'time', 'name'] as const satisfies readonly AgentOrder[];

/** How the hierarchy is shown. */
export type TreeLook = {
	readonly order: (typeof TREE_ORDERS)[number];
	readonly isReversed: boolean;
	/** As typed; see `toFilter`. */
	readonly filter: string;
	/** Agents whose children are hidden; a filter looks into them all the same. */
	readonly folded: ReadonlySet<AgentId>;
};

type Data = {readonly runAgents: readonly Agent[]; readonly runUsage: ReadonlyMap<AgentId, AgentTotals>};

/** The rows of the tree that are to be seen. Above what a filter lets through its parents stay, so that one sees where it belongs. */
export const toShownRows = (data: Data, look: TreeLook, now: number): readonly TreeRow[] => {
	const agents = orderAgents(data.runAgents, look, () => sumSubtrees(data.runAgents, data.runUsage), now);
	if (!isFilterOn(look.filter)) return hideFolded(toTreeRows(agents), look.folded);
	return toTreeRows(withAncestors(agents, agent => isMatching(agent, look.filter)));
};

/** True where the agent itself is what the filter asks for, and not only a parent of that. */
export const isMatching = (agent: Agent, filter: string): boolean => toFilter(filter)(describe(agent));

/** What a filter looks at: all that tells agents apart. */
const describe = (agent: Agent): string =>
	[agent.name, agent.stepId, agent.engine, agent.model ?? '', labelAgent(agent).word, agent.failureCause ?? '', agent.id].join(' ');

const hideFolded = (rows: readonly TreeRow[], folded: ReadonlySet<AgentId>): readonly TreeRow[] => {
	let hiddenBelow = Number.POSITIVE_INFINITY;
	return rows.filter(({agent, depth}) => {
		if (depth > hiddenBelow) return false;
		hiddenBelow = folded.has(agent.id) ? depth : Number.POSITIVE_INFINITY;
		return true;
	});
};
