import {createHash} from 'node:crypto';
import type {Engine, EngineCall} from '../agents/engine.ts';
import type {AttemptOutcome, SlotPlace} from '../domain/events.ts';
import {isFailure} from '../domain/failures.ts';
import type {CheckpointId, RunId} from '../domain/ids.ts';
import {type PlanStep, toWholePrompt} from '../domain/plan.ts';
import type {Agent, AgentRequest, Run} from '../domain/records.ts';
import {PLAIN_WORD} from '../domain/safe-name.ts';
import type {Attempt} from '../monitoring/store-port.ts';
import {formatDemand, toAnswerSchema} from './answer.ts';
import {toEnvironment} from './attempt-environment.ts';
import type {AttemptPorts} from './attempt-ports.ts';
import type {BoundMeter, SpentBudget} from './budget.ts';
import {fillIn} from './fill-in.ts';
import type {Contexts} from './format/actions-expressions.ts';
import {judgeAttempt, toOutcome} from './judge-attempt.ts';
import {keepAfter} from './keep-after.ts';
import {demandOutputs, sumCost, takeOutputs, toAgentEnding} from './outputs.ts';
import {attemptDirectory, logFileOf, readAttempt} from './read-attempt.ts';
import type {RequestDesk} from './request-desk.ts';
import {restoreForAgent} from './restore-for-agent.ts';
import {findFinalWish, listRestoreWishes, type RestoreWish} from './restore-wish.ts';
import {noteSpent, ON_REQUEST, readSpent, type StopReason, toStopReason} from './stop-reason.ts';
import {takeArtifacts} from './take-artifacts.ts';
import {tellChanges} from './tell-changes.ts';
import type {WorkPlace} from './work-places.ts';
import {NO_GATE, openWriteGate, type WriteGate} from './write-gate.ts';

export type AttemptWork = {
	readonly run: Run;
	readonly step: PlanStep;
	readonly attempt: number;
	/** False when what the attempt before it did was undone. */
	readonly canContinue: boolean;
	/** What was wrong with the last answer that did not fit; null where there was none. */
	readonly complaint: string | null;
	/** True when that was the answer of the attempt before it. */
	readonly isRepair: boolean;
	readonly place: WorkPlace;
	/** See `StepState.fallback`. */
	readonly fallback: number;
	/** True where the attempt before it was stopped for what it had spent, and may spend more now. */
	readonly wasCut: boolean;
	/** What the step's expressions may read. */
	readonly contexts: Contexts;
	/** Names of all secrets of the run. */
	readonly secrets: readonly string[];
	readonly meter: BoundMeter;
	/** The run whose step has the conversation that `step.session` names: another one where that step was taken over. */
	readonly sessionRunId: RunId;
	/** See `RunState.spent`. */
	readonly spent: string | null;
	readonly signal: AbortSignal;
	readonly onNotice: (text: string) => void;
};

type Key = {readonly runId: RunId; readonly stepId: string; readonly attempt: number};

/**
 * Runs one attempt of one step, from its checkpoint to its ending in the store. Never throws for what an agent does; when rad itself
 * cannot go on, nothing of the agent is left running and its record says that it failed.
 */
export const runAttempt = async (ports: AttemptPorts, desk: RequestDesk, work: AttemptWork): Promise<void> => {
	const {store, clock} = ports;
	const {step, run, attempt} = work;
	const engine = ports.engines.find(step.engine);
	if (engine === undefined) throw new Error(`the engine ${step.engine} was checked when the workflow was loaded`);
	const token = ports.createToken();
	const {agent, failure} = await prepareAgent(ports, work, engine);
	const key: Key = {runId: run.id, stepId: step.id, attempt};
	await store.startAttempt(
		{...key, agentId: agent.id, tokenHash: hashToken(token), startedAt: clock.now(), endedAt: null, fallback: work.fallback, ...toSlotPlace(work)},
		agent,
	);
	if (failure !== null) return failAttempt(ports, key, agent, failure);
	const directory = attemptDirectory(ports.runsDirectory, run.id, step.id, attempt);
	const gate = engine.asksBeforeWrites && step.takesCheckpoints ? await openWriteGate(ports, agent) : NO_GATE;
	const supervised = {agent, engine, key, directory, gate, fresh: false};
	await superviseAttempt(ports, supervised, async () => {
		const startedAt = clock.now();
		const running = await startAgent(ports, work, supervised, token);
		await followAttempt(ports, desk, work, {...supervised, agent: running}, startedAt);
	});
};

/**
 * Looks after an attempt that another rad started and left: follows it to its end and takes in all that it did, once. It cannot be asked
 * before its writes any more, since it asked the rad that is gone.
 */
