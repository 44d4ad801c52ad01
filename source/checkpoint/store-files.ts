import {existsSync, lstatSync, readdirSync, rmSync, type Stats} from 'node:fs';
import {join} from 'node:path';
import type {StoreSize} from '../domain/records.ts';
import type {Place} from './place.ts';

/** A file of the store that holds objects: one loose object, or a part of a pack. */
export type ObjectFile = {
	readonly folder: string;
	readonly name: string;
	readonly sizeBytes: number;
	/** True while the user's repository has the same file: it costs nothing then, and it is not ours to pack. */
	readonly isShared: boolean;
};

const objectsOf = ({store}: Place): string => join(store, 'objects');

export const pathOf = (place: Place, {folder, name}: Pick<ObjectFile, 'folder' | 'name'>): string => join(objectsOf(place), folder, name);

/** All files of the store that hold objects, without what a crash left behind unnamed. */
export const listObjectFiles = (place: Place): readonly ObjectFile[] => {
	const objects = objectsOf(place);
	if (!existsSync(objects)) return [];
	const folders = readdirSync(objects).filter(name => name === 'pack' || /^[0-9a-f]{2}$/.test(name));
	return folders.flatMap(folder =>
		readdirSync(join(objects, folder)).flatMap(name => {
			const stats = lstatSync(join(objects, folder, name), {throwIfNoEntry: false});
			return stats === undefined ? [] : [{folder, name, sizeBytes: stats.size, isShared: stats.nlink > 1}];
		}),
	);
};

/** What the checkpoints take on the disk: the objects, and everything else in rad's folder. */
export const measureStore = (place: Place): StoreSize => {
	const files = listObjectFiles(place);
	const sum = (isShared: boolean): number => files.filter(file => file.isShared === isShared).reduce((total, {sizeBytes}) => total + sizeBytes, 0);
	return {ownBytes: sum(false) + sizeBeside(place.home, objectsOf(place)), sharedBytes: sum(true)};
};

const sizeBeside = (folder: string, left: string): number => {
	if (folder === left || !existsSync(folder)) return 0;
	return readdirSync(folder, {withFileTypes: true}).reduce((total, entry) => {
		const path = join(folder, entry.name);
		return total + (entry.isDirectory() ? sizeBeside(path, left) : sizeOf(lstatSync(path, {throwIfNoEntry: false})));
	}, 0);
};

const sizeOf = (stats: Stats | undefined): number => stats?.size ?? 0;

const UNFINISHED = /^tmp_|\.tmp$/;

/** Removes what a git or a rad that died was writing. Must run under the lock, when no git of ours works. */
export const removeUnfinished = (place: Place): void => {
	for (const file of listObjectFiles(place)) if (UNFINISHED.test(file.name)) rmSync(pathOf(place, file), {force: true});
};
