import {execFileSync} from 'node:child_process';
import {chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, it} from 'vitest';
import {makeScratch, rad} from '../../support/rad.ts';
import {createScratch} from '../../support/scratch.ts';

const newFolder = createScratch();

const WORKFLOW = `version: 1
defaults: { workspace: worktree }
steps:
  - { id: left, needs: [], run: 'echo left > ./--left; echo left > ./-O' }
  - { id: right, needs: [], run: 'echo right > ./--output=right' }
  - { id: both, needs: [left, right], run: 'test -e ./--left' }
`;

/** Every shape of a call that these commands may make; some of them only when things happen at other times. */
const ALLOWED: readonly string[] = [
	'--git-dir FOLDER rev-parse --verify --quiet --end-of-options HEAD^{commit}',
	'--git-dir FOLDER update-ref --no-deref HEAD HASH',
	'cat-file --batch --buffer',
	'check-ignore --no-index -z --stdin',
	'checkout-index -z --stdin',
	'clean --force -d --quiet',
	'commit-tree HASH -F -',
	'commit-tree HASH -m goal',
	'commit-tree HASH -m staged',
	'commit-tree HASH -p HASH -F -',
	'commit-tree HASH -p HASH -p HASH -F -',
	'config --list -z',
	'diff-files --name-only -z --ignore-submodules=dirty',
	'diff-index --cached --raw -z --no-renames HASH',
	'diff-index --name-only -z --ignore-submodules=dirty HASH',
	'diff-tree -r -p --no-renames --no-ext-diff --no-textconv --no-color HASH HASH',
	'diff-tree -r -p --no-renames --no-ext-diff --no-textconv --no-color HASH HASH -- PATHS',
	'diff-tree -r -z --raw --no-renames --no-abbrev --no-ext-diff --no-textconv --numstat HASH HASH',
	'diff-tree -r -z --raw --no-renames --no-abbrev --no-ext-diff --no-textconv HASH HASH',
	'for-each-ref --format=%(refname) REF',
	'for-each-ref --format=%(refname)%00%(objectname)%00%(tree)%00%(contents:body)%00 REF',
	'log --first-parent -z --format=%B HASH..HASH',
	'ls-files --others --exclude-standard -z',
	'ls-files -s -z',
	'ls-files -v -z',
	'ls-files -z',
	'ls-files -z -c -i --exclude-standard',
	'ls-files -z -- PATHS',
	'ls-tree -z HASH -- PATHS',
	'merge-base --is-ancestor HASH HASH',
	'merge-base HASH HASH',
	'merge-tree --write-tree -z --name-only --no-messages HASH HASH',
	'pack-objects -q --honor-pack-keep FOLDER',
	'pack-refs --all',
	'read-tree --empty',
	'read-tree --reset -u HASH',
	'read-tree -m -u HASH HASH',
	'read-tree HASH',
	'rev-list --objects --missing=print --stdin',
	'rev-list --objects --no-object-names --glob=refs/rad --ignore-missing --stdin',
	'rev-parse --path-format=absolute --is-bare-repository --show-object-format --absolute-git-dir --git-common-dir --show-toplevel',
	'rev-parse --verify --end-of-options HASH^{tree}',
	'rev-parse --verify --quiet --end-of-options REF',
	'rev-parse --verify --quiet HEAD',
	'rev-parse --verify --quiet HEAD^{commit}',
	'rev-parse HASH^{tree}',
	'rev-parse HEAD --symbolic-full-name HEAD',
	'status --porcelain=v2 -z --untracked-files=all --no-renames --ignore-submodules=dirty',
	'symbolic-ref --quiet --short HEAD',
	'unpack-objects -q',
	'update-index --add --remove --replace -z --stdin',
	'update-index --add --replace -z --index-info',
	'update-index --force-remove -z --stdin',
	'update-index --remove -z --stdin',
	'update-index -q --refresh',
	'update-ref --no-deref REF HASH',
	'update-ref --stdin',
	'update-ref -d REF HASH',
	'update-ref -m rad: merge left REF HASH HASH',
	'update-ref -m rad: merge right REF HASH HASH',
	'version',
	'worktree add --detach --no-checkout --force --force FOLDER HASH',
	'write-tree',
];

/** Puts a `git` before the real one that writes down its arguments; `seen` tells them, each shape once. */
const watchGit = (folder: string) => {
	const calls = path.join(folder, 'calls');
	mkdirSync(calls);
	const real = execFileSync('/bin/sh', ['-c', 'command -v git'], {encoding: 'utf8'}).trim();
	writeFileSync(path.join(folder, 'git'), `#!/bin/sh\nprintf '%s\\0' "$@" > "$(mktemp '${calls}/XXXXXXXX')"\nexec '${real}' "$@"\n`);
	chmodSync(path.join(folder, 'git'), 0o755);
	return {
		PATH: `${folder}:${process.env['PATH']}`,
		seen: () => [...new Set(readdirSync(calls).map(name => toShape(readFileSync(path.join(calls, name), 'utf8').split('\0').slice(0, -1))))].sort(),
	};
};

/** One call without what differs from one to the next. What stands after `--` can be no option. */
const toShape = (words: readonly string[]): string => {
	const end = words.indexOf('--');
	return (end === -1 ? words : [...words.slice(0, end + 1), 'PATHS']).map(toWord).join(' ');
};

const toWord = (word: string): string =>
	word
		.replace(/^\/.*/, 'FOLDER')
		.replaceAll(/[0-9a-f]{40}/g, 'HASH')
		.replaceAll(/(?:run|cp)_\w+/g, 'ID')
		.replace(/^refs\/.*ID.*|^refs\/rad\/.*/, 'REF');

it('starts no git with anything from outside where an option could stand', {timeout: 300_000}, async () => {
	const folder = newFolder();
	const made = await makeScratch(folder, {side: WORKFLOW});
	const git = watchGit(newFolder());
	const there = {...made, env: {PATH: git.PATH}};
	const problems: string[] = [];
	const run = async (...args: readonly string[]): Promise<string> => {
		const {code, stdout, stderr} = await rad(args, there);
		if (code !== 0) problems.push(`rad ${args.join(' ')} ended with ${code}: ${stderr}`);
		return stdout.trim();
	};
	const write = (content: string): void => {
		for (const name of ['-O', '--output=x', '--upload-pack=x', '.gitignore']) writeFileSync(path.join(made.cwd, name), content);
	};
	made.git('symbolic-ref', 'HEAD', 'refs/heads/--exec=x');
	write('-then\n');
	const first = await run('checkpoint', 'create', '--label=--exec=x');
	write('-now\n');
	const second = await run('checkpoint', 'create', '--label=-O');
	await run('checkpoint', 'list');
	await run('checkpoint', 'diff', first, second);
	await run('checkpoint', 'diff', first, './--output=x');
	await run('checkpoint', 'restore', first, '--path=-O', '--yes');
	await run('checkpoint', 'restore', first, '--yes');
	await run('checkpoint', 'undo', '--yes');
	await run('checkpoint', 'verify');
	await run('checkpoint', 'prune', '--keep', '1');
	made.git('symbolic-ref', 'HEAD', 'refs/heads/main');
	await run('run', 'side');

	expect(problems).toEqual([]);
	expect(git.seen().filter(shape => !ALLOWED.includes(shape))).toEqual([]);
	expect(git.seen().length).toBeGreaterThan(20);
});
