import {join} from 'node:path';
import {build} from 'esbuild';

/** Bundles a program of this folder as rad itself is bundled, and returns its path. `root` is the folder of the package: below it, packages are found. */
export const bundleProgram = async (root: string, name: string): Promise<string> => {
	const outfile = join(root, `node_modules/.cache/rad-bench/${name}.js`);
	await build({
		absWorkingDir: root,
		entryPoints: [join(root, `test/bench/${name}.ts`)],
		outfile,
		bundle: true,
		platform: 'node',
		format: 'esm',
		target: 'node20',
		external: ['better-sqlite3'],
		banner: {js: "import {createRequire as __createRequire} from 'node:module'; const require = __createRequire(import.meta.url);"},
		logLevel: 'warning',
	});
	return outfile;
};
