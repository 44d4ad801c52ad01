import {lstatSync} from 'node:fs';
import {chmod} from 'node:fs/promises';
import type {Modes} from './checkpoint-record.ts';
import {type FileName, parentsOf, parseShownName, showName, toPath} from './file-name.ts';

const PERMISSIONS = 0o777;
const EXECUTABLE = 0o100;

const NO_MODES: Modes = {plain: 0o644, executable: 0o755, others: {}};

/** Looks at the permissions of many files; what most of them have becomes the usual ones, so that only exceptions are kept. */
export const readModes = (top: string, names: readonly FileName[]): Modes => {
	const found = names.map(name => permissionsOf(top, name));
	const counts = countModes(found);
	const plain = mostCommon(counts, mode => (mode & EXECUTABLE) === 0) ?? NO_MODES.plain;
	const executable = mostCommon(counts, mode => (mode & EXECUTABLE) !== 0) ?? plain | ((plain & 0o444) >> 2);
	const usual = {plain, executable, others: {}};
	const others = names.flatMap((name, index) => {
		const mode = found[index];
		return mode === undefined || isUsual(usual, mode) ? [] : [[showName(name), mode] as const];
	});
	return {...usual, others: Object.fromEntries(others)};
};

/**
 * The same modes after some files may have changed or are gone; exceptions are looked at again each time. What is usual stays: when all
 * files get other permissions, all become exceptions, which a restore then knows of.
 */
export const updateModes = (modes: Modes, top: string, changed: readonly FileName[], gone: readonly FileName[]): Modes => {
	const missing = new Set<string>(gone);
	const names = new Set([...Object.keys(modes.others).map(parseShownName), ...changed].filter(name => !missing.has(name)));
	const others = [...names].flatMap(name => {
		const mode = permissionsOf(top, name);
		return mode === undefined || isUsual(modes, mode) ? [] : [[showName(name), mode] as const];
	});
	return {...modes, others: Object.fromEntries(others)};
};

// Synchronous: one system call each, on files that git has just looked at; promises would cost ten times as much.
// Bytes are made only of names that need it, which is most of what Node itself would do here.
const permissionsOf = (top: string, name: FileName): number | undefined => {
	try {
		const stats = lstatSync(IS_ASCII.test(name) ? `${top}/${name}` : toPath(top, name), {throwIfNoEntry: false});
		return stats?.isFile() === true ? stats.mode & PERMISSIONS : undefined;
	} catch {
		return undefined;
	}
};

const IS_ASCII = /^[\x00-\x7f]*$/;

const isUsual = ({plain, executable}: Modes, mode: number): boolean => mode === plain || mode === executable;

const countModes = (modes: ReadonlyArray<number | undefined>): ReadonlyMap<number, number> => {
	const counts = new Map<number, number>();
	for (const mode of modes) if (mode !== undefined) counts.set(mode, (counts.get(mode) ?? 0) + 1);
	return counts;
};

const mostCommon = (counts: ReadonlyMap<number, number>, isMeant: (mode: number) => boolean): number | undefined =>
	[...counts].filter(([mode]) => isMeant(mode)).sort(([, left], [, right]) => right - left)[0]?.[0];

/**
 * Gives restored files the permissions that they had: those that git wrote, and the exceptions of either side. Never follows a symbolic
 * link and never changes whether a file is executable, which is git's part.
 */
export const restoreModes = async (top: string, written: readonly FileName[], from: Modes, to: Modes): Promise<void> => {
	const names = new Set([...written, ...[from, to].flatMap(({others}) => Object.keys(others).map(parseShownName))]);
	const folders = new Set<string>();
	for (const name of names) if (liesInFolders(top, name, folders)) await restoreMode(toPath(top, name), to, to.others[showName(name)]);
};

// A folder that is a symbolic link now would lead out of the work tree. `folders` gathers those that are none.
const liesInFolders = (top: string, name: FileName, folders: Set<string>): boolean =>
	parentsOf(name).every(parent => {
		if (folders.has(parent)) return true;
		const isFolder = lstatSync(toPath(top, parent), {throwIfNoEntry: false})?.isDirectory() === true;
		if (isFolder) folders.add(parent);
		return isFolder;
	});

const restoreMode = async (path: Buffer, modes: Modes, other: number | undefined): Promise<void> => {
	const stats = lstatSync(path, {throwIfNoEntry: false});
	if (stats?.isFile() !== true) return;
	const isExecutable = (stats.mode & EXECUTABLE) !== 0;
	const wanted = other !== undefined && ((other & EXECUTABLE) !== 0) === isExecutable ? other : isExecutable ? modes.executable : modes.plain;
	if ((stats.mode & PERMISSIONS) !== wanted) await chmod(path, wanted);
};
