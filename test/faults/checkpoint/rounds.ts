import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect} from 'vitest';
import type {CheckpointService} from '../../../source/checkpoint/checkpoint-service.ts';
import type {Checkpoint} from '../../../source/domain/records.ts';
import {openService, take} from '../../integration/checkpoint/support.ts';
import {rad} from '../../support/rad.ts';
import type {Scratch} from '../../support/scratch-repo.ts';
import {tellFigures} from '../tell-figures.ts';
import {hasJournal, type Known, leftBehind, nameState, PRIVATE_LOCK, type State, stateOf} from './two-sided-repo.ts';

/** What somebody does next, after a restore was cut short. */
export type Next = {
	readonly name: string;
	/** True for what makes the work tree equal to the target in any case. */
	readonly isDecided?: true;
	/** True for what looks at the work tree only to finish a restore; without one, a private lock of a dead git is left to whoever needs it gone. */
	readonly isLookingAway?: true;
	readonly act: (repo: Scratch, service: CheckpointService, target: Checkpoint) => Promise<unknown>;
};

/** Runs the built program in the repository. @throws when it does not end with 0. */
export const runRad = async ({root, base}: Scratch, ...words: readonly string[]): Promise<void> => {
	const {code, stderr} = await rad(words, {cwd: root, home: base});
	if (code !== 0) throw new Error(`rad ${words.join(' ')} ended with ${code}: ${stderr}`);
};

const IN_PROCESS: readonly Next[] = [
	{name: 'create', act: (_repo, service) => take(service)},
	{name: 'preview', act: (_repo, service, {id}) => service.preview(id)},
	{name: 'diff', act: (_repo, service, {id}) => service.diff(id)},
	{name: 'create', act: (_repo, service) => take(service)},
	{name: 'restore', isDecided: true, act: (_repo, service, {id}) => service.restore(id, {signal: new AbortController().signal})},
];

const BUILT_PROGRAM: readonly Next[] = [
	{name: 'rad checkpoint create', act: repo => runRad(repo, 'checkpoint', 'create')},
	{name: 'rad runs', isLookingAway: true, act: repo => runRad(repo, 'runs')},
	{name: 'rad checkpoint list', isLookingAway: true, act: repo => runRad(repo, 'checkpoint', 'list')},
	{name: 'rad checkpoint show', act: (repo, _service, {id}) => runRad(repo, 'checkpoint', 'show', id)},
	{name: 'rad checkpoint restore', isDecided: true, act: (repo, _service, {id}) => runRad(repo, 'checkpoint', 'restore', id, '--yes')},
];

// Starting the program takes longer than everything else of a round together.
const BUILT_PROGRAM_EVERY = 11;

/** What is next in a round: each kind of operation gets its turn, now and then from the built program. */
export const nextOf = (round: number): Next => {
	const isBuilt = round % BUILT_PROGRAM_EVERY === 0;
	const list = isBuilt ? BUILT_PROGRAM : IN_PROCESS;
	const next = list[(isBuilt ? round / BUILT_PROGRAM_EVERY : round) % list.length];
	if (next === undefined) throw new Error('there is always something next');
	return next;
};

/** A restore that something happens to. */
export type Broken = {
	/** What the restoring program said last: `done`, `failed CODE`, or `killed` when it could say nothing any more. */
	readonly word: string;
	/** For the message of a failing test. */
	readonly story: string;
	/** True when nothing that it started can still be at work. */
	readonly isQuiet: boolean;
};

export type Round = {
	readonly repo: Scratch;
	readonly target: Known;
	readonly next: Next;
	readonly breakRestore: () => Promise<Broken>;
};

export type RoundEnd = {
	readonly word: string;
	readonly outcome: 'target' | 'before';
	readonly hadJournal: boolean;
	/** True when the restore left a work tree between the two states, for the next operation to mend. */
	readonly wasTorn: boolean;
	/** What to restore in the next round: the work of before this one, when it is not there any more. */
	readonly nextTarget: Known;
};

/**
 * Breaks a restore, does what is next, and checks what has to hold then: the work tree and the staged set are the target's or those of
 * before, no lock is left, and a safety checkpoint holds the work of before (which the next round proves by restoring it).
 */
