import {assembleCheckpoints, type OpenCheckpointsOptions} from './assemble-checkpoints.ts';
import type {CheckpointService} from './checkpoint-service.ts';
import type {GitPort} from './git-port.ts';
import {createGitProcess} from './git-process.ts';
import {type CheckpointingNote, locatePlace, toNote} from './place.ts';
import {createSimpleGit} from './simple-git.ts';

const createGit = (): GitPort => ({text: createSimpleGit(), bytes: createGitProcess()});

/**
 * Opens the checkpoints of the work tree that a workspace lies in. Nothing is made before the first checkpoint, and nothing has to be closed.
 *
 * @throws {RadError} `GIT_MISSING`, `GIT_UNUSABLE`.
 */
export const openCheckpoints = async (options: OpenCheckpointsOptions): Promise<CheckpointService> => {
	const git = createGit();
	return assembleCheckpoints(await locatePlace({...options, git}), git, options);
};

/**
 * Tells what checkpoints will do in a folder, and where its work tree begins. Makes nothing.
 *
 * @throws {RadError} as `openCheckpoints`.
 */
export const describeCheckpointing = async (
	options: Pick<OpenCheckpointsOptions, 'workspaceRoot' | 'stateDirectory' | 'environment'>,
): Promise<CheckpointingNote> => toNote(await locatePlace({...options, git: createGit()}));
