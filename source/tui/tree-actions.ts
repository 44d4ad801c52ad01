import type {AgentId} from '../domain/ids.ts';
import {toTreeRows} from '../views/agent-tree.ts';
import {needsAttention, selectedAgent, snapshotOf, treeOf} from './selectors.ts';
import type {State} from './state.ts';
import {isMatching, TREE_ORDERS, type TreeLook} from './tree.ts';

const NOTHING_FOLDED: ReadonlySet<AgentId> = new Set();

export const withTree = (state: State, change: Partial<TreeLook>): State => ({...state, tree: {...state.tree, ...change}});

/** Every agent can be seen again. */
export const unfoldAll = (state: State): State => withTree(state, {folded: NOTHING_FOLDED});

export const foldOrGoToParent = (state: State): State => (isOpen(state) ? toggleFold(state) : goToParent(state));

export const unfold = (state: State): State =>
	state.selectedAgentId !== null && state.tree.folded.has(state.selectedAgentId) ? toggleFold(state) : state;

export const toggleFold = (state: State): State => {
	const id = state.selectedAgentId;
	if (id === null || !parentsOf(state).includes(id)) return state;
	const folded = new Set(state.tree.folded);
	if (!folded.delete(id)) folded.add(id);
	return withTree(state, {folded});
};

export const toggleAllFolds = (state: State): State =>
	state.tree.folded.size > 0 ? unfoldAll(state) : withTree(state, {folded: new Set(parentsOf(state))});

export const goToParent = (state: State): State => {
	const parentId = selectedAgent(state)?.parentId;
	const isShown = treeOf(state).some(row => row.agent.id === parentId);
	return parentId != null && isShown ? goToAgent(state, parentId) : state;
};

/** Also where it was folded or filtered away. */
export const goToNextProblem = (state: State): State => {
	const agents = toTreeRows(snapshotOf(state)?.runAgents ?? []).map(row => row.agent);
	const from = agents.findIndex(agent => agent.id === state.selectedAgentId) + 1;
	const next = [...agents.slice(from), ...agents.slice(0, from)].find(needsAttention);
	return next === undefined ? state : revealAgent(state, next.id);
};

/** Selects an agent and makes sure that it is seen. Unfolding everything is the plain way to that. */
export const revealAgent = (state: State, id: AgentId): State => goToAgent(withTree(unfoldAll(state), {filter: ''}), id);

const goToAgent = (state: State, selectedAgentId: AgentId): State => ({...state, selectedAgentId, isFollowingAgents: false});

/** Shows only what the filter lets through, and goes to the first of that unless the selected agent is one. */
export const filterAgents = (state: State, filter: string): State => {
	// Following would take the selection away from what was found.
	const filtered: State = {...withTree(state, {filter}), isFollowingAgents: false};
	const matching = treeOf(filtered).filter(row => isMatching(row.agent, filter));
	const isSelected = matching.some(row => row.agent.id === state.selectedAgentId);
	return isSelected || matching[0] === undefined ? filtered : goToAgent(filtered, matching[0].agent.id);
};

/** The next order, in its usual direction. */
export const sortAgents = (state: State): State => {
	const next = (TREE_ORDERS.indexOf(state.tree.order) + 1) % TREE_ORDERS.length;
	return withTree(state, {order: TREE_ORDERS[next] ?? 'start', isReversed: false});
};

export const reverseAgents = (state: State): State => withTree(state, {isReversed: !state.tree.isReversed});

const parentsOf = (state: State): readonly AgentId[] =>
	toTreeRows(snapshotOf(state)?.runAgents ?? [])
		.filter(row => row.childCount > 0)
		.map(row => row.agent.id);

const isOpen = (state: State): boolean =>
	state.selectedAgentId !== null && !state.tree.folded.has(state.selectedAgentId) && parentsOf(state).includes(state.selectedAgentId);
