import {chmodSync, mkdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, describe, expect, it} from 'vitest';
import {createScratchRepo, pictureOf, type Scratch} from '../../support/scratch-repo.ts';
import {footprintOf, openService, restore, take} from './support.ts';

const scratches: Scratch[] = [];
afterEach(() => {
	for (const scratch of scratches.splice(0)) scratch.remove();
});

/** A repository with a commit, a stash, and staged, partly staged, dirty and untracked files. */
const aBusyRepo = (): Scratch => {
	const repo = createScratchRepo();
	scratches.push(repo);
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

/** Makes a program that leaves a trace when it runs. */
const plantProgram = (repo: Scratch, name: string): {readonly path: string; readonly hasRun: () => boolean} => {
	const path = join(repo.base, name);
	const trace = join(repo.base, `${name}.ran`);
	writeFileSync(path, `#!/bin/sh\necho ran >> '${trace}'\ncat\n`);
	chmodSync(path, 0o755);
	return {
		path,
		hasRun: () => statSync(trace, {throwIfNoEntry: false}) !== undefined,
	};
};

describe('the footprint in the user’s repository', () => {
	it('is nothing after creating, comparing and previewing', async () => {
		const repo = aBusyRepo();
		const status = repo.git('status', '--porcelain=v2', '--branch');
		const before = footprintOf(repo);

		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.write('a.txt', 'more\n');
		await take(service);
		await service.preview(checkpoint.id);
		await service.diff(checkpoint.id);
		await service.diffText(checkpoint.id);

		expect(footprintOf(repo)).toBe(before);
		repo.write('a.txt', 'staged\n');
		expect(repo.git('status', '--porcelain=v2', '--branch')).toBe(status);
	});

	it('is nothing but the index after a restore', async () => {
		const repo = aBusyRepo();
		const service = await openService(repo);
		const status = repo.git('status', '--porcelain=v2', '--branch');
		const checkpoint = await take(service);
		repo.git('add', '-A');
		repo.write('a.txt', 'changed\n');
		const [before] = footprintOf(repo).split('\n---\n').slice(0, 5);

		await restore(service, checkpoint);

		expect(repo.git('status', '--porcelain=v2', '--branch')).toBe(status);
		expect(footprintOf(repo).split('\n---\n').slice(0, 5)[0]).toBe(before);
		expect(repo.has('.git/index.lock')).toBe(false);
	});

	it('leaves the index alone, byte by byte, when nothing else was staged', async () => {
		const repo = aBusyRepo();
		const service = await openService(repo);
		const checkpoint = await take(service);
		const index = readFileSync(join(repo.root, '.git/index'));
		repo.write('c.txt', 'changed\n');

		await restore(service, checkpoint);

		expect(readFileSync(join(repo.root, '.git/index')).equals(index)).toBe(true);
	});

	it('is invisible to a mirror', async () => {
		const repo = aBusyRepo();
		await take(await openService(repo));

		repo.git('init', '-q', '--bare', join(repo.base, 'mirror.git'));
		repo.git('push', '-q', '--mirror', join(repo.base, 'mirror.git'));

		expect(repo.git('ls-remote', join(repo.base, 'mirror.git'))).not.toContain('rad');
	});

	it('keeps .radium out of checkpoints, differences and restores, also what is tracked below it', async () => {
		const repo = aBusyRepo();
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

describe('code named by the repository', () => {
	it('does not run: hooks, fsmonitor, filters, external diff, text conversion, pager, gpg', async () => {
		const repo = aBusyRepo();
		const service = await openService(repo);
		const checkpoint = await take(service);
		const program = plantProgram(repo, 'evil');
		for (const hook of ['post-index-change', 'post-checkout', 'reference-transaction', 'pre-commit', 'post-commit', 'post-rewrite', 'pre-auto-gc']) {
			mkdirSync(join(repo.root, '.git/hooks'), {recursive: true});
			writeFileSync(join(repo.root, '.git/hooks', hook), `#!/bin/sh\n${program.path} < /dev/null\n`);
			chmodSync(join(repo.root, '.git/hooks', hook), 0o755);
		}
		const settings = {
			'core.fsmonitor': program.path,
			'core.hooksPath': join(repo.root, '.git/hooks'),
			'core.pager': program.path,
			'core.editor': program.path,
			'core.sshCommand': program.path,
			'diff.external': program.path,
			'diff.evil.command': program.path,
			'diff.evil.textconv': program.path,
			'filter.evil.clean': program.path,
			'filter.evil.smudge': program.path,
			'filter.evil2.process': program.path,
			'gpg.program': program.path,
			'commit.gpgSign': 'true',
			'alias.status': `!${program.path}`,
			'alias.diff-tree': `!${program.path}`,
		};
		for (const [key, value] of Object.entries(settings)) writeFileSync(join(repo.root, '.git/config'), toConfigText(key, value), {flag: 'a'});
		repo.write('.gitattributes', '*.txt filter=evil diff=evil\n*.bin filter=evil2\n');
		repo.write('a.txt', 'agent\n');
		repo.write('x.bin', 'agent\n');

		await take(await openService(repo));
		await service.diff(checkpoint.id);
		await service.diffText(checkpoint.id);
		const {safety} = await restore(service, checkpoint);
		await restore(service, safety);

		expect(program.hasRun()).toBe(false);
		expect(repo.read('x.bin')).toBe('agent\n');
		// The trap is real: the user's own git falls into it.
		repo.git('add', '-A');
		expect(program.hasRun()).toBe(true);
	});

	it('does not run when it comes from the environment', async () => {
		const repo = aBusyRepo();
		const program = plantProgram(repo, 'evil');
		const environment = {
			GIT_DIR: '/nonexistent',
			GIT_INDEX_FILE: '/nonexistent',
			GIT_EXTERNAL_DIFF: program.path,
			GIT_CONFIG_COUNT: '1',
			GIT_CONFIG_KEY_0: 'core.fsmonitor',
			GIT_CONFIG_VALUE_0: program.path,
			GIT_EXEC_PATH: repo.base,
		};
		const service = await openService(repo, {environment});

		const checkpoint = await take(service);
		repo.write('a.txt', 'changed\n');
		await service.diffText(checkpoint.id);
		await restore(service, checkpoint);

		expect(program.hasRun()).toBe(false);
	});

	it('runs when it is a filter that the user had before: what is stored is what the filter makes', async () => {
		const repo = aBusyRepo();
		repo.git('config', 'filter.rot.clean', 'tr a-z n-za-m');
		repo.git('config', 'filter.rot.smudge', 'tr a-z n-za-m');
		repo.git('config', 'filter.rot.required', 'true');
		repo.write('.gitattributes', '*.rot filter=rot\n');
		repo.write('x.rot', 'hello\n');
		repo.git('add', 'x.rot');
		const service = await openService(repo);
		const checkpoint = await take(service);
		repo.write('x.rot', 'agent\n');

		const text = await service.diffText(checkpoint.id);
		await restore(service, checkpoint);

		expect(text).toContain('-uryyb');
		expect(repo.read('x.rot')).toBe('hello\n');
	});

	it('lets a file’s own bytes through when the program of its filter is missing', async () => {
		const repo = aBusyRepo();
		repo.git('config', 'filter.gone.clean', 'no-such-program-anywhere');
		repo.git('config', 'filter.gone.required', 'true');
		repo.write('.gitattributes', '*.gone filter=gone\n');
		repo.write('x.gone', 'hello\n');
		const service = await openService(repo);
		const checkpoint = await take(service);
		const before = pictureOf(repo.root);
		repo.write('x.gone', 'agent\n');

		await restore(service, checkpoint);

		expect(pictureOf(repo.root)).toEqual(before);
	});
});

const toConfigText = (key: string, value: string): string => {
	const [section = '', ...rest] = key.split('.');
	const name = rest.pop() ?? '';
	return `[${section}${rest.length === 0 ? '' : ` "${rest.join('.')}"`}]\n\t${name} = "${value}"\n`;
};
