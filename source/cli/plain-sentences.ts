import type {RadEvent, StoredEvent} from '../domain/events.ts';
import {isFailure} from '../domain/failures.ts';
import {formatDuration} from '../domain/figures.ts';
import type {AgentId, CheckpointId} from '../domain/ids.ts';
import {describeDecision} from '../domain/question.ts';
import type {Rad} from '../domain/rad.ts';
import type {Agent, AgentRequest, Run} from '../domain/records.ts';
import {isAgentOver, isRunOver} from '../domain/status.ts';
import {formatEngine, formatOutcome} from '../views/agent-text.ts';
import {describeSubject} from '../views/request-text.ts';
import {labelAgent, labelStep} from '../views/status-label.ts';
import {describeEndOfRun, joinWhy, nameFigures, nameQuestion, type ToCommand} from './plain-words.ts';
import {loadSubtreeFigures} from './subtree-figures.ts';

export type PlainSentences = {
	/** What changed, in a sentence; undefined where nobody has to hear of it. */
	readonly describe: (event: StoredEvent) => Promise<string | undefined>;
};

/** Tells what happens in whole sentences, each on a line of its own, for who hears them one after the other. Foreign text in them is as it was. */
export const createPlainSentences = (rad: Rad, toCommand: ToCommand): PlainSentences => {
	const agents = new Map<AgentId, Agent>();
	const find = async (id: AgentId): Promise<Agent> => {
		const agent = await rad.monitor.find(id);
		agents.set(id, agent);
		return agent;
	};
	const nameAgent = async ({name, parentId}: Agent): Promise<string> =>
		parentId === null ? name : `${name}, a sub-agent of ${(agents.get(parentId) ?? (await find(parentId))).name},`;
	const describe = async ({event}: StoredEvent): Promise<string | undefined> => {
		switch (event.type) {
			case 'run.status-changed':
				return describeStatus(rad, await rad.runs.find(event.runId), event, toCommand);
			case 'run.budget-spent':
				return joinWhy('The budget of the run is spent', event.reason);
			case 'agent.registered': {
				const agent = await find(event.agentId);
				return describeStart(await nameAgent(agent), agent);
			}
			case 'agent.status-changed': {
				if (event.status !== 'waiting' && !isAgentOver(event.status)) return undefined;
				const agent = await find(event.agentId);
				const name = await nameAgent(agent);
				return isAgentOver(event.status) ? describeEnd(rad, name, agent) : `${name} waits.`;
			}
			case 'step.ended':
				return describeStep(event, await findStepAgent(rad, event));
			case 'step.asked':
				return nameQuestion({runId: event.runId, stepId: event.stepId, message: event.question.message}, toCommand);
			case 'step.decided':
				return `The step ${event.stepId} is ${describeDecision(event.decision)}.`;
			case 'step.rolled-back':
				return event.reason === null
					? `What the step ${event.stepId} changed was taken back.`
					: joinWhy(`The step ${event.stepId} could not be rolled back`, event.reason);
			case 'checkpoint.created':
				return describeCheckpoint(rad, event.checkpointId);
			case 'checkpoint.restored':
				return `A checkpoint was restored: ${event.checkpointId}; to undo: ${toCommand('checkpoint undo')}`;
			case 'request.opened':
			case 'request.decided': {
				const request = (await rad.requests.list({runId: event.runId})).find(({id}) => id === event.requestId);
				return request === undefined ? undefined : describeRequest(event, request, (await find(request.agentId)).name, toCommand);
			}
			case 'run.started':
			case 'step.started':
			case 'step.opened':
			case 'step.merged':
			case 'step.attempt-ended':
				return undefined;
		}
	};
	return {describe};
};

const describeStatus = async (
	rad: Rad,
	run: Run,
	{status, reason}: RadEvent & {type: 'run.status-changed'},
	toCommand: ToCommand,
): Promise<string | undefined> => {
	if (isRunOver(status)) return describeEndOfRun(run, await loadSubtreeFigures(rad, run.id), toCommand);
	switch (status) {
		case 'queued':
			return `The run of ${run.workflow} is queued.`;
		case 'running':
			return `The run of ${run.workflow} is at work.`;
		case 'waiting':
			return joinWhy(`The run of ${run.workflow} waits for you`, reason);
		case 'cancelling':
			return `The run of ${run.workflow} is being stopped.`;
		case 'interrupted':
			return `The run of ${run.workflow} was interrupted; to go on with it: ${toCommand(`resume ${run.id}`)}`;
		case 'completed':
		case 'failed':
		case 'cancelled':
			return undefined;
	}
};

const describeStart = (name: string, agent: Agent): string => {
	const model = agent.model === null ? '' : ` with ${agent.model}`;
	return `${name} started on ${formatEngine(agent)}${model}${agent.attempt > 1 ? `, attempt ${agent.attempt}` : ''}.`;
};

const describeEnd = async (rad: Rad, name: string, agent: Agent): Promise<string> => {
	const outcome = agent.error === null ? formatOutcome(agent) : labelAgent(agent).word;
	const took = formatDuration((agent.endedAt ?? agent.startedAt) - agent.startedAt);
	const figures = nameFigures((await loadSubtreeFigures(rad, agent.planId)).of(agent.id));
	return joinWhy(`${name} ${agent.status === 'cancelled' ? 'was ' : ''}${outcome} after ${took}${figures}`, agent.error);
};

type StepEnd = RadEvent & {type: 'step.ended'};

const findStepAgent = async (rad: Rad, {runId, stepId}: StepEnd): Promise<Agent | undefined> =>
	(await rad.monitor.list({runId})).findLast(agent => agent.stepId === stepId && agent.parentId === null);

/** A step that had an agent was told of by its agent, unless it failed for another reason. */
const describeStep = ({stepId, status, reason, takenFrom}: StepEnd, agent: Agent | undefined): string | undefined => {
	if (takenFrom !== undefined) return `The step ${stepId} (${labelStep({status}).word}) was taken over from ${takenFrom}`;
	const isTold = agent !== undefined && (status !== 'failed' || reason === agent.error);
	if (isTold || status === 'completed' || reason === null) return undefined;
	return joinWhy(`The step ${stepId} ${status === 'failed' ? '' : 'was '}${labelStep({status}).word}`, reason);
};

/** An agent takes one before each file that it writes: rad checkpoint list has all of those. What is taken before a restore belongs to it. */
const describeCheckpoint = async (rad: Rad, id: CheckpointId): Promise<string | undefined> => {
	try {
		const {kind, label} = await rad.checkpoints.find(id);
		return kind === 'write' || kind === 'safety' ? undefined : `A checkpoint was taken, ${label}: ${id}`;
	} catch (error) {
		// It was pruned meanwhile.
		if (isFailure(error, 'CHECKPOINT_UNKNOWN')) return undefined;
		throw error;
	}
};

const describeRequest = (event: RadEvent, {subject, decidedBy}: AgentRequest, name: string, toCommand: ToCommand): string => {
	const wish = describeSubject(subject);
	if (event.type !== 'request.decided') return `${name} asks ${wish}; to answer: ${toCommand('top')}`;
	const by = decidedBy === null || decidedBy === 'user' ? '' : ` (${decidedBy})`;
	return `${name} asked ${wish}, which was ${event.isGranted ? 'granted' : `denied${by}`}.`;
};
