import type {Clock} from '../domain/clock.ts';
import {isFailure} from '../domain/failures.ts';
import type {AgentId} from '../domain/ids.ts';
import type {Rad} from '../domain/rad.ts';
import type {Agent, LogLine} from '../domain/records.ts';
import {chooseSpan} from '../views/pace.ts';
import {createGather} from './gather.ts';
import {createLoad, type Load} from './load.ts';
import {isAnybodyAtWork, isAnythingActive, selectedAgent, snapshotOf, wishOf} from './selectors.ts';
import type {AgentDetail, Job, JobOutcome, Loadable, LogState, Problem, State} from './state.ts';
import type {Store} from './store.ts';

// Ten times a second reads as live. A chatty engine changes the workspace hundreds of times a second.
const REFRESH_INTERVAL_MS = 100;
const REFRESH_REST_FACTOR = 19;
// What is told of a run as a whole is added up of all its records, which can be millions.
const SUM_INTERVAL_MS = 1000;
const SUM_REST_FACTOR = 29;
const LOG_INTERVAL_MS = 100;
const LOG_REST_FACTOR = 12;
const TICK_MS = 1000;
// A run can wait for a person all night, and nobody looks at its seconds meanwhile.
const WAITING_TICK_MS = 60_000;

export type Effects = {
	/** Stops listening and following, waits for a job that was begun, and tells the runs that nobody attends any more. */
	readonly close: () => Promise<void>;
};

type Context = {readonly rad: Rad; readonly store: Store; readonly clock: Clock; readonly cpuMs: () => number; readonly signal: AbortSignal};

/**
 * Connects the state with the workspace: the only place of the dashboard that calls `Rad`. It makes true what the state says is
 * wanted (a run's figures, an agent's log, a job) and tells the store what came of it.
 */
export const startEffects = ({rad, store, clock, cpuMs}: Omit<Context, 'signal'>): Effects => {
	const controller = new AbortController();
	const context: Context = {rad, store, clock, cpuMs, signal: controller.signal};
	const refresh = createRefresh(context);
	const jobs = createJobRunner(context, refresh);
	const followers = [
		createLogFollower(context),
		jobs.follow,
		createDetailLoader(context),
		createTicker(context),
		createWishFollower(context, refresh),
	];
	const unsubscribeStore = store.subscribe(() => {
		for (const follow of followers) follow(store.getSnapshot());
	});
	const unsubscribeEvents = rad.events.onChange(refresh);
	const attendance = rad.requests.attend().catch((error: unknown) => void raise(context, toProblem(error)));
	refresh();
	return {
		close: async () => {
			unsubscribeStore();
			unsubscribeEvents();
			controller.abort();
			await jobs.idle();
			await (await attendance)?.close();
		},
	};
};

/** What to tell of an error. One that has no name is a bug: its message is still better than none. */
export const toProblem = (error: unknown): Problem => ({
	message: error instanceof Error ? error.message : String(error),
	hint: isFailure(error) ? (error.hint ?? null) : null,
});

const raise = ({store}: Context, problem: Problem): void => store.dispatch({type: 'notice-raised', notice: {tone: 'bad', text: problem.message}});

/** Returns what has the workspace read: soon what can be read fast, and the rest when there is time for it. */
const createRefresh = (context: Context): (() => void) => {
	const {rad, clock, cpuMs, signal} = context;
	const read = createLoad(rad);
	let reading: Promise<void> = Promise.resolve();
	const follow = (isHasty: boolean) => (): Promise<void> => {
		reading = reading.then(() => load(context, read, isHasty));
		return reading;
	};
	const fast = createGather({clock, cpuMs, signal, intervalMs: REFRESH_INTERVAL_MS, restFactor: REFRESH_REST_FACTOR, work: follow(true)});
	const whole = createGather({clock, cpuMs, signal, intervalMs: SUM_INTERVAL_MS, restFactor: SUM_REST_FACTOR, work: follow(false)});
	return () => {
		fast();
		whole();
	};
};

const load = async ({store, clock, signal}: Context, read: Load, isHasty: boolean): Promise<void> => {
	const before = store.getSnapshot();
	const {choice} = before;
	try {
		const snapshot = await read(wishOf(before), {now: clock.now(), last: snapshotOf(before), isHasty});
		// Another run may have been chosen meanwhile; its own load is on the way.
		if (!signal.aborted && choice === store.getSnapshot().choice) store.dispatch({type: 'data-loaded', snapshot, now: clock.now()});
	} catch (error) {
		if (!signal.aborted) store.dispatch({type: 'data-failed', problem: toProblem(error)});
	}
};

type Follow = (state: State) => void;

/** Reads anew when something else is to be shown: another run, or figures that were not read so far. */
const createWishFollower = ({store}: Context, refresh: () => void): Follow => {
	const toText = (state: State): string => JSON.stringify(wishOf(state));
	let wish = toText(store.getSnapshot());
	return state => {
		const wanted = toText(state);
		if (wanted === wish) return;
		wish = wanted;
		refresh();
	};
};

/** Follows the log of the selected agent, and of no other. */
const createLogFollower = (context: Context): Follow => {
	let followed: Pick<LogState, 'agentId' | 'backlog'> = {agentId: null, backlog: 0};
	let stop = new AbortController();
	return state => {
		if (state.log.agentId === followed.agentId && state.log.backlog === followed.backlog) return;
		followed = state.log;
		stop.abort();
		stop = new AbortController();
		void followLog(context, state, AbortSignal.any([stop.signal, context.signal]));
	};
};

