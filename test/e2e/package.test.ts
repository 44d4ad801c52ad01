import {execFileSync} from 'node:child_process';
import {cpSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, statSync, symlinkSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';
import {describe, expect, it} from 'vitest';
import {rad, radJson, runOf} from '../support/rad.ts';
import {createScratch, PROGRAMS} from '../support/scratch.ts';

// What users get: the package as `npm pack` makes it, with the packages that npm would install beside it and no others.

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const newFolder = createScratch();
const npm = (...args: readonly string[]): string => execFileSync('npm', args, {cwd: ROOT, encoding: 'utf8'});
const readJson = <Value>(file: string): Value => JSON.parse(readFileSync(path.join(ROOT, file), 'utf8')) as Value;

type Manifest = {readonly version: string; readonly allowScripts: Readonly<Record<string, boolean>>};
type Locked = {readonly dev?: boolean; readonly hasInstallScript?: boolean; readonly resolved?: string};
const readLock = () => Object.entries(readJson<{packages: Record<string, Locked>}>('package-lock.json').packages);

/** Folders of all packages that an installation without development has, from the root of this repository on. */
const listProduction = (): readonly string[] =>
	npm('ls', '--omit=dev', '--all', '--parseable')
		.trim()
		.split('\n')
		.map(folder => path.relative(ROOT, folder))
		.filter(folder => folder !== '');

/** Without scripts: the programs are built already, and building them again would take them from other tests. */
const pack = (folder: string): {readonly file: string; readonly paths: readonly string[]} => {
	const [packed] = JSON.parse(npm('pack', '--ignore-scripts', '--json', `--pack-destination=${folder}`)) as ReadonlyArray<{
		filename: string;
		files: ReadonlyArray<{path: string}>;
	}>;
	if (packed === undefined) throw new Error('npm packed nothing');
	return {file: path.join(folder, packed.filename), paths: packed.files.map(file => file.path)};
};

/** As `npm install rad.tgz` does it in an empty folder, but with better-sqlite3 as it was compiled here; returns the program. */
const install = (folder: string): string => {
	const packages = path.join(folder, 'app/node_modules');
	mkdirSync(path.join(packages, '.bin'), {recursive: true});
	execFileSync('tar', ['-xzf', pack(folder).file, '-C', packages]);
	execFileSync('mv', [path.join(packages, 'package'), path.join(packages, 'rad')]);
	const sources = path.join(ROOT, 'node_modules/better-sqlite3/deps');
	for (const name of listProduction())
		cpSync(path.join(ROOT, name), path.join(folder, 'app', name), {recursive: true, filter: file => !file.startsWith(sources)});
	symlinkSync('../rad/bin/rad.cjs', path.join(packages, '.bin/rad'));
	return path.join(packages, '.bin/rad');
};

describe('the package', () => {
	it('holds the programs, the documentation and the licences, and nothing else', () => {
		const {paths} = pack(newFolder());

		expect([...new Set(paths.map(file => file.split('/')[0]))].sort()).toEqual(['LICENSE', 'README.md', 'bin', 'dist', 'docs', 'package.json']);
		expect(paths.filter(file => file.startsWith('bin/'))).toEqual(['bin/rad.cjs']);
		expect(paths).toContain('dist/third-party-licenses.txt');
		expect(paths.filter(file => /\.(?:tsx?|map|test\.js)$/.test(file))).toEqual([]);
		const built = readdirSync(PROGRAMS, {recursive: true, encoding: 'utf8'}).filter(file => statSync(path.join(PROGRAMS, file)).isFile());
		expect(paths.filter(file => file.startsWith('dist/')).sort()).toEqual(built.map(file => `dist/${file}`).sort());
	});

	it('works where only what it depends on is installed: a run, the dashboard, a restore', {timeout: 600_000}, async () => {
		const folder = newFolder();
		const program = install(folder);
		const [cwd, home] = [path.join(folder, 'work'), path.join(folder, 'home')];
		for (const directory of [cwd, home]) mkdirSync(directory);
		const there = {cwd, home, program};

		expect((await rad(['--version'], there)).stdout).toBe(`rad ${readJson<Manifest>('package.json').version}\n`);
		expect(await rad(['init'], there)).toMatchObject({code: 0, stderr: ''});
		const {code, stderr} = await rad(['run', 'example'], there);
		expect(code, stderr).toBe(0);
		expect((await runOf(there)).status).toBe('completed');
		const picture = await rad(['top', '--once'], there);
		expect(picture).toMatchObject({code: 0, stderr: ''});
		expect(picture.stdout).toContain('claude-opus-5-5');
		const [first] = (await radJson<ReadonlyArray<{id: string}>>(['checkpoint', 'list'], there)).slice(-1);
		expect(existsSync(path.join(cwd, 'PLAN.md'))).toBe(true);
		expect(await rad(['checkpoint', 'restore', first?.id ?? '', '--yes'], there)).toMatchObject({code: 0});
		expect(existsSync(path.join(cwd, 'PLAN.md'))).toBe(false);
		expect((await rad(['doctor'], there)).code).toBe(0);
		expect(realpathSync(program)).not.toContain(ROOT);
	});

	it('brings along few packages, one of which is compiled', () => {
		const scripted = readLock().filter(([, {dev, hasInstallScript}]) => dev !== true && hasInstallScript === true);

		expect(listProduction().length).toBeLessThanOrEqual(95);
		expect(scripted.map(([name]) => name)).toEqual(['node_modules/better-sqlite3']);
		const {allowScripts} = readJson<Manifest>('package.json');
		expect(Object.keys(allowScripts).filter(name => allowScripts[name] === true)).toEqual(['better-sqlite3']);
	});

	it('has a lock file that fits and names no server', () => {
		npm('ci', '--dry-run', '--offline', '--ignore-scripts', '--no-audit');

		expect(readLock().filter(([, {resolved}]) => resolved !== undefined)).toEqual([]);
	});
});

describe('the licences of others', () => {
	const text = readFileSync(path.join(PROGRAMS, 'third-party-licenses.txt'), 'utf8');

	it('are there for every package whose code is bundled', async () => {
		// Bundled in the simplest way: what is in it does not depend on how.
		const {metafile} = await build({
			absWorkingDir: ROOT,
			entryPoints: ['source/main.ts', 'source/agents/engines/api/api-main.ts'],
			outdir: 'nowhere',
			bundle: true,
			write: false,
			metafile: true,
			platform: 'node',
			format: 'esm',
			// Of Ink's devtools, and of how better-sqlite3 looks for its compiled part: both are left out.
			external: ['react-devtools-core', 'ws', 'bindings'],
			logLevel: 'silent',
		});
		const packages = Object.keys(metafile.inputs).map(file => /^.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1]);
		const bundled = [...new Set(packages)].filter(name => name !== undefined);

		expect(bundled.length).toBeGreaterThan(40);
		expect(bundled.filter(name => !text.includes(`\n${name} `))).toEqual([]);
		// Found at another time than when it is bundled, and copied instead of bundled.
		for (const name of ['ink-table', '@pydantic/genai-prices']) expect(text).toContain(`\n${name} `);
	});

	it('are such that rad may be passed on', () => {
		const licenses = [...text.matchAll(/^Licence: (.+)$/gm)].map(([, license]) => license);

		expect([...new Set(licenses)].sort()).toEqual(['Apache-2.0', 'ISC', 'MIT']);
	});
});