export const adoptAttempt = async (
	ports: AttemptPorts,
	desk: RequestDesk,
	work: AttemptWork,
	{agent, left}: {readonly agent: Agent; readonly left: Attempt},
): Promise<void> => {
	const engine = ports.engines.find(agent.engine);
	if (engine === undefined) throw new Error(`the engine ${agent.engine} was checked when the run was taken over`);
	const directory = attemptDirectory(ports.runsDirectory, left.runId, left.stepId, left.attempt);
	const supervised = {agent, engine, key: left, directory, gate: NO_GATE, fresh: true};
	await superviseAttempt(ports, supervised, async () => {
		const identity = await ports.supervisor.adopt(directory, agent.id);
		if (identity !== undefined && agent.status === 'starting') await ports.store.noteProcess(agent.id, identity, ports.clock.now());
		await followAttempt(ports, desk, work, supervised, left.startedAt);
	});
};

type Supervised = {
	readonly agent: Agent;
	readonly engine: Engine;
	readonly key: Key;
	readonly directory: string;
	readonly gate: WriteGate;
	/** True where its outputs are read from their beginning once more. */
	readonly fresh: boolean;
};

/** When rad itself cannot go on, nothing of the agent is left running and its record says that it failed. */
const superviseAttempt = async (ports: AttemptPorts, {directory, agent, key, gate}: Supervised, attend: () => Promise<void>): Promise<void> => {
	try {
		await attend();
	} catch (error) {
		await ports.supervisor.stop(directory, agent.id, 'now');
		const reason = error instanceof Error ? error.message : String(error);
		await failAttempt(ports, key, agent, isFailure(error, 'EXPRESSION_FAILED') ? reason : `rad could not go on with it: ${reason}`);
		// What has a name is the trouble of this attempt; anything else is a bug, and the run must not go on as if nothing was.
		if (!isFailure(error)) throw error;
	} finally {
		await gate.close();
	}
};

const failAttempt = async ({store, clock, redact}: AttemptPorts, key: Key, agent: Agent, text: string): Promise<void> => {
	const reason = redact(text);
	const outcome: AttemptOutcome = {status: 'failed', exitCode: null, reason, outputs: {}};
	await store.endAttempt(key, {agentId: agent.id, status: 'failed', exitCode: null, error: reason, failureCause: null}, outcome, clock.now());
};

/** Returns the agent with its process. */
const startAgent = async (ports: AttemptPorts, work: AttemptWork, supervised: Supervised, token: string): Promise<Agent> => {
	const {agent, engine, directory, gate} = supervised;
	const {step, run} = work;
	const environment = toEnvironment(ports, work, {agentId: agent.id, engine, directory, token});
	const session = await findSession(ports, work, engine);
	const identity = await ports.supervisor.start({
		directory,
		runId: run.id,
		agentId: agent.id,
		launch: engine.toLaunch(toCall(work, engine, {hookUrl: gate.url, directory, environment, session})),
		environment,
		workspaceRoot: work.place.folder,
		timeoutMs: step.timeoutMs,
		idleTimeoutMs: step.idleTimeoutMs,
		unattendedMs: await ports.unattendedMs(),
	});
	if (identity === undefined) return agent;
	await ports.store.noteProcess(agent.id, identity, ports.clock.now());
	return {...agent, processId: identity.pid, processStart: identity.startTime, bootId: identity.bootId};
};

const followAttempt = async (
	ports: AttemptPorts,
	desk: RequestDesk,
	work: AttemptWork,
	{agent, engine, key, directory, gate, fresh}: Supervised,
	startedAt: number,
): Promise<void> => {
	const {store, clock} = ports;
	const {step} = work;
	const watcher = createWatcher(ports, desk, work, agent, directory);
	const reading = await readAttempt(ports, {directory, agent, engine, fresh, checkpointOf: gate.checkpointOf, onTick: watcher.tick});
	await watcher.settled();
	// Its shim was killed: nobody else watches over what is left of the agent.
	if (reading.exit === undefined) await ports.supervisor.stop(directory, agent.id, 'now');
	const judgement = judgeAttempt(engine, reading, watcher.stopReason());
	const outputs = await takeOutputs(step, reading.findings, directory);
	const facts = {
		duration_ms: Math.max(0, clock.now() - startedAt),
		cost_usd: await sumCost(store, key),
		...(await tellChanges(ports, work)),
		...(await takeArtifacts(ports, key, step, {directory, root: work.place.folder}, work.onNotice)),
	};
	const outcome = toOutcome(judgement, reading, outputs.values, facts, ports.redact);
	const wish = findFinalWish(agent, judgement, reading.findings.finalMessage);
	const granted = watcher.granted() ?? (await settleFinalMessage(ports, desk, {agent, step}, wish));
	const left =
		granted === undefined || watcher.stopReason() !== null
			? outcome
			: await restoreForAgent(ports, desk, {...work, agent, checkpointId: granted, outcome});
	await keepAfter(ports, work, agent.id);
	const ending = demandOutputs(left, step, outputs);
	await store.endAttempt(key, {agentId: agent.id, ...toAgentEnding(judgement, ending)}, ending, clock.now());
};

