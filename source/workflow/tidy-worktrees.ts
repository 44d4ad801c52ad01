import type {Run} from '../domain/records.ts';
import type {AttemptPorts} from './attempt-ports.ts';
import {loadState} from './embedded-engine.ts';
import {readFrozenPlan} from './freeze-plan.ts';
import {leaveWorktrees} from './merge-step.ts';

/** Lets go of the work trees of a run that is over, in place of its rad. */
export const tidyWorktrees = async (ports: Pick<AttemptPorts, 'store' | 'clock' | 'worktrees'>, {id}: Run): Promise<void> => {
	const frozen = readFrozenPlan(await ports.store.getPlanJson(id));
	if (frozen !== undefined) await leaveWorktrees(ports, {runId: id, state: await loadState(ports, {runId: id, frozen})});
};
