import {statfs} from 'node:fs/promises';
import {join} from 'node:path';
import type {Clock} from '../domain/clock.ts';
import type {OnProgress} from '../domain/progress.ts';
import {stampOf} from './file-stamp.ts';
import type {Setting} from './git-environment.ts';
import type {Place} from './place.ts';
import {ensureStore} from './store.ts';
import type {TreeGit} from './tree-git.ts';
import {loadTrustedFilters} from './trusted-filters.ts';
import {parseUserSettings, toFilterNames, toFilterSettings} from './user-settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where HEAD of the user's repository is; both null without a repository. */
export type UserHead = {
	/** Null too in a repository without commits. */
	readonly commit: string | null;
	/** Null too when HEAD is detached. */
	readonly branch: string | null;
};

/** What one operation on a work tree knows and works with. */
export type Workbench = {
	readonly place: Place;
	readonly git: TreeGit;
	readonly clock: Clock;
	/** For every call that looks at files: the user's ways of ignoring and comparing, and the filters that may run. */
	readonly settings: readonly Setting[];
	readonly trustedFilters: ReadonlySet<string>;
	readonly head: UserHead;
	/** For `write-tree`: a partial clone lacks objects by design. */
	readonly missingOk: readonly string[];
	/** Changes whenever a file outside the work tree that tells what is ignored may have changed. */
	readonly ignoreStamp: string;
	/** True when the user's git converts line ends everywhere. */
	readonly hasAutocrlf: boolean;
	/** Absolute paths of the user's files with attributes outside the work tree; they need not exist. */
	readonly attributeFiles: readonly string[];
	/** Whoever wants to know how far the operation is. */
	readonly onProgress?: OnProgress | undefined;
};

export type OpenOptions = {
	readonly place: Place;
	readonly git: TreeGit;
	readonly environment: Environment;
	readonly clock: Clock;
};

const READ_SETTINGS = ['config', '--list', '-z'] as const;
const READ_HEAD = ['rev-parse', 'HEAD', '--symbolic-full-name', 'HEAD'] as const;

/** What every operation reads of the user's repository; the answers are the same in all its folders. */
export const READS_OF_USER: ReadonlyArray<readonly string[]> = [READ_SETTINGS, READ_HEAD];

/** Makes the store if it is not there and reads what is wanted from the user's repository. Must run under the lock. */
export const openWorkbench = async ({place, git, environment, clock}: OpenOptions): Promise<Workbench> => {
	await ensureStore(place);
	const [output, head] = await Promise.all([git.readUser(READ_SETTINGS), readHead(place, git)]);
	const configured = output.stdout.toString('utf8');
	const user = parseUserSettings(configured);
	const trusted = await loadTrustedFilters(place, user.filters);
	return {
		place,
		git,
		clock,
		settings: [...user.carried, ...toFilterSettings(trusted), ...(await toCacheSettings(place))],
		trustedFilters: toFilterNames(trusted),
		head,
		missingOk: user.isPartialClone ? ['--missing-ok'] : [],
		ignoreStamp: await toIgnoreStamp(place, user.carried, environment),
		hasAutocrlf: hasAutocrlf(configured),
		attributeFiles: listAttributeFiles(place, user.carried, environment),
	};
};

// Not among what is carried: our own store converts nothing. A key without a value means true.
const hasAutocrlf = (configured: string): boolean => {
	const setting = configured.split('\0').findLast(line => /^core\.autocrlf(?:\n|$)/.test(line));
	return setting !== undefined && setting !== 'core.autocrlf\nfalse';
};

export const readHead = async ({repository}: Place, git: TreeGit): Promise<UserHead> => {
	if (repository === null) return {commit: null, branch: null};
	// One call tells both of a branch with a commit, which HEAD nearly always is; of anything else, each has to be asked for.
	const both = await git.readUser(READ_HEAD);
	const found = /^([0-9a-f]+)\nrefs\/heads\/(.+)\n$/.exec(both.stdout.toString('utf8'));
	if (found?.[1] !== undefined && found[2] !== undefined) return {commit: found[1], branch: found[2]};
	const [commit, branch] = await Promise.all([
		git.readUser(['rev-parse', '--verify', '--quiet', 'HEAD']),
		git.readUser(['symbolic-ref', '--quiet', '--short', 'HEAD']),
	]);
	return {commit: toLine(commit.stdout), branch: toLine(branch.stdout)};
};

const toLine = (output: Buffer): string | null => output.toString('utf8').trim() || null;

// The times of folders, which git's untracked cache believes, are not to be trusted on network and user-space file systems.
const UNSURE_FILE_SYSTEMS: ReadonlySet<number> = new Set([
	0x6969 /* NFS */, 0x517b /* SMB */, 0xff534d42 /* CIFS */, 0xfe534d42 /* SMB2 */, 0x01021997 /* 9P */, 0x65735546 /* FUSE */,
]);

const toCacheSettings = async ({top}: Place): Promise<Setting[]> => {
	const {type} = await statfs(top);
	return UNSURE_FILE_SYSTEMS.has(type) ? [['core.untrackedCache', 'false']] : [];
};

const toIgnoreStamp = async ({repository}: Place, carried: readonly Setting[], environment: Environment): Promise<string> => {
	const own = toOwnFile('core.excludesfile', 'ignore', carried, environment);
	const repositorys = repository === null ? 'none' : await stampOf(join(repository.commonDirectory, 'info/exclude'));
	return `${own} ${await stampOf(own)} ${repositorys}`;
};

const listAttributeFiles = ({repository}: Place, carried: readonly Setting[], environment: Environment): string[] => [
	toOwnFile('core.attributesfile', 'attributes', carried, environment),
	...(repository === null ? [] : [join(repository.commonDirectory, 'info/attributes')]),
];

// The file for all repositories of a user: the one that is configured, else the one that git looks for.
const toOwnFile = (key: string, name: string, carried: readonly Setting[], environment: Environment): string => {
	const home = environment['HOME'] ?? '';
	const configured = carried.findLast(setting => setting[0] === key)?.[1];
	return configured?.replace(/^~(?=\/)/, home) ?? join(environment['XDG_CONFIG_HOME'] || join(home, '.config'), 'git', name);
};
