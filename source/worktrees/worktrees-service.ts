import {lstatSync} from 'node:fs';
import {readdir, rm, rmdir} from 'node:fs/promises';
import {join} from 'node:path';
import {type FileName, isBelow, splitZero, toPath} from '../checkpoint/file-name.ts';
import type {RunGit} from '../checkpoint/git-port.ts';
import type {Place} from '../checkpoint/place.ts';
import {copyUserIndex} from '../checkpoint/user-index.ts';
import {RadError} from '../domain/failures.ts';
import type {RunId} from '../domain/ids.ts';
import {captureWork, GITLINK} from './capture-work.ts';
import {findBranch, mergeWork} from './merge-work.ts';
import {listSlots, prepareSlot, type Slot, type SlotPlaces, settleSlot, toRunFolder, toSlotEnvironment, toSlotWorkspace} from './slots.ts';
import {check, type GitOptions, openWorktreeGit, type Repository, type WorktreeGit} from './worktree-git.ts';
import {toRunBranch, type Worktrees} from './worktrees-port.ts';

export type WorktreesOptions = {
	readonly place: Place;
	readonly run: RunGit;
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** The folder that holds `.radium/`. */
	readonly workspaceRoot: string;
	/** The folder of the work trees of all runs. */
	readonly folder: string;
};

/** Makes nothing before it is asked to. */
export const createWorktrees = (options: WorktreesOptions): Worktrees => {
	const {place, run, environment} = options;
	const repository = place.repository === null ? undefined : {...place, repository: place.repository};
	const open = async (): Promise<{readonly git: WorktreeGit; readonly places: SlotPlaces}> => {
		const found = demand(repository, place.top);
		return {git: await openWorktreeGit({place: found, run, environment} satisfies GitOptions), places: {...options, place: found}};
	};
	return {
		check: async () => {
			const {git} = await open();
			await checkVersion(git);
			await findStart(git);
		},
		currentBranch: async () => {
			if (repository === undefined) return '';
			const {git} = await open();
			const found = await git.refs(['symbolic-ref', '--quiet', '--short', 'HEAD']);
			return found.exitCode === 0 ? found.stdout.toString('utf8').trim() : '';
		},
		openBranch: async (runId, start) => {
			const {git} = await open();
			return openBranch(git, runId, start);
		},
		countUncommitted: async () => {
			const {git} = await open();
			return countUncommitted(git, demand(repository, place.top));
		},
		findHead: async runId => findBranch((await open()).git, runId),
		locate: async key => toSlotWorkspace({...options, place: demand(repository, place.top)}, key),
		prepare: async (key, base) => {
			const {git, places} = await open();
			await prepareSlot(places, git, key, base);
		},
		capture: async work => {
			const {git, places} = await open();
			return captureWork(places, git, work);
		},
		merge: async (work, commit, mode) => mergeWork((await open()).git, work, commit, mode),
		settle: async (key, commit) => {
			const {git, places} = await open();
			await settleSlot(places, git, key, commit);
		},
		remove: async runId => {
			const {git, places} = await open();
			return removeRun(places, git, runId);
		},
		list: async () => (await readdir(options.folder).catch(() => [])).filter(name => !name.startsWith('.')).sort(),
	};
};

const demand = (repository: Repository | undefined, top: string): Repository => {
	if (repository !== undefined) return repository;
	throw new RadError('GIT_UNUSABLE', `Work trees of steps need a git repository, and there is none: ${top}`, {hint: 'git init, and a first commit'});
};

const OLDEST = [2, 38] as const;

const checkVersion = async (git: WorktreeGit): Promise<void> => {
	const text = (await git.refs(['version'])).stdout.toString('utf8').trim();
	const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(text)?.slice(1) ?? []).map(Number);
	if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
	throw new RadError('GIT_UNUSABLE', `Work trees of steps need git ${OLDEST.join('.')} or newer; this is ${text}.`, {hint: 'upgrade git'});
};

