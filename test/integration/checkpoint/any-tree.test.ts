import {lstatSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {createScratchRepo, pictureOf, type Scratch} from '../../support/scratch-repo.ts';
import {openService, restore, take} from './support.ts';

// CI takes many more; each tree costs about a second of git.
const TREES = Number(process.env['RAD_TEST_TREES'] ?? 25);

/** One thing that somebody does to a work tree. */
type Act =
	| {readonly kind: 'write'; readonly path: string; readonly content: string; readonly mode: number}
	| {readonly kind: 'link'; readonly path: string; readonly target: string}
	| {readonly kind: 'delete'; readonly path: string}
	| {readonly kind: 'git'; readonly args: readonly string[]};

// Few names, so that files, folders and links fight for the same places.
const path = fc.array(fc.constantFrom('a', 'b', 'c d', 'é', '-x', '*'), {minLength: 1, maxLength: 3}).map(parts => parts.join('/'));
const content = fc.oneof(fc.constantFrom('', 'x', 'one\ntwo\n', 'one\r\ntwo\r\n', '\0\xff'), fc.string({maxLength: 20}));
const act: fc.Arbitrary<Act> = fc.oneof(
	{weight: 6, arbitrary: fc.record({kind: fc.constant('write' as const), path, content, mode: fc.constantFrom(0o644, 0o755, 0o600)})},
	{
		weight: 1,
		arbitrary: fc.record({
			kind: fc.constant('write' as const),
			path: fc.constantFrom('ignored/x', 'a/y.log', 'b.log'),
			content,
			mode: fc.constant(0o644),
		}),
	},
	{
		weight: 1,
		arbitrary: fc.record({
			kind: fc.constant('write' as const),
			path: fc.constantFrom('.gitignore', 'a/.gitignore'),
			content: fc.constantFrom('*.log\n', 'b\n', '/a\n!/a/b\n'),
			mode: fc.constant(0o644),
		}),
	},
	{weight: 1, arbitrary: fc.record({kind: fc.constant('link' as const), path, target: fc.constantFrom('a', 'nowhere', '../..', 'b/a')})},
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

const perform = (repo: Scratch, one: Act): void => {
	try {
		switch (one.kind) {
			case 'write':
				makeRoom(repo.root, one.path);
				repo.write(one.path, one.content, one.mode);
				break;
			case 'link':
				makeRoom(repo.root, one.path);
				repo.link(one.path, one.target);
				break;
			case 'delete':
				rmSync(join(repo.root, one.path), {recursive: true, force: true});
				break;
			case 'git':
				repo.git(...one.args);
				break;
		}
	} catch {
		// What git or the disk refuses (nothing to commit, a folder that is missing) is no change then.
	}
};

/** Takes away what stands where a file is to be made, never through a link. */
const makeRoom = (root: string, name: string): void => {
	const parts = name.split('/');
	for (const [index] of parts.entries()) {
		const full = join(root, ...parts.slice(0, index + 1));
		const stats = lstatSync(full, {throwIfNoEntry: false});
		const isLast = index === parts.length - 1;
		if (stats !== undefined && (isLast || !stats.isDirectory())) rmSync(full, {recursive: true});
	}
};

/** Names that the user's own git ignores. */
const ignoredNames = (repo: Scratch): string[] => repo.git('ls-files', '-z', '-o', '-i', '--exclude-standard').split('\0').filter(Boolean);

const statusOf = (repo: Scratch): string[] => repo.git('status', '--porcelain=v2', '-z', '-uall', '--no-renames').split('\0').filter(Boolean);

/** Lines that tell of none of the names. */
const without = (lines: readonly string[], names: readonly string[], prefix = ''): string[] =>
	lines.filter(line => !names.some(name => line === `${prefix}${name}` || line.startsWith(`${prefix}${name} `)));

describe('any tree', () => {
	it(`comes back exactly, and so does what was there before the restore (${TREES} trees)`, async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(act, {maxLength: 12}), fc.array(act, {minLength: 1, maxLength: 12}), async (before, after) => {
				const repo = createScratchRepo();
				try {
					repo.write('.gitignore', 'ignored/\n*.log\n');
					repo.git('add', '-A');
					repo.git('commit', '-qm', 'first');
					for (const one of before) perform(repo, one);
					await checkExact(repo, after);
				} finally {
					repo.remove();
				}
			}),
			{numRuns: TREES},
		);
	}, 600_000);
});

const checkExact = async (repo: Scratch, after: readonly Act[]): Promise<void> => {
	const service = await openService(repo);
	const checkpoint = await take(service);
	const ignoredThen = ignoredNames(repo);
	const then = without(pictureOf(repo.root), ignoredThen);
	const [headThen, statusThen] = [repo.git('rev-parse', 'HEAD'), statusOf(repo)];
	for (const one of after) perform(repo, one);
	const now = pictureOf(repo.root);
	const [headNow, refsNow, statusNow] = [repo.git('rev-parse', 'HEAD'), repo.git('for-each-ref'), statusOf(repo)];
	const ignoredNow = ignoredNames(repo);

	const {safety} = await restore(service, checkpoint);

	const restored = pictureOf(repo.root);
	// What is ignored is never deleted: by the rules of now, and by those of then, which are back.
	const staying = [...ignoredThen, ...ignoredNow, ...ignoredNames(repo)];
	expect(restored).toEqual(expect.arrayContaining(then));
	expect(
		without(
			restored.filter(line => !then.includes(line)),
			staying,
		),
	).toEqual([]);
	expect(repo.git('for-each-ref')).toBe(refsNow);
	if (headNow === headThen) expect(without(statusOf(repo), staying, '? ')).toEqual(without(statusThen, staying, '? '));
	await restore(service, safety);
	expect(pictureOf(repo.root)).toEqual(now);
	expect(statusOf(repo)).toEqual(statusNow);
};
