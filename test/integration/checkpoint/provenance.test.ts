import {describe, expect, it} from 'vitest';
import type {CheckpointService} from '../../../source/checkpoint/checkpoint-service.ts';
import type {RunId} from '../../../source/domain/ids.ts';
import type {Checkpoint} from '../../../source/domain/records.ts';
import type {Scratch} from '../../support/scratch-repo.ts';
import {createScratches} from './matrix/row.ts';
import {openService, restore, take} from './support.ts';

const make = createScratches();

const aRepo = (): Scratch => {
	const repo = make.emptyRepo();
	for (const name of ['a', 'b', 'c']) repo.write(name, `${name}\n`);
	repo.git('add', '-A');
	repo.git('commit', '-qm', 'first');
	return repo;
};

const runId = 'run_0000000001' as RunId;
const beginStep = (service: CheckpointService, stepId: string): Promise<Checkpoint> =>
	service.create({kind: 'step', label: `before ${stepId}`, runId, stepId, agentId: null});
const end = (service: CheckpointService): Promise<Checkpoint> => service.create({kind: 'end', label: 'after', runId, stepId: null, agentId: null});

/** Who changed what, as short texts. */
const authorsSince = async (service: CheckpointService, {id}: Checkpoint): Promise<Record<string, string[]>> =>
	Object.fromEntries(
		(await service.preview(id)).changes.map(({path, changedBy}) => [
			path,
			changedBy.map(author => (author.kind === 'step' ? author.stepId : author.kind === 'restore' ? author.checkpointId : 'you')),
		]),
	);

describe('who changed a file', () => {
	it('is the step at work, or you when none was, the first one first and each once', async () => {
		const repo = aRepo();
		const service = await openService(repo);
		const first = await beginStep(service, 'plan');
		repo.write('a', 'by plan\n');
		const second = await beginStep(service, 'build');
		repo.write('a', 'by build\n');
		repo.write('b', 'by build\n');
		await service.create({kind: 'write', label: 'before Write b', runId, stepId: 'build', agentId: null});
		repo.write('b', 'by build again\n');
		await end(service);
		repo.write('b', 'by hand\n');
		repo.write('new', 'by hand\n');

		expect(await authorsSince(service, first)).toEqual({a: ['plan', 'build'], b: ['build', 'you'], new: ['you']});
		expect(await authorsSince(service, second)).toEqual({a: ['build'], b: ['build', 'you'], new: ['you']});
	});

	it('stays the step when a checkpoint was taken by hand in the middle of it', async () => {
		const repo = aRepo();
		const service = await openService(repo);
		await beginStep(service, 'build');
		const mine = await take(service);
		repo.write('a', 'by build\n');

		expect(await authorsSince(service, mine)).toEqual({a: ['build']});
	});

	it('is a restore for what it changed, and you for what came after it', async () => {
		const repo = aRepo();
		const service = await openService(repo);
		const first = await take(service);
		repo.write('a', 'A\n');
		repo.write('b', 'B\n');
		const second = await take(service);
		await restore(service, first, {paths: ['a']});
		repo.write('c', 'C\n');

		expect(await authorsSince(service, second)).toEqual({a: [first.id], c: ['you']});
	});

	it('is told for odd names too', async () => {
		const repo = aRepo();
		const service = await openService(repo);
		const first = await take(service);
		for (const name of ['-x', 'new\nline', 'ünï', '0'.repeat(40)]) repo.write(name, 'x');

		expect(Object.values(await authorsSince(service, first))).toEqual([['you'], ['you'], ['you'], ['you']]);
	});
});
