import {afterEach, describe, expect, it} from 'vitest';
import {createScratchRepo, pictureOf, type Scratch} from '../../support/scratch-repo.ts';
import {openService, restore, take} from './support.ts';

const scratches: Scratch[] = [];
afterEach(() => {
	for (const scratch of scratches.splice(0)) scratch.remove();
});

/** Two tracked files, a script, rules for ignoring, one commit. */
const aRepo = (name?: string): Scratch => {
	const scratch = createScratchRepo(name);
	scratches.push(scratch);
	scratch.write('a.txt', 'a\n');
	scratch.write('dir/b.txt', 'b\n');
	scratch.write('run.sh', '#!/bin/sh\n', 0o755);
	scratch.write('.gitignore', 'ignored/\n*.log\n');
	scratch.git('add', '-A');
	scratch.git('commit', '-qm', 'first');
	return scratch;
};

type Case = {
	readonly name: string;
	readonly before?: (repo: Scratch) => void;
	readonly after: (repo: Scratch) => void;
};

const CASES: readonly Case[] = [
	{name: 'an edited file', after: repo => repo.write('a.txt', 'changed\n')},
	{name: 'a file that was dirty already', before: repo => repo.write('a.txt', 'dirty\n'), after: repo => repo.write('a.txt', 'changed\n')},
	{name: 'a deleted file', after: repo => repo.delete('a.txt')},
	{name: 'a deleted folder', after: repo => repo.delete('dir')},
	{name: 'a file that was deleted before and came back', before: repo => repo.delete('a.txt'), after: repo => repo.write('a.txt', 'back\n')},
	{name: 'files created since', after: repo => repo.write('new/deep/x', 'x')},
	{name: 'an untracked file that was edited', before: repo => repo.write('u.txt', 'u\n'), after: repo => repo.write('u.txt', 'changed')},
	{name: 'an untracked file that was deleted', before: repo => repo.write('u/u.txt', 'u\n'), after: repo => repo.delete('u')},
	{
		name: 'an untracked file that was committed',
		before: repo => repo.write('u.txt', 'u\n'),
		after: repo => {
			repo.write('u.txt', 'changed');
			repo.git('add', '-A');
			repo.git('commit', '-qm', 'more');
		},
	},
	{name: 'an executable bit that was taken', after: repo => repo.write('run.sh', '#!/bin/sh\n', 0o644)},
	{name: 'an executable bit that was given', after: repo => repo.write('a.txt', 'a\n', 0o755)},
	{name: 'a secret that became readable', before: repo => repo.write('key', 'secret', 0o600), after: repo => repo.write('key', 'other', 0o644)},
	{name: 'permissions alone', before: repo => repo.write('key', 'secret', 0o600), after: repo => repo.write('key', 'secret', 0o644)},
	{
		name: 'a deleted secret that is tracked',
		before: repo => {
			repo.write('key', 'secret', 0o600);
			repo.git('add', 'key');
		},
		after: repo => repo.delete('key'),
	},
	{
		name: 'symbolic links, also dangling ones',
		before: repo => {
			repo.link('link', 'a.txt');
			repo.link('dangling', 'nowhere');
			repo.link('folder-link', 'dir');
		},
		after: repo => {
			repo.delete('link');
			repo.write('link', 'a file now');
			repo.delete('dangling');
			repo.link('dangling', 'elsewhere');
			repo.delete('folder-link');
			repo.write('folder-link/x', 'a folder now');
		},
	},
	{
		name: 'binary files',
		before: repo => repo.write('bin', Buffer.from([0, 1, 2, 255, 254, 0, 10, 13, 13, 10])),
		after: repo => repo.write('bin', Buffer.from([9, 0])),
	},
	{
		name: 'a file that became a folder',
		after: repo => {
			repo.delete('a.txt');
			repo.write('a.txt/x', 'x');
		},
	},
	{
		name: 'a folder that became a file',
		after: repo => {
			repo.delete('dir');
			repo.write('dir', 'a file');
		},
	},
	{
		name: 'a folder with untracked files that became a file',
		before: repo => repo.write('dir/u/v', 'v'),
		after: repo => {
			repo.delete('dir');
			repo.write('dir', 'a file');
		},
	},
	{
		name: 'odd names',
		before: repo => {
			for (const name of ODD_NAMES) repo.write(name, `old ${name}`);
		},
		after: repo => {
			for (const [index, name] of ODD_NAMES.entries()) index % 2 === 0 ? repo.write(name, 'new') : repo.delete(name);
		},
	},
	{
		name: 'odd names created since',
		after: repo => {
			for (const name of ODD_NAMES) repo.write(name, 'new');
		},
	},
	{
		name: 'names that are not UTF-8',
		before: repo => repo.write(Buffer.from('caf\xe9/\xff\xfe.txt', 'latin1'), 'old'),
		after: repo => {
			repo.write(Buffer.from('caf\xe9/\xff\xfe.txt', 'latin1'), 'new');
			repo.write(Buffer.from('new\xe9', 'latin1'), 'new');
		},
	},
	{
		name: 'line ends, whatever git would like',
		before: repo => {
			repo.write('.gitattributes', '* text=auto\n*.id ident\n');
			repo.write('crlf.txt', 'one\r\ntwo\r\n');
			repo.write('mixed.txt', 'one\r\ntwo\n');
			repo.write('x.id', '$Id: mine $\n');
			repo.git('-c', 'core.safecrlf=false', 'add', '-A');
		},
		after: repo => {
			for (const name of ['crlf.txt', 'mixed.txt', 'x.id']) repo.write(name, 'changed\n');
		},
	},
	{
		name: 'line ends under core.autocrlf and core.safecrlf',
		before: repo => {
			repo.git('config', 'core.autocrlf', 'input');
			repo.write('crlf.txt', 'one\r\ntwo\r\n');
			repo.git('add', 'crlf.txt');
			repo.git('config', 'core.safecrlf', 'true');
		},
		after: repo => repo.write('crlf.txt', 'changed\n'),
	},
	{
		name: 'files marked assume-unchanged and skip-worktree',
		before: repo => {
			repo.git('update-index', '--assume-unchanged', 'a.txt');
			repo.git('update-index', '--skip-worktree', 'dir/b.txt');
			repo.write('a.txt', 'dirty a');
			repo.write('dir/b.txt', 'dirty b');
		},
		after: repo => {
			repo.write('a.txt', 'new a');
			repo.write('dir/b.txt', 'new b');
		},
	},
	{
		name: 'a file that is tracked although it is ignored',
		before: repo => {
			repo.write('keep.log', 'kept');
			repo.git('add', '-f', 'keep.log');
		},
		after: repo => repo.write('keep.log', 'changed'),
	},
	{
		name: 'a split index',
		before: repo => {
			repo.git('update-index', '--split-index');
			repo.write('a.txt', 'dirty');
		},
		after: repo => repo.write('a.txt', 'changed'),
	},
	{
		name: 'an intent to add',
		before: repo => {
			repo.write('later', 'later');
			repo.git('add', '-N', 'later');
		},
		after: repo => repo.write('later', 'changed'),
	},
	{
		name: 'work that the agent stashed and dropped',
		before: repo => {
			repo.write('a.txt', 'dirty');
			repo.git('add', 'a.txt');
			repo.write('u.txt', 'untracked');
		},
		after: repo => {
			repo.git('stash', '-u');
			repo.git('stash', 'drop');
		},
	},
	{name: 'everything, after git clean and reset', before: repo => repo.write('u.txt', 'u'), after: repo => void repo.git('clean', '-fdxq')},
];

