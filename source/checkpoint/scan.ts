import {existsSync} from 'node:fs';
import {basename} from 'node:path';
import {type FileName, splitZero} from './file-name.ts';
import {type GitOutput, KILLED} from './git-port.ts';
import {attemptOnIndex, indexPath, look, type Seeded, seedIndex} from './private-index.ts';
import {parseStatus, type StatusEntry} from './status-lines.ts';
import {toFailure} from './tree-git.ts';
import {isExcluded} from './user-index.ts';
import type {Workbench} from './workbench.ts';

/** A path that a checkpoint leaves out, with everything below it; the reason completes "kept: …". */
export type Uncovered = {readonly name: FileName; readonly reason: string};

/** Where the work tree differs from the private index. */
export type Scan = {
	readonly changed: readonly FileName[];
	readonly gone: readonly FileName[];
	/** Nested repositories, and untracked files that are too large to be kept. */
	readonly uncovered: readonly Uncovered[];
	/** True when a rule for ignoring files is among the changes. */
	readonly hasNewRules: boolean;
	/** Of a private index that was made anew, so that nothing remembered of it holds; else null. */
	readonly seeded: Seeded | null;
};

const STATUS = ['status', '--porcelain=v2', '-z', '--untracked-files=all', '--no-renames', '--ignore-submodules=dirty'] as const;

/** Looks at every file of the work tree once. `onSeed` is awaited before the private index is made anew. */
export const scanTree = async (bench: Workbench, onSeed: () => Promise<void>): Promise<Scan> => {
	const seeded = existsSync(indexPath(bench.place)) ? null : await seed(bench, onSeed);
	const first = await readStatus(bench);
	if (first.exitCode === 0) return await sortEntries(bench, await readEntries(bench, first), seeded);
	if (seeded !== null) throw toFailure(STATUS, first, bench.place);
	// The private index can always be made again, so whatever is wrong with it is not worth a question.
	const again = await seed(bench, onSeed);
	const second = await readStatus(bench);
	if (second.exitCode !== 0) throw toFailure(STATUS, second, bench.place);
	return await sortEntries(bench, await readEntries(bench, second), again);
};

const seed = async (bench: Workbench, onSeed: () => Promise<void>): Promise<Seeded> => {
	await onSeed();
	return await seedIndex(bench);
};

const TRIES = 3;

/** A file that is cut short at the wrong moment ends git; the next look meets another moment. */
const readStatus = async (bench: Workbench, tries = TRIES): Promise<GitOutput> => {
	const output = await attemptOnIndex(bench, STATUS);
	return output.exitCode === KILLED && tries > 1 ? await readStatus(bench, tries - 1) : output;
};

const IN_CIRCLES = /Too many levels of symbolic links$/m;

// Git says so of files whose folder became a link that leads to itself, and then leaves them out of its list: they are gone.
const readEntries = async ({place, git}: Workbench, {stdout, stderr}: GitOutput): Promise<readonly StatusEntry[]> => {
	const entries = parseStatus(stdout);
	if (!IN_CIRCLES.test(stderr)) return entries;
	const names = splitZero(await git.bytes(['ls-files', '-z'])) as FileName[];
	const looks = await Promise.all(names.map(name => look(place, name)));
	const known = new Set(entries.map(({name}) => name));
	return [...entries, ...names.filter((name, index) => looks[index] === undefined && !known.has(name)).map(name => ({kind: 'gone', name}) as const)];
};

const sortEntries = async (bench: Workbench, all: readonly StatusEntry[], seeded: Seeded | null): Promise<Scan> => {
	const entries = all.filter(({name}) => !isExcluded(bench.place, name));
	const namesOf = (kind: StatusEntry['kind']): FileName[] => entries.filter(entry => entry.kind === kind).map(({name}) => name);
	const {fitting, tooLarge} = await sortBySize(bench, namesOf('untracked'));
	return {
		changed: [...namesOf('changed'), ...fitting],
		gone: namesOf('gone'),
		uncovered: [...withReason(namesOf('nested'), 'a repository of its own'), ...withReason(tooLarge, 'too large for a checkpoint')],
		hasNewRules: entries.some(({name}) => basename(name) === '.gitignore'),
		seeded,
	};
};

export const withReason = (names: readonly FileName[], reason: string): Uncovered[] => names.map(name => ({name, reason}));

// What nobody tracks may be a disk image or a data set: saving it before each step would fill the disk.
const LARGEST_FILE_BYTES = 20 * 2 ** 20;
const LARGEST_SUM_BYTES = 500 * 2 ** 20;

const sortBySize = async ({place}: Workbench, names: readonly FileName[]): Promise<{readonly fitting: FileName[]; readonly tooLarge: FileName[]}> => {
	const fitting: FileName[] = [];
	const tooLarge: FileName[] = [];
	let sum = 0;
	for (const name of names) {
		const sizeBytes = (await look(place, name))?.size ?? 0;
		const fits = sizeBytes <= LARGEST_FILE_BYTES && sum + sizeBytes <= LARGEST_SUM_BYTES;
		if (fits) sum += sizeBytes;
		(fits ? fitting : tooLarge).push(name);
	}
	return {fitting, tooLarge};
};
