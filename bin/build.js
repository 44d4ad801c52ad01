#!/usr/bin/env node
// Bundles source/ into dist/: rad itself, whose parts are run when they are first used, and the programs that it starts.
import {cpSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {build} from 'esbuild';
import {commonJs, root} from './bundle.js';
import {formatThirdPartyLicenses} from './third-party-licenses.js';

const outdir = join(root, 'dist');

// CommonJS packages inside an ES module still call require.
const REQUIRE = "import {createRequire as __createRequire} from 'node:module'; const require = __createRequire(import.meta.url);";

rmSync(outdir, {recursive: true, force: true});
mkdirSync(outdir);
// What a command line needs first, what only looks, and the whole program.
const first = await build({...commonJs, metafile: true, minify: true, entryPoints: {rad: 'source/rad-main.ts', quick: 'source/quick.ts'}, outdir});
const whole = await build({...commonJs, metafile: true, entryPoints: {main: 'source/main.ts'}, outdir});
const modules = await build({
	absWorkingDir: root,
	metafile: true,
	entryPoints: {
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
	minifySyntax: true,
	minifyWhitespace: true,
	legalComments: 'none',
	external: ['better-sqlite3'],
	// Its other form asks for its own files in a way that no bundler sees.
	alias: {'jsonc-parser': 'jsonc-parser/lib/esm/main.js'},
	banner: {js: REQUIRE},
	logLevel: 'warning',
});
// Most people have no settings, and what reads them is several times as large as all of the hook: a file of its own, loaded where it is asked for.
const settingsApart = {
	name: 'settings-apart',
	setup(bundle) {
		bundle.onResolve({filter: /\/zod-settings\.ts$/}, ({kind}) =>
			kind === 'dynamic-import' ? {path: './tool-hook-settings.cjs', external: true} : undefined,
		);
	},
};
// The hook of people's own agents runs before each of their writes: a small program for where there is no workspace, and one that makes a
// checkpoint. The shim is started for each step.
const helpers = await build({
	...commonJs,
	minify: true,
	metafile: true,
	entryPoints: {
		shim: 'source/shim-main.ts',
		'tool-hook': 'source/tool-hook-main.ts',
		'tool-hook-work': 'source/tool-hook.ts',
		'tool-hook-settings': 'source/workspace/zod-settings.ts',
	},
	outdir,
	plugins: [...commonJs.plugins, settingsApart],
});
// The manual comes from the table of commands, as the help does.
const manual = await build({
	absWorkingDir: root,
	entryPoints: ['source/cli/man-pages.ts'],
	bundle: true,
	platform: 'node',
	format: 'esm',
	external: ['meow'],
	write: false,
	logLevel: 'warning',
});
const {createManPages} = await import(`data:text/javascript;base64,${Buffer.from(manual.outputFiles[0].contents).toString('base64')}`);
const {version} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
mkdirSync(join(outdir, 'man'));
for (const {file, text} of createManPages(version)) writeFileSync(join(outdir, 'man', file), text);
cpSync(join(root, 'source/agents/engines/recorded/recordings'), join(outdir, 'recordings'), {recursive: true});
cpSync(join(root, 'source/agents/engines/gemini/hook-settings.json'), join(outdir, 'gemini-hook-settings.json'));
const bundled = [first, whole, modules, helpers].flatMap(({metafile}) => Object.keys(metafile.inputs));
writeFileSync(join(outdir, 'third-party-licenses.txt'), formatThirdPartyLicenses(root, bundled));
