import {randomInt} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import type {CheckpointService} from '../../../source/checkpoint/checkpoint-service.ts';
import {openCheckpoints} from '../../../source/checkpoint/open-checkpoints.ts';
import type {Clock} from '../../../source/domain/clock.ts';
import {createIds} from '../../../source/domain/ids.ts';
import type {Checkpoint, CheckpointKind} from '../../../source/domain/records.ts';
import type {Scratch} from '../../support/scratch-repo.ts';

export const realClock: Clock = {
	now: () => Date.now(),
	sleep: async (durationMs, signal) => {
		await sleep(durationMs, undefined, signal === undefined ? {} : {signal}).catch(() => undefined);
	},
};

/** Opens checkpoints as a rad of its own would. */
export const openService = (
	scratch: Scratch,
	options: {readonly root?: string; readonly clock?: Clock; readonly environment?: Record<string, string>} = {},
) =>
	openCheckpoints({
		workspaceRoot: options.root ?? scratch.root,
		stateDirectory: scratch.stateDirectory,
		environment: {...scratch.environment, ...options.environment},
		clock: options.clock ?? realClock,
		ids: createIds({now: () => Date.now(), randomInt: below => randomInt(below)}),
		identify: () => ({pid: process.pid, startTime: 'test', bootId: 'test'}),
	});

export const take = (service: CheckpointService, label = 'test', kind: CheckpointKind = 'manual'): Promise<Checkpoint> =>
	service.create({kind, label, runId: null, stepId: null, agentId: null});

export const restore = (service: CheckpointService, {id}: Checkpoint) => service.restore(id, {signal: new AbortController().signal});

/** Everything of the user's repository that a checkpoint must leave alone, byte by byte. */
export const footprintOf = (scratch: Scratch): string =>
	[
		scratch.git('for-each-ref'),
		scratch.git('rev-parse', '--symbolic-full-name', 'HEAD', '--git-path', 'x'),
		scratch.git('stash', 'list'),
		scratch.git('reflog'),
		scratch.git('config', '--list', '--show-origin'),
		scratch.git('count-objects', '-v'),
		readFileSync(join(scratch.root, '.git/index'), 'latin1'),
	].join('\n---\n');
