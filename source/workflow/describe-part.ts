import {isFailure} from '../domain/failures.ts';
import type {FrozenPlan} from '../domain/plan.ts';
import type {AttemptPorts} from './attempt-ports.ts';

/** What whoever starts a part of a workflow should know first: only endings and outputs are taken over, and the files may be others by now. */
export const describePart = async ({checkpoints}: Pick<AttemptPorts, 'checkpoints'>, {part}: FrozenPlan): Promise<readonly string[]> => {
	const runId = part?.runId ?? null;
	if (runId === null) return [];
	try {
		const last = (await checkpoints.list()).find(each => each.runId === runId && each.kind !== 'safety');
		if (last === undefined || (await checkpoints.diff(last.id)).length === 0) return [];
		return [`the files are used as they are now, not as in the last checkpoint of run ${runId}; rad checkpoint restore ${last.id} brings those back`];
	} catch (error) {
		if (!isFailure(error)) throw error;
		return [`whether the files are as in the last checkpoint of run ${runId} cannot be told: ${error.message}`];
	}
};
