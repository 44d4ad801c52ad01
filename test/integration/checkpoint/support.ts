import {randomInt} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {type CheckpointService, type CreateOptions, createCheckpointService} from '../../../source/checkpoint/checkpoint-service.ts';
import {loadCheckpointSettings} from '../../../source/checkpoint/checkpoint-settings.ts';
import type {GitOutput, RunGit} from '../../../source/checkpoint/git-port.ts';
import {createGitProcess} from '../../../source/checkpoint/git-process.ts';
import {openCheckpoints} from '../../../source/checkpoint/open-checkpoints.ts';
import {locatePlace} from '../../../source/checkpoint/place.ts';
import {createSqliteLock} from '../../../source/checkpoint/sqlite-lock.ts';
import {createTreeGit} from '../../../source/checkpoint/tree-git.ts';
import type {Clock} from '../../../source/domain/clock.ts';
import {createIds} from '../../../source/domain/ids.ts';
import type {Checkpoint, RestoreResult, RestoreScope} from '../../../source/domain/records.ts';
import {createSystemClock} from '../../../source/system-clock.ts';
import {createConfiguration} from '../../../source/workspace/configuration.ts';
import type {Scratch} from '../../support/scratch-repo.ts';

export const realClock = createSystemClock();

const identify = () => ({pid: process.pid, startTime: 'test', bootId: 'test'});
const ids = () => createIds({now: () => Date.now(), randomInt: below => randomInt(below)});

/** Opens checkpoints whose every call of git is told to `onCall` first, which may act, or answer instead of git. */
export const openInterceptedService = async (
	scratch: Scratch,
	onCall: (args: readonly string[]) => GitOutput | undefined,
): Promise<CheckpointService> => {
	const run = createGitProcess();
	const intercepted: RunGit = async call => onCall(call.args) ?? (await run(call));
	const git = {text: intercepted, bytes: intercepted};
	const {environment, stateDirectory} = scratch;
	const place = await locatePlace({workspaceRoot: scratch.root, stateDirectory, environment, git});
	const withLock = createSqliteLock({
		path: join(place.home, 'lock'),
		holderPath: join(place.home, 'holder.json'),
		subject: 'the checkpoints',
		busy: 'CHECKPOINT_BUSY',
		clock: realClock,
		identify,
	});
	const treeGit = createTreeGit(place, git, environment);
	const settings = await loadSettings({});
	return createCheckpointService({place, git: treeGit, environment, clock: realClock, ids: ids(), withLock, ...settings});
};

/** As the environment alone says. */
const loadSettings = (environment: Record<string, string>) =>
	loadCheckpointSettings(createConfiguration({radium: undefined, environment, userId: undefined}));

/** Opens checkpoints as a rad of its own would. */
export const openService = async (
	scratch: Scratch,
	options: {readonly root?: string; readonly clock?: Clock; readonly environment?: Record<string, string>} = {},
) =>
	openCheckpoints({
		workspaceRoot: options.root ?? scratch.root,
		stateDirectory: scratch.stateDirectory,
		environment: {...scratch.environment, ...options.environment},
		settings: await loadSettings({...options.environment}),
		clock: options.clock ?? realClock,
		ids: ids(),
		identify,
	});

export const take = (service: CheckpointService, label = 'test', kind: CreateOptions['kind'] = 'manual'): Promise<Checkpoint> =>
	service.create({kind, label, runId: null, stepId: null, agentId: null});

/** Restores. Where nothing differed the checkpoint itself is the way back. */
export const restore = async (
	service: CheckpointService,
	checkpoint: Checkpoint,
	scope: RestoreScope = {},
): Promise<RestoreResult & {readonly safety: Checkpoint}> => {
	const result = await service.restore(checkpoint.id, {signal: new AbortController().signal, ...scope});
	return {...result, safety: result.safety ?? checkpoint};
};

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
