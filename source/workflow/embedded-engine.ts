import type {AttemptOutcome, SlotPlace, StoredEvent} from '../domain/events.ts';
import {isFailure} from '../domain/failures.ts';
import type {RunId} from '../domain/ids.ts';
import type {Notice} from '../domain/notice.ts';
import {type FrozenPlan, hasWorktrees, listPlanWork, listSecrets, type PlanStep} from '../domain/plan.ts';
import {isUndecided} from '../domain/question.ts';
import type {ProcessIdentity, Run} from '../domain/records.ts';
import {isRunOver} from '../domain/status.ts';
import type {AttemptPorts} from './attempt-ports.ts';
import {adoptAttempt, runAttempt} from './attempt-runner.ts';
import {type BoundMeter, createMeter, type Meter, type Raises, type Spender} from './budget.ts';
import type {Command, StartCommand} from './command.ts';
import {createEvaluate, toContexts} from './contexts.ts';
import {decide} from './core.ts';
import {explainRefusal} from './decide-work.ts';
import {type Asking, askForMore, askPerson, askToGoOn, waitForDecision} from './gate.ts';
import {createLaunches, type Launches, type UnderWay} from './launches.ts';
import {askToResolve, leaveWorktrees, mergeStep} from './merge-step.ts';
import {startRelay} from './relay.ts';
import type {RequestDesk} from './request-desk.ts';
import {rollBack} from './roll-back.ts';
import {fold, type RunState, startState} from './run-state.ts';
import {isExempt, type Located, listCeilings, locateStep} from './scope.ts';
import {createWorkPlaces, type WorkPlace, type WorkPlaces} from './work-places.ts';

export type Execution = {
	readonly runId: RunId;
	readonly frozen: FrozenPlan;
	readonly self: ProcessIdentity;
	/** Aborting cancels the run; the promise then resolves when nothing of it is left. */
	readonly signal: AbortSignal;
	readonly onEvent: (event: StoredEvent) => void;
	readonly onNotice: Notice;
};

const EVENT_PAGE = 1000;

/**
 * Runs a frozen plan, whose run has begun, to its end in this process. The store's events are the journal: every decision is made from them alone and
 * committed before it is acted on.
 */
export const executeRun = (ports: AttemptPorts, desk: RequestDesk, execution: Execution, run: Run): Promise<Run> =>
	attendRun(ports, desk, execution, run, 0);

/** Goes on with a run whose rad is gone, from what its events tell. @throws {RadError} as `Store.takeOverRun`. */
export const resumeRun = async (ports: AttemptPorts, desk: RequestDesk, execution: Execution): Promise<Run> => {
	const {store, clock} = ports;
	const seq = await store.latestSeq();
	const run = await store.takeOverRun({id: execution.runId, owner: execution.self, at: clock.now()});
	return await attendRun(ports, desk, execution, run, seq);
};

/** Drives a run of this process; events after `seq` are handed on. */
const attendRun = async (ports: AttemptPorts, desk: RequestDesk, execution: Execution, run: Run, seq: number): Promise<Run> => {
	const {store, clock} = ports;
	const cancel = (): void => void store.moveRun(run.id, 'cancelling', null, clock.now()).catch(() => {});
	execution.signal.addEventListener('abort', cancel, {once: true});
	if (execution.signal.aborted) cancel();
	const relay = startRelay(ports, execution, seq);
	try {
		return await driveRun(ports, desk, {...execution, onNotice: relay.notice}, run);
	} catch (error) {
		await failRun(ports, run.id, error);
		throw error;
	} finally {
		execution.signal.removeEventListener('abort', cancel);
		await relay.stop();
	}
};

const driveRun = async (ports: AttemptPorts, desk: RequestDesk, execution: Execution, run: Run): Promise<Run> => {
	const broken = new AbortController();
	const launches = createLaunches();
	const attended = {...execution, signal: AbortSignal.any([execution.signal, broken.signal])};
	try {
		const places = createWorkPlaces({...execution, ports, loadState: () => loadState(ports, execution)});
		const known = {places, secrets: listSecrets(execution.frozen.plan), meter: await createMeter(ports, execution)};
		return await followPlan({ports, desk, execution: attended, run, launches, ...known});
	} catch (error) {
		// No agent works on for a run that nobody drives.
		broken.abort();
		await launches.settled();
		throw error;
	}
};

