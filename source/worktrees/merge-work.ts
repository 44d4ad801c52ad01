import {type FileName, showName, splitZero, toBytes} from '../checkpoint/file-name.ts';
import {RadError} from '../domain/failures.ts';
import type {MergeMode} from '../domain/plan.ts';
import {check, type WorktreeGit} from './worktree-git.ts';
import {type Merged, type SlotWork, toRunBranch} from './worktrees-port.ts';

type Work = Omit<SlotWork, 'slot'>;

/** Others that move the branch at the same moment are rare; who loses that often against them has another trouble. */
const MAX_RACES = 20;

/** Brings a commit into the run branch, which moves only from where it was seen. Doing it again changes nothing. */
export const mergeWork = async (git: WorktreeGit, work: Work, commit: string, mode: MergeMode): Promise<Merged> => {
	for (let race = 0; race < MAX_RACES; race++) {
		const head = await findBranch(git, work.runId);
		if (head === undefined) throw new RadError('WORKTREE_FAILED', `The branch of the run is gone: ${toRunBranch(work.runId)}`);
		if (await isMerged(git, work, head)) return {kind: 'merged', head};
		const next = await toNext(git, work, {head, commit, mode});
		if (next.kind === 'conflict' || next.head === head) return next;
		if (await moveBranch(git, work, head, next.head)) return next;
	}
	throw new RadError('WORKTREE_FAILED', `Something keeps moving the branch of the run: ${toRunBranch(work.runId)}`);
};

const toRef = (runId: Work['runId']): string => `refs/heads/${toRunBranch(runId)}`;

export const findBranch = ({refs}: Pick<WorktreeGit, 'refs'>, runId: Work['runId']): Promise<string | undefined> => findCommit(refs, toRef(runId));

