import {isFailure} from '../domain/failures.ts';
import type {PlanStep} from '../domain/plan.ts';
import type {Run} from '../domain/records.ts';
import type {AttemptPorts} from './attempt-ports.ts';
import type {Facts} from './judge-attempt.ts';

type Work = {readonly run: Pick<Run, 'id'>; readonly step: PlanStep; readonly onNotice: (text: string) => void};

/**
 * Tells what a step, with all its attempts so far, has changed: the files as they are now against the checkpoint before the first attempt. Null
 * where there is none. Only looks, so nothing is kept; and only where somebody reads it.
 */
export const tellChanges = async ({store, checkpoints}: AttemptPorts, {run, step, onNotice}: Work): Promise<Pick<Facts, 'changed' | 'commit'>> => {
	// What a step did in a work tree of its own is told when that is merged.
	if (!step.tellsChanges || step.worktree !== null) return {};
	const agents = await store.listAgents({runId: run.id});
	const first = agents.find(agent => agent.stepId === step.id && agent.parentId === null)?.checkpointId ?? null;
	try {
		const {isChanged, head} = await checkpoints.compare(first);
		return {changed: isChanged, commit: head};
	} catch (error) {
		if (!isFailure(error)) throw error;
		onNotice(`what step "${step.id}" changed is not known: ${error.message}`);
		return {changed: null, commit: null};
	}
};