const toSlotPlace = ({place: {worktree}}: AttemptWork): {readonly worktree?: SlotPlace} => (worktree === null ? {} : {worktree});

/** SHA-256 in hex: the store keeps no token that could be used. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');

type Prepared = {readonly agent: Agent; readonly failure: string | null};

/** Takes the checkpoint that protects the step, and makes the agent's record. Without the checkpoint the step must not run. */
const prepareAgent = async (ports: AttemptPorts, {run, step, attempt}: AttemptWork, engine: Engine): Promise<Prepared> => {
	const id = ports.ids.next('agt');
	const agent: Agent = {
		id,
		parentId: null,
		planId: run.id,
		stepId: step.id,
		attempt,
		agentType: engine.agentType,
		name: step.id,
		engine: engine.name,
		model: step.model,
		status: 'starting',
		isUnattended: false,
		isRecording: engine.isRecording,
		processId: null,
		processStart: null,
		bootId: null,
		startedAt: ports.clock.now(),
		endedAt: null,
		exitCode: null,
		error: null,
		logFile: logFileOf(id),
		checkpointId: null,
		permissions: engine.agentType === 'agent' && !engine.isRecording ? step.permissions : null,
		sessionId: null,
		engineVersion: null,
		failureCause: null,
	};
	if (!step.takesCheckpoints) return {agent, failure: null};
	try {
		const label = attempt === 1 ? `before ${step.id}` : `before ${step.id}, attempt ${attempt}`;
		const checkpoint = await ports.checkpoints.create({kind: 'step', label, runId: run.id, stepId: step.id, agentId: id});
		await ports.store.recordCheckpoint(checkpoint);
		return {agent: {...agent, checkpointId: checkpoint.id}, failure: null};
	} catch (error) {
		if (!isFailure(error)) throw error;
		return {agent, failure: `no checkpoint could be made, so the step was not started: ${error.message}`};
	}
};

/** What can be paid for once: the work before it broke off is in the conversation. Anything else may be wrong because of what was said. */
const BROKEN_OFF: ReadonlySet<string | null> = new Set(['rate_limit', 'network', 'crash']);

/** `isOwn` is true of a conversation in which the step's own task stands already. */
type Session = {readonly id: string; readonly isOwn: boolean};

/** The conversation to go on with: of the attempt that broke off, or has to answer again, else of the step that is named; null for a new one. */
const findSession = async ({store}: AttemptPorts, work: AttemptWork, engine: Engine): Promise<Session | null> => {
	const {run, step, attempt, canContinue, isRepair, wasCut, sessionRunId} = work;
	if (!engine.supports.includes('resume') || (!canContinue && step.session === null)) return null;
	const listOwn = async (runId: RunId): Promise<readonly Agent[]> =>
		(await store.listAgents({runId})).filter(agent => agent.parentId === null && agent.engine === engine.name);
	const agents = await listOwn(run.id);
	// Only of the attempt right before: one that was continued in vain has told no session, and the next begins anew.
	const own = canContinue ? agents.find(agent => agent.stepId === step.id && agent.attempt === attempt - 1) : undefined;
	const named = (sessionRunId === run.id ? agents : await listOwn(sessionRunId)).findLast(
		agent => agent.stepId === step.session && agent.sessionId !== null,
	);
	const ownId = own !== undefined && (isRepair || wasCut || BROKEN_OFF.has(own.failureCause)) ? own.sessionId : null;
	const id = ownId ?? named?.sessionId ?? null;
	// The engine named it, and it becomes an argument of its own program.
	return id !== null && PLAIN_WORD.test(id) ? {id, isOwn: ownId !== null} : null;
};

const toCall = (
	{step, contexts, complaint, place}: AttemptWork,
	engine: Engine,
	{session, ...files}: Pick<EngineCall, 'hookUrl' | 'directory' | 'environment'> & {readonly session: Session | null},
): EngineCall => {
	const text = fillIn(step.text, contexts, step.kind === 'prompt' ? 'prompt' : 'command');
	const outputs = step.kind === 'prompt' ? step.outputs : null;
	const isToldOtherwise = outputs !== null && engine.takesSchema(outputs);
	const prompt = outputs === null ? text : formatDemand(text, {outputs, isToldOtherwise, complaint, isKnown: session?.isOwn === true});
	return {
		prompt: step.kind === 'prompt' ? (session?.isOwn === true ? prompt : toWholePrompt(step, prompt)) : null,
		command: step.kind === 'run' ? text : null,
		answer: isToldOtherwise ? toAnswerSchema(outputs) : null,
		session: session?.id ?? null,
		model: step.model,
		permissions: step.permissions,
		recording: step.recording,
		speed: step.speed,
		workspaceRoot: place.folder,
		...files,
	};
};

