import {isFailure} from '../domain/failures.ts';
import type {AgentId} from '../domain/ids.ts';
import type {PlanStep} from '../domain/plan.ts';
import type {Run} from '../domain/records.ts';
import type {AttemptPorts} from './attempt-ports.ts';

type Work = {readonly run: Pick<Run, 'id'>; readonly step: PlanStep; readonly onNotice: (text: string) => void};

/** Takes the checkpoint after an attempt where its step wants one: what is changed later is told apart from it. What the attempt did is done, so a failure is only told. */
export const keepAfter = async ({checkpoints, store}: AttemptPorts, {run, step, onNotice}: Work, agentId: AgentId): Promise<void> => {
	if (!step.takesCheckpoints || !step.takesCheckpointAfter) return;
	try {
		const purpose = {kind: 'end', label: `after ${step.id}`, runId: run.id, stepId: step.id, agentId} as const;
		await store.recordCheckpoint(await checkpoints.create(purpose));
	} catch (error) {
		if (!isFailure(error)) throw error;
		onNotice(`no checkpoint could be made after step "${step.id}": ${error.message}`);
	}
};
