import path from 'node:path';
import {describeWrites} from '../agents/describe-writes.ts';
import type {HookAnswer, PendingWrite} from '../agents/hooks-port.ts';
import {toWorkspacePath} from '../agents/workspace-path.ts';
import {isFailure} from '../domain/failures.ts';
import type {CheckpointId} from '../domain/ids.ts';
import type {Agent, ToolCall} from '../domain/records.ts';
import {sanitizeLine} from '../domain/sanitize.ts';
import type {AttemptPorts} from './attempt-ports.ts';

/** Takes a checkpoint before each file write of one agent, as far as its engine asks before it writes. */
export type WriteGate = {
	/** Where the agent's process asks; null when its writes go unasked. */
	readonly url: string | null;
	/** The checkpoint that was taken before a call: known by its id, or by the files that it writes where the engine tells its hooks no id. */
	readonly checkpointOf: (call: Pick<ToolCall, 'callId' | 'writes'>) => CheckpointId | undefined;
	/** Resolves when nothing is being answered any more. */
	readonly close: () => Promise<void>;
};

/** For agents that do not ask, or whose step wants no checkpoints. */
export const NO_GATE: WriteGate = {url: null, checkpointOf: () => undefined, close: async () => {}};

type GatePorts = Pick<AttemptPorts, 'checkpoints' | 'store' | 'hooks' | 'workspaceRoot' | 'redact'>;

export const openWriteGate = async (ports: GatePorts, agent: Agent): Promise<WriteGate> => {
	const {checkpoints, store} = ports;
	const before = createMemory();
	const recorded = new Set([agent.checkpointId]);
	const take = async (writes: readonly PendingWrite[]): Promise<void> => {
		const paths = await toTreePaths(ports, writes);
		const checkpoint = await checkpoints.create({
			kind: 'write',
			label: ports.redact(describeWrites(ports.workspaceRoot, writes)),
			runId: agent.planId,
			stepId: agent.stepId,
			agentId: agent.id,
			...(paths === undefined ? {} : {paths}),
		});
		// One that was there before stands for the new one when nothing had changed.
		if (checkpoint.agentId === agent.id && !recorded.has(checkpoint.id)) await store.recordCheckpoint(checkpoint);
		recorded.add(checkpoint.id);
		for (const write of writes) {
			const callId = sanitizeLine(write.callId);
			before.add({callId, files: write.files.flatMap(file => toWorkspacePath(ports.workspaceRoot, file) ?? []), checkpointId: checkpoint.id});
			if (callId !== '') await store.noteToolCheckpoint(agent.id, callId, checkpoint.id);
		}
	};
	const takeTogether = createBatches(take);
	const {url, close} = await ports.hooks.open(async (write): Promise<HookAnswer> => {
		try {
			await takeTogether(write);
			return {isAllowed: true};
		} catch (error) {
			if (!isFailure(error)) throw error;
			return {isAllowed: false, reason: `no checkpoint could be made: ${error.message}`};
		}
	});
	return {url, checkpointOf: before.find, close};
};

type Remembered = {readonly callId: string; readonly files: readonly string[]; readonly checkpointId: CheckpointId};

/** What was asked. Each answer by files is given once: a second write of the same files has asked again. */
const createMemory = () => {
	const byCall = new Map<string, CheckpointId>();
	const byFiles: Remembered[] = [];
	return {
		add: (asked: Remembered): void => {
			if (asked.callId !== '') byCall.set(asked.callId, asked.checkpointId);
			if (asked.files.length > 0) byFiles.push(asked);
		},
		find: ({callId, writes}: Pick<ToolCall, 'callId' | 'writes'>): CheckpointId | undefined => {
			const known = byCall.get(callId);
			if (known !== undefined || writes.length === 0) return known;
			const index = byFiles.findIndex(({files}) => files.length === writes.length && files.every(file => writes.includes(file)));
			return index === -1 ? undefined : byFiles.splice(index, 1)[0]?.checkpointId;
		},
	};
};

/** Lets everybody who asks while one checkpoint is being made share the next one. */
const createBatches = <Item>(take: (batch: readonly Item[]) => Promise<void>): ((item: Item) => Promise<void>) => {
	let waiting: Item[] = [];
	let next: Promise<void> | undefined;
	let last: Promise<unknown> = Promise.resolve();
	return item => {
		waiting.push(item);
		next ??= last.then(() => {
			const batch = waiting;
			[waiting, next] = [[], undefined];
			return take(batch);
		});
		last = next.catch(() => {});
		return next;
	};
};

/** The paths below the top of the work tree; undefined when not all are known. */
const toTreePaths = async ({checkpoints, workspaceRoot}: GatePorts, writes: readonly PendingWrite[]): Promise<readonly string[] | undefined> => {
	const files = writes.flatMap(write => (write.files.length === 0 ? [undefined] : write.files.map(file => toWorkspacePath(workspaceRoot, file))));
	const below = path
		.relative(await checkpoints.top(), workspaceRoot)
		.split(path.sep)
		.join('/');
	const paths = files.flatMap(file => (file === undefined ? [] : [below === '' ? file : `${below}/${file}`]));
	return paths.length === files.length ? paths : undefined;
};
