import {type FrozenPlan, hasWorktrees} from '../domain/plan.ts';
import type {AttemptPorts} from './attempt-ports.ts';

/** The same with what the run is to know of the repository. @throws {RadError} `GIT_UNUSABLE` where its steps want work trees and there can be none. */
export const freezeGit = async ({worktrees}: Pick<AttemptPorts, 'worktrees'>, frozen: FrozenPlan): Promise<FrozenPlan> => {
	if (hasWorktrees(frozen.plan)) await worktrees.check();
	return {...frozen, baseBranch: await worktrees.currentBranch()};
};
