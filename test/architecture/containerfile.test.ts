import {existsSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {ROOT, readPage} from '../support/doc-page.ts';

// No container is built here: that needs a registry. What can be wrong with the words is looked at.

const TEXT = readPage('bin/Containerfile');
const LINES = TEXT.split('\n').filter(line => line !== '' && !line.startsWith('#'));
const wordsOf = (instruction: string): ReadonlyArray<readonly string[]> =>
	LINES.filter(line => line.startsWith(`${instruction} `)).map(line => line.split(' ').slice(1));

describe('the Containerfile', () => {
	it('begins from the Node that the package asks for', () => {
		const {engines} = JSON.parse(readPage('package.json')) as {readonly engines: {readonly node: string}};

		expect(engines.node).toBe('>=20.19');
		expect(wordsOf('FROM').map(([image]) => image)).toEqual(['node:20-slim', 'node:20-slim']);
	});

	it('copies only what is there, or what its first stage makes', () => {
		const copies = wordsOf('COPY');
		const [fromBuild, fromHere] = [copies.filter(([first]) => first === '--from=build'), copies.filter(([first]) => first !== '--from=build')];

		expect(fromHere.flatMap(words => words.slice(0, -1)).filter(file => !existsSync(path.join(ROOT, file)))).toEqual([]);
		expect(fromBuild.map(([, source]) => source)).toEqual(['/rad/node_modules', '/rad/dist', '/rad/bin/rad.cjs']);
	});

	it('builds as the documentation says', () => {
		const {scripts} = JSON.parse(readPage('package.json')) as {readonly scripts: Readonly<Record<string, string>>};
		const run = wordsOf('RUN').map(words => words.join(' '));

		expect(run).toContain('npm ci');
		expect(run).toContain('npm run build && npm prune --omit=dev');
		expect(scripts['build']).toBe('node bin/build.js');
		for (const command of ['npm ci', 'npm run build']) expect(readPage('docs/contributing.md')).toContain(command);
	});

	it('runs rad as a user who is not root', () => {
		const user = LINES.findIndex(line => line.startsWith('USER '));

		expect(LINES[user]).toBe('USER node');
		expect(LINES.slice(user + 1).map(line => line.split(' ')[0])).toEqual(['WORKDIR', 'ENTRYPOINT', 'CMD']);
		expect(wordsOf('ENTRYPOINT')).toEqual([['["rad"]']]);
	});
});
