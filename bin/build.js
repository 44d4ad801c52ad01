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

rmSync(outdir, {recursive: true, force: true});
mkdirSync(outdir);
await build({
	absWorkingDir: root,
	entryPoints: {
		main: 'source/main.ts',
		runner: 'source/runner-main.ts',
		shim: 'source/shim-main.ts',
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
	// CommonJS packages inside an ES module still call require.
	banner: {js: "import {createRequire as __createRequire} from 'node:module'; const require = __createRequire(import.meta.url);"},
	plugins: [withoutDevtools],
	logLevel: 'warning',
});
cpSync(join(root, 'source/agents/engines/recorded/recordings'), join(outdir, 'recordings'), {recursive: true});
cpSync(join(root, 'source/agents/engines/gemini/hook-settings.json'), join(outdir, 'gemini-hook-settings.json'));
