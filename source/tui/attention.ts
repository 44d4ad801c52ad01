import type {AgentId, RunId} from '../domain/ids.ts';
import type {Agent, Run} from '../domain/records.ts';
import {formatOutcome} from '../views/agent-text.ts';
import {labelAgent, labelRun, type StatusLabel} from '../views/status-label.ts';
import {needsAttention, snapshotOf} from './selectors.ts';
import type {State} from './state.ts';

/** Something that a person should look at, and where it is. */
export type AttentionItem = {
	readonly label: Pick<StatusLabel, 'symbol' | 'tone'>;
	readonly what: string;
	readonly why: string;
	readonly goal:
		| {readonly kind: 'question'; readonly stepId: string}
		| {readonly kind: 'agent'; readonly agentId: AgentId}
		| {readonly kind: 'run'; readonly runId: RunId};
};

const WAITING = labelRun({status: 'waiting'});

/** What waits for a person comes first, then what went wrong in the run that is shown, then other runs. Requests of agents show themselves. */
export const listAttention = (state: State): readonly AttentionItem[] => {
	const snapshot = snapshotOf(state);
	if (snapshot === undefined) return [];
	const {questions, runAgents, runs, run} = snapshot;
	return [
		...questions.map(
			({step, question}): AttentionItem => ({
				label: WAITING,
				what: step.stepId,
				why: question.message,
				goal: {kind: 'question', stepId: step.stepId},
			}),
		),
		...runAgents.filter(needsAttention).map(toAgentItem),
		...runs.filter(each => each.id !== run?.id && (each.status === 'waiting' || each.status === 'interrupted')).map(toRunItem),
	];
};

const toAgentItem = (agent: Agent): AttentionItem => ({
	label: labelAgent(agent),
	what: agent.name,
	why: agent.error ?? formatOutcome(agent),
	goal: {kind: 'agent', agentId: agent.id},
});

const toRunItem = (run: Run): AttentionItem => ({
	label: labelRun(run),
	what: run.workflow,
	why: run.error ?? `the run is ${labelRun(run).word}`,
	goal: {kind: 'run', runId: run.id},
});
