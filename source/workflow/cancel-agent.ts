import {RadError} from '../domain/failures.ts';
import type {AgentId} from '../domain/ids.ts';
import type {Agent} from '../domain/records.ts';
import {isAgentOver} from '../domain/status.ts';
import type {Attempt, Store} from '../monitoring/store-port.ts';
import type {AttemptPorts} from './attempt-ports.ts';
import {attemptDirectory} from './read-attempt.ts';
import {reconcile} from './reconcile.ts';

const POLL_MS = 100;

/**
 * Stops one agent of a run, which goes on by its rules, and resolves when no process of it is left. A living rad stops its own agents and
 * writes the ending; for a dead one this process does both.
 *
 * @throws {RadError} `AGENT_UNKNOWN`; `AGENT_OVER`; `AGENT_NOT_OURS`.
 */
export const cancelAgent = async (ports: AttemptPorts, agentId: AgentId, how: 'graceful' | 'now'): Promise<Agent> => {
	const {store, clock} = ports;
	const attempt = await demandAttempt(store, await getAgent(store, agentId));
	await store.wishStop(agentId, how);
	while (await isDriven(ports, attempt)) {
		const agent = await getAgent(store, agentId);
		if (isAgentOver(agent.status)) return agent;
		await clock.sleep(POLL_MS);
	}
	await ports.supervisor.stop(attemptDirectory(ports.runsDirectory, attempt.runId, attempt.stepId, attempt.attempt), agentId, how);
	await reconcile(ports);
	return getAgent(store, agentId);
};

const getAgent = async (store: Store, agentId: AgentId): Promise<Agent> => {
	const agent = await store.getAgent(agentId);
	if (agent === undefined) throw new RadError('AGENT_UNKNOWN', `There is no agent ${agentId}`);
	return agent;
};

/** True while the rad that started the agent, or took it over, looks after it. */
const isDriven = async ({store, processes}: AttemptPorts, {runId}: Attempt): Promise<boolean> => {
	const run = await store.getRun(runId);
	return run !== undefined && processes.isAlive(run.owner);
};

/** The attempt that an agent makes: what has none was not started by rad as a process of its own. */
const demandAttempt = async (store: Store, agent: Agent): Promise<Attempt> => {
	if (isAgentOver(agent.status)) throw new RadError('AGENT_OVER', `Agent ${agent.id} is over (${agent.status}).`, {details: {agent: agent.id}});
	if (agent.parentId !== null)
		throw new RadError('AGENT_NOT_OURS', `Agent ${agent.id} is a sub-agent: it lives in the process of the agent that started it.`, {
			hint: `rad cancel ${await findRoot(store, agent.parentId)}`,
		});
	const attempt = (await store.listAttempts(agent.planId)).find(({agentId}) => agentId === agent.id);
	if (attempt !== undefined) return attempt;
	throw new RadError('AGENT_NOT_OURS', `Agent ${agent.id} was not started by rad, which only watches it.`, {hint: 'stop it where you started it'});
};

const findRoot = async (store: Store, agentId: AgentId): Promise<AgentId> => {
	const parentId = (await store.getAgent(agentId))?.parentId ?? null;
	return parentId === null ? agentId : findRoot(store, parentId);
};
