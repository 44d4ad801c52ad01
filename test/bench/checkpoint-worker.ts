import {randomInt} from 'node:crypto';
import {appendFileSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import process from 'node:process';
import type {CheckpointService} from '../../source/checkpoint/checkpoint-service.ts';
import {loadCheckpointSettings} from '../../source/checkpoint/checkpoint-settings.ts';
import {openCheckpoints} from '../../source/checkpoint/open-checkpoints.ts';
import {createIds, parseId} from '../../source/domain/ids.ts';
import {createSystemClock} from '../../source/system-clock.ts';
import {createConfiguration} from '../../source/workspace/configuration.ts';
import type {Cost} from './measure.ts';

/** What a worker is told to do, as JSON in its first argument. */
export type Task = {
	readonly root: string;
	readonly stateDirectory: string;
	/** `write` changes files, a few at once, and makes a checkpoint after each time that looks at those alone. */
	readonly action: 'create' | 'list' | 'preview' | 'restore' | 'write';
	/** Of `preview` and `restore`. */
	readonly id?: string;
	/** Of `write`: below the top of the work tree. */
	readonly paths?: readonly string[];
	/** Of `write`: so many are changed before each checkpoint, one unless it is said. */
	readonly atOnce?: number;
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
	/** Of one checkpoint, where only a part of what was done is meant. */
	readonly part?: Cost;
};

const open = async ({root, stateDirectory}: Task): Promise<CheckpointService> =>
	openCheckpoints({
		settings: await loadCheckpointSettings(createConfiguration({radium: undefined, environment: process.env, userId: undefined})),
		workspaceRoot: root,
		stateDirectory,
		environment: process.env,
		clock: createSystemClock(),
		ids: createIds({now: () => Date.now(), randomInt: below => randomInt(below)}),
		identify: () => ({pid: process.pid, startTime: 'bench', bootId: 'bench'}),
	});

const act = async (service: CheckpointService, task: Task): Promise<Pick<Answer, 'result' | 'part'>> => {
	const id = parseId('cp', task.id ?? '');
	switch (task.action) {
		case 'create':
			return {result: await create(service, task.count)};
		case 'list':
			return {result: String((await service.list()).length)};
		case 'preview':
			return {result: id === undefined ? '' : String((await service.preview(id)).changes.length)};
		case 'restore':
			return {result: id === undefined ? '' : String((await service.restore(id, {signal: new AbortController().signal})).changes.length)};
		case 'write':
			return {result: '', part: await write(service, task)};
	}
};

const PURPOSE = {kind: 'manual', label: 'bench', runId: null, stepId: null, agentId: null} as const;

const create = async (service: CheckpointService, count = 1): Promise<string> => {
	for (let made = 1; made < count; made += 1) await service.create(PURPOSE);
	return (await service.create(PURPOSE)).id;
};

// A look at the whole tree is trusted for 2 s, so a few writes have to do.
const TRUSTED_MS = 1500;

const write = async (service: CheckpointService, {root, paths = [], atOnce = 1}: Task): Promise<Cost> => {
	await create(service);
	const wallStart = performance.now();
	let spent = {cpuMs: 0, wallMs: 0};
	let written = 0;
	for (let place = 0; place < paths.length; place += atOnce) {
		if (performance.now() - wallStart > TRUSTED_MS) break;
		const changed = paths.slice(place, place + atOnce);
		for (const path of changed) appendFileSync(join(root, path), '/* A write. */\n');
		const [cpuBefore, wallBefore] = [totalCpuMs(), performance.now()];
		await service.create({...PURPOSE, paths: changed});
		spent = {cpuMs: spent.cpuMs + totalCpuMs() - cpuBefore, wallMs: spent.wallMs + performance.now() - wallBefore};
		written += 1;
	}
	return {cpuMs: spent.cpuMs / written, wallMs: spent.wallMs / written};
};

// Linux tells of ended children in steps of 10 ms; over several writes that evens out.
const CHILDREN_CPU_FIELDS = [13, 14] as const;

const totalCpuMs = (): number => {
	const fields = readFileSync('/proc/self/stat', 'utf8')
		.replace(/^.*\) /, '')
		.split(' ');
	return toMs(process.cpuUsage()) + CHILDREN_CPU_FIELDS.reduce((sum, field) => sum + Number(fields[field]) * 10, 0);
};

const toMs = ({user, system}: NodeJS.CpuUsage): number => (user + system) / 1000;

const startMs = toMs(process.cpuUsage());
const start = performance.now();
const task = JSON.parse(process.argv[2] ?? '') as Task;
const done = await act(await open(task), task);
const answer: Answer = {startMs, wallMs: performance.now() - start, peakMb: process.resourceUsage().maxRSS / 1024, ...done};
process.stdout.write(JSON.stringify(answer));
