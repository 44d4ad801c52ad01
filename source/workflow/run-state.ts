import type {AttemptOutcome, MergeConflict, RadEvent, SlotPlace} from '../domain/events.ts';
import type {InputValues, Part, Plan, PlanNode} from '../domain/plan.ts';
import type {Decision, Question} from '../domain/question.ts';
import {isStepOver, type RunStatus, type StepStatus} from '../domain/status.ts';
import {listTopScopes, type Scope} from './scope.ts';

/** What the core knows of a step. */
export type StepState = {
	readonly status: StepStatus;
	/** Attempts that were started; none of a block. */
	readonly attempts: number;
	/** Of a block: how many of its rounds have begun. */
	readonly rounds: number;
	/** Which of its fallback engines makes the newest one, from 1; 0 for its own. */
	readonly fallback: number;
	/** Attempts that were made with the engines before that: each has its own retries. */
	readonly earlier: number;
	/** Attempts that a restore undid: they do not count against the retries. */
	readonly restores: number;
	/** How the newest attempt ended; null before that and while one runs. */
	readonly outcome: AttemptOutcome | null;
	/** Attempts that were lost with their rad, or stopped for money that there is now, and are made again: they do not count against the retries either. */
	readonly losses: number;
	/** Attempts whose answer did not fit; the first of them is answered by one that does not count against the retries. */
	readonly complaints: number;
	/** What was wrong with the last of those answers; null while there is none. */
	readonly complaint: string | null;
	/** True where the newest attempt is one of those. */
	readonly isForgiven: boolean;
	/** True of a step whose `when` was false. */
	readonly isUnwanted: boolean;
	/** True of a step that had more to do when the run's budget was spent. */
	readonly isCutShort: boolean;
	/** The newest attempt, or round, of which what it did was taken back; 0 while none was. */
	readonly rolledBack: number;
	/** Where its newest attempt works; null where that is the workspace itself. */
	readonly worktree: SlotPlace | null;
	/** The newest attempt of which what it left in its work tree is kept; 0 while none is. */
	readonly merged: number;
	/** What keeps its work from the run's branch; null where nothing does. */
	readonly conflict: MergeConflict | null;
	/** The commit that the run's branch was at when the step was over; null before that, and while the run has no branch. */
	readonly branch: string | null;
	/** What a block is repeated for; null where it is not repeated for anything. */
	readonly items: readonly unknown[] | null;
	/** What a person is asked; null while nothing was. */
	readonly asked: Question['about'] | null;
	/** The workflow whose budget that is about, or the engine whose limit; null for any other question. */
	readonly askedOf: string | null;
	/** How often a person has allowed it to spend as much again. */
	readonly raises: number;
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
	readonly steps: ReadonlyMap<string, StepState>;
	/** Which limit of the run was reached, in words; null while there is none. */
	readonly spent: string | null;
	/** True when a person, or whoever started the run, allows no more. */
	readonly isSpentForGood: boolean;
	/** How often a person has allowed the run to spend as much again. */
	readonly raises: number;
	/** Of the workflows in it, by their names: how often a person has allowed as much again, and whether one has refused it. */
	readonly ceilings: Readonly<Record<string, {readonly raises: number; readonly isSpentForGood: boolean}>>;
	/** The commit that the run's branch is at, as far as the events tell. */
	readonly branch: string | null;
	/** Steps that are over before the run starts, and how. */
	readonly settled: Part['steps'];
};

const NEW_STEP: StepState = {
	status: 'pending',
	attempts: 0,
	rounds: 0,
	fallback: 0,
	earlier: 0,
	restores: 0,
	outcome: null,
	losses: 0,
	complaints: 0,
	complaint: null,
	isForgiven: false,
	isUnwanted: false,
	isCutShort: false,
	rolledBack: 0,
	worktree: null,
	merged: 0,
	conflict: null,
	branch: null,
	items: null,
	asked: null,
	askedOf: null,
	raises: 0,
	inputs: null,
	decision: null,
	outputs: {},
};

