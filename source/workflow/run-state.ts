import type {AttemptOutcome, RadEvent} from '../domain/events.ts';
import type {InputValues, Plan, PlanNode} from '../domain/plan.ts';
import type {Decision} from '../domain/question.ts';
import type {RunStatus, StepStatus} from '../domain/status.ts';
import {listTopScopes, type Scope} from './scope.ts';

/** What the core knows of a step. */
export type StepState = {
	readonly status: StepStatus;
	/** Attempts that were started; none of a block. */
	readonly attempts: number;
	/** Of a block: how many of its rounds have begun. */
	readonly rounds: number;
	/** Attempts that a restore undid: they do not count against the retries. */
	readonly restores: number;
	/** How the newest attempt ended; null before that and while one runs. */
	readonly outcome: AttemptOutcome | null;
	/** Attempts that were lost with their rad and are made again: they do not count against the retries either. */
	readonly losses: number;
	/** True where the newest attempt is one of those. */
	readonly isForgiven: boolean;
	/** True of a step whose `when` was false. */
	readonly isUnwanted: boolean;
	/** True of a step that had more to do when the run's budget was spent. */
	readonly isCutShort: boolean;
	/** What a block is repeated for; null where it is not repeated for anything. */
	readonly items: readonly unknown[] | null;
	/** What a workflow in another one was given; null of anything else, and before it begins. */
	readonly inputs: InputValues | null;
	/** What a person decided; null while nobody has. */
	readonly decision: Decision | null;
	/** What other steps may read of it. */
	readonly outputs: Readonly<Record<string, unknown>>;
};

export type RunState = {
	readonly status: RunStatus;
	/** By their names in the run. */
	readonly steps: Readonly<Record<string, StepState>>;
	/** Which limit of the run was reached, in words; null while there is none. */
	readonly spent: string | null;
};

const NEW_STEP: StepState = {
	status: 'pending',
	attempts: 0,
	rounds: 0,
	restores: 0,
	outcome: null,
	losses: 0,
	isForgiven: false,
	isUnwanted: false,
	isCutShort: false,
	items: null,
	inputs: null,
	decision: null,
	outputs: {},
};

/** Names of the steps that a run has from its start; those of blocks come with their rounds. */
export const listTopNames = (plan: Plan): readonly string[] => listTopScopes(plan).flatMap(listNames);

export const listNames = ({nodes, prefix}: Scope): readonly string[] => nodes.map(({id}) => `${prefix}${id}`);

export const startState = (plan: Plan): RunState => ({
	status: 'running',
	steps: Object.fromEntries(listTopNames(plan).map(name => [name, NEW_STEP])),
	spent: null,
});

/** Takes one event into the state. Pure: a run that is loaded from its events has the state that it had. */
export const fold = (state: RunState, event: RadEvent): RunState => {
	switch (event.type) {
		case 'run.status-changed':
			return {...state, status: event.status, steps: event.status === 'running' ? forgiveLosses(state.steps) : state.steps};
		case 'run.budget-spent':
			return {...state, spent: event.reason};
		case 'step.started':
			return withStep(state, event.stepId, step => ({
				...step,
				status: 'running',
				attempts: event.attempt,
				outcome: null,
				outputs: {},
				isForgiven: false,
			}));
		case 'step.opened':
			return withStep(state, event.stepId, step => ({
				...step,
				status: 'running',
				rounds: event.round,
				items: event.items,
				inputs: event.inputs ?? null,
			}));
		case 'step.asked':
			return withStep(state, event.stepId, step => ({...step, status: 'waiting'}));
		case 'step.decided':
			return withStep(state, event.stepId, step => ({...step, decision: event.decision}));
		case 'step.attempt-ended':
			return withStep(state, event.stepId, step => ({
				...step,
				outcome: event.outcome,
				outputs: event.outcome.outputs,
				restores: step.restores + (event.outcome.status === 'restored' ? 1 : 0),
			}));
		case 'step.ended':
			return withStep(state, event.stepId, step => ({
				...step,
				status: event.status,
				isUnwanted: event.isUnwanted === true,
				isCutShort: event.isCutShort === true,
				outputs: event.outputs ?? step.outputs,
			}));
		case 'run.started':
		case 'agent.registered':
		case 'agent.status-changed':
		case 'checkpoint.created':
		case 'checkpoint.restored':
		case 'request.opened':
		case 'request.decided':
			return state;
	}
};

/** Whoever goes on with an interrupted run wants its work done: that an agent was lost with its rad is no fault of the step. */
const forgiveLosses = (steps: RunState['steps']): RunState['steps'] =>
	Object.fromEntries(
		Object.entries(steps).map(([id, step]) => [
			id,
			step.status === 'running' && step.outcome?.status === 'lost' ? {...step, losses: step.losses + 1, isForgiven: true} : step,
		]),
	);

/** The name that a step of a list has in the run. */
export const nameIn = (scope: Scope, {id}: PlanNode): string => `${scope.prefix}${id}`;

export const stateIn = (scope: Scope, node: PlanNode, state: RunState): StepState => stateOf(state, nameIn(scope, node));

const stateOf = (state: RunState, stepId: string): StepState => state.steps[stepId] ?? NEW_STEP;

const withStep = (state: RunState, stepId: string, change: (step: StepState) => StepState): RunState => ({
	...state,
	steps: {...state.steps, [stepId]: change(stateOf(state, stepId))},
});
