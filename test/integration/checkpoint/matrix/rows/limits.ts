import {existsSync, mkdirSync, renameSync, truncateSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect} from 'vitest';
import {openService, restore, take} from '../../support.ts';
import {checkExact, exact} from '../exact.ts';
import type {Row} from '../row.ts';

const isCaseIgnored = existsSync(tmpdir().toUpperCase());

/** What is too much, and what the file system cannot do. */
export const LIMITS: readonly Row[] = [
	{
		row: 64,
		name: 'does not bring back an empty folder, which git knows nothing of',
		run: async make => {
			const repo = make.repo();
			mkdirSync(join(repo.root, 'empty'));
			const service = await openService(repo);
			const checkpoint = await take(service);
			repo.delete('empty');

			await restore(service, checkpoint);

			expect(repo.has('empty')).toBe(false);
		},
	},
	{
		row: 82,
		name: 'saves what fits of 69,000 untracked files with 2.9 GB, names the others, and leaves them alone',
		run: async make => {
			const repo = make.repo();
			for (let folder = 0; folder < 69; folder += 1) {
				mkdirSync(join(repo.root, 'data', String(folder)), {recursive: true});
				for (let index = 0; index < 1000; index += 1) {
					const path = join(repo.root, 'data', String(folder), String(index));
					writeFileSync(path, '');
					truncateSync(path, 42_000);
				}
			}
			const service = await openService(repo);
			const checkpoint = await take(service);
			const uncovered = new Set(checkpoint.uncovered);
			const saved = Array.from({length: 69_000}, (_, index) => `data/${Math.floor(index / 1000)}/${index % 1000}`).filter(
				name => !uncovered.has(name),
			);
			const [one = ''] = saved;
			const [other = ''] = checkpoint.uncovered;
			repo.write(one, 'changed');
			repo.write(other, 'changed');
			repo.write('a.txt', 'changed\n');

			const {changes} = await restore(service, checkpoint);

			expect(saved.length + uncovered.size).toBe(69_000);
			expect(saved.length * 42_000).toBeLessThanOrEqual(500 * 2 ** 20);
			expect(saved.length).toBeGreaterThan(10_000);
			expect(changes.map(({path}) => path)).toEqual(['a.txt', one]);
			expect([repo.read('a.txt'), repo.read(one).length, repo.read(other)]).toEqual(['a\n', 42_000, 'changed']);
		},
	},
	{
		row: 87,
		name: 'undoes a renaming that changes the case alone, where the file system takes both names for one',
		skip: isCaseIgnored ? undefined : 'macOS and Windows only: this file system tells large from small letters',
		run: async make => {
			await exact({after: repo => renameSync(join(repo.root, 'a.txt'), join(repo.root, 'A.txt'))})(make);
			await checkExact(make.repo(), {after: repo => repo.write('A.txt', 'changed\n')});
		},
	},
];
