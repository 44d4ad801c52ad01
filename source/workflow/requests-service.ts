import type {ProcessTable} from '../agents/process-table.ts';
import type {CheckpointService} from '../checkpoint/checkpoint-service.ts';
import type {Clock} from '../domain/clock.ts';
import {RadError} from '../domain/failures.ts';
import type {Requests} from '../domain/rad.ts';
import type {AgentRequest, ProcessIdentity} from '../domain/records.ts';
import type {Store} from '../monitoring/store-port.ts';
import {hashToken} from './attempt-runner.ts';
import type {RequestDesk} from './request-desk.ts';

const POLL_MS = 200;

export type RequestsOptions = {
	readonly store: Store;
	readonly desk: RequestDesk;
	readonly checkpoints: CheckpointService;
	readonly processes: ProcessTable;
	readonly clock: Clock;
	readonly self: ProcessIdentity;
};

/** Requests as a front end sees them: listed, decided by a person, or opened by an agent that runs rad itself. */
export const createRequests = ({store, desk, checkpoints, processes, clock, self}: RequestsOptions): Requests => ({
	list: (filter = {}) => store.listRequests(filter),
	decide: async (id, isGranted) => {
		const decided = await store.decideRequest(id, isGranted, 'user', clock.now());
		if (decided === undefined) throw new RadError('RUN_OVER', 'This request was decided before.');
		return decided;
	},
	attend: async () => {
		// Those of dashboards that were killed would otherwise stay for ever.
		for (const other of await store.listAttendants()) if (!processes.isAlive(other)) await store.leave(other);
		await store.attend(self);
		return {close: () => store.leave(self)};
	},
	open: async ({token, checkpoint, signal}) => {
		const attempt = await store.spendToken(hashToken(token));
		const agent = attempt === undefined ? undefined : await store.getAgent(attempt.agentId);
		if (agent === undefined) {
			throw new RadError('REQUEST_DENIED', 'This token asks for nothing: it is unknown, was used before, or its step is over.');
		}
		const checkpointId = checkpoint === undefined ? agent.checkpointId : (await checkpoints.find(checkpoint)).id;
		if (checkpointId === null) throw new RadError('REQUEST_DENIED', 'There is no checkpoint before this step.');
		const request = await desk.open(agent, {kind: 'restore', checkpointId});
		const decided = await waitForDecision(store, clock, request, signal);
		if (decided.status === 'granted') return decided;
		throw new RadError('REQUEST_DENIED', `The restore of ${checkpointId} was denied (${decided.decidedBy ?? 'no answer'}).`);
	},
});

const waitForDecision = async (store: Store, clock: Clock, request: AgentRequest, signal: AbortSignal): Promise<AgentRequest> => {
	for (;;) {
		const now = (await store.listRequests({runId: request.runId})).find(({id}) => id === request.id);
		if (now !== undefined && now.status !== 'pending') return now;
		if (signal.aborted) return (await store.decideRequest(request.id, false, 'withdrawn', clock.now())) ?? request;
		await clock.sleep(POLL_MS, signal);
	}
};
