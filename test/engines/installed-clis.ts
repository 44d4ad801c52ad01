import {execFile} from 'node:child_process';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';

/** The real agent programs that rad drives. */
export type CliName = 'claude' | 'codex' | 'gemini' | 'opencode';

export const CLI_NAMES: readonly CliName[] = ['claude', 'codex', 'gemini', 'opencode'];

/** The versions whose behaviour rad was built on; a newer one is tried by changing the number here. */
const PACKAGES: Readonly<Record<CliName, {readonly name: string; readonly version: string}>> = {
	claude: {name: '@anthropic-ai/claude-code', version: '2.1.330'},
	codex: {name: '@openai/codex', version: '0.169.0'},
	gemini: {name: '@google/gemini-cli', version: '0.61.0'},
	opencode: {name: 'opencode-ai', version: '1.18.33'},
};

/** Where the programs are kept between test runs, about 1.2 GB: `RAD_TEST_CLIS`, or a folder of its own among the temporary files. */
export const toCacheFolder = (environment: Readonly<Record<string, string | undefined>>): string =>
	environment['RAD_TEST_CLIS'] || path.join(tmpdir(), 'rad-test-clis');

/**
 * Installs the programs from npm, each into a folder of its own below `cacheFolder`, unless it is there in its version.
 *
 * @returns what to call them by: absolute paths.
 * @throws when npm cannot install one; what is installed already stays.
 */
export const installClis = async (cacheFolder: string): Promise<Readonly<Record<CliName, string>>> => {
	const paths: Array<readonly [CliName, string]> = [];
	// One after the other: each is some hundred megabytes.
	for (const cli of CLI_NAMES) paths.push([cli, await installCli(cli, path.join(cacheFolder, cli))]);
	return Object.fromEntries(paths) as Record<CliName, string>;
};

const installCli = async (cli: CliName, folder: string): Promise<string> => {
	const {name, version} = PACKAGES[cli];
	if ((await readVersion(folder, name)) !== version) {
		await mkdir(folder, {recursive: true});
		// Newer npm runs the scripts that put the native program into place only for packages that are named here.
		await writeFile(path.join(folder, 'package.json'), JSON.stringify({private: true, allowScripts: {[name]: true}}));
		await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', '--save-exact', `${name}@${version}`], {cwd: folder});
	}
	return path.join(folder, 'node_modules', '.bin', cli);
};

const readVersion = async (folder: string, name: string): Promise<unknown> => {
	try {
		return JSON.parse(await readFile(path.join(folder, 'node_modules', name, 'package.json'), 'utf8')).version;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
		throw error;
	}
};
