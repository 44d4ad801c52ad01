import type {MergeConflict} from '../domain/events.ts';
import type {RunId} from '../domain/ids.ts';
import type {InputValues, PlanGate, PlanStep} from '../domain/plan.ts';
import type {UsageLimit} from '../domain/question.ts';
import type {RunState, StepState} from './run-state.ts';
import type {Scope} from './scope.ts';

/** What is to be done next. */
export type Command =
	/** After a random part of `backoffMs`; null for at once. `step` has the name that it has in the run, and the engine that is to be used. */
	| {
			readonly type: 'start-step';
			readonly step: PlanStep;
			readonly scope: Scope;
			readonly attempt: number;
			/** See `StepState.fallback`. */
			readonly fallback: number;
			readonly backoffMs: number | null;
	  }
	/** Begins a round of a block; `items` are all of the block's. */
	| {
			readonly type: 'open-step';
			readonly stepId: string;
			readonly round: number;
			readonly items: readonly unknown[] | null;
			/** Of a workflow in another one. */
			readonly inputs?: InputValues;
			readonly children: readonly string[];
	  }
	| {readonly type: 'ask'; readonly gate: PlanGate; readonly scope: Scope}
	/** Brings back the files of before the first attempt of the step, or of those whose names begin so. */
	| {readonly type: 'roll-back'; readonly stepId: string; readonly round: number; readonly beginning: string}
	/** Keeps what the newest attempt left in its work tree and, of one that completed, merges it. */
	| {readonly type: 'merge'; readonly step: PlanStep}
	/** Asks for a person who makes its work fit what is in the run's branch. */
	| {readonly type: 'ask-conflict'; readonly step: PlanStep; readonly conflict: MergeConflict}
	/** Asks whether as much again may be spent. */
	| {readonly type: 'ask-budget'; readonly stepId: string; readonly about: 'run-budget' | 'step-budget'; readonly spent: string}
	/** Asks whether to go on, where the provider of an engine allows no more; by itself when it does again, if `isAutomatic`. */
	| {readonly type: 'ask-limit'; readonly stepId: string; readonly limit: UsageLimit; readonly isAutomatic: boolean}
	| {readonly type: 'end-step'; readonly stepId: string; readonly ending: StepEnding}
	| {readonly type: 'end-run'; readonly status: RunEnd; readonly reason: string | null};

export type StartCommand = Extract<Command, {type: 'start-step'}>;
export type OpenCommand = Extract<Command, {type: 'open-step'}>;

export type RunEnd = 'completed' | 'failed' | 'cancelled';

export type StepEnding = {
	readonly status: 'completed' | 'failed' | 'cancelled' | 'skipped';
	readonly reason: string | null;
	readonly isUnwanted?: boolean;
	readonly isCutShort?: boolean;
	readonly outputs?: StepState['outputs'];
	readonly takenFrom?: RunId;
};

/** The value of an expression or of a text with `${{ }}`, or why there is none. */
export type Value = {readonly value: unknown} | {readonly problem: string};

/** Evaluates an expression, or a text with `${{ }}`, at a place of a run. Pure, as the core is. */
export type Evaluate = (text: string, scope: Scope, state: RunState) => Value;

export const askForMore = (stepId: string, about: 'run-budget' | 'step-budget', spent: string): Command => ({
	type: 'ask-budget',
	stepId,
	about,
	spent,
});

export const endStep = (stepId: string, ending: StepEnding): Command => ({type: 'end-step', stepId, ending});
