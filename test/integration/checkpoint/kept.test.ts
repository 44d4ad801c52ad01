import {describe, expect, it} from 'vitest';
import {undo} from './matrix/exact.ts';
import {createScratches} from './matrix/row.ts';
import {openService, restore, take} from './support.ts';

const make = createScratches();

// The matrix has the other cases.
describe('what stands in the way of a restore', () => {
	it('is saved when it is ignored', async () => {
		const repo = make.repo();
		repo.write('x', 'a file');
		repo.write('y/deep', 'a file');
		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.delete('x');
		repo.delete('y');
		repo.write('x/inside.log', 'ignored');
		repo.write('.git/info/exclude', 'y\n');
		repo.write('y', 'ignored too');

		const result = await restore(service, checkpoint);
		const restored = [repo.read('x'), repo.read('y/deep')];
		await undo(service, result);

		expect(restored).toEqual(['a file', 'a file']);
		expect(repo.read('x/inside.log')).toBe('ignored');
		expect(repo.read('y')).toBe('ignored too');
	});

	it('is left alone when it is a nested repository: the restore is refused', async () => {
		const repo = make.repo();
		repo.write('x', 'a file');
		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.delete('x');
		repo.write('x/file', 'nested');
		repo.git('-C', 'x', 'init', '-q');
		repo.write('a.txt', 'changed');

		await expect(restore(service, checkpoint)).rejects.toMatchObject({code: 'RESTORE_CONFLICT'});

		expect(repo.read('x/file')).toBe('nested');
		expect(repo.read('a.txt')).toBe('changed');
	});
});
