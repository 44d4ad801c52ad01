import {expect} from 'vitest';
import {pictureOf, type Scratch} from '../../../../support/scratch-repo.ts';
import {openService, restore, take} from '../../support.ts';
import type {Make, Row} from '../row.ts';

const PRUNE = {activeRuns: new Set<never>(), isDryRun: false} as const;

/** The strongest way of git to forget what nothing of the user's refers to. */
const collectGarbage = (repo: Scratch): void => {
	repo.git('reflog', 'expire', '--expire=now', '--expire-unreachable=now', '--all');
	repo.git('gc', '-q', '--prune=now');
};

/** Stages content that is nowhere else, checkpoints it, and lets the user's git forget it. */
const checkStagedOnly = async (make: Make, tidy: (service: Awaited<ReturnType<typeof openService>>) => Promise<unknown>): Promise<void> => {
	const repo = make.repo();
	repo.write('a.txt', 'only staged\n');
	repo.git('add', 'a.txt');
	repo.write('a.txt', 'and edited\n');
	const blob = repo.git('rev-parse', ':a.txt').trim();
	const service = await openService(repo);
	const status = repo.git('status', '--porcelain=v2');
	const files = pictureOf(repo.root);
	const checkpoint = await take(service);
	repo.git('reset', '-q', '--hard');
	await tidy(service);
	collectGarbage(repo);
	expect(() => repo.git('cat-file', '-e', blob)).toThrow();

	await restore(service, checkpoint);

	expect(pictureOf(repo.root)).toEqual(files);
	expect(repo.git('status', '--porcelain=v2')).toBe(status);
	expect(repo.git('show', ':a.txt')).toBe('only staged\n');
};

/** What the user's git forgets, and what rad forgets. */
export const GARBAGE: readonly Row[] = [
	{
		row: 49,
		name: 'bring back what an amended commit held, after the strongest garbage collection, and pin nothing for that',
		run: async make => {
			const repo = make.repo();
			const service = await openService(repo);
			const files = pictureOf(repo.root);
			const checkpoint = await take(service);
			const [head, tree] = [repo.git('rev-parse', 'HEAD').trim(), repo.git('rev-parse', 'HEAD:dir').trim()];
			for (const name of ['a.txt', 'dir/b.txt', 'run.sh']) repo.write(name, 'another\n');
			repo.git('commit', '-qam', 'amended', '--amend');
			collectGarbage(repo);
			for (const object of [head, tree]) expect(() => repo.git('cat-file', '-e', object)).toThrow();

			await restore(service, checkpoint);

			expect(pictureOf(repo.root)).toEqual(files);
			expect(repo.git('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main\n');
		},
	},
	{
		row: 50,
		name: 'bring back content that was only staged, after reset and garbage collection, when rad has tidied its store before',
		run: make => checkStagedOnly(make, service => service.prune({...PRUNE, limits: {keep: 100}})),
	},
	{
		row: '50b',
		name: 'bring back content that was only staged, after reset and garbage collection, when rad has not tidied its store',
		run: make => checkStagedOnly(make, async () => undefined),
	},
	{
		row: 60,
		name: 'are pruned to the newest three of twelve, which restore, and leave no other ref',
		run: async make => {
			const repo = make.repo();
			const service = await openService(repo);
			const made = [];
			for (let count = 0; count < 12; count += 1) {
				repo.write('a.txt', `version ${count}\n`);
				repo.write('data.bin', Buffer.alloc(100_000, `${count} of twelve`));
				repo.git('commit', '-qam', `commit ${count}`, '--amend');
				made.push({checkpoint: await take(service), files: pictureOf(repo.root)});
			}
			const refs = repo.git('for-each-ref');

			const {removed, kept} = await service.prune({...PRUNE, limits: {keep: 3}});
			collectGarbage(repo);

			expect([removed.map(({id}) => id), kept]).toEqual([made.slice(0, 9).map(({checkpoint}) => checkpoint.id), 3]);
			expect(repo.git('-C', '.git/rad/store.git', 'for-each-ref').trim().split('\n')).toHaveLength(3);
			expect(repo.git('for-each-ref')).toBe(refs);
			for (const {checkpoint, files} of made.slice(9)) {
				await restore(service, checkpoint);
				expect(pictureOf(repo.root)).toEqual(files);
			}
			expect(repo.git('-C', '.git/rad/store.git', 'fsck', '--strict', '--no-dangling')).toBe('');
		},
	},
];
