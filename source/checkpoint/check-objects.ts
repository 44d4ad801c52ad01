import {createHash, type Hash} from 'node:crypto';
import type {OnProgress} from '../domain/progress.ts';
import type {Place} from './place.ts';
import type {TreeGit} from './tree-git.ts';

export type ObjectCheck = {
	/** What is wrong, by the name of the object; nothing for those that are sound. */
	readonly broken: ReadonlyMap<string, string>;
	/** Bytes of content, by the name of the object, of those that could be read. */
	readonly sizes: ReadonlyMap<string, number>;
};

/** Reads objects and hashes what git gives back, so that a flipped bit is found wherever it is. Memory does not grow with their size. */
export const checkObjects = async (
	git: TreeGit,
	{objectFormat}: Pick<Place, 'objectFormat'>,
	objects: readonly string[],
	onProgress?: OnProgress,
): Promise<ObjectCheck> => {
	const broken = new Map<string, string>();
	const sizes = new Map<string, number>();
	let rest = objects;
	while (rest.length > 0) {
		const reader = createBatchReader(objectFormat, sizes);
		const stdin = Buffer.from(rest.map(object => `${object}\n`).join(''));
		const before = objects.length - rest.length;
		const onStdout = (chunk: Buffer): void => {
			reader.write(chunk);
			onProgress?.({stage: 'check-objects', done: before + reader.count(), total: objects.length});
		};
		const {stderr} = await git.attempt(['cat-file', '--batch', '--buffer'], {stdin, onStdout});
		for (const [object, problem] of reader.problems) broken.set(object, problem);
		const culprit = rest[reader.count()];
		if (culprit === undefined) break;
		// Git gives up at the first object that it cannot read.
		broken.set(culprit, `cannot be read (${stderr.trim().split('\n')[0] ?? ''})`);
		rest = rest.slice(reader.count() + 1);
	}
	return {broken, sizes};
};

const NEWLINE = 10;

/** Takes in `cat-file --batch`: for each object `<name> <type> <size>\n<content>\n`, or `<name> missing\n`. */
const createBatchReader = (objectFormat: string, sizes: Map<string, number>) => {
	const problems = new Map<string, string>();
	let header = Buffer.alloc(0);
	let current: {readonly name: string; readonly hash: Hash; left: number} | undefined;
	let count = 0;
	const begin = (line: string): void => {
		const [name = '', type = '', size] = line.split(' ');
		if (size === undefined) {
			problems.set(name, 'is missing');
			count += 1;
			return;
		}
		sizes.set(name, Number(size));
		current = {name, hash: createHash(objectFormat).update(`${type} ${size}\0`), left: Number(size)};
	};
	const end = ({name, hash}: NonNullable<typeof current>): void => {
		if (hash.digest('hex') !== name) problems.set(name, 'is not what it was');
		current = undefined;
		count += 1;
	};
	const readHeader = (chunk: Buffer): Buffer => {
		const length = chunk.indexOf(NEWLINE);
		if (length === -1) {
			header = Buffer.concat([header, chunk]);
			return Buffer.alloc(0);
		}
		begin(Buffer.concat([header, chunk.subarray(0, length)]).toString('latin1'));
		header = Buffer.alloc(0);
		return chunk.subarray(length + 1);
	};
	const readContent = (chunk: Buffer, object: NonNullable<typeof current>): Buffer => {
		// The newline after the content is the last byte of the object's part.
		if (object.left === 0 && chunk.length > 0) {
			end(object);
			return chunk.subarray(1);
		}
		const part = chunk.subarray(0, object.left);
		object.hash.update(part);
		object.left -= part.length;
		return chunk.subarray(part.length);
	};
	return {
		problems: problems as ReadonlyMap<string, string>,
		/** How many objects were answered for. */
		count: () => count,
		write: (chunk: Buffer): void => {
			let rest = chunk;
			while (rest.length > 0) rest = current === undefined ? readHeader(rest) : readContent(rest, current);
		},
	};
};
