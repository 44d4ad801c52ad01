import {type CheckpointId, type Id, parseId} from '../domain/ids.ts';
import type {Checkpoint} from '../domain/records.ts';

/** Permission bits of the files of a tree, beyond what git keeps. */
export type Modes = {
	/** What most files have: without and with the executable bit. */
	readonly plain: number;
	readonly executable: number;
	/** Files that have others, by shown name. */
	readonly others: Readonly<Record<string, number>>;
};

/** A checkpoint as the store keeps it. */
export type SavedCheckpoint = {
	readonly checkpoint: Checkpoint;
	/** Object name of the commit that holds it. */
	readonly commit: string;
	/** Object name of the work tree's content. */
	readonly tree: string;
	/** Object name of what was staged; null without a repository and while a merge was unfinished. */
	readonly index: string | null;
	/** For a safety checkpoint: object name of the tree that the restore was to make; else null. */
	readonly goal: string | null;
	readonly modes: Modes;
};

const VERSION = 1;

type Body = Omit<SavedCheckpoint, 'commit' | 'tree'>;

/** The message of the commit: a subject for people who look into the store, then everything as one line of JSON. */
export const formatRecord = ({checkpoint, index, goal, modes}: Body): string =>
	`rad ${checkpoint.kind} ${checkpoint.id}\n\n${JSON.stringify({v: VERSION, ...checkpoint, index, goal, modes})}\n`;

/** Reads the body of such a message; undefined when it is none of ours. The store is ours, so fields are trusted once id and version fit. */
export const parseRecord = (id: CheckpointId, commit: string, tree: string, body: string): SavedCheckpoint | undefined => {
	const fields = parseJson(body);
	if (fields === undefined || fields['v'] !== VERSION || fields['id'] !== id) return undefined;
	// Checkpoints of before there were goals have none.
	const {v: _, index, goal = null, modes, ...checkpoint} = fields as unknown as Checkpoint & Body & {readonly v: number};
	return {checkpoint, commit, tree, index, goal, modes};
};

const parseJson = (text: string): Record<string, unknown> | undefined => {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
	} catch {
		return undefined;
	}
};

/** The id in the name of a ref: `refs/rad/<tree>/<id>`. */
export const parseRefName = (ref: string): Id<'cp'> | undefined => parseId('cp', ref.slice(ref.lastIndexOf('/') + 1));
