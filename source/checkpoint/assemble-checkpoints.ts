import {join} from 'node:path';
import type {Clock} from '../domain/clock.ts';
import type {Ids} from '../domain/ids.ts';
import type {ProcessIdentity} from '../domain/records.ts';
import {type CheckpointService, createCheckpointService} from './checkpoint-service.ts';
import type {CheckpointSettings} from './checkpoint-settings.ts';
import type {GitPort} from './git-port.ts';
import type {Place} from './place.ts';
import {createSqliteLock} from './sqlite-lock.ts';
import {createTreeGit} from './tree-git.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export type OpenCheckpointsOptions = {
	/** Absolute path of the folder that holds `.radium/`. */
	readonly workspaceRoot: string;
	/** Rad's own state directory, for folders without git. */
	readonly stateDirectory: string;
	readonly environment: Environment;
	readonly settings: CheckpointSettings;
	readonly clock: Clock;
	readonly ids: Ids;
	/** Identity of this process. */
	readonly identify: () => ProcessIdentity;
};

/** Puts the checkpoints of a place together. Nothing is made before the first checkpoint, and nothing has to be closed. */
export const assembleCheckpoints = (
	place: Place,
	git: GitPort,
	{environment, settings, clock, ids, identify}: Omit<OpenCheckpointsOptions, 'workspaceRoot' | 'stateDirectory'>,
): CheckpointService => {
	const withLock = createSqliteLock({
		path: join(place.home, 'lock'),
		holderPath: join(place.home, 'holder.json'),
		subject: 'the checkpoints',
		busy: 'CHECKPOINT_BUSY',
		clock,
		identify,
	});
	return createCheckpointService({place, git: createTreeGit(place, git, environment), environment, clock, ids, withLock, ...settings});
};
