import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import type {Checkpoint} from '../../../source/domain/records.ts';
import {openService, take} from '../../integration/checkpoint/support.ts';
import {createScratchRepo, pictureOf, type Scratch} from '../../support/scratch-repo.ts';

type Side = 'left' | 'right';

/** All that a restore answers for: every file of the work tree, ignored ones too, and what is staged. */
export type State = {readonly files: readonly string[]; readonly staged: readonly string[]};

/** A repository with a checkpoint of each of two trees that differ in many files. The work tree is the left one. */
export type TwoSidedRepo = {
	readonly repo: Scratch;
	readonly left: Known;
	readonly right: Known;
};

/** A checkpoint and the state that it must bring back. */
export type Known = {readonly checkpoint: Checkpoint; readonly state: State};

/** Makes one. `size` is the number of files of each kind of difference; there are nine kinds. */
export const createTwoSidedRepo = async (size: number): Promise<TwoSidedRepo> => {
	const repo = createScratchRepo();
	repo.write('.gitignore', 'ignored/\n*.log\n.radium/\n');
	for (let index = 0; index < size; index += 1) repo.write(`steady/${index}`, `steady ${index}\n`);
	writeSide(repo, 'left', size);
	repo.git('add', '-A');
	repo.git('commit', '-qm', 'first');
	repo.write('ignored/build', 'ignored\n');
	repo.write('only-left/kept.log', 'ignored\n');
	const service = await openService(repo);
	const known = async (side: Side): Promise<Known> => {
		clear(repo);
		writeSide(repo, side, size);
		stageSide(repo, side);
		return {state: stateOf(repo), checkpoint: await take(service, side)};
	};
	const right = await known('right');
	const left = await known('left');
	return {repo, left, right};
};

const KINDS = ['edited', 'only-left', 'only-right', 'swap', 'link', 'mode', 'secret', 'staged', 'odd'];

// Ignored files below the folders stay.
const clear = (repo: Scratch): void => {
	repo.git('rm', '-rfq', '--ignore-unmatch', '--', ...KINDS);
	repo.git('clean', '-fdq', '--', ...KINDS.filter(kind => existsSync(join(repo.root, kind))));
};

const writeSide = (repo: Scratch, side: Side, size: number): void => {
	mkdirSync(join(repo.root, 'link'), {recursive: true});
	for (let index = 0; index < size; index += 1) {
		const isFirst = (side === 'left') === (index % 2 === 0);
		repo.write(`edited/${index}`, `${side} ${index}\n`.repeat(1 + (index % 7) * 100));
		repo.write(`only-${side}/deep/${index}`, `${side} ${index}\n`);
		repo.write(`swap/${index}${isFirst ? '' : '/file'}`, `${side} ${index}\n`);
		repo.write(`mode/${index}`, `${index}\n`, isFirst ? 0o644 : 0o755);
		repo.write(`secret/${index}`, `${side} ${index}\n`, isFirst ? 0o600 : 0o644);
		repo.write(`staged/${index}`, `${side} ${index} staged\n`);
		repo.write(toOddName(index), `${side} ${index}\n`);
		if (index % 3 === 0) repo.write(`link/${index}${isFirst ? '' : '/file'}`, `${side} ${index}\n`);
		// Whoever writes through such a link writes outside the work tree.
		else repo.link(`link/${index}`, index % 3 === 1 ? `../${side}` : isFirst ? repo.home : 'nowhere');
	}
};

const toOddName = (index: number): Buffer =>
	Buffer.concat([
		Buffer.from('odd/'),
		[Buffer.from('a b\n"\\'), Buffer.from('-é:*'), Buffer.from([0xff, 0xfe])][index % 3] ?? Buffer.of(),
		Buffer.from(`${index}`),
	]);

/** Stages some files wholly, some partly; others are untracked, or deleted from the index only. */
const stageSide = (repo: Scratch, side: Side): void => {
	repo.git('add', '-A', '--', 'staged', 'mode', `only-${side}`, 'swap');
	repo.write('staged/0', `${side}: more than is staged\n`);
	repo.git('rm', '-q', '--cached', side === 'left' ? 'mode/0' : 'mode/1');
};

// What rad writes there is no part of any checkpoint.
const isOfTheTree = (line: string): boolean => !line.startsWith('.radium/');

export const stateOf = (repo: Scratch): State => ({
	files: pictureOf(repo.root).filter(isOfTheTree),
	staged: repo.git('ls-files', '-s', '-z').split('\0').filter(isOfTheTree),
});

const digest = (lines: readonly string[]): string => createHash('sha256').update(lines.join('\0')).digest('hex');

const isSame = (one: State, other: State): boolean => digest(one.files) === digest(other.files) && digest(one.staged) === digest(other.staged);

/** Tells which of two states a state is; of one in between it tells the first differences, for a failing test to show. */
export const nameState = (state: State, {before, target}: {readonly before: State; readonly target: State}): string => {
	if (isSame(state, target)) return 'target';
	if (isSame(state, before)) return 'before';
	return `between: from before ${tellDifferences(state, before)}; from target ${tellDifferences(state, target)}`;
};

const tellDifferences = (state: State, other: State): string =>
	[...difference('-', other.files, state.files), ...difference('+', state.files, other.files), ...difference('staged -', other.staged, state.staged)]
		.slice(0, 10)
		.join(', ');

const difference = (sign: string, lines: readonly string[], others: readonly string[]): string[] => {
	const known = new Set(others);
	return lines.filter(line => !known.has(line)).map(line => JSON.stringify(`${sign}${line.slice(0, 60)}`));
};

export const PRIVATE_LOCK = 'rad/store.git/trees/main/index.lock';
const LOCKS = ['index.lock', PRIVATE_LOCK, 'rad/store.git/trees/main/restore.json'];

/** What an operation must not leave behind in the git directory; relative paths. */
export const leftBehind = (repo: Scratch): string[] => LOCKS.filter(name => existsSync(join(repo.root, '.git', name)));

export const hasJournal = (repo: Scratch): boolean => existsSync(join(repo.root, '.git/rad/store.git/trees/main/restore.json'));

/** Does what somebody does before a restore: edits, creates, deletes and stages, in a way that no checkpoint knows yet. */
export const disturb = (repo: Scratch, round: number): void => {
	repo.write('edited/0', `round ${round}\n`);
	repo.write(`new/${round % 4}/file`, `round ${round}\n`);
	if (round % 4 === 3) rmSync(join(repo.root, 'new/1'), {recursive: true, force: true});
	repo.write('staged/1', `round ${round}\n`);
	repo.git('add', '--', 'staged/1');
};
