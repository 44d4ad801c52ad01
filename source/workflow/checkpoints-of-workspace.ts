import type {CheckpointService} from '../checkpoint/checkpoint-service.ts';
import type {Checkpoints} from '../domain/checkpoints.ts';
import type {Clock} from '../domain/clock.ts';
import {RadError} from '../domain/failures.ts';
import type {RunId} from '../domain/ids.ts';
import type {Run} from '../domain/records.ts';
import {isAgentOver, isRunOver} from '../domain/status.ts';
import type {Store} from '../monitoring/store-port.ts';

export type CheckpointsOptions = {
	readonly service: CheckpointService;
	readonly store: Store;
	readonly clock: Clock;
	readonly upkeep: () => Promise<void>;
	readonly cancel: (runId: RunId) => Promise<Run>;
	/** See `Checkpoints`. */
	readonly isRestoreUnfinished: () => boolean;
};

/** Checkpoints as a front end sees them: recorded in the store, and never restored under the hands of a running agent. */
export const createCheckpoints = ({service, store, clock, upkeep, cancel, isRestoreUnfinished}: CheckpointsOptions): Checkpoints => ({
	create: async ({label}) => {
		const checkpoint = await service.create({kind: 'manual', label, runId: null, stepId: null, agentId: null});
		await store.recordCheckpoint(checkpoint);
		return checkpoint;
	},
	list: async ({runId} = {}) => (await service.list()).filter(checkpoint => runId === undefined || checkpoint.runId === runId),
	find: service.find,
	diff: service.diff,
	diffText: service.diffText,
	preview: service.preview,
	restore: async (id, {signal, stopRuns, ...scope}) => {
		await upkeep();
		for (const run of await listActive(store)) {
			if (!stopRuns) throw toActive(run);
			await cancel(run.id);
		}
		const result = await service.restore(id, {signal, ...scope});
		if (result.safety !== null) await store.recordRestore(id, result.safety, result.restored.runId, clock.now());
		return result;
	},
	undoPoint: async () => (await service.list()).find(({kind}) => kind === 'safety'),
	isRestoreUnfinished,
	resume: async (how, options) => {
		const [active] = await listActive(store);
		if (how === 'undo' && active !== undefined) throw toActive(active);
		const result = await service.resume(how, options);
		if (result?.safety != null) await store.recordRestore(result.target, result.safety, null, clock.now());
		return result;
	},
	prune: async (limits, {isDryRun, onProgress}) => {
		await upkeep();
		const isUsual = Object.keys(limits).length === 0;
		const activeRuns = new Set((await listActive(store)).map(({id}) => id));
		return service.prune({limits: isUsual ? undefined : limits, activeRuns, isDryRun, onProgress});
	},
	verify: service.verify,
	size: service.size,
	top: service.top,
});

const toActive = (run: Run): RadError =>
	new RadError('RUN_ACTIVE', `An agent of run ${run.id} ("${run.workflow}") is at work in this workspace; nothing was changed.`, {
		details: {run: run.id},
	});

/** Runs that drive agents, and interrupted ones whose agents go on alone. */
const listActive = async (store: Store): Promise<readonly Run[]> => {
	const agents = await store.listAgents({});
	const busy = new Set(agents.filter(({status}) => !isAgentOver(status)).map(({planId}) => planId));
	return (await store.listRuns()).filter(({id, status}) => !isRunOver(status) && status !== 'queued' && (status !== 'interrupted' || busy.has(id)));
};
