import {existsSync} from 'node:fs';
import {mkdir, readFile, rm, writeFile} from 'node:fs/promises';
import {join, relative} from 'node:path';
import type {CheckpointId} from '../domain/ids.ts';
import {formatRecord, parseRecord, parseRefName, type SavedCheckpoint} from './checkpoint-record.ts';
import type {Place} from './place.ts';
import type {TreeGit} from './tree-git.ts';
import {replaceFile} from './tree-state.ts';

// Everything that could run a program, move the user's files or write more than asked is off. The file is ours and rewritten when it differs.
// What a checkpoint holds is on the disk before it is told of, which git leaves to the system by default; waiting once for many objects is cheap.
const toConfig = (objectFormat: string): string => `[core]
	repositoryFormatVersion = ${objectFormat === 'sha1' ? 0 : 1}
	bare = true
	logAllRefUpdates = false
	hooksPath = /dev/null
	fsmonitor = false
	safecrlf = false
	autocrlf = false
	splitIndex = false
	quotePath = false
	untrackedCache = true
	fsync = objects,reference
	fsyncMethod = batch
[index]
	sparse = false
[status]
	showUntrackedFiles = all
[submodule]
	recurse = false
[gc]
	auto = 0
[maintenance]
	auto = false
${objectFormat === 'sha1' ? '' : `[extensions]\n\tobjectFormat = ${objectFormat}\n`}`;

// Ranks above every .gitattributes of the work tree: a checkpoint keeps the bytes that are on the disk, whatever line ends are wanted.
const BYTES_AS_THEY_ARE = '* -text -eol -ident -working-tree-encoding\n';

/** Makes the store and this work tree's part of it, or mends what is not as it must be; cheap when all is there. */
export const ensureStore = async (place: Place): Promise<void> => {
	await ensureRepository(place);
	await ensureAttributes(place);
	if (!existsSync(join(place.treeDirectory, 'commondir'))) {
		await mkdir(join(place.treeDirectory, 'info'), {recursive: true});
		await writeFile(join(place.treeDirectory, 'HEAD'), UNBORN);
		// Written last: it makes the folder a git directory.
		await writeFile(join(place.treeDirectory, 'commondir'), '../..\n');
	}
	if (place.repository === null) return;
	await mirrorFile(join(place.store, 'info/exclude'), join(place.repository.commonDirectory, 'info/exclude'));
	await mirrorFile(join(place.treeDirectory, 'info/sparse-checkout'), join(place.repository.gitDirectory, 'info/sparse-checkout'));
};

/** A HEAD that names no commit. */
export const UNBORN = 'ref: refs/heads/none\n';

const ensureRepository = async (place: Place): Promise<void> => {
	const configPath = join(place.store, 'config');
	const config = toConfig(place.objectFormat);
	const present = await readFile(configPath, 'utf8').catch(() => undefined);
	if (present === config && existsSync(join(place.store, 'objects')) && existsSync(join(place.store, 'refs'))) return;
	// A bare repository is no more than this. `git init` would do the same with a process, and with templates and settings of the user.
	for (const folder of ['objects/info', 'objects/pack', 'refs', 'info']) await mkdir(join(place.store, folder), {recursive: true});
	await writeFile(join(place.store, 'HEAD'), UNBORN);
	if (place.repository !== null) await connectRepository(place.store, place.repository.commonDirectory);
	await replaceFile(configPath, config);
};

// Relative, so that the repository can be moved as a whole.
const connectRepository = async (store: string, commonDirectory: string): Promise<void> => {
	const objects = join(store, 'objects');
	await writeFile(join(objects, 'info/alternates'), `${relative(objects, join(commonDirectory, 'objects'))}\n`);
};

/** Keeps a copy of one of the user's files. Not a link: where the user has no such file it would dangle, and programs that walk a folder stop at that. */
const mirrorFile = async (copy: string, original: string): Promise<void> => {
	const wanted = await readFile(original).catch(() => undefined);
	const present = await readFile(copy).catch(() => undefined);
	if (wanted === undefined) return rm(copy, {force: true});
	if (present?.equals(wanted) !== true) await replaceFile(copy, wanted);
};

