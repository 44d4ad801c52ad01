import type {SlotPlace} from '../domain/events.ts';
import {isFailure} from '../domain/failures.ts';
import type {Run} from '../domain/records.ts';
import type {AttemptPorts} from './attempt-ports.ts';

export type RollBack = {
	readonly run: Run;
	readonly stepId: string;
	readonly round: number;
	/** The name of the step, or how the names of the steps begin of which the work is taken back. */
	readonly beginning: string;
	/** Where the step works, if not in the workspace. */
	readonly place: SlotPlace | null;
	readonly signal: AbortSignal;
};

/**
 * Brings back the files of before a step that has failed. It fails all the same when that is not possible; the event says why. Doing it
 * again after a crash finds nothing to do, unless somebody has changed files meanwhile: the safety checkpoint has those then.
 */
export const rollBack = async (ports: AttemptPorts, {run, stepId, round, beginning, place, signal}: RollBack): Promise<void> => {
	const {store, clock, checkpoints} = ports;
	if (place !== null) return rollBackSlot(ports, {run, stepId, round}, place);
	const agents = await store.listAgents({runId: run.id});
	const first = agents.find(agent => agent.parentId === null && agent.checkpointId !== null && isOf(agent.stepId, beginning))?.checkpointId ?? null;
	const note = (reason: string | null): Promise<void> =>
		store.noteRollBack({runId: run.id, stepId, round, checkpointId: reason === null ? first : null, reason}, clock.now());
	if (first === null) return note('no checkpoint was taken before it');
	try {
		const {safety} = await checkpoints.restore(first, {signal});
		if (safety !== null) await store.recordRestore(first, safety, run.id, clock.now());
		await note(null);
	} catch (error) {
		// What is to be done then is decided anew.
		if (signal.aborted) return;
		if (!isFailure(error)) throw error;
		await note(error.message);
	}
};

/** What is in a work tree was kept before. */
const rollBackSlot = async (
	{store, clock, worktrees}: AttemptPorts,
	{run, stepId, round}: Pick<RollBack, 'run' | 'stepId' | 'round'>,
	{slot, base}: SlotPlace,
): Promise<void> => {
	try {
		if (base !== null) await worktrees.prepare({runId: run.id, slot}, base);
		await store.noteRollBack({runId: run.id, stepId, round, checkpointId: null, reason: null}, clock.now());
	} catch (error) {
		if (!isFailure(error)) throw error;
		await store.noteRollBack({runId: run.id, stepId, round, checkpointId: null, reason: error.message}, clock.now());
	}
};

const isOf = (stepId: string, beginning: string): boolean => (beginning.endsWith('.') ? stepId.startsWith(beginning) : stepId === beginning);
