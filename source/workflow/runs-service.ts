import {isDeepStrictEqual} from 'node:util';
import {isFailure, RadError} from '../domain/failures.ts';
import {findByPrefix} from '../domain/find-by-prefix.ts';
import type {RunId} from '../domain/ids.ts';
import type {FrozenPlan} from '../domain/plan.ts';
import type {RunAttendance, RunOptions, Runs, StartOptions} from '../domain/rad.ts';
import type {ProcessIdentity, Run} from '../domain/records.ts';
import {toOverFailure} from '../domain/run-over.ts';
import {isRunOver} from '../domain/status.ts';
import type {AttemptPorts} from './attempt-ports.ts';
import {hasLimit} from './budget.ts';
import {cancelRun} from './cancel-run.ts';
import {executeRun, loadState, resumeRun} from './embedded-engine.ts';
import {demandPrograms, freezePlan} from './freeze-plan.ts';
import type {RequestDesk} from './request-desk.ts';
import type {WorkflowLibrary} from './workflow-library.ts';

export type RunsOptions = {
	readonly ports: AttemptPorts;
	readonly desk: RequestDesk;
	readonly library: WorkflowLibrary;
	readonly self: ProcessIdentity;
	readonly upkeep: () => Promise<void>;
	/** Starts a process that executes the run with this id on its own; resolves when the run exists. */
	readonly startRunner: (runId: RunId, options: StartOptions) => Promise<void>;
};

export type RunsService = Runs & {
	/** As `execute`, with an id that was chosen before. */
	readonly executeAs: (runId: RunId, options: RunOptions) => Promise<Run>;
};

export const createRuns = ({ports, desk, library, self, upkeep, startRunner}: RunsOptions): RunsService => {
	const {store, ids} = ports;
	const get = async (runId: RunId): Promise<Run> => {
		const run = await store.getRun(runId);
		if (run === undefined) throw new RadError('RUN_UNKNOWN', `There is no run ${runId}`);
		return run;
	};
	const executeAs = async (runId: RunId, options: RunOptions): Promise<Run> => {
		const frozen = await freezePlan(ports, library, options);
		await upkeep();
		const {signal, onEvent = () => {}, onNotice = () => {}} = options;
		return executeRun(ports, desk, {runId, frozen, self, signal, onEvent, onNotice});
	};
	const resume = async (runId: RunId, {signal, onEvent = () => {}, onNotice = () => {}}: RunAttendance): Promise<Run> => {
		await upkeep();
		const run = await get(runId);
		if (isRunOver(run.status)) throw toOverFailure(run);
		const frozen = await thaw(ports, run);
		demandPrograms(ports, frozen.plan);
		if (run.status === 'interrupted') for (const text of await describeResumption(ports, library, run, frozen)) onNotice(text);
		return resumeRun(ports, desk, {runId, frozen, self, signal, onEvent, onNotice});
	};
	return {
		executeAs,
		resume,
		execute: options => executeAs(ids.next('run'), options),
		start: async options => {
			await freezePlan(ports, library, options);
			await upkeep();
			const runId = ids.next('run');
			await startRunner(runId, options);
			return get(runId);
		},
		list: async () => {
			await upkeep();
			return store.listRuns();
		},
		find: async prefix => {
			await upkeep();
			const runs = await store.listRuns();
			return get(
				findByPrefix(
					'run',
					prefix,
					runs.map(({id}) => id),
				),
			);
		},
		steps: runId => store.listSteps(runId),
		cancel: async (runId, how) => {
			await upkeep();
			return cancelRun(ports, runId, how);
		},
	};
};

const thaw = async ({store}: AttemptPorts, {id}: Run): Promise<FrozenPlan> => {
	const frozen = JSON.parse((await store.getPlanJson(id)) ?? '{}') as Partial<FrozenPlan>;
	// Sessions that were imported have a run without steps; a rad of before this one froze less of a step.
	if (frozen.plan?.budget !== undefined) return frozen as FrozenPlan;
	throw new RadError('RUN_OVER', `Run ${id} was started by another version of rad, which alone can go on with it.`);
};

/** What whoever goes on with a run should know first. */
const describeResumption = async (ports: AttemptPorts, library: WorkflowLibrary, run: Run, frozen: FrozenPlan): Promise<readonly string[]> => {
	const state = await loadState(ports, {runId: run.id, frozen});
	const lost = frozen.plan.steps.filter(({id}) => state.steps[id]?.status === 'running' && state.steps[id]?.outcome?.status === 'lost');
	const agents = await ports.store.listAgents({runId: run.id});
	// Nothing is started any more.
	const losses = (state.spent === null ? lost : []).map(({id, budget}) => {
		const checkpoint = agents.findLast(agent => agent.stepId === id && agent.parentId === null)?.checkpointId ?? null;
		const way = checkpoint === null ? '' : `; rad checkpoint restore ${checkpoint} brings back those of before it`;
		return `step "${id}" was lost with its rad and starts again${hasLimit(budget) ? ' unless its budget is spent' : ''}, on the files as they are now${way}`;
	});
	return [...((await isEdited(library, run, frozen)) ? [`${run.workflow} was edited since; the run goes on as it was started`] : []), ...losses];
};

const isEdited = async (library: WorkflowLibrary, {workflow}: Run, {plan}: FrozenPlan): Promise<boolean> => {
	try {
		const now = await library.load(workflow);
		// Whoever started it may have wanted no checkpoints.
		const steps = now.steps.map((step, index) => ({...step, takesCheckpoints: plan.steps[index]?.takesCheckpoints ?? true}));
		return !isDeepStrictEqual({...now, steps}, plan);
	} catch (error) {
		if (isFailure(error)) return true;
		throw error;
	}
};
