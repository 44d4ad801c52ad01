import {mkdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {build, type Plugin} from 'esbuild';
import {PROGRAMS} from '../../support/scratch.ts';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const FOLDER = here('../../../node_modules/.cache/rad-deadly');
const PORTS = /\/(?:sqlite-store|supervisor|lazy-checkpoints|lazy-worktrees)\.ts$/;

/** Whatever else imports one of these files gets the real one, the deadly ports themselves too. */
const withDeadlyPorts: Plugin = {
	name: 'with-deadly-ports',
	setup: bundle => {
		const path = here('./deadly-ports.ts');
		bundle.onResolve({filter: PORTS}, ({importer}) => (importer.endsWith('/source/compose.ts') ? {path} : null));
		bundle.onResolve({filter: /^node:child_process$/}, ({importer}) => (importer.endsWith('/source/agents/supervisor.ts') ? {path} : null));
	},
};

/**
 * Builds a rad that kills itself where a test tells it to, from the source as it is; returns its file. Its shims and agents are those of the
 * built program. It lies below the package, where its packages are found.
 */
export const buildDeadlyRad = async (): Promise<string> => {
	const outdir = path.join(FOLDER, 'dist');
	rmSync(FOLDER, {recursive: true, force: true});
	mkdirSync(outdir, {recursive: true});
	writeFileSync(path.join(FOLDER, 'package.json'), JSON.stringify({version: '0.0.0', type: 'module'}));
	for (const name of ['shim.cjs', 'player.js', 'recordings']) symlinkSync(path.join(PROGRAMS, name), path.join(outdir, name));
	await build({
		entryPoints: {rad: here('./deadly-rad.ts')},
		outdir,
		bundle: true,
		splitting: true,
		platform: 'node',
		format: 'esm',
		target: 'node20',
		jsx: 'automatic',
		define: {'process.env.DEV': '"false"'},
		external: ['better-sqlite3', 'react-devtools-core'],
		alias: {'jsonc-parser': 'jsonc-parser/lib/esm/main.js'},
		banner: {js: "import {createRequire as __createRequire} from 'node:module'; const require = __createRequire(import.meta.url);"},
		plugins: [withDeadlyPorts],
		logLevel: 'warning',
	});
	return path.join(outdir, 'rad.js');
};
