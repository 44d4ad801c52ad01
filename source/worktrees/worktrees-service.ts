import {lstatSync} from 'node:fs';
import {rm, rmdir} from 'node:fs/promises';
import {join} from 'node:path';
import {type FileName, isBelow, splitZero, toPath} from '../checkpoint/file-name.ts';
import {toReadingEnvironment} from '../checkpoint/git-environment.ts';
import type {GitOutput, RunGit} from '../checkpoint/git-port.ts';
import type {Place} from '../checkpoint/place.ts';
import {copyUserIndex} from '../checkpoint/user-index.ts';
import {RadError} from '../domain/failures.ts';
import type {RunId} from '../domain/ids.ts';
import {captureWork, GITLINK} from './capture-work.ts';
import {findBranch, findCommit, mergeWork} from './merge-work.ts';
import {findSlot, listSlots, prepareSlot, type Slot, type SlotPlaces, settleSlot, toRunFolder, toSlotEnvironment, toSlotWorkspace} from './slots.ts';
import {check, type GitOptions, openWorktreeGit, type Repository, type WorktreeGit} from './worktree-git.ts';
import {toRunBranch, toWorkRef, type Worktrees} from './worktrees-port.ts';

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
export const createWorktrees = (options: WorktreesOptions): Omit<Worktrees, 'list'> => {
	const {place, run, environment} = options;
	const repository = place.repository === null ? undefined : {...place, repository: place.repository};
	const look: Look = args => run({args, cwd: place.top, env: toReadingEnvironment(environment)});
	const open = async (): Promise<{readonly git: WorktreeGit; readonly places: SlotPlaces}> => {
		const found = demand(repository, place.top);
		return {git: await openWorktreeGit({place: found, run, environment} satisfies GitOptions), places: {...options, place: found}};
	};
	return {
		check: async () => {
			demand(repository, place.top);
			await checkVersion(look);
			await findStart(look);
		},
		currentBranch: async () => {
			if (repository === undefined) return '';
			const found = await look(['symbolic-ref', '--quiet', '--short', 'HEAD']);
			return found.exitCode === 0 ? found.stdout.toString('utf8').trim() : '';
		},
		listTracked: async paths => {
			if (repository === undefined) return [];
			const found = await Promise.all(paths.map(path => look(['ls-files', '-z', '--', `:(literal)${path}`])));
			return paths.filter((_, index) => (found[index]?.stdout.length ?? 0) > 0);
		},
		openBranch: async runId => openBranch((await open()).git.refs, runId),
		countUncommitted: async () => {
			const {git} = await open();
			return countUncommitted(git, demand(repository, place.top));
		},
		findHead: async runId => findBranch((await open()).git, runId),
		isThere: async key => (await findSlot({...options, place: demand(repository, place.top)}, key)) !== undefined,
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
		settle: async work => {
			const {git, places} = await open();
			await settleSlot(places, git, work, toWorkRef(work));
		},
		remove: async runId => {
			const {git, places} = await open();
			return removeRun(places, git, runId);
		},
	};
};

const demand = (repository: Repository | undefined, top: string): Repository => {
	if (repository !== undefined) return repository;
	throw new RadError('GIT_UNUSABLE', `Work trees of steps need a git repository, and there is none: ${top}`, {hint: 'git init, and a first commit'});
};

const OLDEST = [2, 38] as const;

/** Only for commands that write nothing. */
type Look = (args: readonly string[]) => Promise<GitOutput>;

const checkVersion = async (look: Look): Promise<void> => {
	const text = (await look(['version'])).stdout.toString('utf8').trim();
	const [major = 0, minor = 0] = (/\b(\d+)\.(\d+)/.exec(text)?.slice(1) ?? []).map(Number);
	if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
	throw new RadError('GIT_UNUSABLE', `Work trees of steps need git ${OLDEST.join('.')} or newer; this is ${text}.`, {hint: 'upgrade git'});
};

/** The commit that HEAD is at. */
const findStart = async (look: Look): Promise<string> => {
	const found = await look(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
	if (found.exitCode === 0) return found.stdout.toString('utf8').trim();
	throw new RadError('GIT_UNUSABLE', 'Work trees of steps begin from a commit, and this repository has none.', {hint: 'git commit'});
};

/** What was the branch's first commit is kept too: it tells whether anything was merged. */
const toStartRef = (runId: RunId): string => `refs/rad/starts/${runId}`;

const openBranch = async (refs: WorktreeGit['refs'], runId: RunId): ReturnType<Worktrees['openBranch']> => {
	const [found, start] = [await findBranch({refs}, runId), await findCommit(refs, toStartRef(runId))];
	if (found !== undefined) return {head: found, start: start ?? found, isNew: false};
	const head = await findStart(refs);
	const lines = ['start', `update ${toStartRef(runId)} ${head}`, `create refs/heads/${toRunBranch(runId)} ${head}`, 'prepare', 'commit', ''];
	check(['update-ref'], await refs(['update-ref', '--stdin'], Buffer.from(lines.join('\n'))));
	return {head, start: head, isNew: true};
};

const countUncommitted = async (git: WorktreeGit, place: Repository): Promise<number> => {
	const directory = join(place.home, 'worktrees.git');
	const indexFile = join(directory, 'index');
	const env = {GIT_INDEX_FILE: indexFile};
	try {
		if (!(await copyUserIndex(place.repository, directory, indexFile))) await git.objects(['read-tree', '--empty'], {env});
		await git.attempt(['update-index', '-q', '--refresh'], {env});
		const changed = await git.objects(['diff-index', '--name-only', '-z', '--ignore-submodules=dirty', await findStart(git.refs)], {env});
		const untracked = await git.objects(['ls-files', '--others', '--exclude-standard', '-z'], {env});
		const names = new Set([...splitZero(changed), ...splitZero(untracked)]);
		const notOurs = [place.radium, ...place.excluded];
		return [...names].filter(name => !notOurs.some(folder => isBelow(name, folder))).length;
	} finally {
		await rm(indexFile, {force: true});
	}
};

const removeRun = async (places: SlotPlaces, git: WorktreeGit, runId: RunId): ReturnType<Worktrees['remove']> => {
	const left: string[] = [];
	for (const {top, found} of await listSlots(places, runId)) {
		const isGone = (found === undefined || !(await hasMore(git, found))) && (await tryToRemove(top, found));
		if (!isGone) left.push(top);
	}
	await removeIfEmpty(toRunFolder(places, runId));
	await forgetUnused(git, runId);
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
const forgetUnused = async ({refs}: WorktreeGit, runId: RunId): Promise<void> => {
	const [head, start] = [await findBranch({refs}, runId), await findCommit(refs, toStartRef(runId))];
	if (head !== undefined && head === start) await refs(['update-ref', '-d', `refs/heads/${toRunBranch(runId)}`, head]);
	if (start !== undefined) await refs(['update-ref', '-d', toStartRef(runId), start]);
};
