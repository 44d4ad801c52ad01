import {rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {absorbObjects} from './absorb.ts';
import {askForProgress} from './git-progress.ts';
import {listNeeded} from './needed-objects.ts';
import type {Place} from './place.ts';
import {listObjectFiles, type ObjectFile, pathOf, removeUnfinished} from './store-files.ts';
import type {Workbench} from './workbench.ts';

/**
 * Packs what the checkpoints need into one file and removes what they do not. Must run under the lock; the user's repository is only read.
 *
 * Files that the user's repository has too stay as they are: packing them would only cost disk space. Nothing is removed before what is
 * needed of it is safely in the new pack, so a crash leaves the store larger, never poorer.
 *
 * @throws {RadError} `CHECKPOINT_DAMAGED` when something that is needed is missing; nothing is removed then.
 */
export const compactStore = async ({place, git, clock, missingOk, onProgress}: Workbench): Promise<void> => {
	onProgress?.({stage: 'list-objects', done: 0, total: null});
	removeUnfinished(place);
	absorbObjects(place, clock.now());
	const files = listObjectFiles(place);
	const shared = findShared(files);
	markShared(place, files, shared);
	const isPartial = missingOk.length > 0;
	const needed = (await listNeeded(place, git, isPartial)).filter(object => !shared.loose.has(object));
	const fresh = needed.length === 0 ? new Set<string>() : await packObjects({place, git, isPartial, onProgress}, needed);
	for (const file of files) if (!isStaying(file, shared, fresh)) rmSync(pathOf(place, file), {force: true});
};

/** What is also in the user's repository, so that it stays: loose objects by name, packs by the name that their files share. */
type Shared = {readonly loose: ReadonlySet<string>; readonly packs: ReadonlySet<string>};

const PACK_FOLDER = 'pack';

const packOf = ({name}: ObjectFile): string => name.slice(0, name.lastIndexOf('.'));

const findShared = (files: readonly ObjectFile[]): Shared => {
	const shared = files.filter(({isShared}) => isShared);
	return {
		loose: new Set(shared.filter(({folder}) => folder !== PACK_FOLDER).map(({folder, name}) => `${folder}${name}`)),
		packs: new Set(shared.filter(({folder, name}) => folder === PACK_FOLDER && name.endsWith('.pack')).map(packOf)),
	};
};

// Git's own mark for a pack whose objects need not be packed again.
const markShared = (place: Place, files: readonly ObjectFile[], {packs}: Shared): void => {
	for (const file of files) if (file.name.endsWith('.keep') && !packs.has(packOf(file))) rmSync(pathOf(place, file), {force: true});
	for (const pack of packs) writeFileSync(pathOf(place, {folder: PACK_FOLDER, name: `${pack}.keep`}), '');
};

type Packing = Pick<Workbench, 'place' | 'git' | 'onProgress'> & {readonly isPartial: boolean};

/** Returns the names of the new packs. */
const packObjects = async ({place, git, isPartial, onProgress}: Packing, objects: readonly string[]): Promise<ReadonlySet<string>> => {
	const missing = isPartial ? ['--missing=allow-any'] : [];
	const args = [
		'pack-objects',
		onProgress === undefined ? '-q' : '--progress',
		'--honor-pack-keep',
		...missing,
		join(place.store, 'objects/pack/pack'),
	];
	const stdin = Buffer.from(objects.map(object => `${object}\n`).join(''));
	const output = (await git.bytes(args, {stdin, ...askForProgress(onProgress)})).toString('latin1').trimEnd();
	return new Set(output.split('\n').map(hash => `pack-${hash}`));
};

const isStaying = (file: ObjectFile, shared: Shared, fresh: ReadonlySet<string>): boolean =>
	file.folder === PACK_FOLDER ? shared.packs.has(packOf(file)) || fresh.has(packOf(file)) : file.isShared;
