import {describe, it} from 'vitest';
import {checkExact, type Story} from './matrix/exact.ts';
import {createScratches} from './matrix/row.ts';

const make = createScratches();

const STORIES: ReadonlyArray<Story & {readonly name: string}> = [
	{name: 'a deleted file', after: repo => repo.delete('a.txt')},
	{name: 'a file that was deleted before and came back', before: repo => repo.delete('a.txt'), after: repo => repo.write('a.txt', 'back\n')},
	{
		name: 'an untracked file that was committed',
		before: repo => repo.write('u.txt', 'u\n'),
		after: repo => {
			repo.write('u.txt', 'changed');
			repo.git('add', '-A');
			repo.git('commit', '-qm', 'more');
		},
	},
	{name: 'an executable bit that was given', after: repo => repo.write('a.txt', 'a\n', 0o755)},
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
		name: 'a folder with untracked files that became a file',
		before: repo => repo.write('dir/u/v', 'v'),
		after: repo => {
			repo.delete('dir');
			repo.write('dir', 'a file');
		},
	},
];

// The matrix has the other cases.
describe('restore', () => {
	it.each(STORIES)('brings back $name, and its undo and the undo of that are exact', story => checkExact(make.repo(), story));
});
