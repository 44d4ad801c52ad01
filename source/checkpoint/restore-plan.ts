import {mkdir, readdir, rm, statfs} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {RadError} from '../domain/failures.ts';
import {checkObjects} from './check-objects.ts';
import type {SavedCheckpoint} from './checkpoint-record.ts';
import {type FileName, isBelow, joinZero, parentsOf, parseShownName, showName, splitZero, toBytes, toFileName, toPath} from './file-name.ts';
import type {Setting} from './git-environment.ts';
import type {Place} from './place.ts';
import {look} from './private-index.ts';
import {type Uncovered, withReason} from './scan.ts';
import {isInScope, outOfScope, type Scope} from './scope.ts';
import {findRecord} from './store.ts';
import {diffTrees, isSubmodule, listChanges, type TreeChange} from './tree-diff.ts';
import {toFailure} from './tree-git.ts';
import {toFilterNames} from './user-settings.ts';
import type {Workbench} from './workbench.ts';

/** What a restore will do to the work tree. */
export type TreePlan = {
	/** Tree that the work tree is to become: the checkpoint's, but for what is kept. */
	readonly tree: string;
	readonly changes: readonly TreeChange[];
	readonly kept: readonly Uncovered[];
};

/**
 * Compares the work tree, captured as `from`, with a checkpoint. Changes nothing.
 *
 * @throws {RadError} `PATH_MISSING` for a path of the scope that is in neither.
 */
export const planRestore = async (bench: Workbench, from: string, target: SavedCheckpoint, scope: Scope): Promise<TreePlan> => {
	const {git, settings} = bench;
	const all = await diffTrees(git, from, target.tree, settings);
	await refuseMissing(bench, from, all, scope);
	const wanted = all.filter(({name}) => isInScope(scope, name));
	const kept = await findKept(bench, wanted, target, scope);
	const keptNames = new Set(kept.map(({name}) => name));
	const staying = [...outOfScope(scope, all), ...wanted.filter(({name}) => keptNames.has(name))];
	if (staying.length === 0) return {tree: target.tree, changes: all, kept};
	const tree = await keepInTree(bench, target.tree, staying);
	return {tree, changes: await diffTrees(git, from, tree, settings), kept};
};

/** Compares what is staged now with what was staged then: the tree that is to be staged. Both are trees. */
export const planIndex = async (bench: Workbench, from: string, target: string, scope: Scope): Promise<string> => {
	if (scope.paths === null) return target;
	const staying = outOfScope(scope, await listChanges(bench.git, from, target));
	return staying.length === 0 ? target : await keepInTree(bench, target, staying);
};

// What differs is in one of them; what does not has to be in both.
const refuseMissing = async ({git}: Workbench, from: string, changes: readonly TreeChange[], {paths}: Scope): Promise<void> => {
	const unchanged = (paths ?? []).filter(path => !changes.some(({name}) => isInScope({paths: [path]}, name)));
	if (unchanged.length === 0) return;
	const names = splitZero(await git.bytes(['ls-tree', '-r', '-z', '--name-only', '--full-tree', from]));
	const missing = unchanged.find(path => !names.some(name => isBelow(name, path)));
	if (missing !== undefined)
		throw new RadError('PATH_MISSING', `Neither the work tree nor the checkpoint has anything at this path: ${showName(missing)}`);
};

