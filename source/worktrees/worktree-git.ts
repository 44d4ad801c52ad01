import {randomUUID} from 'node:crypto';
import {existsSync} from 'node:fs';
import {mkdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {type Setting, toReadingEnvironment, toSettingsEnvironment, toStoreEnvironment} from '../checkpoint/git-environment.ts';
import type {GitOutput, RunGit} from '../checkpoint/git-port.ts';
import type {Place, UserRepository} from '../checkpoint/place.ts';
import {UNBORN} from '../checkpoint/store.ts';
import {loadTrustedFilters} from '../checkpoint/trusted-filters.ts';
import {parseUserSettings, toFilterSettings} from '../checkpoint/user-settings.ts';
import {RadError} from '../domain/failures.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A place with a repository. */
export type Repository = Place & {readonly repository: UserRepository};

type Call = {
	readonly stdin?: Buffer;
	readonly env?: Readonly<Record<string, string>>;
};

/** Git as it works for runs: no hook, no signature, and no program that stands in a configuration file is ever run. */
export type WorktreeGit = {
	/** On the user's objects, and on the files and the index that are named; without the user's refs and configuration. */
	readonly objects: (args: readonly string[], call?: Call) => Promise<Buffer>;
	/** The same, without the line's end. */
	readonly line: (args: readonly string[], call?: Call) => Promise<string>;
	/** For commands whose failing is an answer. */
	readonly attempt: (args: readonly string[], call?: Call) => Promise<GitOutput>;
	/** On the user's refs. Only for commands that convert no file. */
	readonly refs: (args: readonly string[], stdin?: Buffer) => Promise<GitOutput>;
	/** Who commits: whom the user's git names, else rad. */
	readonly identity: Readonly<Record<string, string>>;
};

export type GitOptions = {readonly place: Repository; readonly run: RunGit; readonly environment: Environment};

/** Reads what is wanted of the user's settings as they are now. */
export const openWorktreeGit = async ({place, run, environment}: GitOptions): Promise<WorktreeGit> => {
	const directory = join(place.home, 'worktrees.git');
	await ensureDirectory(directory, place);
	const reading = toReadingEnvironment(environment);
	const configured = (await run({args: ['config', '--list', '-z'], cwd: place.top, env: reading})).stdout.toString('utf8');
	const settings = await toSettings(place, configured);
	const identity = toIdentity(configured);
	const own = {...toStoreEnvironment(environment, {treeDirectory: directory, top: place.top}), ...toBorrowed(place.repository), ...identity};
	const attempt = (args: readonly string[], {stdin, env}: Call = {}): Promise<GitOutput> =>
		run({
			args,
			cwd: env?.['GIT_WORK_TREE'] ?? place.top,
			env: {...own, ...toSettingsEnvironment(settings), ...env},
			...(stdin === undefined ? {} : {stdin}),
		});
	const objects = async (args: readonly string[], call: Call = {}): Promise<Buffer> => check(args, await attempt(args, call));
	return {
		attempt,
		objects,
		line: async (args, call) => (await objects(args, call)).toString('utf8').trimEnd(),
		refs: (args, stdin) =>
			run({
				args,
				cwd: place.top,
				env: {...reading, ...identity, ...toSettingsEnvironment(HARMLESS), GIT_ALLOW_PROTOCOL: ''},
				...(stdin === undefined ? {} : {stdin}),
			}),
		identity,
	};
};

export const check = (args: readonly string[], {exitCode, stdout, stderr}: GitOutput): Buffer => {
	if (exitCode === 0) return stdout;
	const reason = stderr.trim().split('\n')[0] || `exit code ${exitCode}`;
	throw new RadError('WORKTREE_FAILED', `Git could not do its part for the work tree of a step (${args[0]}): ${reason}`);
};

const HARMLESS: readonly Setting[] = [
	['core.hooksPath', '/dev/null'],
	['core.fsmonitor', 'false'],
	['gc.auto', '0'],
	['maintenance.auto', 'false'],
];

// Objects are the user's own, so that the branch has them; a shallow clone ends where it says.
const toBorrowed = ({commonDirectory}: UserRepository): Record<string, string> => {
	const shallow = join(commonDirectory, 'shallow');
	return {
		GIT_OBJECT_DIRECTORY: join(commonDirectory, 'objects'),
		...(existsSync(shallow) ? {GIT_SHALLOW_FILE: shallow} : {}),
		GIT_ALLOW_PROTOCOL: '',
	};
};

// How the bytes of files become those of objects and back; none of them can name a program. A work tree holds all files of a commit.
const CONVERTING = /^core\.(?:autocrlf|eol)$/;
const OF_WHOLE_TREES = /^core\.sparsecheckout/;

const toSettings = async (place: Place, configured: string): Promise<readonly Setting[]> => {
	const {carried, filters} = parseUserSettings(configured);
	const converting = configured.split('\0').flatMap((line): Setting[] => {
		const [key = '', value = 'true'] = line.split('\n');
		return CONVERTING.test(key) ? [[key, value]] : [];
	});
	return [...carried.filter(([key]) => !OF_WHOLE_TREES.test(key)), ...converting, ...toFilterSettings(await loadTrustedFilters(place, filters))];
};

const toIdentity = (configured: string): Record<string, string> => {
	const find = (key: string): string | undefined =>
		configured
			.split('\0')
			.findLast(line => line.startsWith(`${key}\n`))
			?.slice(key.length + 1);
	const [name, email] = [find('user.name') || 'rad', find('user.email') || 'rad@localhost'];
	return {GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email};
};

// A git directory that is only there to be asked: nothing of it but the settings counts.
const toConfig = (objectFormat: string): string => `[core]
	repositoryFormatVersion = ${objectFormat === 'sha1' ? 0 : 1}
	bare = true
	logAllRefUpdates = false
	hooksPath = /dev/null
	fsmonitor = false
	safecrlf = false
	splitIndex = false
	quotePath = false
	untrackedCache = keep
[index]
	sparse = false
[submodule]
	recurse = false
[gc]
	auto = 0
[maintenance]
	auto = false
${objectFormat === 'sha1' ? '' : `[extensions]\n\tobjectFormat = ${objectFormat}\n`}`;

const ensureDirectory = async (directory: string, {objectFormat, repository}: Repository): Promise<void> => {
	for (const folder of ['objects', 'refs', 'info']) await mkdir(join(directory, folder), {recursive: true, mode: 0o700});
	await keepFile(join(directory, 'HEAD'), UNBORN);
	await keepFile(join(directory, 'config'), toConfig(objectFormat));
	for (const file of ['info/exclude', 'info/attributes']) await mirror(join(repository.commonDirectory, file), join(directory, file));
};

/** Git may be at work with it for another step, or another rad: what is as it should be is not touched, and nobody sees a part of a file. */
const keepFile = async (path: string, content: string): Promise<void> => {
	if ((await read(path)) === content) return;
	const own = `${path}.${randomUUID()}`;
	await writeFile(own, content, 'latin1');
	await rename(own, path);
};

const mirror = async (from: string, to: string): Promise<void> => {
	const content = await read(from);
	return content === undefined ? rm(to, {force: true}) : keepFile(to, content);
};

/** Byte by byte; undefined where there is no such file. */
const read = (path: string): Promise<string | undefined> => readFile(path, 'latin1').catch(() => undefined);