/** What driving a run takes. */
type Duties = {
	readonly ports: AttemptPorts;
	readonly desk: RequestDesk;
	readonly execution: Execution;
	readonly run: Run;
	readonly meter: Meter;
	readonly launches: Launches;
	readonly places: WorkPlaces;
	/** Names of all secrets of the run. */
	readonly secrets: readonly string[];
};

const followPlan = async (duties: Duties): Promise<Run> => {
	const {ports, execution, run, launches} = duties;
	const {frozen, signal} = execution;
	const journal = openJournal(ports, execution);
	const evaluate = createEvaluate(frozen, run);
	await adoptLeft(duties, await journal.state());
	for (;;) {
		launches.check();
		if (signal.aborted) await ports.store.moveRun(run.id, 'cancelling', null, ports.clock.now());
		const underWay = launches.look();
		const state = await journal.state();
		const command = decide(frozen.plan, state, evaluate, underWay.names);
		const ended = command === undefined ? await waitForNews(duties, state, underWay) : await obey(duties, state, command);
		if (ended !== undefined) return ended;
	}
};

/** Goes on with the agents that the rad before this one started, and that were at work when it was gone. */
const adoptLeft = async (duties: Duties, state: RunState): Promise<void> => {
	const {ports, desk, execution, run, launches} = duties;
	for (const left of await ports.store.listAttempts(run.id)) {
		if (left.endedAt !== null) continue;
		const located = locateStep(execution.frozen.plan, left.stepId, name => state.steps.get(name)?.items ?? null);
		const agent = await ports.store.getAgent(left.agentId);
		if (located === undefined || agent === undefined) throw new Error(`run ${run.id} has no step ${left.stepId}`);
		const work = {...toWork(duties, state, located), attempt: left.attempt, canContinue: false, ...AT_WORK_ALREADY, place: toKnownPlace(ports)};
		launches.begin(left.stepId, () => adoptAttempt(ports, desk, work, {agent, left}));
	}
};

/** When there is nothing to do: agents are at work, or a person is asked. */
const waitForNews = async ({ports, execution, run, meter}: Duties, {status, steps}: RunState, {names, next}: UnderWay): Promise<undefined> => {
	const isAsking = [...steps.values()].some(isUndecided);
	const isAlone = names.size === 0;
	if (isAlone && !isAsking) throw new Error(`run ${run.id} has nothing to do and is not over`);
	if (isAlone) return meter.leaveOut(() => waitForDecision(ports, {...execution, news: NEVER}));
	if (!isAsking) {
		if (status === 'waiting') await ports.store.moveRun(run.id, 'running', null, ports.clock.now());
		return void (await next);
	}
	const news = new AbortController();
	const decision = waitForDecision(ports, {...execution, news: news.signal});
	await Promise.race([next, decision]);
	news.abort();
	await decision;
};

const NEVER = new AbortController().signal;

const toWork = ({execution, run, meter, secrets}: Duties, state: RunState, {step, scope}: Located) => ({
	step,
	run,
	meter: bindMeter(meter, {step, ceilings: listCeilings(scope)}, toRaises(state, step.id), isExempt(scope, step)),
	spent: isExempt(scope, step) ? null : state.spent,
	sessionRunId: findSessionRun(execution.frozen, step) ?? run.id,
	contexts: toContexts(execution.frozen, run, state, scope),
	secrets,
	signal: execution.signal,
	onNotice: execution.onNotice,
});

const toRaises = ({raises, ceilings, steps}: RunState, stepId: string): Raises => ({run: raises, ceilings, step: steps.get(stepId)?.raises ?? 0});

const bindMeter = (meter: Meter, spender: Spender, raises: Raises, isExempt: boolean): BoundMeter => ({
	look: () => (isExempt ? meter.lookAtStep(spender, raises) : meter.look(spender, raises)),
	commit: spent => meter.commit(spent, raises),
});

/** The earlier run that holds the conversation to go on with; null where none does. */
const findSessionRun = ({part}: FrozenPlan, {session}: PlanStep): RunId | null =>
	session !== null && part !== undefined && Object.hasOwn(part.steps, session) ? (part.steps[session]?.takenFrom ?? null) : null;

/** A question that cannot be made fails its step. */
const tryToAsk = async (ports: AttemptPorts, asking: Asking): Promise<void> => {
	try {
		await askPerson(ports, asking);
	} catch (error) {
		if (!isFailure(error, 'EXPRESSION_FAILED')) throw error;
		await ports.store.endStep(asking.runId, asking.gate.id, {status: 'failed', reason: error.message}, ports.clock.now());
	}
};