const findKept = async (
	bench: Workbench,
	changes: readonly TreeChange[],
	target: SavedCheckpoint,
	{keepsNew, paths}: Scope,
): Promise<Uncovered[]> => {
	const submodules = changes.filter(isSubmodule).map(({name}) => name);
	const ofRad = paths === null && target.checkpoint.target === null ? findOfRad(bench.place, changes) : [];
	const decided = new Set([...submodules, ...ofRad]);
	const newFiles = changes.filter(({status, name}) => status === 'D' && !decided.has(name)).map(({name}) => name);
	const always = [
		...withReason(submodules, 'a submodule, whose commit is never moved'),
		...withReason(ofRad, 'what is in .radium stays, unless it is chosen by name'),
	];
	if (keepsNew) return [...always, ...withReason(newFiles, 'created since')];
	const uncovered = target.checkpoint.uncovered.map(parseShownName);
	const notCovered = newFiles.filter(name => uncovered.some(folder => isBelow(name, folder)));
	const hasOtherRules = changes.some(({name}) => basename(name) === '.gitignore');
	const possible = withoutBlocked(newFiles, changes);
	const ignored = hasOtherRules ? await withoutAbsent(bench, target, await findIgnoredThen(bench, target.tree, possible)) : [];
	return [
		...always,
		...withReason(notCovered, 'the checkpoint does not cover it'),
		...withReason(ignored, 'it was ignored at the time of the checkpoint'),
	];
};

// Who goes back to try a workflow again has mended it meanwhile: what there is of it stays, and what is gone comes back.
const findOfRad = ({radium}: Place, changes: readonly TreeChange[]): FileName[] =>
	changes.filter(({status, name}) => status !== 'A' && isBelow(name, radium)).map(({name}) => name);

// Where the checkpoint has a file, there was no folder with ignored files, and the other way round.
const withoutBlocked = (names: readonly FileName[], changes: readonly TreeChange[]): FileName[] => {
	const wanted = changes.filter(({status}) => status !== 'D').map(({name}) => name);
	const files = new Set(wanted);
	const folders = new Set(wanted.flatMap(parentsOf));
	return names.filter(name => !folders.has(name) && !parentsOf(name).some(parent => files.has(parent)));
};

// A file that the checkpoint's own rules ignored was not saved by it, and may have been there all the time.
const findIgnoredThen = async (bench: Workbench, tree: string, names: readonly FileName[]): Promise<FileName[]> => {
	if (names.length === 0) return [];
	const {git, place} = bench;
	const workTree = join(place.treeDirectory, 'rules');
	const call = {workTree, indexFile: join(place.treeDirectory, 'rules-index')};
	await rm(workTree, {recursive: true, force: true});
	await mkdir(workTree, {recursive: true});
	try {
		await git.bytes(['read-tree', tree], call);
		const glob = {GIT_LITERAL_PATHSPECS: '0', GIT_GLOB_PATHSPECS: '1'};
		const rules = await git.bytes(['ls-files', '-z', '--', '.gitignore', '**/.gitignore'], {...call, env: glob});
		await git.bytes(['checkout-index', '-z', '--stdin'], {...call, stdin: rules});
		return await checkIgnored(bench, call.workTree, call.indexFile, names);
	} finally {
		await rm(workTree, {recursive: true, force: true});
		await rm(call.indexFile, {force: true});
	}
};

/**
 * Leaves out what surely was not there at the time of a safety checkpoint: the files that the restore after it brought, since whatever
 * stands in the way of a restore, ignored or not, becomes part of its safety checkpoint.
 */
const withoutAbsent = async ({git, place}: Workbench, {checkpoint, tree}: SavedCheckpoint, ignored: readonly FileName[]): Promise<FileName[]> => {
	const restored = ignored.length === 0 || checkpoint.target === null ? undefined : await findRecord(place, git, checkpoint.target);
	if (restored === undefined) return [...ignored];
	const brought = new Set((await listChanges(git, tree, restored.tree)).filter(({status}) => status === 'A').map(({name}) => name));
	return ignored.filter(name => !brought.has(name));
};

// `./` keeps names from being taken for patterns: this command knows no literal ones.
const checkIgnored = async (bench: Workbench, workTree: string, indexFile: string, names: readonly FileName[]): Promise<FileName[]> => {
	const args = ['check-ignore', '--no-index', '-z', '--stdin'];
	const stdin = joinZero(names.map(name => `./${name}`));
	const output = await bench.git.attempt(args, {workTree, indexFile, settings: bench.settings, stdin, env: {GIT_LITERAL_PATHSPECS: '0'}});
	// Exit code 1 says that none is ignored.
	if (output.exitCode > 1) throw toFailure(args, output, bench.place);
	return splitZero(output.stdout).map(name => name.slice(2) as FileName);
};

