import {join} from 'node:path';
import type {Clock} from '../domain/clock.ts';
import type {Ids} from '../domain/ids.ts';
import type {ProcessIdentity} from '../domain/records.ts';
import {type CheckpointService, createCheckpointService} from './checkpoint-service.ts';
import {readCheckpointSettings} from './checkpoint-settings.ts';
import type {GitPort} from './git-port.ts';
import {createGitProcess} from './git-process.ts';
import {type CheckpointingNote, locatePlace, toNote} from './place.ts';
import {createSimpleGit} from './simple-git.ts';
import {createSqliteLock} from './sqlite-lock.ts';
import {createTreeGit} from './tree-git.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export type OpenCheckpointsOptions = {
	/** Absolute path of the folder that holds `.radium/`. */
	readonly workspaceRoot: string;
	/** Rad's own state directory, for folders without git. */
	readonly stateDirectory: string;
	readonly environment: Environment;
	readonly clock: Clock;
	readonly ids: Ids;
	/** Identity of this process. */
	readonly identify: () => ProcessIdentity;
};

const createGit = (): GitPort => ({text: createSimpleGit(), bytes: createGitProcess()});

/**
 * Opens the checkpoints of the work tree that a workspace lies in. Nothing is made before the first checkpoint, and nothing has to be closed.
 *
 * @throws {RadError} `GIT_MISSING`, `GIT_UNUSABLE`.
 */
export const openCheckpoints = async (options: OpenCheckpointsOptions): Promise<CheckpointService> => {
	const {environment, clock, ids, identify} = options;
	const git = createGit();
	const place = await locatePlace({...options, git});
	const withLock = createSqliteLock({path: join(place.home, 'lock'), holderPath: join(place.home, 'holder.json'), clock, identify});
	const {retention, budgetMs} = readCheckpointSettings(environment);
	return createCheckpointService({place, git: createTreeGit(place, git, environment), environment, clock, ids, withLock, retention, budgetMs});
};

/**
 * Tells what checkpoints will do in a folder, and where its work tree begins. Makes nothing.
 *
 * @throws {RadError} as `openCheckpoints`.
 */
export const describeCheckpointing = async (
	options: Pick<OpenCheckpointsOptions, 'workspaceRoot' | 'stateDirectory' | 'environment'>,
): Promise<CheckpointingNote> => toNote(await locatePlace({...options, git: createGit()}));
