import {applyReplay, toReplay} from '../agents/replay.ts';
import type {AttemptOutcome} from '../domain/events.ts';
import {isFailure} from '../domain/failures.ts';
import type {CheckpointId} from '../domain/ids.ts';
import type {Notice} from '../domain/notice.ts';
import {hasWorktrees} from '../domain/plan.ts';
import type {Agent, AgentRequest, Checkpoint, Run, ToolCall} from '../domain/records.ts';
import type {AttemptPorts} from './attempt-ports.ts';
import {readFrozenPlan} from './freeze-plan.ts';
import type {RequestDesk} from './request-desk.ts';
import {listRestoreWishes} from './restore-wish.ts';
import {locateStep} from './scope.ts';

export type GrantedRestore = {
	readonly run: Run;
	readonly agent: Agent;
	readonly checkpointId: CheckpointId;
	/** How the attempt would have ended without the restore. */
	readonly outcome: AttemptOutcome;
	readonly signal: AbortSignal;
	readonly onNotice: Notice;
};

/**
 * Carries out a restore that was granted to an agent whose processes are gone, then offers the tool calls that it undid again, one by one.
 * The step goes on with those that were approved; when none was, it runs again.
 */
export const restoreForAgent = async (ports: AttemptPorts, desk: RequestDesk, granted: GrantedRestore): Promise<AttemptOutcome> => {
	const {run, checkpointId, outcome, onNotice} = granted;
	try {
		const safety = (await findEarlier(ports, granted)) ?? (await ports.checkpoints.restore(checkpointId, {signal: granted.signal})).safety;
		// A restore is told by its event.
		if (safety === null) onNotice(`nothing differed from ${checkpointId}`, 'passing');
		else if (!(await isTold(ports, run, safety))) await ports.store.recordRestore(checkpointId, safety, run.id, ports.clock.now());
		const isReplayed = await offerAgain(ports, desk, granted, await ports.checkpoints.find(checkpointId));
		return isReplayed ? {...outcome, status: 'completed', reason: null} : {...outcome, status: 'restored', reason: `restored ${checkpointId}`};
	} catch (error) {
		if (granted.signal.aborted) return {...outcome, status: 'cancelled', reason: 'the run was cancelled'};
		if (!isFailure(error)) throw error;
		onNotice(`the restore of ${checkpointId} was not possible: ${error.message}`);
		return {...outcome, status: 'failed', reason: `the granted restore was not possible: ${error.message}`};
	}
};

/**
 * The safety checkpoint of the restore when a rad that is gone has begun it already; whatever it left undone of it is finished before
 * anything else is done with the files. Another restore would take away what was done to them since.
 */
const findEarlier = async ({store, checkpoints}: AttemptPorts, {agent, checkpointId}: GrantedRestore): Promise<Checkpoint | undefined> => {
	const wish = (await listRestoreWishes(store, agent)).find(({status, subject}) => status === 'granted' && subject.checkpointId === checkpointId);
	const since = wish?.decidedAt ?? Number.POSITIVE_INFINITY;
	return (await checkpoints.list()).find(({kind, target, createdAt}) => kind === 'safety' && target === checkpointId && createdAt >= since);
};

const EVENT_PAGE = 1000;

const isTold = async ({store}: AttemptPorts, {id}: Run, {id: safetyId}: Checkpoint): Promise<boolean> => {
	for (let seq = 0; ; ) {
		const events = await store.listEvents(seq, EVENT_PAGE, id);
		if (events.some(({event}) => event.type === 'checkpoint.restored' && event.safetyId === safetyId)) return true;
		if (events.length < EVENT_PAGE) return false;
		seq = events.at(-1)?.seq ?? seq;
	}
};

/** True when at least one call was approved and done again. */
const offerAgain = async (ports: AttemptPorts, desk: RequestDesk, {run, agent, onNotice}: GrantedRestore, restored: Checkpoint): Promise<boolean> => {
	if (!(await desk.isAttended())) return false;
	let isReplayed = false;
	for (const call of await listUndone(ports, run, restored)) {
		const {callId, tool, argumentsJson, writes} = call;
		const request = await desk.open(agent, {kind: 'replay', callId, tool, argumentsJson, writes});
		if (!(await desk.settle(request, agent, 'ask'))) continue;
		try {
			applyReplay(ports.workspaceRoot, toReplay({tool, argumentsJson: await findWantedArguments(ports, request)}));
			isReplayed = true;
		} catch (error) {
			if (!isFailure(error)) throw error;
			onNotice(`${tool} could not be done again: ${error.message}`);
		}
	}
	return isReplayed;
};

/** The person who granted it may have edited them. */
const findWantedArguments = async ({store}: AttemptPorts, {id, runId}: AgentRequest): Promise<string> => {
	const subject = (await store.listRequests({runId})).find(request => request.id === id)?.subject;
	return subject?.kind === 'replay' ? subject.argumentsJson : '';
};

const listUndone = async ({store}: AttemptPorts, run: Run, restored: Checkpoint): Promise<readonly ToolCall[]> => {
	const undone = (await store.listToolCalls({runId: run.id})).filter(call => isSince(call, restored) && canReplay(call));
	if (undone.length === 0) return undone;
	const apart = await listAgentsApart(store, run);
	return undone.filter(({agentId}) => !apart.has(agentId));
};

/** Those that worked in a work tree of their own: nothing of it was undone. */
const listAgentsApart = async (store: AttemptPorts['store'], {id}: Run): Promise<ReadonlySet<string>> => {
	const frozen = readFrozenPlan(await store.getPlanJson(id));
	const agents = frozen !== undefined && hasWorktrees(frozen.plan) ? await store.listAgents({runId: id}) : [];
	const isApart = ({stepId}: Agent): boolean => frozen !== undefined && locateStep(frozen.plan, stepId, () => null)?.step.workspace === 'worktree';
	return new Set(agents.filter(isApart).map(agent => agent.id));
};

// A call is told before it has asked for its checkpoint, so its own time would place it before that checkpoint. Ids sort by time.
const isSince = ({checkpointId, at}: ToolCall, restored: Checkpoint): boolean =>
	checkpointId === null ? at >= restored.createdAt : checkpointId >= restored.id;

// A call whose secrets were taken out would write something else than it did.
const canReplay = (call: ToolCall): boolean => call.isError !== true && !call.argumentsJson.includes('[redacted:') && toReplay(call).kind !== 'none';
