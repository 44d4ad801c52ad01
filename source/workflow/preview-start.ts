import {readParentRuns} from '../agents/parent-runs.ts';
import type {RunId} from '../domain/ids.ts';
import type {StartOptions, StartPreview} from '../domain/rad.ts';
import type {ProcessIdentity, Run} from '../domain/records.ts';
import {isAgentOver, isRunOver} from '../domain/status.ts';
import type {Store} from '../monitoring/store-port.ts';
import type {AttemptPorts} from './attempt-ports.ts';
import {joinGroup} from './concurrency.ts';
import {fillKnown, judgeWishes} from './fill-known.ts';
import {freezeGit} from './freeze-git.ts';
import {freezeStart} from './freeze-part.ts';
import {attemptDirectory} from './read-attempt.ts';
import {isAtWork} from './reconcile.ts';
import {findWay, type Turn, toNewRun} from './take-turn.ts';
import type {WorkflowLibrary} from './workflow-library.ts';

/** `store` is a copy, which is spoilt; everything else is only asked. */
export type PreviewPorts = Pick<AttemptPorts, 'engines' | 'findProgram' | 'environment' | 'clock' | 'processes' | 'runsDirectory' | 'worktrees'> & {
	readonly store: Store;
	readonly supervisor: Pick<AttemptPorts['supervisor'], 'look'>;
};

type Start = {readonly runId: RunId; readonly self: ProcessIdentity; readonly options: StartOptions};

/** Tells what `Runs.execute` would start, by starting it in a copy of the store. @throws {RadError} as `Runs.execute`. */
export const previewStart = async (
	ports: PreviewPorts,
	library: Pick<WorkflowLibrary, 'load'>,
	{runId, self, options}: Start,
): Promise<Omit<StartPreview, 'finishesRestore'>> => {
	const frozen = joinGroup(await freezeGit(ports, await freezeStart(ports, library, options)), runId);
	for (const run of await ports.store.listRuns()) await endDead(ports, run);
	const conflict = await findConflict(ports, {
		runId,
		frozen,
		self,
		parents: readParentRuns(ports.environment),
		isPatient: options.isPatient ?? false,
	});
	return {...frozen, plan: fillKnown(frozen), wishes: judgeWishes(frozen), conflict};
};

/** @throws {RadError} `RUN_ACTIVE`. */
const findConflict = async (ports: PreviewPorts, turn: Omit<Turn, 'signal' | 'onNotice'>): Promise<StartPreview['conflict']> => {
	const runs = await ports.store.listBefore(turn.runId);
	const way = await findWay(ports.store, turn, runs);
	if (way !== 'start' && way !== 'refuse') return {way, runs};
	await ports.store.createRun(toNewRun(ports, turn));
	return null;
};

/** As far as a start depends on it, what `reconcile` makes of a run; without reading what its agents left behind, or stopping anything. */
const endDead = async (ports: PreviewPorts, run: Run): Promise<void> => {
	const {store, clock, processes, runsDirectory} = ports;
	if (isRunOver(run.status)) return;
	if (run.status !== 'interrupted') {
		if (processes.isAlive(run.owner)) return;
		if (run.status === 'queued') return void (await store.dropQueued(run.id, '', clock.now()));
		await store.moveRun(run.id, 'interrupted', null, clock.now());
	}
	const agents = new Map((await store.listAgents({runId: run.id})).map(agent => [agent.id, agent]));
	for (const attempt of await store.listAttempts(run.id)) {
		const agent = agents.get(attempt.agentId);
		if (agent === undefined || attempt.endedAt !== null || isAgentOver(agent.status)) continue;
		if (isAtWork(ports, attemptDirectory(runsDirectory, run.id, attempt.stepId, attempt.attempt), agent)) continue;
		const ending = {agentId: agent.id, status: 'lost', exitCode: null, error: null, failureCause: null} as const;
		await store.endAttempt(attempt, ending, {status: 'lost', exitCode: null, reason: null, outputs: {}}, clock.now());
	}
};
