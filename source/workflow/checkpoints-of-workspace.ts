import type {CheckpointService} from '../checkpoint/checkpoint-service.ts';
import type {Clock} from '../domain/clock.ts';
import {RadError} from '../domain/failures.ts';
import type {RunId} from '../domain/ids.ts';
import type {Checkpoints} from '../domain/rad.ts';
import type {Run} from '../domain/records.ts';
import {isAgentOver, isRunOver} from '../domain/status.ts';
import type {Store} from '../monitoring/store-port.ts';

export type CheckpointsOptions = {
	readonly service: CheckpointService;
	readonly store: Store;
	readonly clock: Clock;
	readonly upkeep: () => Promise<void>;
	readonly cancel: (runId: RunId) => Promise<Run>;
};

/** Checkpoints as a front end sees them: recorded in the store, and never restored under the hands of a running agent. */
export const createCheckpoints = ({service, store, clock, upkeep, cancel}: CheckpointsOptions): Checkpoints => ({
	create: async ({label}) => {
		const checkpoint = await service.create({kind: 'manual', label, runId: null, stepId: null, agentId: null});
		await store.recordCheckpoint(checkpoint);
		return checkpoint;
	},
	list: async ({runId} = {}) => (await service.list()).filter(checkpoint => runId === undefined || checkpoint.runId === runId),
	find: service.find,
	diff: service.diff,
	diffText: (from, options = {}) => service.diffText(from, options),
	preview: service.preview,
	restore: async (id, {signal, stopRuns}) => {
		await upkeep();
		for (const run of await listActive(store)) {
			if (!stopRuns) {
				throw new RadError('RUN_ACTIVE', `An agent of run ${run.id} ("${run.workflow}") is at work in this workspace; nothing was changed.`, {
					details: {run: run.id},
				});
			}
			await cancel(run.id);
		}
		const result = await service.restore(id, {signal});
		await store.recordRestore(id, result.safety, result.restored.runId, clock.now());
		return result;
	},
});

/** Runs that drive agents, and interrupted ones whose agents go on alone. */
const listActive = async (store: Store): Promise<readonly Run[]> => {
	const agents = await store.listAgents({});
	const busy = new Set(agents.filter(({status}) => !isAgentOver(status)).map(({planId}) => planId));
	return (await store.listRuns()).filter(run => !isRunOver(run.status) && (run.status !== 'interrupted' || busy.has(run.id)));
};