/** The tree with the old side of some changes: what is kept is no difference then, so git leaves it alone. */
const keepInTree = async ({git, place, missingOk}: Workbench, tree: string, kept: readonly TreeChange[]): Promise<string> => {
	const indexFile = join(place.treeDirectory, 'plan-index');
	try {
		await git.bytes(['read-tree', tree], {indexFile});
		const lines = kept.map(({oldMode, oldObject, name}) => `${oldMode === '000000' ? '0' : oldMode} ${oldObject} 0\t${name}\0`);
		await git.bytes(['update-index', '--add', '--replace', '-z', '--index-info'], {indexFile, stdin: toBytes(lines.join(''))});
		return await git.text(['write-tree', ...missingOk], {indexFile});
	} finally {
		await rm(indexFile, {force: true});
	}
};

/**
 * Makes sure that everything a restore will write can be read from the store and has room on the disk, before the first file is touched.
 *
 * @throws {RadError} `CHECKPOINT_DAMAGED`, `CHECKPOINT_FAILED`.
 */
export const verifyObjects = async (bench: Workbench, {checkpoint}: SavedCheckpoint, changes: readonly TreeChange[]): Promise<void> => {
	const {git, place, onProgress} = bench;
	const objects = [...new Set(changes.filter(change => change.status !== 'D' && !isSubmodule(change)).map(({newObject}) => newObject))];
	const {broken, sizes} = await checkObjects(git, place, objects, onProgress);
	if (broken.size === 0) {
		await refuseFullDisk(place, changes, sizes);
		return await refuseUnfiltered(bench, changes);
	}
	const message = `Checkpoint ${checkpoint.id} cannot be restored, since files of it are missing or broken in its store; nothing was changed: ${place.store}`;
	throw new RadError('CHECKPOINT_DAMAGED', message, {details: {path: place.store, checkpoint: checkpoint.id}});
};

// A program that is missing (exit code 126, 127) was missing as far as anybody knows when the file was saved, as its own bytes.
const HAS_NO_PROGRAM = /failed 12[67]$/m;

/**
 * Has the user's filters make the content that a restore will write. One that cannot (the content of a large file is gone) would have git
 * write what stands for the content, without a word.
 */
const refuseUnfiltered = async ({git, place, settings}: Workbench, changes: readonly TreeChange[]): Promise<void> => {
	const filters = toFilterNames(settings.filter(([key]) => /^filter\..+\.(?:smudge|process)$/s.test(key)));
	if (filters.size === 0) return;
	const written = changes.filter(change => change.status !== 'D' && !isSubmodule(change) && !change.name.includes('\n'));
	const stdin = joinZero(written.map(({name}) => name));
	const answers = splitZero(await git.bytes(['check-attr', '-z', '--stdin', 'filter'], {settings, stdin}));
	const filtered = written.filter((_, index) => filters.has(answers[index * 3 + 2] ?? ''));
	if (filtered.length === 0) return;
	const strict = [...settings, ...[...filters].map((name): Setting => [`filter.${name}.required`, 'true'])];
	const lines = toBytes(filtered.map(({newObject, name}) => `${newObject} ${name}\n`).join(''));
	const {exitCode, stderr} = await git.attempt(['cat-file', '--batch', '--filters', '--buffer'], {
		settings: strict,
		stdin: lines,
		onStdout: () => {},
	});
	if (exitCode === 0 || HAS_NO_PROGRAM.test(stderr)) return;
	throw new RadError(
		'CHECKPOINT_DAMAGED',
		`A filter cannot give back the content of a file; nothing was changed (${stderr.trim().split('\n').at(-1) ?? ''}).`,
		{
			details: {path: place.store},
			hint: 'mend the filter, or restore a part with --path',
		},
	);
};