const obey = async (duties: Duties, state: RunState, command: Command): Promise<Run | undefined> => {
	const {ports, execution, run} = duties;
	const {store, clock} = ports;
	switch (command.type) {
		case 'start-step':
			duties.launches.begin(command.step.id, () => startStep(duties, state, command));
			return undefined;
		case 'open-step':
			await store.openStep({runId: run.id, ...command}, clock.now());
			return undefined;
		case 'ask':
			await tryToAsk(ports, {runId: run.id, ...command, state, contexts: toContexts(execution.frozen, run, state, command.scope)});
			return undefined;
		case 'roll-back':
			await rollBack(ports, {run, ...command, place: state.steps.get(command.stepId)?.worktree ?? null, signal: execution.signal});
			return undefined;
		case 'merge':
			await mergeStep(ports, {runId: run.id, ...command, state: state.steps.get(command.step.id), onNotice: execution.onNotice});
			return undefined;
		case 'ask-conflict':
			await askToResolve(ports, {runId: run.id, ...command, state: state.steps.get(command.step.id)});
			return undefined;
		case 'ask-budget':
			await askForMore(ports, run.id, command);
			return undefined;
		case 'ask-limit':
			await askToGoOn(ports, run.id, command);
			return undefined;
		case 'end-step':
			await store.endStep(run.id, command.stepId, command.ending, clock.now());
			return undefined;
		case 'end-run':
			await keepEnd(ports, execution, run);
			if (hasWorktrees(execution.frozen.plan)) for (const text of await leaveWorktrees(ports, {runId: run.id, state})) execution.onNotice(text);
			return store.moveRun(run.id, command.status, command.reason, clock.now());
	}
};

/** Starts an attempt unless the run is cancelled while it waits, or a limit is reached: what is to be done then is decided anew. */
const startStep = async (duties: Duties, state: RunState, {attempt, fallback, backoffMs, ...located}: StartCommand): Promise<void> => {
	const {ports, desk} = duties;
	const {step, meter, ...work} = toWork(duties, state, located);
	const outcome = state.steps.get(step.id)?.outcome ?? null;
	const due = {...duties, meter, step, attempt, outcome, worktree: state.steps.get(step.id)?.worktree ?? null};
	if (await refuseSpent(due)) return;
	if (backoffMs !== null && !(await waitBefore(due, backoffMs))) return;
	const complaint = state.steps.get(step.id)?.complaint ?? null;
	const isRepair = outcome?.complaint !== undefined;
	const place = await tryToEnter(duties, step);
	if (place === undefined) return;
	try {
		await runAttempt(ports, desk, {
			...work,
			step,
			meter,
			attempt,
			canContinue: canContinue(outcome),
			complaint,
			isRepair,
			wasCut: outcome?.spent !== undefined,
			place,
			fallback,
		});
	} finally {
		duties.places.leave(step);
	}
};

/** A step for which git can make no place fails. */
const tryToEnter = async ({ports, run, places}: Duties, step: PlanStep): Promise<WorkPlace | undefined> => {
	try {
		return await places.enter(step);
	} catch (error) {
		if (!isFailure(error)) throw error;
		places.leave(step);
		await ports.store.endStep(run.id, step.id, {status: 'failed', reason: `it has no place to work in: ${error.message}`}, ports.clock.now());
		return undefined;
	}
};

/** The place of what is at work already stands in what its shim was told. */
const toKnownPlace = ({workspaceRoot}: AttemptPorts): WorkPlace => ({folder: workspaceRoot, worktree: null, runBranch: null});

/** What was restored is not so in the conversation, and what ended by itself would end so again. */
const canContinue = (outcome: AttemptOutcome | null): boolean => outcome !== null && outcome.status !== 'restored';

/** What is at work already was told what it was told, and its start is no longer decided. */
const AT_WORK_ALREADY = {complaint: null, isRepair: false, wasCut: false, fallback: 0};

/** An attempt that is due, unless something keeps it from being made; `outcome` is that of the one before it. */
type Due = Omit<Duties, 'meter'> & {
	readonly meter: BoundMeter;
	readonly step: PlanStep;
	readonly attempt: number;
	readonly outcome: AttemptOutcome | null;
	readonly worktree: SlotPlace | null;
};

