import {execFileSync} from 'node:child_process';
import {chmodSync, cpSync, lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import fc from 'fast-check';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {createScratchFolder, createScratchRepo, pictureOf, type Scratch} from '../../support/scratch-repo.ts';
import {SEED} from '../../support/seed.ts';
import {undo} from './matrix/exact.ts';
import {pictureOfGit, withoutIndex} from './matrix/user-git.ts';
import {openInterceptedService, restore, take} from './support.ts';

// A tree costs some 80 calls of git, which is about half a second of one processor.
const TREES = Number(process.env['RAD_TEST_TREES'] ?? 300);
// Git and we wait for each other, so that some trees at once take little longer than one.
const LANES = 3;

/** One thing that somebody does to a work tree. A name is bytes, one a character: some are no UTF-8. */
type Act =
	| {readonly kind: 'write'; readonly path: string; readonly content: string; readonly mode: number}
	/** Stages one content and leaves another in the file. */
	| {readonly kind: 'stage'; readonly path: string; readonly staged: string; readonly content: string}
	| {readonly kind: 'link'; readonly path: string; readonly target: string}
	/** Puts a folder in place of a file or a link, or a file or a link in place of a folder. */
	| {readonly kind: 'swap'; readonly path: string; readonly target: string | null}
	| {readonly kind: 'delete'; readonly path: string}
	| {readonly kind: 'git'; readonly args: readonly string[]};

// Few names, so that files, folders and links fight for the same places.
const name = fc.constantFrom('a', 'b', 'c d', '\xc3\xa9', '-x', '*', 'new\nline', 'bytes\xff\xfe', '"q"\\', ':(top)');
const path = fc
	.array(fc.oneof({weight: 3, arbitrary: fc.constantFrom('a', 'b')}, {weight: 2, arbitrary: name}), {minLength: 1, maxLength: 3})
	.map(parts => parts.join('/'));
const content = fc.oneof(fc.constantFrom('', 'x', 'one\ntwo\n', 'one\r\ntwo\r\n', '\0\xff'), fc.string({maxLength: 20}));
// None that leads to itself: what is below one git calls unchanged, though it is gone (a test of its own has that).
const target = fc.constantFrom('usual', 'usual/1', 'nowhere', '../..', '.');

const IGNORED = ['ignored/x', 'a/y.log', 'b.log'];
const RULES = ['*.log\n', 'b\n', '/a\n!/a/b\n'];

const act: fc.Arbitrary<Act> = fc.oneof(
	{weight: 6, arbitrary: fc.record({kind: fc.constant('write' as const), path, content, mode: fc.constantFrom(0o644, 0o755, 0o600, 0o444)})},
	{weight: 2, arbitrary: fc.record({kind: fc.constant('stage' as const), path, staged: content, content})},
	{
		weight: 1,
		arbitrary: fc.record({
			kind: fc.constant('write' as const),
			path: fc.constantFrom(...IGNORED),
			content,
			mode: fc.constant(0o644),
		}),
	},
	{
		weight: 1,
		arbitrary: fc.record({
			kind: fc.constant('write' as const),
			path: fc.constantFrom('.gitignore', 'a/.gitignore'),
			content: fc.constantFrom(...RULES),
			mode: fc.constant(0o644),
		}),
	},
	{weight: 1, arbitrary: fc.record({kind: fc.constant('link' as const), path, target})},
	{weight: 2, arbitrary: fc.record({kind: fc.constant('swap' as const), path, target: fc.option(target)})},
	{weight: 3, arbitrary: fc.record({kind: fc.constant('delete' as const), path})},
	{
		weight: 1,
		arbitrary: fc.record({
			kind: fc.constant('git' as const),
			args: fc.constantFrom(
				['add', '-A'],
				['add', '-u'],
				['reset', '-q'],
				['add', '-f', '--', '*'],
				['rm', '-rq', '--cached', '--ignore-unmatch', '.'],
			),
		}),
	},
	{
		weight: 1,
		arbitrary: fc.record({
			kind: fc.constant('git' as const),
			args: fc.constantFrom(['commit', '-qam', 'x'], ['stash', '-u'], ['checkout', '-q', '--', '.'], ['clean', '-fdq']),
		}),
	},
);

const toFullPath = (root: string, path: string): Buffer => Buffer.from(`${Buffer.from(root).toString('latin1')}/${path}`, 'latin1');
const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0));
const find = (root: string, path: string) => lstatSync(toFullPath(root, path), {throwIfNoEntry: false});

/** Takes away what stands where a file is to be made, never through a link, and makes the folders that it lies in. */
const makeRoom = (root: string, path: string): void => {
	const parts = path.split('/');
	for (const [index] of parts.entries()) {
		const part = parts.slice(0, index + 1).join('/');
		const stats = find(root, part);
		const isLast = index === parts.length - 1;
		if (stats !== undefined && (isLast || !stats.isDirectory())) rmSync(toFullPath(root, part), {recursive: true});
	}
	mkdirSync(toFullPath(root, parentOf(path)), {recursive: true});
};

const write = (root: string, path: string, content: string, mode = 0o644): void => {
	makeRoom(root, path);
	const full = toFullPath(root, path);
	writeFileSync(full, content);
	chmodSync(full, mode);
};

const link = (root: string, path: string, target: string): void => {
	makeRoom(root, path);
	symlinkSync(target, toFullPath(root, path));
};

const swap = (root: string, path: string, target: string | null): void => {
	if (find(root, path)?.isDirectory() !== true) write(root, `${path}/a`, 'in a folder now');
	else if (target === null) write(root, path, 'a file now');
	else link(root, path, target);
};

