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

	it('keeps .radium out of checkpoints, differences and restores, also what is tracked below it', async () => {
		const repo = makeBusy(make.emptyRepo());
		repo.write('.radium/workflows/w.yaml', 'one');
		repo.git('add', '-f', '.radium');
		repo.write('.radium/monitoring.db', 'one');
		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.write('.radium/workflows/w.yaml', 'two');
		repo.git('add', '-f', '.radium/workflows/w.yaml');
		repo.write('.radium/monitoring.db', 'two');
		repo.write('.radium/logs/new', 'new');
		const staged = repo.git('ls-files', '-s', '.radium');
		repo.git('add', 'c.txt');

		const changes = await service.diff(checkpoint.id);
		const {changes: restored} = await restore(service, checkpoint);

		expect([...changes, ...restored]).toEqual([]);
		expect(repo.read('.radium/workflows/w.yaml')).toBe('two');
		expect(repo.read('.radium/monitoring.db')).toBe('two');
		expect(repo.has('.radium/logs/new')).toBe(true);
		expect(repo.git('ls-files', '-s', '.radium')).toBe(staged);
		expect(repo.git('diff', '--cached', '--name-only')).not.toContain('c.txt');
	});
});