/** Names of the steps that a run has from its start; those of blocks come with their rounds. */
export const listTopNames = (plan: Plan): readonly string[] => listTopScopes(plan).flatMap(listNames);

export const listNames = ({nodes, prefix}: Scope): readonly string[] => nodes.map(({id}) => `${prefix}${id}`);

export const startState = (plan: Plan, settled: Part['steps'] = {}): RunState => ({
	status: 'running',
	steps: new Map(listTopNames(plan).map(name => [name, NEW_STEP])),
	spent: null,
	isSpentForGood: plan.budget.onExceeded === 'stop',
	raises: 0,
	ceilings: {},
	branch: null,
	settled,
});

/** Takes one event into the state. Pure: a run that is loaded from its events has the state that it had. */
export const fold = (state: RunState, event: RadEvent): RunState => {
	switch (event.type) {
		case 'run.status-changed':
			return {...state, status: event.status, steps: event.status === 'running' ? forgiveLosses(state.steps) : state.steps};
		case 'run.budget-spent':
			return {...state, spent: event.reason, isSpentForGood: state.isSpentForGood || event.isFinal === true};
		case 'step.started':
			return withStep(state, event.stepId, step => ({
				...switchEngine(step, event.fallback ?? step.fallback, event.attempt),
				...NOT_ASKED,
				status: 'running',
				attempts: event.attempt,
				outcome: null,
				outputs: {},
				isForgiven: false,
				worktree: event.worktree ?? null,
			}));
		case 'step.opened':
			return withStep(state, event.stepId, step => ({
				...step,
				status: 'running',
				rounds: event.round,
				items: event.items,
				inputs: event.inputs ?? null,
			}));
		case 'step.rolled-back':
			return undoChanges(
				withStep(state, event.stepId, step => ({...step, rolledBack: event.round})),
				event,
			);
		case 'step.merged':
			return withStep({...state, branch: event.head ?? state.branch}, event.stepId, step => ({
				...step,
				...NOT_ASKED,
				status: 'running',
				merged: event.attempt,
				conflict: event.conflict ?? null,
				outputs: {...step.outputs, commit: event.commit, changed: event.isChanged},
			}));
		case 'step.asked':
			return withStep(state, event.stepId, step => ({
				...step,
				status: 'waiting',
				asked: event.question.about,
				askedOf: event.question.block ?? event.question.limit?.engine ?? null,
				decision: null,
			}));
		case 'step.decided':
			return takeDecision(
				withStep(state, event.stepId, step => ({...step, decision: event.decision})),
				event.stepId,
				event.decision,
			);
		case 'step.attempt-ended':
			return withStep(state, event.stepId, step => ({
				...(isNoFault(event.outcome, state) ? forgive(step) : step),
				outcome: event.outcome,
				outputs: event.outcome.outputs,
				restores: step.restores + (event.outcome.status === 'restored' ? 1 : 0),
				complaints: step.complaints + (event.outcome.complaint === undefined ? 0 : 1),
				complaint: event.outcome.complaint ?? step.complaint,
			}));
		case 'step.ended':
			return withStep(state, event.stepId, step => ({
				...step,
				status: event.status,
				isUnwanted: event.isUnwanted === true,
				isCutShort: event.isCutShort === true,
				outputs: event.outputs ?? step.outputs,
				branch: state.branch,
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

/** It was stopped for the want of what others have spent too, and whether there is more by now is to be looked at before it goes on. */
const isNoFault = ({spent}: AttemptOutcome, state: RunState): boolean => spent === 'block' || (spent === 'run' && state.spent === null);
/** What was taken back is no change any more. */
const undoChanges = (state: RunState, {stepId, round, checkpointId}: RadEvent & {type: 'step.rolled-back'}): RunState => {
	if (checkpointId === null) return state;
	const undone = stateOf(state, stepId).items === null ? stepId : `${stepId}.${round}`;
	const undo = ([name, step]: readonly [string, StepState]) =>
		(name === undone || name.startsWith(`${undone}.`)) && step.outputs['changed'] === true
			? ([name, {...step, outputs: {...step.outputs, changed: false}}] as const)
			: ([name, step] as const);
	return {...state, steps: new Map([...state.steps].map(undo))};
};

/** What went wrong with one engine says nothing of the next. */
const switchEngine = (step: StepState, fallback: number, attempt: number): StepState =>
	fallback === step.fallback ? step : {...step, fallback, earlier: attempt - 1, restores: 0, losses: 0, complaints: 0, complaint: null};

const NOT_ASKED = {asked: null, askedOf: null, decision: null} as const;

/** Who allows more gives as much again; what was stopped for want of it does not count against the retries. */
const takeDecision = (state: RunState, stepId: string, {isApproved}: Decision): RunState => {
	const {asked, askedOf, outcome} = stateOf(state, stepId);
	if (asked === null || asked === 'gate') return state;
	if (asked === 'usage-limit') return isApproved ? {...state, steps: forgiveLimited(state.steps, askedOf)} : state;
	if (askedOf !== null) return withCeiling(state, askedOf, isApproved);
	if (asked === 'conflict') return isApproved ? withStep(state, stepId, step => ({...step, merged: step.attempts - 1, conflict: null})) : state;
	if (!isApproved) return asked === 'run-budget' ? {...state, isSpentForGood: true} : state;
	const goOn = withStep(state, stepId, step => ({
		...(outcome?.spent === undefined ? step : forgive(step)),
		raises: step.raises + (asked === 'step-budget' ? 1 : 0),
	}));
	return asked === 'run-budget' ? {...goOn, steps: forgiveStopped(goOn.steps), spent: null, raises: state.raises + 1} : goOn;
};

const withCeiling = (state: RunState, block: string, isApproved: boolean): RunState => {
	const {raises = 0} = state.ceilings[block] ?? {};
	return {...state, ceilings: {...state.ceilings, [block]: {raises: raises + (isApproved ? 1 : 0), isSpentForGood: !isApproved}}};
};

/** One question was for all whom the want of money has stopped. */
const forgiveStopped = (steps: RunState['steps']): RunState['steps'] =>
	mapSteps(steps, step => (step.status === 'running' && step.outcome?.spent === 'run' ? forgive(step) : step));

/** One question was for all whom the limit of an engine has stopped. */
const forgiveLimited = (steps: RunState['steps'], engine: string | null): RunState['steps'] =>
	mapSteps(steps, step => (!isStepOver(step.status) && step.outcome?.limit?.engine === engine ? forgive(step) : step));

/** Whoever goes on with an interrupted run wants its work done: that an agent was lost with its rad is no fault of the step. */
const forgiveLosses = (steps: RunState['steps']): RunState['steps'] =>
	mapSteps(steps, step => (step.status === 'running' && step.outcome?.status === 'lost' ? forgive(step) : step));

const mapSteps = (steps: RunState['steps'], change: (step: StepState) => StepState): RunState['steps'] =>
	new Map([...steps].map(([id, step]) => [id, change(step)]));

/** The newest attempt is made again, as if it had not been; forgiving it twice is no more than once. */
const forgive = (step: StepState): StepState => (step.isForgiven ? step : {...step, losses: step.losses + 1, isForgiven: true});

/** The name that a step of a list has in the run. */
export const nameIn = (scope: Scope, {id}: PlanNode): string => `${scope.prefix}${id}`;

export const stateIn = (scope: Scope, node: PlanNode, state: RunState): StepState => stateOf(state, nameIn(scope, node));

const stateOf = (state: RunState, stepId: string): StepState => state.steps.get(stepId) ?? NEW_STEP;

const withStep = (state: RunState, stepId: string, change: (step: StepState) => StepState): RunState => ({
	...state,
	steps: new Map(state.steps).set(stepId, change(stateOf(state, stepId))),
});
