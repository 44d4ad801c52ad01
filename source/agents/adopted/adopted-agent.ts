import type {Agent} from '../../domain/records.ts';

const MAX_SHOWN_ID = 8;

/** The agent that stands for a session which rad did not start. Whether it goes on, nobody tells rad: it counts as over, with the time of the last that was seen. */
export const toAdoptedAgent = (own: Pick<Agent, 'id' | 'planId' | 'engine'> & {readonly sessionId: string}): Agent => ({
	...own,
	parentId: null,
	stepId: 'session',
	attempt: 1,
	agentType: 'agent',
	name: `session ${own.sessionId.slice(0, MAX_SHOWN_ID)}`,
	model: null,
	status: 'completed',
	isUnattended: false,
	isRecording: false,
	processId: null,
	processStart: null,
	bootId: null,
	startedAt: 0,
	endedAt: null,
	exitCode: null,
	error: null,
	logFile: null,
	checkpointId: null,
	permissions: null,
	engineVersion: null,
	failureCause: null,
});
