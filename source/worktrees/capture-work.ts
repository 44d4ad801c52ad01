import {copyFile, rm, stat, utimes} from 'node:fs/promises';
import {join} from 'node:path';
import {type FileName, joinZero, showName, splitZero} from '../checkpoint/file-name.ts';
import {findSlot, type Slot, type SlotPlaces, toSlotEnvironment} from './slots.ts';
import {check, type WorktreeGit} from './worktree-git.ts';
import {type Captured, type SlotWork, toWorkRef} from './worktrees-port.ts';

/** Keeps all that an attempt left as a commit, with what the agent committed itself as its past. Changes nothing of the work tree. */
export const captureWork = async (places: SlotPlaces, git: WorktreeGit, work: SlotWork): Promise<Captured> => {
	const slot = await findSlot(places, work);
	if (slot === undefined) return {commit: work.base, isChanged: false, uncovered: []};
	const indexFile = `${slot.directory}.rad-index`;
	try {
		const {tree, uncovered} = await captureTree(git, slot, work.base, indexFile);
		const commit = await commitTree(git, tree, work, await findPast(git, slot, work.base));
		check(['update-ref'], await git.refs(['update-ref', '--no-deref', toWorkRef(work), commit]));
		return {commit, isChanged: tree !== (await git.line(['rev-parse', `${work.base}^{tree}`])), uncovered: uncovered.map(showName)};
	} finally {
		await rm(indexFile, {force: true});
	}
};

type Tree = {readonly tree: string; readonly uncovered: readonly FileName[]};

const captureTree = async (git: WorktreeGit, slot: Slot, base: string, indexFile: string): Promise<Tree> => {
	const env = {...toSlotEnvironment(slot), GIT_INDEX_FILE: indexFile};
	await copyIndex(git, slot, base, indexFile);
	await seeAll(git, env);
	const {present, nested} = await listFiles(git, env);
	const unreadable = await addNames(git, env, present);
	const planted = await listPlanted(git, env, base);
	await update(git, env, '--force-remove', planted);
	return {tree: await git.line(['write-tree'], {env}), uncovered: [...new Set([...nested, ...planted, ...unreadable])].sort()};
};

type Env = Readonly<Record<string, string>>;

// What git knows of each file saves reading it; the copy keeps the old time, so that a change right after `git add` is seen.
const copyIndex = async (git: WorktreeGit, slot: Slot, base: string, indexFile: string): Promise<void> => {
	const own = join(slot.directory, 'index');
	const times = await stat(own).catch(() => undefined);
	if (times !== undefined) {
		await copyFile(own, indexFile);
		await utimes(indexFile, times.atime, Math.floor(times.mtimeMs / 1000));
		if ((await git.attempt(['ls-files', '-z'], {env: {...toSlotEnvironment(slot), GIT_INDEX_FILE: indexFile}})).exitCode === 0) return;
	}
	// Damaged or gone: every file is read.
	await rm(indexFile, {force: true});
	await git.objects(['read-tree', base], {env: {...toSlotEnvironment(slot), GIT_INDEX_FILE: indexFile}});
};

/** An agent may have told git to look away from some files. */
const seeAll = async (git: WorktreeGit, env: Env): Promise<void> => {
	const entries = splitZero(await git.objects(['ls-files', '-v', '-z'], {env}));
	const named = (isMeant: (letter: string) => boolean): FileName[] =>
		entries.filter(([letter = 'H']) => isMeant(letter)).map(entry => entry.slice(2) as FileName);
	await update(
		git,
		env,
		'--no-assume-unchanged',
		named(letter => letter !== letter.toUpperCase()),
	);
	await update(
		git,
		env,
		'--no-skip-worktree',
		named(letter => letter.toUpperCase() === 'S'),
	);
};

const update = async (git: WorktreeGit, env: Env, option: string, names: readonly FileName[]): Promise<void> => {
	if (names.length > 0) await git.objects(['update-index', option, '-z', '--stdin'], {env, stdin: joinZero(names)});
};

/** What differs from the index: changed, gone or new. Git shows a folder that is a repository of its own with a slash, and does not enter it. */
const listFiles = async (git: WorktreeGit, env: Env): Promise<{readonly present: FileName[]; readonly nested: FileName[]}> => {
	// What was left of a merge has an entry for each side, under one name.
	const changed = splitZero(await git.objects(['diff-files', '--name-only', '-z', '--ignore-submodules=dirty'], {env}));
	const untracked = splitZero(await git.objects(['ls-files', '--others', '--exclude-standard', '-z'], {env}));
	return {
		present: [...new Set([...changed, ...untracked.filter(name => !name.endsWith('/'))])] as FileName[],
		nested: untracked.filter(name => name.endsWith('/')).map(name => name.slice(0, -1) as FileName),
	};
};

/** Takes over what is on the disk; returns the files that cannot be read. */
const addNames = async (git: WorktreeGit, env: Env, names: readonly FileName[]): Promise<FileName[]> => {
	if (names.length === 0) return [];
	const args = ['update-index', '--add', '--remove', '--replace', '-z', '--stdin'];
	const output = await git.attempt(args, {env, stdin: joinZero(names)});
	if (output.exitCode === 0) return [];
	const [only] = names;
	if (only !== undefined && names.length === 1) {
		if (!/^error: (?:open|readlink)\("|does not have a commit checked out|is a directory - add files/m.test(output.stderr)) check(args, output);
		return [only];
	}
	// One bad file fails the whole call, and the message is not made to be parsed: halving finds it in a few calls.
	const middle = names.length >> 1;
	return [...(await addNames(git, env, names.slice(0, middle))), ...(await addNames(git, env, names.slice(middle)))];
};

/** The mode of a folder that is a repository of its own. */
export const GITLINK = '160000';

/** Repositories that were put into the work tree and added to git: of those a commit would hold nothing but a number. */
const listPlanted = async (git: WorktreeGit, env: Env, base: string): Promise<FileName[]> => {
	const parts = splitZero(await git.objects(['diff-index', '--cached', '--raw', '-z', '--no-renames', base], {env}));
	return parts.flatMap((part, index) => {
		const [before, after] = part.split(' ');
		return part.startsWith(':') && after === GITLINK && before !== `:${GITLINK}` ? [parts[index + 1] as FileName] : [];
	});
};

/** What is checked out there: the agent's own last commit, or where it began. */
const findPast = async (git: WorktreeGit, {directory}: Slot, base: string): Promise<string> => {
	const head = await git.refs(['--git-dir', directory, 'rev-parse', '--verify', '--quiet', '--end-of-options', 'HEAD^{commit}']);
	return head.exitCode === 0 ? head.stdout.toString('utf8').trim() : base;
};

/** The past itself where there is nothing else to keep. */
const commitTree = async (git: WorktreeGit, tree: string, {runId, stepId, attempt}: SlotWork, past: string): Promise<string> => {
	if (tree === (await git.line(['rev-parse', `${past}^{tree}`]))) return past;
	return git.line(['commit-tree', tree, '-p', past, '-F', '-'], {
		stdin: Buffer.from(`What ${stepId} left in attempt ${attempt}\n\nRad-Run: ${runId}\n`),
	});
};
