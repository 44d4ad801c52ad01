import {RadError} from '../domain/failures.ts';
import {type FrozenPlan, listPlanWork, mapPlanWork, type Plan, type PlanNode} from '../domain/plan.ts';
import type {StartOptions} from '../domain/rad.ts';
import type {AttemptPorts} from './attempt-ports.ts';
import {resolveInputs} from './run-inputs.ts';
import type {WorkflowLibrary} from './workflow-library.ts';

type Programs = Pick<AttemptPorts, 'engines' | 'findProgram' | 'environment'>;

/**
 * Makes what a run is to do from a workflow's file and what was typed. `earlier` are the inputs of another run, which stand for those that
 * were not typed.
 *
 * @throws {RadError} `WORKFLOW_UNKNOWN`, `WORKFLOW_INVALID`; `USAGE` for its inputs.
 */
export const freezePlan = async (
	library: Pick<WorkflowLibrary, 'load'>,
	{workflow, inputs, withoutCheckpoints, maxCostNanoUsd}: StartOptions,
	earlier?: FrozenPlan['inputs'],
): Promise<FrozenPlan> => {
	const plan = await library.load(workflow);
	const frozen = withoutCheckpoints === true ? mapPlanWork(plan, step => ({...step, takesCheckpoints: false})) : plan;
	return {plan: frozen, inputs: resolveInputs(plan, inputs, earlier), maxCostNanoUsd: maxCostNanoUsd ?? null};
};

/** Nothing is started when the program of a step that is to be run is missing: half of a run is worse than none. @throws {RadError} `ENGINE_MISSING`. */
export const demandPrograms = ({engines, findProgram, environment}: Programs, frozen: FrozenPlan): void => {
	const needed = listPlanWork(toRunPlan(frozen)).flatMap(({id, engine, fallback}) =>
		[engine, ...fallback.map(other => other.engine)].map(name => ({id, engine: name})),
	);
	for (const {id, engine} of needed) {
		const program = engines.find(engine)?.program ?? null;
		if (program === null || findProgram(program.command, environment) !== undefined) continue;
		throw new RadError(
			'ENGINE_MISSING',
			`Step "${id}" needs the engine ${engine}, and ${program.command} is not on your PATH; nothing was started.`,
			{
				hint: program.install,
			},
		);
	}
};

/** The plan without what is over before the run. */
export const toRunPlan = ({plan, part}: FrozenPlan): Plan => {
	const isRun =
		(prefix: string) =>
		(node: PlanNode): boolean =>
			!Object.hasOwn(part?.steps ?? {}, `${prefix}${node.id}`);
	return {
		...plan,
		steps: plan.steps.filter(isRun('')),
		onFailure: plan.onFailure.filter(isRun('on_failure.')),
		finally: plan.finally.filter(isRun('finally.')),
	};
};

/** Reads the plan of a run; undefined where it has none that this rad knows how to follow: it was imported, or another version froze it. */
export const readFrozenPlan = (json: string | undefined): FrozenPlan | undefined => {
	const frozen = JSON.parse(json ?? '{}') as Partial<FrozenPlan>;
	return frozen.plan?.schedule === undefined ? undefined : (frozen as FrozenPlan);
};