const followLog = async ({rad, store, clock, cpuMs}: Context, state: State, signal: AbortSignal): Promise<void> => {
	const agent = selectedAgent(state);
	if (agent === undefined) return;
	let waiting: LogLine[] = [];
	let isReopening = state.log.lines.length > 0;
	const flush = createGather({
		clock,
		cpuMs,
		intervalMs: LOG_INTERVAL_MS,
		restFactor: LOG_REST_FACTOR,
		signal,
		work: () => {
			if (isReopening && waiting.length === 0) return;
			store.dispatch({type: isReopening ? 'log-reopened' : 'log-received', agentId: agent.id, lines: waiting});
			isReopening = false;
			waiting = [];
		},
	});
	const onLines = (lines: readonly LogLine[]): void => {
		for (const line of lines) waiting.push(line);
		flush();
	};
	// An agent that has printed nothing is told from a log that is still being opened by this first, empty batch.
	void clock.sleep(LOG_INTERVAL_MS, signal).then(() => flush());
	try {
		await rad.logs.follow(agent, {count: state.log.backlog, signal, untilEnd: false, onLines});
	} catch (error) {
		if (!signal.aborted) store.dispatch({type: 'log-failed', agentId: agent.id, problem: toProblem(error)});
	}
};

/** Reads what the details of an agent show, and again whenever the workspace was read again. */
const createDetailLoader = (context: Context): Follow => {
	let known: readonly [AgentId | null, State['data'] | null] = [null, null];
	return state => {
		const {dialog, data} = state;
		const agentId = dialog?.kind === 'agent' ? dialog.agentId : null;
		if (known[0] === agentId && (agentId === null || known[1] === data)) return;
		known = [agentId, data];
		const agent = snapshotOf(state)?.runAgents.find(({id}) => id === agentId);
		if (agent !== undefined) void loadDetail(context, agent);
	};
};

const loadDetail = async ({rad: {telemetry}, store, clock, signal}: Context, {id: agentId, startedAt: from, endedAt}: Agent): Promise<void> => {
	const spanMs = chooseSpan((endedAt ?? clock.now()) - from);
	const show = (detail: Loadable<AgentDetail>): void => {
		if (!signal.aborted) store.dispatch({type: 'detail-loaded', agentId, detail});
	};
	try {
		const [usage, models, toolCalls, spans] = await Promise.all([
			telemetry.totals({agentId}),
			telemetry.byModel({agentId}),
			telemetry.toolCalls({agentId}),
			telemetry.overTime({agentId}, {from, spanMs}),
		]);
		show({face: 'ready', value: {usage, models, toolCalls, course: {spanMs, spans}}});
	} catch (error) {
		show({face: 'failed', problem: toProblem(error)});
	}
};

/** Moves the time while something runs, seldom while it waits for a person; an idle dashboard has no clock and draws nothing. */
const createTicker = ({store, clock, signal}: Context): Follow => {
	let isTicking = false;
	const tick = async (): Promise<void> => {
		while (isAnythingActive(store.getSnapshot()) && !signal.aborted) {
			await clock.sleep(TICK_MS, signal);
			const state = store.getSnapshot();
			const isDue = isAnybodyAtWork(state) || clock.now() - state.now >= WAITING_TICK_MS;
			if (isDue && !signal.aborted) store.dispatch({type: 'ticked', now: clock.now()});
		}
		isTicking = false;
	};
	return state => {
		if (isTicking || !isAnythingActive(state)) return;
		isTicking = true;
		void tick();
	};
};

const createJobRunner = (context: Context, refresh: () => void): {readonly follow: Follow; readonly idle: () => Promise<void>} => {
	let known: Job | null = null;
	let last: Promise<void> = Promise.resolve();
	const run = async (job: Job): Promise<void> => {
		const outcome = await perform(context, job).catch((error: unknown): JobOutcome => ({kind: 'failed', problem: toProblem(error)}));
		context.store.dispatch({type: 'job-ended', job, outcome});
		refresh();
	};
	const follow: Follow = ({job}) => {
		if (job === known) return;
		known = job;
		if (job !== null) last = run(job);
	};
	return {follow, idle: () => last};
};

// A restore that was begun is finished, also when the user leaves: half of a restore is what nobody wants.
const NEVER = new AbortController().signal;

const perform = async ({rad}: Context, job: Job): Promise<JobOutcome> => {
	switch (job.kind) {
		case 'preview':
			return {kind: 'previewed', plan: await rad.checkpoints.preview(job.checkpointId)};
		case 'restore': {
			const {checkpointId, stopRuns, paths} = job;
			const scope = paths === undefined ? {} : {paths};
			return {kind: 'restored', result: await rad.checkpoints.restore(checkpointId, {...scope, signal: NEVER, stopRuns})};
		}
		case 'diff':
			return {kind: 'diffed', text: await rad.checkpoints.diffText(job.checkpointId, {path: job.path})};
		case 'list-workflows':
			return {kind: 'workflows-listed', list: await rad.workflows.list()};
		case 'start':
			return {kind: 'started', run: await rad.runs.start({workflow: job.workflow, inputs: job.inputs})};
		case 'stop':
			return {kind: 'stopped', run: await rad.runs.cancel(job.runId, job.how)};
		case 'stop-agent':
			return {kind: 'agent-stopped', agent: await rad.runs.cancelAgent(job.agentId, 'graceful')};
		case 'decide':
			return {kind: 'decided', request: await rad.requests.decide(job.requestId, job.isGranted, job.edited ?? undefined)};
		case 'answer':
			return {kind: 'answered', step: await rad.runs.decide(job.runId, job.stepId, {isApproved: job.isApproved, comment: null})};
	}
};
