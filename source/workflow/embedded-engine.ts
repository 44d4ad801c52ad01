import type {AttemptOutcome, StoredEvent} from '../domain/events.ts';
import {isFailure} from '../domain/failures.ts';
import type {RunId} from '../domain/ids.ts';
import {type FrozenPlan, listPlanWork, type PlanStep} from '../domain/plan.ts';
import {isUndecided} from '../domain/question.ts';
import type {ProcessIdentity, Run} from '../domain/records.ts';
import {isRunOver} from '../domain/status.ts';
import type {AttemptPorts} from './attempt-ports.ts';
import {adoptAttempt, runAttempt} from './attempt-runner.ts';
import {type BoundMeter, createMeter, type Meter, type Raises} from './budget.ts';
import {createEvaluate, toContexts} from './contexts.ts';
import {type Command, decide, explainRefusal} from './core.ts';
import {type Asking, askForMore, askPerson, waitForDecision} from './gate.ts';
import type {RequestDesk} from './request-desk.ts';
import {rollBack} from './roll-back.ts';
import {fold, type RunState, startState} from './run-state.ts';
import {isExempt, type Located, locateStep} from './scope.ts';

export type Execution = {
	readonly runId: RunId;
	readonly frozen: FrozenPlan;
	readonly self: ProcessIdentity;
	/** Aborting cancels the run; the promise then resolves when nothing of it is left. */
	readonly signal: AbortSignal;
	readonly onEvent: (event: StoredEvent) => void;
	readonly onNotice: (text: string) => void;
};

const EVENT_PAGE = 1000;
const RELAY_MS = 100;

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
	const {plan} = execution.frozen;
	const journal = openJournal(ports, execution);
	const evaluate = createEvaluate(execution.frozen, run);
	const duties: Duties = {ports, desk, execution, run, meter: await createMeter(ports, execution)};
	for (;;) {
		if (execution.signal.aborted) await ports.store.moveRun(run.id, 'cancelling', null, ports.clock.now());
		const state = await journal.state();
		const command = decide(plan, state, evaluate);
		const ended = command === undefined ? await waitForOthers(duties, state) : await obey(duties, state, command);
		if (ended !== undefined) return ended;
	}
};

/** What driving a run takes. */
type Duties = {readonly ports: AttemptPorts; readonly desk: RequestDesk; readonly execution: Execution; readonly run: Run; readonly meter: Meter};

/** When there is nothing to do: an agent that the rad before this one started is at work still, or a person is asked. */
const waitForOthers = async (duties: Duties, state: RunState): Promise<undefined> => {
	const {ports, desk, execution, run} = duties;
	const left = (await ports.store.listAttempts(run.id)).find(({endedAt}) => endedAt === null);
	const isStuck = (): Error => new Error(`run ${run.id} has nothing to do and is not over`);
	if (left === undefined) {
		if (!Object.values(state.steps).some(isUndecided)) throw isStuck();
		return duties.meter.leaveOut(() => waitForDecision(ports, execution));
	}
	const located = locateStep(execution.frozen.plan, left.stepId, name => state.steps[name]?.items ?? null);
	const agent = await ports.store.getAgent(left.agentId);
	if (located === undefined || agent === undefined) throw isStuck();
	await adoptAttempt(ports, desk, {...toWork(duties, state, located), attempt: left.attempt, canContinue: false, ...AT_WORK_ALREADY}, {agent, left});
};

const toWork = ({execution, run, meter}: Duties, state: RunState, {step, scope}: Located) => ({
	step,
	run,
	meter: bindMeter(meter, {run: state.raises, step: state.steps[step.id]?.raises ?? 0}, isExempt(scope, step)),
	spent: isExempt(scope, step) ? null : state.spent,
	sessionRunId: findSessionRun(execution.frozen, step) ?? run.id,
	contexts: toContexts(execution.frozen, run, state, scope),
	signal: execution.signal,
	onNotice: execution.onNotice,
});

const bindMeter = (meter: Meter, raises: Raises, isExempt: boolean): BoundMeter => ({
	look: step => (isExempt ? meter.lookAtStep(step, raises) : meter.look(step, raises)),
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
			await startStep(duties, state, command);
			return undefined;
		case 'open-step':
			await store.openStep({runId: run.id, ...command}, clock.now());
			return undefined;
		case 'ask':
			await tryToAsk(ports, {runId: run.id, ...command, state, contexts: toContexts(execution.frozen, run, state, command.scope)});
			return undefined;
		case 'roll-back':
			await rollBack(ports, {run, ...command, signal: execution.signal});
			return undefined;
		case 'ask-budget':
			await askForMore(ports, run.id, command);
			return undefined;
		case 'end-step':
			await store.endStep(run.id, command.stepId, command.ending, clock.now());
			return undefined;
		case 'end-run':
			await keepEnd(ports, execution, run);
			return store.moveRun(run.id, command.status, command.reason, clock.now());
	}
};

