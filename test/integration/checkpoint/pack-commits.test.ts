import {existsSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {pictureOf} from '../../support/scratch-repo.ts';
import {createScratches} from './matrix/row.ts';
import {openService, restore, take} from './support.ts';

const make = createScratches();

it('the commits of many checkpoints are packed with their refs, and each is listed, verified and restored as before', {
	timeout: 240_000,
}, async () => {
	const repo = make.emptyRepo();
	repo.write('a.txt', 'first\n');
	const service = await openService(repo);
	const first = await take(service, 'number 0');
	const before = pictureOf(repo.root);
	repo.write('a.txt', 'second\n');
	for (let index = 1; index < 251; index += 1) await take(service, `number ${index}`);

	const store = join(repo.root, '.git/rad/store.git');
	const loose = readdirSync(join(store, 'objects')).filter(name => /^[0-9a-f]{2}$/.test(name));
	const objects = loose.flatMap(name => readdirSync(join(store, 'objects', name)));
	expect(objects.length).toBeLessThan(20);
	expect(existsSync(join(store, 'packed-refs'))).toBe(true);
	const listed = await service.list();
	expect(listed.map(({label}) => label)).toEqual(Array.from({length: 251}, (_, index) => `number ${250 - index}`));
	expect((await service.verify({signal: new AbortController().signal})).damaged).toEqual([]);
	await restore(service, first);
	expect(pictureOf(repo.root)).toEqual(before);
	expect((await service.prune({limits: {keep: 2}, activeRuns: new Set(), isDryRun: false})).removed.length).toBeGreaterThan(240);
	expect((await service.verify({signal: new AbortController().signal})).damaged).toEqual([]);
});
