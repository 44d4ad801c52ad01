import type {StepStatus} from './status.ts';

/** What is shown to whoever has to decide. */
export const SHOWN = ['diff', 'outputs', 'cost'] as const;

export type Shown = (typeof SHOWN)[number];

/** The engine whose provider, or plan, allows no more, and when it does again (epoch ms); null where nobody tells. */
export type UsageLimit = {readonly engine: string; readonly resetsAt: number | null};

/** What a person is asked before a run goes on. */
export type Question = {
	/**
	 * What a Yes does: it lets the run go on past the step, allows to spend as much again, tries once more to merge the work of the step, or
	 * to have it done by an engine whose provider allowed no more.
	 */
	readonly about: 'gate' | 'run-budget' | 'block-budget' | 'step-budget' | 'conflict' | 'usage-limit';
	/** Of a workflow in another one: its name in the run. */
	readonly block?: string;
	readonly limit?: UsageLimit;
	/** As it was filled in; it may hold what an agent wrote. */
	readonly message: string;
	readonly show: readonly Shown[];
	/** What the steps before it have handed on, by their names in the run; empty unless it is to be shown. */
	readonly outputs: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
	/** Epoch ms after which silence is an answer; null for never. */
	readonly until: number | null;
	readonly onTimeout: 'reject' | 'approve';
};

export type Decision = {
	readonly isApproved: boolean;
	/** `user`, or `timeout` where nobody answered. */
	readonly by: string;
	readonly comment: string | null;
};

/** `rejected by user: too slow`. */
export const describeDecision = ({isApproved, by, comment}: Decision): string =>
	`${isApproved ? 'approved' : 'rejected'}${by === 'timeout' ? ', as nobody answered in time' : ` by ${by}`}${comment === null ? '' : `: ${comment}`}`;

/** True of a step that waits for a person. */
export const isUndecided = ({status, decision}: {readonly status: StepStatus; readonly decision: Decision | null}): boolean =>
	status === 'waiting' && decision === null;
