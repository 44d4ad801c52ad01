import {mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import type {Act} from './trace.ts';

type Change = {readonly offset: number; readonly data: Buffer} | {readonly size: number};
type FileNode = {readonly kind: 'file'; readonly mode: number; safe: Buffer; size: number; position: number; waiting: Change[]};
type FolderNode = {readonly kind: 'folder'; readonly names: Map<string, Node>; readonly safe: Map<string, Node>};
type Node = FileNode | FolderNode;
/** One change of names, which is seen as a whole or not at all. */
type Naming = ReadonlyArray<{readonly folder: FolderNode; readonly name: string; readonly node: Node | null}>;

/**
 * How a disk keeps names that nobody waited for. `strict`: each may be there or not, whatever came after it, until its folder was synced, which
 * is all that POSIX promises. `journalled`: in the order in which they came, and what syncs a file or a folder keeps all that came before, as
 * ext4, xfs and btrfs do.
 */
export type DiskKind = 'strict' | 'journalled';

const SECTOR_BYTES = 512;

/** A number from 0 to below 1, the next one each time. */
export type Chance = () => number;

export type Disk = {
	/** @throws {Error} for what the model knows nothing of. */
	readonly play: (act: Act) => void;
	/** Writes the folder as it may be found after the power was cut now. */
	readonly writeCut: (chance: Chance) => void;
	/** All files as a program sees them now, by their path from the folder on. */
	readonly see: () => ReadonlyMap<string, Buffer>;
};

/** A disk on which all that is in a folder now is safe. */
export const createDisk = (root: string, kind: DiskKind): Disk => {
	const top = readFolder(root);
	let waiting: Naming[] = [];
	let handedOver: FileNode[] = [];

	const find = (file: string): Node | undefined => {
		let node: Node | undefined = top;
		for (const name of toNames(root, file)) node = node?.kind === 'folder' ? node.names.get(name) : undefined;
		return node;
	};
	const place = (file: string): {readonly folder: FolderNode; readonly name: string} => {
		const folder = find(path.dirname(file));
		if (folder?.kind !== 'folder') throw new Error(`the folder of ${file} is not known`);
		return {folder, name: path.basename(file)};
	};
	const name = (naming: Naming): void => {
		for (const {folder, name: own, node} of naming) setName(folder.names, own, node);
		waiting.push(naming);
	};
	const keepNames = (isMeant: (naming: Naming) => boolean): void => {
		for (const naming of waiting.filter(isMeant)) for (const {folder, name: own, node} of naming) setName(folder.safe, own, node);
		waiting = waiting.filter(naming => !isMeant(naming));
	};
	const findFile = (file: string): FileNode | undefined => {
		const node = find(file);
		return node?.kind === 'file' ? node : undefined;
	};
	const change = (file: FileNode, one: Change): void => {
		file.waiting.push(one);
		file.size = 'size' in one ? one.size : Math.max(file.size, one.offset + one.data.length);
	};
	const sync = (node: Node): void => {
		for (const file of node.kind === 'file' ? [...handedOver, node] : handedOver) {
			file.safe = apply(file.safe, file.waiting, () => true);
			file.waiting = [];
		}
		handedOver = [];
		if (kind === 'journalled') keepNames(() => true);
		else if (node.kind === 'folder') keepNames(naming => naming.some(({folder}) => folder === node));
	};
	const open = ({path: file, isNew, isEmptied, isAppending, mode}: Act & {kind: 'open'}): void => {
		if (isNew && find(file) === undefined) name([{...place(file), node: newFile(mode)}]);
		const node = findFile(file);
		if (node === undefined) return;
		if (isEmptied && node.size > 0) change(node, {size: 0});
		node.position = isAppending ? Number.POSITIVE_INFINITY : 0;
	};
	const write = (node: FileNode, data: Buffer, offset: number | null): void => {
		const at = offset ?? Math.min(node.position, node.size);
		change(node, {offset: at, data});
		if (offset === null && node.position !== Number.POSITIVE_INFINITY) node.position = at + data.length;
	};
	const seek = (node: FileNode, offset: number): void => {
		if (node.position !== Number.POSITIVE_INFINITY) node.position = offset;
	};
	const toNaming = (act: Act & {kind: 'rename' | 'link'}): Naming => {
		const added = {...place(act.to), node: find(act.from) ?? null};
		return act.kind === 'link' ? [added] : [{...place(act.from), node: null}, added];
	};
	const withFile = (file: string, use: (node: FileNode) => void): void => {
		const node = findFile(file);
		if (node !== undefined) use(node);
	};
	const withNode = (file: string, use: (node: Node) => void): void => {
		const node = find(file);
		if (node !== undefined) use(node);
	};
	const play = (act: Act): void => {
		switch (act.kind) {
			case 'open':
				open(act);
				break;
			case 'write':
				withFile(act.path, node => write(node, act.data, act.offset));
				break;
			case 'seek':
				withFile(act.path, node => seek(node, act.offset));
				break;
			case 'cut':
				withFile(act.path, node => change(node, {size: act.size}));
				break;
			case 'sync':
				withNode(act.path, sync);
				break;
			case 'hand-over':
				withFile(act.path, node => handedOver.push(node));
				break;
			case 'make-folder':
				name([{...place(act.path), node: {kind: 'folder', names: new Map(), safe: new Map()}}]);
				break;
			case 'remove':
				name([{...place(act.path), node: null}]);
				break;
			case 'link':
			case 'rename':
				name(toNaming(act));
				break;
			case 'unknown':
				throw new Error(`the model of a disk does not know ${act.call} of ${act.paths.join(', ')}`);
		}
	};
	return {
		play: act => {
			if (isInside(root, act)) play(act);
		},
		writeCut: chance => {
			const names = new Map<FolderNode, Map<string, Node>>();
			const namesOf = (folder: FolderNode): Map<string, Node> => {
				const known = names.get(folder) ?? new Map(folder.safe);
				names.set(folder, known);
				return known;
			};
			const last = kind === 'journalled' ? Math.floor(chance() * (waiting.length + 1)) : waiting.length;
			for (const naming of waiting.slice(0, last)) {
				if (kind === 'strict' && chance() < 0.5) continue;
				for (const {folder, name: own, node} of naming) setName(namesOf(folder), own, node);
			}
			writeFolder(root, top, namesOf, chance);
		},
		see: () => {
			const files = new Map<string, Buffer>();
			const visit = (folder: FolderNode, at: string): void => {
				for (const [own, node] of folder.names) {
					if (node.kind === 'folder') visit(node, path.join(at, own));
					else
						files.set(
							path.join(at, own),
							apply(node.safe, node.waiting, () => true),
						);
				}
			};
			visit(top, '');
			return files;
		},
	};
};

const isBelow = (root: string, file: string): boolean => file.startsWith(`${root}/`);

const isInside = (root: string, act: Act): boolean => {
	if (act.kind === 'unknown') return act.paths.some(file => isBelow(root, file));
	return 'from' in act ? isBelow(root, act.to) || isBelow(root, act.from) : isBelow(root, act.path) || act.path === root;
};

const toNames = (root: string, file: string): readonly string[] => path.relative(root, file).split('/').filter(Boolean);

const setName = (names: Map<string, Node>, name: string, node: Node | null): void => {
	if (node === null) names.delete(name);
	else names.set(name, node);
};

const newFile = (mode: number): FileNode => ({kind: 'file', mode, safe: Buffer.alloc(0), size: 0, position: 0, waiting: []});

const readFolder = (folder: string): FolderNode => {
	const names = new Map<string, Node>();
	for (const entry of readdirSync(folder, {withFileTypes: true})) {
		const file = path.join(folder, entry.name);
		if (entry.isDirectory()) names.set(entry.name, readFolder(file));
		else if (entry.isFile()) names.set(entry.name, {...newFile(statSync(file).mode & 0o777), safe: readFileSync(file), size: statSync(file).size});
	}
	return {kind: 'folder', names, safe: new Map(names)};
};

/** The bytes with what is kept of each change; `isKept` is asked for each sector, and for each change of the size. */
const apply = (bytes: Buffer, changes: readonly Change[], isKept: () => boolean): Buffer => {
	const most = changes.reduce((size, one) => Math.max(size, 'size' in one ? one.size : one.offset + one.data.length), bytes.length);
	const room = Buffer.alloc(most);
	let size = bytes.copy(room);
	for (const one of changes) {
		if ('size' in one) {
			if (!isKept()) continue;
			room.fill(0, Math.min(size, one.size));
			size = one.size;
			continue;
		}
		for (let from = 0; from < one.data.length; ) {
			const at = one.offset + from;
			const to = Math.min(one.data.length, from + SECTOR_BYTES - (at % SECTOR_BYTES));
			if (isKept()) {
				one.data.copy(room, at, from, to);
				size = Math.max(size, one.offset + to);
			}
			from = to;
		}
	}
	return room.subarray(0, size);
};

const writeFolder = (folder: string, node: FolderNode, namesOf: (folder: FolderNode) => ReadonlyMap<string, Node>, chance: Chance): void => {
	mkdirSync(folder, {recursive: true, mode: 0o700});
	for (const [name, child] of namesOf(node)) {
		const file = path.join(folder, name);
		if (child.kind === 'folder') {
			writeFolder(file, child, namesOf, chance);
			continue;
		}
		// All of it, nothing, or what the disk came to.
		const part = [0, 1, 0.5][Math.floor(chance() * 3)] ?? 0;
		writeFileSync(
			file,
			apply(child.safe, child.waiting, () => chance() < part),
			{mode: child.mode},
		);
	}
};