// The files that go or are replaced make room.
const refuseFullDisk = async (place: Place, changes: readonly TreeChange[], sizes: ReadonlyMap<string, number>): Promise<void> => {
	const {bavail, bsize} = await statfs(place.top);
	const written = changes.reduce((sum, {status, newObject}) => sum + (status === 'D' ? 0 : (sizes.get(newObject) ?? 0)), 0);
	if (written <= bavail * bsize) return;
	const present = await Promise.all(changes.filter(({status}) => status !== 'A').map(({name}) => look(place, name)));
	const missing = written - bavail * bsize - present.reduce((sum, stats) => sum + (stats?.size ?? 0), 0);
	if (missing <= 0) return;
	throw new RadError('CHECKPOINT_FAILED', `The disk has no room for the restore: ${missing} bytes too few; nothing was changed: ${place.top}`, {
		hint: 'free some space on the disk, or restore a part with --path',
	});
};

/**
 * Finds what lies in the way of files that a restore brings back and is not in the private index: ignored, large or unreadable files.
 * Git would overwrite ignored ones without a word, so they have to be saved first.
 *
 * @throws {RadError} `RESTORE_CONFLICT` when a repository of its own is in the way.
 */
export const findObstacles = async ({place}: Workbench, changes: readonly TreeChange[]): Promise<FileName[]> => {
	const folders = new Set<string>();
	const obstacles = new Set<FileName>();
	for (const {name} of changes.filter(change => change.status === 'A' && !isSubmodule(change))) {
		const blocked = await findBlockedParent(name, folders, parent => look(place, parent));
		if (blocked !== undefined) obstacles.add(blocked);
		else for (const obstacle of await listFiles(place.top, name, await look(place, name))) obstacles.add(obstacle);
	}
	return [...obstacles];
};

/** Which of the names are files or links on the disk now, in folders that are no links. */
export const findFiles = async ({place}: Workbench, names: readonly FileName[]): Promise<FileName[]> => {
	const folders = new Set<string>();
	const files: FileName[] = [];
	for (const name of names) {
		if ((await findBlockedParent(name, folders, parent => look(place, parent))) !== undefined) continue;
		const found = await look(place, name);
		if (found?.isFile() === true || found?.isSymbolicLink() === true) files.push(name);
	}
	return files;
};

type Looked = Awaited<ReturnType<typeof look>>;

const findBlockedParent = async (
	name: FileName,
	folders: Set<string>,
	lookAt: (name: FileName) => Promise<Looked>,
): Promise<FileName | undefined> => {
	for (const parent of parentsOf(name)) {
		if (folders.has(parent)) continue;
		const found = await lookAt(parent);
		if (found === undefined) return undefined;
		if (!found.isDirectory()) return parent;
		folders.add(parent);
	}
	return undefined;
};

const listFiles = async (top: string, name: FileName, found: Looked): Promise<FileName[]> => {
	if (found === undefined) return [];
	if (!found.isDirectory()) return [name];
	const entries = await readdir(toPath(top, name), {withFileTypes: true, encoding: 'buffer'});
	const files: FileName[] = [];
	for (const entry of entries) {
		const child = `${name}/${toFileName(entry.name as unknown as Buffer)}` as FileName;
		if (basename(child) === '.git') throw toRepositoryConflict(name);
		files.push(...(entry.isDirectory() ? await listFiles(top, child, found) : [child]));
	}
	return files;
};

const toRepositoryConflict = (name: FileName): RadError =>
	new RadError('RESTORE_CONFLICT', `A repository of its own is where the checkpoint has a file; nothing was changed: ${showName(name)}`, {
		details: {path: showName(name)},
		hint: 'move {path} away, then try again',
	});
