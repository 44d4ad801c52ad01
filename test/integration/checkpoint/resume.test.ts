import {existsSync, linkSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import Database from 'better-sqlite3';
import {describe, expect, it} from 'vitest';
import {markerIn} from '../../../source/checkpoint/restore-marker.ts';
import {pictureOf} from '../../support/scratch-repo.ts';
import {createScratches} from './matrix/row.ts';
import {openInterceptedService, openService, restore, take} from './support.ts';

const make = createScratches();

/** A workspace, of which a restore was cut short after git had changed a part of the files. */
const aHalfDoneRestore = async () => {
	const repo = make.emptyRepo();
	mkdirSync(join(repo.root, '.radium/runs'), {recursive: true});
	repo.write('a.txt', 'a\n');
	repo.write('b.txt', 'b\n');
	repo.git('add', '-A');
	repo.git('commit', '-qm', 'first');
	const target = await take(await openService(repo));
	const then = pictureOf(repo.root).filter(isOurs);
	repo.write('a.txt', 'A\n');
	repo.write('b.txt', 'B\n');
	repo.write('new.txt', 'new\n');
	const before = pictureOf(repo.root).filter(isOurs);
	const dying = await openInterceptedService(repo, args => {
		if (args[0] !== 'read-tree' || !args.includes('-u')) return undefined;
		repo.write('a.txt', 'a\n');
		throw new Error('killed');
	});
	await expect(restore(dying, target)).rejects.toThrow('killed');
	return {repo, target, then, before};
};

const isOurs = (line: string): boolean => !line.startsWith('.radium');

describe('a restore that was cut short', () => {
	it('is marked in the workspace until it is finished', async () => {
		const {repo, then} = await aHalfDoneRestore();
		const isMarked = existsSync(markerIn(repo.root));

		const result = await (await openService(repo)).resume('finish', {isPatient: true});

		expect(isMarked).toBe(true);
		expect(existsSync(markerIn(repo.root))).toBe(false);
		expect(result).toMatchObject({outcome: 'finished'});
		expect(pictureOf(repo.root).filter(isOurs)).toEqual(then);
	});

	it('can be undone instead', async () => {
		const {repo, before, target} = await aHalfDoneRestore();

		const result = await (await openService(repo)).resume('undo', {isPatient: true});

		expect(result).toMatchObject({target: target.id, outcome: 'undone'});
		expect(pictureOf(repo.root).filter(isOurs)).toEqual(before);
		expect(existsSync(markerIn(repo.root))).toBe(false);
	});

	it('is finished before the next checkpoint, whoever takes it', async () => {
		const {repo, then} = await aHalfDoneRestore();

		await take(await openService(repo));

		expect(pictureOf(repo.root).filter(isOurs)).toEqual(then);
	});

	it('is left to the rad that is at work on it', async () => {
		const {repo} = await aHalfDoneRestore();
		const lock = new Database(join(repo.root, '.git/rad/lock'), {timeout: 0});
		lock.exec('BEGIN EXCLUSIVE');
		const service = await openService(repo);

		await expect(service.resume('finish', {isPatient: false})).rejects.toMatchObject({code: 'CHECKPOINT_BUSY'});
		lock.close();
		expect(await service.resume('finish', {isPatient: false})).toMatchObject({outcome: 'finished'});
	});

	it('does not bring the staged set of another commit', async () => {
		const {repo, then} = await aHalfDoneRestore();
		repo.git('add', 'b.txt');
		repo.git('commit', '-qm', 'meanwhile');
		const staged = repo.git('ls-files', '-s');

		await (await openService(repo)).resume('finish', {isPatient: true});

		expect(repo.git('ls-files', '-s')).toBe(staged);
		expect(pictureOf(repo.root).filter(isOurs)).toEqual(then);
	});

	it.each([
		['its own', true],
		['anybody else’s', false],
	])('leaves no lock of the index, if it is %s', async (_, isOurs) => {
		const {repo} = await aHalfDoneRestore();
		const lock = join(repo.root, '.git/index.lock');
		const token = join(repo.root, '.git/rad/store.git/trees/main/index-token');
		writeFileSync(token, '');
		if (isOurs) linkSync(token, lock);
		else writeFileSync(lock, '');

		await (await openService(repo)).resume('finish', {isPatient: true}).catch(() => undefined);

		expect(existsSync(lock)).toBe(!isOurs);
	});

	it('is over when another restore finds everything as it wants it', async () => {
		const {repo, target} = await aHalfDoneRestore();
		repo.write('b.txt', 'b\n');
		repo.delete('new.txt');

		const {changes} = await restore(await openService(repo), target);

		expect(changes).toEqual([]);
		expect(existsSync(markerIn(repo.root))).toBe(false);
		expect(await (await openService(repo)).resume('finish', {isPatient: true})).toBeUndefined();
	});

	it('is finished before a part of a checkpoint is restored', async () => {
		const {repo, target, then} = await aHalfDoneRestore();

		await restore(await openService(repo), target, {paths: ['a.txt']});

		expect(pictureOf(repo.root).filter(isOurs)).toEqual(then);
		expect(existsSync(markerIn(repo.root))).toBe(false);
	});

	it('is none where nothing was cut short, also when only the marker was left', async () => {
		const repo = make.emptyRepo();
		mkdirSync(join(repo.root, '.radium/runs'), {recursive: true});
		writeFileSync(markerIn(repo.root), 'cp_0000000001\n');

		expect(await (await openService(repo)).resume('finish', {isPatient: true})).toBeUndefined();
		expect(existsSync(markerIn(repo.root))).toBe(false);
	});
});
