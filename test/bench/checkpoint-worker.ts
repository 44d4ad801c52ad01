import {randomInt} from 'node:crypto';
import process from 'node:process';
import type {CheckpointService} from '../../source/checkpoint/checkpoint-service.ts';
import {openCheckpoints} from '../../source/checkpoint/open-checkpoints.ts';
import {createIds, parseId} from '../../source/domain/ids.ts';
import {createSystemClock} from '../../source/system-clock.ts';

/** What a worker is told to do, as JSON in its first argument. */
export type Task = {
	readonly root: string;
	readonly stateDirectory: string;
	readonly action: 'create' | 'list' | 'preview' | 'restore';
	/** Of `preview` and `restore`. */
	readonly id?: string;
	/** Of `create`: the only paths that may have changed. */
	readonly paths?: readonly string[];
	/** How often `create` is done. */
	readonly count?: number;
};

/** What a worker prints, as JSON. */
export type Answer = {
	/** CPU time of this process alone before it began: Node, and loading the program. */
	readonly startMs: number;
	readonly wallMs: number;
	readonly peakMb: number;
	/** Of the checkpoint that was made, or how many there are, or how many files are concerned. */
	readonly result: string;
};

const open = ({root, stateDirectory}: Task): Promise<CheckpointService> =>
	openCheckpoints({
		workspaceRoot: root,
		stateDirectory,
		environment: process.env,
		clock: createSystemClock(),
		ids: createIds({now: () => Date.now(), randomInt: below => randomInt(below)}),
		identify: () => ({pid: process.pid, startTime: 'bench', bootId: 'bench'}),
	});

const act = async (task: Task): Promise<string> => {
	const service = await open(task);
	const id = parseId('cp', task.id ?? '');
	switch (task.action) {
		case 'create':
			return await create(service, task);
		case 'list':
			return String((await service.list()).length);
		case 'preview':
			return id === undefined ? '' : String((await service.preview(id)).changes.length);
		case 'restore':
			return id === undefined ? '' : String((await service.restore(id, {signal: new AbortController().signal})).changes.length);
	}
};

const create = async (service: CheckpointService, {count = 1, paths}: Task): Promise<string> => {
	const purpose = {kind: 'manual', label: 'bench', runId: null, stepId: null, agentId: null, ...(paths === undefined ? {} : {paths})} as const;
	for (let made = 1; made < count; made += 1) await service.create(purpose);
	return (await service.create(purpose)).id;
};

const toMs = ({user, system}: NodeJS.CpuUsage): number => (user + system) / 1000;

const startMs = toMs(process.cpuUsage());
const start = performance.now();
const result = await act(JSON.parse(process.argv[2] ?? '') as Task);
const answer: Answer = {startMs, wallMs: performance.now() - start, peakMb: process.resourceUsage().maxRSS / 1024, result};
process.stdout.write(JSON.stringify(answer));