export const playRound = async ({repo, target, next, breakRestore}: Round): Promise<RoundEnd> => {
	const known = new Set((await (await openService(repo)).list()).map(({id}) => id));
	const before = stateOf(repo);
	const sides = {before, target: target.state};

	const {word, story, isQuiet} = await breakRestore();
	const tale = `${story} (${word}), then ${next.name}`;
	const hadJournal = hasJournal(repo);
	const present = isQuiet ? tryNameState(repo, sides) : undefined;
	checkWord(word, {left: present, hadJournal, tale});
	const service = await openService(repo);
	await next.act(repo, service, target.checkpoint).catch(cause => {
		throw new Error(tale, {cause});
	});

	const outcome = nameState(stateOf(repo), sides);
	tellFigures({
		kills: word === 'killed' ? 1 : 0,
		'restores cut short': 1,
		'work trees left between two states': outcome.startsWith('between') ? 1 : 0,
	});
	expect(outcome, `${tale}${outcome.startsWith('between') ? tellStore(repo, target.checkpoint) : ''}`).toMatch(
		next.isDecided === true || word === 'done' ? /^target$/ : /^(?:target|before)$/,
	);
	const left = leftBehind(repo).filter(name => hadJournal || next.isLookingAway !== true || name !== PRIVATE_LOCK);
	expect(left, tale).toEqual([]);
	const end = {word, hadJournal, wasTorn: present?.startsWith('between') === true};
	if (outcome === 'before') return {...end, outcome, nextTarget: target};
	const safety = (await service.list()).findLast(({id}) => !known.has(id));
	expect(safety, tale).toMatchObject({kind: 'safety', target: target.checkpoint.id});
	return {...end, outcome: 'target', nextTarget: safety === undefined ? target : {checkpoint: safety, state: before}};
};

// A tree that still changes while it is read is no picture.
const tryNameState = (repo: Scratch, sides: {readonly before: State; readonly target: State}): string | undefined => {
	try {
		return nameState(stateOf(repo), sides);
	} catch {
		return undefined;
	}
};

type Left = {readonly left: string | undefined; readonly hadJournal: boolean; readonly tale: string};

/** A restore that could say how it went told the truth: a failure has a name, and changed nothing unless a journal is there. */
const checkWord = (word: string, {left, hadJournal, tale}: Left): void => {
	expect(word, tale).toMatch(/^(?:done|killed|failed [A-Z_]+)$/);
	if (left === undefined || hadJournal || word === 'killed') return;
	expect(left, tale).toBe(word === 'done' ? 'target' : 'before');
};

/** What the store believes of the work tree, to tell a restore that left something out from a checkpoint that never held it. */
const tellStore = (repo: Scratch, {id}: Checkpoint): string => {
	const folder = join(repo.root, '.git/rad/store.git/trees/main');
	const git = (...words: readonly string[]): string => {
		try {
			return repo.git('--no-optional-locks', '--git-dir', folder, '--work-tree', repo.root, ...words);
		} catch (error) {
			return String(error);
		}
	};
	const facts = {
		target: git('ls-tree', '-r', '--name-only', `refs/rad/main/${id}`),
		index: git('ls-files'),
		status: git('status', '--porcelain=v2', '-uall'),
		'status without its cache': git('-c', 'core.untrackedCache=false', 'status', '--porcelain=v2', '-uall'),
		state: readFileSync(join(folder, 'state.json'), 'utf8').slice(0, 1000),
	};
	return Object.entries(facts)
		.map(([name, text]) => `\n${name}:\n${text}`)
		.join('');
};

/** What of the user's repository no restore may change. */
export const outsideOf = (repo: Scratch): string =>
	[repo.git('for-each-ref'), repo.git('rev-parse', '--symbolic-full-name', 'HEAD'), repo.git('reflog'), repo.git('config', '--list')].join('---\n');

/** What is wrong with the store of the checkpoints; empty when nothing is. */
export const checkStore = (repo: Scratch): string => repo.git('-C', '.git/rad/store.git', 'fsck', '--strict', '--no-dangling');
