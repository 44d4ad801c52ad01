import type {CheckpointId} from '../domain/ids.ts';
import type {PlannedChange} from '../domain/records.ts';
import {snapshotOf} from './selectors.ts';
import type {Job, RestoreDialog, State} from './state.ts';

type How = {readonly isAsking: boolean; readonly isUndo: boolean};

/** Shows what restoring a checkpoint would change. */
export const openRestore = (state: State, checkpointId: CheckpointId | null, how: How): State => {
	if (checkpointId === null) return state;
	return {
		...state,
		dialog: {kind: 'restore', checkpointId, plan: {face: 'loading'}, cursor: 0, leftOut: new Set(), ...how},
		job: {kind: 'preview', checkpointId},
	};
};

const changesOf = ({plan}: RestoreDialog): readonly PlannedChange[] => (plan.face === 'ready' ? plan.value.changes : []);

/** The files that would be restored. */
export const chosenOf = (dialog: RestoreDialog): readonly PlannedChange[] => changesOf(dialog).filter(({path}) => !dialog.leftOut.has(path));

export const fileAtCursor = (dialog: RestoreDialog): PlannedChange | undefined => changesOf(dialog)[dialog.cursor];

/** Takes the file at the cursor, or leaves it out, and goes on to the next one. */
export const toggleFile = (dialog: RestoreDialog): RestoreDialog => {
	const file = fileAtCursor(dialog);
	if (file === undefined) return dialog;
	const leftOut = new Set(dialog.leftOut);
	if (!leftOut.delete(file.path)) leftOut.add(file.path);
	return {...dialog, leftOut, cursor: Math.min(dialog.cursor + 1, changesOf(dialog).length - 1)};
};

export const toggleAllFiles = (dialog: RestoreDialog): RestoreDialog => ({
	...dialog,
	leftOut: dialog.leftOut.size > 0 ? new Set() : new Set(changesOf(dialog).map(({path}) => path)),
});

export const showDiff = (state: State): State => {
	const {dialog} = state;
	const file = dialog?.kind === 'restore' ? fileAtCursor(dialog) : undefined;
	if (dialog?.kind !== 'restore' || file === undefined) return state;
	const {path} = file;
	return {
		...state,
		dialog: {kind: 'diff', path, text: {face: 'loading'}, top: 0, back: dialog},
		job: {kind: 'diff', checkpointId: dialog.checkpointId, path},
	};
};

/** Exactly what the question told: an agent that was started since makes the restore fail instead of being stopped unannounced. */
export const toRestoreJob = (state: State, dialog: RestoreDialog): Job => {
	const stopRuns = (snapshotOf(state)?.activeAgents.length ?? 0) > 0;
	const job = {kind: 'restore', checkpointId: dialog.checkpointId, stopRuns} as const;
	return dialog.leftOut.size === 0 ? job : {...job, paths: chosenOf(dialog).map(({path}) => path)};
};
