import {constants, copyFileSync, lstatSync, mkdirSync, readdirSync, realpathSync, rmSync, type Stats} from 'node:fs';
import path from 'node:path';
import type {Artifact} from '../domain/records.ts';
import {sanitizeLine} from '../domain/sanitize.ts';

const MAX_FILE_BYTES = 100 * 1024 * 1024;
const MAX_BYTES = 1024 * 1024 * 1024;
const MAX_FILES = 1000;
const MAX_TOLD = 5;

/** `problems` tell what is missing or was left out. */
export type Keeping = {readonly artifacts: readonly Artifact[]; readonly problems: readonly string[]};

type Places = {
	/** The folder in which the step worked. */
	readonly root: string;
	/** The folder of the attempt's artifacts. */
	readonly folder: string;
};

/**
 * Copies the files that match into the folder of an attempt's artifacts, and tells all that is in it: also what the step wrote there itself. The
 * step may have put anything there and in the workspace, so no link is followed, neither here nor there.
 */
export const keepArtifacts = async (places: Places, patterns: readonly string[]): Promise<Keeping> => {
	if (statOf(places.folder)?.isDirectory() !== true) return {artifacts: [], problems: ['the folder for its artifacts is gone']};
	// Loaded only where there are patterns: most steps have none.
	const {findMatches} = patterns.length === 0 ? {findMatches: async () => []} : await import('./tinyglobby-files.ts');
	const missing: string[] = [];
	const names = new Set<string>();
	for (const pattern of patterns) {
		const found = await findMatches(places.root, pattern);
		if (found.length === 0) missing.push(`no file matches its artifact ${sanitizeLine(pattern)}`);
		for (const name of found) names.add(name);
	}
	const leftOut = copyAll(places, [...names]);
	const artifacts = listBelow(places.folder, '', MAX_FILES + 1);
	const isCut = artifacts.length > MAX_FILES;
	return {
		artifacts: artifacts.slice(0, MAX_FILES),
		problems: [...missing, ...tellLeftOut(leftOut), ...(isCut ? [`only its first ${MAX_FILES} artifacts are listed`] : [])],
	};
};

const copyAll = (places: Places, names: readonly string[]): readonly string[] => {
	let sizeBytes = 0;
	return names.flatMap((name, index) => {
		const problem = index >= MAX_FILES ? `more than ${MAX_FILES} files match` : copyOne(places, name, MAX_BYTES - sizeBytes);
		if (typeof problem === 'number') sizeBytes += problem;
		return typeof problem === 'number' ? [] : [`${sanitizeLine(name)} (${problem})`];
	});
};

/** The size of what was copied, or why it was not. */
const copyOne = ({root, folder}: Places, name: string, room: number): number | string => {
	try {
		const source = path.join(root, name);
		const stats = statOf(source);
		// A folder above it that is a link may lead out of the workspace.
		if (stats?.isFile() !== true || realpathSync(source) !== path.join(realpathSync(root), name)) return 'it is not a plain file of the workspace';
		if (stats.size > MAX_FILE_BYTES) return `it is larger than ${MAX_FILE_BYTES / 1024 / 1024} MiB`;
		if (stats.size > room) return `its artifacts are larger than ${MAX_BYTES / 1024 / 1024} MiB together`;
		const target = path.join(enterFolders(folder, path.dirname(name)), path.basename(name));
		rmSync(target, {force: true});
		copyFileSync(source, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
		return stats.size;
	} catch (error) {
		if (!(error instanceof Error && 'code' in error)) throw error;
		return sanitizeLine(String(error.code));
	}
};

/** Makes the folders one by one, and follows no link among those that are there. */
const enterFolders = (folder: string, below: string): string =>
	below.split('/').reduce((above, part) => {
		const next = path.join(above, part);
		const stats = statOf(next);
		if (stats === undefined) mkdirSync(next, {mode: 0o700});
		else if (!stats.isDirectory()) rmSync(next);
		if (stats !== undefined && !stats.isDirectory()) mkdirSync(next, {mode: 0o700});
		return next;
	}, folder);

const tellLeftOut = (leftOut: readonly string[]): readonly string[] => {
	if (leftOut.length === 0) return [];
	const rest = leftOut.length > MAX_TOLD ? ` and ${leftOut.length - MAX_TOLD} more` : '';
	return [`not kept as artifacts: ${leftOut.slice(0, MAX_TOLD).join(', ')}${rest}`];
};

const listBelow = (folder: string, prefix: string, most: number): readonly Artifact[] => {
	const found: Artifact[] = [];
	for (const entry of readdirSync(folder, {withFileTypes: true}).sort((a, b) => (a.name < b.name ? -1 : 1))) {
		if (found.length >= most) break;
		const [file, name] = [path.join(folder, entry.name), `${prefix}${entry.name}`];
		if (entry.isDirectory()) found.push(...listBelow(file, `${name}/`, most - found.length));
		else if (entry.isFile()) found.push({path: sanitizeLine(name), sizeBytes: statOf(file)?.size ?? 0});
	}
	return found;
};

const statOf = (file: string): Stats | undefined => lstatSync(file, {throwIfNoEntry: false});
