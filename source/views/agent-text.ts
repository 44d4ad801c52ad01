import {formatDuration} from '../domain/figures.ts';
import type {AgentId} from '../domain/ids.ts';
import type {Agent} from '../domain/records.ts';
import {labelAgent} from './status-label.ts';

/** How long an agent worked, or has worked until now. */
export const formatAgentDuration = (agent: Pick<Agent, 'startedAt' | 'endedAt'>, now: number): string =>
	formatDuration((agent.endedAt ?? now) - agent.startedAt);

/** The program behind an agent. A recording never passes for the program that it plays back. */
export const formatEngine = (agent: Pick<Agent, 'engine' | 'isRecording'>): string => {
	if (!agent.isRecording) return agent.engine;
	return agent.engine === 'recorded' ? 'recording' : `${agent.engine} (recording)`;
};

/** The status word, and the exit code where it tells more than the word. */
export const formatOutcome = (agent: Pick<Agent, 'status' | 'isUnattended' | 'exitCode'>): string => {
	const {word} = labelAgent(agent);
	return agent.status === 'failed' && agent.exitCode !== null && agent.exitCode !== 0 ? `${word} (exit ${agent.exitCode})` : word;
};

/** The names of agents, so that the attempts of one step can be told apart: `tests (attempt 2)` where there is more than one. */
export const nameAgents = (agents: readonly Agent[]): ReadonlyMap<AgentId, string> => {
	const retried = new Set(agents.filter(({attempt}) => attempt > 1).map(toStepKey));
	// A sub-agent stands below its attempt, which says it.
	return new Map(
		agents.map(agent => [
			agent.id,
			agent.parentId === null && retried.has(toStepKey(agent)) ? `${agent.name} (attempt ${agent.attempt})` : agent.name,
		]),
	);
};

const toStepKey = ({planId, stepId}: Agent): string => `${planId} ${stepId}`;
