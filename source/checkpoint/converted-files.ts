import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {type FileName, joinZero, splitZero, toBytes} from './file-name.ts';
import type {Workbench} from './workbench.ts';

/**
 * Finds the files whose bytes on the disk are not those of their object, because git converts line ends, encodings or keywords here.
 *
 * Git's index calls them unchanged, yet restoring the object would give other bytes. Told by size alone: reading everything would cost
 * what the index is there to save, and no built-in conversion keeps the size of a file that it changes. Files of a trusted filter
 * (LFS) are left out: their filter restores them. `names` are all names in the index.
 */
export const findConverted = async (bench: Workbench, indexFile: string, names: readonly FileName[]): Promise<FileName[]> => {
	const {git} = bench;
	if (!(await hasConversions(bench, names))) return [];
	const entries = parseEntries(await git.bytes(['ls-files', '-s', '-z', '--debug'], {indexFile}));
	const sizes = (
		await git.bytes(['cat-file', '--batch-check=%(objectsize)', '--buffer'], {stdin: toBytes(entries.map(({object}) => `${object}\n`).join(''))})
	)
		.toString('latin1')
		.split('\n');
	const differing = entries.filter(({size}, index) => Number(sizes[index]) % 2 ** 32 !== size).map(({name}) => name);
	return differing.length === 0 ? [] : await withoutFilters(bench, indexFile, differing);
};

// Settings for the whole repository (core.autocrlf) do not leave a trace in attributes, so the user's own are asked.
const hasConversions = async ({place, git, settings}: Workbench, names: readonly FileName[]): Promise<boolean> => {
	const autocrlf = (await git.readUser(['config', 'core.autocrlf'])).stdout.toString('utf8').trim();
	if (autocrlf !== '' && autocrlf !== 'false') return true;
	if (settings.some(([key]) => key === 'core.attributesfile')) return true;
	if (place.repository !== null && existsSync(join(place.repository.commonDirectory, 'info/attributes'))) return true;
	return names.some(name => name === '.gitattributes' || name.endsWith('/.gitattributes'));
};

type Entry = {readonly object: string; readonly name: FileName; readonly size: number};

// `100644 <object> 0\t<name>\0  ctime: …\n  mtime: …\n  dev: …\tino: …\n  uid: …\tgid: …\n  size: 5\tflags: 0\n`, then the next entry.
const parseEntries = (output: Buffer): Entry[] => {
	const entries: Entry[] = [];
	let header = '';
	for (const [index, part] of splitZero(output).entries()) {
		const size = /^ {2}size: (\d+)\tflags: [0-9a-f]+\n/m.exec(part);
		if (index > 0 && size !== null) push(entries, header, Number(size[1]));
		header = size === null ? part : part.slice(size.index + size[0].length);
	}
	return entries;
};

const push = (entries: Entry[], header: string, size: number): void => {
	const found = /^100(?:644|755) ([0-9a-f]+) 0\t(.*)$/s.exec(header);
	if (found !== null) entries.push({object: found[1] ?? '', name: (found[2] ?? '') as FileName, size});
};

const withoutFilters = async ({git, settings, trustedFilters}: Workbench, indexFile: string, names: readonly FileName[]): Promise<FileName[]> => {
	const answers = splitZero(await git.bytes(['check-attr', '-z', '--stdin', 'filter'], {indexFile, settings, stdin: joinZero(names)}));
	return names.filter((_, index) => !trustedFilters.has(answers[index * 3 + 2] ?? ''));
};
