import {describe, expect, it} from 'vitest';
import type {CheckpointService} from '../../../source/checkpoint/checkpoint-service.ts';
import type {RunId} from '../../../source/domain/ids.ts';
import type {Checkpoint} from '../../../source/domain/records.ts';
import {pictureOf, type Scratch} from '../../support/scratch-repo.ts';
import {createScratches} from './matrix/row.ts';
import {openInterceptedService, openService, restore, take} from './support.ts';

const make = createScratches();

const aRepo = (): Scratch => {
	const repo = make.emptyRepo();
	repo.write('a.txt', 'a\n');
	repo.write('.gitignore', '*.log\n');
	repo.git('add', '-A');
	repo.git('commit', '-qm', 'first');
	return repo;
};

// So long a path that few files make a large index.
const DEEP = Array.from({length: 14}, () => 'x'.repeat(240)).join('/');

/** So large an index that a look at all of it is not wanted before each write. */
const aLargeRepo = (): Scratch => {
	const repo = make.emptyRepo();
	for (let index = 0; index < 700; index += 1) repo.write(`${DEEP}/${index}.txt`, `${index}`);
	repo.write('.gitignore', '*.log\n');
	repo.git('add', '-A');
	repo.git('commit', '-qm', 'first');
	return repo;
};

const write = (service: CheckpointService, paths?: readonly string[]): Promise<Checkpoint> =>
	service.create({kind: 'write', label: 'before a write', runId: 'run_0000000001' as RunId, stepId: 'x', agentId: null, ...(paths && {paths})});

describe('a checkpoint before a write', () => {
	it('is the one before it while nothing has changed, and a new one when something has', async () => {
		const repo = aRepo();
		const service = await openService(repo);
		const first = await take(service);

		const same = await write(service);
		repo.write('a.txt', 'A\n');
		const other = await write(service);
		const sameAgain = await write(service);

		expect(same.id).toBe(first.id);
		expect(other.id).not.toBe(first.id);
		expect(other).toMatchObject({kind: 'write', stat: {files: 1}});
		expect(sameAgain.id).toBe(other.id);
	});

	it('is a new one when only what is staged, or the commit, is another', async () => {
		const repo = aRepo();
		repo.write('a.txt', 'A\n');
		const service = await openService(repo);
		const first = await take(service);
		repo.git('add', 'a.txt');
		const staged = await write(service);
		repo.git('commit', '-qm', 'second');
		const committed = await write(service);

		expect(new Set([first.id, staged.id, committed.id]).size).toBe(3);
	});

	it('is a new one after a restore', async () => {
		const repo = aRepo();
		const service = await openService(repo);
		const first = await take(service);
		repo.write('a.txt', 'A\n');
		await take(service);
		await restore(service, first);
		const after = await write(service);

		expect((await service.list())[0]?.id).toBe(after.id);
	});
});

describe('a checkpoint of known paths in a large tree', () => {
	it('looks at them alone right after a look at everything, and restores like any other', async () => {
		const repo = aLargeRepo();
		const calls: string[] = [];
		const service = await openInterceptedService(repo, args => {
			calls.push(args[0] ?? '');
			return undefined;
		});
		const name = `${DEEP}/1.txt`;
		await take(service);
		repo.write(name, 'by the agent\n', 0o600);
		calls.length = 0;
		const first = await write(service, [name]);
		const looks = [...calls];
		const picture = pictureOf(repo.root);
		repo.delete(name);
		repo.write('new.txt', 'new\n');
		await write(service, [name, 'new.txt']);

		expect(looks).not.toContain('status');
		await restore(service, first);
		expect(pictureOf(repo.root)).toEqual(picture);
	});

	it('looks at everything where the paths do not tell: a file that is new, a rule for ignoring', async () => {
		const repo = aLargeRepo();
		const service = await openService(repo);
		await take(service);
		repo.write('there.log', 'ignored');
		repo.write('there.txt', 'new and not saved yet');
		const first = await write(service, ['there.log', 'there.txt']);
		repo.write('.gitignore', '');
		const second = await write(service, ['.gitignore']);

		expect(await service.diff(first.id, {to: second.id})).toMatchObject([
			{path: '.gitignore', change: 'modified'},
			{path: 'there.log', change: 'added'},
		]);
	});
});
