import {RadError} from '../domain/failures.ts';
import {findByPrefix} from '../domain/find-by-prefix.ts';
import type {RunId} from '../domain/ids.ts';
import type {FrozenPlan, Part, Plan, PlanNode, SettledStep} from '../domain/plan.ts';
import type {PartOptions, StartOptions} from '../domain/rad.ts';
import type {Run} from '../domain/records.ts';
import {isRunOver} from '../domain/status.ts';
import type {Store} from '../monitoring/store-port.ts';
import type {AttemptPorts} from './attempt-ports.ts';
import {isDone} from './core.ts';
import {demandDepth} from './demand-depth.ts';
import {demandSecrets} from './demand-secrets.ts';
import {demandPrograms, freezePlan, readFrozenPlan} from './freeze-plan.ts';
import {findMisfits} from './part-outputs.ts';
import {demandStep, findAfter, findBefore} from './part-steps.ts';
import {type History, loadHistory} from './run-history.ts';
import {listTopNames} from './run-state.ts';
import type {WorkflowLibrary} from './workflow-library.ts';

type Ports = Pick<AttemptPorts, 'engines' | 'findProgram' | 'environment'> & {readonly store: Store};

/** The earlier run, with what it was to do. */
type Base = {readonly run: Run; readonly frozen: FrozenPlan};

/**
 * Freezes all that a run is to do. Where that is only a part of the workflow, what an earlier run did of the rest goes into the plan, so that
 * the earlier run is not looked at again.
 *
 * @throws {RadError} as `freezePlan`; `ENGINE_MISSING`, `SECRET_MISSING`; for a part `RUN_UNKNOWN`, `ID_…`, `RUN_ACTIVE`, `RUN_OVER`, `STEP_UNKNOWN`, `STEP_NOT_DONE`.
 */
export const freezeStart = async (ports: Ports, library: Pick<WorkflowLibrary, 'load'>, options: StartOptions): Promise<FrozenPlan> => {
	demandDepth(ports);
	const {part} = options;
	const frozen = part === undefined ? await freezePlan(library, options) : await freezeWithPart(ports.store, library, {...options, part});
	demandPrograms(ports, frozen);
	demandSecrets(ports, frozen);
	return frozen;
};

const freezeWithPart = async (
	store: Store,
	library: Pick<WorkflowLibrary, 'load'>,
	options: StartOptions & {readonly part: PartOptions},
): Promise<FrozenPlan> => {
	const base = await findBase(store, options.workflow, options.part.of);
	const frozen = await freezePlan(library, options, base?.frozen.inputs);
	demandStep(frozen.plan, options.part.step);
	return {...frozen, part: await freezePart(store, frozen.plan, options.part, base)};
};

/** The run that is named, else the newest of the workflow; undefined where it has none. */
const findBase = async (store: Store, workflow: string, of: string | undefined): Promise<Base | undefined> => {
	const runs = await store.listRuns();
	const ids = runs.map(({id}) => id);
	const id = of === undefined ? undefined : findByPrefix('run', of, ids);
	const run = id === undefined ? await findNewest(store, runs, workflow) : runs.find(each => each.id === id);
	if (run === undefined) return undefined;
	if (run.workflow !== workflow)
		throw new RadError('USAGE', `Run ${run.id} is one of ${run.workflow}: nothing of it can be taken over into ${workflow}.`, {hint: 'rad runs'});
	if (!isRunOver(run.status)) throw toActiveFailure(run);
	const frozen = readFrozenPlan(await store.getPlanJson(run.id));
	if (frozen !== undefined) return {run, frozen};
	throw new RadError('RUN_OVER', `Run ${run.id} was made by another version of rad: nothing of it can be taken over.`);
};

/** The newest run of a workflow that came to anything: one that was cancelled in the queue has done nothing that could be taken over. */
const findNewest = async (store: Store, runs: readonly Run[], workflow: string): Promise<Run | undefined> => {
	for (const run of runs) {
		if (run.workflow !== workflow || run.status === 'queued') continue;
		if (run.status !== 'cancelled' || (await store.listSteps(run.id)).some(step => step.startedAt !== null || step.takenFrom !== null)) return run;
	}
	return undefined;
};

const toActiveFailure = ({id, status}: Run): RadError => {
	const hint = status === 'interrupted' ? `rad resume ${id}` : undefined;
	return new RadError('RUN_ACTIVE', `Run ${id} is not over, it is ${status}: nothing of it can be taken over yet.`, {
		details: {run: id},
		...(hint === undefined ? {} : {hint}),
	});
};

const freezePart = async (store: Store, plan: Plan, {step, isOnly}: PartOptions, base: Base | undefined): Promise<Part> => {
	const {steps} = plan;
	const run = new Set([step, ...(isOnly ? [] : findAfter(steps, step))]);
	const needed = findBefore(steps, [...run]);
	const taken = steps.filter(({id}) => !run.has(id) && (!isOnly || needed.has(id)));
	const isHere = new Set([...run, ...taken.map(({id}) => id)]);
	const leftOut = isOnly ? listTopNames(plan).filter(name => !isHere.has(name)) : [];
	const settled = taken.length === 0 ? [] : await takeOver({store, plan, step, needed, base}, taken);
	return {step, isOnly, runId: base?.run.id ?? null, steps: Object.fromEntries([...settled, ...leftOut.map(name => [name, LEFT_OUT] as const)])};
};

/** As steps that nobody misses. */
const LEFT_OUT: SettledStep = {status: 'skipped', reason: null, isUnwanted: true, outputs: {}, takenFrom: null};

type Takeover = {
	readonly store: Store;
	readonly plan: Plan;
	/** The step with which the run begins. */
	readonly step: string;
	/** What the steps that are run cannot do without. */
	readonly needed: ReadonlySet<string>;
	readonly base: Base | undefined;
};

const takeOver = async (takeover: Takeover, nodes: readonly PlanNode[]): Promise<ReadonlyArray<readonly [string, SettledStep]>> => {
	const {store, plan, base} = takeover;
	if (base === undefined)
		throw new RadError('RUN_UNKNOWN', `${plan.name} has not run here yet: nothing can be taken over.`, {hint: `rad run ${plan.name}`});
	const history = await loadHistory(store, base.run.id, base.frozen);
	const settled: Array<readonly [string, SettledStep]> = [];
	for (const node of nodes) settled.push([node.id, await takeStep(takeover, node, history, base.run.id)]);
	return settled;
};

const takeStep = async (takeover: Takeover, node: PlanNode, history: History, runId: RunId): Promise<SettledStep> => {
	const done = history.get(node.id);
	const refuse = (why: string): RadError =>
		new RadError('STEP_NOT_DONE', `Step "${node.id}" cannot be taken over from run ${runId}: ${why}.`, {
			details: {run: runId},
			hint: `rad run ${takeover.plan.name} ${findBefore(takeover.plan.steps, [takeover.step]).has(node.id) ? '--from' : '--only'} ${node.id}`,
		});
	if (done === undefined) throw refuse('that run did not have it, or left it out');
	if (takeover.needed.has(node.id) && !isDone(node, done)) throw refuse(`it is needed, and ${WHY[done.status]} there`);
	const misfits = done.status === 'completed' ? await findMisfits(node, done.outputs) : [];
	if (misfits.length > 0) throw refuse(`what it handed on is not what the workflow wants of it now: ${misfits.join('; ')}`);
	return done;
};

const WHY: Record<SettledStep['status'], string> = {
	completed: 'completed',
	failed: 'failed',
	cancelled: 'was cancelled',
	skipped: 'was skipped',
};
