import path from 'node:path';
import {isDeepStrictEqual} from 'node:util';
import {attemptFiles} from '../agents/attempt-files.ts';
import {readParentRuns} from '../agents/parent-runs.ts';
import {isFailure, RadError} from '../domain/failures.ts';
import type {RunId} from '../domain/ids.ts';
import {type FrozenPlan, hasLimit, hasWorktrees, mapPlanWork} from '../domain/plan.ts';
import {isUndecided} from '../domain/question.ts';
import type {RunAttendance, RunOptions, Runs, StartOptions} from '../domain/rad.ts';
import type {ProcessIdentity, Run, RunArtifact, Step} from '../domain/records.ts';
import {toOverFailure} from '../domain/run-over.ts';
import {isRunOver} from '../domain/status.ts';
import type {KeptArtifact} from '../monitoring/store-port.ts';
import {toRunBranch} from '../worktrees/worktrees-port.ts';
import type {AttemptPorts} from './attempt-ports.ts';
import {toAllowance} from './budget.ts';
import {cancelAgent} from './cancel-agent.ts';
import {cancelRun} from './cancel-run.ts';
import {joinGroup} from './concurrency.ts';
import {demandOwnRuns} from './demand-own-runs.ts';
import {demandSecrets, describeExposure, hideSecrets} from './demand-secrets.ts';
import {describePart} from './describe-part.ts';
import {executeRun, loadState, resumeRun} from './embedded-engine.ts';
import {freezeGit} from './freeze-git.ts';
import {freezeStart} from './freeze-part.ts';
import {demandPrograms, readFrozenPlan} from './freeze-plan.ts';
import {tellRun} from './left-run.ts';
import {attemptDirectory} from './read-attempt.ts';
import {readOutputs} from './read-outputs.ts';
import type {RequestDesk} from './request-desk.ts';
import {createRunReads} from './run-reads.ts';
import {locateStep} from './scope.ts';
import {takeTurn} from './take-turn.ts';
import type {WorkflowLibrary} from './workflow-library.ts';

export type RunsOptions = {
	readonly ports: AttemptPorts;
	readonly desk: RequestDesk;
	readonly library: WorkflowLibrary;
	readonly self: ProcessIdentity;
	readonly upkeep: () => Promise<void>;
	/** Starts a process that executes the run with this id on its own, or without options goes on with it; resolves when that drives it. */
	readonly startRunner: (runId: RunId, options: StartOptions | undefined) => Promise<void>;
};

export type RunsService = Runs & {
	/** As `execute`, with an id that was chosen before. */
	readonly executeAs: (runId: RunId, options: RunOptions) => Promise<Run>;
};

export const createRuns = ({ports, desk, library, self, upkeep, startRunner}: RunsOptions): RunsService => {
	const {store, ids, clock} = ports;
	const get = async (runId: RunId): Promise<Run> => {
		const run = await store.getRun(runId);
		if (run === undefined) throw new RadError('RUN_UNKNOWN', `There is no run ${runId}`);
		return run;
	};
	const executeAs = async (runId: RunId, options: RunOptions): Promise<Run> => {
		const frozen = joinGroup(await freezeGit(ports, await freezeStart(ports, library, options)), runId);
		await upkeep();
		const {signal, onEvent = () => {}, onNotice = () => {}, isPatient = false} = options;
		for (const text of [...hideSecrets(ports, frozen), ...describeExposure(ports, frozen), ...(await describePart(ports, frozen))]) onNotice(text);
		const run = await takeTurn(
			{...ports, upkeep, cancel: id => cancelRun(ports, id, 'graceful')},
			{runId, frozen, self, parents: readParentRuns(ports.environment), isPatient, signal, onNotice},
		);
		return isRunOver(run.status) ? run : executeRun(ports, desk, {runId, frozen, self, signal, onEvent, onNotice}, run);
	};
	/** @throws {RadError} as `Runs.resume`. */
	const demandResumable = async (runId: RunId): Promise<{readonly run: Run; readonly frozen: FrozenPlan}> => {
		await demandOwnRuns(ports);
		await upkeep();
		const run = await get(runId);
		if (isRunOver(run.status)) throw toOverFailure(run);
		const frozen = await thaw(ports, run);
		demandPrograms(ports, frozen);
		demandSecrets(ports, frozen);
		return {run, frozen};
	};
	const resume = async (runId: RunId, {signal, onEvent = () => {}, onNotice = () => {}}: RunAttendance): Promise<Run> => {
		const {run, frozen} = await demandResumable(runId);
		for (const text of hideSecrets(ports, frozen)) onNotice(text);
		if (run.status === 'interrupted') for (const text of await describeResumption(ports, library, run, frozen)) onNotice(text);
		return resumeRun(ports, desk, {runId, frozen, self, signal, onEvent, onNotice});
	};
	return {
		executeAs,
		resume,
		execute: options => executeAs(ids.next('run'), options),
		start: async options => {
			await freezeGit(ports, await freezeStart(ports, library, options));
			await upkeep();
			const runId = ids.next('run');
			await startRunner(runId, options);
			return get(runId);
		},
		resumeDetached: async runId => {
			await demandResumable(runId);
			await startRunner(runId, undefined);
			return get(runId);
		},
		...createRunReads({listRuns: async () => (await store.listRuns()).map(run => tellRun(run, ports.processes))}, upkeep),
		steps: runId => store.listSteps(runId),
		outputs: async run => (isRunOver(run.status) ? readOutputs(ports, run) : {}),
		artifacts: async runId => (await store.listArtifacts(runId)).map(artifact => toRunArtifact(ports, artifact)),
		allowance: async runId => {
			const frozen = readFrozenPlan(await store.getPlanJson(runId));
			if (frozen === undefined) return {costNanoUsd: null, tokens: null, turns: null};
			const canBeRaised = hasLimit(frozen.plan.budget) && frozen.plan.budget.onExceeded === 'ask';
			return toAllowance(frozen, canBeRaised ? (await loadState(ports, {runId, frozen})).raises : 0);
		},
		branch: async runId => {
			const frozen = readFrozenPlan(await store.getPlanJson(runId));
			const isWanted = frozen !== undefined && hasWorktrees(frozen.plan);
			return isWanted && (await ports.worktrees.findHead(runId)) !== undefined ? toRunBranch(runId) : null;
		},
		decide: async (runId, stepId, answer) => {
			const step = await findWaiting(store, await get(runId), stepId);
			const decision = {...answer, by: 'user'};
			if (await store.decideStep(runId, step.stepId, decision, clock.now())) return {...step, decision};
			throw new RadError('STEP_NOT_WAITING', `Step "${step.stepId}" was decided in the meantime.`, {details: {run: runId}});
		},
		cancel: async (runId, how) => {
			await upkeep();
			return cancelRun(ports, runId, how);
		},
		cancelAgent: async (agentId, how) => {
			await upkeep();
			return cancelAgent(ports, agentId, how);
		},
	};
};

