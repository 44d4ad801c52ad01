import {readStart} from '../agents/attempt-files.ts';
import {AGENT_MARK, type AttemptState} from '../agents/supervisor.ts';
import {isFailure} from '../domain/failures.ts';
import {listSecrets, type PlanStep} from '../domain/plan.ts';
import type {Agent, Run} from '../domain/records.ts';
import {isAgentOver, isRunOver} from '../domain/status.ts';
import type {Attempt} from '../monitoring/store-port.ts';
import type {AttemptPorts} from './attempt-ports.ts';
import {createEvaluate} from './contexts.ts';
import {decide} from './core.ts';
import {findMissingSecrets, hideSecrets} from './demand-secrets.ts';
import {loadState} from './embedded-engine.ts';
import {readFrozenPlan} from './freeze-plan.ts';
import {judgeAttempt, toOutcome} from './judge-attempt.ts';
import {GONE} from './left-run.ts';
import {demandOutputs, sumCost, takeOutputs, toAgentEnding} from './outputs.ts';
import {attemptDirectory, readAttempt} from './read-attempt.ts';
import {isRestoreOutstanding} from './restore-wish.ts';
import {locateStep} from './scope.ts';
import {ON_REQUEST, readSpent, toStopReason} from './stop-reason.ts';
import {takeArtifacts} from './take-artifacts.ts';
import {NO_GATE} from './write-gate.ts';

const GONE_EARLY = 'the rad that was to drive it was gone before it began';

/**
 * Makes the record tell the truth after a crash: a run whose rad is dead is interrupted; its agents have ended as their shims wrote down,
 * work on unattended, or are lost. Changes nothing where all is well; doing it twice, or in two processes at once, does no harm.
 */
export const reconcile = async (ports: AttemptPorts): Promise<void> => {
	for (const run of await ports.store.listRuns()) {
		if (isRunOver(run.status)) continue;
		if (run.status !== 'interrupted') {
			if (ports.processes.isAlive(run.owner)) continue;
			if (run.status === 'queued') {
				await ports.store.dropQueued(run.id, GONE_EARLY, ports.clock.now());
				continue;
			}
			await ports.store.moveRun(run.id, 'interrupted', GONE, ports.clock.now());
		}
		await reconcileAttempts(ports, run);
	}
};

/** Ends what has ended of an interrupted run; `isCancelling` makes a missing ending count as cancelled. */
export const reconcileAttempts = async (ports: AttemptPorts, run: Run, isCancelling = false): Promise<void> => {
	const agents = new Map((await ports.store.listAgents({runId: run.id})).map(agent => [agent.id, agent]));
	for (const attempt of await ports.store.listAttempts(run.id)) {
		const agent = agents.get(attempt.agentId);
		if (agent === undefined || attempt.endedAt !== null || isAgentOver(agent.status)) continue;
		await reconcileAttempt(ports, run, attempt, agent, isCancelling).catch(error => endUnreadable(ports, attempt, error));
	}
	if ((await ports.store.listSteps(run.id)).some(({status}) => status === 'running')) await endSteps(ports, run);
};

const reconcileAttempt = async (ports: AttemptPorts, run: Run, attempt: Attempt, agent: Agent, isRunCancelled: boolean): Promise<void> => {
	const {store, supervisor, clock} = ports;
	const isCancelling = isRunCancelled || (await store.findStopWish(agent.id)) !== undefined;
	const directory = attemptDirectory(ports.runsDirectory, run.id, attempt.stepId, attempt.attempt);
	const state = await awaitShim(ports, directory, agent);
	if (state === undefined) return;
	// Its rad died between starting it and writing that down.
	const start = agent.status === 'starting' ? readStart(directory) : undefined;
	if (start !== undefined) await store.noteProcess(agent.id, start.agent, clock.now());
	if (state.kind === 'running') return;
	const engine = ports.engines.find(agent.engine);
	// Neither ever started nor readable any more: there is nothing to harvest.
	if (engine === undefined || state.kind === 'starting') {
		const reason = 'it was never started';
		const outcome = {status: 'lost', exitCode: null, reason, outputs: {}} as const;
		await store.endAttempt(attempt, {agentId: agent.id, status: 'lost', exitCode: null, error: reason, failureCause: null}, outcome, clock.now());
		return;
	}
	const missing = await hideFor(ports, run);
	// Whoever goes on with the run has them, and reads it then.
	if (missing && state.kind === 'ended' && !isCancelling) return;
	const reading = await readAttempt(missing ? mute(ports) : ports, {
		directory,
		agent,
		engine,
		fresh: true,
		checkpointOf: NO_GATE.checkpointOf,
		onTick: async () => {},
	});
	if (reading.exit === undefined) await supervisor.stop(directory, agent.id, 'now');
	const judgement = judgeAttempt(engine, reading, isCancelling ? ON_REQUEST : toStopReason(readSpent(directory)));
	if (!isCancelling && (await isRestoreOutstanding(store, agent, judgement, reading.findings.finalMessage)))
		return store.moveAgent(agent.id, 'waiting', clock.now());
	const endedAt = reading.exit?.endedAt ?? clock.now();
	const step = await findStep(ports, attempt);
	const outputs = await takeOutputs(step, reading.findings, directory);
	// What the files are now says nothing of what they were then.
	const facts = {
		duration_ms: Math.max(0, endedAt - attempt.startedAt),
		cost_usd: await sumCost(store, attempt),
		...(await takeArtifacts(ports, attempt, step, {directory, root: await findFolder(ports, attempt)}, () => {})),
	};
	const outcome = demandOutputs(toOutcome(judgement, reading, outputs.values, facts, missing ? () => MUTED : ports.redact), step, outputs);
	await store.endAttempt(attempt, {agentId: agent.id, ...toAgentEnding(judgement, outcome)}, outcome, endedAt);
};

