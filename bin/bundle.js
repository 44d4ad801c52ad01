// What the bundles of the program and those of its tests have in common.
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Changes the text of a file of a package, and fails where the package no longer looks like that. */
const rewrite = (bundle, filter, replacements) =>
	bundle.onLoad({filter}, async ({path}) => {
		const before = await readFile(path, 'utf8');
		const contents = replacements.reduce((text, [from, to]) => {
			if (!text.includes(from)) throw new Error(`${path} no longer says: ${from}`);
			return text.replace(from, () => to);
		}, before);
		return {contents};
	});

// Ink waits for its devtools with a top-level await, in development only.
const withoutDevtools = {
	name: 'without-devtools',
	setup(bundle) {
		rewrite(bundle, /ink\/build\/reconciler\.js$/, [
			["await import('./devtools.js');", ''],
			['await loadPackageJson()', 'undefined'],
		]);
	},
};

// Tools that Ink has at hand for texts that do not fit, which few frames need, and which take a while to get ready.
const RARELY_USED = /^(?:slice-ansi|cli-truncate|wrap-ansi)$/;
const whenFirstUsed = {
	name: 'when-first-used',
	setup(bundle) {
		bundle.onResolve({filter: RARELY_USED}, ({kind, path, resolveDir}) =>
			kind === 'import-statement' ? {path, pluginData: resolveDir, namespace: 'when-first-used'} : undefined,
		);
		bundle.onLoad({filter: /.*/, namespace: 'when-first-used'}, ({path, pluginData}) => ({
			resolveDir: pluginData,
			contents: `let tool; export default (...values) => (tool ??= require('${path}').default)(...values);`,
		}));
	},
};

// The width of a text: the packages make tables of all emoji when they are loaded, which takes longer than most commands do, and most texts
// need none of them.
const quickWidth = {
	name: 'quick-width',
	setup(bundle) {
		bundle.onResolve({filter: /^string-width$/}, ({kind, resolveDir}) =>
			kind === 'import-statement' ? {path: resolveDir, namespace: 'quick-width'} : undefined,
		);
		bundle.onLoad({filter: /.*/, namespace: 'quick-width'}, ({path}) => ({
			resolveDir: path,
			contents: `import {isNarrow} from ${JSON.stringify(join(root, 'source/views/narrow.ts'))};
				let measure;
				export default (text, options) => isNarrow(text) ? text.length : (measure ??= require('string-width').default)(text, options);`,
		}));
	},
};

// How Ink takes painted texts apart: without the segmenter of ICU, which takes long to get ready, where it is not needed.
const quickSegments = {
	name: 'quick-segments',
	setup(bundle) {
		rewrite(bundle, /@alcalzone\/ansi-tokenize\/build\/tokenize\.js$/, [
			[
				'const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });',
				`import {toSegments} from ${JSON.stringify(join(root, 'source/views/segments.ts'))};`,
			],
			['segmenter.segment(str)', 'toSegments(str)'],
		]);
	},
};

// Yoga waits for its WebAssembly with a top-level await, and fetches it from a data URL, for which Node.js loads its whole HTTP client. This
// makes it at once instead, so that the program can be one CommonJS file, whose compiled form can be kept.
const YOGA_BYTES = /(?<=data:application\/octet-stream;base64,)[\w+/=]+/;
const YOGA_AT_ONCE = `
	import bytes from 'yoga-bytes';
	const yoga = {
		instantiateWasm: (imports, take) => {
			const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);
			take(instance);
			return instance.exports;
		},
	};
	loadYoga(yoga);`;
const yogaAtOnce = {
	name: 'yoga-at-once',
	setup(bundle) {
		const packed = readFileSync(join(root, 'node_modules/yoga-layout/dist/binaries/yoga-wasm-base64-esm.js'), 'utf8');
		const bytes = packed.match(YOGA_BYTES)?.[0] ?? '';
		rewrite(bundle, /yoga-layout\/dist\/src\/index\.js$/, [
			['const Yoga = wrapAssembly(await loadYoga());', `${YOGA_AT_ONCE} const Yoga = wrapAssembly(yoga);`],
		]);
		rewrite(bundle, /yoga-wasm-base64-esm\.js$/, [[`base64,${bytes}`, 'base64,']]);
		bundle.onResolve({filter: /^yoga-bytes$/}, () => ({path: 'yoga-bytes', namespace: 'yoga-bytes'}));
		bundle.onLoad({filter: /.*/, namespace: 'yoga-bytes'}, () => ({contents: Buffer.from(bytes, 'base64'), loader: 'binary'}));
	},
};

// The table of the costs is bundled as it is; the source finds it a way that works without a bundle.
const withInkTable = {
	name: 'with-ink-table',
	setup(bundle) {
		bundle.onLoad({filter: /source\/tui\/components\/ink-table\.ts$/}, ({path}) => ({
			resolveDir: dirname(path),
			contents: "export const loadInkTable = () => require('ink-table').default;",
		}));
	},
};

// The JavaScript of better-sqlite3 is bundled, since looking for a package and its twenty files takes longer than a query does.
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

// Making a URL takes as long as some answers do, and few programs ask for one.
const MODULE_URL = "const __moduleUrl = require('node:url').pathToFileURL(__filename).href;\n";

// esbuild leaves regular expressions as they are; the rest of its text is ASCII, which is read without decoding, see source/compiled-program.ts.
const asciiOnly = {
	name: 'ascii-only',
	setup(bundle) {
		bundle.initialOptions.write = false;
		bundle.onEnd(({outputFiles = []}) => {
			for (const {path, text} of outputFiles) {
				mkdirSync(dirname(path), {recursive: true});
				const ascii = text.replaceAll(/[^\0-\x7f]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
				writeFileSync(path, text.includes('__moduleUrl') ? MODULE_URL + ascii : ascii);
			}
		});
	},
};

/** A program that Node.js starts sooner, and whose compiled form can be kept, see source/compiled-program.ts. */
export const commonJs = {
	absWorkingDir: root,
	bundle: true,
	platform: 'node',
	format: 'cjs',
	outExtension: {'.js': '.cjs'},
	target: 'node20',
	// What it loads later is in the same file; a script that is run in a context of its own could not import it.
	supported: {'dynamic-import': false},
	define: {'import.meta.url': '__moduleUrl', 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"'},
	jsx: 'automatic',
	minifySyntax: true,
	minifyWhitespace: true,
	legalComments: 'none',
	// Its other form asks for its own files in a way that no bundler sees.
	alias: {'jsonc-parser': 'jsonc-parser/lib/esm/main.js'},
	external: ['better-sqlite3/package.json'],
	plugins: [asciiOnly, withSqlite, withInkTable, withoutDevtools, whenFirstUsed, quickWidth, quickSegments, yogaAtOnce],
	logLevel: 'warning',
};
