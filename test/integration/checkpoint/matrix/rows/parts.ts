import {expect} from 'vitest';
import {pictureOf} from '../../../../support/scratch-repo.ts';
import {openService, restore, take} from '../../support.ts';
import {undo} from '../exact.ts';
import type {Row} from '../row.ts';

/** Restores of a part of a checkpoint. */
export const PARTS: readonly Row[] = [
	{
		row: 58,
		name: 'brings back the wanted paths only, and its undo is exact',
		run: async make => {
			const repo = make.repo();
			repo.write('u.txt', 'untracked\n');
			const service = await openService(repo);
			const checkpoint = await take(service);
			for (const name of ['a.txt', 'dir/b.txt', 'dir/new', 'run.sh', 'new', 'u.txt']) repo.write(name, 'agent\n');
			const [files, status] = [pictureOf(repo.root), repo.git('status', '--porcelain=v2')];

			const result = await restore(service, checkpoint, {paths: ['dir', 'u.txt']});
			const restored = ['a.txt', 'dir/b.txt', 'run.sh', 'new', 'u.txt'].map(name => repo.read(name));
			const hasNew = repo.has('dir/new');
			await undo(service, result);

			expect(result.changes.map(({path}) => path)).toEqual(['dir/b.txt', 'dir/new', 'u.txt']);
			expect(restored).toEqual(['agent\n', 'b\n', 'agent\n', 'agent\n', 'untracked\n']);
			expect(hasNew).toBe(false);
			expect(pictureOf(repo.root)).toEqual(files);
			expect(repo.git('status', '--porcelain=v2')).toBe(status);
		},
	},
	{
		row: 59,
		name: 'leaves what was created since, when that is wanted, and names it',
		run: async make => {
			const repo = make.repo();
			const service = await openService(repo);
			const checkpoint = await take(service);
			for (const name of ['a.txt', 'new', 'dir/new']) repo.write(name, 'agent\n');
			repo.delete('run.sh');

			const plan = await service.preview(checkpoint.id, {keepNew: true});
			const result = await restore(service, checkpoint, {keepNew: true});

			expect(plan.kept.map(({path}) => path)).toEqual(['dir/new', 'new']);
			expect(result.changes.map(({path, change}) => `${change} ${path}`)).toEqual(['modified a.txt', 'added run.sh']);
			expect(['a.txt', 'new', 'dir/new', 'run.sh'].map(name => repo.read(name))).toEqual(['a\n', 'agent\n', 'agent\n', '#!/bin/sh\n']);
		},
	},
	{
		row: 77,
		name: 'undoes one of two agents in the same work tree: the other’s files stay, also those that it staged',
		run: async make => {
			const repo = make.repo();
			const service = await openService(repo);
			const checkpoint = await take(service);
			const first = ['dir/b.txt', 'first/new'];
			const second = ['a.txt', 'second/new'];
			for (const name of first) repo.write(name, 'first\n');
			for (const name of second) repo.write(name, 'second\n');
			repo.git('add', 'a.txt');

			await restore(service, checkpoint, {paths: first});

			expect([repo.read('dir/b.txt'), repo.has('first')]).toEqual(['b\n', false]);
			expect(second.map(name => repo.read(name))).toEqual(['second\n', 'second\n']);
			expect(repo.git('status', '--porcelain', '-uall')).toBe('M  a.txt\n?? second/new\n');
		},
	},
];