/** How long an agent may take to leave after it has said how it ended. */
const LEAVING_MS = 2000;

/** Looks after a running attempt: stops it when it or the run is cancelled, and hears the requests that the agent makes by command. */
const createWatcher = (ports: AttemptPorts, desk: RequestDesk, work: AttemptWork, agent: Agent, directory: string) => {
	const {store, supervisor} = ports;
	const tasks: Array<Promise<void>> = [];
	const seen = new Set<AgentRequest['id']>();
	let failure: unknown;
	let stopped: 'graceful' | 'now' | undefined;
	let granted: CheckpointId | undefined;
	let isCancelling = false;
	let spent: SpentBudget | null = readSpent(directory) ?? (work.spent === null ? null : {scope: 'run', text: work.spent, isFinal: true});
	let spentSince: number | undefined;
	let seenVersion = -1;
	// Nobody awaits a task before the end, so what goes wrong in one is kept until somebody asks.
	const begin = (task: Promise<void>): void => {
		tasks.push(
			task.catch(error => {
				failure ??= error;
			}),
		);
	};
	const stop = (how: 'graceful' | 'now'): void => {
		if (stopped === how || stopped === 'now') return;
		stopped = how;
		begin(supervisor.stop(directory, agent.id, how));
	};
	const grant = ({subject}: RestoreWish): void => {
		granted = subject.checkpointId;
		stop('graceful');
	};
	const settle = async (request: RestoreWish): Promise<void> => {
		await store.moveAgent(agent.id, 'waiting', ports.clock.now());
		const isGranted = await desk.settle(request, agent, work.step.restorePolicy);
		await store.moveAgent(agent.id, 'running', ports.clock.now());
		if (isGranted) grant(request);
	};
	const look = async (): Promise<void> => {
		const wish = await store.findStopWish(agent.id);
		isCancelling ||= wish !== undefined || work.signal.aborted || (await store.getRun(work.run.id))?.status === 'cancelling';
		if (isCancelling) stop(ports.killSignal.aborted || wish === 'now' ? 'now' : 'graceful');
		for (const request of await listRestoreWishes(store, agent)) {
			if (seen.has(request.id)) continue;
			seen.add(request.id);
			if (request.status === 'pending') begin(settle(request));
			// By the rad that is gone, which could not carry it out.
			else if (request.status === 'granted') grant(request);
		}
	};
	/** An agent that has said how it ended gets the time to leave: it is not stopped for its last response. */
	const watchBudget = async (hasEnded: boolean): Promise<void> => {
		if (isCancelling || stopped !== undefined) return;
		const found = spent ?? (await work.meter.look());
		if (found === null) return;
		spentSince ??= ports.clock.elapsed();
		if (hasEnded && ports.clock.elapsed() - spentSince < LEAVING_MS) return;
		await work.meter.commit(found);
		noteSpent(directory, found);
		spent = found;
		stop('graceful');
	};
	const throwFailure = (): void => {
		if (failure !== undefined) throw failure;
	};
	return {
		tick: async (hasEnded: boolean): Promise<void> => {
			throwFailure();
			const version = store.version();
			if (version !== seenVersion || work.signal.aborted) {
				seenVersion = version;
				await look();
			}
			// Time passes also while nothing is written.
			await watchBudget(hasEnded);
		},
		/** Resolves when no stop and no question is under way. The last look finds what was asked just before the end. */
		settled: async (): Promise<void> => {
			await look();
			for (const task of tasks) await task;
			throwFailure();
		},
		granted: () => granted,
		/** Null while nothing but a granted restore ends it early. */
		stopReason: (): StopReason | null => (isCancelling ? ON_REQUEST : toStopReason(spent)),
	};
};

/** What is asked for in the agent's last message, unless it was decided already: by the rad that is gone, or when the agent asked by command. */
const settleFinalMessage = async (
	ports: AttemptPorts,
	desk: RequestDesk,
	{agent, step}: Pick<Supervised, 'agent'> & Pick<AttemptWork, 'step'>,
	checkpointId: CheckpointId | undefined,
): Promise<CheckpointId | undefined> => {
	const wishes = checkpointId === undefined ? [] : await listRestoreWishes(ports.store, agent);
	if (checkpointId === undefined || wishes.some(({subject}) => subject.checkpointId === checkpointId)) return undefined;
	const request = await desk.open(agent, {kind: 'restore', checkpointId});
	return (await desk.settle(request, agent, step.restorePolicy)) ? checkpointId : undefined;
};
