import {listWork, type PlanNode, type PlanStep, type PlanWorktree} from '../../domain/plan.ts';
import type {WorkflowProblem} from '../../domain/workflow-problem.ts';
import type {Path, YamlDocument} from '../../workspace/yaml-document.ts';
import type {PromptStep, Workspace} from './zod-schema.ts';

/** How a step works in a work tree of its own; null where it does not. */
export const toWorktree = (workspace: Workspace | undefined): PlanWorktree | null =>
	workspace?.mode === 'worktree'
		? {base: workspace.base ?? null, merge: workspace.merge ?? 'squash', onConflict: workspace.on_conflict ?? 'fail'}
		: null;

type Own = Pick<Partial<PromptStep>, 'permissions' | 'checkpoint' | 'workspace'>;

/**
 * What a step says that does not go with its workspace. Of an agent's file or of the defaults, the permissions are a habit; of the step
 * itself, a wish.
 */
export const findWorkspaceProblems = (
	document: YamlDocument,
	path: Path,
	{workspace}: Pick<PlanStep, 'workspace'>,
	{permissions, checkpoint, workspace: own}: Own,
): readonly WorkflowProblem[] => {
	const problem = (key: string, message: string): WorkflowProblem => document.problemAt([...path, key], `${key}: ${message}`);
	const isRefused = workspace === 'readonly' && permissions !== undefined && permissions !== 'plan';
	return [
		...(isRefused ? [problem('permissions', 'a step with workspace: readonly has "plan"; leave it out, or the workspace')] : []),
		...(workspace === 'worktree' && checkpoint === 'before'
			? [problem('checkpoint', 'a step with workspace: worktree begins from a commit, and needs none; leave it out')]
			: []),
		...(own === undefined ? [] : findStrayKeys(document, path, own)),
	];
};

const OF_WORKTREES = ['base', 'merge', 'on_conflict'] as const;

const findStrayKeys = (document: YamlDocument, path: Path, workspace: Workspace): readonly WorkflowProblem[] => {
	const stray = workspace.mode === 'worktree' ? undefined : OF_WORKTREES.find(key => workspace[key] !== undefined);
	if (stray === undefined) return [];
	return [document.problemAtKey([...path, 'workspace'], stray, `workspace.${stray}: only mode: worktree has it`)];
};

/** What a block that is undone when it fails cannot have in it. */
export const findBlockProblems = (document: YamlDocument, path: Path, nodes: readonly PlanNode[]): readonly WorkflowProblem[] =>
	listWork(nodes).some(({workspace}) => workspace === 'worktree')
		? [document.problemAt([...path, 'on_failure'], 'on_failure: what steps with workspace: worktree have merged is not undone; leave it out')]
		: [];