const toRunArtifact = ({workspaceRoot, runsDirectory}: AttemptPorts, {runId, stepId, attempt, path: below, sizeBytes}: KeptArtifact): RunArtifact => {
	const folder = attemptFiles(attemptDirectory(runsDirectory, runId, stepId, attempt)).artifacts;
	return {stepId, attempt, path: below, sizeBytes, file: path.relative(workspaceRoot, path.join(folder, below))};
};

/** The step that is to be decided. */
const findWaiting = async (store: AttemptPorts['store'], {id, status}: Run, stepId: string | undefined): Promise<Step> => {
	const details = {details: {run: id}};
	const steps = await store.listSteps(id);
	const waiting = steps.filter(isUndecided);
	const [only, ...others] = stepId === undefined ? waiting : waiting.filter(step => step.stepId === stepId);
	if (only !== undefined && others.length === 0 && !isRunOver(status)) return only;
	if (stepId === undefined) {
		if (only === undefined) throw new RadError('STEP_NOT_WAITING', `No step of run ${id} waits for a decision.`, details);
		throw new RadError('STEP_UNKNOWN', `Several steps of run ${id} wait for a decision: ${waiting.map(step => step.stepId).join(', ')}.`, details);
	}
	const known = steps.find(step => step.stepId === stepId);
	if (known === undefined) throw new RadError('STEP_UNKNOWN', `Run ${id} has no step "${stepId}".`, details);
	throw new RadError(
		'STEP_NOT_WAITING',
		`Step "${stepId}" does not wait for a decision: it is ${known.decision === null ? known.status : 'decided'}.`,
		details,
	);
};

const thaw = async ({store}: AttemptPorts, {id}: Run): Promise<FrozenPlan> => {
	const frozen = readFrozenPlan(await store.getPlanJson(id));
	if (frozen !== undefined) return frozen;
	throw new RadError('RUN_OVER', `Run ${id} was started by another version of rad, which alone can go on with it.`);
};

/** What whoever goes on with a run should know first. */
const describeResumption = async (ports: AttemptPorts, library: WorkflowLibrary, run: Run, frozen: FrozenPlan): Promise<readonly string[]> => {
	const state = await loadState(ports, {runId: run.id, frozen});
	const lost = [...state.steps].flatMap(([name, {status, outcome}]) => {
		const located =
			status === 'running' && outcome?.status === 'lost' ? locateStep(frozen.plan, name, block => state.steps.get(block)?.items ?? null) : undefined;
		return located === undefined ? [] : [located.step];
	});
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
		const [before, after] = [plan, now].map(each => mapPlanWork(each, step => ({...step, takesCheckpoints: true})));
		return !isDeepStrictEqual(before, after);
	} catch (error) {
		if (isFailure(error)) return true;
		throw error;
	}
};