/** Starts an attempt unless the run is cancelled while it waits, or a limit is reached: what is to be done then is decided anew. */
const startStep = async (duties: Duties, state: RunState, {attempt, fallback, backoffMs, ...located}: StartCommand): Promise<void> => {
	const {ports, desk} = duties;
	const {step, meter, ...work} = toWork(duties, state, located);
	const outcome = state.steps[step.id]?.outcome ?? null;
	const due = {...duties, meter, step, attempt, outcome};
	if (await refuseSpent(due)) return;
	if (backoffMs !== null && !(await waitBefore(due, backoffMs))) return;
	const complaint = state.steps[step.id]?.complaint ?? null;
	const isRepair = outcome?.complaint !== undefined;
	await runAttempt(ports, desk, {
		...work,
		step,
		meter,
		attempt,
		canContinue: canContinue(outcome),
		complaint,
		isRepair,
		wasCut: outcome?.spent !== undefined,
		fallback,
	});
};

/** What was restored is not so in the conversation, and what ended by itself would end so again. */
const canContinue = (outcome: AttemptOutcome | null): boolean => outcome !== null && outcome.status !== 'restored';

/** What is at work already was told what it was told, and its start is no longer decided. */
const AT_WORK_ALREADY = {complaint: null, isRepair: false, wasCut: false, fallback: 0};

type StartCommand = Extract<Command, {type: 'start-step'}>;

/** An attempt that is due, unless something keeps it from being made; `outcome` is that of the one before it. */
type Due = Omit<Duties, 'meter'> & {
	readonly meter: BoundMeter;
	readonly step: PlanStep;
	readonly attempt: number;
	readonly outcome: AttemptOutcome | null;
};

/** A step of which the budget is spent is over, however its last attempt ended. */
const refuseSpent = async ({ports, execution, run, meter, step, attempt, outcome}: Due): Promise<boolean> => {
	const {store, clock} = ports;
	const spent = await meter.look(step);
	if (spent === null) return false;
	await meter.commit(spent);
	if (spent.scope === 'run') return true;
	if (!spent.isFinal) {
		await askForMore(ports, run.id, {stepId: step.id, about: 'step-budget', spent: spent.text});
		return true;
	}
	if (step.rollsBack && outcome !== null)
		await rollBack(ports, {run, stepId: step.id, round: attempt - 1, beginning: step.id, signal: execution.signal});
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
	onNotice(`step "${step.id}" is tried again in ${Math.ceil(waitMs / 1000)} s`);
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
const failRun = async ({store, clock}: AttemptPorts, runId: RunId, error: unknown): Promise<void> => {
	const reason = error instanceof Error ? error.message : String(error);
	const run = await store.getRun(runId).catch(() => undefined);
	if (run === undefined || isRunOver(run.status)) return;
	for (const step of await store.listSteps(runId)) {
		const ending =
			step.status === 'running' ? ({status: 'failed', reason} as const) : ({status: 'cancelled', reason: 'rad could not go on'} as const);
		await store.endStep(runId, step.stepId, ending, clock.now()).catch(() => {});
	}
	await store.moveRun(runId, 'failed', `rad could not go on: ${reason}`, clock.now()).catch(() => {});
};

/**
 * Hands the run's events on, in order, also those that other processes committed; a notice comes after the events that were there before
 * it.
 */
const startRelay = ({store, clock}: AttemptPorts, {runId, onEvent, onNotice}: Execution, after: number) => {
	const controller = new AbortController();
	let seq = after;
	let version = -1;
	let notices: readonly string[] = [];
	const tellNotices = (texts: readonly string[]): void => {
		notices = notices.slice(texts.length);
		for (const text of texts) onNotice(text);
	};
	const relay = async (): Promise<void> => {
		const due = notices;
		await relayEvents();
		tellNotices(due);
	};
	const relayEvents = async (): Promise<void> => {
		const now = store.version();
		if (now === version) return;
		version = now;
		let events: readonly StoredEvent[];
		do {
			events = await store.listEvents(seq, EVENT_PAGE, runId);
			for (const event of events) {
				seq = event.seq;
				onEvent(event);
			}
		} while (events.length === EVENT_PAGE);
	};
	// What cannot be told now is told in the next round: the run is worth more than its progress lines.
	const tryRelay = (): Promise<void> =>
		relay().catch(() => {
			version = -1;
		});
	const loop = async (): Promise<void> => {
		while (!controller.signal.aborted) {
			await tryRelay();
			await clock.sleep(RELAY_MS, controller.signal);
		}
	};
	const done = loop();
	return {
		stop: async (): Promise<void> => {
			controller.abort();
			await done;
			version = -1;
			await tryRelay();
			tellNotices(notices);
		},
		notice: (text: string): void => {
			notices = [...notices, text];
		},
	};
};
