import type {MergeConflict} from '../domain/events.ts';
import {isFailure} from '../domain/failures.ts';
import type {RunId} from '../domain/ids.ts';
import type {PlanStep} from '../domain/plan.ts';
import {type Captured, type SlotWork, toRunBranch, toWorkRef} from '../worktrees/worktrees-port.ts';
import type {AttemptPorts} from './attempt-ports.ts';
import {describeConflict} from './decide-merge.ts';
import type {RunState, StepState} from './run-state.ts';

type Ports = Pick<AttemptPorts, 'store' | 'clock' | 'worktrees'>;
type Merging = {readonly runId: RunId; readonly step: PlanStep; readonly state: StepState | undefined; readonly onNotice: (text: string) => void};

/**
 * Keeps what the newest attempt of a step left and, if it completed, brings it into the run's branch. Doing it again after a crash changes
 * nothing. The step fails when git cannot do it.
 */
export const mergeStep = async (ports: Ports, {runId, step, state, onNotice}: Merging): Promise<void> => {
	const {store, clock, worktrees} = ports;
	const work = toSlotWork(runId, step.id, state);
	if (work === undefined) throw new Error(`step ${step.id} has no work tree`);
	try {
		const captured = await worktrees.capture(work);
		if (captured.uncovered.length > 0) onNotice(describeUncovered(step.id, captured.uncovered));
		const outcome = state?.outcome?.status === 'completed' ? await merge(ports, step, work, captured) : {head: null};
		const commit = outcome.head !== null && captured.isChanged ? outcome.head : captured.commit;
		await store.noteMerge({runId, stepId: step.id, attempt: work.attempt, commit, isChanged: captured.isChanged, ...outcome}, clock.now());
	} catch (error) {
		if (!isFailure(error)) throw error;
		await store.endStep(runId, step.id, {status: 'failed', reason: `its work could not be merged: ${error.message}`}, clock.now());
	}
};

const toSlotWork = (runId: RunId, stepId: string, state: StepState | undefined): SlotWork | undefined => {
	const {slot, base} = state?.worktree ?? {};
	return state === undefined || slot === undefined || base === undefined || base === null
		? undefined
		: {runId, slot, base, stepId, attempt: state.attempts};
};

const merge = async (
	{worktrees}: Ports,
	{worktree}: PlanStep,
	work: SlotWork,
	{commit}: Captured,
): Promise<{readonly head: string | null; readonly conflict?: MergeConflict}> => {
	const mode = worktree?.merge ?? 'squash';
	if (mode === 'none') return {head: null};
	const merged = await worktrees.merge(work, commit, mode);
	return merged.kind === 'merged' ? {head: merged.head} : {head: null, conflict: {files: merged.files, ref: toWorkRef(work)}};
};

const describeUncovered = (stepId: string, names: readonly string[]): string =>
	`what step "${stepId}" left is kept without ${names.join(', ')}: a repository of its own, or not readable`;

/** Asks a person to make the work of a step fit, in its own work tree. */
export const askToResolve = async (
	{store, clock, worktrees}: Ports,
	{runId, step, state, conflict}: Omit<Merging, 'onNotice'> & {readonly conflict: MergeConflict},
): Promise<void> => {
	const work = toSlotWork(runId, step.id, state);
	if (work === undefined) throw new Error(`step ${step.id} has no work tree`);
	await worktrees.settle(work);
	const what = describeConflict(conflict);
	const message = [
		`${what.charAt(0).toUpperCase()}${what.slice(1)}.`,
		`Make it fit in ${await worktrees.locate(work)}: git merge ${toRunBranch(runId)}, resolve, git commit. A Yes then merges it; a No fails the step.`,
	].join('\n');
	await store.askStep(runId, step.id, {about: 'conflict', message, show: [], outputs: {}, until: null, onTimeout: 'reject'}, clock.now());
};

/**
 * Lets go of the work trees of a run that is over, or has nothing left to do; what is in them is kept first. Returns what a person should
 * know of it.
 */
export const leaveWorktrees = async (
	{worktrees}: Pick<Ports, 'worktrees'>,
	{runId, state}: {readonly runId: RunId; readonly state: RunState},
): Promise<readonly string[]> => {
	try {
		for (const [stepId, step] of state.steps) {
			const work = step.merged < step.attempts ? toSlotWork(runId, stepId, step) : undefined;
			if (work !== undefined) await worktrees.capture(work);
		}
		const left = await worktrees.remove(runId);
		return left.map(folder => `${folder} stays: it holds what git cannot keep; look at it, then: git worktree remove --force ${folder}`);
	} catch (error) {
		if (!isFailure(error)) throw error;
		return [`the work trees of the run could not be removed: ${error.message}`];
	}
};
