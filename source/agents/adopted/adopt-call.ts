import type {CheckpointService} from '../../checkpoint/checkpoint-service.ts';
import type {Clock} from '../../domain/clock.ts';
import {isFailure, RadError} from '../../domain/failures.ts';
import type {Ids} from '../../domain/ids.ts';
import type {Agent, Checkpoint, ProcessIdentity} from '../../domain/records.ts';
import {sanitizeLine} from '../../domain/sanitize.ts';
import type {SessionAgent, Store} from '../../monitoring/store-port.ts';
import {cleanName} from '../clean-name.ts';
import {deriveAgentId} from '../derive-agent-id.ts';
import {describeWrites} from '../describe-writes.ts';
import type {SessionCall} from '../hook-call.ts';
import {toWorkspacePath} from '../workspace-path.ts';
import {toAdoptedAgent} from './adopted-agent.ts';

export type AdoptCallPorts = {
	readonly store: Pick<Store, 'findSession' | 'adoptRun' | 'adoptSession' | 'adoptCall'>;
	readonly checkpoints: Pick<CheckpointService, 'create'>;
	readonly clock: Clock;
	readonly ids: Ids;
	/** The process of the hook. */
	readonly self: ProcessIdentity;
	readonly engine: string;
	readonly workspaceRoot: string;
	/** Takes known secrets out of a text. */
	readonly redact: (text: string) => string;
};

/** The stamp of a session that a hook told of: no import has read it yet. */
const HOOK_STAMP = 'hook';

/**
 * Takes the checkpoint before a write that an agent is about to make without rad, and stores it with the call and the agent of its session.
 *
 * A store that fails does not keep the checkpoint from being made; the failure is thrown afterwards.
 * @throws {RadError} as `CheckpointService.create` and the members of `Store`.
 */
export const adoptCall = async (ports: AdoptCallPorts, told: SessionCall): Promise<Checkpoint> => {
	const session = await findAgent(ports, told).catch(toFailure);
	if (session instanceof RadError) {
		await takeCheckpoint(ports, told, null, null);
		throw session;
	}
	const subAgent = told.subAgent === null ? null : toSubAgent(ports, told, session, told.subAgent);
	const checkpoint = await takeCheckpoint(ports, told, session, subAgent);
	const call = toCall(ports, told, subAgent?.id ?? session.id);
	await ports.store.adoptCall({subAgent, call, checkpoint}, call.at);
	return checkpoint;
};

const toFailure = (error: unknown): RadError => {
	if (!isFailure(error)) throw error;
	return error;
};

const findAgent = async ({store, ids, clock, self, engine}: AdoptCallPorts, told: SessionCall): Promise<SessionAgent> => {
	const sessionId = sanitizeLine(told.sessionId);
	const known = await store.findSession({engine, sessionId});
	if (known !== undefined) return known;
	const at = clock.now();
	const planId = await store.adoptRun({id: ids.next('run'), engine, at, owner: self});
	const agent = {
		...toAdoptedAgent({id: ids.next('agt'), planId, engine, sessionId}),
		sessionId,
		model: cleanName(told.model),
		startedAt: at,
		endedAt: at,
	};
	return await store.adoptSession(agent, HOOK_STAMP, at);
};

/** Of which parent it is, only an import can tell. */
const toSubAgent = (
	{clock, engine, redact}: AdoptCallPorts,
	{sessionId, model}: SessionCall,
	session: SessionAgent,
	{key, name}: NonNullable<SessionCall['subAgent']>,
): Agent => ({
	...toAdoptedAgent({id: deriveAgentId(session.id, key), planId: session.planId, engine, sessionId: sanitizeLine(sessionId)}),
	parentId: session.id,
	stepId: session.stepId,
	agentType: 'sub-agent',
	name: redact(cleanName(name) ?? 'sub-agent'),
	model: cleanName(model),
	startedAt: clock.now(),
	endedAt: clock.now(),
});

const takeCheckpoint = (
	{checkpoints, workspaceRoot, redact}: AdoptCallPorts,
	{write}: SessionCall,
	session: SessionAgent | null,
	subAgent: Agent | null,
): Promise<Checkpoint> =>
	checkpoints.create({
		kind: 'write',
		label: redact(describeWrites(workspaceRoot, [write])),
		runId: session?.planId ?? null,
		stepId: session?.stepId ?? null,
		agentId: subAgent?.id ?? session?.id ?? null,
	});

const toCall = ({clock, workspaceRoot, redact, self}: AdoptCallPorts, {write, argumentsJson}: SessionCall, agentId: Agent['id']) => ({
	agentId,
	at: clock.now(),
	// Gemini CLI tells its hooks no id.
	callId: sanitizeLine(write.callId) || `hook:${clock.now()}.${self.pid}`,
	tool: sanitizeLine(write.tool),
	argumentsJson: redact(argumentsJson),
	writes: write.files.flatMap(file => toWorkspacePath(workspaceRoot, file) ?? []),
	isError: null,
});
