import {existsSync} from 'node:fs';
import {RadError} from '../domain/failures.ts';

/** Names the reason why git could not be started: the program is missing, or the folder to start it in. */
export const toStartFailure = (cwd: string, cause: unknown): RadError =>
	existsSync(cwd)
		? new RadError('GIT_MISSING', 'Checkpoints need git, and it could not be started.', {cause})
		: new RadError('WORKSPACE_UNUSABLE', `The folder is gone: ${cwd}`, {cause});
