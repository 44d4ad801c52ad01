import {createGitProcess} from '../checkpoint/git-process.ts';
import {type LocateOptions, locatePlace} from '../checkpoint/place.ts';
import type {Worktrees} from './worktrees-port.ts';
import {createWorktrees} from './worktrees-service.ts';

export type OpenWorktreesOptions = Omit<LocateOptions, 'git'> & {
	/** Absolute path of the folder for the work trees of all runs. */
	readonly folder: string;
};

/** Opens the work trees of a workspace's repository. Nothing is made before one is wanted, and nothing has to be closed. @throws {RadError} as `locatePlace`. */
export const openWorktrees = async (options: OpenWorktreesOptions): Promise<Omit<Worktrees, 'list'>> => {
	const run = createGitProcess();
	return createWorktrees({...options, place: await locatePlace({...options, git: {text: run, bytes: run}}), run});
};
