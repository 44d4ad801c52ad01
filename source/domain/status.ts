/**
 * Lifecycle of a run.
 *
 * ```text
 * queued → running | cancelled                                           (another run of the workspace is at work)
 * running ⇄ waiting → completed | failed | cancelled
 * running, waiting → cancelling → cancelled | failed
 * running, waiting, cancelling → interrupted → running | cancelled      (the rad that drove it died)
 * ```
 */
export type RunStatus = 'queued' | 'running' | 'waiting' | 'cancelling' | 'completed' | 'failed' | 'cancelled' | 'interrupted';

/**
 * Lifecycle of a step.
 *
 * ```text
 * pending → running → completed | failed | cancelled
 * pending → waiting → completed | failed | cancelled                     (for a person's decision)
 * pending, running → waiting → running | failed | cancelled              (for more money)
 * pending → skipped | cancelled | failed | completed                     (failed: an expression of it could not be evaluated; completed: a block without items; any: it was taken over from an earlier run)
 * ```
 */
export type StepStatus = 'pending' | 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled' | 'skipped';

/**
 * Lifecycle of an agent.
 *
 * ```text
 * starting → running ⇄ waiting → completed | failed | cancelled | timed_out | lost
 * starting → failed | cancelled | timed_out | lost                       (never ran)
 * ```
 * `lost`: its process is gone and left no exit code.
 */
export type AgentStatus = 'starting' | 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled' | 'timed_out' | 'lost';

export const RUN_STATUSES = [
	'queued',
	'running',
	'waiting',
	'cancelling',
	'completed',
	'failed',
	'cancelled',
	'interrupted',
] as const satisfies readonly RunStatus[];
export const STEP_STATUSES = [
	'pending',
	'running',
	'waiting',
	'completed',
	'failed',
	'cancelled',
	'skipped',
] as const satisfies readonly StepStatus[];
export const AGENT_STATUSES = [
	'starting',
	'running',
	'waiting',
	'completed',
	'failed',
	'cancelled',
	'timed_out',
	'lost',
] as const satisfies readonly AgentStatus[];

const RUN_MOVES: Record<RunStatus, readonly RunStatus[]> = {
	queued: ['running', 'cancelled'],
	running: ['waiting', 'cancelling', 'completed', 'failed', 'cancelled', 'interrupted'],
	waiting: ['running', 'cancelling', 'completed', 'failed', 'cancelled', 'interrupted'],
	cancelling: ['completed', 'failed', 'cancelled', 'interrupted'],
	interrupted: ['running', 'cancelled'],
	completed: [],
	failed: [],
	cancelled: [],
};

const STEP_MOVES: Record<StepStatus, readonly StepStatus[]> = {
	pending: ['running', 'waiting', 'completed', 'skipped', 'failed', 'cancelled'],
	running: ['waiting', 'completed', 'failed', 'cancelled'],
	waiting: ['running', 'completed', 'failed', 'cancelled'],
	completed: [],
	failed: [],
	cancelled: [],
	skipped: [],
};

const AGENT_ENDS = ['completed', 'failed', 'cancelled', 'timed_out', 'lost'] as const satisfies readonly AgentStatus[];
const AGENT_MOVES: Record<AgentStatus, readonly AgentStatus[]> = {
	starting: ['running', 'failed', 'cancelled', 'timed_out', 'lost'],
	running: ['waiting', ...AGENT_ENDS],
	waiting: ['running', ...AGENT_ENDS],
	completed: [],
	failed: [],
	cancelled: [],
	timed_out: [],
	lost: [],
};

export type AgentEnd = (typeof AGENT_ENDS)[number];

export const canMoveRun = (from: RunStatus, to: RunStatus): boolean => RUN_MOVES[from].includes(to);
export const canMoveStep = (from: StepStatus, to: StepStatus): boolean => STEP_MOVES[from].includes(to);
export const canMoveAgent = (from: AgentStatus, to: AgentStatus): boolean => AGENT_MOVES[from].includes(to);

/** True for a status that is never left. */
export const isRunOver = (status: RunStatus): boolean => RUN_MOVES[status].length === 0;
export const isStepOver = (status: StepStatus): boolean => STEP_MOVES[status].length === 0;
export const isAgentOver = (status: AgentStatus): boolean => AGENT_MOVES[status].length === 0;

/** Why an agent failed, as far as its engine's own words tell. */
export type FailureCause = 'rate_limit' | 'authentication' | 'context_length' | 'permission_refused' | 'network' | 'crash';

export const FAILURE_CAUSES = [
	'rate_limit',
	'authentication',
	'context_length',
	'permission_refused',
	'network',
	'crash',
] as const satisfies readonly FailureCause[];
