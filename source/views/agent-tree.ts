import type {AgentId} from '../domain/ids.ts';
import type {Agent} from '../domain/records.ts';

/** One row of the hierarchy: an agent and the lines that join it to its parent. */
export type TreeRow = {
	readonly agent: Agent;
	/** 0 for an agent without a parent in the list. */
	readonly depth: number;
	/** `├─`, `└─`, `│ ` … ; empty at depth 0. */
	readonly guide: string;
	readonly childCount: number;
};

/** Orders agents as a tree, in the given order among siblings. An agent whose parent is not in the list is a root, so none is lost. */
export const toTreeRows = (agents: readonly Agent[]): readonly TreeRow[] => {
	const known = new Set(agents.map(agent => agent.id));
	const children = new Map<AgentId | null, Agent[]>();
	for (const agent of agents) {
		const parent = agent.parentId !== null && known.has(agent.parentId) ? agent.parentId : null;
		const siblings = children.get(parent);
		if (siblings === undefined) children.set(parent, [agent]);
		else siblings.push(agent);
	}
	const rows: TreeRow[] = [];
	const visit = (siblings: readonly Agent[], depth: number, indent: string): void => {
		for (const [index, agent] of siblings.entries()) {
			const isLast = index === siblings.length - 1;
			const below = children.get(agent.id) ?? [];
			rows.push({agent, depth, guide: depth === 0 ? '' : `${indent}${isLast ? '└─' : '├─'}`, childCount: below.length});
			visit(below, depth + 1, depth === 0 ? '' : `${indent}${isLast ? '  ' : '│ '}`);
		}
	};
	visit(children.get(null) ?? [], 0, '');
	return rows;
};

/** What is wanted, and the parents above it, so that one sees where it belongs; in the order in which they are given. */
export const withAncestors = (agents: readonly Agent[], isWanted: (agent: Agent) => boolean): readonly Agent[] => {
	const byId = new Map(agents.map(agent => [agent.id, agent]));
	const kept = new Set<AgentId>();
	for (const agent of agents.filter(isWanted)) {
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