/** Git of the user, which here looks without writing. */
const runGit = ({root, environment}: Scratch, args: readonly string[], input = ''): string =>
	execFileSync('git', args, {
		cwd: root,
		env: {...environment, GIT_OPTIONAL_LOCKS: '0', GIT_LITERAL_PATHSPECS: input === '' ? '0' : '1'},
		input: Buffer.from(input, 'latin1'),
		encoding: 'latin1',
		stdio: ['pipe', 'pipe', 'ignore'],
	});

const perform = (repo: Scratch, one: Act): void => {
	try {
		switch (one.kind) {
			case 'write':
				write(repo.root, one.path, one.content, one.mode);
				break;
			case 'stage':
				write(repo.root, one.path, one.staged);
				runGit(repo, ['add', '-f', '--pathspec-from-file=-', '--pathspec-file-nul'], one.path);
				write(repo.root, one.path, one.content);
				break;
			case 'link':
				link(repo.root, one.path, one.target);
				break;
			case 'swap':
				swap(repo.root, one.path, one.target);
				break;
			case 'delete':
				rmSync(toFullPath(repo.root, one.path), {recursive: true, force: true});
				break;
			case 'git':
				runGit(repo, one.args);
				break;
		}
	} catch {
		// What git or the disk refuses (nothing to commit, a folder that is missing) is no change then.
	}
};

/** What the user's own git tells: everything that differs, and the names that it ignores. */
const askGit = (repo: Scratch) => {
	const lines = runGit(repo, ['status', '--porcelain=v2', '-z', '-uall', '--no-renames', '--ignored']).split('\0').filter(Boolean);
	return {
		status: lines.filter(line => !line.startsWith('! ')),
		ignored: lines.filter(line => line.startsWith('! ')).map(line => line.slice(2)),
		staged: runGit(repo, ['ls-files', '-s', '-z']),
	};
};

const lookAt = (repo: Scratch) => {
	const git = pictureOfGit(repo.root);
	return {...askGit(repo), files: pictureOf(repo.root), git, head: `${git['HEAD']} ${git['refs/heads/main']}`};
};

/** Lines that tell of none of the names. */
const without = (lines: readonly string[], names: readonly string[], prefix = ''): string[] =>
	lines.filter(line => !names.some(name => line === `${prefix}${name}` || line.startsWith(`${prefix}${name} `)));

let template: Scratch;
beforeAll(() => {
	template = createScratchRepo();
	rmSync(join(template.root, '.git/hooks'), {recursive: true});
	template.write('.git/hooks/post-checkout', '#!/bin/sh\nexit 0\n', 0o755);
	template.write('.gitignore', 'ignored/\n*.log\n');
	// Most files have the usual permissions, whatever the others get.
	for (let index = 0; index < 10; index += 1) template.write(`usual/${index}`, `${index}\n`);
	template.git('add', '-A');
	template.git('commit', '-qm', 'first');
	template.write('usual/0', 'stashed');
	template.git('stash', '-q');
	template.git('tag', 'a-tag');
});
afterAll(() => template.remove());

const aCopy = (): Scratch => {
	const copy = createScratchFolder();
	cpSync(template.root, copy.root, {recursive: true, preserveTimestamps: true});
	return copy;
};

const checkTree = async (before: readonly Act[], after: readonly Act[]): Promise<void> => {
	const repo = aCopy();
	try {
		for (const one of before) perform(repo, one);
		await checkExact(repo, after);
	} finally {
		repo.remove();
	}
};

const checkExact = async (repo: Scratch, after: readonly Act[]): Promise<void> => {
	const service = await openInterceptedService(repo, () => undefined);
	const then = lookAt(repo);
	const checkpoint = await take(service);
	expect(pictureOfGit(repo.root)).toEqual(then.git);
	for (const one of after) perform(repo, one);
	const now = lookAt(repo);

	const result = await restore(service, checkpoint);

	const restored = lookAt(repo);
	// What is ignored is never deleted: by the rules of now, and by those of then, which are back, whether it is tracked by now or not.
	const trackedSince = runGit(repo, ['ls-files', '-z', '-c', '-i', '--exclude-standard']).split('\0').filter(Boolean);
	const staying = [...then.ignored, ...now.ignored, ...restored.ignored, ...trackedSince];
	const thenCovered = without(then.files, then.ignored);
	expect(restored.files).toEqual(expect.arrayContaining(thenCovered));
	expect(
		without(
			restored.files.filter(line => !thenCovered.includes(line)),
			staying,
		),
	).toEqual([]);
	expect(withoutIndex(restored.git)).toEqual(withoutIndex(now.git));
	if (now.head !== then.head || now.staged === then.staged) expect(restored.git['index']).toBe(now.git['index']);
	else expect(restored.staged).toBe(then.staged);
	if (now.head === then.head) expect(without(restored.status, staying, '? ')).toEqual(without(then.status, staying, '? '));
	if (result.changes.length === 0 && result.safety === null) return;

	await undo(service, result);

	const undone = lookAt(repo);
	expect(undone.files).toEqual(now.files);
	expect(undone.status).toEqual(now.status);
	expect(undone.staged).toBe(now.staged);
	expect(withoutIndex(undone.git)).toEqual(withoutIndex(now.git));
};

describe('any tree', () => {
	it(`comes back exactly, and so does what was there before the restore (${TREES} trees)`, async () => {
		const property = fc.asyncProperty(fc.array(act, {maxLength: 12}), fc.array(act, {minLength: 1, maxLength: 12}), checkTree);

		const lanes = Array.from({length: LANES}, (_, lane) => fc.assert(property, {seed: SEED * LANES + lane, numRuns: Math.ceil(TREES / LANES)}));

		await Promise.all(lanes);
	}, 3_600_000);
});
