import {existsSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {keepArtifacts} from '../../../source/workflow/keep-artifacts.ts';
import {createScratch} from '../../support/scratch.ts';

const newFolder = createScratch();

const setUp = () => {
	const base = newFolder();
	const places = {root: path.join(base, 'work'), folder: path.join(base, 'kept')};
	for (const folder of [places.root, places.folder, path.join(base, 'outside')]) mkdirSync(folder);
	const write = (file: string, text = 'x'): void => {
		mkdirSync(path.dirname(path.join(base, file)), {recursive: true});
		writeFileSync(path.join(base, file), text);
	};
	return {base, places, write, read: (file: string) => readFileSync(path.join(places.folder, file), 'utf8')};
};

test('keeps what matches and what the step wrote there itself, and tells what is missing', async () => {
	const {places, write, read} = setUp();
	for (const file of ['reports/a.md', 'reports/deep/b.md', 'reports/c.txt', '.hidden/d.md', 'node_modules/e.md', '.git/f.md']) write(`work/${file}`);
	write('work/reports/a.md', 'of the workspace');
	write('kept/reports/a.md', 'of the step');
	write('kept/own.log', 'four');

	const kept = await keepArtifacts(places, ['**/*.md', 'reports', 'none/*.md']);

	expect(kept).toEqual({
		artifacts: [
			{path: '.hidden/d.md', sizeBytes: 1},
			{path: 'own.log', sizeBytes: 4},
			{path: 'reports/a.md', sizeBytes: 16},
			{path: 'reports/c.txt', sizeBytes: 1},
			{path: 'reports/deep/b.md', sizeBytes: 1},
		],
		problems: ['no file matches its artifact none/*.md'],
	});
	expect(read('reports/a.md')).toBe('of the workspace');
	expect((await keepArtifacts(places, ['node_modules/*.md'])).problems).toEqual([]);
});

test('follows no link, out of the workspace or out of the folder', async () => {
	const {base, places, write} = setUp();
	write('outside/secret.md');
	write('work/real/a.md');
	write('work/in/b.md');
	symlinkSync(path.join(base, 'outside'), path.join(places.root, 'link'));
	symlinkSync(path.join(base, 'outside/secret.md'), path.join(places.root, 'real/secret.md'));
	symlinkSync(path.join(base, 'outside'), path.join(places.folder, 'in'));
	symlinkSync(path.join(base, 'outside/secret.md'), path.join(places.folder, 'given.md'));

	const kept = await keepArtifacts(places, ['**/*.md', 'link/secret.md']);

	expect(kept.artifacts).toEqual([
		{path: 'in/b.md', sizeBytes: 1},
		{path: 'real/a.md', sizeBytes: 1},
	]);
	expect(existsSync(path.join(base, 'outside/b.md'))).toBe(false);
	expect(kept.problems.join()).toMatch(/not kept as artifacts: .*link\/secret\.md \(it is not a plain file of the workspace\)/);
});

test('leaves out what is too large, by name, and does without a folder that the step removed', async () => {
	const {base, places, write} = setUp();
	write('work/big.bin');
	truncateSync(path.join(places.root, 'big.bin'), 100 * 1024 * 1024 + 1);
	write('work/small.bin');

	expect(await keepArtifacts(places, ['*.bin'])).toEqual({
		artifacts: [{path: 'small.bin', sizeBytes: 1}],
		problems: ['not kept as artifacts: big.bin (it is larger than 100 MiB)'],
	});
	expect(await keepArtifacts({...places, folder: path.join(base, 'gone')}, ['*.bin'])).toEqual({
		artifacts: [],
		problems: ['the folder for its artifacts is gone'],
	});
});
