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
