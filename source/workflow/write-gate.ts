import path from 'node:path';
import type {HookAnswer, PendingWrite} from '../agents/hooks-port.ts';
import {toWorkspacePath} from '../agents/workspace-path.ts';
import {isFailure} from '../domain/failures.ts';
import type {CheckpointId} from '../domain/ids.ts';
import type {Agent} from '../domain/records.ts';
import {sanitizeLine} from '../domain/sanitize.ts';
import type {AttemptPorts} from './attempt-ports.ts';

/** Takes a checkpoint before each file write of one agent, as far as its engine asks before it writes. */
export type WriteGate = {
	/** Where the agent's process asks; null when its writes go unasked. */
	readonly url: string | null;
	/** The checkpoint that was taken before a call. */
	readonly checkpointOf: (callId: string) => CheckpointId | undefined;
	/** Resolves when nothing is being answered any more. */
	readonly close: () => Promise<void>;
};

/** For agents that do not ask, or whose step wants no checkpoints. */
export const NO_GATE: WriteGate = {url: null, checkpointOf: () => undefined, close: async () => {}};

type GatePorts = Pick<AttemptPorts, 'checkpoints' | 'store' | 'hooks' | 'workspaceRoot' | 'redact'>;

export const openWriteGate = async (ports: GatePorts, agent: Agent): Promise<WriteGate> => {
	const {checkpoints, store} = ports;
	const before = new Map<string, CheckpointId>();
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
		for (const callId of writes.map(write => sanitizeLine(write.callId))) {
			before.set(callId, checkpoint.id);
			await store.noteToolCheckpoint(agent.id, callId, checkpoint.id);
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
	return {url, checkpointOf: callId => before.get(callId), close};
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

const MAX_LABEL = 80;

const describeWrites = (workspaceRoot: string, writes: readonly PendingWrite[]): string => {
	const [first] = writes;
	if (first === undefined) throw new Error('a batch is never empty');
	const [file] = first.files;
	const shown = file === undefined ? '' : ` ${toWorkspacePath(workspaceRoot, file) ?? file}`;
	const more = writes.length === 1 ? '' : ` and ${writes.length - 1} more`;
	return sanitizeLine(`before ${first.tool || 'a write'}${shown}`).slice(0, MAX_LABEL) + more;
};
