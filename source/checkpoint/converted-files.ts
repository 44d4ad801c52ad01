import {readFile} from 'node:fs/promises';
import {type FileName, fromText, joinZero, splitZero, toBytes, toPath} from './file-name.ts';
import type {Workbench} from './workbench.ts';

/**
 * Finds the files whose bytes on the disk are not those of their object, because git converts line ends, encodings or keywords here.
 *
 * Git's index calls them unchanged, yet restoring the object would give other bytes. Told by size alone: reading everything would cost
 * what the index is there to save, and no built-in conversion keeps the size of a file that it changes. Files of a trusted filter
 * (LFS) are left out: their filter restores them. `attributeFiles` are the names of all `.gitattributes` in the index.
 */
export const findConverted = async (bench: Workbench, indexFile: string, attributeFiles: readonly FileName[]): Promise<FileName[]> => {
	if (!(await hasConversions(bench, attributeFiles))) return [];
	const {git} = bench;
	const {names, sizes, objects} = parseEntries((await git.bytes(['ls-files', '-s', '-z', '--debug'], {indexFile})).toString('latin1'));
	const answer = await git.bytes(['cat-file', '--batch-check=%(objectsize)', '--buffer'], {stdin: toBytes(objects)});
	const objectSizes = answer.toString('latin1').split('\n');
	// The index keeps 32 bits of a size.
	const differing = names.filter((_, index) => Number(objectSizes[index]) % 2 ** 32 !== sizes[index]);
	return differing.length === 0 ? [] : await withoutFilters(bench, indexFile, differing);
};

/** Most repositories say nothing that converts files, and then there is nothing to look for. */
const hasConversions = async (bench: Workbench, attributeFiles: readonly FileName[]): Promise<boolean> => {
	if (bench.hasAutocrlf) return true;
	// An attribute file at the top counts before it is tracked.
	const inTree = new Set([fromText('.gitattributes'), ...attributeFiles]);
	for (const path of [...bench.attributeFiles, ...[...inTree].map(name => toPath(bench.place.top, name))])
		if (CONVERTS.test(await readFile(path, 'utf8').catch(() => ''))) return true;
	return attributeFiles.length > 0 && (await hadConversions(bench, attributeFiles));
};

const CONVERTS = /(?:^|\s)(?:text|crlf|eol|ident|filter|working-tree-encoding)(?:=|\s|$)/;

// What is on the disk was converted by the attributes of then, whatever somebody has written into their files since.
const hadConversions = async ({git, head}: Workbench, attributeFiles: readonly FileName[]): Promise<boolean> => {
	if (head.commit === null || attributeFiles.some(name => name.includes('\n'))) return true;
	const stdin = toBytes(attributeFiles.map(name => `${head.commit}:${name}\n`).join(''));
	const contents = (await git.bytes(['cat-file', '--batch'], {stdin})).toString('latin1');
	// What is not there may have said anything.
	return CONVERTS.test(contents) || / missing$/m.test(contents);
};

type Sizes = {
	/** Of the regular files. */
	readonly names: readonly FileName[];
	/** On the disk, when git last looked. */
	readonly sizes: readonly number[];
	/** Their objects, one a line. */
	readonly objects: string;
};

// `100644 <object> 0\t<name>\0`, then what git knows of the file. One expression for a whole entry, so that no name can be taken for what follows it.
const ENTRY =
	/(\d{6}) ([0-9a-f]+) (\d)\t([^\0]*)\0 {2}ctime: \S+\n {2}mtime: \S+\n {2}dev: \S+\tino: \S+\n {2}uid: \S+\tgid: \S+\n {2}size: (\d+)\tflags: \S+\n/gy;

const parseEntries = (text: string): Sizes => {
	const names: FileName[] = [];
	const sizes: number[] = [];
	const objects: string[] = [];
	let length = 0;
	for (const [entry, mode, object, stage, name, size] of text.matchAll(ENTRY)) {
		length += entry.length;
		if (stage !== '0' || (mode !== '100644' && mode !== '100755')) continue;
		names.push(name as FileName);
		sizes.push(Number(size));
		objects.push(`${object}\n`);
	}
	if (length !== text.length) throw new Error(`Git tells of its index in an unknown way: ${text.slice(length, length + 200)}`);
	return {names, sizes, objects: objects.join('')};
};

const withoutFilters = async ({git, settings, trustedFilters}: Workbench, indexFile: string, names: readonly FileName[]): Promise<FileName[]> => {
	const answers = splitZero(await git.bytes(['check-attr', '-z', '--stdin', 'filter'], {indexFile, settings, stdin: joinZero(names)}));
	return names.filter((_, index) => !trustedFilters.has(answers[index * 3 + 2] ?? ''));
};
