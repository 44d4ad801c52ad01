import {randomBytes} from 'node:crypto';
import {readdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import type {CheckpointService} from '../../../source/checkpoint/checkpoint-service.ts';
import type {RunId} from '../../../source/domain/ids.ts';
import type {PruneLimits} from '../../../source/domain/records.ts';
import {pictureOf, type Scratch} from '../../support/scratch-repo.ts';
import {createScratches} from './matrix/row.ts';
import {openService, realClock, restore, take} from './support.ts';

const make = createScratches();

const aRepo = (): Scratch => {
	const repo = make.emptyRepo();
	repo.write('a.txt', 'a\n');
	repo.git('add', '-A');
	repo.git('commit', '-qm', 'first');
	return repo;
};

const prune = (service: CheckpointService, limits: PruneLimits | undefined, activeRuns: readonly RunId[] = [], isDryRun = false) =>
	service.prune({limits, activeRuns: new Set(activeRuns), isDryRun});

const verify = (service: CheckpointService) => service.verify({signal: new AbortController().signal});

const takeSome = async (repo: Scratch, service: CheckpointService, count: number, sizeBytes = 1000) => {
	const taken = [];
	for (let index = 0; index < count; index += 1) {
		repo.write('data.bin', randomBytes(sizeBytes));
		taken.push({checkpoint: await take(service, `number ${index}`), picture: pictureOf(repo.root)});
	}
	return taken;
};

const storeOf = (repo: Scratch): string => join(repo.root, '.git/rad/store.git');

describe('pruning to a number', () => {
	it('removes the oldest, gives their disk space back, and each that stays restores', async () => {
		const repo = aRepo();
		const service = await openService(repo);
		const taken = await takeSome(repo, service, 12, 50_000);

		const result = await prune(service, {keep: 3});

		expect(result.removed.map(({label}) => label)).toEqual(Array.from({length: 9}, (_, index) => `number ${index}`));
		expect(result.kept).toBe(3);
		expect(result.before.ownBytes - result.after.ownBytes).toBeGreaterThan(8 * 50_000);
		expect((await verify(service)).damaged).toEqual([]);
		for (const {checkpoint, picture} of taken.slice(-3)) {
			await restore(service, checkpoint);
			expect(pictureOf(repo.root)).toEqual(picture);
		}
		await expect(service.find(taken[0]?.checkpoint.id ?? '')).rejects.toMatchObject({code: 'CHECKPOINT_UNKNOWN'});
	});

	it('keeps what later checkpoints and the staged set still need, whatever git of the user’s collects', async () => {
		const repo = aRepo();
		const service = await openService(repo);
		repo.write('a.txt', 'staged\n');
		repo.git('add', 'a.txt');
		const [, , third] = await takeSome(repo, service, 3);
		const status = repo.git('status', '--porcelain=v2');
		await prune(service, {keep: 1});
		repo.git('reset', '-q', '--hard');
		repo.git('gc', '-q', '--prune=now');
		await prune(service, {keep: 1});

		if (third !== undefined) await restore(service, third.checkpoint);

		expect(repo.git('status', '--porcelain=v2')).toBe(status);
		expect(pictureOf(repo.root)).toEqual(third?.picture);
	});

	it('only tells what would go when that is wanted', async () => {
		const repo = aRepo();
		const service = await openService(repo);
		await takeSome(repo, service, 3);

		const result = await prune(service, {keep: 1}, [], true);

		expect(result).toMatchObject({kept: 1, after: result.before});
		expect(result.removed).toHaveLength(2);
		expect(await service.list()).toHaveLength(3);
	});

	it('never removes the way back from the last restore, nor what an active run may need', async () => {
		const repo = aRepo();
		const service = await openService(repo);
		const runId = 'run_0000000001' as RunId;
		const step = await service.create({kind: 'step', label: 'before x', runId, stepId: 'x', agentId: null});
		repo.write('a.txt', 'A\n');
		const {safety} = await restore(service, step);

		const result = await prune(service, {keep: 0}, [runId]);

		expect(result.removed).toEqual([]);
		expect((await service.list()).map(({id}) => id)).toEqual([safety.id, step.id]);
	});

	it('to none at all leaves a store in which the next checkpoint can be made', async () => {
		const repo = aRepo();
		const service = await openService(repo);
		await takeSome(repo, service, 2);

		await prune(service, {keep: 0});
		const next = await take(service);

		expect((await service.list()).map(({id}) => id)).toEqual([next.id]);
		expect((await verify(service)).damaged).toEqual([]);
	});
});

describe('pruning by age and size', () => {
	it('removes what is older', async () => {
		const repo = aRepo();
		const old = await openService(repo, {clock: {...realClock, now: () => Date.now() - 10 * 86_400_000}});
		await take(old, 'old');
		const service = await openService(repo);
		await take(service, 'new');

		const {removed} = await prune(service, {olderThanMs: 7 * 86_400_000});

		expect(removed.map(({label}) => label)).toEqual(['old']);
	});

	it('removes the fewest of the oldest that make the store small enough, and tells the same before', async () => {
		const repo = aRepo();
		const service = await openService(repo);
		await takeSome(repo, service, 6, 100_000);

		const told = await prune(service, {maxSizeBytes: 350_000}, [], true);
		const done = await prune(service, {maxSizeBytes: 350_000});

		expect(done.removed.map(({label}) => label)).toEqual(['number 0', 'number 1', 'number 2']);
		expect(told.removed).toEqual(done.removed);
		expect(done.after.ownBytes).toBeLessThan(350_000);
	});
});

describe('the usual retention', () => {
	it('keeps what was taken by hand and everything of the three newest runs, however old', async () => {
		const repo = aRepo();
		const service = await openService(repo, {
			clock: {...realClock, now: () => Date.now() - 30 * 86_400_000},
			environment: {RAD_CHECKPOINT_MAX_AGE: '7d'},
		});
		const runs = [1, 2, 3, 4].map(number => `run_000000000${number}` as RunId);
		await take(service, 'mine');
		for (const runId of runs) await service.create({kind: 'step', label: runId, runId, stepId: 'x', agentId: null});

		const {removed} = await prune(await openService(repo), undefined);

		expect(removed.map(({label}) => label)).toEqual([runs[0]]);
	});

	it('can be changed, and a value that cannot be is named', async () => {
		const repo = aRepo();
		const service = await openService(repo, {environment: {RAD_CHECKPOINT_KEEP: '1'}});
		const runs = [1, 2, 3, 4, 5].map(number => `run_000000000${number}` as RunId);
		for (const runId of runs) await service.create({kind: 'step', label: runId, runId, stepId: 'x', agentId: null});

		expect((await prune(service, undefined)).removed.map(({label}) => label)).toEqual(runs.slice(0, 2));
		await expect(openService(repo, {environment: {RAD_CHECKPOINT_MAX_AGE: 'soon'}})).rejects.toMatchObject({
			code: 'USAGE',
			message: expect.stringContaining('RAD_CHECKPOINT_MAX_AGE'),
		});
	});

	it('makes one pack of many loose objects and of packs that the user’s git has dropped', async () => {
		const repo = aRepo();
		repo.git('gc', '-q');
		const service = await openService(repo);
		await take(service);
		repo.write('b.txt', 'b\n');
		repo.git('add', '-A');
		repo.git('commit', '-qm', 'second');
		repo.git('gc', '-q', '--prune=now');
		await take(service);
		repo.write('c.txt', 'c\n');
		repo.git('add', '-A');
		repo.git('commit', '-qm', 'third');
		repo.git('gc', '-q', '--prune=now');
		await take(service);
		const packs = () => readdirSync(join(storeOf(repo), 'objects/pack')).filter(name => name.endsWith('.pack')).length;
		const before = packs();

		await prune(service, undefined);

		expect(before).toBe(3);
		expect(packs()).toBeLessThan(3);
		expect((await verify(service)).damaged).toEqual([]);
	});
});

describe('verifying', () => {
	it('reads everything and finds nothing wrong in a sound store', async () => {
		const repo = aRepo();
		const service = await openService(repo);
		await takeSome(repo, service, 3);

		expect(await verify(service)).toMatchObject({checkpoints: 3, damaged: [], objects: expect.any(Number)});
	});

	it('names the checkpoint and the file whose content was flipped, and restores the others', async () => {
		const repo = aRepo();
		const service = await openService(repo);
		const [first, second] = await takeSome(repo, service, 2);
		const blob = repo.git('-C', storeOf(repo), 'rev-parse', `refs/rad/main/${first?.checkpoint.id}:data.bin`).trim();
		const file = join(storeOf(repo), 'objects', blob.slice(0, 2), blob.slice(2));
		rmSync(file);
		writeFileSync(file, 'garbage');

		const {damaged} = await verify(service);

		expect(damaged).toEqual([{checkpointId: first?.checkpoint.id, problems: [expect.stringContaining('data.bin')]}]);
		if (first !== undefined) await expect(restore(service, first.checkpoint)).rejects.toMatchObject({code: 'CHECKPOINT_DAMAGED'});
		if (second !== undefined) await restore(service, second.checkpoint);
		expect(pictureOf(repo.root)).toEqual(second?.picture);
	});

	it('names a checkpoint of which a file or a folder is missing', async () => {
		const repo = aRepo();
		repo.write('dir/x.txt', 'x\n');
		const service = await openService(repo);
		const checkpoint = await take(service);
		const tree = repo.git('-C', storeOf(repo), 'rev-parse', `refs/rad/main/${checkpoint.id}:dir`).trim();
		rmSync(join(storeOf(repo), 'objects', tree.slice(0, 2), tree.slice(2)));

		const {damaged} = await verify(service);

		expect(damaged).toEqual([{checkpointId: checkpoint.id, problems: [expect.stringMatching(/^object [0-9a-f]{12} is missing$/)]}]);
	});
});
