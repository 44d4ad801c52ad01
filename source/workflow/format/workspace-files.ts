import type {Plan} from '../../domain/plan.ts';
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

/** The file of a workflow, whose text may be one that cannot be used; `file` is told to people. */
export type WorkflowText = TextReading & {readonly file: string};

/** All that a workflow may name. */
export type WorkflowSources = WorkspaceFiles & {
	readonly listWorkflows: () => readonly string[];
	/** Null where there is none of that name. */
	readonly readWorkflow: (name: string) => WorkflowText | null;
};

/** A workflow that was read, or all that is wrong with it. */
export type LoadedWorkflow =
	| {readonly plan: Plan; readonly problems: readonly []}
	| {readonly plan: undefined; readonly problems: readonly WorkflowProblem[]};

/** A workflow that another one names; `problem` is what is wrong with naming it there. */
export type ChildReading = LoadedWorkflow | {readonly problem: string};

/** True for a path that leads to a place below the workspace on every system, as far as its text tells. */
export const isPlainPath = (file: string): boolean =>
	!/[\\:\0-\x1f]/.test(file) && file.split('/').every(part => part !== '' && part !== '.' && part !== '..');

/** A problem at a character of a file's text. */
export const problemInText = (file: string, text: string, offset: number, message: string): WorkflowProblem => {
	const before = text.slice(0, offset).split('\n');
	return {file: sanitizeLine(file), line: before.length, column: (before.at(-1)?.length ?? 0) + 1, message};
};
