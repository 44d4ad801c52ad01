import {existsSync, realpathSync, statSync} from 'node:fs';
import {lstat, mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {join, relative, resolve} from 'node:path';
import {RadError} from '../domain/failures.ts';
import {check, type Repository, type WorktreeGit} from './worktree-git.ts';
import type {SlotKey} from './worktrees-port.ts';

/** A work tree of a run on the disk. */
export type Slot = {
	/** Its top folder. */
	readonly top: string;
	/** Git's own folder for it, in the user's repository. */
	readonly directory: string;
};

export type SlotPlaces = {
	/** The folder of the work trees of all runs. */
	readonly folder: string;
	/** The folder that holds `.radium/`. */
	readonly workspaceRoot: string;
	readonly place: Repository;
};

export const toRunFolder = ({folder}: SlotPlaces, runId: string): string => join(folder, runId);

export const toSlotTop = (places: SlotPlaces, {runId, slot}: SlotKey): string => join(toRunFolder(places, runId), String(slot));

/** The folder in a work tree that stands for the workspace, which need not be at the top of its repository. */
export const toSlotWorkspace = (places: SlotPlaces, key: SlotKey): string =>
	join(toSlotTop(places, key), relative(places.place.top, places.workspaceRoot));

/** Environment of git for the files and the index of a work tree. */
export const toSlotEnvironment = ({top, directory}: Slot): Record<string, string> => ({
	GIT_WORK_TREE: top,
	GIT_INDEX_FILE: join(directory, 'index'),
});

/** Makes a work tree be what a commit is; files that are ignored stay. */
export const prepareSlot = async (places: SlotPlaces, git: WorktreeGit, key: SlotKey, base: string): Promise<void> => {
	const {top, directory} = (await findSlot(places, key)) ?? (await addSlot(places, git, key, base));
	await forgetUnfinished(directory);
	check(['update-ref'], await git.refs(['--git-dir', directory, 'update-ref', '--no-deref', 'HEAD', base]));
	await pointTo(top, directory);
	const env = toSlotEnvironment({top, directory});
	await git.objects(['read-tree', '--reset', '-u', base], {env});
	// What is a repository of its own stays: with one --force, git does not enter it.
	await git.objects(['clean', '--force', '-d', '--quiet'], {env});
};

/** The work tree, where it is there. @throws {RadError} `PATH_UNSAFE` where something else stands in its place. */
export const findSlot = async (places: SlotPlaces, key: SlotKey): Promise<Slot | undefined> => {
	const top = toSlotTop(places, key);
	const found = await lstat(top).catch(() => undefined);
	if (found === undefined) return undefined;
	refuseLinks(top);
	const directory = await findDirectory(places.place, top);
	return directory === undefined ? undefined : {top, directory};
};

// An agent may have put a link to somewhere else in its place, and files are written and deleted below it.
const refuseLinks = (path: string): void => {
	if (realpathSync(path) !== path || !statSync(path).isDirectory())
		throw new RadError('PATH_UNSAFE', `Refusing to work in ${path}: it is not the folder that rad has made.`, {
			hint: `look at it, then remove it: ${path}`,
		});
};

const addSlot = async (places: SlotPlaces, git: WorktreeGit, key: SlotKey, base: string): Promise<Slot> => {
	const top = toSlotTop(places, key);
	await ensureFolder(places, key);
	// What is there is none of git's work trees, and nobody has worked in it.
	await rm(top, {recursive: true, force: true});
	check(['worktree'], await git.refs(['worktree', 'add', '--detach', '--no-checkout', '--force', '--force', top, base]));
	const directory = await findDirectory(places.place, top);
	if (directory === undefined) throw new Error(`git made no work tree at ${top}`);
	return {top, directory};
};

const ensureFolder = async (places: SlotPlaces, {runId}: SlotKey): Promise<void> => {
	await mkdir(toRunFolder(places, runId), {recursive: true, mode: 0o700});
	refuseLinks(toRunFolder(places, runId));
	// Whatever the workspace's own rules say, nothing of it is ever to be committed.
	await writeFile(join(places.folder, '.gitignore'), '*\n', {mode: 0o600});
};

/** Git's folder for a work tree; found as git itself finds it, since whatever is in the work tree may have been changed. */
const findDirectory = async ({repository: {commonDirectory}}: Repository, top: string): Promise<string | undefined> => {
	const folder = join(commonDirectory, 'worktrees');
	for (const name of await readdir(folder).catch(() => [])) {
		const directory = join(folder, name);
		const target = await readFile(join(directory, 'gitdir'), 'utf8').catch(() => '');
		if (target !== '' && resolve(directory, target.trimEnd()) === join(top, '.git')) return directory;
	}
	return undefined;
};

const KEPT: ReadonlySet<string> = new Set(['HEAD', 'commondir', 'gitdir', 'index', 'locked', 'logs', 'refs', 'reftable']);

/** Lets go of what was begun with git there and not ended: merges, rebases, locks of programs that were killed. */
const forgetUnfinished = async (directory: string): Promise<void> => {
	for (const name of await readdir(directory)) if (!KEPT.has(name)) await rm(join(directory, name), {recursive: true, force: true});
};

/** An agent may have made the work tree a repository of its own. */
const pointTo = async (top: string, directory: string): Promise<void> => {
	const file = join(top, '.git');
	const wanted = `gitdir: ${directory}\n`;
	const isFile = (await lstat(file).catch(() => undefined))?.isFile() === true;
	if (isFile && (await readFile(file, 'utf8')) === wanted) return;
	await rm(file, {recursive: true, force: true});
	await writeFile(file, wanted);
};

/** Makes what a ref names what is checked out, without touching a file: they are those of its commit. */
export const settleSlot = async (places: SlotPlaces, git: WorktreeGit, key: SlotKey, ref: string): Promise<void> => {
	const slot = await findSlot(places, key);
	if (slot === undefined) return;
	const commit = (await git.refs(['rev-parse', '--verify', `${ref}^{commit}`])).stdout.toString('utf8').trim();
	await forgetUnfinished(slot.directory);
	check(['update-ref'], await git.refs(['--git-dir', slot.directory, 'update-ref', '--no-deref', 'HEAD', commit]));
	await pointTo(slot.top, slot.directory);
	const env = toSlotEnvironment(slot);
	await git.objects(['read-tree', '--reset', commit], {env});
	await git.attempt(['update-index', '-q', '--refresh'], {env});
};

/** The work trees of a run, in the order of their numbers; `found` is undefined of a folder that is none. */
export const listSlots = async (
	places: SlotPlaces,
	runId: SlotKey['runId'],
): Promise<ReadonlyArray<{readonly slot: number; readonly top: string; readonly found: Slot | undefined}>> => {
	const folder = toRunFolder(places, runId);
	if (!existsSync(folder)) return [];
	refuseLinks(folder);
	const numbers = (await readdir(folder)).filter(name => /^[1-9]\d*$/.test(name)).map(Number);
	return Promise.all(
		numbers
			.sort((one, other) => one - other)
			.map(async slot => ({slot, top: toSlotTop(places, {runId, slot}), found: await findSlot(places, {runId, slot})})),
	);
};
