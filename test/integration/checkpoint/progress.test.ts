import {randomBytes} from 'node:crypto';
import {describe, expect, it} from 'vitest';
import type {Progress} from '../../../source/domain/progress.ts';
import {pictureOf} from '../../support/scratch-repo.ts';
import {createScratches} from './matrix/row.ts';
import {openInterceptedService, openService, take} from './support.ts';

const make = createScratches();
const FILES = 40;

const aService = async () => {
	const repo = make.emptyRepo();
	const writeAll = (): void => {
		for (let file = 0; file < FILES; file += 1) repo.write(`folder/${file}.bin`, randomBytes(64).toString('hex'));
	};
	writeAll();
	const service = await openService(repo);
	const first = await take(service, 'first');
	const picture = pictureOf(repo.root);
	writeAll();
	await take(service, 'second');
	const heard: Progress[] = [];
	return {repo, service, first, picture, heard, onProgress: (progress: Progress) => void heard.push(progress)};
};

const {signal} = new AbortController();

/** The stages in their order, and the last of each one. */
const summarise = (heard: readonly Progress[]) => [
	...new Map(heard.map(({stage, done, total}) => [stage, total === null ? null : `${done}/${total}`])),
];

describe('long work on checkpoints tells how far it is', () => {
	it('while it restores, which it does as ever', async () => {
		const {repo, service, first, picture, heard, onProgress} = await aService();

		const result = await service.restore(first.id, {signal, onProgress});

		expect(summarise(heard)).toEqual([
			['look-at-files', null],
			['check-objects', `${FILES}/${FILES}`],
			['write-files', `${FILES}/${FILES}`],
		]);
		expect(pictureOf(repo.root)).toEqual(picture);
		expect(result.changes).toHaveLength(FILES);
	});

	it('and names what could not be written, not the progress of git', async () => {
		const {repo, first, onProgress} = await aService();
		let asked: readonly string[] | undefined;
		const service = await openInterceptedService(repo, args => {
			if (asked !== undefined || !args.includes('read-tree') || !args.includes('-u')) return undefined;
			asked = args;
			const stderr = 'Updating files:  50% (1/2)\rerror: unable to create file x: Permission denied\nUpdating files: 100% (2/2), done.\n';
			return {exitCode: 128, stdout: Buffer.alloc(0), stderr};
		});

		const failure = await service.restore(first.id, {signal, onProgress}).catch((error: unknown) => error);

		expect(asked).toContain('-v');
		expect(failure).toMatchObject({message: expect.stringContaining('unable to create file x: Permission denied')});
		expect(failure).not.toMatchObject({message: expect.stringContaining('Updating')});
	});

	it('while it removes checkpoints and packs the rest', async () => {
		const {service, heard, onProgress} = await aService();

		const result = await service.prune({limits: {keep: 1}, activeRuns: new Set(), isDryRun: false, onProgress});

		expect(result.removed).toHaveLength(1);
		expect(summarise(heard).map(([stage]) => stage)).toEqual(['choose-checkpoints', 'list-objects', 'compress-objects', 'pack-objects']);
		expect(heard.at(-1)?.done).toBe(heard.at(-1)?.total);
		expect((await service.verify({signal})).damaged).toEqual([]);
	});

	it('while it reads everything', async () => {
		const {service, heard, onProgress} = await aService();

		const {objects} = await service.verify({signal, onProgress});

		expect(objects).toBeGreaterThan(FILES);
		expect(summarise(heard)).toEqual([
			['list-objects', null],
			['check-objects', `${objects}/${objects}`],
		]);
	});
});
