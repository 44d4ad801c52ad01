import {type FileName, splitZero} from './file-name.ts';

/** One path where the work tree differs from the private index. */
export type StatusEntry = {
	/** `nested` is the folder of another repository, which checkpoints do not enter. */
	readonly kind: 'changed' | 'gone' | 'untracked' | 'nested';
	readonly name: FileName;
};

const GITLINK = '160000';
const ABSENT = '000000';

/** Reads `git status --porcelain=v2 -z --no-renames`. What is only staged (a difference to HEAD alone) is left out. */
export const parseStatus = (output: Buffer): StatusEntry[] => splitZero(output).flatMap(parseLine);

const parseLine = (line: string): StatusEntry[] => {
	switch (line[0]) {
		case '1':
			return parseChanged(line);
		case 'u': {
			const {fields, name} = splitFields(line, 10);
			return [{kind: fields[6] === ABSENT ? 'gone' : 'changed', name}];
		}
		case '?':
			return [parseUntracked(line.slice(2))];
		default:
			return [];
	}
};

const parseChanged = (line: string): StatusEntry[] => {
	const {fields, name} = splitFields(line, 8);
	const [, states, , , modeInIndex, modeInTree] = fields;
	if (states?.[1] === '.') return [];
	if (states?.[1] === 'D') return [{kind: 'gone', name}];
	// A file gave way to a repository of its own: the file is gone, the repository is not ours to enter.
	if (modeInTree === GITLINK && modeInIndex !== GITLINK)
		return [
			{kind: 'gone', name},
			{kind: 'nested', name},
		];
	return [{kind: 'changed', name}];
};

const parseUntracked = (path: string): StatusEntry =>
	path.endsWith('/') ? {kind: 'nested', name: path.slice(0, -1) as FileName} : {kind: 'untracked', name: path as FileName};

// The name is last and may hold spaces itself.
const splitFields = (line: string, count: number): {readonly fields: readonly string[]; readonly name: FileName} => {
	const parts = line.split(' ');
	return {fields: parts.slice(0, count), name: parts.slice(count).join(' ') as FileName};
};
