import type {Plan, PlanNode, WorkspaceMode} from '../domain/plan.ts';
import type {RunState, StepState} from './run-state.ts';
import {locateNode} from './scope.ts';

/** What of a run is under way: steps that have begun and are not over, and blocks whose work may be taken back. */
export type Crowd = readonly Member[];

type Member = {
	readonly name: string;
	readonly workspace: WorkspaceMode;
	/** True of a step that an agent or a command works on, and false of a block. */
	readonly isWork: boolean;
};

/** `held` are the names of steps that the engine is about to start, or has not done with yet. */
export const findCrowd = (plan: Plan, state: RunState, held: ReadonlySet<string>): Crowd => {
	const itemsOf = (name: string): StepState['items'] => state.steps.get(name)?.items ?? null;
	const names = new Set(held);
	for (const [name, {status}] of state.steps) if (status === 'running') names.add(name);
	return [...names].flatMap(name => {
		const located = locateNode(plan, name, itemsOf);
		return located === undefined ? [] : toMember(name, located.node);
	});
};

const toMember = (name: string, node: PlanNode): readonly Member[] => {
	const workspace = toWorkspace(node);
	return workspace === null ? [] : [{name, workspace, isWork: node.kind !== 'steps'}];
};

/** What it does to the files; null where it is no matter of files. To take back what was done must take back nothing else. */
const toWorkspace = (node: PlanNode): WorkspaceMode | null => {
	const workspace = node.kind === 'steps' || node.kind === 'approve' ? null : node.workspace;
	return node.rollsBack && workspace !== 'worktree' ? 'shared' : workspace;
};

/** How many of those whose names begin so may be at work at once. */
export type Limit = {readonly prefix: string; readonly max: number};

/** True where a step can join: the limits are not reached, and nobody's files change under anybody's hands. */
export const canJoin = (crowd: Crowd, name: string, node: PlanNode, limits: readonly Limit[]): boolean => {
	const workspace = toWorkspace(node);
	const isWork = node.kind === 'prompt' || node.kind === 'run';
	// The blocks that it stands in are not in its way.
	const others = crowd.filter(member => !name.startsWith(`${member.name}.`));
	const canShare = workspace === null || others.every(member => canBeBeside(member.workspace, workspace));
	return canShare && (!isWork || limits.every(limit => countWork(crowd, limit) < limit.max));
};

/** Readers are in nobody's way, nor is who has a work tree of its own. */
const canBeBeside = (one: WorkspaceMode, other: WorkspaceMode): boolean =>
	one === 'worktree' || other === 'worktree' || (one === 'readonly' && other === 'readonly');

const countWork = (crowd: Crowd, {prefix}: Limit): number => crowd.filter(({isWork, name}) => isWork && name.startsWith(prefix)).length;
