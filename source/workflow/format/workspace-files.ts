import {sanitizeLine} from '../../domain/sanitize.ts';
import type {WorkflowProblem} from '../../domain/workflow-problem.ts';

/** The text of a file, or what keeps it from being used: `is larger than 256 KiB`. */
export type TextReading = {readonly text: string; readonly problem?: never} | {readonly problem: string; readonly text?: never};

/** The files of a workspace that a workflow may name. Paths begin at the workspace and have `/`; each `isPlainPath`. */
export type WorkspaceFiles = {
	/** Null where there is no such file. */
	readonly readText: (file: string) => TextReading | null;
	/** What lies in a folder; nothing where there is none. */
	readonly listNames: (folder: string) => readonly string[];
};

/** True for a path that leads to a place below the workspace on every system, as far as its text tells. */
export const isPlainPath = (file: string): boolean =>
	!/[\\:\0-\x1f]/.test(file) && file.split('/').every(part => part !== '' && part !== '.' && part !== '..');

/** A problem at a character of a file's text. */
export const problemInText = (file: string, text: string, offset: number, message: string): WorkflowProblem => {
	const before = text.slice(0, offset).split('\n');
	return {file: sanitizeLine(file), line: before.length, column: (before.at(-1)?.length ?? 0) + 1, message};
};
