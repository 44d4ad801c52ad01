import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {makeBusy} from './matrix/busy-repo.ts';
import {createScratches} from './matrix/row.ts';
import {openService, restore, take} from './support.ts';

const make = createScratches();

// The matrix has the other cases, and the programs that must not run.
describe('the footprint in the user’s repository', () => {
	it('leaves the index alone, byte by byte, when nothing else was staged', async () => {
		const repo = makeBusy(make.emptyRepo());
		const service = await openService(repo);
		const checkpoint = await take(service);
		const index = readFileSync(join(repo.root, '.git/index'));
		repo.write('c.txt', 'changed\n');

		await restore(service, checkpoint);

		expect(readFileSync(join(repo.root, '.git/index')).equals(index)).toBe(true);
	});

	it('keeps rad’s records out of checkpoints, differences and restores, also those that are tracked', async () => {
		const repo = makeBusy(make.emptyRepo());
		repo.write('.radium/logs/old', 'one');
		repo.git('add', '-f', '.radium');
		repo.write('.radium/monitoring.db', 'one');
		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.write('.radium/logs/old', 'two');
		repo.git('add', '-f', '.radium/logs/old');
		repo.write('.radium/monitoring.db', 'two');
		repo.write('.radium/logs/new', 'new');
		const staged = repo.git('ls-files', '-s', '.radium');
		repo.git('add', 'c.txt');

		const changes = await service.diff(checkpoint.id);
		const {changes: restored} = await restore(service, checkpoint);

		expect([...changes, ...restored]).toEqual([]);
		expect(repo.read('.radium/logs/old')).toBe('two');
		expect(repo.read('.radium/monitoring.db')).toBe('two');
		expect(repo.has('.radium/logs/new')).toBe(true);
		expect(repo.git('ls-files', '-s', '.radium')).toBe(staged);
		expect(repo.git('diff', '--cached', '--name-only')).not.toContain('c.txt');
	});

	describe('what people keep for rad', () => {
		const KEPT = ['.radium/config.yaml', '.radium/workflows/tracked.yaml', '.radium/workflows/own.yaml'];

		const open = async () => {
			const repo = makeBusy(make.emptyRepo());
			for (const name of KEPT) repo.write(name, 'one');
			repo.git('add', '-f', '.radium/workflows/tracked.yaml');
			repo.git('commit', '-qm', 'a workflow');
			const service = await openService(repo);
			return {repo, service, checkpoint: await take(service), read: () => KEPT.map(name => (repo.has(name) ? repo.read(name) : null))};
		};

		it('comes back when an agent deleted it, and is gone again after the undo', async () => {
			const {repo, service, checkpoint, read} = await open();
			repo.delete('.radium');

			const {changes, safety} = await restore(service, checkpoint);

			expect(changes.map(({path}) => path)).toEqual(KEPT.toSorted());
			expect(read()).toEqual(['one', 'one', 'one']);
			await restore(service, safety);
			expect(read()).toEqual([null, null, null]);
		});

		it('stays as it was written since, also staged, and the plan says so', async () => {
			const {repo, service, checkpoint, read} = await open();
			for (const name of [...KEPT, '.radium/new.md']) repo.write(name, 'two');
			repo.git('add', '-f', '.radium/workflows/tracked.yaml');
			const staged = repo.git('ls-files', '-s', '.radium');
			repo.write('c.txt', 'changed\n');

			const {kept} = await service.preview(checkpoint.id);
			const {changes} = await restore(service, checkpoint);

			expect(kept.map(({path}) => path)).toEqual([...KEPT, '.radium/new.md'].toSorted());
			expect(changes.map(({path}) => path)).toEqual(['c.txt']);
			expect([...read(), repo.read('.radium/new.md')]).toEqual(['two', 'two', 'two', 'two']);
			expect(repo.git('ls-files', '-s', '.radium')).toBe(staged);
		});

		it('is brought back when it is named', async () => {
			const {repo, service, checkpoint, read} = await open();
			for (const name of KEPT) repo.write(name, 'two');

			await restore(service, checkpoint, {paths: ['.radium/workflows']});

			expect(read()).toEqual(['two', 'one', 'one']);
		});
	});
});
