import {isFailure, RadError} from '../domain/failures.ts';
import type {RunId} from '../domain/ids.ts';
import type {Notice} from '../domain/notice.ts';
import type {FrozenPlan} from '../domain/plan.ts';
import type {ProcessIdentity, Run} from '../domain/records.ts';
import type {NewRun, Store} from '../monitoring/store-port.ts';
import type {AttemptPorts} from './attempt-ports.ts';
import {NEVER_BEGUN} from './cancel-run.ts';
import {chooseWay, standingOf, type Way} from './concurrency.ts';
import {readFrozenPlan} from './freeze-plan.ts';
import {listTopNames} from './run-state.ts';

/** A run that is to begin. */
export type Turn = {
	readonly runId: RunId;
	readonly frozen: FrozenPlan;
	readonly self: ProcessIdentity;
	/** The runs that the rad of this one was started in. */
	readonly parents: readonly RunId[];
	/** True where it waits for others whatever its workflow says. */
	readonly isPatient: boolean;
	/** Aborting gives the turn up. */
	readonly signal: AbortSignal;
	readonly onNotice: Notice;
};

export type TurnPorts = Pick<AttemptPorts, 'clock'> & {
	readonly store: Pick<Store, 'createRun' | 'queueRun' | 'dropQueued' | 'listBefore' | 'getRun' | 'getPlanJson'>;
	/** Notes which runs have lost their rad. */
	readonly upkeep: () => Promise<void>;
	/** Resolves when nothing of the run is left. @throws {RadError} `RUN_OVER`. */
	readonly cancel: (runId: RunId) => Promise<unknown>;
};

const POLL_MS = 200;

/**
 * Begins a run as soon as it may, in place of others or after them, as its workflow says. The run that is returned is over where it was
 * cancelled before it began.
 *
 * @throws {RadError} `RUN_ACTIVE`; `RUN_SKIPPED`: nothing was started then.
 */
export const takeTurn = async (ports: TurnPorts, turn: Turn): Promise<Run> => {
	const {store} = ports;
	for (;;) {
		const before = await store.listBefore(turn.runId);
		switch (await findWay(store, turn, before)) {
			case 'refuse':
				return store.createRun(toNewRun(ports, turn));
			case 'skip':
				throw toSkipped(turn, before);
			case 'queue':
				return waitForTurn(ports, turn, []);
			case 'cancel':
				return waitForTurn(ports, turn, before);
			case 'start': {
				const run = await tryToBegin(ports, turn);
				// Another was faster: it has to be waited for, or not, as any other.
				if (run !== undefined) return run;
			}
		}
	}
};

/** What is to be done about the runs that are before one. */
export const findWay = async (
	store: Pick<Store, 'getPlanJson'>,
	turn: Pick<Turn, 'frozen' | 'isPatient' | 'parents'>,
	before: readonly Run[],
): Promise<Way> => {
	const plans = await Promise.all(before.map(({id}) => store.getPlanJson(id)));
	const groups = plans.map(json => readFrozenPlan(json)?.group ?? null);
	const way = chooseWay(standingOf(turn.frozen), turn.isPatient, groups);
	// A run that it is a part of is not over before it: it would wait for ever.
	return way === 'queue' && before.some(({id}) => turn.parents.includes(id)) ? 'refuse' : way;
};

export const toNewRun = ({clock}: Pick<AttemptPorts, 'clock'>, {runId, frozen, self}: Pick<Turn, 'runId' | 'frozen' | 'self'>): NewRun => ({
	id: runId,
	workflow: frozen.plan.name,
	startedAt: clock.now(),
	owner: self,
	planJson: JSON.stringify(frozen),
	stepIds: listTopNames(frozen.plan),
});

const tryToBegin = async (ports: TurnPorts, turn: Turn): Promise<Run | undefined> => {
	try {
		return await ports.store.createRun(toNewRun(ports, turn));
	} catch (error) {
		if (isFailure(error, 'RUN_ACTIVE')) return undefined;
		throw error;
	}
};

const toSkipped = ({frozen}: Turn, [active]: readonly Run[]): RadError =>
	new RadError('RUN_SKIPPED', `Nothing was started: ${describe(active)} is at work, and the workflow skips a run of group "${frozen.group}" then.`, {
		details: {run: active?.id ?? ''},
	});

const describe = (run: Run | undefined): string => `run ${run?.id} ("${run?.workflow}")`;

/** Waits in the queue, after asking some of those before it to end. */
const waitForTurn = async (ports: TurnPorts, turn: Turn, unwanted: readonly Run[]): Promise<Run> => {
	await ports.store.queueRun(toNewRun(ports, turn));
	try {
		const ending = unwanted.map(run => endOther(ports, turn, run));
		await Promise.race([Promise.all(ending), untilAborted(turn.signal)]);
		return await watchQueue(ports, turn);
	} catch (error) {
		// Nobody waits for it any more, and it must not keep others waiting.
		await ports.store.dropQueued(turn.runId, 'rad could not go on', ports.clock.now()).catch(() => {});
		throw error;
	}
};

const endOther = async ({cancel}: TurnPorts, turn: Turn, run: Run): Promise<void> => {
	turn.onNotice(`cancels ${describe(run)}, which is of the same group`, 'passing');
	try {
		await cancel(run.id);
	} catch (error) {
		if (!isFailure(error, 'RUN_OVER')) throw error;
	}
};

const untilAborted = (signal: AbortSignal): Promise<void> =>
	new Promise(resolve => {
		if (signal.aborted) resolve();
		signal.addEventListener('abort', () => resolve(), {once: true});
	});

const watchQueue = async (ports: TurnPorts, turn: Turn): Promise<Run> => {
	const {store, clock, upkeep} = ports;
	let told: RunId | undefined;
	for (;;) {
		if (turn.signal.aborted) return store.dropQueued(turn.runId, NEVER_BEGUN, clock.now());
		// Those whose rad died keep nobody waiting.
		await upkeep();
		const own = await store.getRun(turn.runId);
		if (own !== undefined && own.status !== 'queued') return own;
		const last = (await store.listBefore(turn.runId)).at(-1);
		const run = last === undefined ? await tryToBegin(ports, turn) : undefined;
		if (run !== undefined) return run;
		if (last !== undefined && last.id !== told) turn.onNotice(`waits for ${describe(last)} to be over`, 'passing');
		told = last?.id;
		await clock.sleep(POLL_MS, turn.signal);
	}
};
