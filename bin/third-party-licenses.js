// Writes down the licences of all packages whose code is bundled into dist/: they ask to be named wherever it is passed on.
import {lstatSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

/** Not bundled: its prices are copied into source/telemetry/price-table.ts, by bin/generate-prices.js. */
const COPIED = ['node_modules/@pydantic/genai-prices'];

/** Also those of packages that a package has bundled itself. */
const LICENSE_FILE = /(?:^|\/)(?:licen[cs]es?|copying|notice)(?:\.md|\.txt|-[\w-]+)?$/i;

/**
 * The folder of the package that a bundled file belongs to, or undefined for files of our own. Of nested packages it is the innermost.
 *
 * @param {string} file As esbuild names it, from the root of this repository.
 */
const packageFolderOf = file => /^node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0];

/**
 * Names each package with its version, its licence and the text of that licence, in the order of their names.
 *
 * @param {string} root Absolute path of this repository.
 * @param {readonly string[]} files Everything that was bundled, as esbuild names it.
 * @throws {Error} When a package says nowhere under which terms it may be passed on: such a one must not be bundled.
 */
export const formatThirdPartyLicenses = (root, files) => {
	const folders = [...new Set([...files.map(packageFolderOf), ...COPIED])].filter(folder => folder !== undefined);
	const sections = folders.map(folder => describePackage(join(root, folder))).sort();
	return [`rad is made with these packages, of which code or data is in this folder.\n`, ...new Set(sections)].join(`\n${'-'.repeat(80)}\n\n`);
};

const describePackage = folder => {
	const {name, version, license, author} = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
	const texts = readdirSync(folder, {recursive: true})
		.filter(file => LICENSE_FILE.test(file) && !file.includes('node_modules/') && lstatSync(join(folder, file)).isFile())
		.sort()
		.map(file => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim());
	if (typeof license !== 'string') throw new Error(`${name} names no licence`);
	const holder = typeof author === 'string' ? author : author?.name;
	const words = texts.length > 0 ? texts : [`The package has no file with its licence.${holder === undefined ? '' : ` Its author is ${holder}.`}`];
	return [`${name} ${version}`, `Licence: ${license}`, '', words.join('\n\n'), ''].join('\n');
};
