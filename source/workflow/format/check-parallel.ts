import {listWork, MAX_PARALLEL, type PlanNode, type Repeat} from '../../domain/plan.ts';
import type {WorkflowProblem} from '../../domain/workflow-problem.ts';
import type {Path, YamlDocument} from '../../workspace/yaml-document.ts';

/** What is wrong with items that are to be under way at once: steps that change the same files have to wait for each other. */
export const findParallelProblems = (
	document: YamlDocument,
	path: Path,
	repeat: Repeat,
	{steps, isTakenBack}: {readonly steps: readonly PlanNode[]; readonly isTakenBack: boolean},
): readonly WorkflowProblem[] => {
	if (repeat.kind !== 'each' || repeat.maxParallel === 1) return [];
	const writers = listWork(steps).filter(({workspace}) => workspace === 'shared');
	const problem = (message: string): readonly WorkflowProblem[] => [
		document.problemAt([...path, 'foreach', 'max_parallel'], `foreach.max_parallel: ${message}`),
	];
	if (isTakenBack) return problem('items that are under way at once cannot be undone one by one; write max_parallel: 1, or no rollback');
	const advice = 'give them workspace: readonly or worktree, or write max_parallel: 1';
	return writers.length === 0 ? [] : problem(`its steps may change the same files; ${advice}`);
};

/** What nobody has limited: a single step that only reads is done for as many items at once as the run may. */
export const toUsualParallel = (step: PlanNode): number =>
	step.kind !== 'steps' && step.kind !== 'approve' && step.workspace === 'readonly' ? MAX_PARALLEL : 1;
