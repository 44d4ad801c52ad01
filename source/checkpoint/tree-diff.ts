import type {FileChange} from '../domain/records.ts';
import {type FileName, showName, splitZero} from './file-name.ts';
import type {Setting} from './git-environment.ts';
import type {TreeGit} from './tree-git.ts';

/** One path that differs between two trees. Modes are git's: `000000` where there is none, `160000` for a submodule's commit. */
export type TreeChange = {
	readonly name: FileName;
	readonly status: 'A' | 'M' | 'D';
	readonly oldMode: string;
	readonly newMode: string;
	readonly oldObject: string;
	readonly newObject: string;
	/** Null for binary files and where lines were not counted. */
	readonly additions: number | null;
	readonly deletions: number | null;
};

// Renames are off: a deletion that looks like a rename must stay a deletion.
const TREE_DIFF = ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', '--no-ext-diff', '--no-textconv'] as const;

/** Reads `git diff-tree -z --raw --numstat`: all raw records come first, the counted lines after them. */
export const parseTreeDiff = (output: Buffer): TreeChange[] => {
	const parts = splitZero(output);
	const firstCount = parts.findIndex((part, index) => index % 2 === 0 && !part.startsWith(':'));
	const rawParts = firstCount === -1 ? parts : parts.slice(0, firstCount);
	const counts = new Map((firstCount === -1 ? [] : parts.slice(firstCount)).map(parseCount));
	return rawParts.flatMap((part, index) => (index % 2 === 0 ? [toChange(part, rawParts[index + 1] as FileName, counts)] : []));
};

type Count = {readonly additions: number | null; readonly deletions: number | null};

const parseCount = (part: string): readonly [string, Count] => {
	const [additions, deletions, ...name] = part.split('\t');
	return [name.join('\t'), {additions: toNumber(additions), deletions: toNumber(deletions)}];
};

const toNumber = (text: string | undefined): number | null => (text === undefined || text === '-' ? null : Number(text));

const toChange = (raw: string, name: FileName, counts: ReadonlyMap<string, Count>): TreeChange => {
	const [oldMode = '', newMode = '', oldObject = '', newObject = '', letter = ''] = raw.slice(1).split(' ');
	const {additions, deletions} = counts.get(name) ?? {additions: null, deletions: null};
	return {name, status: letter === 'A' || letter === 'D' ? letter : 'M', oldMode, newMode, oldObject, newObject, additions, deletions};
};

const WORDS = {A: 'added', M: 'modified', D: 'deleted'} as const;

export const toFileChange = ({name, status, additions, deletions}: TreeChange): FileChange => ({
	path: showName(name),
	change: WORDS[status],
	additions,
	deletions,
});

export const isSubmodule = ({oldMode, newMode}: TreeChange): boolean => oldMode === '160000' || newMode === '160000';

/** What changed from one tree to another, in the order of names, with lines counted. */
export const diffTrees = async (git: TreeGit, from: string, to: string, settings: readonly Setting[] = []): Promise<TreeChange[]> =>
	from === to ? [] : parseTreeDiff(await git.bytes([...TREE_DIFF, '--numstat', from, to], {settings}));

/** The same without lines counted: only trees are read, no content. */
export const listChanges = async (git: TreeGit, from: string, to: string): Promise<TreeChange[]> =>
	from === to ? [] : parseTreeDiff(await git.bytes([...TREE_DIFF, from, to]));
