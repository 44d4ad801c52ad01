import {RadError} from '../domain/failures.ts';
import {type FrozenPlan, listPlanWork, mapPlanWork, type Plan} from '../domain/plan.ts';
import type {StartOptions} from '../domain/rad.ts';
import type {AttemptPorts} from './attempt-ports.ts';
import {resolveInputs} from './run-inputs.ts';
import type {WorkflowLibrary} from './workflow-library.ts';

type Programs = Pick<AttemptPorts, 'engines' | 'findProgram' | 'environment'>;

/**
 * Makes what a run is to do from a workflow's file and what was typed.
 *
 * @throws {RadError} `WORKFLOW_UNKNOWN`, `WORKFLOW_INVALID`, `ENGINE_MISSING`; `USAGE` for its inputs.
 */
export const freezePlan = async (
	programs: Programs,
	library: Pick<WorkflowLibrary, 'load'>,
	{workflow, inputs, withoutCheckpoints, maxCostNanoUsd}: StartOptions,
): Promise<FrozenPlan> => {
	const plan = await library.load(workflow);
	demandPrograms(programs, plan);
	const frozen = withoutCheckpoints === true ? mapPlanWork(plan, step => ({...step, takesCheckpoints: false})) : plan;
	return {plan: frozen, inputs: resolveInputs(plan, inputs), maxCostNanoUsd: maxCostNanoUsd ?? null};
};

/** Nothing is started when a step's program is missing: half of a run is worse than none. @throws {RadError} `ENGINE_MISSING`. */
export const demandPrograms = ({engines, findProgram, environment}: Programs, plan: Plan): void => {
	for (const {id, engine} of listPlanWork(plan)) {
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

/** Reads the plan of a run; undefined where it has none that this rad knows how to follow: it was imported, or another version froze it. */
export const readFrozenPlan = (json: string | undefined): FrozenPlan | undefined => {
	const frozen = JSON.parse(json ?? '{}') as Partial<FrozenPlan>;
	return frozen.plan?.outputs === undefined ? undefined : (frozen as FrozenPlan);
};
