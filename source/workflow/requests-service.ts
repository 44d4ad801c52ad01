import type {ProcessTable} from '../agents/process-table.ts';
import type {CheckpointService} from '../checkpoint/checkpoint-service.ts';
import type {Clock} from '../domain/clock.ts';
import {RadError} from '../domain/failures.ts';
import type {AgentRequest, ProcessIdentity} from '../domain/records.ts';
import type {Requests} from '../domain/requests.ts';
import {isRunOver} from '../domain/status.ts';
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
	decide: async (id, isGranted, argumentsJson) => {
		const decided = await store.decideRequest(id, isGranted, 'user', clock.now(), argumentsJson);
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
		// Looked up first: a mistyped id must not cost the one request that the token is good for.
		const wanted = checkpoint === undefined ? undefined : (await checkpoints.find(checkpoint)).id;
		const attempt = await store.spendToken(hashToken(token));
		const agent = attempt === undefined ? undefined : await store.getAgent(attempt.agentId);
		if (agent === undefined) {
			throw new RadError('REQUEST_DENIED', 'This token asks for nothing: it is unknown, was used before, or its step is over.');
		}
		const checkpointId = wanted ?? agent.checkpointId;
		if (checkpointId === null) throw new RadError('REQUEST_DENIED', 'There is no checkpoint before this step.');
		const request = await desk.open(agent, {kind: 'restore', checkpointId});
		const decided = await waitForDecision({store, clock, processes}, request, signal);
		if (decided.status === 'granted') return decided;
		throw new RadError('REQUEST_DENIED', `The restore of ${checkpointId} was denied (${decided.decidedBy ?? 'no answer'}).`);
	},
});

type Waiting = Pick<RequestsOptions, 'store' | 'clock' | 'processes'>;

const waitForDecision = async ({store, clock, processes}: Waiting, request: AgentRequest, signal: AbortSignal): Promise<AgentRequest> => {
	const deny = async (by: string): Promise<AgentRequest> => (await store.decideRequest(request.id, false, by, clock.now())) ?? request;
	for (;;) {
		const now = (await store.listRequests({runId: request.runId})).find(({id}) => id === request.id);
		if (now !== undefined && now.status !== 'pending') return now;
		if (signal.aborted) return deny('withdrawn');
		const run = await store.getRun(request.runId);
		// Only the rad that drives the run can carry a restore out.
		if (run === undefined || isRunOver(run.status) || !processes.isAlive(run.owner)) return deny('rad is gone');
		await clock.sleep(POLL_MS, signal);
	}
};
