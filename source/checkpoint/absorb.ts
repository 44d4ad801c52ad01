import {copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {Place} from './place.ts';

const STATE = 'absorbed.json';
// A folder that was changed this recently may be changed again within the same tick of the file system's clock.
const SETTLED_MS = 2000;

/** Times of the folders of the user's objects when they were last looked at, by name. */
type Seen = Readonly<Record<string, number>>;

/**
 * Gives each object file of the user's repository a second name in our store, as `git clone --local` does, so that no garbage
 * collection of the user's can take away what a checkpoint borrowed. It costs no disk space while the repository has the file too.
 *
 * Only folders that changed since the last time are read. Files that cannot be linked (another owner, a file system without links) are
 * copied. Objects that the repository itself borrows from another one stay borrowed, and so do all of a repository that cannot be written:
 * nobody collects garbage there.
 */
export const absorbObjects = ({home, store, repository}: Place, now: number): void => {
	if (repository === null || dirname(home) !== repository.commonDirectory) return;
	const [from, to] = [join(repository.commonDirectory, 'objects'), join(store, 'objects')];
	const known = readSeen(home);
	const seen: Record<string, number> = {};
	for (const folder of listFolders(from)) {
		const changedAt = statSync(join(from, folder), {throwIfNoEntry: false})?.mtimeMs;
		if (changedAt === undefined) continue;
		if (known[folder] !== changedAt) absorbFolder(join(from, folder), join(to, folder), folder === PACKS ? PACK : LOOSE);
		if (now - changedAt > SETTLED_MS) seen[folder] = changedAt;
	}
	if (JSON.stringify(seen) !== JSON.stringify(known)) writeFileSync(join(home, STATE), JSON.stringify(seen));
};

const readSeen = (home: string): Seen => {
	try {
		return JSON.parse(readFileSync(join(home, STATE), 'utf8')) as Seen;
	} catch {
		// Missing, or cut short by a crash: everything is looked at again.
		return {};
	}
};

const PACKS = 'pack';
const FOLDER = /^[0-9a-f]{2}$/;
const LOOSE = /^[0-9a-f]{38}(?:[0-9a-f]{24})?$/;
const PACK = /^pack-[0-9a-f]+\.(?:pack|rev|idx)$/;

// Packs come last: a loose object that is packed and removed while we look is in a pack that is there by then.
const listFolders = (objects: string): readonly string[] => [...readdirSync(objects).filter(name => FOLDER.test(name)), PACKS];

const absorbFolder = (from: string, to: string, wanted: RegExp): void => {
	if (!existsSync(to)) mkdirSync(to, {recursive: true});
	const present = new Set(readdirSync(to));
	const names = readdirSync(from).filter(name => wanted.test(name) && !present.has(name));
	// Git knows a pack by its index, which therefore comes last.
	names.sort((one, other) => Number(one.endsWith('.idx')) - Number(other.endsWith('.idx')));
	for (const name of names) give(join(from, name), join(to, name));
};

// The user's git may remove a file while we look: then it holds nothing that anybody needs, or is in a new pack.
const give = (from: string, to: string): void => {
	try {
		linkSync(from, to);
	} catch (error) {
		if (isCode(error, 'EEXIST', 'ENOENT')) return;
		if (!isCode(error, 'EPERM', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP', 'EXDEV', 'EACCES')) throw error;
		copyFileSync(from, `${to}.tmp`);
		renameSync(`${to}.tmp`, to);
	}
};

const isCode = (error: unknown, ...codes: readonly string[]): boolean =>
	error instanceof Error && 'code' in error && codes.includes(String(error.code));
