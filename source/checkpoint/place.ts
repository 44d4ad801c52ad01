import {createHash} from 'node:crypto';
import {constants, existsSync} from 'node:fs';
import {access, realpath} from 'node:fs/promises';
import {basename, dirname, join, relative, sep} from 'node:path';
import {RadError} from '../domain/failures.ts';
import {RADIUM, RECORDS} from '../domain/radium.ts';
import {type FileName, fromText} from './file-name.ts';
import {toReadingEnvironment} from './git-environment.ts';
import type {GitPort} from './git-port.ts';
import {markerIn} from './restore-marker.ts';

/** The user's repository that a work tree belongs to. */
export type UserRepository = {
	/** Absolute path of the work tree's own git directory: HEAD and index are there. */
	readonly gitDirectory: string;
	/** Absolute path of the git directory that all linked work trees share: objects are there. */
	readonly commonDirectory: string;
};

/** Where a work tree is and where its checkpoints live. Nothing of it needs to exist yet but the work tree. */
export type Place = {
	/** Absolute real path of the top folder of the work tree; the folder itself where there is no git. */
	readonly top: string;
	/** Null in a folder without git. */
	readonly repository: UserRepository | null;
	readonly objectFormat: string;
	/** Rad's own folder: `<git directory>/rad`, or below the state directory when there is no git directory that can be written. */
	readonly home: string;
	/** The bare repository with the checkpoints of all work trees of this repository. */
	readonly store: string;
	/** Names this work tree among those that share the store; part of the names of its refs. */
	readonly treeId: string;
	/** Git directory of this work tree inside the store: private index, HEAD, journal. */
	readonly treeDirectory: string;
	/** See `markerIn`. */
	readonly marker: string;
	/** What is never part of a checkpoint: rad's records in `.radium`, and rad's own folder when it lies in the work tree. */
	readonly excluded: readonly FileName[];
	/** The folder `.radium`, where people's workflows and settings lie beside the records. */
	readonly radium: FileName;
};

export type LocateOptions = {
	/** Absolute path of the folder that holds `.radium/`. */
	readonly workspaceRoot: string;
	/** Absolute path of rad's own state directory. */
	readonly stateDirectory: string;
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly git: GitPort;
};

const PATHS_AS_ABSOLUTE = '--path-format=absolute';

/** Asks git where the repository of a folder is. */
export const QUESTIONS: readonly string[] = [
	'rev-parse',
	PATHS_AS_ABSOLUTE,
	'--is-bare-repository',
	'--show-object-format',
	'--absolute-git-dir',
	'--git-common-dir',
	'--show-toplevel',
];

/**
 * Finds the work tree at or above the workspace and the place of its checkpoints. Creates nothing.
 *
 * @throws {RadError} `GIT_MISSING`, `GIT_UNUSABLE` for a bare, damaged or foreign repository: a folder with a broken repository is never taken for one without.
 */
export const locatePlace = async (options: LocateOptions): Promise<Place> => {
	const root = await realpath(options.workspaceRoot);
	const answer = await options.git.text({args: QUESTIONS, cwd: root, env: toReadingEnvironment(options.environment)});
	if (answer.exitCode !== 0) return toFolderPlace(root, answer.stderr, options);
	const [, objectFormat, gitDirectory, commonDirectory, top, ...rest] = readLines(answer.stdout);
	if (objectFormat === undefined || gitDirectory === undefined || commonDirectory === undefined || top === undefined || rest.length > 0)
		throw new RadError('GIT_UNUSABLE', `Git does not tell clearly where the repository of ${root} is.`);
	const home = await toHome(root, commonDirectory, options.stateDirectory);
	const treeId = toTreeId(gitDirectory, commonDirectory);
	return toPlace({root, top, home, treeId, objectFormat, repository: {gitDirectory, commonDirectory}});
};

const readLines = (stdout: Buffer): string[] => {
	const lines = stdout.toString('utf8').split('\n').slice(0, -1);
	// Git before 2.31 repeats an option that it does not know.
	if (lines[0] === PATHS_AS_ABSOLUTE) throw new RadError('GIT_MISSING', 'This git is too old for checkpoints.');
	return lines;
};

const toFolderPlace = (root: string, stderr: string, {stateDirectory}: LocateOptions): Place => {
	if (!stderr.includes('not a git repository') || hasRepository(root))
		throw new RadError('GIT_UNUSABLE', `Git cannot use the repository of ${root}: ${firstLine(stderr)}`);
	return toPlace({root, top: root, home: toStateHome(root, stateDirectory), treeId: 'main', objectFormat: 'sha1', repository: null});
};

const firstLine = (text: string): string => text.trim().split('\n')[0] ?? '';

// Git says "not a git repository" of a damaged one too.
const hasRepository = (folder: string): boolean => existsSync(join(folder, '.git')) || (dirname(folder) !== folder && hasRepository(dirname(folder)));

const toHome = async (root: string, commonDirectory: string, stateDirectory: string): Promise<string> => {
	const own = join(commonDirectory, 'rad');
	// Where the files cannot be written either there is nothing to take or to restore, but what was taken before can be looked at.
	const isUsable = (await isWritable(commonDirectory)) || (existsSync(own) && !(await isWritable(root)));
	return isUsable ? own : toStateHome(commonDirectory, stateDirectory);
};

const isWritable = (folder: string): Promise<boolean> =>
	access(folder, constants.W_OK).then(
		() => true,
		() => false,
	);

const toStateHome = (path: string, stateDirectory: string): string =>
	join(stateDirectory, 'checkpoints', createHash('sha256').update(path).digest('hex').slice(0, 16));

const toTreeId = (gitDirectory: string, commonDirectory: string): string =>
	gitDirectory === commonDirectory ? 'main' : `linked-${basename(gitDirectory)}`;

type Found = Pick<Place, 'top' | 'home' | 'treeId' | 'objectFormat' | 'repository'> & {readonly root: string};

const toPlace = ({root, ...found}: Found): Place => {
	const store = join(found.home, 'store.git');
	const toName = (path: string): FileName => fromText(relative(found.top, path).split(sep).join('/'));
	const records = RECORDS.map(name => toName(join(root, RADIUM, name)));
	const home = toName(found.home);
	const excluded = home.startsWith('..') ? records : [...records, home];
	return {...found, store, treeDirectory: join(store, 'trees', found.treeId), marker: markerIn(root), excluded, radium: toName(join(root, RADIUM))};
};

/** What `rad init` tells about checkpoints of a folder. */
export type CheckpointingNote = {
	readonly kind: 'git' | 'folder';
	/** The top folder of the work tree. */
	readonly top: string;
	/** One sentence. */
	readonly note: string;
};

export const toNote = (place: Place): CheckpointingNote =>
	place.repository === null
		? {kind: 'folder', top: place.top, note: `There is no git repository here: checkpoints of this folder live in ${place.home}`}
		: {kind: 'git', top: place.top, note: `Checkpoints live in ${place.home} and leave branches, stash and staged changes alone.`};
