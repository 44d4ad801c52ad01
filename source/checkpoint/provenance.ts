import type {ChangeAuthor} from '../domain/records.ts';
import type {SavedCheckpoint} from './checkpoint-record.ts';
import type {FileName} from './file-name.ts';
import type {TreeGit} from './tree-git.ts';

/** A stretch of time between two known trees, and who worked in it. */
type Stretch = {readonly from: string; readonly to: string; readonly author: ChangeAuthor};

const USER: ChangeAuthor = {kind: 'user'};

/**
 * Tells who changed each path between a checkpoint and the work tree now, the first one first.
 *
 * Known are only the trees of the checkpoints between: what differs between two of them was changed by whoever was at work meanwhile.
 * `records` are all checkpoints of the work tree, oldest first, and `present` is its tree now.
 */
export const findAuthors = async (
	git: TreeGit,
	records: readonly SavedCheckpoint[],
	target: SavedCheckpoint,
	present: string,
): Promise<(name: FileName) => readonly ChangeAuthor[]> => {
	const stretches = toStretches(records, target, present).filter(({from, to}) => from !== to);
	const authors = new Map<FileName, ChangeAuthor[]>();
	for (const [index, names] of (await listChanged(git, stretches)).entries()) {
		const author = stretches[index]?.author ?? USER;
		for (const name of names) addAuthor(authors, name, author);
	}
	return name => authors.get(name) ?? [];
};

const toStretches = (records: readonly SavedCheckpoint[], target: SavedCheckpoint, present: string): Stretch[] => {
	let author: ChangeAuthor = USER;
	return records.flatMap((record, index) => {
		author = authorAfter(record, author);
		if (record.checkpoint.id < target.checkpoint.id) return [];
		const to = records[index + 1]?.tree ?? present;
		const restored = record.checkpoint.target;
		if (record.goal === null || restored === null) return [{from: record.tree, to, author}];
		return [
			{from: record.tree, to: record.goal, author: {kind: 'restore', checkpointId: restored} as const},
			{from: record.goal, to, author},
		];
	});
};

/** Who is at work after a checkpoint was taken. */
const authorAfter = ({checkpoint: {kind, runId, stepId}}: SavedCheckpoint, before: ChangeAuthor): ChangeAuthor => {
	switch (kind) {
		case 'step':
		case 'write':
			return runId === null || stepId === null ? USER : {kind: 'step', runId, stepId};
		case 'manual':
			return before;
		case 'end':
		case 'safety':
			return USER;
	}
};

const addAuthor = (authors: Map<FileName, ChangeAuthor[]>, name: FileName, author: ChangeAuthor): void => {
	const known = authors.get(name);
	if (known === undefined) authors.set(name, [author]);
	else if (!known.some(other => isSame(other, author))) known.push(author);
};

const isSame = (one: ChangeAuthor, other: ChangeAuthor): boolean => JSON.stringify(one) === JSON.stringify(other);

/** The changed names of each stretch, by one git for all of them. */
const listChanged = async (git: TreeGit, stretches: readonly Stretch[]): Promise<readonly (readonly FileName[])[]> => {
	if (stretches.length === 0) return [];
	const headers = stretches.map(({from, to}) => `${from} ${to}\n`);
	const output = await git.bytes(['diff-tree', '-r', '-z', '--name-only', '--no-renames', '--stdin'], {stdin: Buffer.from(headers.join(''))});
	return splitByHeaders(output.toString('latin1'), headers);
};

/** Splits `diff-tree --stdin -z`: each pair's own line comes before its names, which end with NUL. */
export const splitByHeaders = (output: string, headers: readonly string[]): ReadonlyArray<readonly FileName[]> => {
	let rest = output;
	return headers.map((header, index) => {
		if (!rest.startsWith(header)) throw new Error('git told of other trees than it was asked for');
		const next = headers[index + 1];
		const end = next === undefined ? rest.length : findHeader(rest, header.length, next);
		const names = rest.slice(header.length, end).split('\0').slice(0, -1) as FileName[];
		rest = rest.slice(end);
		return names;
	});
};

// Right after the header before, or after the end of a name.
const findHeader = (text: string, start: number, header: string): number => {
	if (text.startsWith(header, start)) return start;
	const found = text.indexOf(`\0${header}`, start);
	return found === -1 ? text.length : found + 1;
};
