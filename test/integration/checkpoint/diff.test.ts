import {statSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import type {Scratch} from '../../support/scratch-repo.ts';
import {createScratches} from './matrix/row.ts';
import {openService, take} from './support.ts';

const make = createScratches();

const aRepo = (): Scratch => {
	const repo = make.emptyRepo();
	repo.write('a.txt', 'one\ntwo\n');
	repo.write('gone.txt', 'gone\n');
	repo.git('add', '-A');
	repo.git('commit', '-qm', 'first');
	return repo;
};

describe('differences', () => {
	it('are told from a checkpoint to another, and to the work tree now', async () => {
		const repo = aRepo();
		const service = await openService(repo);
		const first = await take(service);
		repo.write('a.txt', 'one\n2\nthree\n');
		repo.delete('gone.txt');
		const second = await take(service);
		repo.write('bin', Buffer.from([0, 1]));

		const between = await service.diff(first.id, {to: second.id});
		const untilNow = await service.diff(second.id);

		expect(between).toEqual([
			{path: 'a.txt', change: 'modified', additions: 2, deletions: 1},
			{path: 'gone.txt', change: 'deleted', additions: 0, deletions: 1},
		]);
		expect(untilNow).toEqual([{path: 'bin', change: 'added', additions: null, deletions: null}]);
		expect([first.stat, second.stat]).toEqual([null, {files: 2, additions: 2, deletions: 2}]);
	});

	it('leave a deletion a deletion when the same content appears elsewhere', async () => {
		const repo = aRepo();
		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.delete('gone.txt');
		repo.write('moved.txt', 'gone\n');

		const changes = await service.diff(checkpoint.id);

		expect(changes.map(({path, change}) => `${change} ${path}`)).toEqual(['deleted gone.txt', 'added moved.txt']);
	});

	it.each(['a.txt', '*', ':(top)x', '-p', 'new\nline', 'ünï'])('are text of one path alone: %j', async name => {
		const repo = aRepo();
		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.write(name, 'wanted\n');
		repo.write('other', 'unwanted\n');
		const shown = (await service.diff(checkpoint.id)).map(({path}) => path).filter(path => path !== 'other')[0];

		const text = await service.diffText(checkpoint.id, shown === undefined ? {} : {path: shown});

		expect(text).toContain('+wanted');
		expect(text).not.toContain('unwanted');
	});

	it('are text of a path that is no UTF-8', async () => {
		const repo = aRepo();
		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.write(Buffer.from('caf\xe9', 'latin1'), 'wanted\n');

		const text = await service.diffText(checkpoint.id, {path: '"caf\\351"'});

		expect(text).toContain('+wanted');
	});
});

describe('finding a checkpoint', () => {
	it('takes any beginning that is only one checkpoint’s', async () => {
		const repo = aRepo();
		const service = await openService(repo);
		const [first, second] = [await take(service), await take(service)];

		expect((await service.find(first.id)).id).toBe(first.id);
		expect((await service.find(second.id.slice('cp_'.length))).id).toBe(second.id);
		await expect(service.find(first.id.slice(0, 5))).rejects.toMatchObject({code: 'ID_AMBIGUOUS'});
		await expect(service.find('cp_zzzzzzzzzz')).rejects.toMatchObject({code: 'CHECKPOINT_UNKNOWN'});
		await expect(service.find('--output=x')).rejects.toMatchObject({code: 'ID_INVALID'});
		expect((await service.list()).map(({id}) => id)).toEqual([second.id, first.id]);
	});

	it('keeps what was told about it, and the store from other users', async () => {
		const repo = aRepo();
		const service = await openService(repo);

		const made = await take(service, 'a "label"\nof two lines ☃', 'step');

		expect((await (await openService(repo)).list())[0]).toEqual(made);
		expect(made).toMatchObject({kind: 'step', label: 'a "label"\nof two lines ☃', branch: 'main', target: null, uncovered: []});
		expect(statSync(join(repo.root, '.git/rad')).mode & 0o777).toBe(0o700);
	});
});
