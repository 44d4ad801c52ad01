import type {ProcessTable} from '../agents/process-table.ts';
import type {Clock} from '../domain/clock.ts';
import type {Ids, RunId} from '../domain/ids.ts';
import type {RestorePolicy} from '../domain/plan.ts';
import type {Agent, AgentRequest, Checkpoint, RequestSubject} from '../domain/records.ts';
import type {Store} from '../monitoring/store-port.ts';

/** How long a question stays on the dashboard before silence counts as No. A call that is offered again may be edited first; no agent waits for it. */
const ASK_LIMIT_MS: Readonly<Record<RequestSubject['kind'], number>> = {restore: 60_000, replay: 15 * 60_000};
const POLL_MS = 200;
/** What the policy `own-step` grants without a person. */
const OWN_STEP_LIMITS = {perStep: 1, perRun: 3} as const;

export type RequestDeskOptions = {
	readonly store: Pick<Store, 'openRequest' | 'decideRequest' | 'listRequests' | 'listAttendants' | 'getRun' | 'findStopWish'>;
	readonly processes: ProcessTable;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly findCheckpoint: (id: string) => Promise<Checkpoint | undefined>;
};

/** Where the wishes of agents are granted or denied. Nothing that an agent says grants anything. */
export type RequestDesk = {
	readonly open: (agent: Agent, subject: RequestSubject) => Promise<AgentRequest>;
	/** Waits for the decision: by the policy, by a person at a dashboard, or No. */
	readonly settle: (request: AgentRequest, agent: Agent, policy: RestorePolicy) => Promise<boolean>;
	readonly isAttended: () => Promise<boolean>;
};

export const createRequestDesk = (options: RequestDeskOptions): RequestDesk => {
	const {store, clock, processes} = options;
	const isAttended = async (): Promise<boolean> => (await store.listAttendants()).some(processes.isAlive);
	const decide = async (request: AgentRequest, isGranted: boolean, by: string): Promise<boolean> => {
		const decided = await store.decideRequest(request.id, isGranted, by, clock.now());
		// Somebody was faster: the first decision holds.
		return decided === undefined ? (await read(request))?.status === 'granted' : isGranted;
	};
	const read = async ({id, runId}: AgentRequest): Promise<AgentRequest | undefined> =>
		(await store.listRequests({runId})).find(item => item.id === id);
	const isBeingStopped = async ({runId, agentId}: AgentRequest): Promise<boolean> =>
		(await store.getRun(runId))?.status === 'cancelling' || (await store.findStopWish(agentId)) !== undefined;
	const ask = async (request: AgentRequest): Promise<boolean> => {
		const deadline = clock.elapsed() + ASK_LIMIT_MS[request.subject.kind];
		while (clock.elapsed() < deadline) {
			const now = await read(request);
			if (now !== undefined && now.status !== 'pending') return now.status === 'granted';
			if (await isBeingStopped(request)) return decide(request, false, 'cancelled');
			if (!(await isAttended())) return decide(request, false, 'no terminal');
			await clock.sleep(POLL_MS);
		}
		return decide(request, false, 'timeout');
	};
	return {
		isAttended,
		open: async (agent, subject) => {
			const request: AgentRequest = {
				id: options.ids.next('req'),
				runId: agent.planId,
				stepId: agent.stepId,
				agentId: agent.id,
				createdAt: clock.now(),
				decidedAt: null,
				status: 'pending',
				decidedBy: null,
				subject,
			};
			await store.openRequest(request);
			return request;
		},
		settle: async (request, agent, policy) => {
			if (request.subject.kind === 'restore' && policy === 'own-step') {
				const {isGranted, by} = await judgeOwnStep(request, request.subject.checkpointId, agent, options);
				return decide(request, isGranted, by);
			}
			return (await isAttended()) ? ask(request) : decide(request, false, 'no terminal');
		},
	};
};

const judgeOwnStep = async (request: AgentRequest, checkpointId: string, agent: Agent, {store, findCheckpoint}: RequestDeskOptions) => {
	const granted = await listGrantedByPolicy(store, request.runId);
	if (granted.length >= OWN_STEP_LIMITS.perRun) return {isGranted: false, by: 'limit'};
	if (granted.filter(({stepId}) => stepId === request.stepId).length >= OWN_STEP_LIMITS.perStep) return {isGranted: false, by: 'limit'};
	const checkpoint = await findCheckpoint(checkpointId);
	const isOwn =
		checkpoint?.runId === request.runId && checkpoint.stepId === request.stepId && agent.checkpointId !== null && checkpoint.id >= agent.checkpointId;
	return {isGranted: isOwn, by: 'policy'};
};

const listGrantedByPolicy = async (store: RequestDeskOptions['store'], runId: RunId): Promise<readonly AgentRequest[]> =>
	(await store.listRequests({runId, status: 'granted'})).filter(({subject, decidedBy}) => subject.kind === 'restore' && decidedBy === 'policy');
