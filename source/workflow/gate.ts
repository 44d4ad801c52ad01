import {formatMoment} from '../domain/figures.ts';
import type {RunId} from '../domain/ids.ts';
import type {PlanGate} from '../domain/plan.ts';
import type {UsageLimit} from '../domain/question.ts';
import {isUndecided, type Question} from '../domain/question.ts';
import type {Run, Step} from '../domain/records.ts';
import type {AttemptPorts} from './attempt-ports.ts';
import {fillIn} from './fill-in.ts';
import type {Contexts} from './format/actions-expressions.ts';
import type {RunState} from './run-state.ts';
import {findName, type Scope} from './scope.ts';

type Ports = Pick<AttemptPorts, 'store' | 'clock'>;

/** A step of a run that asks; `scope` is where it stands. */
export type Asking = {
	readonly runId: RunId;
	readonly gate: PlanGate;
	readonly scope: Scope;
	readonly state: RunState;
	readonly contexts: Contexts;
};

/** Asks for a person's decision. The time for it runs also while no rad does. */
export const askPerson = ({store, clock}: Ports, {runId, gate, contexts, ...place}: Asking): Promise<void> => {
	const now = clock.now();
	const until = gate.timeoutMs === null ? null : now + gate.timeoutMs;
	const outputs = gate.show.includes('outputs') ? readOutputs(gate, place) : {};
	return store.askStep(
		runId,
		gate.id,
		{about: 'gate', message: fillIn(gate.message, contexts, 'message'), show: gate.show, outputs, until, onTimeout: gate.onTimeout},
		now,
	);
};

type MoreAsking = {
	readonly stepId: string;
	readonly about: Extract<Question['about'], `${string}-budget`>;
	/** See `Question`. */
	readonly block?: string | undefined;
	readonly spent: string;
};

/** Asks whether as much again may be spent. */
export const askForMore = ({store, clock}: Ports, runId: RunId, {stepId, about, block, spent}: MoreAsking): Promise<void> => {
	const whose = about === 'run-budget' ? 'the run' : `step "${block ?? stepId}"`;
	const question = {
		about,
		...(block === undefined ? {} : {block}),
		message: `${spent}. May ${whose} spend as much again?`,
		show: ['cost'],
		outputs: {},
		until: null,
		onTimeout: 'reject',
	} as const;
	return store.askStep(runId, stepId, question, clock.now());
};

/** How long to wait where nobody tells when a limit is lifted. */
const UNKNOWN_LIMIT_MS = 30 * 60_000;

type LimitAsking = {readonly stepId: string; readonly limit: UsageLimit; readonly isAutomatic: boolean};

/** Asks whether to try again with an engine whose provider allows no more for now. */
export const askToGoOn = ({store, clock}: Ports, runId: RunId, {stepId, limit, isAutomatic}: LimitAsking): Promise<void> => {
	const now = clock.now();
	const {engine, resetsAt} = limit;
	const until = isAutomatic ? (resetsAt ?? now + UNKNOWN_LIMIT_MS) : null;
	const facts = [
		`The usage limit of ${engine} is reached`,
		resetsAt === null ? 'nobody tells when it is lifted' : `it is lifted at ${formatMoment(resetsAt, now)}`,
		...(until === null ? [] : [`the run goes on by itself at ${formatMoment(until, now)}`]),
	];
	const question = {
		about: 'usage-limit',
		limit,
		message: `${facts.join('; ')}. A Yes tries again at once, a No fails the step.`,
		show: [],
		outputs: {},
		until,
		onTimeout: 'approve',
	} as const;
	return store.askStep(runId, stepId, question, now);
};

const readOutputs = ({needs}: PlanGate, {scope, state}: Pick<Asking, 'scope' | 'state'>): Question['outputs'] =>
	Object.fromEntries(needs.map(need => [findName(scope, need), state.steps.get(findName(scope, need))?.outputs ?? {}]));

const POLL_MS = 200;

/** `news` is aborted when something else happens that is to be looked at. */
type Waiting = {readonly runId: RunId; readonly signal: AbortSignal; readonly news: AbortSignal};

/** Resolves when a step that waits for a person was decided, by one or by its time, when the run is to stop, or at other news. */
export const waitForDecision = async ({store, clock}: Ports, {runId, signal, news}: Waiting): Promise<undefined> => {
	const either = AbortSignal.any([signal, news]);
	const waiting = await listUndecided(store, runId);
	// All were decided since the run was looked at.
	if (waiting.length === 0) return;
	await store.moveRun(runId, 'waiting', describeWaiting(waiting, clock.now()), clock.now());
	let version = -1;
	while (!signal.aborted) {
		await decideByTime({store, clock}, waiting);
		if (version !== store.version()) {
			version = store.version();
			if ((await listUndecided(store, runId)).length < waiting.length) break;
			if ((await store.getRun(runId))?.status === 'cancelling') return;
		}
		await clock.sleep(POLL_MS, either);
		if (news.aborted) return;
	}
	await store.moveRun(runId, 'running', null, clock.now());
};

const listUndecided = async (store: Ports['store'], runId: Run['id']): Promise<readonly Step[]> => (await store.listSteps(runId)).filter(isUndecided);

const describeWaiting = (steps: readonly Step[], now: number): string => {
	const [{stepId, question} = {stepId: '', question: null}, ...others] = steps;
	if (others.length > 0) return `${steps.length} steps need your decision`;
	if (question?.limit === undefined) return `step "${stepId}" needs your decision`;
	const {engine, resetsAt} = question.limit;
	const at = question.until ?? resetsAt;
	return `${at === null ? 'waiting' : `waiting until ${formatMoment(at, now)}`}: the usage limit of ${engine} is reached`;
};

const decideByTime = async ({store, clock}: Ports, waiting: readonly Step[]): Promise<void> => {
	for (const {runId, stepId, question} of waiting) {
		const until = question?.until ?? null;
		if (until === null || clock.now() < until) continue;
		await store.decideStep(runId, stepId, {isApproved: question?.onTimeout === 'approve', by: 'timeout', comment: null}, clock.now());
	}
};
