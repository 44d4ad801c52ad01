import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {describeCheckpointing} from '../../../source/checkpoint/open-checkpoints.ts';
import {pictureOf, type Scratch} from '../../support/scratch-repo.ts';
import {createScratches} from './matrix/row.ts';
import {openService, restore, take} from './support.ts';

const make = createScratches();

// The matrix has the other places.
describe('checkpoints by place', () => {
	it('make nothing before the first one: the list of a fresh repository is empty', async () => {
		const repo = make.repo();

		const service = await openService(repo);

		expect(await service.list()).toEqual([]);
		await expect(service.find('abc')).rejects.toMatchObject({code: 'CHECKPOINT_UNKNOWN'});
		expect(existsSync(join(repo.root, '.git/rad'))).toBe(false);
	});

	it('work in an empty repository and an empty folder', async () => {
		for (const scratch of [make.emptyRepo(), make.folder()]) {
			const service = await openService(scratch);
			const checkpoint = await take(service);
			scratch.write('x', 'x');

			await restore(service, checkpoint);

			expect(pictureOf(scratch.root)).toEqual([]);
		}
	});

	it('are described before any exists', async () => {
		const [repo, folder] = [make.repo(), make.folder()];
		const describeIt = (scratch: Scratch, root: string) =>
			describeCheckpointing({workspaceRoot: root, stateDirectory: scratch.stateDirectory, environment: scratch.environment});

		const inRepo = await describeIt(repo, join(repo.root, 'dir'));
		const inFolder = await describeIt(folder, folder.root);

		expect(inRepo).toMatchObject({kind: 'git', top: repo.root, note: expect.stringContaining(join(repo.root, '.git/rad'))});
		expect(inFolder).toMatchObject({kind: 'folder', top: folder.root, note: expect.stringContaining(folder.stateDirectory)});
	});
});