export const findCommit = async (refs: WorktreeGit['refs'], ref: string): Promise<string | undefined> => {
	const found = await refs(['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
	return found.exitCode === 0 ? found.stdout.toString('utf8').trim() : undefined;
};

const moveBranch = async (git: WorktreeGit, {runId, stepId}: Work, from: string, to: string): Promise<boolean> => {
	const moved = await git.refs(['update-ref', '-m', `rad: merge ${stepId}`, toRef(runId), to, from]);
	if (moved.exitCode === 0) return true;
	if ((await findBranch(git, runId)) === from) check(['update-ref'], moved);
	return false;
};

const toTrailers = ({runId, stepId, attempt}: Work): string => `Rad-Run: ${runId}\nRad-Step: ${stepId}/${attempt}`;

/** True where a commit of ours says so; those of the agent, which come in from the side, say nothing. */
const isMerged = async (git: WorktreeGit, work: Work, head: string): Promise<boolean> => {
	if (!(await isPast(git, work.base, head))) return false;
	const messages = await git.objects(['log', '--first-parent', '-z', '--format=%B', `${work.base}..${head}`]);
	const wanted = toTrailers(work);
	return splitZero(messages).some(message => message.trimEnd().endsWith(wanted));
};

const isPast = async (git: WorktreeGit, past: string, commit: string): Promise<boolean> =>
	(await git.attempt(['merge-base', '--is-ancestor', past, commit])).exitCode === 0;

type Merging = {readonly head: string; readonly commit: string; readonly mode: MergeMode};

const toNext = async (git: WorktreeGit, work: Work, {head, commit, mode}: Merging): Promise<Merged> => {
	if (mode === 'none' || (await isPast(git, commit, head))) return {kind: 'merged', head};
	const base = await findCommonPast(git, work.base, head, commit);
	return mode === 'rebase' ? replay(git, work, {head, commit, base}) : join(git, work, {head, commit, base}, mode);
};

/** Where it began; or the state of the branch that the agent, or a person, has merged into it since. */
const findCommonPast = async (git: WorktreeGit, base: string, head: string, commit: string): Promise<string> => {
	const found = await git.attempt(['merge-base', head, commit]);
	const past = found.stdout.toString('utf8').trim();
	return found.exitCode === 0 && (await isPast(git, base, past)) ? past : base;
};

type Joining = {readonly head: string; readonly commit: string; readonly base: string};

const join = async (git: WorktreeGit, work: Work, {head, commit, base}: Joining, mode: 'squash' | 'merge'): Promise<Merged> => {
	const merged = await mergeTrees(git, base, head, commit);
	if ('files' in merged) return {kind: 'conflict', files: merged.files};
	if (merged.tree === (await treeOf(git, head)) && mode === 'squash') return {kind: 'merged', head};
	const parents = mode === 'merge' ? [head, commit] : [head];
	return {kind: 'merged', head: await writeCommit(git, merged.tree, parents, `${work.stepId}\n\n${toTrailers(work)}\n`)};
};

/** Each commit once more, on top of the branch; what changes nothing there is left out. */
const replay = async (git: WorktreeGit, work: Work, {head, commit, base}: Joining): Promise<Merged> => {
	const own = (await git.line(['rev-list', '--reverse', '--topo-order', '--no-merges', commit, `^${base}`, `^${head}`])).split('\n').filter(Boolean);
	const kept: Kept[] = [];
	let tree = await treeOf(git, head);
	for (const original of own) {
		const merged = await mergeTrees(git, await parentOf(git, original), tree, original);
		if ('files' in merged) return {kind: 'conflict', files: merged.files};
		if (merged.tree !== tree) kept.push({tree: merged.tree, original});
		tree = merged.tree;
	}
	let tip = head;
	for (const each of kept) tip = await repeatCommit(git, each, tip, each === kept.at(-1) ? `\n${toTrailers(work)}\n` : '');
	return {kind: 'merged', head: tip};
};

/** A commit that is made once more, with another tree. */
type Kept = {readonly tree: string; readonly original: string};

const repeatCommit = async (git: WorktreeGit, {tree, original}: Kept, parent: string, trailers: string): Promise<string> => {
	const [name = '', email = '', date = '', message = ''] = splitZero(
		await git.objects(['log', '-1', '-z', '--date=raw', '--format=%an%x00%ae%x00%ad%x00%B', original]),
	).map(part => toBytes(part).toString('utf8'));
	const env = name === '' ? {} : {GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_AUTHOR_DATE: `@${date}`};
	// Only what rad itself writes there says that a step was merged.
	const text = message.replaceAll(/^rad-(?:run|step):.*$\n?/gim, '').trimEnd();
	return writeCommit(git, tree, [parent], `${text}\n${trailers}`, env);
};

const writeCommit = (git: WorktreeGit, tree: string, parents: readonly string[], message: string, env: Readonly<Record<string, string>> = {}) =>
	git.line(['commit-tree', tree, ...parents.flatMap(parent => ['-p', parent]), '-F', '-'], {stdin: Buffer.from(message), env});

const treeOf = (git: WorktreeGit, name: string): Promise<string> => git.line(['rev-parse', '--verify', '--end-of-options', `${name}^{tree}`]);

/** The tree of nothing stands for what is before a first commit. */
const parentOf = async (git: WorktreeGit, commit: string): Promise<string> => {
	const found = await git.attempt(['rev-parse', '--verify', '--quiet', `${commit}^`]);
	return found.exitCode === 0
		? found.stdout.toString('utf8').trim()
		: git.line(['hash-object', '-w', '-t', 'tree', '--stdin'], {stdin: Buffer.alloc(0)});
};

/**
 * Merges two trees (or those of commits) as far as a third allows, without a work tree. The three are given a past that says no more than
 * that, so that whatever was done to the history of a branch does not count.
 */
const mergeTrees = async (
	git: WorktreeGit,
	base: string,
	ours: string,
	theirs: string,
): Promise<{readonly tree: string} | {readonly files: readonly string[]}> => {
	const [from, one, other] = await Promise.all([base, ours, theirs].map(name => treeOf(git, name)));
	if (from === undefined || one === undefined || other === undefined) throw new Error('three trees were asked for');
	if (from === one) return {tree: other};
	if (from === other || one === other) return {tree: one};
	const past = await writeCommit(git, from, [], 'base', UNDATED);
	const sides = await Promise.all([one, other].map(tree => writeCommit(git, tree, [past], 'side', UNDATED)));
	const args = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', ...sides];
	const output = await git.attempt(args);
	const [tree = '', ...files] = splitZero(output.stdout);
	if (output.exitCode === 0) return {tree};
	if (output.exitCode !== 1 || files.length === 0) check(args, output);
	return {files: [...new Set(files)].map(file => showName(file as FileName))};
};

// The same three commits each time: what is left of them is no more than was.
const UNDATED = {GIT_AUTHOR_DATE: '@0 +0000', GIT_COMMITTER_DATE: '@0 +0000'};
