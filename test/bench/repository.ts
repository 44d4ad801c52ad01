import {execFileSync} from 'node:child_process';
import {appendFileSync, lstatSync, mkdirSync, mkdtempSync, realpathSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Place} from './measure.ts';
import {generateTree} from './source-tree.ts';

/** A repository to measure on, in a folder of its own. */
export type Repository = Place & {
	/** Holds everything of it; removed by `remove`. */
	readonly base: string;
	readonly git: (...args: readonly string[]) => string;
	/** Paths of the files that are committed and can be edited. */
	readonly files: readonly string[];
	/** Changes `count` files, spread over the tree; `shift` chooses others. Returns their paths. Resolves in the next second. */
	readonly edit: (count: number, shift: number) => Promise<readonly string[]>;
	/** Makes the work tree what was committed, and the index know it. */
	readonly reset: () => Promise<void>;
	readonly remove: () => void;
};

/** Where the content comes from: generated files, or the commit that is checked out in a repository, which is cloned and never changed. */
export type Origin = {readonly kind: 'generated'; readonly files: number} | {readonly kind: 'clone'; readonly path: string};

export const openRepository = async (origin: Origin): Promise<Repository> => {
	const base = realpathSync(mkdtempSync(join(tmpdir(), 'rad-bench-')));
	const cwd = join(base, 'repo');
	const env = toEnvironment(join(base, 'home'));
	for (const folder of [cwd, env.HOME]) mkdirSync(folder);
	const git = (...args: readonly string[]): string =>
		execFileSync('git', args, {cwd, env, encoding: 'utf8', maxBuffer: 2 ** 30, stdio: ['ignore', 'pipe', 'pipe']});
	const remove = (): void => rmSync(base, {recursive: true, force: true, maxRetries: 5});
	try {
		await fill({cwd, env}, git, origin);
		const reset = async (): Promise<void> => {
			git('reset', '--quiet', '--hard');
			git('clean', '--quiet', '-d', '--force');
			await nextSecond();
			// Takes note of what was written in the last second, which git trusts only from the next one on.
			git('status');
		};
		await reset();
		const files = listFiles(cwd, git);
		return {base, cwd, env, git, files, edit: createEdit(cwd, files), reset, remove};
	} catch (error) {
		remove();
		throw error;
	}
};

// Nothing of the machine's own settings: they would change the figures.
const toEnvironment = (home: string) => ({
	PATH: process.env['PATH'] ?? '',
	HOME: home,
	LC_ALL: 'C',
	GIT_CONFIG_NOSYSTEM: '1',
	GIT_AUTHOR_NAME: 'Bench',
	GIT_AUTHOR_EMAIL: 'bench@example.org',
	GIT_COMMITTER_NAME: 'Bench',
	GIT_COMMITTER_EMAIL: 'bench@example.org',
});

const fill = async (place: Place, git: Repository['git'], origin: Origin): Promise<void> => {
	if (origin.kind === 'clone') {
		git('clone', '--quiet', '--no-hardlinks', realpathSync(origin.path), '.');
		return;
	}
	git('init', '--quiet', '--initial-branch=main');
	await generateTree(place, origin.files);
};

// What is written into these would change what git does.
const NAMES_OF_GIT = /(?:^|\/)\.git[a-z]+$/;

const listFiles = (cwd: string, git: Repository['git']): string[] =>
	git('ls-files', '-z')
		.split('\0')
		.filter(name => name !== '' && !NAMES_OF_GIT.test(name) && lstatSync(join(cwd, name), {throwIfNoEntry: false})?.isFile() === true);

const createEdit = (cwd: string, files: readonly string[]): Repository['edit'] => {
	return async (count, shift) => {
		const step = Math.max(1, Math.floor(files.length / count));
		const chosen = files.filter((_, index) => index % step === shift % step).slice(0, count);
		for (const name of chosen) appendFileSync(join(cwd, name), `/* Edit ${shift}. */\n`);
		await nextSecond();
		return chosen;
	};
};

// Git reads a file again that was changed in the second in which its index was written; whether that happens must not be left to chance.
const nextSecond = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 1010 - (Date.now() % 1000)));
