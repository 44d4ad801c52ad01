import type {RadEvent} from '../domain/events.ts';

/** What an event is about, in the same few words for all of them; null where it has no such thing. */
export type EventOutline = {
	readonly runId: string | null;
	readonly stepId: string | null;
	readonly agentId: string | null;
	readonly checkpointId: string | null;
	readonly requestId: string | null;
	/** Which try of the step, or round of the block. */
	readonly turn: number | null;
	/** What came of it, or what it is from now on. */
	readonly status: string | null;
	readonly reason: string | null;
};

const NOTHING = {stepId: null, agentId: null, checkpointId: null, requestId: null, turn: null, status: null, reason: null} as const;

/** The ids of an event, what came of it, and why. */
export const outlineEvent = (event: RadEvent): EventOutline => ({...NOTHING, runId: event.runId, ...toOutline(event)});

const toOutline = (event: RadEvent): Partial<EventOutline> => {
	switch (event.type) {
		case 'run.started':
			return {};
		case 'run.status-changed':
			return {status: event.status, reason: event.reason};
		case 'run.budget-spent':
			return {reason: event.reason};
		case 'step.started':
			return {stepId: event.stepId, turn: event.attempt};
		case 'step.opened':
			return {stepId: event.stepId, turn: event.round};
		case 'step.rolled-back':
			return {stepId: event.stepId, turn: event.round, checkpointId: event.checkpointId, reason: event.reason};
		case 'step.merged':
			return {stepId: event.stepId, turn: event.attempt, status: event.conflict === undefined ? 'merged' : 'conflict'};
		case 'step.asked':
			return {stepId: event.stepId, reason: event.question.message};
		case 'step.decided':
			return {stepId: event.stepId, status: event.decision.isApproved ? 'approved' : 'rejected', reason: event.decision.comment};
		case 'step.attempt-ended':
			return {stepId: event.stepId, turn: event.attempt, status: event.outcome.status, reason: event.outcome.reason};
		case 'step.ended':
			return {stepId: event.stepId, status: event.status, reason: event.reason};
		case 'agent.registered':
			return {agentId: event.agentId};
		case 'agent.status-changed':
			return {agentId: event.agentId, status: event.status};
		case 'checkpoint.created':
		case 'checkpoint.restored':
			return {checkpointId: event.checkpointId};
		case 'request.opened':
			return {requestId: event.requestId};
		case 'request.decided':
			return {requestId: event.requestId, status: event.isGranted ? 'granted' : 'denied'};
	}
};