const ensureAttributes = async ({store, repository}: Place): Promise<void> => {
	const own = join(store, 'info/attributes');
	const users = repository === null ? '' : await readFile(join(repository.commonDirectory, 'info/attributes'), 'utf8').catch(() => '');
	const wanted = `${users}\n${BYTES_AS_THEY_ARE}`;
	if ((await readFile(own, 'utf8').catch(() => undefined)) === wanted) return;
	await replaceFile(own, wanted);
};

const hasStore = (place: Place): boolean => existsSync(join(place.treeDirectory, 'commondir'));

/** What the names of the refs of a work tree's checkpoints begin with. */
export const toRefs = (place: Place): string => `refs/rad/${place.treeId}/`;

/** Writes a checkpoint's commit. `parents` are commits that keep what it needs besides its tree. */
export const writeCommit = async (git: TreeGit, record: Omit<SavedCheckpoint, 'commit'>, parents: readonly string[]): Promise<SavedCheckpoint> => {
	// Without the mark, git takes no time before 1973 or after 2099.
	const date = `@${Math.floor(record.checkpoint.createdAt / 1000)} +0000`;
	const commit = await git.text(['commit-tree', record.tree, ...parents.flatMap(parent => ['-p', parent]), '-F', '-'], {
		stdin: Buffer.from(formatRecord(record), 'utf8'),
		env: {GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date},
	});
	return {...record, commit};
};

/** Makes a written checkpoint exist: its ref is created, which fails when there is one of that name, and the private HEAD follows. */
export const publishCommit = async (place: Place, git: TreeGit, {checkpoint, commit}: SavedCheckpoint): Promise<void> => {
	const lines = ['start', `create ${toRefs(place)}${checkpoint.id} ${commit}`, 'option no-deref', `update HEAD ${commit}`, 'prepare', 'commit', ''];
	await git.text(['update-ref', '--stdin'], {stdin: Buffer.from(lines.join('\n'))});
};

/** Makes checkpoints cease to exist, all of them or none. What only they held stays in the store until it is compacted. */
export const deleteRefs = async (place: Place, git: TreeGit, ids: readonly CheckpointId[]): Promise<void> => {
	const lines = ['start', ...ids.map(id => `delete ${toRefs(place)}${id}`), 'prepare', 'commit', ''];
	await git.text(['update-ref', '--stdin'], {stdin: Buffer.from(lines.join('\n'))});
};

/** Ids of all checkpoints of this work tree, readable or not, oldest first. */
export const listIds = async (place: Place, git: TreeGit): Promise<CheckpointId[]> => {
	if (!hasStore(place)) return [];
	const refs = await git.bytes(['for-each-ref', '--format=%(refname)', toRefs(place)]);
	return refs
		.toString('utf8')
		.split('\n')
		.flatMap(ref => parseRefName(ref) ?? []);
};

const FORMAT = '--format=%(refname)%00%(objectname)%00%(tree)%00%(contents:body)%00';

/** All checkpoints of this work tree that can be read, oldest first. */
export const listRecords = async (place: Place, git: TreeGit): Promise<SavedCheckpoint[]> => {
	if (!hasStore(place)) return [];
	const all = await git.attempt(['for-each-ref', FORMAT, toRefs(place)]);
	if (all.exitCode === 0) return parseRecords(all.stdout);
	// One that is damaged makes git print none at all.
	const single = await Promise.all((await listIds(place, git)).map(id => findRecord(place, git, id)));
	return single.flatMap(record => record ?? []);
};

/** Undefined when there is no such checkpoint, or when it cannot be read. */
export const findRecord = async (place: Place, git: TreeGit, id: CheckpointId): Promise<SavedCheckpoint | undefined> => {
	const one = await git.attempt(['for-each-ref', FORMAT, `${toRefs(place)}${id}`]);
	return one.exitCode === 0 ? parseRecords(one.stdout)[0] : undefined;
};

const parseRecords = (output: Buffer): SavedCheckpoint[] => {
	const parts = output.toString('utf8').split('\0');
	return parts.flatMap((part, index) => {
		const [commit, tree, body] = parts.slice(index + 1, index + 4);
		if (index % 4 !== 0 || commit === undefined || tree === undefined || body === undefined) return [];
		const id = parseRefName(part);
		return (id && parseRecord(id, commit, tree, body)) ?? [];
	});
};
