import type {RunId} from '../domain/ids.ts';
import type {FrozenPlan, SettledStep} from '../domain/plan.ts';
import type {Step} from '../domain/records.ts';
import type {Store} from '../monitoring/store-port.ts';
import {loadState} from './embedded-engine.ts';
import {readFrozenPlan} from './freeze-plan.ts';
import {findAfter} from './part-steps.ts';
import type {StepState} from './run-state.ts';

/** How the steps of a run that is over ended, by their names; each tells the run that really did it. */
export type History = ReadonlyMap<string, SettledStep>;

/**
 * Tells what a run, with those that it builds on, has done. What a run left out is as the run before it had it, unless it comes after what was
 * done anew.
 */
export const loadHistory = async (store: Store, runId: RunId, frozen: FrozenPlan): Promise<History> => {
	const {steps: states} = await loadState({store}, {runId, frozen});
	const own = (await store.listSteps(runId)).flatMap(step => {
		const state = isLeftOut(frozen, step) ? undefined : states.get(step.stepId);
		const settled = state === undefined ? undefined : toSettled(step, state);
		return settled === undefined ? [] : [[step.stepId, settled] as const];
	});
	return new Map([...(await loadOlder(store, frozen)), ...own]);
};

const loadOlder = async (store: Store, {plan, part}: FrozenPlan): Promise<ReadonlyArray<readonly [string, SettledStep]>> => {
	if (part?.isOnly !== true || part.runId === null) return [];
	const frozen = readFrozenPlan(await store.getPlanJson(part.runId));
	const stale = findAfter(plan.steps, part.step);
	return frozen === undefined ? [] : [...(await loadHistory(store, part.runId, frozen))].filter(([name]) => !stale.has(name));
};

const isLeftOut = ({part}: FrozenPlan, {stepId}: Step): boolean =>
	part !== undefined && Object.hasOwn(part.steps, stepId) && part.steps[stepId]?.takenFrom === null;

/** Undefined for a step that is not over. */
const toSettled = ({runId, status, reason, takenFrom}: Step, {isUnwanted, outputs}: StepState): SettledStep | undefined =>
	status === 'pending' || status === 'running' || status === 'waiting'
		? undefined
		: {status, reason, isUnwanted, outputs, takenFrom: takenFrom ?? runId};
