import {findRestoreRequest} from '../agents/restore-request.ts';
import {type CheckpointId, parseId} from '../domain/ids.ts';
import type {Agent, AgentRequest} from '../domain/records.ts';
import type {Store} from '../monitoring/store-port.ts';
import type {Judgement} from './judge-attempt.ts';

/** A request for a restore, with the checkpoint that is asked for. */
export type RestoreWish = AgentRequest & {readonly subject: Extract<AgentRequest['subject'], {kind: 'restore'}>};

/** The restores that one agent has asked for, by command or in its last message, however they were decided. */
export const listRestoreWishes = async ({listRequests}: Pick<Store, 'listRequests'>, {id, planId}: Agent): Promise<readonly RestoreWish[]> =>
	(await listRequests({runId: planId})).filter((request): request is RestoreWish => request.agentId === id && request.subject.kind === 'restore');

/** The checkpoint that an agent asks for in its last message: the one place in its text where it counts. */
export const findFinalWish = (agent: Agent, {status}: Pick<Judgement, 'status'>, message: string | undefined): CheckpointId | undefined => {
	const wish = message === undefined || status !== 'completed' ? undefined : findRestoreRequest(message);
	if (wish === undefined) return undefined;
	return (wish.checkpoint === null ? agent.checkpointId : parseId('cp', wish.checkpoint)) ?? undefined;
};

/**
 * True of an agent that has ended and asked for a restore that nobody has refused. While its attempt is open nothing was built on the files
 * that it wants undone, so whoever goes on with the run can still decide and carry it out.
 */
export const isRestoreOutstanding = async (
	store: Pick<Store, 'listRequests'>,
	agent: Agent,
	judgement: Pick<Judgement, 'status'>,
	message: string | undefined,
): Promise<boolean> => {
	const wishes = await listRestoreWishes(store, agent);
	if (wishes.some(({status}) => status !== 'denied')) return true;
	const wanted = findFinalWish(agent, judgement, message);
	return wanted !== undefined && !wishes.some(({subject}) => subject.checkpointId === wanted);
};
