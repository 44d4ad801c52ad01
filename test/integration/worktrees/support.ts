import {join} from 'node:path';
import type {RunGit} from '../../../source/checkpoint/git-port.ts';
import {createGitProcess} from '../../../source/checkpoint/git-process.ts';
import {locatePlace} from '../../../source/checkpoint/place.ts';
import type {RunId} from '../../../source/domain/ids.ts';
import type {SlotWork, Worktrees} from '../../../source/worktrees/worktrees-port.ts';
import {createWorktrees} from '../../../source/worktrees/worktrees-service.ts';
import {createScratchRepo, type Scratch} from '../../support/scratch-repo.ts';

export const RUN = 'run_0123456789' as RunId;

/** A repository with a few files in one commit. */
export const createRepo = (): Scratch => {
	const repo = createScratchRepo();
	repo.write('a.txt', 'one\ntwo\nthree\n');
	repo.write('run.sh', '#!/bin/sh\n', 0o755);
	repo.write('.gitignore', 'cache/\n');
	repo.link('link', 'a.txt');
	repo.git('add', '.');
	repo.git('commit', '-q', '-m', 'first');
	return repo;
};

/** Opens the work trees as a rad of its own would; each call of git is told to `onCall` first. */
export const openIn = async (repo: Scratch, onCall: (args: readonly string[]) => void = () => {}): Promise<Omit<Worktrees, 'list'>> => {
	const git = createGitProcess();
	const run: RunGit = call => {
		onCall(call.args);
		return git(call);
	};
	const {environment, root, stateDirectory} = repo;
	const place = await locatePlace({workspaceRoot: root, stateDirectory, environment, git: {text: run, bytes: run}});
	return createWorktrees({place, run, environment, workspaceRoot: root, folder: join(root, '.radium/worktrees')});
};

/** Begins an attempt in a work tree at the run branch's head. */
export const begin = async (
	worktrees: Omit<Worktrees, 'list'>,
	stepId: string,
	slot = 1,
	attempt = 1,
): Promise<SlotWork & {readonly folder: string}> => {
	const {head} = await worktrees.openBranch(RUN);
	await worktrees.prepare({runId: RUN, slot}, head);
	return {runId: RUN, slot, stepId, attempt, base: head, folder: `.radium/worktrees/${RUN}/${slot}`};
};

/** Captures and merges. */
export const finish = async (worktrees: Omit<Worktrees, 'list'>, work: SlotWork, mode: 'squash' | 'merge' | 'rebase' | 'none' = 'squash') =>
	worktrees.merge(work, (await worktrees.capture(work)).commit, mode);

/** Git in a folder of the scratch. */
export const gitIn = (repo: Scratch, folder: string, ...args: readonly string[]): string => repo.git('-C', folder, ...args).trim();