/** The commit that HEAD is at. */
const findStart = async (git: WorktreeGit): Promise<string> => {
	const found = await git.refs(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
	if (found.exitCode === 0) return found.stdout.toString('utf8').trim();
	throw new RadError('GIT_UNUSABLE', 'Work trees of steps begin from a commit, and this repository has none.', {hint: 'git commit'});
};

/** What was the branch's first commit is kept too: it tells whether anything was merged. */
const toStartRef = (runId: RunId): string => `refs/rad/starts/${runId}`;

const openBranch = async (git: WorktreeGit, runId: RunId, start: string | null): Promise<{readonly head: string; readonly isNew: boolean}> => {
	const found = await findBranch(git, runId);
	if (found !== undefined) return {head: found, isNew: false};
	const head = start ?? (await findStart(git));
	const lines = ['start', `update ${toStartRef(runId)} ${head}`, `create refs/heads/${toRunBranch(runId)} ${head}`, 'prepare', 'commit', ''];
	check(['update-ref'], await git.refs(['update-ref', '--stdin'], Buffer.from(lines.join('\n'))));
	return {head, isNew: true};
};

const countUncommitted = async (git: WorktreeGit, place: Repository): Promise<number> => {
	const directory = join(place.home, 'worktrees.git');
	const indexFile = join(directory, 'index');
	const env = {GIT_INDEX_FILE: indexFile};
	try {
		if (!(await copyUserIndex(place.repository, directory, indexFile))) await git.objects(['read-tree', '--empty'], {env});
		await git.attempt(['update-index', '-q', '--refresh'], {env});
		const changed = await git.objects(['diff-index', '--name-only', '-z', '--ignore-submodules=dirty', await findStart(git)], {env});
		const untracked = await git.objects(['ls-files', '--others', '--exclude-standard', '-z'], {env});
		const names = new Set([...splitZero(changed), ...splitZero(untracked)]);
		return [...names].filter(name => !place.excluded.some(folder => isBelow(name, folder))).length;
	} finally {
		await rm(indexFile, {force: true});
	}
};

const removeRun = async (places: SlotPlaces, git: WorktreeGit, runId: RunId): Promise<readonly string[]> => {
	const left: string[] = [];
	for (const {top, found} of await listSlots(places, runId)) {
		const isGone = (found === undefined || !(await hasMore(git, found))) && (await tryToRemove(top, found));
		if (!isGone) left.push(top);
	}
	await removeIfEmpty(toRunFolder(places, runId));
	if (left.length === 0) await forgetUnused(git, runId);
	return left;
};

/** False where the system does not allow it. */
const tryToRemove = async (top: string, found: Slot | undefined): Promise<boolean> => {
	try {
		await rm(top, {recursive: true, force: true});
		if (found !== undefined) await rm(found.directory, {recursive: true, force: true});
		return true;
	} catch (error) {
		if (error instanceof Error && 'syscall' in error) return false;
		throw error;
	}
};

/** True of a work tree with repositories of their own in it: nothing that was captured holds them. A submodule has its own elsewhere. */
const hasMore = async (git: WorktreeGit, slot: Slot): Promise<boolean> => {
	const env = toSlotEnvironment(slot);
	const untracked = splitZero((await git.attempt(['ls-files', '--others', '--exclude-standard', '-z'], {env})).stdout);
	if (untracked.some(name => name.endsWith('/'))) return true;
	const links = splitZero((await git.attempt(['ls-files', '-s', '-z'], {env})).stdout).filter(entry => entry.startsWith(GITLINK));
	return links.some(entry => {
		const path = toPath(slot.top, `${entry.slice(entry.indexOf('\t') + 1)}/.git` as FileName);
		return lstatSync(path, {throwIfNoEntry: false})?.isDirectory() === true;
	});
};

const removeIfEmpty = async (folder: string): Promise<void> => {
	await rmdir(folder).catch((error: NodeJS.ErrnoException) => {
		if (error.code !== 'ENOTEMPTY' && error.code !== 'ENOENT') throw error;
	});
};

/** A branch that nothing was merged into is of no use to anybody. */
const forgetUnused = async (git: WorktreeGit, runId: RunId): Promise<void> => {
	const start = await git.refs(['rev-parse', '--verify', '--quiet', toStartRef(runId)]);
	if (start.exitCode !== 0) return;
	const commit = start.stdout.toString('utf8').trim();
	if ((await findBranch(git, runId)) === commit) await git.refs(['update-ref', '-d', `refs/heads/${toRunBranch(runId)}`, commit]);
	await git.refs(['update-ref', '-d', toStartRef(runId), commit]);
};
