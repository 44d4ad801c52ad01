#!/usr/bin/env node
// Bundles source/ into dist/: one split bundle, so that a headless command never loads Ink or React, and the small programs beside it.
import {cpSync, mkdirSync, rmSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const outdir = join(root, 'dist');

// Ink asks for its devtools only in development; without this its bundle would look for a package that is not there.
const withoutDevtools = {
	name: 'without-devtools',
	setup(bundle) {
		bundle.onResolve({filter: /^react-devtools-core$/}, () => ({path: 'react-devtools-core', namespace: 'empty'}));
		bundle.onLoad({filter: /.*/, namespace: 'empty'}, () => ({contents: 'export default {};'}));
	},
};

// CommonJS packages inside an ES module still call require.
const REQUIRE = "import {createRequire as __createRequire} from 'node:module'; const require = __createRequire(import.meta.url);";

rmSync(outdir, {recursive: true, force: true});
mkdirSync(outdir);
await build({
	absWorkingDir: root,
	entryPoints: {
		main: 'source/main.ts',
		runner: 'source/runner-main.ts',
		player: 'source/agents/engines/recorded/player.ts',
		hook: 'source/agents/hook-main.ts',
		'api-agent': 'source/agents/engines/api/api-main.ts',
	},
	outdir,
	bundle: true,
	splitting: true,
	platform: 'node',
	format: 'esm',
	target: 'node20',
	jsx: 'automatic',
	minifySyntax: true,
	keepNames: true,
	legalComments: 'none',
	define: {'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"'},
	external: ['better-sqlite3'],
	// Its other form asks for its own files in a way that no bundler sees.
	alias: {'jsonc-parser': 'jsonc-parser/lib/esm/main.js'},
	banner: {js: REQUIRE},
	plugins: [withoutDevtools],
	logLevel: 'warning',
});
// The hook of people's own agents runs before each of their writes: a small program for where there is no workspace, and one with the
// JavaScript of better-sqlite3 in it, since looking for a package and its twenty files takes longer than git does. The shim is started for
// each step, and is one file for the same reason.
const withSqlite = {
	name: 'with-sqlite',
	setup(bundle) {
		bundle.onResolve({filter: /^bindings$/}, () => ({path: 'bindings', namespace: 'binding'}));
		bundle.onLoad({filter: /.*/, namespace: 'binding'}, () => ({
			contents:
				"module.exports = name => require(require.resolve('better-sqlite3/package.json').replace(/package\\.json$/, `build/Release/${name}`));",
		}));
	},
};
await build({
	absWorkingDir: root,
	entryPoints: {shim: 'source/shim-main.ts', 'tool-hook': 'source/tool-hook-main.ts', 'tool-hook-work': 'source/tool-hook.ts'},
	outdir,
	bundle: true,
	platform: 'node',
	// Node.js starts this form sooner, and a compiled one of it can be kept, see source/compiled-program.ts.
	format: 'cjs',
	outExtension: {'.js': '.cjs'},
	target: 'node20',
	minify: true,
	legalComments: 'none',
	external: ['better-sqlite3/package.json'],
	plugins: [withSqlite],
	logLevel: 'warning',
});
cpSync(join(root, 'source/agents/engines/recorded/recordings'), join(outdir, 'recordings'), {recursive: true});
cpSync(join(root, 'source/agents/engines/gemini/hook-settings.json'), join(outdir, 'gemini-hook-settings.json'));