/** A step of which the budget is spent is over, however its last attempt ended. */
const refuseSpent = async ({ports, execution, run, meter, step, attempt, outcome, worktree: place}: Due): Promise<boolean> => {
	const {store, clock} = ports;
	const spent = await meter.look();
	if (spent === null) return false;
	await meter.commit(spent);
	if (spent.scope === 'run') return true;
	if (!spent.isFinal) {
		await askForMore(ports, run.id, {stepId: step.id, about: `${spent.scope}-budget`, block: spent.block, spent: spent.text});
		return true;
	}
	if (step.rollsBack && outcome !== null)
		await rollBack(ports, {run, stepId: step.id, round: attempt - 1, beginning: step.id, place, signal: execution.signal});
	await store.endStep(run.id, step.id, {status: 'failed', reason: explainRefusal(outcome, spent.text)}, clock.now());
	return true;
};

/**
 * Takes a checkpoint of what the run has made, so that later changes are told from it, and lets old checkpoints go. The run is over all the
 * same when that fails.
 */
const keepEnd = async ({checkpoints, store, killSignal}: AttemptPorts, {frozen, onNotice}: Execution, run: Run): Promise<void> => {
	if (killSignal.aborted || !listPlanWork(frozen.plan).some(({takesCheckpoints}) => takesCheckpoints)) return;
	try {
		const purpose = {kind: 'end', label: `after ${run.workflow}`, runId: run.id, stepId: null, agentId: null} as const;
		await store.recordCheckpoint(await checkpoints.create({...purpose, signal: killSignal}));
		await checkpoints.prune({limits: undefined, activeRuns: new Set([run.id]), isDryRun: false});
	} catch (error) {
		if (killSignal.aborted) return;
		if (!isFailure(error)) throw error;
		onNotice(`no checkpoint could be made after the run: ${error.message}`);
	}
};

const WAIT_POLL_MS = 200;

/** Waits before a retry, a random time so that many do not come back at once. False when the run was cancelled, or a limit reached, meanwhile. */
const waitBefore = async (due: Due, backoffMs: number): Promise<boolean> => {
	const {
		ports: {store, clock, random},
		execution: {runId, signal, onNotice},
		step,
	} = due;
	const waitMs = random() * backoffMs;
	const end = clock.elapsed() + waitMs;
	onNotice(`step "${step.id}" is tried again in ${Math.ceil(waitMs / 1000)} s`, 'passing');
	while (clock.elapsed() < end) {
		if (signal.aborted || (await store.getRun(runId))?.status === 'cancelling') return false;
		await clock.sleep(Math.min(WAIT_POLL_MS, end - clock.elapsed()), signal);
		if (await refuseSpent(due)) return false;
	}
	return true;
};

/** Folds a run's state from its events; each call reads only those that are new. */
const openJournal = ({store}: Pick<AttemptPorts, 'store'>, {runId, frozen}: Pick<Execution, 'runId' | 'frozen'>) => {
	let state = startState(frozen.plan, frozen.part?.steps);
	let seq = 0;
	return {
		state: async (): Promise<RunState> => {
			for (;;) {
				const events = await store.listEvents(seq, EVENT_PAGE, runId);
				state = events.reduce((folded, {event}) => fold(folded, event), state);
				seq = events.at(-1)?.seq ?? seq;
				if (events.length < EVENT_PAGE) return state;
			}
		},
	};
};

/** The state of a run that some other rad drove. */
export const loadState = (ports: Pick<AttemptPorts, 'store'>, run: Pick<Execution, 'runId' | 'frozen'>): Promise<RunState> =>
	openJournal(ports, run).state();

/** A bug or an unusable store must not leave a run that says it is running. */
const failRun = async ({store, clock, redact}: AttemptPorts, runId: RunId, error: unknown): Promise<void> => {
	const reason = redact(error instanceof Error ? error.message : String(error));
	const run = await store.getRun(runId).catch(() => undefined);
	if (run === undefined || isRunOver(run.status)) return;
	for (const step of await store.listSteps(runId)) {
		const ending =
			step.status === 'running' ? ({status: 'failed', reason} as const) : ({status: 'cancelled', reason: 'rad could not go on'} as const);
		await store.endStep(runId, step.stepId, ending, clock.now()).catch(() => {});
	}
	await store.moveRun(runId, 'failed', `rad could not go on: ${reason}`, clock.now()).catch(() => {});
};
