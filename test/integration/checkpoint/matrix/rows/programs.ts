import {chmodSync, mkdirSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect} from 'vitest';
import {pictureOf} from '../../../../support/scratch-repo.ts';
import {openService, restore, take} from '../../support.ts';
import {makeBusy} from '../busy-repo.ts';
import {exact, undo} from '../exact.ts';
import {hasLfs, largeFiles} from '../lfs.ts';
import {plantProgram, toConfigText} from '../planted-program.ts';
import type {Row} from '../row.ts';

/** Programs that git would run, and the conversions that git or they make. */
export const PROGRAMS: readonly Row[] = [
	{
		row: 39,
		name: 'brings back a split index, runs no fsmonitor, and leaves no index of its own in the repository',
		run: async make => {
			await exact({
				before: repo => {
					repo.git('update-index', '--split-index');
					repo.write('a.txt', 'dirty');
				},
				after: repo => repo.write('a.txt', 'changed'),
			})(make);
			const repo = make.repo();
			const program = plantProgram(repo, 'monitor');
			repo.git('config', 'core.splitIndex', 'true');
			repo.git('update-index', '--split-index');
			repo.git('config', 'core.fsmonitor', program.path);
			const sharedIndexes = () => readdirSync(join(repo.root, '.git')).filter(name => name.startsWith('sharedindex.'));
			const before = sharedIndexes();
			const service = await openService(repo);
			const checkpoint = await take(service);
			repo.write('a.txt', 'changed\n');
			repo.git('-c', 'core.fsmonitor=false', 'update-index', '--add', 'a.txt');
			const inBetween = sharedIndexes();

			await restore(service, checkpoint);

			expect(program.hasRun()).toBe(false);
			expect(before.length).toBeGreaterThan(0);
			expect(sharedIndexes().filter(name => !inBetween.includes(name))).toEqual([]);
			expect(repo.git('-c', 'core.fsmonitor=false', 'status', '--porcelain')).toBe('');
			repo.git('status');
			expect(program.hasRun()).toBe(true);
		},
	},
	{
		row: 40,
		name: 'runs no hook, fsmonitor, filter, external diff, text conversion, pager, alias or gpg that the repository names',
		run: async make => {
			const repo = makeBusy(make.emptyRepo());
			const service = await openService(repo);
			const checkpoint = await take(service);
			const program = plantProgram(repo, 'evil');
			for (const hook of [
				'post-index-change',
				'post-checkout',
				'reference-transaction',
				'pre-commit',
				'post-commit',
				'post-rewrite',
				'pre-auto-gc',
			]) {
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
			const result = await restore(service, checkpoint);
			await undo(service, result);

			expect(program.hasRun()).toBe(false);
			expect(repo.read('x.bin')).toBe('agent\n');
			// The trap is real: the user's own git falls into it.
			repo.git('add', '-A');
			expect(program.hasRun()).toBe(true);
		},
	},
	{
		row: 41,
		name: 'needs no signature and no name of the user',
		run: async make => {
			const repo = make.repo();
			const program = plantProgram(repo, 'gpg');
			for (const [key, value] of [
				['commit.gpgSign', 'true'],
				['tag.gpgSign', 'true'],
				['gpg.program', program.path],
				['user.useConfigOnly', 'true'],
			] as const)
				repo.git('config', key, value);
			const service = await openService(repo);
			const checkpoint = await take(service);
			repo.write('a.txt', 'changed\n');

			await restore(service, checkpoint);

			expect(repo.read('a.txt')).toBe('a\n');
			expect(program.hasRun()).toBe(false);
			// The user's own git cannot commit with this gpg.
			expect(() => repo.git('commit', '-q', '--allow-empty', '-m', 'x')).toThrow();
		},
	},
	{
		row: 42,
		name: 'brings back line ends under core.autocrlf and core.safecrlf',
		run: exact({
			before: repo => {
				repo.git('config', 'core.autocrlf', 'input');
				repo.write('crlf.txt', 'one\r\ntwo\r\n');
				repo.git('add', 'crlf.txt');
				repo.git('config', 'core.safecrlf', 'true');
			},
			after: repo => repo.write('crlf.txt', 'changed\n'),
		}),
	},
	{
		row: 43,
		name: 'brings back line ends and keywords, whatever git would like',
		run: exact({
			before: repo => {
				repo.write('.gitattributes', '* text=auto\n*.id ident\n');
				repo.write('crlf.txt', 'one\r\ntwo\r\n');
				repo.write('mixed.txt', 'one\r\ntwo\n');
				repo.write('x.id', '$Id: mine $\n');
				repo.git('-c', 'core.safecrlf=false', 'add', '-A');
			},
			after: repo => {
				for (const name of ['crlf.txt', 'mixed.txt', 'x.id']) repo.write(name, 'changed\n');
			},
		}),
	},
	{
		row: 44,
		name: 'runs a filter that the user had before, and lets a file’s own bytes through when its program is missing',
		run: async make => {
			const repo = makeBusy(make.emptyRepo());
			repo.git('config', 'filter.rot.clean', 'tr a-z n-za-m');
			repo.git('config', 'filter.rot.smudge', 'tr a-z n-za-m');
			repo.git('config', 'filter.rot.required', 'true');
			repo.git('config', 'filter.gone.clean', 'no-such-program-anywhere');
			repo.git('config', 'filter.gone.required', 'true');
			repo.write('.gitattributes', '*.rot filter=rot\n*.gone filter=gone\n');
			repo.write('x.rot', 'hello\n');
			repo.git('add', 'x.rot');
			repo.write('x.gone', 'hello\n');
			const service = await openService(repo);
			const checkpoint = await take(service);
			const before = pictureOf(repo.root);
			repo.write('x.rot', 'agent\n');
			repo.write('x.gone', 'agent\n');

			const text = await service.diffText(checkpoint.id);
			await restore(service, checkpoint);

			expect(text).toContain('-uryyb');
			expect(text).toContain('-hello');
			expect(repo.read('x.rot')).toBe('hello\n');
			expect(pictureOf(repo.root)).toEqual(before);
		},
	},
	{
		row: 55,
		name: 'takes nothing from the environment that is meant for another git',
		run: async make => {
			const repo = makeBusy(make.emptyRepo());
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
			const before = pictureOf(repo.root);

			const checkpoint = await take(service);
			repo.write('a.txt', 'changed\n');
			await service.diffText(checkpoint.id);
			await restore(service, checkpoint);

			expect(program.hasRun()).toBe(false);
			expect(pictureOf(repo.root)).toEqual(before);
		},
	},
	{
		row: 81,
		name: 'does not run a filter that the agent planted, for files of then or of now',
		run: async make => {
			const repo = make.repo();
			const service = await openService(repo);
			const before = pictureOf(repo.root);
			const checkpoint = await take(service);
			const program = plantProgram(repo, 'evil');
			for (const how of ['clean', 'smudge', 'process']) repo.git('config', `filter.evil.${how}`, program.path);
			repo.git('config', 'filter.evil.required', 'true');
			repo.write('.gitattributes', '* filter=evil\n');
			repo.write('.git/info/attributes', '*.txt filter=evil\n');
			repo.write('a.txt', 'agent\n');
			const after = pictureOf(repo.root);

			await take(await openService(repo));
			const result = await restore(await openService(repo), checkpoint);
			const restored = pictureOf(repo.root);
			await undo(service, result);

			expect(restored).toEqual(before);
			expect(pictureOf(repo.root)).toEqual(after);
			expect(program.hasRun()).toBe(false);
			expect(() => repo.git('add', '-A')).toThrow();
			expect(program.hasRun()).toBe(true);
		},
	},
	{
		row: 88,
		name: `brings back a large file that ${hasLfs ? 'Git LFS' : 'a filter like Git LFS'} keeps, or is refused before the first write when its content was pruned`,
		run: async make => {
			const repo = make.repo();
			largeFiles.install(repo);
			for (const name of ['x.bin', 'clean.bin']) repo.write(name, 'committed\n');
			repo.git('add', '-A');
			repo.git('commit', '-qm', 'large');
			const service = await openService(repo);
			repo.write('x.bin', 'at the checkpoint\n');
			const checkpoint = await take(service);
			for (const name of ['x.bin', 'clean.bin', 'a.txt']) repo.write(name, 'agent\n');
			const read = () => [repo.read('x.bin'), repo.read('clean.bin'), repo.read('a.txt')];

			const {safety} = await restore(service, checkpoint);
			const restored = read();
			await restore(service, safety);
			const undone = read();
			largeFiles.prune(repo);
			const pruned = await restore(service, checkpoint).catch(error => error.code);

			expect(restored).toEqual(['at the checkpoint\n', 'committed\n', 'a\n']);
			expect(undone).toEqual(['agent\n', 'agent\n', 'agent\n']);
			if (typeof pruned === 'string') expect([pruned, ...read()]).toEqual(['CHECKPOINT_DAMAGED', ...undone]);
			else expect(read()).toEqual(restored);
		},
	},
];