/** Has the secrets of a run taken out of what its agents say; true where this rad does not have all of them. */
const hideFor = async (ports: AttemptPorts, run: Run): Promise<boolean> => {
	const frozen = readFrozenPlan(await ports.store.getPlanJson(run.id));
	if (frozen === undefined) return false;
	hideSecrets(ports, frozen);
	return findMissingSecrets(ports, listSecrets(frozen.plan)).length > 0;
};

const MUTED = '[hidden: its secrets are not in the environment of the rad that read this]';

/** The same ports for words in which secrets may stand that this rad does not know. */
const mute = (ports: AttemptPorts): AttemptPorts => ({
	...ports,
	redact: () => MUTED,
	openLog: (file, options) => {
		const writer = ports.openLog(file, options);
		return {...writer, write: line => writer.write(line.kind === 'rad' ? line : {...line, text: MUTED})};
	},
});

/** The step of an attempt, as the run's plan has it; one that promises nothing where that cannot be told. */
const findStep = async ({store}: AttemptPorts, {runId, stepId}: Attempt): Promise<Pick<PlanStep, 'kind' | 'outputs' | 'artifacts'>> => {
	const frozen = readFrozenPlan(await store.getPlanJson(runId));
	return (frozen === undefined ? undefined : locateStep(frozen.plan, stepId, () => null)?.step) ?? {kind: 'run', outputs: null, artifacts: []};
};

/** Where an attempt worked. */
const findFolder = async (ports: AttemptPorts, {runId, stepId}: Attempt): Promise<string> => {
	const frozen = readFrozenPlan(await ports.store.getPlanJson(runId));
	const worktree = frozen === undefined ? null : ((await loadState(ports, {runId, frozen})).steps.get(stepId)?.worktree ?? null);
	return worktree === null ? ports.workspaceRoot : ports.worktrees.locate({runId, slot: worktree.slot});
};

/** True while an attempt goes on, whether or not a rad looks after it. */
export const isAtWork = (
	{supervisor, processes}: {readonly supervisor: Pick<AttemptPorts['supervisor'], 'look'>; readonly processes: AttemptPorts['processes']},
	directory: string,
	{id}: Agent,
): boolean => {
	const {kind} = supervisor.look(directory);
	// A shim that was started need not have said so yet.
	return kind === 'running' || (kind === 'starting' && processes.findMarked(AGENT_MARK, id).length > 0);
};

// Starting Node.js takes a tenth of it. Whoever only looks must not wait for one that hangs.
const SHIM_LIMIT_MS = 2000;
const SHIM_POLL_MS = 20;

/**
 * A shim whose rad died right after starting it soon says so, or dies too because it was not told all; only then is it known which.
 * Undefined while it is not.
 */
const awaitShim = async ({supervisor, processes, clock}: AttemptPorts, directory: string, {id}: Agent): Promise<AttemptState | undefined> => {
	const deadline = clock.elapsed() + SHIM_LIMIT_MS;
	for (;;) {
		const first = supervisor.look(directory);
		if (first.kind !== 'starting') return first;
		// Looked at once more: it may have run and ended meanwhile.
		if (processes.findMarked(AGENT_MARK, id).length === 0) return supervisor.look(directory);
		if (clock.elapsed() >= deadline) return undefined;
		await clock.sleep(SHIM_POLL_MS);
	}
};

/** One attempt whose traces were spoilt must not keep a whole workspace from being read. Trouble with the store is no fault of the attempt. */
const endUnreadable = async ({store, clock}: AttemptPorts, attempt: Attempt, error: unknown): Promise<void> => {
	if (isFailure(error)) throw error;
	const reason = `what it left behind cannot be read: ${error instanceof Error ? error.message : String(error)}`;
	const outcome = {status: 'lost', exitCode: null, reason, outputs: {}} as const;
	await store.endAttempt(
		attempt,
		{agentId: attempt.agentId, status: 'lost', exitCode: null, error: reason, failureCause: null},
		outcome,
		clock.now(),
	);
};

/** Ends the steps whose ending is decided by what has happened; what would have to be started stays as it is. */
const endSteps = async (ports: AttemptPorts, run: Run): Promise<void> => {
	const frozen = readFrozenPlan(await ports.store.getPlanJson(run.id));
	if (frozen === undefined) return;
	const state = await loadState(ports, {runId: run.id, frozen});
	const command = decide(frozen.plan, {...state, status: 'running'}, createEvaluate(frozen, run));
	// What was lost is made again by whoever goes on with the run.
	if (command?.type === 'end-step' && state.steps.get(command.stepId)?.outcome?.status !== 'lost')
		await ports.store.endStep(run.id, command.stepId, command.ending, ports.clock.now());
};
