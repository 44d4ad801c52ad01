import {readFileSync} from 'node:fs';
import {builtinModules} from 'node:module';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {cruise, type ICruiseResult, type IDependency, type IModule} from 'dependency-cruiser';
import {beforeAll, describe, expect, it} from 'vitest';
import {MAY_IMPORT} from './rooms.ts';

const ROOT = path.resolve(fileURLToPath(new URL('../../', import.meta.url)));
/** Programs: they alone know the process, and nobody imports them. */
const MAINS = [
	'source/main.ts',
	'source/rad-main.ts',
	'source/runner-main.ts',
	'source/shim-main.ts',
	'source/tool-hook-main.ts',
	'source/agents/engines/recorded/player.ts',
	'source/agents/engines/api/api-main.ts',
	'source/agents/hook-main.ts',
];

/** A package may be used only in files that are named after it, or in the places named here. */
const PACKAGES: Readonly<Record<string, RegExp>> = {
	'better-sqlite3': /\/sqlite-[a-z-]+\.ts$/,
	'jsonc-parser': /\/jsonc-[a-z-]+\.ts$/,
	'simple-git': /\/simple-git\.ts$/,
	chokidar: /\/chokidar-[a-z-]+\.ts$/,
	'string-width': /^source\/views\//,
	tinyglobby: /\/tinyglobby-[a-z-]+\.ts$/,
	meow: /^source\/cli\/meow-[a-z-]+\.ts$/,
	ink: /^source\/tui\//,
	react: /^source\/tui\//,
	'ink-table': /^source\/tui\/components\/ink-table\.ts$/,
	yaml: /^source\/workspace\/yaml-[a-z-]+\.ts$/,
	zod: /^source\/(?:workflow\/format|workspace|cli\/schemas)\/zod-[a-z-]+\.ts$/,
	...Object.fromEntries(
		['anthropic', 'google', 'openai', 'openai-compatible', 'provider'].map(name => [
			`@ai-sdk/${name}`,
			/^source\/agents\/engines\/api\/ai-sdk-[a-z-]+\.ts$/,
		]),
	),
	'@actions/expressions': /^source\/workflow\/format\/actions-expressions\.ts$/,
};

const WITHOUT_NODE = ['domain', 'views', 'cli'];

const roomOf = (file: string): string => /^source\/(.+?)(?:\/|\.tsx?$)/.exec(file)?.[1] ?? file;
const packageOf = (dependency: IDependency): string => {
	const name = dependency.module.split('/');
	return dependency.module.startsWith('@') ? name.slice(0, 2).join('/') : (name[0] ?? '');
};
const isBuiltin = ({module}: IDependency): boolean => module.startsWith('node:') || builtinModules.includes(module);
const isOurs = ({resolved}: IDependency): boolean => resolved.startsWith('source/');

let modules: readonly IModule[] = [];
beforeAll(async () => {
	const {output} = await cruise(
		['source'],
		{baseDir: ROOT, tsPreCompilationDeps: true, doNotFollow: {path: 'node_modules'}, combinedDependencies: true},
		{exportsFields: ['exports'], conditionNames: ['import', 'node', 'types']},
		{
			tsConfig: {
				options: {module: 99, moduleResolution: 99, target: 10, allowImportingTsExtensions: true, noEmit: true, jsx: 4},
				fileNames: [],
				errors: [],
			},
		},
	);
	modules = (output as ICruiseResult).modules.filter(({source}) => source.startsWith('source/'));
});

const find = (isWrong: (dependency: IDependency, module: IModule) => boolean): readonly string[] =>
	modules.flatMap(module =>
		module.dependencies.filter(dependency => isWrong(dependency, module)).map(({resolved}) => `${module.source} → ${resolved}`),
	);

describe('the layers', () => {
	it('see every module and every import', () => {
		expect(modules.length).toBeGreaterThan(100);
		expect(find(dependency => dependency.couldNotResolve)).toEqual([]);
	});

	it('have a rule for every room', () => {
		expect([...new Set(modules.map(({source}) => roomOf(source)))].filter(room => !(room in MAY_IMPORT))).toEqual([]);
	});

	it('import one way', () => {
		const wrong = find((dependency, {source}) => {
			const [from, to] = [roomOf(source), roomOf(dependency.resolved)];
			const isClockOfProgram = to === 'system-clock' && MAINS.includes(source);
			return isOurs(dependency) && from !== to && !isClockOfProgram && !MAY_IMPORT[from]?.includes(to);
		});

		expect(wrong).toEqual([]);
	});

	it('have no cycle of any length', () => {
		expect(find(({circular}) => circular)).toEqual([]);
	});

	it('let nobody import a program', () => {
		expect(find(({resolved}) => MAINS.includes(resolved))).toEqual([]);
	});

	it('keep each package in the files that are named after it', () => {
		const wrong = find((dependency, {source}) => {
			if (isOurs(dependency) || isBuiltin(dependency)) return false;
			return PACKAGES[packageOf(dependency)]?.test(source) !== true;
		});

		expect(wrong).toEqual([]);
	});

	it('use the schemas of --json for their types alone, so that no command waits for zod', () => {
		const schemas = /^source\/cli\/schemas\//;
		const used = find(({resolved}, {source}) => schemas.test(resolved) && !schemas.test(source));
		const loaded = find(
			({resolved, dependencyTypes}, {source}) => schemas.test(resolved) && !schemas.test(source) && !dependencyTypes.includes('type-only'),
		);

		expect(used.length).toBeGreaterThan(0);
		expect(loaded).toEqual([]);
	});

	it('keep Node out of the words, the views and the command line', () => {
		expect(find((dependency, {source}) => isBuiltin(dependency) && WITHOUT_NODE.includes(roomOf(source)))).toEqual([]);
	});

	it('load the dashboard only when it is shown', () => {
		const wrong = find((dependency, {source}) => roomOf(dependency.resolved) === 'tui' && roomOf(source) !== 'tui' && !dependency.dynamic);

		expect(wrong).toEqual([]);
	});
});

describe('the source', () => {
	const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

	it('asks the process only in the programs', () => {
		const allowed = [...MAINS, 'source/agents/send-signal.ts'];
		const wrong = modules
			.map(({source}) => source)
			.filter(
				file =>
					!allowed.includes(file) &&
					/\bprocess\.(?!\.)(?:env|argv|exit|stdout|stderr|stdin|cwd|on|pid|platform|umask|kill)\b/.test(withoutComments(read(file))),
			);

		expect(wrong).toEqual([]);
	});

	it('never asks whether it runs under test', () => {
		expect(modules.map(({source}) => source).filter(file => /VITEST|NODE_ENV\s*===?\s*['"]test/.test(read(file)))).toEqual([]);
	});

	it('has no file that is too long to be read at once', () => {
		expect(modules.map(({source}) => source).filter(file => read(file).split('\n').length > 400 && !file.endsWith('price-table.ts'))).toEqual([]);
	});

	it('has no default exports and no enums', () => {
		expect(modules.map(({source}) => source).filter(file => /^export default|^\s*(?:export )?(?:const )?enum /m.test(read(file)))).toEqual([]);
	});
});

const withoutComments = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
