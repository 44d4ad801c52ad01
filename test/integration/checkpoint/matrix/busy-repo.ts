import type {Scratch} from '../../../support/scratch-repo.ts';

/** Gives an empty repository a commit, a stash, and staged, partly staged, dirty, untracked and no longer tracked files. */
export const makeBusy = (repo: Scratch): Scratch => {
	for (const name of ['a', 'b', 'c', 'd']) repo.write(`${name}.txt`, `${name}\n`);
	repo.write('.gitignore', 'ignored/\n*.log\n');
	repo.git('add', '-A');
	repo.git('commit', '-qm', 'first');
	repo.write('a.txt', 'stashed\n');
	repo.git('stash');
	repo.write('a.txt', 'staged\n');
	repo.git('add', 'a.txt');
	repo.write('b.txt', 'partly staged\n');
	repo.git('add', 'b.txt');
	repo.write('b.txt', 'partly staged\nand more\n');
	repo.write('c.txt', 'dirty\n');
	repo.git('rm', '-q', '--cached', 'd.txt');
	repo.write('untracked', 'u\n');
	return repo;
};
