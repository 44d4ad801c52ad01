import {execFileSync} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {linkSync, lstatSync, renameSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {join} from 'node:path';
import {expect} from 'vitest';
import {pictureOf, type Scratch} from '../../../../support/scratch-repo.ts';
import {openService, restore, take} from '../../support.ts';
import {checkExact, exact} from '../exact.ts';
import type {Row} from '../row.ts';

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
const NOT_UTF8 = Buffer.from('caf\xe9/\xff\xfe.txt', 'latin1');

/** What tells whether a file was written again, even with the same content. */
const identityOf = (repo: Scratch, name: string): string => {
	const {ino, mtimeNs} = lstatSync(join(repo.root, name), {bigint: true});
	return `${ino} ${mtimeNs}`;
};

/** Files, folders, links, names and permissions. */
export const FILES: readonly Row[] = [
	{row: 1, name: 'brings back an edited file', run: exact({after: repo => repo.write('a.txt', 'changed\n')})},
	{
		row: 2,
		name: 'brings back a file that was dirty already, not what was committed',
		run: exact({
			before: repo => repo.write('a.txt', 'dirty\n'),
			after: repo => repo.write('a.txt', 'changed\n'),
			restored: repo => expect(repo.read('a.txt')).toBe('dirty\n'),
		}),
	},
	{row: 3, name: 'brings back a deleted folder', run: exact({after: repo => repo.delete('dir')})},
	{
		row: 4,
		name: 'takes away files created since, with the folders that are empty then',
		run: exact({
			after: repo => repo.write('new/deep/x', 'x'),
			restored: repo => expect(repo.has('new')).toBe(false),
		}),
	},
	{
		row: 5,
		name: 'brings back untracked files that were edited or deleted',
		run: exact(
			{before: repo => repo.write('u.txt', 'u\n'), after: repo => repo.write('u.txt', 'changed')},
			{before: repo => repo.write('u/u.txt', 'u\n'), after: repo => repo.delete('u')},
		),
	},
	{
		row: 19,
		name: 'brings back an executable bit and the permissions of a secret',
		run: exact(
			{after: repo => repo.write('run.sh', '#!/bin/sh\n', 0o644)},
			{before: repo => repo.write('key', 'secret', 0o600), after: repo => repo.write('key', 'other', 0o644)},
		),
	},
	{
		row: 20,
		name: 'brings back symbolic links, also dangling ones, also from files and folders',
		run: exact({
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
		}),
	},
	{
		row: 21,
		name: 'leaves alone what is outside the work tree, when a folder became a symbolic link to it',
		run: async make => {
			const repo = make.repo();
			repo.write('dir/b.txt', 'b\n', 0o600);
			const service = await openService(repo);
			const checkpoint = await take(service);
			repo.delete('dir');
			writeFileSync(join(repo.home, 'b.txt'), 'outside', {mode: 0o644});
			repo.link('dir', '../home');

			await restore(service, checkpoint);

			expect(repo.read(join(repo.home, 'b.txt'))).toBe('outside');
			expect(lstatSync(join(repo.home, 'b.txt')).mode & 0o777).toBe(0o644);
			expect(repo.read('dir/b.txt')).toBe('b\n');
		},
	},
	{
		row: 22,
		name: 'brings back a file that became a folder, and a folder that became a file',
		run: exact(
			{
				after: repo => {
					repo.delete('a.txt');
					repo.write('a.txt/x', 'x');
				},
			},
			{
				after: repo => {
					repo.delete('dir');
					repo.write('dir', 'a file');
				},
			},
		),
	},
	{
		row: 23,
		name: 'brings back and takes away files with odd names, also names that are not UTF-8',
		run: exact(
			{
				before: repo => {
					for (const name of ODD_NAMES) repo.write(name, `old ${name}`);
				},
				after: repo => {
					for (const [index, name] of ODD_NAMES.entries()) index % 2 === 0 ? repo.write(name, 'new') : repo.delete(name);
				},
			},
			{
				after: repo => {
					for (const name of ODD_NAMES) repo.write(name, 'new');
				},
			},
			{
				before: repo => repo.write(NOT_UTF8, 'old'),
				after: repo => {
					repo.write(NOT_UTF8, 'new');
					repo.write(Buffer.from('new\xe9', 'latin1'), 'new');
				},
			},
		),
	},
	{
		row: 24,
		name: 'brings back binary files byte by byte, also a tracked one of 30 MB',
		run: exact(
			{
				before: repo => repo.write('bin', Buffer.from([0, 1, 2, 255, 254, 0, 10, 13, 13, 10])),
				after: repo => repo.write('bin', Buffer.from([9, 0])),
			},
			{
				before: repo => {
					repo.write('large.bin', randomBytes(30 * 2 ** 20));
					repo.git('add', 'large.bin');
					repo.git('commit', '-qm', 'large');
				},
				after: repo => repo.write('large.bin', randomBytes(30 * 2 ** 20)),
			},
		),
	},
	{
		row: 35,
		name: 'goes around pipes and sockets, which stay',
		run: async make => {
			const repo = make.repo();
			execFileSync('mkfifo', [join(repo.root, 'pipe')]);
			const server = createServer().listen(join(repo.root, 'socket'));
			try {
				await checkExact(repo, {after: changed => changed.write('a.txt', 'changed\n')});
				expect(pictureOf(repo.root)).toEqual(expect.arrayContaining(['pipe special', 'socket special']));
			} finally {
				await new Promise(resolve => server.close(resolve));
			}
		},
	},
	{
		row: 57,
		name: 'writes no file again that has not changed',
		run: async make => {
			const repo = make.repo();
			repo.write('u.txt', 'untracked\n');
			const others = ['dir/b.txt', 'run.sh', '.gitignore', 'u.txt'];
			const service = await openService(repo);
			const checkpoint = await take(service);
			const before = others.map(name => identityOf(repo, name));
			repo.write('a.txt', 'changed\n');

			await restore(service, checkpoint);

			expect(repo.read('a.txt')).toBe('a\n');
			expect(others.map(name => identityOf(repo, name))).toEqual(before);
		},
	},
	{
		row: 65,
		name: 'are the same tree when nothing changed',
		run: async make => {
			const repo = make.repo();
			repo.write('u.txt', 'untracked\n');
			const service = await openService(repo);
			const [first, second] = [await take(service), await take(service)];

			const trees = [first, second].map(({id}) => repo.git('-C', '.git/rad/store.git', 'rev-parse', `refs/rad/main/${id}^{tree}`));

			expect(trees[0]).toBe(trees[1]);
			expect(second.stat).toEqual({files: 0, additions: 0, deletions: 0});
			expect(await service.diff(first.id)).toEqual([]);
		},
	},
	{
		row: 68,
		name: 'bring back everything after git clean',
		run: exact({before: repo => repo.write('u.txt', 'u'), after: repo => void repo.git('clean', '-fdxq')}),
	},
	{
		row: 75,
		name: 'break a hard link: the other name keeps its bytes',
		run: async make => {
			const repo = make.repo();
			const service = await openService(repo);
			const checkpoint = await take(service);
			linkSync(join(repo.root, 'a.txt'), join(repo.home, 'other-name'));
			writeFileSync(join(repo.root, 'a.txt'), 'changed\n');

			await restore(service, checkpoint);

			expect(repo.read('a.txt')).toBe('a\n');
			expect(repo.read(join(repo.home, 'other-name'))).toBe('changed\n');
		},
	},
	{
		row: 76,
		name: 'undo a renaming that changes the case alone',
		run: exact({after: repo => renameSync(join(repo.root, 'a.txt'), join(repo.root, 'A.txt'))}),
	},
];