const ODD_NAMES = [
	'with space',
	'new\nline',
	'tab\there',
	'"quoted"',
	"it's",
	'-dash',
	'--output=x',
	':(top)x',
	'*[x]?',
	'back\\slash',
	'ünï/cödé ☃',
	'#hash',
	'!bang',
	' lead',
	'trail ',
];

describe('restore', () => {
	it.each(CASES)('brings back $name, and its undo and the undo of that are exact', async ({before, after}) => {
		const repo = aRepo();
		before?.(repo);
		const service = await openService(repo);
		const then = pictureOf(repo.root);
		const statusThen = repo.git('status', '--porcelain=v2');
		const checkpoint = await take(service);
		const headThen = repo.git('rev-parse', 'HEAD');
		after(repo);
		const now = pictureOf(repo.root);
		const statusNow = repo.git('status', '--porcelain=v2');
		const isHeadSame = repo.git('rev-parse', 'HEAD') === headThen;

		const first = await restore(service, checkpoint);
		const afterFirst = pictureOf(repo.root);
		const statusAfterFirst = repo.git('status', '--porcelain=v2');
		const second = await restore(service, first.safety);
		const afterSecond = pictureOf(repo.root);
		const statusAfterSecond = repo.git('status', '--porcelain=v2');
		await restore(service, second.safety);

		expect(afterFirst).toEqual(then);
		expect(afterSecond).toEqual(now);
		expect(pictureOf(repo.root)).toEqual(then);
		expect(statusAfterSecond).toBe(statusNow);
		if (isHeadSame) expect(statusAfterFirst).toBe(statusThen);
	});
});
